package fs

import (
	"context"
	"errors"
	"slices"
	"testing"

	"simscope/card"
)

// What only EF.PBR can tell is found by reading EF.PBR, once.
func TestLocateReadsTheFileThatNames(t *testing.T) {
	for typed, want := range map[string]card.Path{
		"ADF.USIM/DF.PHONEBOOK/EF.ADN": usimPath(0x5F3A, 0x4F3A),
		"usim/phonebook/adn":           usimPath(0x5F3A, 0x4F3A),
		"DF.PHONEBOOK/EF.ADN(4F3A)":    usimPath(0x5F3A, 0x4F3A),
		"EF.PBC":                       usimPath(0x5F3A, 0x4F09),
		"7FFF/5F3A/PBC":                usimPath(0x5F3A, 0x4F09),
	} {
		f := usimCard()
		c := discovered(t, f)
		if _, err := c.Resolve(typed); !errors.Is(err, ErrNoSuchFile) {
			t.Fatalf("%q: %v before anything was read", typed, err)
		}
		got, err := c.Locate(context.Background(), typed)
		if err != nil || got != want {
			t.Errorf("%q is %s (%v), want %s", typed, got, err, want)
		}
		sent := len(f.log)
		if again, err := c.Locate(context.Background(), typed); err != nil || again != got || len(f.log) != sent {
			t.Errorf("%q again: %s (%v) with %d commands", typed, again, err, len(f.log)-sent)
		}
		if n, err := c.ReadFile(context.Background(), got, false); err != nil || n.State != Read || n.Catalogue == "" {
			t.Errorf("%q: %+v (%v)", typed, n, err)
		}
	}
}

// What the catalogue can answer costs no command, and neither does a name that
// no file could give.
func TestLocateAsksNothingElse(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	sent := len(f.log)
	for typed, fails := range map[string]bool{"EF.IMSI": false, "MF/DF.TELECOM/EF.ADN": false, "EF.NOSUCH": true, "DF.PHONEBOOK/EF.IMSI": true} {
		if _, err := c.Locate(context.Background(), typed); (err != nil) != fails {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if len(f.log) != sent {
		t.Errorf("%d commands were sent", len(f.log)-sent)
	}
}

// Two files of one name are told apart by the person.
func TestLocateSeveralOfAName(t *testing.T) {
	f := usimCard()
	pb := testUSIM + "/5F3A"
	f.files[pb+"/4F30"] = recordFile(0x4F30, "6F0602",
		pad(unhex("A809C0034F3A01C5024F09"), 20), pad(unhex("A805C0034F3B02"), 20))
	f.files[pb+"/4F3B"] = recordFile(0x4F3B, "6F0602", make([]byte, 28))
	c := discovered(t, f)
	var amb *AmbiguousError
	if p, err := c.Locate(context.Background(), "DF.PHONEBOOK/EF.ADN"); !errors.As(err, &amb) || len(amb.Candidates) != 2 {
		t.Errorf("%s, %v", p, err)
	}
	if p, err := c.Locate(context.Background(), "DF.PHONEBOOK/EF.ADN(4F3B)"); err != nil || p != usimPath(0x5F3A, 0x4F3B) {
		t.Errorf("%s, %v", p, err)
	}
}

// Where the file that would tell is closed, that is what is said.
func TestLocateBehindAPIN(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/5F3A/4F30"].readSW = 0x6982
	c := discovered(t, f)
	var closed *RightError
	if p, err := c.Locate(context.Background(), "DF.PHONEBOOK/EF.ADN"); !errors.As(err, &closed) || closed.File != usimPath(0x5F3A, 0x4F30) {
		t.Errorf("%s, %v", p, err)
	}
}

// Files are listed though the folders above theirs were not looked at.
func TestTreeListsWhatLiesInUnknownFolders(t *testing.T) {
	tree := NewTree(nil)
	dir := card.PathOf("", fidTelecom, fidGraphics)
	for _, p := range []card.Path{{}, dir, dir.Child(fidIMG), card.PathOf("", card.FIDICCID)} {
		tree.put(Node{Path: p})
	}
	want := []card.Path{{}, card.PathOf("", card.FIDICCID), dir, dir.Child(fidIMG)}
	for round := range 2 {
		var got []card.Path
		for _, n := range tree.All() {
			got = append(got, n.Path)
		}
		if !slices.Equal(got, want) {
			t.Errorf("round %d: %v, want %v", round, got, want)
		}
		tree.put(Node{Path: dir.Parent(), Dir: true}) // known now, and listed once
		want = slices.Insert(want, 2, dir.Parent())
	}
}

// Of files that fit a name, those that the card does not have are not offered:
// the one that is left is meant.
func TestLocateLeavesOutWhatIsNotThere(t *testing.T) {
	f := usimCard()
	delete(f.files, "3F00/2F06")
	c := discovered(t, f)
	var several *AmbiguousError
	if _, err := c.Resolve("EF.ARR"); !errors.As(err, &several) {
		t.Fatalf("%v before the card was asked", err)
	}
	if got, err := c.Locate(context.Background(), "EF.ARR"); err != nil || got != usimPath(0x6F06) {
		t.Errorf("%s (%v)", got, err)
	}
	f = usimCard()
	delete(f.files, "3F00/2F06")
	delete(f.files, testUSIM+"/6F06")
	c = discovered(t, f)
	if got, err := c.Locate(context.Background(), "EF.ARR"); err != nil || got.Last() != 0x6F06 && got.Last() != 0x2F06 {
		t.Errorf("none is there: %s (%v)", got, err)
	}
	c = discovered(t, usimCard())
	if _, err := c.Locate(context.Background(), "EF.ARR"); !errors.As(err, &several) || len(several.Candidates) != 2 {
		t.Errorf("two that are there: %v", err)
	}
}

// An identifier that no catalogue names is looked for where it would stand.
func TestResolveUnknownIdentifier(t *testing.T) {
	c := discovered(t, usimCard())
	for typed, want := range map[string]card.Path{
		"2F52": card.PathOf("", 0x2F52), "7F55": card.PathOf("", 0x7F55), "6F99": usimPath(0x6F99),
	} {
		if got, err := c.Resolve(typed); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", typed, got, err, want)
		}
	}
}
