package ef

import (
	"fmt"
	"slices"
	"strings"

	"simscope/texts"
)

func ruimSettingFiles() []entry {
	return []entry{
		inCDMA(laidOut("EF.ACCOLC", ruimClause(12), 1, layoutACCOLC, func(v OverloadClass) string { return fmt.Sprint(v.Class) })),
		inCDMA(laidOut("EF.TERM", ruimClause(13), 1, layoutTERM, TerminationModes.String)),
		inCDMA(laidOut("EF.SSCI", ruimClause(14), 1, layoutSSCI, func(v SlotCycle) string { return fmt.Sprint(v.Index) })),
		inCDMA(writable("EF.OTA", ruimSpec, decodeOTAFeatures, encodeOTAFeatures)),
		inCDMA(writable("EF.LI", ruimSpec+", C.R1001", decodeCDMALanguages, encodeCDMALanguages)),
		inCDMA(laidOut("EF.USGIND", ruimSpec, 1, layoutUsage, UsageIndicator.String)),
		inCDMA(laidOut("EF.MAX_PRL", ruimSpec, 4, layoutMaxPRL, func(v MaxPRL) string { return fmt.Sprintf("%d, %d", v.PRL, v.EPRL) })),
		inCDMA(laidOut("EF.SPCS", ruimSpec, 1, layoutSPCS, SPCStatus.String)),
		inCDMA(writable("EF.ECC", ruimSpec, decodeECC2G, encodeECC2G)),
		inCDMA(laidOut("EF.3GPDOPM", ruimSpec+", C.S0016", 1, layoutDataMode, func(v DataMode) string { return dataMode(v.Mode) })),
		inCDMA(laidOut("EF.CSSPR", ruimSpec, 1, layoutCSSPR, func(v SSPRRevision) string { return fmt.Sprint(v.Revision) })),
	}
}

func minutes(n int) string { return texts.Say("ef.minutes", "n", n) }

// OverloadClass is the content of EF.ACCOLC (3GPP2 C.S0023 clause 3.4.12).
type OverloadClass struct {
	Class int `json:"accolc"`
	Carry
}

func layoutACCOLC(v *OverloadClass) (*Carry, []part) {
	return &v.Carry, []part{{id: "accolc", value: &v.Class, n: 1, width: 4}}
}

// TerminationModes is the content of EF.TERM (3GPP2 C.S0023 clause 3.4.13):
// where the phone takes calls.
type TerminationModes struct {
	ForeignNID bool `json:"mob_term_for_nid"`
	ForeignSID bool `json:"mob_term_for_sid"`
	Home       bool `json:"mob_term_home"`
	Carry
}

func layoutTERM(v *TerminationModes) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "mob_term_for_nid", on: &v.ForeignNID, n: 1, width: 1},
		{id: "mob_term_for_sid", on: &v.ForeignSID, n: 1, shift: 1, width: 1},
		{id: "mob_term_home", on: &v.Home, n: 1, shift: 2, width: 1},
	}
}

func (v TerminationModes) String() string {
	var out []string
	for _, m := range []struct {
		on bool
		id string
	}{{v.Home, "home"}, {v.ForeignSID, "foreign_sid"}, {v.ForeignNID, "foreign_nid"}} {
		if m.on {
			out = append(out, word("cdma.term."+m.id))
		}
	}
	if len(out) == 0 {
		return word("none")
	}
	return strings.Join(out, ", ")
}

// SlotCycle is the content of EF.SSCI (3GPP2 C.S0023 clause 3.4.14).
type SlotCycle struct {
	Index int `json:"ssci"`
	Carry
}

func layoutSSCI(v *SlotCycle) (*Carry, []part) {
	cycle := func(n int) string { return fmt.Sprintf("%.2f s", 1.28*float64(int(1)<<n)) }
	return &v.Carry, []part{{id: "ssci", value: &v.Index, n: 1, width: 3, note: cycle}}
}

// UsageIndicator is the content of EF.USGIND: whose identifiers the phone
// shows to the network.
type UsageIndicator struct {
	UIMID  bool `json:"uim_id_usage"`    // of the card instead of the phone's ESN
	EUIMID bool `json:"sf_euimid_usage"` // of the card instead of the phone's MEID
	Carry
}

func layoutUsage(v *UsageIndicator) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "uim_id_usage", on: &v.UIMID, n: 1, width: 1},
		{id: "sf_euimid_usage", on: &v.EUIMID, n: 1, shift: 1, width: 1},
	}
}

func (v UsageIndicator) String() string {
	esn, meid := "ESN", "MEID"
	if v.UIMID {
		esn = "UIM_ID"
	}
	if v.EUIMID {
		meid = "SF_EUIMID"
	}
	return esn + ", " + meid
}

// MaxPRL is the content of EF.MAX_PRL: the room for roaming lists in bytes.
type MaxPRL struct {
	PRL  int `json:"max_prl_size"`
	EPRL int `json:"max_eprl_size"`
	Carry
}

func layoutMaxPRL(v *MaxPRL) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "max_prl", value: &v.PRL, n: 2, big: true},
		{id: "max_eprl", value: &v.EPRL, at: 2, n: 2, big: true},
	}
}

// SPCStatus is the content of EF.SPCS: whether the service programming code is
// still the default, 000000.
type SPCStatus struct {
	Changed bool `json:"spc_changed"`
	Carry
}

func layoutSPCS(v *SPCStatus) (*Carry, []part) {
	return &v.Carry, []part{{id: "spc_changed", on: &v.Changed, n: 1, width: 1}}
}

func (v SPCStatus) String() string {
	if v.Changed {
		return word("cdma.spc.changed")
	}
	return word("cdma.spc.default")
}

// DataMode is the content of EF.3GPDOPM: how the phone gets its address for
// packet data (C.S0016).
type DataMode struct {
	Mode int `json:"operation_mode"`
	Carry
}

func layoutDataMode(v *DataMode) (*Carry, []part) {
	return &v.Carry, []part{{id: "cdma_data_mode", value: &v.Mode, n: 1, width: 2, note: dataMode}}
}

func dataMode(n int) string {
	return codeWord("cdma.data", "simple_ip", "mobile_ip_fallback", "mobile_ip")(n)
}

// SSPRRevision is the content of EF.CSSPR: the protocol revision of the
// roaming list that the phone uses.
type SSPRRevision struct {
	Revision int `json:"cur_sspr_p_rev"`
	Carry
}

func layoutCSSPR(v *SSPRRevision) (*Carry, []part) {
	return &v.Carry, []part{{id: "mmss_revision", value: &v.Revision, n: 1}}
}

// OTAFeatures is the content of EF.OTA: what the card supports of programming
// over the air (C.S0016 table 3.5.1.7-1).
type OTAFeatures struct {
	Features []OTAFeature `json:"features"`
	Carry
}

// OTAFeature is one feature and the revision of its protocol.
type OTAFeature struct {
	ID       int    `json:"feature_id"`
	Name     string `json:"feature"` // what ID says; ID decides when it is written
	Revision int    `json:"feature_p_rev"`
}

var otaFeatures = []string{
	"nam_download", "key_exchange", "sspr", "spl", "otapa", "puzl", "3gpd",
	"secure_mode", "mmd", "system_tag", "mms",
}

func otaFeature(n int) string {
	if n < len(otaFeatures) {
		return otaFeatures[n]
	}
	return reservedValue
}

func decodeOTAFeatures(data []byte, _ Context, b *builder) OTAFeatures {
	v := OTAFeatures{Features: []OTAFeature{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	n := int(data[0])
	if !b.expect(data, 1+2*n) {
		return v
	}
	var shown []string
	for i := 1; i < 1+2*n; i += 2 {
		f := OTAFeature{int(data[i]), otaFeature(int(data[i])), int(data[i+1])}
		v.Features = append(v.Features, f)
		name := word("cdma.ota." + f.Name)
		b.add("ota_feature", name, i, 2).Note = texts.Say("ef.cdma.revision", "n", f.Revision)
		shown = append(shown, name)
	}
	if b.Summary = shorten(shown, 5); n == 0 {
		b.Summary = word("none")
	}
	return v
}

func encodeOTAFeatures(v OTAFeatures, size int) ([]byte, error) {
	if len(v.Features) > 0xFF {
		return nil, refuse("entries", "need", len(v.Features), "limit", 0xFF)
	}
	out := []byte{byte(len(v.Features))}
	for _, f := range v.Features {
		if err := inRange("feature_id", f.ID, 0xFF); err != nil {
			return nil, err
		}
		if err := inRange("feature_p_rev", f.Revision, 0xFF); err != nil {
			return nil, err
		}
		out = append(out, byte(f.ID), byte(f.Revision))
	}
	if len(out) > size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return append(out, make([]byte, size-len(out))...), nil
}

// CDMALanguages is the content of EF.LI: what the user reads, best first, by
// the numbers of C.R1001 for characters and languages. 255 is none.
type CDMALanguages struct {
	Languages []CDMALanguage `json:"languages"`
	Carry
}

// CDMALanguage is one entry.
type CDMALanguage struct {
	Encoding int `json:"char_encoding"`
	Language int `json:"language"`
}

func decodeCDMALanguages(data []byte, _ Context, b *builder) CDMALanguages {
	v := CDMALanguages{Languages: []CDMALanguage{}, Carry: Carry{data}}
	if len(data)%2 != 0 {
		b.flag("odd", len(data)-1, 1, "entry", 2)
	}
	var shown []string
	for i := 0; i+2 <= len(data); i += 2 {
		l := CDMALanguage{int(data[i]), int(data[i+1])}
		v.Languages = append(v.Languages, l)
		name := texts.Maybe("ef.cdma.language." + hexByte(data[i+1]))
		if name == "" && l.Language != 0xFF {
			name = hexByte(data[i+1])
		}
		if name != "" {
			b.add("cdma_language", name, i, 2).Note = word("cdma.coding." + cdmaCoding(data[i]))
			shown = append(shown, name)
		}
	}
	if b.Summary = shorten(shown, 5); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeCDMALanguages(v CDMALanguages, size int) ([]byte, error) {
	var out []byte
	for _, l := range v.Languages {
		for _, n := range []int{l.Encoding, l.Language} {
			if err := inRange("languages", n, 0xFF); err != nil {
				return nil, err
			}
			out = append(out, byte(n))
		}
	}
	return padded(slices.Clip(out), size)
}
