package fs

import (
	"strings"
	"testing"

	"simscope/fs/plmn"
)

// namedCard is a card with a name, a list of names and where they count.
func namedCard() *fakeCard {
	f := usimCard()
	put := func(fid string, file *fakeFile) { f.files[testUSIM+"/"+fid] = file }
	ust := services(17, 1, 12, 19, 45, 46, 51, 85)
	put("6F38", binaryFile(0x6F38, ust, "6F0602"))
	name := func(text string) []byte { // full name, UCS2
		var b []byte
		for _, r := range text {
			b = append(b, 0, byte(r))
		}
		return pad(append([]byte{0x43, byte(len(b) + 1), 0x90}, b...), 40)
	}
	put("6FC5", recordFile(0x6FC5, "6F0601", name("Home Net"), name("Far Net")))
	put("6FC6", recordFile(0x6FC6, "6F0601",
		unhex("99F999 0000 FFFE 01"), unhex("00F110 0000 00FF 02")))
	put("6F46", binaryFile(0x6F46, pad([]byte("\x02Star Mobile"), 17), "6F0601")) // alone at home, hidden abroad
	put("6F7E", binaryFile(0x6F7E, unhex("FFFFFFFF 00F110 0012 FF 00"), "6F0602"))
	return f
}

func TestNetworkNames(t *testing.T) {
	c := discovered(t, namedCard())
	mustWalk(t, c, WalkOptions{All: true})
	n := c.NetworkNames(usimPath())
	if n.Home == nil || n.Home.Shown() != "Star Mobile" || n.Home.PLMN.String() != "999 99" || len(n.Home.Why) == 0 {
		t.Errorf("home: %+v", n.Home)
	}
	if n.Now == nil || n.Now.Shown() != "Far Net" || !n.Now.FromCard || n.Now.Area.String() != "0012" {
		t.Errorf("now: %+v", n.Now)
	}
	if len(n.Unread) > 0 {
		t.Errorf("unread %v", n.Unread)
	}
	for _, tt := range []struct {
		p    plmn.PLMN
		area []byte
		want string
	}{
		{plmn.PLMN{MCC: "001", MNC: "01"}, []byte{1, 0}, "001 01"}, // beyond the record's areas
		{plmn.PLMN{MCC: "001", MNC: "01"}, nil, "Far Net"},
		{plmn.PLMN{MCC: "999", MNC: "99"}, []byte{0, 5}, "Star Mobile"},
	} {
		got := c.NameIn(usimPath(), tt.p, tt.area)
		if !strings.Contains(got.Shown(), tt.want) {
			t.Errorf("%v %X: %q %v, want %q", tt.p, tt.area, got.Shown(), got.Why, tt.want)
		}
	}
}

// A name whose service is off is none; a list that a PIN hides is told.
func TestNetworkNamesOfWhatIsNotThere(t *testing.T) {
	f := namedCard()
	f.files[testUSIM+"/6F38"].body = services(17, 1, 12, 45, 46, 85) // 19 is off
	f.files[testUSIM+"/6FC6"].readSW = 0x6982
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	n := c.NetworkNames(usimPath())
	if n.Home == nil || strings.Contains(n.Home.Shown(), "Star Mobile") {
		t.Errorf("home: %+v", n.Home)
	}
	if !strings.Contains(strings.Join(n.Unread, " "), "EF.OPL") {
		t.Errorf("unread %v", n.Unread)
	}
}

// The last place is the one of the newest radio that a phone was let into.
func TestRegistration(t *testing.T) {
	f := namedCard()
	f.files[testUSIM+"/6F38"].body = services(17, 1, 12, 19, 45, 46, 85, 122)
	eps := unhex("FFFFFFFFFFFFFFFFFFFFFFFF 99F999 1234 00")
	f.files[testUSIM+"/6FE3"] = binaryFile(0x6FE3, eps, "6F0602")
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	if r, ok := c.registration(usimPath()); !ok || r.PLMN.String() != "999 99" {
		t.Errorf("%+v, %v", r, ok)
	}
	eps[17] = 1 // it was not let in there
	c = discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	if r, ok := c.registration(usimPath()); !ok || r.PLMN.String() != "001 01" {
		t.Errorf("%+v, %v", r, ok)
	}
	f.files[testUSIM+"/5FC0"] = &fakeFile{info: fcp("7821", 0x5FC0, -1, ""), dir: true}
	f.files[testUSIM+"/5FC0/4F01"] = binaryFile(0x4F01, unhex("FFFFFFFFFFFFFFFFFFFFFFFFFF 99F999 000102 00"), "6F0602")
	c = discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	if r, ok := c.registration(usimPath()); !ok || !r.NGRAN || len(r.Area) != 3 {
		t.Errorf("%+v, %v", r, ok)
	}
}
