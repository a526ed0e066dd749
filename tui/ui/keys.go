package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Binding is what a key does here and now.
type Binding struct {
	// Keys are the keystrokes, as tea.Key.String gives them: "enter", "ctrl+d".
	Keys []string
	// Does is the verb in a word or two, for the hint line.
	Does string
	// Why says why it cannot be done now; empty when it can.
	Why string
}

// Bind makes a binding; keys are separated by spaces.
func Bind(keys, does string) Binding { return Binding{Keys: strings.Fields(keys), Does: does} }

// Matches reports whether the keystroke is one of the binding's.
func (b Binding) Matches(key string) bool {
	for _, k := range b.Keys {
		if k == key {
			return true
		}
	}
	return false
}

// Hint is the binding as the hint line shows it: its first key.
func (b Binding) Hint() Hint {
	h := Hint{Does: b.Does, Off: b.Why != ""}
	if len(b.Keys) > 0 {
		h.Key = b.Keys[0]
	}
	return h
}

// Hints are the hints of bindings, in their order.
func Hints(bs ...Binding) []Hint {
	out := make([]Hint, 0, len(bs))
	for _, b := range bs {
		out = append(out, b.Hint())
	}
	return out
}

// ShowKey is a keystroke as people write it: ctrl-d, esc, →.
func ShowKey(g *Glyphs, key string) string {
	switch key {
	case "up":
		return g.Up
	case "down":
		return g.Down
	case "left":
		return g.Left
	case "right":
		return g.Right
	case " ":
		return "space"
	}
	return strings.ReplaceAll(key, "ctrl+", "ctrl-")
}

// keyOf is the keystroke of a message, or empty when it is not a key press.
func keyOf(msg tea.Msg) string {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return k.String()
	}
	return ""
}
