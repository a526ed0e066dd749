package fs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/fs/ef"
	"simscope/texts"
)

// RefusalError says why a plan is not made: the limit is in its arguments. ID
// is a text identifier "plan.refuse.…".
type RefusalError struct {
	ID   string
	Args []any
}

func (e *RefusalError) Error() string { return texts.Say(e.ID, e.Args...) }

func refusePlan(id string, args ...any) error { return &RefusalError{"plan.refuse." + id, args} }

// RightError says that a file is closed and which PINs would open it; none
// where no PIN can, or where that is not known.
type RightError struct {
	File  card.Path
	Needs []Need
	Err   error // the card's answer, a *card.StatusError
}

func (e *RightError) Error() string { return e.Err.Error() }

func (e *RightError) Unwrap() error { return e.Err }

// HomeDir is the directory whose files a change is meant for where the person
// names no application: that of the subscriber, a USIM or DF.GSM. A CDMA
// subscription has other files under the same identifiers.
func (c *Card) HomeDir(app card.AID) (card.Path, error) {
	dir, ok := c.Subscriber()
	if app != "" {
		dir, ok = card.PathOf(app), true
	}
	if !ok || OfCDMA(dir) {
		return dir, refusePlan("no_subscriber")
	}
	return dir, nil
}

// Fetch reads a file that is about to be changed, and who may change it. What
// the card refuses is an error here: a *card.StatusError of a file that is
// not there, a *RightError of one that is closed.
func (c *Card) Fetch(ctx context.Context, p card.Path) (Node, error) {
	n, err := c.ReadFile(ctx, p, false)
	if err != nil {
		return n, err
	}
	if n.State.Exists() {
		if _, err := c.LoadAccess(ctx, p); err != nil && !card.Refused(err) {
			return n, err
		}
	}
	refused := func(op string, ins byte) error {
		return &card.StatusError{Op: op + " " + c.Name(p), Header: [4]byte{0, ins}, SW: n.SW}
	}
	switch n.State {
	case Read:
		return n, nil
	case Absent:
		return n, refused("SELECT", card.InsSelect)
	case Denied:
		needs, _ := c.NeedsFor(p, OpRead)
		return n, &RightError{p, needs, refused("READ", card.InsReadBinary)}
	case Secret:
		return n, refusePlan("secret", "file", c.Name(p))
	case Failed:
		return n, refused("READ", card.InsReadBinary)
	}
	return n, fmt.Errorf("%s: %w", c.Name(p), ErrNotRead)
}

// present is Fetch of a file that may be missing.
func (c *Card) present(ctx context.Context, p card.Path) (Node, bool, error) {
	n, err := c.Fetch(ctx, p)
	if n.State == Absent {
		return n, false, nil
	}
	return n, err == nil, err
}

// Place is where a change goes: a whole transparent file, a record from 1 on,
// or the data object Tag.
type Place struct {
	Path   card.Path
	Record int
	Tag    tlv.Tag
}

// size is the number of bytes a value at the place has.
func (c *Card) size(n Node, at Place) (int, error) {
	switch {
	case n.Structure() == BERTLV:
		if at.Tag == 0 {
			return 0, refusePlan("needs_tag", "file", c.Name(at.Path))
		}
		return 0, nil
	case at.Tag > 0:
		return 0, refusePlan("no_objects", "file", c.Name(at.Path))
	case n.Structure().HasRecords() && at.Record == 0:
		return 0, refusePlan("needs_record", "file", c.Name(at.Path), "records", len(n.Content.Records))
	case n.Structure().HasRecords() && (at.Record < 0 || at.Record > len(n.Content.Records)):
		return 0, refusePlan("record", "file", c.Name(at.Path), "record", at.Record, "records", len(n.Content.Records))
	case n.Structure().HasRecords():
		return n.FCP.RecordLen, nil
	case at.Record != 0:
		return 0, refusePlan("no_records", "file", c.Name(at.Path))
	}
	return len(n.Content.Binary), nil
}

// PartOf finds a record or object of a file that was read: its index among
// them. The error is a *RefusalError.
func (c *Card) PartOf(n Node, at Place) (int, error) {
	if n.Content == nil || n.FCP == nil {
		return 0, fmt.Errorf("%s: %w", c.Name(n.Path), ErrNotRead)
	}
	if _, err := c.size(n, at); err != nil {
		return 0, err
	}
	if at.Tag == 0 {
		return at.Record - 1, nil
	}
	i := slices.IndexFunc(n.Content.Objects, func(o Item) bool { return o.Tag == at.Tag })
	if i < 0 {
		return 0, refusePlan("no_object", "file", c.Name(n.Path), "tag", at.Tag)
	}
	return i, nil
}

// Encode makes the bytes of a decoded value, given as JSON, for a place that
// was read. Of a data object it is the value alone. Errors are *ef.EncodeError
// and *RefusalError.
func (c *Card) Encode(at Place, value []byte) ([]byte, error) {
	n, ok := c.tree.Get(at.Path)
	if !ok || n.Content == nil || n.FCP == nil {
		return nil, fmt.Errorf("%s: %w", c.Name(at.Path), ErrNotRead)
	}
	size, err := c.size(n, at)
	if err != nil {
		return nil, err
	}
	d, ok := c.Decoder(at.Path)
	if !ok || !Serves(d, at) {
		return nil, refusePlan("no_encoder", "file", c.Name(at.Path))
	}
	v, err := d.Parse(value)
	if err != nil {
		return nil, err
	}
	if at.Tag == 0 {
		return d.Encode(v, size)
	}
	return encodeObject(d, v, Item{at.Tag, n.Content.object(at.Tag)})
}

// Serves reports whether a decoder can write what is at a place.
func Serves(d ef.Decoder, at Place) bool {
	return d.Encode != nil && d.Parse != nil && d.Record == (at.Record > 0) && (at.Tag > 0 || !d.Object)
}

// encodeObject makes the value of a data object. An object may take another
// size than the one it has: where an encoder asks for one, that is given.
func encodeObject(d ef.Decoder, v any, old Item) ([]byte, error) {
	whole, err := d.Encode(v, len(tlv.Append(nil, old.Tag, old.Value)))
	var refused *ef.EncodeError
	if errors.As(err, &refused) {
		if need, ok := refused.Need(); ok && need <= objectMax {
			whole, err = d.Encode(v, need)
		}
	}
	if err != nil {
		return nil, err
	}
	o, ok := firstNode(whole)
	if !ok || o.Tag != old.Tag {
		return nil, refusePlan("other_tag", "tag", old.Tag)
	}
	return o.Value, nil
}

// PlanEdit plans to write a decoded value, given as JSON.
func (c *Card) PlanEdit(ctx context.Context, at Place, value []byte) (*Plan, error) {
	if _, err := c.Fetch(ctx, at.Path); err != nil {
		return nil, err
	}
	b, err := c.Encode(at, value)
	if err != nil {
		return nil, err
	}
	return c.planBytes(at, b)
}

// PlanBytes plans to write bytes as they are: over a transparent file or
// record from offset on, or as the value of a data object, where no bytes
// delete it.
func (c *Card) PlanBytes(ctx context.Context, at Place, offset int, b []byte) (*Plan, error) {
	n, err := c.Fetch(ctx, at.Path)
	if err != nil {
		return nil, err
	}
	size, err := c.size(n, at)
	if err != nil {
		return nil, err
	}
	if at.Tag > 0 {
		if offset != 0 {
			return nil, refusePlan("offset")
		}
		return c.planBytes(at, b)
	}
	if offset < 0 || offset+len(b) > size {
		return nil, refusePlan("size", "file", c.Name(at.Path), "need", offset+len(b), "limit", size)
	}
	have := n.Content.Binary
	if at.Record > 0 {
		have = n.Content.Records[at.Record-1]
	}
	whole := make([]byte, max(len(have), offset+len(b)))
	copy(whole, have)
	copy(whole[offset:], b)
	return c.planBytes(at, whole)
}

func (c *Card) planBytes(at Place, b []byte) (*Plan, error) {
	p := c.NewPlan(texts.Say("plan.title.edit", "file", c.Name(at.Path)))
	var err error
	if at.Tag > 0 {
		err = p.SetObject(c, at.Path, at.Tag, b, "")
	} else {
		err = p.Change(c, at.Path, at.Record, b, "")
	}
	return p, err
}
