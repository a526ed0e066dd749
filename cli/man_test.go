package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestManPages: every command has a page with its options, and no text of ours
// is read as a request of roff.
func TestManPages(t *testing.T) {
	dir := t.TempDir()
	root := (&program{}).rootCommand()
	if err := writeManTree(dir, root); err != nil {
		t.Fatal(err)
	}
	pages := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		b, err := os.ReadFile(filepath.Join(dir, manName(c)+".1"))
		if err != nil {
			t.Error(err)
			return
		}
		pages++
		page := string(b)
		for _, want := range []string{".TH \"" + strings.ToUpper(manName(c)), ".SH NAME\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\n", roff(c.Short)} {
			if !strings.Contains(page, want) {
				t.Errorf("the page of %s lacks %q", c.CommandPath(), want)
			}
		}
		if c.HasParent() && !strings.Contains(page, `\fB\-\-json\fP`) {
			t.Errorf("the page of %s does not name --json", c.CommandPath())
		}
		for _, sub := range manSubs(c) {
			look(sub)
		}
	}
	look(root)
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != pages || pages < 40 {
		t.Errorf("%d files for %d commands", len(files), pages)
	}
}

func TestRoffTakesTextAsText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":          "plain",
		".TH evil":       `\&.TH evil`,
		"a\n'b":          "a\n\\&'b",
		`--json C:\card`: `\-\-json C:\ecard`,
		"in a. sentence": "in a. sentence",
	} {
		if got := roff(in); got != want {
			t.Errorf("roff(%q) = %q, want %q", in, got, want)
		}
	}
}
