package ef

import (
	"strings"
)

// digitsFact is digits with the filler that the published vectors show.
func digitsFact(s string, n int) string { return s + strings.Repeat("f", max(n-len(s), 0)) }

func tableFacts(m map[string]any, t NextTable) {
	m["next_table_type"], m["id_of_next_table"] = t.Type, hexFact(t.ID)
}

var (
	_ = addFacts(func(m map[string]any, v FiveGSLOCI) {
		guti, _ := v.GUTI.field()
		tai, _ := v.TAI.bytes()
		m["5g_guti"], m["last_visited_registered_tai_in_5gs"], m["5gs_update_status"] = hexFact(guti), hexFact(tai), v.Status
	})
	_ = addFacts(func(m map[string]any, v RoutingIndicator) {
		m["routing_indicator"], m["rfu"] = v.Digits, hexFact(v.RFU)
	})
	_ = addFacts(func(m map[string]any, v FunctionalNumber) {
		const at = "functional_number_and_type."
		m[at+"functional_number"], m["list_number"] = digitsFact(v.Number, 15), v.List
		m[at+"presentation_of_only_this_fn"], m[at+"permanent_fn"] = v.OnlyThis, v.Permanent
	})
	_ = addFacts(func(m map[string]any, v Shunting) {
		b, _ := encodeShunting(v, shuntingSize)
		m["common_gid"], m["shunting_gid"] = v.Common, hexFact(b[1:])
	})
	_ = addFacts(func(m map[string]any, v GsmrPLMN) {
		m["plmn"] = v.MCC + "-" + v.MNC
		for _, s := range v.services() {
			m["class_of_network.supported."+s.name] = *s.on
		}
		m["class_of_network.preference"] = v.Preference
		m["ic_incoming_ref_tbl"], m["outgoing_ref_tbl"] = hexFact(v.ICTable), hexFact(v.Outgoing)
		m["ic_table_ref"] = hexFact([]byte{v.ICRecord})
	})
	_ = addFacts(func(m map[string]any, v ICEntry) {
		tableFacts(m, v.NextTable)
		m["ic_decision_value"], m["network_string_table_index"] = digitsFact(v.Value, 4), v.Name
	})
	_ = addFacts(func(m map[string]any, v RailNetworkName) { m["value"] = v.Name })
	_ = addFacts(func(m map[string]any, v SwitchingEntry) {
		tableFacts(m, v.NextTable)
		m["decision_value"], m["string_table_index"] = digitsFact(v.Value, 4), v.Text
	})
	_ = addFacts(func(m map[string]any, v PredefinedEntry) {
		if v.Next != nil {
			tableFacts(m, *v.Next)
		}
	})
	_ = addFacts(func(m map[string]any, v DialledDigits) {
		tableFacts(m, v.NextTable)
		m["dialed_digits"] = digitsFact(v.Digits, 2)
	})
)
