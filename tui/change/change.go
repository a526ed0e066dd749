// Package change is the dialog in which a plan of changes is seen, confirmed
// and carried out.
package change

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// dialog shows the steps of a plan, asks, and applies it on the worker.
type dialog struct {
	env   *kit.Env
	plan  *fs.Plan
	steps []string
	asked uint64
	done  string
}

// New makes the dialog of a plan.
func New(env *kit.Env, plan *fs.Plan) ui.Dialog {
	d := &dialog{env: env, plan: plan}
	if env.Card != nil {
		d.steps = plan.Describe(env.Card.Files)
	}
	return d
}

// Size implements ui.Dialog.
func (d *dialog) Size(w, h int) (dw, dh int) { return min(76, w), min(16, h) }

// Update implements ui.Dialog.
func (d *dialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case app.AnswerEvent:
		if d.asked != 0 && msg.Answer.ID == d.asked {
			d.asked = 0
			d.done = texts.Say("out.plan_done", "n", len(d.plan.Steps))
			if msg.Answer.Err != nil {
				d.done = app.Explain(msg.Answer.Err, d.plan.Title).String()
			}
		}
	case tea.KeyPressMsg:
		switch {
		case d.done != "":
			return true, nil
		case msg.String() == "y" && d.asked == 0:
			plan := d.plan
			d.asked = d.env.Hub.SubmitCritical("write", func(ctx context.Context, c *app.Card) (any, error) {
				if err := c.Session.SetMode(card.WriteArmed); err != nil {
					return nil, err
				}
				return c.Files.Apply(ctx, plan, nil)
			})
		}
	}
	return false, nil
}

// Escape implements ui.Escaper: a plan under way comes to its end.
func (d *dialog) Escape() (leave bool, cmd tea.Cmd) { return d.asked == 0, nil }

// View implements ui.Dialog.
func (d *dialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, d.plan.Title), Focus: true, Pad: 1, Danger: true}
	iw, ih := p.Inner(w, h)
	var out []ui.Line
	for _, s := range d.steps {
		out = append(out, ui.Paragraph(ui.Text, s, iw)...)
	}
	foot := ui.L(ui.S(ui.Accent, "y"), ui.S(ui.Muted, " "+texts.Say("prompt.plan", "n", len(d.plan.Steps))))
	if d.done != "" {
		foot = ui.T(d.done)
	}
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, out, iw, max(ih-1, 0)), foot.Render(th, iw)))
}
