package fs

import (
	"bytes"
	"slices"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

// Same says how a file stands in two places.
type Same int

// How a file stands in two places.
const (
	SameContent Same = iota
	Differs
	OnlyLeft
	OnlyRight
	NotCompared // not read at one side at least, or a file of keys
)

func (s Same) String() string {
	return [...]string{"same", "differs", "only-left", "only-right", "not-compared"}[s]
}

// MarshalText writes the word.
func (s Same) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Difference is one file of a comparison. Left and Right are the essence of
// its content where both were read.
type Difference struct {
	Name        string // below the directories compared
	Result      Same
	LeftPath    card.Path
	RightPath   card.Path
	Left, Right string
	// LeftWhy and RightWhy say in words why a side was not compared.
	LeftWhy, RightWhy string
	// Records lists which records differ, from 1 on.
	Records []int
}

// Compare compares all files below two directories, by where they lie: two
// subscriptions of one card, or DF.GSM and the copy of it in a USIM. Files of
// keys are told to be there and not compared. It sends nothing: what was not
// read is not compared.
func (c *Card) Compare(left, right card.Path) []Difference {
	return compareTrees(c, left, c, right)
}

// CompareWith compares a directory with one of another card.
func (c *Card) CompareWith(left card.Path, other *Card, right card.Path) []Difference {
	return compareTrees(c, left, other, right)
}

func compareTrees(a *Card, left card.Path, b *Card, right card.Path) []Difference {
	l, r := below(a, left), below(b, right)
	var out []Difference
	for _, n := range l {
		d := Difference{Name: relative(a, n, left), LeftPath: n.Path, RightPath: rebase(n.Path, left, right)}
		m, there := b.tree.Get(d.RightPath)
		d.compare(a, n, b, m, there && m.State.Exists())
		out = append(out, d)
	}
	for _, m := range r {
		at := rebase(m.Path, right, left)
		if n, ok := a.tree.Get(at); ok && n.State.Exists() {
			continue
		}
		out = append(out, Difference{Name: relative(b, m, right), Result: OnlyRight, LeftPath: at, RightPath: m.Path, Right: b.essence(m)})
	}
	return out
}

// below lists the EFs below dir that are there.
func below(c *Card, dir card.Path) []Node {
	return slices.DeleteFunc(c.tree.All(), func(n Node) bool {
		return n.Dir || !n.State.Exists() || !n.Path.Within(dir) || n.Path == dir
	})
}

// rebase is where p would lie if from were to.
func rebase(p, from, to card.Path) card.Path {
	for _, f := range p.FIDs()[from.Depth():] {
		to = to.Child(f)
	}
	return to
}

func relative(c *Card, n Node, dir card.Path) string {
	name := n.Name
	for p := n.Path.Parent(); p != dir && !p.IsRoot(); p = p.Parent() {
		name = c.node(p).Name + "/" + name
	}
	return name
}

func (d *Difference) compare(a *Card, n Node, b *Card, m Node, there bool) {
	switch {
	case !there:
		d.Result, d.Left = OnlyLeft, a.essence(n)
	case n.Content == nil || m.Content == nil || card.SecretFile(n.Path) || card.SecretFile(m.Path):
		d.Result, d.LeftWhy, d.RightWhy = NotCompared, a.whyNot(n), b.whyNot(m)
	default:
		d.Left, d.Right = a.essence(n), b.essence(m)
		d.Records = differing(n, m)
		if len(d.Records) > 0 || !bytes.Equal(n.Content.Binary, m.Content.Binary) || !sameObjects(n, m) {
			d.Result = Differs
		}
	}
}

// whyNot says why a file that is there cannot be compared; empty where it can.
func (c *Card) whyNot(n Node) string {
	switch {
	case card.SecretFile(n.Path):
		return texts.Say("compare.why.keys")
	case n.Content != nil:
		return ""
	case n.State == Denied:
		if a := c.Access(n.Path); a.Known {
			return texts.Say("compare.why.needs", "needs", Words(a.For(OpRead)))
		}
		return texts.Say("compare.why.refused")
	}
	return texts.Say("compare.why.unread")
}

func differing(n, m Node) []int {
	var out []int
	x, y := n.Content.Records, m.Content.Records
	for i := range max(len(x), len(y)) {
		if i >= len(x) || i >= len(y) || !bytes.Equal(x[i], y[i]) {
			out = append(out, i+1)
		}
	}
	return out
}

func sameObjects(n, m Node) bool {
	return slices.EqualFunc(n.Content.Objects, m.Content.Objects, func(a, b Item) bool {
		return a.Tag == b.Tag && bytes.Equal(a.Value, b.Value)
	})
}

// essence is the content of a file in one line: its summary, the number of
// records in use, or the beginning of its bytes.
func (c *Card) essence(n Node) string {
	if n.Content == nil || card.SecretFile(n.Path) {
		return ""
	}
	d, ok := c.Decode(n.Path)
	switch {
	case ok && len(d.Parts) == 1 && d.Parts[0].Summary != "":
		return d.Parts[0].Summary
	case ok && len(d.Parts) > 1:
		return usedRecords(d.Parts)
	case len(n.Content.Records) > 0:
		return usedRecords(nil, n.Content.Records...)
	}
	b := n.Content.Binary
	if len(b) > 16 {
		return Hex(b[:16]).String() + "…"
	}
	return b.String()
}

// usedRecords is the first record in use and how many there are.
func usedRecords(parts []ef.Decoded, raw ...Hex) string {
	first, n := "", 0
	for _, p := range parts {
		if p.Empty {
			continue
		}
		if n++; n == 1 {
			first = p.Summary
		}
	}
	for _, r := range raw {
		if n++; n == 1 {
			first = r.String()
		}
	}
	return recordsText(first, n)
}

func recordsText(first string, n int) string {
	if n <= 1 {
		return first
	}
	return texts.Say("compare.records", "first", first, "n", n-1)
}
