// Package messages makes messages of the records of EF.SMS and EF.SMSR: parts
// joined, senders named, reports beside what they are about, and what was
// deleted and can still be read. It plans their deletion and writes them to
// files.
//
// It works on what an fs.Card has read; it talks to no card and knows no
// screen.
package messages

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
)

// Box is where a message belongs.
type Box string

// The boxes.
const (
	Inbox   Box = "inbox"
	Sent    Box = "sent"
	Drafts  Box = "drafts"
	Reports Box = "reports" // status reports kept as messages
	Other   Box = "other"   // what cannot be read
)

// Place is the record that holds a part of a message.
type Place struct {
	Path     card.Path `json:"path"`
	Record   int       `json:"record"`
	Sequence int       `json:"sequence,omitempty"` // of a longer message, from 1 on
	Deleted  bool      `json:"deleted,omitempty"`
}

// Report is what became of a message that was sent.
type Report struct {
	Status byte      `json:"status"` // TP-Status, TS 23.040 clause 9.2.3.15
	Time   string    `json:"time,omitempty"`
	Path   card.Path `json:"path"`
	Record int       `json:"record"`
	kept   bool      // it is a message of its own, which stays when the other goes
}

// Message is one message, joined of its parts. Texts are as the card has them.
type Message struct {
	N       int    `json:"n"` // from 1 on, in the order of the list
	Box     Box    `json:"box"`
	Kind    string `json:"kind"`   // "SMS-DELIVER", "SMS-SUBMIT", "SMS-STATUS-REPORT", "SMS-COMMAND", "reserved"
	Status  string `json:"status"` // as in EF.SMS: "received_read", "received_unread", "to_be_sent", "sent", "free"
	Deleted bool   `json:"deleted,omitempty"`
	// Party is the other side: a number, or the name a sender gave itself.
	// Name is what the phone book calls it.
	Party  string `json:"party,omitempty"`
	Name   string `json:"name,omitempty"`
	Time   string `json:"time,omitempty"` // RFC 3339, of the centre; empty where none is told
	Centre string `json:"service_centre,omitempty"`
	Text   string `json:"text,omitempty"`
	Data   ef.Hex `json:"data,omitempty"` // of a message that is no text
	// Coding, PID and Validity are of the first part.
	Coding   *ef.DataCoding `json:"data_coding,omitempty"`
	PID      *byte          `json:"tp_pid,omitempty"`
	Validity ef.Hex         `json:"tp_vp,omitempty"`
	// Headers are the elements of the user data header, of a longer message those
	// of its first part, without those that join its parts.
	Headers []ef.Element `json:"headers,omitempty"`
	Command *byte        `json:"tp_ct,omitempty"` // of a command: what is asked of the centre
	About   *byte        `json:"tp_mn,omitempty"` // of a command: the reference of the message it is about
	// ReportAsked says that the sender wants to know what became of it.
	ReportAsked bool     `json:"report_asked,omitempty"`
	Report      *Report  `json:"report,omitempty"`
	Outcome     *byte    `json:"tp_st,omitempty"`     // of a status report
	ReportOn    int      `json:"report_on,omitempty"` // of a status report: the message it is about
	Total       int      `json:"total,omitempty"`     // parts of a longer message
	Missing     []int    `json:"missing,omitempty"`
	Parts       []Place  `json:"parts"`
	Flags       []string `json:"flags,omitempty"`
	reference   int
	mr          *byte // TP-MR
	first       byte  // first octet of the TPDU
	discharged  string
	texts       []piece
}

// Unread reports whether the message is new.
func (m Message) Unread() bool { return m.Status == "received_unread" }

// Silent reports whether a phone would not show the message: it is of type 0,
// or for the card or the phone itself (TS 23.040 clause 9.2.3.9).
func (m Message) Silent() bool {
	return m.PID != nil && (*m.PID == 0x40 || *m.PID == 0x7F || *m.PID == 0x7D || *m.PID == 0x7E)
}

// File is one EF.SMS of the card.
type File struct {
	Path    card.Path   `json:"path"`
	Also    []card.Path `json:"also,omitempty"` // other places that show the same content
	Slots   int         `json:"slots"`
	Free    int         `json:"free"` // can be written over; some still hold deleted messages
	Deleted int         `json:"deleted"`
}

// List is all messages of a card, newest first, those without a time last.
type List struct {
	Messages []Message   `json:"messages"`
	Files    []File      `json:"files"`
	Closed   []card.Path `json:"-"` // files of messages that were there and not read
	c        *fs.Card
}

// NameOf finds the name for a number in a phone book; empty where none has it.
type NameOf func(number string) string

// ofCDMA reports whether a file holds messages of CDMA networks, which are
// coded otherwise.
func ofCDMA(n fs.Node) bool {
	return strings.HasPrefix(n.Catalogue, "MF/DF.CDMA/") || strings.HasPrefix(n.Catalogue, "ADF.CSIM/")
}

// Build makes the list from what was read of the card. nameOf may be nil.
func Build(c *fs.Card, nameOf NameOf) List {
	return build(c, c.Tree().All(), nameOf)
}

// build is Build over nodes that were taken from the tree some time before.
func build(c *fs.Card, nodes []fs.Node, nameOf NameOf) List {
	l := List{c: c, Messages: []Message{}, Files: []File{}}
	contents := map[string]int{} // to the index in Files
	var parts []Message
	for _, n := range nodes {
		if !strings.HasSuffix(n.Catalogue, "/EF.SMS") || n.Dir || !n.State.Exists() || ofCDMA(n) {
			continue
		}
		// It may be read at this moment: what is decoded was there when it was
		// looked at again.
		n, _ := c.Tree().Get(n.Path)
		d, ok := c.Decode(n.Path)
		if !ok || n.Content == nil {
			l.Closed = append(l.Closed, n.Path)
			continue
		}
		key := contentKey(n)
		if i, seen := contents[key]; seen && key != "" {
			l.Files[i].Also = append(l.Files[i].Also, n.Path)
			continue
		}
		contents[key] = len(l.Files)
		f, own := records(n.Path, d)
		l.Files, parts = append(l.Files, f), append(parts, own...)
	}
	l.Messages = join(parts)
	l.reports()
	l.finish(nameOf)
	l.kept()
	return l
}

// records are the messages of the records of one file, not joined yet.
func records(path card.Path, d fs.Decoded) (File, []Message) {
	f := File{Path: path, Slots: len(d.Parts)}
	var parts []Message
	for i, p := range d.Parts {
		v, _ := p.Value.(ef.SMS)
		if v.Status == "free" {
			f.Free++
		}
		if p.Empty || v.TPDU == nil || v.Status == "free" && !v.Deleted {
			continue
		}
		if v.Deleted {
			f.Deleted++
		}
		parts = append(parts, single(path, i+1, v, p.Flags))
	}
	return f, parts
}

// Essence is what there is to read of a message: its text, else what became of
// a message, what is asked of the centre, bytes, or that it shows nothing.
func (m Message) Essence() string {
	switch {
	case m.Text != "":
		return m.Text
	case m.Outcome != nil:
		return ef.DeliveryText(*m.Outcome)
	case m.Command != nil:
		return m.command()
	case len(m.Data) > 0:
		return m.Data.String()
	case m.Silent():
		return texts.Say("messages.silent")
	}
	return ""
}

// command is what a command asks of the centre, in words.
func (m Message) command() string {
	what := ef.CommandText(*m.Command)
	if m.About == nil {
		return what
	}
	return texts.Say("messages.command", "what", what, "n", *m.About)
}

// Count counts the messages of one EF.SMS, parts joined: all of them, those
// that were deleted and can still be read, and those that are new.
func Count(path card.Path, d fs.Decoded) (n, deleted, fresh int) {
	_, parts := records(path, d)
	for _, m := range join(parts) {
		n++
		if m.Deleted {
			deleted++
		}
		if m.Unread() {
			fresh++
		}
	}
	return n, deleted, fresh
}

// contentKey is the content of a file, empty where all of it is free: two
// empty files are not one file shown twice.
func contentKey(n fs.Node) string {
	var b strings.Builder
	used := false
	for _, r := range n.Content.Records {
		b.Write(r)
		used = used || len(r) > 0 && r[0] != 0 && r[0] != 0xFF
	}
	if !used {
		return ""
	}
	return b.String()
}

// single is the message of one record.
func single(p card.Path, record int, v ef.SMS, flags []ef.Flag) Message {
	t := v.TPDU
	m := Message{
		Kind: t.MTI, Status: v.Status, Deleted: v.Deleted, Time: t.SCTS, Text: t.Text, Coding: t.Coding, PID: t.PID,
		Validity: t.VP, ReportAsked: t.StatusReport, Outcome: t.ST, Box: boxOf(t.MTI, v.Status),
		Parts: []Place{{Path: p, Record: record, Deleted: v.Deleted}}, Flags: []string{},
		Command: t.CT, About: t.MN, mr: t.MR, first: t.FirstOctet, discharged: t.DT,
	}
	for _, e := range t.UDH {
		if !e.Joins() {
			m.Headers = append(m.Headers, e)
		}
	}
	for _, a := range []*ef.Address{t.OA, t.DA, t.RA} {
		if a != nil {
			m.Party = a.String()
			break
		}
	}
	if v.Centre != nil {
		m.Centre = v.Centre.String()
	}
	if t.Text == "" {
		m.Data = t.Body()
	}
	if c := t.Concatenation; c != nil && c.Total > 1 && c.Sequence >= 1 && c.Sequence <= c.Total {
		m.Total, m.reference, m.Parts[0].Sequence = c.Total, c.Reference, c.Sequence
	}
	for _, f := range flags {
		m.Flags = append(m.Flags, f.String())
	}
	return m
}

func boxOf(mti, status string) Box {
	switch {
	case mti == "SMS-STATUS-REPORT":
		return Reports
	case mti == "SMS-DELIVER":
		return Inbox
	case status == "to_be_sent":
		return Drafts
	case mti == "SMS-SUBMIT", mti == "SMS-COMMAND":
		return Sent
	}
	return Other
}

// finish names the parties, orders and numbers.
func (l *List) finish(nameOf NameOf) {
	slices.SortStableFunc(l.Messages, func(a, b Message) int {
		if (a.Time == "") != (b.Time == "") {
			if a.Time == "" {
				return 1
			}
			return -1
		}
		return -compareTimes(a.Time, b.Time)
	})
	for i := range l.Messages {
		m := &l.Messages[i]
		m.N = i + 1
		if nameOf != nil && m.Party != "" {
			m.Name = nameOf(m.Party)
		}
	}
}

// Get is the message of that number.
func (l List) Get(n int) (Message, bool) {
	if n < 1 || n > len(l.Messages) {
		return Message{}, false
	}
	return l.Messages[n-1], true
}

// Deleted counts the messages that were deleted and can still be read.
func (l List) Deleted() int {
	n := 0
	for _, m := range l.Messages {
		if m.Deleted {
			n++
		}
	}
	return n
}

// Matches reports whether the message's text, party, name or number holds what
// a person typed, without regard to case.
func (m Message) Matches(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return true
	}
	for _, in := range []string{m.Text, m.Party, m.Name, m.Time} {
		if strings.Contains(strings.ToLower(in), s) {
			return true
		}
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	return len(digits) >= 3 && strings.Contains(m.Party, digits)
}
