package fs

import (
	"slices"

	"simscope/card"
	"simscope/card/tlv"
)

// retrieveObject reads the value of one data object of the current BER-TLV
// file, nil where there is none.
func retrieveObject(x *card.Tx, tag tlv.Tag) ([]byte, error) {
	whole, err := x.RetrieveData(tag)
	if card.SWOf(err) == card.SWNoReference {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n, ok := firstNode(whole)
	if !ok || n.Tag != tag {
		return nil, ErrReadBack
	}
	return n.Value, nil
}

// setObject gives a data object of the current BER-TLV file its value; no
// value deletes it.
func setObject(x *card.Tx, tag tlv.Tag, value []byte) error {
	if len(value) == 0 {
		return x.DeleteData(tag)
	}
	return x.SetData(tag, value)
}

// withObject is the list with the value of one object set, or without it.
func withObject(list []Item, tag tlv.Tag, value []byte) []Item {
	out := slices.Clone(list)
	at := slices.IndexFunc(out, func(i Item) bool { return i.Tag == tag })
	switch {
	case len(value) == 0 && at >= 0:
		return slices.Delete(out, at, at+1)
	case len(value) == 0:
		return out
	case at < 0:
		return append(out, Item{tag, slices.Clone(value)})
	}
	out[at].Value = slices.Clone(value)
	return out
}
