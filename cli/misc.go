package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"simscope/card/pcsc"
	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/card/vpcd"
	"simscope/texts"
)

// doctorTime bounds how long the doctor waits for the card service.
const doctorTime = 5 * time.Second

func (p *program) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: texts.Say("cmd.doctor"), Long: texts.Say("cmd.doctor.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.doctor(cmd.Context()) },
	}
}

// factJSON is one finding of the doctor in words.
type factJSON struct {
	Check string    `json:"check"`
	Level string    `json:"level"`
	ID    string    `json:"id"`
	Text  string    `json:"text"`
	Fixes []fixJSON `json:"fixes,omitempty"`
}

type fixJSON struct {
	Text     string   `json:"text"`
	Commands []string `json:"commands"`
}

func (p *program) doctor(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	d := pcsc.New().Diagnose(ctx)
	facts := []factJSON{}
	for _, f := range d.Facts {
		j := factJSON{Check: f.Check, Level: f.Level.String(), ID: f.ID, Text: safe.Text(texts.Say(f.ID, f.Args...))}
		for _, x := range f.Fixes {
			j.Fixes = append(j.Fixes, fixJSON{texts.Say(x.ID), x.Commands})
		}
		facts = append(facts, j)
	}
	_, missing := d.Missing()
	return p.emit(map[string]any{"ready": !missing, "facts": facts}, func(w io.Writer) { p.printFacts(w, facts) })
}

func (p *program) printFacts(w io.Writer, facts []factJSON) {
	signs := map[string]string{"ok": "✓", "hint": "·", "missing": "✗"}
	if p.f.ascii {
		signs = map[string]string{"ok": "+", "hint": ".", "missing": "x"}
	}
	for _, f := range facts {
		fmt.Fprintf(w, "%s %s\n", signs[f.Level], f.Text)
		for _, x := range f.Fixes {
			fmt.Fprintln(w, "    "+x.Text)
			for _, c := range x.Commands {
				fmt.Fprintln(w, "      "+c)
			}
		}
	}
}

func (p *program) virtualCardCommand() *cobra.Command {
	var addr, save string
	var direct, proactive bool
	c := &cobra.Command{
		Use: "virtual-card", Short: texts.Say("cmd.virtual"), Long: texts.Say("cmd.virtual.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.virtualCard(cmd.Context(), addr, save, virtual.Options{Direct: direct, Proactive: proactive})
		},
	}
	c.Flags().StringVar(&addr, "address", "127.0.0.1:35963", texts.Say("flag.address"))
	c.Flags().StringVar(&save, "save", "", texts.Say("flag.save"))
	c.Flags().BoolVar(&direct, "direct", false, texts.Say("flag.direct"))
	c.Flags().BoolVar(&proactive, "proactive", false, texts.Say("flag.proactive"))
	return c
}

// virtualCard plugs a virtual card into pcscd's virtual reader until the
// program is ended.
func (p *program) virtualCard(ctx context.Context, addr, save string, o virtual.Options) error {
	if _, port, err := net.SplitHostPort(addr); err != nil || !isPort(port) {
		return usage("address")
	}
	slot, err := imageSlot(cmp.Or(p.f.image, virtual.Builtin()[0].ID))
	if err != nil {
		return err
	}
	c, err := virtual.New(slot.Image, o)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.io.Err, texts.Say("out.plugging", "address", safe.Text(addr)))
	if err := vpcd.Serve(ctx, addr, c); err != nil && ctx.Err() == nil {
		return problem("vpcd", texts.Say("tried.vpcd"))
	}
	if save == "" {
		return nil
	}
	return writeNew(save, texts.Say("tried.save"), func(w io.Writer) error { return virtual.WriteImage(w, c.Image()) })
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

func (p *program) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use: "completion SHELL", Short: texts.Say("cmd.completion"), Long: texts.Say("cmd.completion.long"),
		Args: exactly(1), ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.io.Out, true)
			case "zsh":
				return root.GenZshCompletion(p.io.Out)
			case "fish":
				return root.GenFishCompletion(p.io.Out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(p.io.Out)
			}
			return usage("shell")
		},
	}
}
