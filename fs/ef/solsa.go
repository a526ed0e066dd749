package ef

import (
	"fmt"
	"strings"

	"simscope/fs/plmn"
	"simscope/texts"
)

// SAI is the content of EF.SAI (TS 31.102 clause 4.4.1.1, TS 51.011 clause
// 10.4.1.1): whether the phone may be used in localised service areas only,
// and the text it shows outside of them.
type SAI struct {
	LSAOnly  bool   `json:"lsa_only_access"`
	Reserved byte   `json:"rfu"` // bits 2 to 8 of the indicator
	Text     string `json:"lsa_only_access_indication_text"`
	Coding   string `json:"alpha_coding,omitempty"`
	Carry
}

func decodeSAI(data []byte, _ Context, b *builder) SAI {
	v := SAI{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	v.LSAOnly, v.Reserved = data[0]&1 != 0, data[0]>>1
	a := DecodeAlpha(data[1:])
	v.Text, v.Coding = a.Text, a.Coding
	b.alphaFlags(a, 1)
	state := word("lsa.not_only")
	if v.LSAOnly {
		state = word("lsa.only")
	}
	b.add("lsa_only_access", state, 0, 1)
	b.add("lsa_only_access_indication_text", v.Text, 1, len(data)-1)
	b.Summary = strings.TrimSpace(state + "  " + v.Text)
	return v
}

func encodeSAI(v SAI, size int) ([]byte, error) {
	if size < 1 || v.Reserved > 0x7F {
		return nil, refuse("size", "need", 1, "limit", size)
	}
	text, err := EncodeAlpha(v.Text, size-1)
	return append([]byte{v.Reserved<<1 | bitIf(v.LSAOnly, 0)}, text...), err
}

// LSA is a record of EF.SLL (TS 31.102 clause 4.4.1.2, TS 51.011 clause
// 10.4.1.2): a localised service area that the user has subscribed to.
type LSA struct {
	Name             string `json:"lsa_name"`
	Coding           string `json:"alpha_coding,omitempty"`
	SelfExplanatory  bool   `json:"icon_self_explanatory"` // the icon replaces the name
	IdleModeSupport  bool   `json:"idle_mode_support"`
	IdleIndication   bool   `json:"lsa_indication_for_idle_mode"` // the name is shown while idle
	ConfigReserved   byte   `json:"configuration_rfu"`            // bits 4 to 8
	Reserved         byte   `json:"rfu"`
	Icon             byte   `json:"icon_identifier"` // record of EF.IMG
	Priority         byte   `json:"priority"`        // 0 lowest, 15 highest
	PriorityReserved byte   `json:"priority_rfu"`
	MCC              string `json:"mcc"`
	MNC              string `json:"mnc"`
	DescriptorFile   Hex    `json:"lsa_descriptor_file_identifier"`
	DescriptorRecord byte   `json:"lsa_descriptor_record_identifier"`
	Carry
}

// PLMN is the network that the area lies in.
func (l LSA) PLMN() plmn.PLMN { return plmn.PLMN{MCC: l.MCC, MNC: l.MNC} }

// sllTail is what follows the name in a record of EF.SLL.
const sllTail = 10

func decodeSLL(data []byte, _ Context, b *builder) LSA {
	v := LSA{DescriptorFile: Hex{}, Carry: Carry{data}}
	b.Columns = []string{"", "", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, sllTail) {
		return v
	}
	x := len(data) - sllTail
	a := DecodeAlpha(data[:x])
	v.Name, v.Coding = a.Text, a.Coding
	b.alphaFlags(a, 0)
	b.add("lsa_name", v.Name, 0, x)
	t := data[x:]
	v.SelfExplanatory, v.IdleModeSupport, v.IdleIndication = t[0]&1 != 0, t[0]&2 != 0, t[0]&4 != 0
	v.ConfigReserved, v.Reserved, v.Icon = t[0]>>3, t[1], t[2]
	v.Priority, v.PriorityReserved = t[3]&0xF, t[3]>>4
	b.add("icon_self_explanatory", yesNo(v.SelfExplanatory), x, 1)
	b.add("idle_mode_support", yesNo(v.IdleModeSupport), x, 1)
	b.add("lsa_indication_for_idle_mode", yesNo(v.IdleIndication), x, 1)
	b.add("lsa_icon", texts.Say("ef.record", "n", v.Icon), x+2, 1)
	b.add("lsa_priority", fmt.Sprint(v.Priority), x+3, 1).Note = word("lsa.priority")
	n := b.network(t[4:7], x+4)
	v.MCC, v.MNC = n.MCC, n.MNC
	v.DescriptorFile, v.DescriptorRecord = t[7:9], t[9]
	b.add("lsa_descriptor_file_identifier", v.DescriptorFile.String(), x+7, 2)
	b.add("lsa_descriptor_record_identifier", texts.Say("ef.record", "n", v.DescriptorRecord), x+9, 1)
	b.Columns = []string{v.Name, v.PLMN().String(), fmt.Sprint(v.Priority)}
	b.Summary = strings.TrimSpace(v.Name + "  " + v.PLMN().String())
	return v
}

func encodeSLL(v LSA, size int) ([]byte, error) {
	if size < sllTail {
		return nil, refuse("size", "need", sllTail, "limit", size)
	}
	if len(v.DescriptorFile) != 2 {
		return nil, refuse("length", "what", "lsa_descriptor_file_identifier", "need", 2)
	}
	if v.Priority > 0xF || v.PriorityReserved > 0xF || v.ConfigReserved > 0x1F {
		return nil, refuse("lsa.priority", "limit", 0xF)
	}
	out, err := EncodeAlpha(v.Name, size-sllTail)
	if err != nil {
		return nil, err
	}
	p, err := v.PLMN().Encode()
	if err != nil {
		return nil, refuse("plmn", "plmn", v.PLMN().String())
	}
	config := bitIf(v.SelfExplanatory, 0) | bitIf(v.IdleModeSupport, 1) | bitIf(v.IdleIndication, 2) | v.ConfigReserved<<3
	out = append(out, config, v.Reserved, v.Icon, v.Priority|v.PriorityReserved<<4)
	out = append(out, p[:]...)
	return append(append(out, v.DescriptorFile...), v.DescriptorRecord), nil
}

func solsaFiles() []entry {
	sai := writable("EF.SAI", "TS 31.102 clause 4.4.1.1, TS 51.011 clause 10.4.1.1", decodeSAI, encodeSAI)
	sll := writable("EF.SLL", "TS 31.102 clause 4.4.1.2, TS 51.011 clause 10.4.1.2", decodeSLL, encodeSLL)
	return []entry{
		at(sai, "ADF.USIM/DF.SoLSA/EF.SAI", "MF/DF.GSM/DF.SoLSA/EF.SAI"),
		at(records(sll, "name", "lsa_network", "lsa_priority"), "ADF.USIM/DF.SoLSA/EF.SLL", "MF/DF.GSM/DF.SoLSA/EF.SLL"),
	}
}
