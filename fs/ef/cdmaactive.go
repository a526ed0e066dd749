package ef

import (
	"fmt"
	"strings"
)

// ruimActiveFiles is which ways to packet data the phone has, which of the
// user names are in use, and the room for a name of HRPD.
func ruimActiveFiles() []entry {
	return []entry{
		inCDMA(laidOut("EF.ME3GPDOPC", ruimSpec+", C.S0016", 1, layoutDataWays, DataWays.String)),
		inCDMA(laidOut("EF.SIPSP", ruimSpec+", C.S0016", 1, layoutSIPActive, func(v ActiveName) string { return fmt.Sprint(v.Index) })),
		inCDMA(writable("EF.MIPSP", ruimSpec+", C.S0016", decodeMIPActive, encodeMIPActive)),
		inCDMA(laidOut("EF.HRPDCAP", ruimSpec, 3, layoutHRPDCapability, func(v HRPDCapability) string { return fmt.Sprint(v.MaxNAILength) })),
	}
}

// DataWays is the content of EF.ME3GPDOPC: the ways to an address for packet
// data that the phone has.
type DataWays struct {
	SimpleIP bool `json:"simple_ip"`
	MobileIP bool `json:"mobile_ip"`
	Fallback bool `json:"mobile_ip_simple_ip_fallback"`
	Carry
}

func layoutDataWays(v *DataWays) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "data_simple_ip", on: &v.SimpleIP, n: 1, width: 1},
		{id: "data_mobile_ip", on: &v.MobileIP, n: 1, shift: 1, width: 1},
		{id: "data_fallback", on: &v.Fallback, n: 1, shift: 2, width: 1},
	}
}

func (v DataWays) String() string {
	var out []string
	for _, w := range []struct {
		on bool
		id string
	}{{v.SimpleIP, "simple_ip"}, {v.MobileIP, "mobile_ip"}, {v.Fallback, "fallback"}} {
		if w.on {
			out = append(out, word("cdma.way."+w.id))
		}
	}
	if len(out) == 0 {
		return word("none")
	}
	return strings.Join(out, ", ")
}

// ActiveName is the content of EF.SIPSP: the index in EF.SIPUPP of the user
// name in use.
type ActiveName struct {
	Index int `json:"act_nai_entry_index"`
	Carry
}

func layoutSIPActive(v *ActiveName) (*Carry, []part) {
	return &v.Carry, []part{{id: "act_nai_entry_index", value: &v.Index, n: 1, shift: 4, width: 4}}
}

// ActiveNames is the content of EF.MIPSP: the indexes in EF.MIPUPP of the user
// names in use.
type ActiveNames struct {
	Index int   `json:"act_nai_entry_index"`
	More  []int `json:"add_act_nai_entry_index"`
	Carry
}

func decodeMIPActive(data []byte, _ Context, b *builder) ActiveNames {
	v := ActiveNames{More: []int{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	r := &bitReader{b: data}
	v.Index = int(r.take(4))
	b.add("act_nai_entry_index", fmt.Sprint(v.Index), 0, 1)
	n := int(r.take(4))
	need := 1 + (n+1)/2
	if !b.expect(data, need) {
		return v
	}
	shown := []string{fmt.Sprint(v.Index)}
	for range n {
		from := r.at
		k := int(r.take(4))
		off, size := r.byteSpan(from)
		b.add("add_act_nai_entry_index", fmt.Sprint(k), off, size)
		v.More, shown = append(v.More, k), append(shown, fmt.Sprint(k))
	}
	if rest := data[need:]; !allFF(rest) && !allZero(rest) {
		b.behind(data, need)
	}
	b.Summary = shorten(shown, 5)
	return v
}

func encodeMIPActive(v ActiveNames, size int) ([]byte, error) {
	w := &bitWriter{}
	n := len(v.More)
	if err := w.fields([]capabilityField{{"act_nai_entry_index", &v.Index, 4}, {"add_act_nai_entry_index", &n, 4}}); err != nil {
		return nil, err
	}
	for _, k := range v.More {
		if err := w.field("add_act_nai_entry_index", k, 4); err != nil {
			return nil, err
		}
	}
	w.pad()
	return padded(w.b, size)
}

// HRPDCapability is the content of EF.HRPDCAP: how long a user name and a
// secret for HRPD the card can hold. The highest bit of the algorithms is CHAP.
type HRPDCapability struct {
	MaxNAILength    int `json:"max_nai_length"`
	MaxSecretLength int `json:"max_ss_length"`
	Algorithms      int `json:"auth_algorithm"`
	Carry
}

func layoutHRPDCapability(v *HRPDCapability) (*Carry, []part) {
	chap := func(n int) string {
		if n&0x80 != 0 {
			return "CHAP"
		}
		return ""
	}
	return &v.Carry, []part{
		{id: "max_nai_length", value: &v.MaxNAILength, n: 1},
		{id: "max_ss_length", value: &v.MaxSecretLength, at: 1, n: 1, shift: 3, width: 5},
		{id: "data_auth_algorithm", value: &v.Algorithms, at: 2, n: 1, note: chap},
	}
}
