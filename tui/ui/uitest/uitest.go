// Package uitest is what the tests of all screens share: keys as a terminal
// reports them, and what holds of everything that is drawn.
//
// It knows cells and keys, nothing of this program's screens. Only tests
// import it.
package uitest

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Update says that golden files are written anew.
var Update = flag.Bool("update", false, "write the golden files anew")

var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace, "home": tea.KeyHome,
	"end": tea.KeyEnd, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "delete": tea.KeyDelete,
}

// Press is a key press as a terminal reports it: a key by its name, one with
// "ctrl+" or "shift+" before it, or the letter that is typed.
func Press(key string) tea.KeyPressMsg {
	for prefix, mod := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "shift+": tea.ModShift} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && rest != "" {
			return tea.KeyPressMsg{Code: Press(rest).Code, Mod: mod}
		}
	}
	if key == "space" {
		return tea.KeyPressMsg{Code: ' ', Text: " "}
	}
	if code, ok := named[key]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

// Exact fails unless a view is h lines of w cells, and holds nothing beyond
// colours that a terminal would obey.
func Exact(t testing.TB, what, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%s at %dx%d has %d lines:\n%s", what, w, h, len(lines), ansi.Strip(view))
	}
	for i, l := range lines {
		plain := ansi.Strip(l)
		if n := ansi.StringWidth(l); n != w {
			t.Fatalf("%s at %dx%d: line %d has %d cells: %q", what, w, h, i, n, plain)
		}
		if strings.ContainsFunc(plain, unicode.IsControl) {
			t.Fatalf("%s at %dx%d: line %d holds %q", what, w, h, i, plain)
		}
	}
}

// Golden compares with testdata/name.golden.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *Update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(file, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept)\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}
