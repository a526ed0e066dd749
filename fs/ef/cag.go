package ef

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// CAG is the content of EF.CAG (TS 31.102 clause 4.4.11.14): the closed access
// groups whose cells a phone may use, by network. Entries are those of the CAG
// information list of TS 24.501 clause 9.11.3.18A. The length of an entry does
// not count itself, as pycrate (CAGInfo) has it and another phone's parser;
// UiccBrowser counts it.
type CAG struct {
	Entries []CAGEntry `json:"cag_information_list"`
	Carry
}

// CAGEntry is the groups of one network.
type CAGEntry struct {
	MCC  string   `json:"mcc"`
	MNC  string   `json:"mnc"`
	Only bool     `json:"cag_only"` // other cells of the network are barred
	IDs  []uint32 `json:"cag_ids"`
}

func decodeCAG(data []byte, _ Context, b *builder) CAG {
	v := CAG{Entries: []CAGEntry{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	n := b.nested(data)
	length, _ := n.number(2)
	list := n.roof(int(length))
	list.depth--
	var shown []string
	for list.left() > 0 {
		e, words := list.cagEntry()
		v.Entries = append(v.Entries, e)
		shown = append(shown, words)
	}
	if !n.padding() {
		b.flag("nested.trailing", n.at, n.left())
	}
	if b.Summary = sentences(shown, 4); len(shown) == 0 {
		b.Summary = word("none")
	}
	return v
}

func (n *nested) cagEntry() (CAGEntry, string) {
	v := CAGEntry{IDs: []uint32{}}
	say := n.head("cag_entry", n.at)
	length, _ := n.number(1)
	in := n.roof(int(length))
	p, ok := in.network("cag_network")
	v.MCC, v.MNC = p.MCC, p.MNC
	if ok && in.left() > 0 {
		v.Only = in.spare(1, 1) != 0
		in.line("cag_only", yesNo(v.Only), in.at-1)
	}
	var shown []string
	for in.left() > 0 {
		id, ok := in.number(4)
		if !ok {
			break
		}
		v.IDs = append(v.IDs, uint32(id))
		shown = append(shown, strconv.FormatUint(id, 10))
		in.line("cag_id", shown[len(shown)-1], in.at-4)
	}
	list := shorten(shown, 4)
	if len(shown) == 0 {
		list = word("none")
	}
	words := texts.Say("ef.cag.entry", "network", p.String(), "list", list)
	note := ""
	if v.Only {
		note = word("cag.only")
	}
	say(words, note)
	return v, words
}

func encodeCAG(v CAG, size int) ([]byte, error) {
	var list []byte
	for _, e := range v.Entries {
		entry, err := networkBytes(e.MCC, e.MNC)
		if err != nil {
			return nil, err
		}
		only := byte(0)
		if e.Only {
			only = 1
		}
		entry = append(entry, only)
		for _, id := range e.IDs {
			entry = append(entry, byte(id>>24), byte(id>>16), byte(id>>8), byte(id))
		}
		if entry, err = lengthAndBytes("cag_ids", entry); err != nil {
			return nil, err
		}
		list = append(list, entry...)
	}
	list, err := longLengthAndBytes("cag_information_list", list)
	if err != nil {
		return nil, err
	}
	return padded(list, size)
}

// OPL5G is a record of EF.OPL5G (TS 31.102 clause 4.4.11.9): which name of
// EF.PNN belongs to which tracking areas.
type OPL5G struct {
	MCC       string `json:"mcc"` // a star stands for any digit
	MNC       string `json:"mnc"`
	TACFrom   Hex    `json:"tac_from"` // 3 bytes
	TACTo     Hex    `json:"tac_to"`
	PNNRecord byte   `json:"pnn_record"` // 0: the name comes from elsewhere
	Carry
}

const opl5GRecord = 10

func decodeOPL5G(data []byte, _ Context, b *builder) OPL5G {
	v := OPL5G{TACFrom: Hex{}, TACTo: Hex{}, Carry: Carry{data}}
	b.Columns = []string{"", "", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, opl5GRecord) {
		return v
	}
	p, _ := plmn.ParsePLMN([3]byte(data[:3]))
	v.MCC, v.MNC = starred(p.MCC), starred(p.MNC)
	if strings.Trim(v.MCC+v.MNC, "0123456789*") != "" {
		b.flag("plmn", 0, 3)
	}
	v.TACFrom, v.TACTo, v.PNNRecord = data[3:6], data[6:9], data[9]
	network, areas := v.MCC+" "+v.MNC, v.TACFrom.String()+" - "+v.TACTo.String()
	b.add("opl5g_network", network, 0, 3).Note = p.Describe()
	f := b.add("opl5g_areas", areas, 3, 6)
	if v.TACFrom.String() == "000000" && v.TACTo.String() == "FFFFFE" {
		f.Note, areas = word("opl5g.all"), word("opl5g.all")
	}
	if v.TACFrom.String() > v.TACTo.String() {
		b.flag("opl5g.range", 3, 6)
	}
	name := texts.Say("ef.record", "n", v.PNNRecord)
	if v.PNNRecord == 0 {
		name = word("opl5g.elsewhere")
	}
	b.add("opl5g_name", name, 9, 1)
	b.Columns = []string{network, areas, name}
	b.Summary = network + "  " + areas + "  " + name
	return v
}

// starred writes D, which stands for any digit here (TS 31.102 clause
// 4.4.11.9), as a star.
func starred(s string) string { return strings.ReplaceAll(s, "D", "*") }

func encodeOPL5G(v OPL5G, size int) ([]byte, error) {
	if size < opl5GRecord {
		return nil, refuse("size", "need", opl5GRecord, "limit", size)
	}
	if v.MCC == "" && v.MNC == "" && len(v.TACFrom) == 0 {
		return fill(size), nil
	}
	out, err := v.network()
	if err != nil {
		return nil, err
	}
	for _, tac := range []Hex{v.TACFrom, v.TACTo} {
		b, err := ofLength("tac", tac, 3)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	if v.TACFrom.String() > v.TACTo.String() {
		return nil, badValue("tac_to", v.TACTo)
	}
	return padded(append(out, v.PNNRecord), size)
}

// network is the three bytes of a network in which stars stand for D.
func (v OPL5G) network() ([]byte, error) {
	if v.MCC == "" && v.MNC == "" {
		return fill(3), nil
	}
	if len(v.MCC) != 3 || len(v.MNC) < 2 || len(v.MNC) > 3 || strings.Trim(v.MCC+v.MNC, "0123456789*") != "" {
		return nil, refuse("plmn", "plmn", v.MCC+" "+v.MNC)
	}
	third := "F"
	if len(v.MNC) == 3 {
		third = v.MNC[2:]
	}
	out, err := bcdBytes(strings.ReplaceAll(v.MCC+third+v.MNC[:2], "*", "D"), plainDigits+"F")
	if err != nil {
		return nil, refuse("plmn", "plmn", v.MCC+" "+v.MNC)
	}
	return out, nil
}

// NID is a record of EF.NID (TS 31.102 clause 4.4.12.3): the identifier of a
// private network, which with a PLMN names it (TS 23.003 clause 12.7).
type NID struct {
	AssignmentMode string `json:"assignment_mode"`
	Value          Hex    `json:"network_identifier"` // 5 bytes
	Carry
}

const nidRecord = 6

var assignmentModes = codes{0: "coordinated_option_1", 1: "self_assignment", 2: "coordinated_option_2"}

func decodeNID(data []byte, _ Context, b *builder) NID {
	v := NID{Value: Hex{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, nidRecord) {
		return v
	}
	n := b.nested(data[:nidRecord])
	v.AssignmentMode = n.enumerated(4, assignmentModes)
	mode := wordOr("nid", v.AssignmentMode)
	n.line("nid_mode", mode, 0)
	v.Value = n.rest()
	n.line("nid_value", v.Value.String(), 1)
	b.Columns = []string{v.Value.String(), mode}
	b.Summary = v.Value.String() + "  " + mode
	return v
}

func encodeNID(v NID, size int) ([]byte, error) {
	if v.AssignmentMode == "" && len(v.Value) == 0 {
		return fill(size), nil
	}
	mode, err := enumeratedByte("assignment_mode", assignmentModes, v.AssignmentMode)
	if err != nil {
		return nil, err
	}
	if mode[0] > 0xF {
		return nil, badValue("assignment_mode", v.AssignmentMode)
	}
	value, err := ofLength("network_identifier", v.Value, nidRecord-1)
	if err != nil {
		return nil, err
	}
	return padded(append(mode, value...), size)
}

// ServingNetworkNames is the content of EF.TN3GPPSNN (TS 31.102 clause
// 4.4.11.13): how many names there are, then each in an object. A name is that
// of TS 24.501 clause 9.12.1.
type ServingNetworkNames struct {
	Names []string `json:"serving_network_names"`
	Carry
}

const tagServingNetwork = 0x80

func decodeTN3GPPSNN(data []byte, _ Context, b *builder) ServingNetworkNames {
	v := ServingNetworkNames{Names: []string{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	n := b.nested(data)
	count, _ := n.number(1)
	n.line("tn3gpp_count", strconv.Itoa(int(count)), 0)
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		if tag != tagServingNetwork {
			n.strange(tag, part, from)
			continue
		}
		v.Names = append(v.Names, part.text(part.left()))
		n.line("tn3gpp_name", v.Names[len(v.Names)-1], from)
	}
	if len(v.Names) != int(count) {
		b.flag("tn3gpp.count", 0, 1, "n", count, "have", len(v.Names))
	}
	if b.Summary = shorten(v.Names, 4); len(v.Names) == 0 {
		b.Summary = word("none")
	}
	return v
}

func encodeTN3GPPSNN(v ServingNetworkNames, size int) ([]byte, error) {
	if len(v.Names) > 0xFF {
		return nil, refuse("entries", "need", len(v.Names), "limit", 0xFF)
	}
	out := []byte{byte(len(v.Names))}
	for _, name := range v.Names {
		if !utf8.ValidString(name) {
			return nil, refuse("utf8")
		}
		out = tlv.Append(out, tagServingNetwork, []byte(name))
	}
	return padded(out, size)
}
