package contacts

import (
	"strings"

	"simscope/fs/ef"
	"simscope/texts"
)

// Entry is a contact as a person writes it.
type Entry struct {
	Name     string        `json:"name"`
	Numbers  []EntryNumber `json:"numbers"` // the first goes into EF.ADN
	Nickname string        `json:"nickname,omitempty"`
	Emails   []string      `json:"emails,omitempty"`
	URIs     []string      `json:"uris,omitempty"`
	Groups   []string      `json:"groups,omitempty"`
}

// EntryNumber is a number with what it is, "work". The first number of a
// contact has no label on a card.
type EntryNumber struct {
	Number string `json:"number"`
	Label  string `json:"label,omitempty"`
}

// Entry is the contact as a person would write it.
func (c Contact) Entry() Entry {
	e := Entry{Name: c.Name}
	for _, n := range c.Numbers {
		e.Numbers = append(e.Numbers, EntryNumber{n.Number, n.Label})
	}
	if len(c.Nicknames) > 0 {
		e.Nickname = c.Nicknames[0].Text
	}
	for _, t := range c.Emails {
		e.Emails = append(e.Emails, t.Text)
	}
	for _, t := range c.URIs {
		e.URIs = append(e.URIs, t.Text)
	}
	for _, g := range c.Groups {
		if g.Name != "" {
			e.Groups = append(e.Groups, g.Name)
		}
	}
	return e
}

// clean drops blanks around what was written and fields that are empty.
func (e Entry) clean() Entry {
	out := Entry{Name: strings.TrimSpace(e.Name), Nickname: strings.TrimSpace(e.Nickname)}
	for i, n := range e.Numbers {
		n = EntryNumber{plainNumber(n.Number), strings.TrimSpace(n.Label)}
		if n.Number != "" || i == 0 {
			out.Numbers = append(out.Numbers, n)
		}
	}
	out.Emails, out.URIs, out.Groups = trimmed(e.Emails), trimmed(e.URIs), trimmed(e.Groups)
	return out
}

func trimmed(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// empty reports whether nothing is written that EF.ADN could hold.
func (e Entry) empty() bool {
	return e.Name == "" && (len(e.Numbers) == 0 || e.Numbers[0].Number == "")
}

// Refusal says why a field of an entry does not fit, and the limit. ID is a
// text.
type Refusal struct {
	Field string // "name", "number", "number2"…, "nickname", "email", "uri", "group"; empty for the whole
	ID    string
	Args  []any
}

func (r Refusal) String() string { return texts.Say(r.ID, r.Args...) }

// RefusedError is all that does not fit of one change.
type RefusedError struct{ Refusals []Refusal }

func (e *RefusedError) Error() string {
	var out []string
	for _, r := range e.Refusals {
		out = append(out, r.String())
	}
	return strings.Join(out, " ")
}

// Limits are what an entry can hold.
type Limits struct {
	Name     int      // bytes
	Digits   int      // of a number, with the extension records that are free now
	Numbers  int      // how many
	Nickname int      // bytes; 0: no place for one
	Emails   int      // how many
	Email    int      // bytes of one
	URIs     int      // how many
	URI      int      // bytes of one
	Groups   int      // how many
	Labels   []string // of numbers that there are; others may be added
	NewLabel int      // bytes of a new label; 0: no room for one
}

// Limits are those of contact n, or, with 0, of the next new one.
func (b *Book) Limits(n int) Limits {
	i := 0
	if c, ok := b.Get(n); ok {
		i = c.set
	} else if free := b.freeSlots(); len(free) > 0 {
		i = free[0].set
	}
	if i >= len(b.sets) {
		return Limits{}
	}
	s := &b.sets[i]
	l := Limits{
		Name: max(recordLen(s.adn)-adnTail, 0), Numbers: 1 + len(s.all("EF.ANR")),
		Emails: len(s.all("EF.EMAIL")), Email: textRoom(s.find("EF.EMAIL")),
		URIs: len(s.all("EF.PURI")), URI: max(textRoom(s.find("EF.PURI"))-2, 0),
		Nickname: textRoom(s.find("EF.SNE")), Groups: recordLen(s.find("EF.GRP")),
	}
	d := b.draft()
	l.Digits = ef.MaxDialDigits + ef.MaxExtensionDigits*len(d.freeExtensions(s))
	if c, ok := b.Get(n); ok {
		for _, x := range c.Numbers {
			l.Digits += ef.MaxExtensionDigits * len(d.ownDigits(x))
		}
	}
	for _, g := range s.labels("EF.AAS") {
		l.Labels = append(l.Labels, g.Name)
	}
	if aas := s.find("EF.AAS"); aas != nil && len(l.Labels) < len(aas.records) {
		l.NewLabel = recordLen(aas)
	}
	return l
}

// adnTail is what follows the name in a record of EF.ADN.
const adnTail = 14

func recordLen(f *file) int {
	if f == nil || len(f.records) == 0 {
		return 0
	}
	return len(f.records[0])
}

// textRoom is the room for text in a record.
func textRoom(f *file) int {
	n := recordLen(f)
	if f != nil && f.linked() {
		n -= 2
	}
	return max(n, 0)
}

// slot is a free record of EF.ADN.
type slot struct{ set, rec int }

func (b *Book) freeSlots() []slot {
	used := map[slot]bool{}
	for _, c := range b.Contacts {
		used[slot{c.set, c.rec}] = true
	}
	var out []slot
	for i := range b.sets {
		for r := range b.sets[i].adn.records {
			if s := (slot{i, r + 1}); !used[s] && r < 254 && len(b.sets[i].adn.records[r]) >= adnTail {
				out = append(out, s)
			}
		}
	}
	return out
}
