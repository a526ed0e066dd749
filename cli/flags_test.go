package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A flag of one command hides the global one of its name, wherever that
// stands on the line: it must have a name of its own.
func TestNoFlagHidesAGlobalOne(t *testing.T) {
	root := (&program{}).rootCommand()
	seen := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			sub.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
				seen++
				if root.PersistentFlags().Lookup(f.Name) != nil {
					t.Errorf("%s: --%s hides the global flag", sub.CommandPath(), f.Name)
				}
			})
			look(sub)
		}
	}
	look(root)
	if seen < 20 {
		t.Errorf("only %d flags were looked at", seen)
	}
}

// TestImageByName: a demonstration card is used by its name in every command;
// what is neither such a name nor a file is said to be missing.
func TestImageByName(t *testing.T) {
	if r := run("", "--image", "gsm", "info"); r.code != ExitOK || !strings.Contains(r.out, "2G") {
		t.Errorf("the demonstration card gives %d: %s%s", r.code, r.out, r.err)
	}
	if r := run("", "--image", "nosuch", "info"); r.code == ExitOK || !strings.Contains(r.err, "no such file") {
		t.Errorf("a name that is nothing gives %d: %s", r.code, r.err)
	}
}
