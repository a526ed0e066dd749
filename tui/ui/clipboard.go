package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/texts"
)

const (
	// clipboardMax is the most bytes sent: xterm and others drop a longer
	// OSC 52 whole, after its base64 of 100,000.
	clipboardMax = 74994
	// screenChunk is the longest string GNU Screen passes on, less its frame.
	screenChunk = 760
)

// Copy sends text to the clipboard of the terminal, which is where the person
// sits, also over SSH, by OSC 52. say is the sentence for the toast: that it
// was sent, for no terminal tells whether it took it. env looks up the
// environment. A text that is too long is not sent, and say tells so.
func Copy(text string, env func(string) string) (cmd tea.Cmd, say string, ok bool) {
	if len(text) > clipboardMax {
		return nil, texts.Say("ui.copy.long", "size", len(text), "max", clipboardMax), false
	}
	return tea.Raw(clipboardSequence(text, env)), texts.Say("ui.copy.sent"), true
}

// clipboardSequence wraps OSC 52 for what stands between here and the
// terminal. Inside tmux it goes twice: bare for set-clipboard on, wrapped for
// allow-passthrough on; either is enough and both do no harm.
func clipboardSequence(text string, env func(string) string) string {
	seq := ansi.SetSystemClipboard(text)
	switch {
	case env("TMUX") != "":
		return seq + ansi.TmuxPassthrough(seq)
	case env("STY") != "" || strings.HasPrefix(env("TERM"), "screen"):
		return ansi.ScreenPassthrough(seq, screenChunk)
	}
	return seq
}
