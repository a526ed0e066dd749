//go:build linux && cgo

package e2e

import (
	"debug/elf"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What one package may make before the program begins. Tables that are built
// with calls belong behind sync.OnceValue, or are written so that the
// compiler lays them out.
const (
	startObjects = 300
	startBytes   = 40_000
)

var startLine = regexp.MustCompile(`(?m)^init (\S+) @.*, (\d+) bytes, (\d+) allocs$`)

// Every start of the program, that of --version too, pays for what packages
// build for themselves.
func TestStartBuildsLittle(t *testing.T) {
	c := exec.Command(program, "--version")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	packages := startLine.FindAllSubmatch(text, -1)
	if len(packages) < 20 {
		t.Fatalf("no trace of packages:\n%s", text)
	}
	for _, p := range packages {
		bytes, _ := strconv.Atoi(string(p[2]))
		objects, _ := strconv.Atoi(string(p[3]))
		if objects > startObjects || bytes > startBytes {
			t.Errorf("%s makes %d objects of %d bytes before the program begins; %d of %d are the most", p[1], objects, bytes, startObjects, startBytes)
		}
	}
}

// A template may call any method by its name, so with one in the program the
// linker leaves out none: 3 MB, and a table of functions a quarter longer that
// every start looks through.
func TestNoTemplates(t *testing.T) {
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil || len(symbols) < 1000 {
		t.Fatalf("%d symbols: %v", len(symbols), err)
	}
	for _, s := range symbols {
		if strings.HasPrefix(s.Name, "text/template.(*Template).Execute") {
			t.Fatalf("the program holds %s", s.Name)
		}
	}
}
