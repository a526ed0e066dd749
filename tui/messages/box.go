package messages

import (
	"simscope/fs/messages"
	"simscope/texts"
	"simscope/tui/ui"
)

// box is what the list shows.
type box int

const (
	boxAll box = iota
	boxInbox
	boxSent
	boxDrafts
	boxDeleted
	boxReports
)

// boxes are the names of the boxes, in the order in which they are shown one
// after the other.
var boxes = [...]string{"all", "inbox", "sent", "drafts", "deleted", "reports"}

func (b box) next() box     { return (b + 1) % box(len(boxes)) }
func (b box) title() string { return texts.Say("messages.show_box." + boxes[b]) }
func (b box) empty() string { return texts.Say("messages.empty." + boxes[b]) }

// boxNamed is the box of a name.
func boxNamed(name string) (box, bool) {
	for i, n := range boxes {
		if n == name {
			return box(i), true
		}
	}
	return boxAll, false
}

// has reports whether a message belongs in the box. What was deleted is in no
// box of its kind any more.
func (b box) has(x messages.Message) bool {
	switch b {
	case boxAll:
		return true
	case boxDeleted:
		return x.Deleted
	}
	return !x.Deleted && string(x.Box) == boxes[b]
}

// look is how the state of a message is shown: sign, colour and word.
type look struct {
	sign string
	tok  ui.Token
	word string
}

// stateOf is the state of a message, the more telling one first.
func stateOf(g *ui.Glyphs, x messages.Message) look {
	say := func(sign string, tok ui.Token, id string) look {
		return look{sign, tok, texts.Say("messages.state." + id)}
	}
	switch {
	case x.Deleted:
		return say(g.Bad, ui.Warn, "deleted")
	case x.Unread():
		return say(g.Dot, ui.Accent, "new")
	case x.Box == messages.Reports:
		return say(g.Good, ui.Muted, "report")
	case x.Box == messages.Drafts:
		return say(g.Ellipsis, ui.Muted, "draft")
	case x.Box == messages.Sent:
		return say(g.Right, ui.Muted, "sent")
	case x.Box == messages.Other:
		return say(g.Warn, ui.Warn, "other")
	}
	return say(" ", ui.Muted, "read")
}
