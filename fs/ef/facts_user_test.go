package ef

import (
	"fmt"
	"slices"
)

var (
	_ = addFacts(func(m map[string]any, v GroupIDs) {
		for i, id := range v.Groups {
			m[index(i)] = orNil(id)
		}
	})
	_ = addFacts(func(m map[string]any, v GroupStatus) {
		for i := range maxGroups {
			m[fmt.Sprintf("flags[%d]", i)] = int(oneIf(slices.Contains(v.Active, i+1)))
		}
	})
	_ = addFacts(func(m map[string]any, v EMLPP) {
		levelFacts(m, "levels.", v.Levels)
		levelFacts(m, "fast_call_setup_cond.", v.FastSetup)
	})
	_ = addFacts(func(m map[string]any, v AAeM) { levelFacts(m, "auto_answer_prio_levels.", v.Levels) })
	_ = addFacts(func(m map[string]any, v MailboxIdentifier) {
		m["mbi_voicemail"], m["mbi_fax"], m["mbi_email"], m["mbi_other"] = v.Voicemail, v.Fax, v.EMail, v.Other
		m["mbi_videocall"] = nil // the vector's name for videomail
		if v.Videomail != nil {
			m["mbi_videocall"] = *v.Videomail
		}
	})
	_ = addFacts(func(m map[string]any, v MessagesWaiting) {
		for _, kind := range mailboxKinds {
			m["mwi_status."+kind] = slices.Contains(v.Indicators, kind)
		}
		m["num_waiting_voicemail"], m["num_waiting_fax"] = v.Voicemail, v.Fax
		m["num_waiting_email"], m["num_waiting_other"] = v.EMail, v.Other
		m["num_waiting_videomail"] = nil
		if v.Videomail != nil {
			m["num_waiting_videomail"] = *v.Videomail
		}
	})
	_ = addFacts(func(m map[string]any, v CallForwarding) {
		m["msp_number"], m["cfu_indicator_status.rfu"] = v.MSP, v.Status>>3
		for _, s := range forwardedServices {
			m["cfu_indicator_status."+s] = slices.Contains(v.Forwarded, s)
		}
		m["len_of_bcd"], m["dialing_nr"] = v.LengthOfBCD, v.Number
		m["ton_npi.ext"], m["ton_npi.type_of_number"], m["ton_npi.numbering_plan_id"] = v.Ext, v.TON.String(), v.NPI.String()
		m["cap_conf_id"], m["ext7_record_id"] = v.Capability, v.Extension
	})
	_ = addFacts(func(m map[string]any, v START) {
		// The vector counts the filler half byte into the numbers.
		m["start_cs"], m["start_ps"] = 0xF00000|v.CS, 0xF00000|v.PS
	})
)

func levelFacts(m map[string]any, prefix string, levels []string) {
	for i, name := range []string{"A", "B", "zero", "one", "two", "three", "four"} {
		m[prefix+name] = slices.Contains(levels, priorities[i])
	}
}
