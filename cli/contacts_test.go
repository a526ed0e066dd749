package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card/virtual"
	"simscope/internal/phonebook"
)

// imageFile writes a card image with a phone book.
func imageFile(t *testing.T, img *virtual.Image) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "card.json")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := virtual.WriteImage(f, img); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestContactsList(t *testing.T) {
	img := imageFile(t, phonebook.Image(phonebook.Always))
	r := mustRun(t, "", "--image", img, "contacts", "list")
	for _, want := range []string{
		"MF/DF.TELECOM/DF.PHONEBOOK: 4 contacts, 12 places",
		"  1  Ada   +447700900123456789012345",
		"  2  星辰  +447700900123              +447700900456 (work), Stary, x@y.ex, [Friends]",
		"  9  Cem   5550103",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is missing in\n%s", want, r.out)
		}
	}
	r = mustRun(t, "", "--image", img, "contacts", "list", "stary", "--json")
	var doc struct{ Books []bookJSON }
	var raw map[string]any
	if err := json.Unmarshal([]byte(r.out), &raw); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal([]byte(r.out), &doc)
	if len(doc.Books) != 1 || len(doc.Books[0].Contacts) != 1 || doc.Books[0].Contacts[0].N != 2 || doc.Books[0].Free != 8 {
		t.Errorf("%s", r.out)
	}
	r = mustRun(t, "", "--image", img, "contacts", "show", "4")
	for _, want := range []string{"Bea", "5550102", "home", "sip:b@x.y", "MF/DF.TELECOM/DF.PHONEBOOK/EF.ADN(4F3A)", "record 4"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is missing in\n%s", want, r.out)
		}
	}
}

func TestContactsCodes(t *testing.T) {
	open := imageFile(t, phonebook.Image(phonebook.Always))
	closed := imageFile(t, phonebook.Image(phonebook.AfterPIN1))
	bare := phonebook.Image(phonebook.Always)
	bare.MF.Children = bare.MF.Children[:len(bare.MF.Children)-1]
	none := imageFile(t, bare)
	bad := notImage(t)
	for _, c := range []struct {
		image, args string
		code        int
	}{
		{open, "contacts", ExitUsage},
		{open, "contacts list --book x", ExitUsage},
		{open, "contacts list --book usim", ExitNotFound},
		{open, "contacts show 3", ExitNotFound},
		{open, "contacts show x", ExitUsage},
		{open, "contacts export", ExitUsage},
		{open, "contacts export -o x --format doc", ExitUsage},
		{open, "contacts import " + bad, ExitUsage},
		{open, "contacts import /nonexistent", ExitError},
		{open, "contacts add --name Fifteen.letters --yes", ExitNotAllowed},
		{open, "contacts add --name A", ExitNotAllowed}, // not confirmed
		{open, "--read-only contacts add --name A --yes", ExitNotAllowed},
		{closed, "contacts list", ExitPINNeeded},
		{none, "contacts list", ExitNotFound},
	} {
		r := run("no\n", append([]string{"--image", c.image}, strings.Fields(c.args)...)...)
		if r.code != c.code || strings.Contains(r.err, "<") {
			t.Errorf("%s: exit %d, want %d: %s%s", c.args, r.code, c.code, r.out, r.err)
		}
	}
	if r := run("", "--image", open, "contacts", "add", "--name", "Fifteen.letters", "--yes"); !strings.Contains(r.err, "needs 15 bytes; there is room for 14") {
		t.Errorf("%s", r.err)
	}
}

func TestContactsChange(t *testing.T) {
	img := imageFile(t, phonebook.Image(phonebook.Always))
	for _, args := range []string{
		"add --name Dan --number 5550104 --number2 5550105 --label2 work --email d@x --group Friends --nickname D --uri sip:d@x",
		"edit 2 --name Neu --email new@y.ex", "delete 9",
	} {
		r := mustRun(t, "", append([]string{"--image", img, "contacts"}, strings.Fields(args+" --yes")...)...)
		if !strings.Contains(r.out, "steps") || !strings.Contains(r.err, "EF.ADN") {
			t.Errorf("%s: %s%s", args, r.out, r.err)
		}
	}
	if r := mustRun(t, "", "--image", img, "contacts", "edit", "2", "--yes"); !strings.Contains(r.out, "Nothing to change") {
		t.Errorf("%s", r.out)
	}
}

func TestContactsFiles(t *testing.T) {
	img := imageFile(t, phonebook.Image(phonebook.Always))
	plain := imageFile(t, phonebook.Plain(phonebook.Always))
	for _, name := range []string{"all.vcf", "all.csv"} {
		file := filepath.Join(t.TempDir(), name)
		mustRun(t, "", "--image", img, "contacts", "export", "-o", file)
		if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", st, err)
		}
		if r := run("", "--image", img, "contacts", "export", "-o", file); r.code != ExitError {
			t.Errorf("an existing file is overwritten: %+v", r)
		}
		r := mustRun(t, "", "--image", img, "contacts", "import", file, "--yes")
		if !strings.Contains(r.err, "Added: 0. Shortened: 0. There already: 4. Left out: 0.") {
			t.Errorf("%s: %s", name, r.err)
		}
		r = mustRun(t, "", "--image", plain, "contacts", "import", file, "--yes", "--shorten")
		if !strings.Contains(r.err, "Added: 1. Shortened: 1. There already: 2. Left out: 0.") {
			t.Errorf("%s: %s", name, r.err)
		}
	}
}

// Of a file that is broken in part the rest is offered, and each part that is
// left out is told with its line.
func TestContactsBrokenFile(t *testing.T) {
	img := imageFile(t, phonebook.Image(phonebook.Always))
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte("Name;Mobile\n\"Dan;5550104\nEve;5550105\nA name that is too long;1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := mustRun(t, "", "--image", img, "contacts", "import", file, "--yes")
	for _, want := range []string{"Line 2: A quotation mark", "Line 4, A name that is too long: left out.", "Added: 1. Shortened: 0. There already: 0. Left out: 1. Not readable: 1.", "--shorten"} {
		if !strings.Contains(r.err, want) {
			t.Errorf("%q is not said: %s", want, r.err)
		}
	}
	if !strings.Contains(r.out+r.err, "new contact Eve") {
		t.Errorf("%s%s", r.out, r.err)
	}
	if r = mustRun(t, "", "--image", img, "contacts", "import", file, "--yes", "--shorten"); strings.Contains(r.err, "--shorten") || !strings.Contains(r.err, "Shortened: 1.") {
		t.Errorf("%s", r.err)
	}
}

// What is marked as hidden is told of and shown when it is asked for.
func TestContactsHidden(t *testing.T) {
	hidden := phonebook.Image(phonebook.Always)
	phonebook.File(hidden, phonebook.PBC1).Records[1] = virtual.Hex{0, 1}
	img := imageFile(t, hidden)
	r := mustRun(t, "", "--image", img, "contacts", "list")
	if strings.Contains(r.out, "星辰") || !strings.Contains(r.out, "1 contact is hidden and left out: --hidden") {
		t.Errorf("%s", r.out)
	}
	if r = mustRun(t, "", "--image", img, "contacts", "list", "--hidden"); !strings.Contains(r.out, "星辰") || strings.Contains(r.out, "left out") {
		t.Errorf("%s", r.out)
	}
	for _, args := range []string{"show 2", "edit 2 --name X --yes", "delete 2 --yes"} {
		args := append([]string{"--image", img, "contacts"}, strings.Fields(args)...)
		if r = run("", args...); r.code != ExitNotAllowed || !strings.Contains(r.err, "--hidden") || strings.Contains(r.err+r.out, "星辰") {
			t.Errorf("%v: %d %s%s", args, r.code, r.out, r.err)
		}
		mustRun(t, "", append(args, "--hidden")...)
	}
	for _, c := range []struct {
		flag string
		want bool
	}{{"--hidden=false", false}, {"--hidden", true}} {
		file := filepath.Join(t.TempDir(), "out.csv")
		r = mustRun(t, "", "--image", img, "contacts", "export", "-o", file, c.flag)
		b, err := os.ReadFile(file)
		if got := strings.Contains(string(b), "星辰"); err != nil || got != c.want || strings.Contains(r.out, "left out") == c.want {
			t.Errorf("%s: %s %v", c.flag, r.out, err)
		}
	}
}
