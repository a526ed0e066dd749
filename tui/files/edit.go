package files

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/change"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// chosen is the part of the selected file that a change is about: what is
// open, or under the cursor in the table.
func (m *Model) chosen() *part {
	if p := m.file.part(); p != nil || m.table == nil || !m.file.records {
		return p
	}
	if i, err := strconv.Atoi(m.table.SelectedKey()); err == nil && i >= 0 && i < len(m.file.parts) {
		return &m.file.parts[i]
	}
	return nil
}

// place is where a change of a part goes.
func (m *Model) place(p *part) fs.Place {
	at := fs.Place{Path: m.file.node.Path}
	switch m.file.node.Structure() {
	case fs.LinearFixed, fs.Cyclic:
		at.Record, _ = strconv.Atoi(p.name)
	case fs.BERTLV:
		for i, o := range m.file.node.Content.Objects {
			if i < len(m.file.parts) && &m.file.parts[i] == p {
				at.Tag = o.Tag
			}
		}
	}
	return at
}

// noEdit is the identifier of the reason why what is chosen cannot be edited,
// empty where it can.
func (m *Model) noEdit() string {
	n, ok := m.selected()
	switch {
	case !ok || n.Dir:
		return "reason.no_file"
	case fs.Hidden(n.Path):
		return "reason.holds_keys"
	case m.file.state != "" || n.Content == nil:
		return "reason.not_read"
	case n.Structure() == fs.Cyclic:
		return "reason.cyclic"
	case n.Content.Partial:
		return "reason.partly_read"
	case m.chosen() == nil:
		return "reason.no_record"
	}
	return ""
}

// clearable says what emptying the selected file would be.
func (m *Model) clearable() string {
	n, ok := m.selected()
	if !ok || n.Dir || m.env.Card == nil || !n.State.Exists() {
		return ""
	}
	return m.env.Card.Files.Clearable(n.Path)
}

// edit opens the editor on what is chosen.
func (m *Model) edit() tea.Cmd {
	p := m.chosen()
	if p == nil || m.env.Card == nil {
		return nil
	}
	return kit.Push(newEditor(m.env, m.place(p), p))
}

// clearFile makes the plan of emptying the file, on the card's worker.
func (m *Model) clearFile() tea.Cmd {
	n, ok := m.selected()
	what := m.clearable()
	if !ok || what == "" {
		return nil
	}
	aid := n.Path.App
	m.planAsked = m.env.Submit("plan", func(ctx context.Context, c *app.Card) (any, error) {
		if what == "fplmn" {
			return c.Files.PlanClearFPLMN(ctx, aid)
		}
		return c.Files.PlanClearLocation(ctx, aid)
	})
	return nil
}

// planned shows a plan that was asked for.
func (m *Model) planned(a app.Answer) tea.Cmd {
	m.planAsked = 0
	plan, ok := a.Value.(*fs.Plan)
	if a.Err != nil || !ok {
		return kit.Toast(ui.Warn, app.Explain(a.Err, texts.Say("files.plan.tried")).String())
	}
	return kit.Push(change.New(m.env, plan))
}
