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
