//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"simscope/screenshots"
	"simscope/screenshots/svg"
)

// scene draws a small screen by shell, asks for a key and shows the answer.
func scene() screenshots.Scene {
	return screenshots.Scene{
		Name: "small", Cols: 30, Rows: 5, Theme: "dark", Title: "small",
		Args:  []string{"-c", `printf '\033[?25l┌─ %s ─┐ 星\n' "$WORD"; stty -echo; read k; printf '\033[1mgot %s\033[0m' "$k"; cat`},
		Env:   []string{"WORD=given"},
		Steps: []screenshots.Step{{Wait: "given"}, {Keys: []string{"x", "Enter"}, Wait: "got x"}},
	}
}

func TestTwoPicturesOfASceneAreTheSameBytes(t *testing.T) {
	first, err := take(scene(), "/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	second, err := take(scene(), "/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two pictures of the same screen differ")
	}
	for _, want := range []string{">given<", ">星<", "font-weight=\"bold\"", ">got x<"} {
		if !bytes.Contains(first, []byte(want)) {
			t.Errorf("%s is not in the picture\n%s", want, first)
		}
	}
}

func TestCheckFindsWhatIsOutOfDate(t *testing.T) {
	o := options{out: t.TempDir(), svgOnly: true}
	if err := picture(scene(), "/bin/sh", o); err != nil {
		t.Fatal(err)
	}
	o.check = true
	if err := picture(scene(), "/bin/sh", o); err != nil {
		t.Errorf("a picture that was just taken: %v", err)
	}
	changed := scene()
	changed.Env = []string{"WORD=other"}
	changed.Steps[0].Wait = "other"
	err := picture(changed, "/bin/sh", o)
	if err == nil || !strings.Contains(err.Error(), "out of date") {
		t.Errorf("a picture of another screen: %v", err)
	}
	changed.Name = "missing"
	if err := picture(changed, "/bin/sh", o); err == nil {
		t.Error("a picture that is not there passes the check")
	}
}

func TestBadInput(t *testing.T) {
	for name, args := range map[string][]string{
		"no such scene":     {"-only", "nothing"},
		"size":              {"-size", "wide", "-out", "x.svg", "--", "true"},
		"no file":           {"-out", "folder", "--", "true"},
		"no such theme":     {"-theme", "pink", "-out", "x.svg", "--", "true"},
		"no such flag":      {"-colour"},
		"no such program":   {"-program", "/nonexistent/simscope", "-only", "readers"},
		"nothing is output": {"-out", filepath.Join(t.TempDir(), "no", "x.svg"), "--", "echo", "a"},
	} {
		if err := run(args); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSingleWritesTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.svg")
	if err := run([]string{"-svg", "-out", file, "-size", "20x3", "--", "/bin/echo", "hello"}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(b, []byte(">hello<")) {
		t.Errorf("%v, %s", err, b)
	}
}

// The list is data that nothing compiles; a wrong name or expression in it
// would be found only when the pictures are taken.
func TestScenesAreSound(t *testing.T) {
	names := map[string]bool{}
	for _, s := range screenshots.Scenes {
		if s.Name == "" || names[s.Name] || filepath.Base(s.Name) != s.Name {
			t.Errorf("scene %q: the name is empty, used twice or no file name", s.Name)
		}
		names[s.Name] = true
		if s.Cols < 20 || s.Rows < 5 || s.Cols > 200 || s.Rows > 60 {
			t.Errorf("scene %s: %d by %d cells", s.Name, s.Cols, s.Rows)
		}
		if _, ok := svg.Themes[s.Theme]; !ok {
			t.Errorf("scene %s: no theme %q", s.Name, s.Theme)
		}
		for _, step := range s.Steps {
			if _, err := regexp.Compile(step.Wait); err != nil {
				t.Errorf("scene %s: %v", s.Name, err)
			}
		}
	}
}
