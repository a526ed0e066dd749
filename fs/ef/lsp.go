package ef

import (
	"strings"
)

// LSPSelector is the content of EF.OPLMNwACT_LSP: the operator's choice of
// networks of localised service providers (TS 31.102 Release 19 clause
// 4.2.118).
type LSPSelector struct {
	Priority byte       `json:"priority"`
	Networks []LSPEntry `json:"plmns"`
	Carry
}

// LSPEntry is one network; an unused one has no MCC.
type LSPEntry struct {
	Network
	SelectedSAT byte `json:"selected_sat_feature"` // bit 1
}

const lspEntry = 6

func decodeLSPSelector(data []byte, _ Context, b *builder) LSPSelector {
	v := LSPSelector{Networks: []LSPEntry{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	v.Priority = data[0]
	b.add("lsp_priority", yesNo(data[0]&1 == 1), 0, 1)
	b.reservedBits(data[0], 0x01, 0)
	if n := (len(data) - 1) % lspEntry; n != 0 {
		b.flag("odd", len(data)-n, n, "entry", lspEntry)
	}
	var shown []string
	for i := 1; i+lspEntry <= len(data); i += lspEntry {
		e := LSPEntry{b.network(data[i:i+5], i), data[i+5]}
		v.Networks = append(v.Networks, e)
		if e.PLMN().Empty() {
			continue
		}
		b.add("selected_sat_feature", yesNo(e.SelectedSAT&1 == 1), i+5, 1).Depth = 1
		b.reservedBits(e.SelectedSAT, 0x01, i+5)
		shown = append(shown, e.PLMN().String())
	}
	if b.Summary = shorten(shown, 8); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeLSPSelector(v LSPSelector, size int) ([]byte, error) {
	if size < 1 || (size-1)%lspEntry != 0 {
		return nil, refuse("multiple", "size", size, "entry", lspEntry)
	}
	if n := (size - 1) / lspEntry; len(v.Networks) > n {
		return nil, refuse("entries", "need", len(v.Networks), "limit", n)
	}
	out := []byte{v.Priority}
	for _, e := range v.Networks {
		one, err := encodeNetworks(5)(NetworkList{Networks: []Network{e.Network}}, 5)
		if err != nil {
			return nil, err
		}
		out = append(append(out, one...), e.SelectedSAT)
	}
	return padded(out, size)
}

// AccessHistory is the content of EF.RPLMNAcTD: the access technologies last
// used in the registered network (TS 31.102 Release 99 clause 4.2.56).
type AccessHistory struct {
	Technologies [][]string `json:"act"`
	Carry
}

func decodeAccessHistory(data []byte, _ Context, b *builder) AccessHistory {
	v := AccessHistory{Technologies: [][]string{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if n := len(data) % 2; n != 0 {
		b.flag("odd", len(data)-n, n, "entry", 2)
	}
	var shown []string
	for i := 0; i+2 <= len(data); i += 2 {
		act := uint16(number(data[i : i+2]))
		names := AccessTechnologies(act)
		if act&^actAssigned != 0 {
			b.flag("act", i, 2)
		}
		v.Technologies = append(v.Technologies, names)
		text := strings.Join(names, ", ")
		if text == "" {
			text = word("none")
		}
		b.add("last_act", text, i, 2)
		shown = append(shown, text)
	}
	b.Summary = shorten(shown, 4)
	return v
}

func encodeAccessHistory(v AccessHistory, size int) ([]byte, error) {
	if len(v.Technologies)*2 > size {
		return nil, refuse("entries", "need", len(v.Technologies), "limit", size/2)
	}
	var out []byte
	for _, names := range v.Technologies {
		act, err := actIdentifier(names)
		if err != nil {
			return nil, err
		}
		out = append(out, byte(act>>8), byte(act))
	}
	return padded(out, size)
}
