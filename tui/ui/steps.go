package ui

import (
	"fmt"

	"simscope/texts"
)

// StepDialog draws a guided change: its steps at the left, the body of the
// current one at the right, and what stands true at every step (the tries
// left) above the keys. The logic is the screen's: it embeds a StepDialog and
// implements Update.
type StepDialog struct {
	Title string
	// Steps are the names of all steps in order.
	Steps []string
	// Current is the step one is at.
	Current int
	// Failed draws the current step as one that did not go well.
	Failed bool
	// Standing is shown at every step, above the keys.
	Standing Line
	Hints    []Hint
	// Body draws what the step says in w cells.
	Body func(th *Theme, w int) []Line
}

const (
	stepWidth, stepHeight = 76, 18
	stepsColumn           = 16
)

// Size implements Dialog: the same for all steps.
func (s *StepDialog) Size(w, h int) (dw, dh int) { return min(stepWidth, w), min(stepHeight, h) }

// View implements Dialog.
func (s *StepDialog) View(th *Theme, w, h int) string {
	pane := Pane{Title: Tok(Title, s.Title), Focus: true, Pad: 1}
	iw, ih := pane.Inner(w, h)
	if iw <= 0 || ih <= 0 {
		return FitBlock("", w, h)
	}
	if iw < 50 {
		return pane.View(th, w, h, s.narrow(th, iw, ih))
	}
	steps := RenderLines(th, s.stepLines(&th.Glyphs), stepsColumn, ih)
	return pane.View(th, w, h, Beside(steps, s.bodyView(th, iw-stepsColumn, ih)))
}

// narrow has one line for the steps instead of a column.
func (s *StepDialog) narrow(th *Theme, w, h int) string {
	name := ""
	if s.Current >= 0 && s.Current < len(s.Steps) {
		name = s.Steps[s.Current]
	}
	at := texts.Say("ui.step.of", "n", s.Current+1, "of", len(s.Steps), "name", name)
	head := Tok(Accent, at).Render(th, w)
	if h < 4 {
		return s.bodyView(th, w, h)
	}
	return Above(head, spaces(w), s.bodyView(th, w, h-2))
}

func (s *StepDialog) stepLines(g *Glyphs) []Line {
	out := []Line{nil}
	for i, name := range s.Steps {
		switch {
		case i == s.Current && s.Failed:
			out = append(out, L(S(Bad, g.Bad+" "+name)))
		case i == s.Current:
			out = append(out, L(S(Accent, g.Cursor), S(Title, " "+name)))
		case i < s.Current:
			out = append(out, L(S(Good, g.Good), S(Muted, " "+name)))
		default:
			out = append(out, L(S(Muted, g.None+" "+name)))
		}
	}
	return out
}

// bodyView has the body above, what stands and the keys below. In too few
// lines the body gives way: tries and keys are what must be seen.
func (s *StepDialog) bodyView(th *Theme, w, h int) string {
	var foot []Line
	if len(s.Standing) > 0 {
		foot = append(foot, s.Standing)
	}
	if len(s.Hints) > 0 {
		foot = append(foot, hintSpans(&th.Glyphs, s.Hints, w))
	}
	var body []Line
	if s.Body != nil {
		body = s.Body(th, w)
	}
	if h > len(foot)+2 {
		body = append([]Line{nil}, body...)
	}
	foot = foot[:min(len(foot), h)]
	return Above(RenderLines(th, body, w, h-len(foot)), RenderLines(th, foot, w, len(foot)))
}

// String keeps the body out of prints.
func (s *StepDialog) String() string {
	return fmt.Sprintf("%s %d/%d", s.Title, s.Current+1, len(s.Steps))
}
