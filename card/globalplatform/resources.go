package globalplatform

import "simscope/card/tlv"

// Objects of a security domain that need no key.
const (
	TagIIN        tlv.Tag = 0x0042
	TagCIN        tlv.Tag = 0x0045
	TagEID        tlv.Tag = 0x005A
	TagSequence   tlv.Tag = 0x00C1
	TagConfirm    tlv.Tag = 0x00C2
	TagManagerURL tlv.Tag = 0x5F50
	TagResources  tlv.Tag = 0xFF21
)

// Resources are the extended card resources (ETSI TS 102 226 clause 8.2.1.7.2,
// tag FF21): what room there is for applications. Sizes are in bytes.
type Resources struct {
	Applications *uint64 `json:"installed_applications,omitempty"`
	NonVolatile  *uint64 `json:"free_non_volatile_memory,omitempty"`
	Volatile     *uint64 `json:"free_volatile_memory,omitempty"`
}

// ParseResources reads the answer to GET DATA FF21.
func ParseResources(b []byte) (r Resources, whole bool, err error) {
	nodes, parseErr := tlv.ParseFlat(b)
	n, found := tlv.Find(nodes, TagResources)
	if !found {
		return r, false, ErrObject
	}
	whole = parseErr == nil
	if nodes, parseErr = tlv.ParseFlat(n.Value); parseErr != nil {
		whole = false
	}
	for _, n := range nodes {
		v, ok := number(n.Value)
		switch {
		case !ok:
			whole = false
		case n.Tag == 0x81:
			r.Applications = &v
		case n.Tag == 0x82:
			r.NonVolatile = &v
		case n.Tag == 0x83:
			r.Volatile = &v
		}
	}
	return r, whole, nil
}

// number reads up to 7 bytes as a number.
func number(v []byte) (n uint64, ok bool) {
	if len(v) == 0 || len(v) > 7 {
		return 0, false
	}
	for _, c := range v {
		n = n<<8 | uint64(c)
	}
	return n, true
}

// valueOf is the content of an object that may come with or without its tag:
// some cards leave it out. A value that happens to look like the object is
// taken for it.
func valueOf(b []byte, tag tlv.Tag) []byte {
	nodes, err := tlv.ParseFlat(b)
	if err == nil && len(nodes) == 1 && nodes[0].Tag == tag {
		return nodes[0].Value
	}
	return b
}
