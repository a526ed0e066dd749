package fs

import (
	"bytes"
	"cmp"
	"slices"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs/ef"
	"simscope/texts"
)

// Restriction is one thing by which a card limits what can be done with it.
// All text is fit for a terminal.
type Restriction struct {
	ID    string `json:"id"`
	Place string `json:"place"` // the application or directory it holds for
	State Answer `json:"state"` // yes: it limits now
	// Title names it, Text says what it is and how it stands, Follows what
	// that means for who uses the card.
	Title   string `json:"title"`
	Text    string `json:"meaning"`
	Follows string `json:"follows,omitempty"`
	// Values are the numbers, networks, names or files it is about.
	Values []string `json:"values,omitempty"`
	// Safety says that it matters to who needs help, or that somebody else
	// could have set it to do harm.
	Safety bool `json:"safety"`
	// Why says of an unknown one what is missing.
	Why   string      `json:"why,omitempty"`
	Files []card.Path `json:"-"` // it was read from, those that decide first
}

// Restrictions gathers what limits the card, from what was read: those that
// limit and matter for safety first, then others that limit, those that are
// not known, those that are off. It sends nothing.
func (c *Card) Restrictions() []Restriction {
	var out []Restriction
	for _, dir := range c.Subscribers() {
		for _, rule := range limitRules {
			if rule.gsm && dir.App != "" || rule.usim && dir.App == "" {
				continue
			}
			l := limit{c: c, dir: dir, r: Restriction{ID: rule.id, Place: c.Name(dir), Safety: rule.safety}}
			state := rule.find(&l)
			if l.none {
				continue
			}
			out = append(out, l.done(state))
		}
	}
	slices.SortStableFunc(out, func(a, b Restriction) int { return a.rank() - b.rank() })
	return out
}

func (r Restriction) rank() int {
	switch {
	case r.State == Yes && r.Safety:
		return 0
	case r.State == Yes:
		return 1
	case r.State == Unknown:
		return 2
	}
	return 3
}

// Subscribers are the USIMs of the card, or DF.GSM where there is none.
func (c *Card) Subscribers() []card.Path {
	var out []card.Path
	for _, a := range c.Applications() {
		if a.Kind == AppUSIM {
			out = append(out, card.PathOf(a.AID))
		}
	}
	gsm := card.PathOf("", card.FIDGSM)
	if n, ok := c.tree.Get(gsm); len(out) == 0 && ok && n.State.Exists() {
		out = append(out, gsm)
	}
	return out
}

// limit is a restriction while its rule looks for it.
type limit struct {
	c    *Card
	dir  card.Path
	r    Restriction
	none bool // the rule says nothing about this card
	args []any
	say  string // end of the sentence's identifier, where the state alone does not tell it
}

// limitRule finds one restriction. usim and gsm narrow it to one kind of
// directory.
type limitRule struct {
	id        string
	safety    bool
	usim, gsm bool
	find      func(*limit) Answer
}

// done fills in the sentences: "limit.<id>.title", "limit.<id>.yes" and "no",
// "limit.<id>.follows".
func (l *limit) done(state Answer) Restriction {
	r := &l.r
	r.State = state
	id := "limit." + r.ID
	r.Title = texts.Say(id + ".title")
	switch state {
	case Unknown:
		r.Text = texts.Say("limit.unknown")
	default:
		r.Text = safe.Text(texts.Say(id+"."+cmp.Or(l.say, state.String()), l.args...))
	}
	if state == Yes {
		r.Follows = texts.Maybe(id + ".follows")
	}
	if state != Unknown {
		r.Why = ""
	}
	for i, v := range r.Values {
		r.Values[i] = safe.Text(v)
	}
	return *r
}

// file is the path of a file of the directory.
func (l *limit) file(fids ...card.FID) card.Path {
	p := l.dir
	for _, f := range fids {
		p = p.Child(f)
	}
	return p
}

// read decodes a file that the rule needs. there is No where the card does not
// have it, Unknown where it was not read: Why says what is missing.
func (l *limit) read(p card.Path) (d Decoded, there Answer) {
	n, ok := l.c.tree.Get(p)
	switch {
	case ok && (n.State == Absent || n.State == ServiceOff):
		return d, No
	case !ok && l.c.scannedAbove(p):
		return d, No
	}
	if !slices.Contains(l.r.Files, p) {
		l.r.Files = append(l.r.Files, p)
	}
	if ok && n.Content != nil {
		if d, ok = l.c.Decode(p); ok {
			return d, Yes
		}
	}
	if l.r.Why == "" {
		l.r.Why = l.c.whyUnread(p)
	}
	return d, Unknown
}

// scannedAbove reports whether a directory above p was looked through, or is
// not there: then a file that is not in the tree is not on the card.
func (c *Card) scannedAbove(p card.Path) bool {
	for !p.IsRoot() {
		p = p.Parent()
		if n, ok := c.tree.Get(p); ok {
			return n.Scanned || n.State == Absent || n.State == ServiceOff
		}
	}
	return false
}

// whyUnread says why the content of a file is not known.
func (c *Card) whyUnread(p card.Path) string {
	n, _ := c.tree.Get(p)
	name := c.Name(p)
	switch n.State {
	case Denied:
		if a := c.Access(p); a.Known {
			return texts.Say("limit.why.denied", "file", name, "needs", Words(a.For(OpRead)))
		}
		return texts.Say("limit.why.closed", "file", name)
	case Failed:
		if n.SW == 0 {
			return texts.Say("limit.why.undescribed", "file", name)
		}
		return texts.Say("limit.why.failed", "file", name, "sw", n.SW)
	case Read:
		return texts.Say("limit.why.odd", "file", name)
	}
	return texts.Say("limit.why.unread", "file", name)
}

// value is the decoded content of a transparent file.
func value[T any](l *limit, p card.Path) (T, Answer) {
	var zero T
	d, there := l.read(p)
	if there != Yes {
		return zero, there
	}
	if len(d.Parts) > 0 {
		if v, ok := d.Parts[0].Value.(T); ok && !l.erased(p, any(zero)) {
			return v, Yes
		}
	}
	if l.r.Why == "" {
		l.r.Why = l.c.whyUnread(p)
	}
	return zero, Unknown
}

// erased reports whether a file whose bits all mean something holds nothing
// but FF: nobody has filled it in, so that it says nothing.
func (l *limit) erased(p card.Path, kind any) bool {
	switch kind.(type) {
	case ef.ServiceTable, ef.AD, ef.ACC:
	default:
		return false
	}
	b, _ := l.c.binary(p)
	if bytes.Count(b, []byte{0xFF}) < len(b) {
		return false
	}
	if l.r.Why == "" {
		l.r.Why = texts.Say("limit.why.erased", "file", l.c.Name(p))
	}
	return true
}

// service reports whether a service of a table is on.
func (l *limit) service(table card.Path, n int) Answer {
	t, there := value[ef.ServiceTable](l, table)
	if there != Yes {
		return there
	}
	if t.Has(n) {
		return Yes
	}
	return No
}

// both is yes where both are, no where one is.
func both(a, b Answer) Answer {
	switch {
	case a == No || b == No:
		return No
	case a == Yes && b == Yes:
		return Yes
	}
	return Unknown
}

// entries lists what records in use hold in one of the fields.
func (l *limit) entries(p card.Path, ids ...string) (there Answer) {
	d, there := l.read(p)
	for _, part := range d.Parts {
		if part.Empty {
			continue
		}
		if s := textField(part, ids...); s != "" {
			l.r.Values = append(l.r.Values, s)
		}
	}
	return there
}

// deactivated reports whether a file is invalidated or deactivated.
func (l *limit) deactivated(p card.Path) Answer {
	n, ok := l.c.tree.Get(p)
	switch {
	case ok && n.FCP != nil:
		l.r.Files = append(l.r.Files, p)
		if n.FCP.LifeCycle == LifeDeactivated {
			return Yes
		}
		return No
	case ok && !n.State.Exists() && n.State != NotLookedAt, l.c.scannedAbove(p):
		return No
	}
	l.r.Files = append(l.r.Files, p)
	if l.r.Why == "" {
		l.r.Why = l.c.whyUnread(p)
	}
	return Unknown
}
