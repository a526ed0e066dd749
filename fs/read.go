package fs

import (
	"errors"

	"simscope/card"
	"simscope/card/tlv"
)

const (
	chunk     = 256         // bytes of one READ BINARY
	maxOffset = 0x7FFF      // that READ BINARY can address
	swEarly   = 0x6282      // end of file or record reached before Le bytes
	maxTags   = 64          // of one BER-TLV file
	maxBlocks = 256         // of one data object
	objectMax = MaxFileSize // bytes of one data object
)

// reading is the reading of one file's content inside a step.
type reading struct {
	x     *card.Tx
	meter *meter
	gsm   bool
	c     Content
	flags []Flag
	sw    card.SW // of the refusal that ended it
}

// errRefused ends a reading because of an answer of the card, which is in
// reading.sw.
var errRefused = errors.New("the card refused to read")

func (r *reading) flag(id string, args ...any) {
	r.flags = append(r.flags, Flag{"read." + id, args})
	r.c.Partial = r.c.Partial || id != "more_than_asked"
}

// content reads the current EF as its description says. errRefused means that
// nothing could be read; a refusal later on leaves what came before, marked
// partial.
func (r *reading) content(f FCP) error {
	switch f.Structure {
	case Transparent:
		return r.binary(f.Size)
	case LinearFixed, Cyclic:
		if f.untold {
			return r.untoldRecords(f)
		}
		return r.records(f.Records, f.RecordLen)
	case BERTLV:
		return r.objects()
	}
	r.flag("structure")
	return nil
}

// send sends one reading command. A card that never comes to an end is cut
// off by the session; that counts as a refusal of this file.
func (r *reading) send(c card.Command) (card.Response, error) {
	if err := r.meter.spend(&r.meter.stats.Reads); err != nil {
		return card.Response{}, err
	}
	if r.gsm {
		c.CLA = 0xA0
	}
	resp, err := r.x.Send(c)
	var endless *card.BudgetError
	if errors.As(err, &endless) {
		return card.Response{SW: resp.SW}, r.cutOff(err)
	}
	if errors.Is(err, card.ErrUntold) {
		// The file is not told; the card is there all the same.
		r.flag("not_recorded")
		return card.Response{}, errRefused
	}
	if err == nil {
		err = r.meter.bytes(len(resp.Data))
	}
	if err == nil && !resp.SW.OK() {
		r.sw = resp.SW
		return resp, errRefused
	}
	return resp, err
}

// cutOff is what becomes of a reading that a card did not let come to an end:
// the file is refused, until the card has done so too often.
func (r *reading) cutOff(err error) error {
	r.flag("endless")
	if !r.meter.mayGoOn() {
		return err
	}
	return errRefused
}

func (r *reading) binary(size int) error {
	for len(r.c.Binary) < size {
		off := len(r.c.Binary)
		if off > maxOffset {
			r.flag("offset", "offset", off)
			return nil
		}
		n := min(chunk, size-off)
		resp, err := r.send(card.Command{INS: card.InsReadBinary, P1: byte(off >> 8), P2: byte(off), Le: n})
		if errors.Is(err, errRefused) && off > 0 {
			r.flag("refused", "offset", off, "sw", r.sw.String())
			return nil
		}
		if err != nil {
			return err
		}
		data := r.cut(resp.Data, n)
		r.c.Binary = append(r.c.Binary, data...)
		switch {
		case resp.SW == swEarly && len(r.c.Binary) < size:
			r.flag("early_end", "offset", len(r.c.Binary))
			return nil
		case len(data) == 0:
			r.flag("no_progress", "offset", off)
			return nil
		}
	}
	return nil
}

// cut drops what a card sent beyond what was asked for.
func (r *reading) cut(b []byte, n int) []byte {
	if len(b) > n {
		r.flag("more_than_asked", "asked", n, "got", len(b))
		return b[:n]
	}
	return b
}

func (r *reading) records(count, length int) error {
	for n := 1; n <= count; n++ {
		more, err := r.record(n, length)
		if errors.Is(err, errRefused) && n > 1 {
			r.flag("record_refused", "record", n, "sw", r.sw.String())
			return nil
		}
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// record reads one record and reports whether the next may follow.
func (r *reading) record(n, length int) (more bool, err error) {
	resp, err := r.send(card.Command{INS: card.InsReadRecord, P1: byte(n), P2: 0x04, Le: length})
	if err != nil {
		return false, err
	}
	data := r.cut(resp.Data, length)
	if len(data) == 0 {
		r.flag("no_progress", "offset", n)
		return false, nil
	}
	if len(data) < length && length < card.MaxShortLe {
		r.flag("short_record", "record", n, "length", len(data))
	}
	r.c.Records = append(r.c.Records, append(Hex(nil), data...))
	return true, nil
}

// untoldRecords reads records whose length or number the card did not tell:
// the first as long as it is, the others as long as the first, as many as the
// size holds or the card has.
func (r *reading) untoldRecords(f FCP) error {
	length, count := f.RecordLen, maxRecords
	if length == 0 {
		length = card.MaxShortLe
	}
	for n := 1; n <= count; n++ {
		more, err := r.record(n, length)
		switch {
		case errors.Is(err, errRefused) && r.sw == card.SWNoRecord:
			return nil // there are no more
		case errors.Is(err, errRefused) && n > 1:
			r.flag("record_refused", "record", n, "sw", r.sw.String())
			return nil
		case err != nil || !more:
			return err
		}
		if n == 1 {
			length = len(r.c.Records[0])
			if f.Size > 0 {
				count = min(maxRecords, f.Size/length)
			}
		}
	}
	return nil
}

// objects reads a BER-TLV file: the list of its tags, then each object (ETSI
// TS 102 221 clause 11.3.1).
func (r *reading) objects() error {
	list, err := r.retrieve(card.TagList)
	if err != nil {
		return err
	}
	tags, ok := card.ParseTagList(list)
	if !ok || len(tags) > maxTags {
		r.flag("tag_list")
		tags = tags[:min(len(tags), maxTags)]
	}
	for _, t := range tags {
		data, err := r.retrieve(t)
		if errors.Is(err, errRefused) {
			r.flag("object_refused", "tag", t.String(), "sw", r.sw.String())
			continue
		}
		if err != nil {
			return err
		}
		if o, ok := firstNode(data); ok && o.Tag == t {
			r.c.Objects = append(r.c.Objects, Item{o.Tag, append(Hex(nil), o.Value...)})
		} else {
			r.flag("object_malformed", "tag", t.String())
		}
	}
	return nil
}

// retrieve reads one object within this reading's bounds. One that does not
// end is flagged and counts as refused.
func (r *reading) retrieve(tag tlv.Tag) ([]byte, error) {
	blocks, size := 0, 0
	out, err := r.x.RetrieveDataBy(func(c card.Command) (card.Response, error) {
		if blocks++; blocks > maxBlocks || size > objectMax {
			return card.Response{}, &card.BudgetError{What: "blocks of RETRIEVE DATA", Limit: blocks}
		}
		resp, err := r.send(c)
		size += len(resp.Data)
		return resp, err
	}, tag)
	var endless *card.BudgetError
	if !errors.As(err, &endless) {
		return out, err
	}
	return out, r.cutOff(err)
}

func firstNode(b []byte) (tlv.Node, bool) {
	nodes, _ := tlv.ParseFlat(b)
	if len(nodes) == 0 {
		return tlv.Node{}, false
	}
	return nodes[0], true
}
