package cli

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// TestHelpIsInOneStyle: a command is named in a few words, like a verb, and
// told of in whole sentences.
func TestHelpIsInOneStyle(t *testing.T) {
	seen := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			if sub.Hidden || sub.Name() == "help" {
				continue
			}
			seen++
			first, _ := utf8.DecodeRuneInString(sub.Short)
			if unicode.IsUpper(first) && !strings.HasPrefix(sub.Short, "PIN") || strings.HasSuffix(sub.Short, ".") || sub.Short == "" {
				t.Errorf("%s in short: %q", sub.CommandPath(), sub.Short)
			}
			first, _ = utf8.DecodeRuneInString(sub.Long)
			if !unicode.IsUpper(first) || !strings.HasSuffix(sub.Long, ".") && !strings.HasSuffix(sub.Long, ")") || sub.Long == sub.Short {
				t.Errorf("%s at length: %q", sub.CommandPath(), sub.Long)
			}
			look(sub)
		}
	}
	look((&program{}).rootCommand())
	if seen < 40 {
		t.Errorf("only %d commands were looked at", seen)
	}
}

// TestHelpIsInGroups: each command stands in one group of the help, which has
// a title, and none is so long that nobody looks through it.
func TestHelpIsInGroups(t *testing.T) {
	p := &program{}
	root := p.rootCommand()
	titles := map[string]string{}
	for _, g := range root.Groups() {
		if !strings.HasSuffix(g.Title, ":") || strings.HasPrefix(g.Title, "<") {
			t.Errorf("group %s is called %q", g.ID, g.Title)
		}
		titles[g.ID] = g.Title
	}
	in := map[string]int{}
	for _, c := range root.Commands() {
		if c.Hidden {
			continue
		}
		if titles[c.GroupID] == "" {
			t.Errorf("%s is in no group", c.Name())
		}
		in[c.GroupID]++
	}
	for id := range titles {
		if in[id] < 2 || in[id] > 12 {
			t.Errorf("group %s has %d commands", id, in[id])
		}
	}
	help := mustRun(t, "", "--help").out
	last := -1
	for _, id := range []string{"look", "change", "keys", "reader", "help"} {
		at := strings.Index(help, titles[id])
		if titles[id] == "" || at <= last {
			t.Errorf("%q stands at %d, after %d", titles[id], at, last)
		}
		last = at
	}
	if strings.Contains(help, "Additional Commands") {
		t.Errorf("commands are left over:\n%s", help)
	}
}
