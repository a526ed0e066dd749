//go:build linux && cgo

package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
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
