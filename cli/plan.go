package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

// planFlags are the flags of every command that changes files.
type planFlags struct {
	yes bool // do not ask
}

func (f *planFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.yes, "yes", false, texts.Say("flag.yes"))
}

// carryOut is how every command changes files: the plan is shown with what
// stands against it, confirmed, applied and read back.
func (p *program) carryOut(ctx context.Context, c *app.Card, plan *fs.Plan, f planFlags) error {
	if p.f.readOnly {
		return problem("locked_read_only", plan.Title)
	}
	for _, line := range plan.Describe(c.Files) {
		fmt.Fprintln(p.words(p.io.Err), safe.Text(line))
	}
	for _, pr := range plan.Check(c.Files) {
		fmt.Fprintln(p.words(p.io.Err), "! "+safe.Text(pr.String()))
	}
	if !f.yes {
		ok, err := p.prompter(ctx).confirm(texts.Say("prompt.plan", "n", len(plan.Steps)), "yes")
		if err != nil {
			return err
		}
		if !ok {
			return problem("not_confirmed", plan.Title)
		}
	}
	if err := c.Session.SetMode(card.WriteArmed); err != nil {
		return err
	}
	res, err := c.Files.Apply(ctx, plan, nil)
	if err != nil {
		return err
	}
	return p.emit(res, func(w io.Writer) { fmt.Fprintln(w, texts.Say("out.plan_done", "n", len(res.Steps))) })
}
