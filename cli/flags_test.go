package cli

import (
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
