package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"simscope/texts"
	"simscope/tui/ui"
)

// Version is the program's, set by the linker in a release.
var Version = "0.1.0-dev"

// rootCommand builds the tree of commands anew for each run.
func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "simscope",
		Short:         texts.Say("cmd.root"),
		Long:          texts.Say("cmd.root.long"),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.f.version {
				p.printVersion()
				return nil
			}
			return p.screens(cmd.Context())
		},
		// A value that there is not is refused by every command alike, before
		// a card is asked for anything.
		PersistentPreRunE: func(*cobra.Command, []string) error { return p.checkFlags() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		// A flag of our own says what it takes.
		if own := (*problemError)(nil); errors.As(err, &own) {
			return own
		}
		return usage("flag")
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Use: "no-help", Hidden: true})
	p.globalFlags(root)
	// Cobra's own flag of this name says it with a template, and templates
	// keep the linker from leaving out methods that nothing calls.
	root.Flags().BoolVarP(&p.f.version, "version", "v", false, texts.Say("flag.version"))
	root.SetHelpCommandGroupID("help")
	for _, g := range p.commandGroups() {
		root.AddGroup(&cobra.Group{ID: g.id, Title: texts.Say("cmd.group." + g.id)})
		for _, c := range g.commands {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	return root
}

// commandGroup is what of the commands stands together in the help, under the
// title "cmd.group."+id.
type commandGroup struct {
	id       string
	commands []*cobra.Command
}

func (p *program) commandGroups() []commandGroup {
	return []commandGroup{
		{"look", []*cobra.Command{
			p.infoCommand(), p.lsCommand(), p.readCommand(), p.findCommand(), p.contactsCommand(), p.messagesCommand(),
			p.networkNameCommand(), p.restrictionsCommand(), p.compareCommand(), p.scanCommand(), p.dumpCommand(), p.apduCommand(),
		}},
		{"change", []*cobra.Command{
			p.planCommand(), p.setCommand(), p.clearCommand(), p.networksCommand(), p.editCommand(), p.writeCommand(),
		}},
		{"keys", []*cobra.Command{p.pinCommand(), p.authCommand(), p.suciCommand(), p.gpCommand(), p.otaCommand(), p.keysCommand()}},
		{"reader", []*cobra.Command{p.readersCommand(), p.virtualCardCommand()}},
		{"help", []*cobra.Command{
			p.doctorCommand(), p.filesCommand(), p.decodeCommand(), p.encodeCommand(), p.completionCommand(), p.manCommand(),
		}},
	}
}

func (p *program) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVarP(&p.f.reader, "reader", "r", "", texts.Say("flag.reader"))
	f.BoolVar(&p.f.demo, "demo", false, texts.Say("flag.demo"))
	f.StringVar(&p.f.image, "image", "", texts.Say("flag.image"))
	f.StringVar(&p.f.replay, "replay", "", texts.Say("flag.replay"))
	f.StringVar(&p.f.record, "record", "", texts.Say("flag.record"))
	f.BoolVar(&p.f.readOnly, "read-only", false, texts.Say("flag.read_only"))
	f.BoolVar(&p.f.json, "json", false, texts.Say("flag.json"))
	f.BoolVar(&p.f.noColor, "no-color", false, texts.Say("flag.no_color"))
	f.BoolVar(&p.f.ascii, "ascii", false, texts.Say("flag.ascii"))
	f.StringVar(&p.f.theme, "theme", "auto", texts.Say("flag.theme"))
	f.StringVar(&p.f.protocol, "protocol", "any", texts.Say("flag.protocol"))
	f.StringVar(&p.f.app, "app", "", texts.Say("flag.app"))
	f.StringArrayVar(&p.f.verify, "verify", nil, texts.Say("flag.verify"))
}

// checkFlags refuses global flags whose value is none of those there are.
func (p *program) checkFlags() error {
	if themes := append([]string{"auto"}, ui.ThemeNames...); !slices.Contains(themes, p.f.theme) {
		return usage("theme", "names", strings.Join(themes, ", "))
	}
	_, err := parseProtocol(p.f.protocol)
	return err
}

// exactly accepts n words and says how many are wanted, not what was given.
func exactly(n int) cobra.PositionalArgs { return between(n, n) }

// between accepts from least to most words; most below 0 is no limit.
func between(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case cmd.HasSubCommands() && len(args) > 0:
			return usage("command")
		case len(args) < least:
			return usage("few", "use", cmd.UseLine())
		case most >= 0 && len(args) > most:
			return usage("many", "use", cmd.UseLine())
		}
		return nil
	}
}
