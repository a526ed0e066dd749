package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Dialog is a box before the screen that has all keys while it is on top.
// Esc is the stack's. Dialogs tell what was chosen by messages.
type Dialog interface {
	// Update handles a message; done closes the dialog.
	Update(msg tea.Msg) (done bool, cmd tea.Cmd)
	// Size is the size it wishes on a screen of w by h. It must not depend on
	// what the dialog is showing, so that it stays in its place.
	Size(w, h int) (dw, dh int)
	// View draws the whole box.
	View(th *Theme, w, h int) string
}

// Escaper is a Dialog that wants to know of Esc: leave is false while it
// cannot be left, because something was sent and the answer is not known.
type Escaper interface {
	Escape() (leave bool, cmd tea.Cmd)
}

// Dialogs is a stack of dialogs.
type Dialogs struct{ stack []Dialog }

// Push puts a dialog on top.
func (d *Dialogs) Push(x Dialog) { d.stack = append(d.stack, x) }

// Pop takes the top dialog off.
func (d *Dialogs) Pop() {
	if n := len(d.stack); n > 0 {
		d.stack[n-1] = nil
		d.stack = d.stack[:n-1]
	}
}

// Top is the dialog that has the keys, nil when there is none.
func (d *Dialogs) Top() Dialog {
	if n := len(d.stack); n > 0 {
		return d.stack[n-1]
	}
	return nil
}

// Has reports whether a dialog is in the stack.
func (d *Dialogs) Has(x Dialog) bool {
	for _, y := range d.stack {
		if x == y {
			return true
		}
	}
	return false
}

// Len is the number of dialogs.
func (d *Dialogs) Len() int { return len(d.stack) }

// Update gives a message to the top dialog. used says that the screen must
// not handle it too: keys, pastes and mouse while any dialog is open. Other
// messages go to every dialog, so that an answer finds the one that waits.
func (d *Dialogs) Update(msg tea.Msg) (used bool, cmd tea.Cmd) {
	top := d.Top()
	if top == nil {
		return false, nil
	}
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		if m.String() == "esc" {
			return true, d.escape(top)
		}
		return true, d.deliver(top, msg)
	case tea.PasteMsg, tea.MouseMsg:
		return true, d.deliver(top, msg)
	}
	var cmds []tea.Cmd
	for _, x := range append([]Dialog(nil), d.stack...) {
		cmds = append(cmds, d.deliver(x, msg))
	}
	return false, tea.Batch(cmds...)
}

func (d *Dialogs) escape(top Dialog) tea.Cmd {
	leave, cmd := true, tea.Cmd(nil)
	if e, ok := top.(Escaper); ok {
		leave, cmd = e.Escape()
	}
	if leave {
		d.Remove(top)
	}
	return cmd
}

func (d *Dialogs) deliver(x Dialog, msg tea.Msg) tea.Cmd {
	done, cmd := x.Update(msg)
	if done {
		d.Remove(x)
	}
	return cmd
}

// Remove takes a dialog away wherever it stands, if it is there.
func (d *Dialogs) Remove(x Dialog) {
	for i, y := range d.stack {
		if x == y {
			d.stack = append(d.stack[:i:i], d.stack[i+1:]...)
			return
		}
	}
}

// View draws the dialogs before the screen, which is dimmed. Without a dialog
// it is the screen itself.
func (d *Dialogs) View(th *Theme, screen string, w, h int) string {
	for _, x := range d.stack {
		dw, dh := x.Size(w, h)
		dw, dh = max(min(dw, w), 0), max(min(dh, h), 0)
		screen = Overlay(th, screen, x.View(th, dw, dh), w, h, (w-dw)/2, (h-dh)/2)
	}
	return screen
}

// Overlay puts box on screen, w by h, with its upper left corner at x, y. The
// screen is dimmed: its own colours go, so that one thing alone is lit. A
// wide character that the box covers in half leaves a blank.
func Overlay(th *Theme, screen, box string, w, h, x, y int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	x, y = max(min(x, w), 0), max(min(y, h), 0)
	rows := strings.Split(FitBlock(ansi.Strip(screen), w, h), "\n")
	var lines []string
	if box != "" {
		lines = strings.Split(box, "\n")
	}
	for i, row := range rows {
		j := i - y
		if j < 0 || j >= len(lines) {
			rows[i] = th.paint(Dim, row, false)
			continue
		}
		bw := min(Width(lines[j]), w-x)
		rows[i] = th.paint(Dim, cutCells(row, 0, x), false) + Fit(lines[j], bw) +
			th.paint(Dim, cutCells(row, x+bw, w), false)
	}
	return strings.Join(rows, "\n")
}
