package ef

import (
	"fmt"

	"simscope/texts"
)

// ruimBroadcastFiles is the settings of broadcast messages. Their codings are
// those of nvruimsms.c (Qualcomm, chinahby/1110), of SmsbcIccFileFetcher
// (MediaTek) and of ExpFile.cpp (huyun12041204/Local).
func ruimBroadcastFiles() []entry {
	return []entry{
		inCDMA(laidOut("EF.BCSMScfg", ruimSpec, 1, layoutBroadcastConfig, func(v BroadcastConfig) string { return operatorBroadcasts(v.Setting) })),
		inCDMA(laidOut("EF.BCSMSpref", ruimSpec, 1, layoutBroadcastChoice, func(v BroadcastChoice) string { return userBroadcasts(v.Setting) })),
		inCDMA(records(writable("EF.BCSMStable", ruimSpec+", C.S0015", decodeBroadcastService, encodeBroadcastService), "cdma_category", "cdma_label")),
		inCDMA(records(laidOut("EF.BCSMSP", ruimSpec, 2, layoutBroadcastSelection, BroadcastSelection.String), "cdma_selected")),
	}
}

// BroadcastConfig is the content of EF.BCSMScfg: what the operator lets through.
type BroadcastConfig struct {
	Setting int `json:"operator_broadcast_configuration"`
	Carry
}

func operatorBroadcasts(n int) string { return codeWord("cdma.bc", "disallow", "table", "all")(n) }

func layoutBroadcastConfig(v *BroadcastConfig) (*Carry, []part) {
	return &v.Carry, []part{{id: "bcsms_config", value: &v.Setting, n: 1, width: 2, note: operatorBroadcasts}}
}

// BroadcastChoice is the content of EF.BCSMSpref: what the user wants.
type BroadcastChoice struct {
	Setting int `json:"user_broadcast_configuration"`
	Carry
}

func userBroadcasts(n int) string { return codeWord("cdma.bc", "off", "table", "all")(n) }

func layoutBroadcastChoice(v *BroadcastChoice) (*Carry, []part) {
	return &v.Carry, []part{{id: "bcsms_config", value: &v.Setting, n: 1, width: 2, note: userBroadcasts}}
}

// BroadcastSelection is a record of EF.BCSMSP: whether the category of the
// record of the same number in EF.BCSMStable is switched on, and its
// priority.
type BroadcastSelection struct {
	Selected bool `json:"select"`
	Priority int  `json:"priority"`
	Carry
}

func broadcastPriority(n int) string {
	return codeWord("cdma.priority", "normal", "interactive", "urgent", "emergency")(n)
}

func layoutBroadcastSelection(v *BroadcastSelection) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "bcsms_select", on: &v.Selected, n: 1, width: 1},
		{id: "bcsms_priority", value: &v.Priority, at: 1, n: 1, width: 2, note: broadcastPriority},
	}
}

func (v BroadcastSelection) String() string {
	if !v.Selected {
		return word("cdma.bc.off")
	}
	return broadcastPriority(v.Priority)
}

// BroadcastService is a record of EF.BCSMStable: a category of broadcast
// messages. The category has its lowest byte first, as Qualcomm's modem writes
// it; MediaTek's reads it the other way round.
type BroadcastService struct {
	Used     bool   `json:"status"`
	Category int    `json:"service_category"`
	Language int    `json:"language"`
	Max      int    `json:"max_messages"`
	Alert    int    `json:"alert_option"`
	Encoding int    `json:"label_encoding"`
	Label    string `json:"label"`
	Carry
}

const broadcastHead = 7

var alertOptions = []string{
	"none", "default", "vibrate_once", "vibrate_repeat", "visual_once", "visual_repeat", "low_once", "low_repeat",
	"medium_once", "medium_repeat", "high_once", "high_repeat",
}

func layoutBroadcastService(v *BroadcastService) []part {
	language := func(n int) string { return texts.Maybe("ef.cdma.language." + hexByte(byte(n))) }
	coding := func(n int) string { return word("cdma.coding." + cdmaCoding(byte(n))) }
	return []part{
		{id: "bcsms_used", on: &v.Used, n: 1, width: 1},
		{id: "cdma_category", value: &v.Category, at: 1, n: 2},
		{id: "cdma_language", value: &v.Language, at: 3, n: 1, note: language},
		{id: "bcsms_max", value: &v.Max, at: 4, n: 1},
		{id: "bcsms_alert", value: &v.Alert, at: 5, n: 1, width: 4, note: codeWord("cdma.alert", alertOptions...)},
		{id: "char_encoding", value: &v.Encoding, at: 6, n: 1, width: 5, note: coding},
	}
}

func decodeBroadcastService(data []byte, _ Context, b *builder) BroadcastService {
	v := BroadcastService{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && (allFF(data) || data[0] == 0 && allFF(data[1:]) || allZero(data)) {
		b.erase()
		return v
	}
	if !b.expect(data, broadcastHead) {
		return v
	}
	b.parts(data[:broadcastHead], layoutBroadcastService(&v))
	v.Label = b.cdmaName(data[broadcastHead:], broadcastHead, v.Encoding == cdmaUnicode)
	b.add("cdma_label", v.Label, broadcastHead, len(data)-broadcastHead)
	b.Columns = []string{fmt.Sprint(v.Category), v.Label}
	b.Summary = joined(b.Columns[0], b.Columns[1])
	return v
}

func encodeBroadcastService(v BroadcastService, size int) ([]byte, error) {
	out := make([]byte, broadcastHead)
	for _, p := range layoutBroadcastService(&v) {
		if err := p.write(out); err != nil {
			return nil, err
		}
	}
	if !v.Used && v.Label == "" && allZero(out[1:]) {
		return padded(out[:min(1, size)], size)
	}
	label, err := cdmaText(v.Label, byte(v.Encoding))
	if err != nil {
		return nil, err
	}
	return padded(append(out, label...), size)
}
