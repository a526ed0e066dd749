package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The end of a file's name says in which format it is written; an end of no
// format is refused before the card is asked for anything.
func TestEndOfFileName(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ args, begins string }{
		{"messages export -o a.txt", "1  received"},
		{"messages export -o a.CSV", "n,box,status"},
		{"messages export -o a.json", "["},
		{"messages export -o a.doc --format csv", "n,box,status"},
		{"contacts export -o b.vcf", "BEGIN:VCARD"},
		{"contacts export -o b.csv", "name,number"},
		{"contacts export -o b.x --format CSV", "name,number"},
		{"dump -o c.json", "{"},
	} {
		args := strings.Fields(c.args)
		i := 3
		if args[0] == "dump" {
			i = 2
		}
		args[i] = filepath.Join(dir, args[i])
		mustRun(t, "", append([]string{"--image", "lab"}, args...)...)
		if b, err := os.ReadFile(args[i]); err != nil || !strings.HasPrefix(string(b), c.begins) {
			t.Errorf("%s: %.40q %v", c.args, b, err)
		}
	}
	for args, formats := range map[string]string{
		"messages export -o d.xml": "txt, csv, json", "contacts export -o d.xml": "vcf, csv", "dump -o d.csv": "json",
	} {
		// A card that asks for a PIN, and none is asked for.
		file := filepath.Join(dir, strings.Fields(args)[len(strings.Fields(args))-1])
		r := run("", append([]string{"--image", "everyday", "--verify", "pin1"}, strings.Fields(strings.Replace(args, "d.", filepath.Join(dir, "d."), 1))...)...)
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: written", args)
		}
		if r.code != ExitUsage || !strings.Contains(r.err, formats) || strings.Contains(r.err, "PIN1") {
			t.Errorf("%s: %d %s", args, r.code, r.err)
		}
	}
}

// A raw command that counts on a SELECT of an earlier step says so.
func TestRawCommandSaysWhatItCountsOn(t *testing.T) {
	const note = "If another program selected another file since"
	if r := mustRun(t, "", "--image", "lab", "apdu", "00B0000001"); !strings.Contains(r.out, note) {
		t.Errorf("%s", r.out)
	}
	if r := mustRun(t, "", "--image", "lab", "apdu", "00A40004023F00", "00A40004022FE2", "00B0000001"); strings.Contains(r.out, note) {
		t.Errorf("%s", r.out)
	}
}

// A mistake in words or flags names the help of the command that was meant.
func TestUsageNamesTheHelp(t *testing.T) {
	for args, want := range map[string]string{
		"networks": "See simscope networks --help.", "messages export --format doc": "See simscope messages export --help.",
		"moon": "See simscope --help.", "--moon": "See simscope --help.", "scan --from x": "See simscope scan --help.",
	} {
		if r := run("", strings.Fields(args)...); r.code != ExitUsage || !strings.Contains(r.err, want) {
			t.Errorf("%s: %d %s", args, r.code, r.err)
		}
	}
}
