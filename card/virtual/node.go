package virtual

import (
	"bytes"
	"slices"

	"simscope/card"
)

// node is a file of a running card. Its attributes are the image's; its
// content may be shared with a file that links to it.
type node struct {
	spec     File // without content and children
	parent   *node
	app      *application // of an ADF and everything below it
	children []*node
	body     *body
}

// body is what commands change in a file.
type body struct {
	data    []byte
	records [][]byte
	length  int // of a record
	limit   int // bytes that the objects of a BER-TLV file may take
	state   State
}

type application struct {
	aid   AID
	label string
	adf   *node
	suci  Hex

	fci     Hex // in ModeOther
	objects []DataObject
}

func (n *node) isDF() bool { return n.spec.Kind == KindDF }

func (n *node) fid() card.FID { return card.FID(n.spec.FID) }

func (n *node) child(f card.FID) *node {
	for _, c := range n.children {
		if c.fid() == f {
			return c
		}
	}
	return nil
}

func (n *node) bySFI(sfi int) *node {
	for _, c := range n.children {
		if c.spec.SFI == sfi && sfi != 0 {
			return c
		}
	}
	return nil
}

// size is the number of bytes of an elementary file; of a BER-TLV file those
// that its objects take now.
func (n *node) size() int {
	if n.spec.Kind.hasRecords() {
		return n.body.length * len(n.body.records)
	}
	return len(n.body.data)
}

// grow makes the tree of f. Links are filled in afterwards by resolve.
func grow(f *File, parent *node, app *application) *node {
	n := &node{spec: *f, parent: parent, app: app}
	n.spec.Data, n.spec.Records, n.spec.Children = nil, nil, nil
	n.spec.Access.Rules = slices.Clone(f.Access.Rules)
	if f.Link == "" {
		n.body = newBody(f)
	}
	for _, c := range f.Children {
		n.children = append(n.children, grow(c, n, app))
	}
	return n
}

func newBody(f *File) *body {
	b := &body{length: f.RecordLength, state: f.State}
	if f.Kind == KindBERTLV {
		b.data, b.limit = bytes.Clone(f.Data), max(f.Size, len(f.Data))
		return b
	}
	if !f.Kind.hasRecords() {
		b.data = padded(f.Data, max(f.Size, len(f.Data)))
		return b
	}
	for i := range max(f.RecordCount, len(f.Records)) {
		var r Hex
		if i < len(f.Records) {
			r = f.Records[i]
		}
		b.records = append(b.records, padded(r, f.RecordLength))
	}
	return b
}

func padded(b []byte, n int) []byte {
	out := bytes.Repeat([]byte{0xFF}, n)
	copy(out, b)
	return out
}

// resolve gives every linked file the content of its target, which must be a
// file of the same kind that is no link itself.
func (c *Card) resolve(n *node) error {
	if n.spec.Link != "" {
		var p card.Path
		if err := p.UnmarshalText([]byte(n.spec.Link)); err != nil {
			return imageError("%s: the link is no path", n.fid())
		}
		t := c.find(p)
		if t == nil || t.isDF() || t.spec.Link != "" || t.spec.Kind != n.spec.Kind {
			return imageError("%s: the link %s leads to no file of this kind", n.fid(), p)
		}
		n.body = t.body
	}
	for _, child := range n.children {
		if err := c.resolve(child); err != nil {
			return err
		}
	}
	return nil
}

// find looks a file up by its path from the MF or from an application.
func (c *Card) find(p card.Path) *node {
	n := c.mf
	if p.App != "" {
		n = nil
		for _, a := range c.apps {
			if a.aid == AID(p.App) {
				n = a.adf
			}
		}
	}
	for _, f := range p.FIDs() {
		if n == nil {
			return nil
		}
		n = n.child(f)
	}
	return n
}

// file is the reverse of grow: the image of a node as it stands now.
func (n *node) file() *File {
	f := n.spec
	f.Access.Rules = slices.Clone(n.spec.Access.Rules)
	for _, c := range n.children {
		f.Children = append(f.Children, c.file())
	}
	if f.Link != "" || n.isDF() {
		return &f
	}
	f.State = n.body.state
	if f.Kind == KindBERTLV {
		f.Size, f.Data = n.body.limit, bytes.Clone(n.body.data)
		return &f
	}
	if !f.Kind.hasRecords() {
		f.Size, f.Data = len(n.body.data), trimmed(n.body.data)
		return &f
	}
	f.RecordCount = len(n.body.records)
	for _, r := range n.body.records {
		f.Records = append(f.Records, trimmed(r))
	}
	for len(f.Records) > 0 && len(f.Records[len(f.Records)-1]) == 0 {
		f.Records = f.Records[:len(f.Records)-1]
	}
	return &f
}

// trimmed is a copy without the FF bytes at the end, which the image format
// adds by itself.
func trimmed(b []byte) Hex {
	for len(b) > 0 && b[len(b)-1] == 0xFF {
		b = b[:len(b)-1]
	}
	return bytes.Clone(b)
}
