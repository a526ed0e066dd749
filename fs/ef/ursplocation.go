package ef

import (
	"strconv"
	"strings"

	"simscope/fs/plmn"
	"simscope/texts"
)

// LocationArea is where a route counts (TS 24.526 table 5.2.2): cells, radio
// nodes or tracking areas.
type LocationArea struct {
	Type  string           `json:"type"`
	Cells []CellIdentity   `json:"identities,omitempty"`
	TAIs  []PartialTAIList `json:"tracking_area_identity_list,omitempty"`
	Value Hex              `json:"value,omitempty"` // of a type that is not known: all that follows
}

// CellIdentity is a cell or a radio node of a network.
type CellIdentity struct {
	MCC      string `json:"mcc"`
	MNC      string `json:"mnc"`
	Identity Hex    `json:"identity"` // as coded: an E-UTRA cell is its first 28 bits, an NR cell its first 36
}

// PartialTAIList is a part of a 5GS tracking area identity list (TS 24.501
// clause 9.11.3.9).
type PartialTAIList struct {
	Type  int   `json:"type_of_list"` // 0 areas of one network, 1 areas in a row, 2 areas of several networks, 3 all areas of a network
	Count int   `json:"number_of_elements"`
	TAIs  []TAI `json:"tais"` // of type 1 the first, of type 3 its network
}

// TAI is a tracking area of 5G.
type TAI struct {
	MCC string `json:"mcc"`
	MNC string `json:"mnc"`
	TAC Hex    `json:"tac,omitempty"` // 3 bytes
}

func (t TAI) String() string {
	return strings.TrimSpace(plmnOf(t.MCC, t.MNC).String() + "  " + t.TAC.String())
}

var locationTypes = codes{1: "e_utra_cells", 2: "nr_cells", 3: "global_ran_nodes", 4: "tracking_areas"}

// cellBytes is the length of an identity behind its network, cellBits how many
// of its bits count.
var (
	cellBytes = map[string]int{"e_utra_cells": 4, "nr_cells": 5, "global_ran_nodes": 4}
	cellBits  = map[string]int{"e_utra_cells": 28, "nr_cells": 36, "global_ran_nodes": 32}
)

func readLocation(n *nested, c *RouteComponent) string {
	length, _ := n.number(1)
	in := n.roof(int(length))
	c.Location = []LocationArea{}
	var shown []string
	for in.left() > 0 {
		a, words := in.locationArea()
		c.Location = append(c.Location, a)
		shown = append(shown, words...)
	}
	return shorten(shown, 4)
}

func (n *nested) locationArea() (LocationArea, []string) {
	from := n.at
	code, _ := n.number(1)
	a := LocationArea{Type: locationTypes.name(byte(code))}
	size := cellBytes[a.Type]
	switch {
	case a.Type == "tracking_areas":
		length, _ := n.number(1)
		in := n.roof(int(length))
		in.depth--
		a.TAIs = []PartialTAIList{}
		var shown []string
		for in.left() > 0 {
			l, words := in.partialTAIList()
			a.TAIs = append(a.TAIs, l)
			shown = append(shown, words)
		}
		return a, shown
	case size == 0:
		a.Value = n.rest()
		n.b.flag("ursp.location", from, 1, "type", a.Type)
		n.line("ursp_location", a.Value.String(), from)
		return a, []string{texts.Say("ef.ursp.unknown", "type", a.Type)}
	}
	count, _ := n.number(1)
	a.Cells = []CellIdentity{}
	var shown []string
	for range count {
		cell, words, ok := n.cell(a.Type)
		if !ok {
			break
		}
		a.Cells = append(a.Cells, cell)
		shown = append(shown, words)
	}
	return a, shown
}

func (n *nested) cell(kind string) (CellIdentity, string, bool) {
	size := cellBytes[kind]
	say := n.head("ursp_location", n.at)
	p, ok := n.locationNetwork()
	if !ok {
		return CellIdentity{}, "", false
	}
	raw, ok := n.take(size)
	if !ok {
		return CellIdentity{}, "", false
	}
	c := CellIdentity{MCC: p.MCC, MNC: p.MNC, Identity: raw}
	digits := c.Identity.String()
	if spare := size*8 - cellBits[kind]; spare > 0 {
		if raw[size-1]&(1<<spare-1) != 0 {
			n.b.flag("nested.spare", n.at-1, 1)
		}
		digits = digits[:len(digits)-spare/4]
	}
	words := texts.Say("ef.ursp."+kind, "network", p.String(), "id", digits)
	say(words, "")
	return c, words, true
}

// locationNetwork reads the network of a place, one level deeper.
func (n *nested) locationNetwork() (plmn.PLMN, bool) {
	n.depth++
	p, ok := n.network("ursp_location_network")
	n.depth--
	return p, ok
}

func (n *nested) partialTAIList() (PartialTAIList, string) {
	from := n.at
	say := n.head("ursp_location", from)
	head, _ := n.number(1)
	l := PartialTAIList{Type: int(head >> 5 & 3), Count: int(head&0x1F) + 1, TAIs: []TAI{}}
	if head&0x80 != 0 || l.Count > 16 {
		n.b.flag("nested.spare", from, 1)
	}
	var shared TAI
	for i := range l.Count {
		t := shared
		if i == 0 || l.Type == 2 {
			p, ok := n.locationNetwork()
			if !ok {
				break
			}
			t.MCC, t.MNC = p.MCC, p.MNC
			shared = t
		}
		if l.Type != 3 {
			raw, ok := n.take(3)
			if !ok {
				break
			}
			t.TAC = raw
		}
		l.TAIs = append(l.TAIs, t)
		if l.Type == 1 || l.Type == 3 {
			break
		}
	}
	words := l.words()
	say(words, "")
	return l, words
}

func (l PartialTAIList) words() string {
	var shown []string
	for _, t := range l.TAIs {
		shown = append(shown, t.String())
	}
	list := shorten(shown, 4)
	switch l.Type {
	case 1:
		return texts.Say("ef.ursp.tai.row", "first", list, "n", l.Count)
	case 3:
		return texts.Say("ef.ursp.tai.all", "network", list)
	}
	return texts.Say("ef.ursp.tai.list", "list", list)
}

func writeLocation(c RouteComponent) ([]byte, error) {
	var out []byte
	for _, a := range c.Location {
		b, err := a.bytes()
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return lengthAndBytes("location_criteria", out)
}

func (a LocationArea) bytes() ([]byte, error) {
	code, ok := locationTypes.code(a.Type)
	if !ok {
		return nil, badValue("location_criteria", a.Type)
	}
	size := cellBytes[a.Type]
	switch {
	case a.Type == "tracking_areas":
		var lists []byte
		for _, l := range a.TAIs {
			b, err := l.bytes()
			if err != nil {
				return nil, err
			}
			lists = append(lists, b...)
		}
		lists, err := lengthAndBytes("tracking_area_identity_list", lists)
		return append([]byte{code}, lists...), err
	case size == 0:
		return append([]byte{code}, a.Value...), nil
	}
	if len(a.Cells) > 0xFF {
		return nil, refuse("nested.limit", "what", "identities", "value", len(a.Cells), "limit", 0xFF)
	}
	out := []byte{code, byte(len(a.Cells))}
	for _, c := range a.Cells {
		network, err := networkBytes(c.MCC, c.MNC)
		if err != nil {
			return nil, err
		}
		id, err := ofLength("identity", c.Identity, size)
		if err != nil {
			return nil, err
		}
		out = append(append(out, network...), id...)
	}
	return out, nil
}

func (l PartialTAIList) bytes() ([]byte, error) {
	need := l.Count
	if l.Type == 1 || l.Type == 3 {
		need = 1
	}
	if l.Type < 0 || l.Type > 3 || l.Count < 1 || l.Count > 16 || len(l.TAIs) != need {
		return nil, badValue("number_of_elements", strconv.Itoa(l.Count))
	}
	out := []byte{byte(l.Type)<<5 | byte(l.Count-1)}
	for i, t := range l.TAIs {
		if i == 0 || l.Type == 2 {
			network, err := networkBytes(t.MCC, t.MNC)
			if err != nil {
				return nil, err
			}
			out = append(out, network...)
		}
		if l.Type != 3 {
			tac, err := ofLength("tac", t.TAC, 3)
			if err != nil {
				return nil, err
			}
			out = append(out, tac...)
		}
	}
	return out, nil
}
