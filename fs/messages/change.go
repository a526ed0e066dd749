package messages

import (
	"bytes"
	"errors"

	"simscope/fs"
	"simscope/texts"
)

// ErrNoMessage says that there is no message of that number.
var ErrNoMessage = errors.New("there is no such message")

// Delete plans to remove messages for good: every part is written over, and so
// are the status reports that belong to them. A phone that deletes a message
// often marks its record as free and leaves the text there.
func (l List) Delete(numbers ...int) (*fs.Plan, error) {
	p := l.c.NewPlan(texts.Say("messages.plan.delete", "n", len(numbers)))
	for _, n := range numbers {
		m, ok := l.Get(n)
		if !ok {
			return nil, ErrNoMessage
		}
		if err := l.erase(p, m); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Wipe plans to write over every deleted message that can still be read.
func (l List) Wipe() (*fs.Plan, error) {
	p := l.c.NewPlan(texts.Say("messages.plan.wipe"))
	for _, m := range l.Messages {
		for _, part := range m.Parts {
			if !part.Deleted {
				continue
			}
			if err := l.free(p, part, texts.Say("messages.why.wipe")); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// MarkRead plans to mark a new message as read.
func (l List) MarkRead(n int) (*fs.Plan, error) {
	m, ok := l.Get(n)
	if !ok {
		return nil, ErrNoMessage
	}
	p := l.c.NewPlan(texts.Say("messages.plan.read"))
	for _, part := range m.Parts {
		old, err := l.record(part)
		if err != nil {
			return nil, err
		}
		if len(old) == 0 || old[0]&7 != 3 {
			continue
		}
		data := bytes.Clone(old)
		data[0] = data[0]&^7 | 1
		if err := p.Change(l.c, part.Path, part.Record, data, texts.Say("messages.why.read")); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (l List) erase(p *fs.Plan, m Message) error {
	for _, part := range m.Parts {
		if err := l.free(p, part, texts.Say("messages.why.delete")); err != nil {
			return err
		}
	}
	if r := m.Report; r != nil && !r.kept {
		return l.free(p, Place{Path: r.Path, Record: r.Record}, texts.Say("messages.why.report"))
	}
	return nil
}

// free plans to make a record free: 00, then FF (TS 51.011 clauses 10.5.3 and
// 10.5.8).
func (l List) free(p *fs.Plan, at Place, why string) error {
	old, err := l.record(at)
	if err != nil {
		return err
	}
	data := bytes.Repeat([]byte{0xFF}, len(old))
	if len(data) > 0 {
		data[0] = 0
	}
	return p.Change(l.c, at.Path, at.Record, data, why)
}

func (l List) record(at Place) (fs.Hex, error) {
	n, ok := l.c.Tree().Get(at.Path)
	if !ok || n.Content == nil || at.Record < 1 || at.Record > len(n.Content.Records) {
		return nil, fs.ErrNotRead
	}
	return n.Content.Records[at.Record-1], nil
}
