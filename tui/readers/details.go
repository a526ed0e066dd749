package readers

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/ui"
)

// sheet is a dialog of what is known of a reader. Its table of bytes keeps its
// columns, which the text of a ui.Notice does not.
type sheet struct {
	rows []sheetRow
	top  int
}

// sheetRow is a line: fixed text, and text behind it that is wrapped below
// itself.
type sheetRow struct{ head, text string }

// details is what a reader says of itself and of its card.
func (m *Model) details(r card.Reader) ui.Dialog {
	s := &sheet{rows: []sheetRow{{text: r.ID.Name}}}
	if from := texts.Maybe("provider." + r.ID.Provider); from != "" {
		s.rows = append(s.rows, sheetRow{text: texts.Say("readers.provider", "name", from)})
	}
	s.rows = append(s.rows, sheetRow{text: texts.Say("readers.state", "state", stateWords(r))})
	if len(r.ATR) == 0 {
		s.rows = append(s.rows, sheetRow{text: texts.Say("readers.no_atr")})
		return s
	}
	s.rows = append(s.rows, sheetRow{}, sheetRow{head: "ATR  ", text: fmt.Sprintf("% X", r.ATR)}, sheetRow{})
	a, err := card.ParseATR(r.ATR)
	for _, b := range a.Bytes {
		s.rows = append(s.rows, sheetRow{fmt.Sprintf("%-3s  %02X  ", b.Name, b.Value), texts.Say("atr."+b.ID, b.Args...)})
	}
	if err != nil {
		s.rows = append(s.rows, sheetRow{}, sheetRow{text: err.Error()})
	}
	return s
}

// sheetWidth is the widest it gets.
const sheetWidth = 72

// Size implements ui.Dialog.
func (s *sheet) Size(w, h int) (dw, dh int) {
	dw = min(sheetWidth, w)
	return dw, min(len(s.lines(max(dw-4, 1)))+5, h)
}

// Update implements ui.Dialog.
func (s *sheet) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, nil
	}
	switch k.String() {
	case "down", "j":
		s.top++
	case "up", "k":
		s.top--
	case "pgdown", "space":
		s.top += doctorPage
	case "pgup":
		s.top -= doctorPage
	case "home", "g":
		s.top = 0
	case "end", "G":
		s.top = doctorEnd
	default:
		return true, nil
	}
	return false, nil
}

func (s *sheet) lines(w int) []ui.Line {
	var out []ui.Line
	for _, r := range s.rows {
		n := len(r.head)
		for i, l := range ui.Wrap(r.text, max(w-n, 1)) {
			if i > 0 {
				r.head = spaces(n)
			}
			out = append(out, ui.L(ui.S(ui.Muted, r.head), ui.S(ui.Text, l)))
		}
	}
	return out
}

// View implements ui.Dialog.
func (s *sheet) View(th *ui.Theme, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	pane := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("readers.details")), Focus: true, Pad: 1}
	iw, ih := pane.Inner(w, h)
	lines := s.lines(max(iw, 1))
	room := max(ih-2, 1)
	s.top = max(min(s.top, len(lines)-room), 0)
	end := min(s.top+room, len(lines))
	if len(lines) > room {
		pane.Foot = fmt.Sprintf("%d-%d/%d", s.top+1, end, len(lines))
	}
	body := lines[s.top:end:end]
	if ih > len(lines)+2 {
		body = append([]ui.Line{nil}, body...)
	}
	if ih < 3 {
		return pane.View(th, w, h, ui.RenderLines(th, body, iw, ih))
	}
	hint := ui.L(ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("ui.close")))
	return pane.View(th, w, h, ui.Above(ui.RenderLines(th, body, iw, ih-1), hint.Render(th, iw)))
}
