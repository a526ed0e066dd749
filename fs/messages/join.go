package messages

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"simscope/card"
	"simscope/fs/ef"
)

// maxApart is how far the parts of one message can lie apart in time: a
// reference is used again after 256 messages, or by another phone.
const maxApart = 24 * time.Hour

// join puts the parts of longer messages together. Parts belong together when
// kind, party, reference, number of parts and file agree and no part stands
// twice; what is missing is told.
func join(parts []Message) []Message {
	var out []Message
	open := map[string][]int{} // indexes in out
	for _, p := range parts {
		if p.Total == 0 {
			out = append(out, p)
			continue
		}
		key := strings.Join([]string{p.Kind, string(p.Box), p.Party, string(rune(p.reference)), string(rune(p.Total)), p.Parts[0].Path.String()}, "\x00")
		i := slices.IndexFunc(open[key], func(i int) bool { return out[i].takes(p) })
		if i < 0 {
			open[key] = append(open[key], len(out))
			out = append(out, p)
			continue
		}
		out[open[key][i]].add(p)
	}
	for i := range out {
		out[i].settle()
	}
	return out
}

// takes reports whether p can be another part of m.
func (m Message) takes(p Message) bool {
	for _, have := range m.Parts {
		if have.Sequence == p.Parts[0].Sequence {
			return false
		}
	}
	a, errA := time.Parse(time.RFC3339, m.Time)
	b, errB := time.Parse(time.RFC3339, p.Time)
	return errA != nil || errB != nil || a.Sub(b).Abs() <= maxApart
}

// add takes p in as a part. The texts are kept apart until settle.
func (m *Message) add(p Message) {
	m.pieces()
	p.pieces()
	m.Parts = append(m.Parts, p.Parts...)
	m.texts = append(m.texts, p.texts...)
	m.Flags = append(m.Flags, p.Flags...)
	m.Deleted = m.Deleted && p.Deleted
	if p.Status == "received_unread" || m.Status == "free" {
		m.Status = p.Status
	}
	if m.Time == "" || p.Time != "" && compareTimes(p.Time, m.Time) < 0 {
		m.Time = p.Time
	}
}

// piece is the content of one part.
type piece struct {
	sequence int
	text     string
	data     ef.Hex
}

// pieces puts the content of a single part where add collects them.
func (m *Message) pieces() {
	if m.texts == nil {
		m.texts = []piece{{m.Parts[0].Sequence, m.Text, m.Data}}
	}
}

// settle orders the parts of a message and says which are missing.
func (m *Message) settle() {
	if m.Total == 0 {
		return
	}
	m.pieces()
	slices.SortFunc(m.Parts, func(a, b Place) int { return cmp.Compare(a.Sequence, b.Sequence) })
	slices.SortFunc(m.texts, func(a, b piece) int { return cmp.Compare(a.sequence, b.sequence) })
	m.Text, m.Data, m.Missing = "", nil, nil
	next := 1
	for _, p := range m.texts {
		for ; next < p.sequence; next++ {
			m.Missing = append(m.Missing, next)
		}
		if len(m.Missing) > 0 && m.Missing[len(m.Missing)-1] == p.sequence-1 && p.text != "" {
			m.Text += "…"
		}
		next = p.sequence + 1
		m.Text += p.text
		m.Data = append(m.Data, p.data...)
	}
	for ; next <= m.Total; next++ {
		m.Missing = append(m.Missing, next)
	}
	if n := len(m.Missing); n > 0 && m.Missing[n-1] == m.Total && m.Text != "" {
		m.Text += "…"
	}
}

// compareTimes orders RFC 3339 times by the moment they mean.
func compareTimes(a, b string) int {
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	if errX != nil || errY != nil {
		return strings.Compare(a, b)
	}
	return x.Compare(y)
}

// reports puts the status reports of EF.SMSR beside the messages they are
// about.
func (l *List) reports() {
	for _, n := range l.c.Tree().All() {
		if !strings.HasSuffix(n.Catalogue, "/EF.SMSR") {
			continue
		}
		d, ok := l.c.Decode(n.Path)
		if !ok {
			continue
		}
		for i, p := range d.Parts {
			v, is := p.Value.(ef.SMSR)
			if !is || v.Report == nil || v.Report.ST == nil {
				continue
			}
			if m := l.at(n.Path.Parent(), v.Record); m != nil && m.Box == Sent {
				m.Report = &Report{Status: *v.Report.ST, Time: v.Report.DT, Path: n.Path, Record: i + 1}
			}
		}
	}
}

// kept puts the status reports that a phone keeps as messages beside the
// message that was sent, where the reference and the other side leave but one
// (TS 23.040 clause 9.2.3.6: a reference is one byte and comes again).
func (l *List) kept() {
	for i := range l.Messages {
		r := &l.Messages[i]
		if r.Outcome == nil || r.mr == nil {
			continue
		}
		about := -1
		for j, m := range l.Messages {
			if m.Kind != "SMS-SUBMIT" || m.mr == nil || *m.mr != *r.mr || m.Party != r.Party || m.Box != Sent {
				continue
			}
			if about >= 0 { // two could be meant
				about = -1
				break
			}
			about = j
		}
		if about < 0 {
			continue
		}
		m := &l.Messages[about]
		r.ReportOn = m.N
		if m.Report == nil {
			m.Report = &Report{Status: *r.Outcome, Time: r.discharged, Path: r.Parts[0].Path, Record: r.Parts[0].Record, kept: true}
		}
	}
}

// at is the message that holds a record of the EF.SMS in dir, also where that
// file is only another view of the one listed.
func (l *List) at(dir card.Path, record int) *Message {
	shown := func(p card.Path) bool {
		i := slices.IndexFunc(l.Files, func(f File) bool { return f.Path == p })
		return p.Parent() == dir || i >= 0 && slices.ContainsFunc(l.Files[i].Also, func(a card.Path) bool { return a.Parent() == dir })
	}
	for i := range l.Messages {
		for _, p := range l.Messages[i].Parts {
			if p.Record == record && shown(p.Path) {
				return &l.Messages[i]
			}
		}
	}
	return nil
}
