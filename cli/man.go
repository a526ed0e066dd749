package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simscope/texts"
)

// manDate stands on every page: a fixed date keeps the pages the same from run
// to run.
const manDate = "2026-01-01"

func (p *program) manCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man [DIRECTORY]", Short: texts.Say("cmd.man"), Long: texts.Say("cmd.man.long"), Args: between(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return writeManPage(p.io.Out, cmd.Root())
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fileProblem(err, texts.Say("tried.man"))
			}
			return writeManTree(args[0], cmd.Root())
		},
	}
}

// writeManTree writes a page for the command and each one below it.
func writeManTree(dir string, cmd *cobra.Command) error {
	var page bytes.Buffer
	if err := writeManPage(&page, cmd); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, manName(cmd)+".1"), page.Bytes(), 0o644); err != nil {
		return fileProblem(err, texts.Say("tried.man"))
	}
	for _, sub := range manSubs(cmd) {
		if err := writeManTree(dir, sub); err != nil {
			return err
		}
	}
	return nil
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func manSubs(cmd *cobra.Command) (subs []*cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
			subs = append(subs, sub)
		}
	}
	return subs
}

// writeManPage writes the page of one command in the macros of man(7). Cobra
// has such a writer, but it brings a Markdown processor along whose tables are
// made at every start: a third of what simscope --version takes beyond a
// program that only says hello.
func writeManPage(w io.Writer, cmd *cobra.Command) error {
	cmd.InitDefaultHelpCmd()
	cmd.InitDefaultHelpFlag()
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %q 1 %q %q %q\n.nh\n.ad l\n", strings.ToUpper(manName(cmd)), manDate, "simscope "+Version, "simscope")
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(manName(cmd)), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n\\fB%s\\fP\n", roff(cmd.UseLine()))
	if cmd.Long != "" {
		fmt.Fprintf(&b, ".SH DESCRIPTION\n%s\n", roff(cmd.Long))
	}
	manFlags(&b, "OPTIONS", cmd.NonInheritedFlags())
	manFlags(&b, "OPTIONS OF EVERY COMMAND", cmd.InheritedFlags())
	if cmd.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(cmd.Example))
	}
	if subs := manSubs(cmd); len(subs) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, sub := range subs {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fP(1)\n%s\n", roff(manName(sub)), roff(sub.Short))
		}
	}
	if cmd.HasParent() {
		fmt.Fprintf(&b, ".SH SEE ALSO\n\\fB%s\\fP(1)\n", roff(manName(cmd.Parent())))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func manFlags(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		argument, usage := pflag.UnquoteUsage(f)
		b.WriteString(".TP\n")
		if f.Shorthand != "" {
			fmt.Fprintf(b, "\\fB\\-%s\\fP, ", roff(f.Shorthand))
		}
		fmt.Fprintf(b, "\\fB\\-\\-%s\\fP", roff(f.Name))
		if argument != "" {
			fmt.Fprintf(b, " \\fI%s\\fP", roff(argument))
		}
		fmt.Fprintf(b, "\n%s\n", roff(usage))
	})
}

// roff makes text stand for itself: a backslash, a hyphen that is part of a
// name, and a line that begins like a request would be read as commands.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
