package ef

import (
	"strconv"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// settings reads a first byte of single bits, by name; bits without a name are
// reserved. It returns the bits that are set, and the reserved ones.
func (b *builder) settings(c byte, names ...string) (on []bool, reserved byte) {
	reserved = c
	for i, id := range names {
		set := c&(1<<i) != 0
		on = append(on, set)
		reserved &^= 1 << i
		b.add(id, yesNo(set), 0, 1)
	}
	if reserved != 0 {
		b.flag("nested.spare", 0, 1)
	}
	return on, reserved
}

// settingsBytes is the inverse, with the bytes that follow.
func settingsBytes(size int, reserved byte, rest Hex, on ...bool) ([]byte, error) {
	for i, set := range on {
		reserved &^= 1 << i
		if set {
			reserved |= 1 << i
		}
	}
	return padded(append([]byte{reserved}, rest...), size)
}

// AccessIdentities is the content of EF.UAC_AIC (TS 31.102 clause 4.4.11.7):
// the special access identities of TS 24.501 clause 4.5.2 a subscriber has.
type AccessIdentities struct {
	MPS      bool `json:"multimedia_priority_service"` // access identity 1
	MCS      bool `json:"mission_critical_services"`   // access identity 2
	Reserved byte `json:"rfu"`
	Rest     Hex  `json:"rfu_bytes,omitempty"`
	Carry
}

func decodeUACAIC(data []byte, _ Context, b *builder) AccessIdentities {
	v := AccessIdentities{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	b.expect(data, 4)
	on, reserved := b.settings(data[0], "uac_mps", "uac_mcs")
	v.MPS, v.MCS, v.Reserved, v.Rest = on[0], on[1], reserved, data[1:]
	var shown []string
	if v.MPS {
		shown = append(shown, word("uac.mps"))
	}
	if v.MCS {
		shown = append(shown, word("uac.mcs"))
	}
	if b.Summary = strings.Join(shown, ", "); len(shown) == 0 {
		b.Summary = word("uac.none")
	}
	return v
}

func encodeUACAIC(v AccessIdentities, size int) ([]byte, error) {
	rest := v.Rest
	if rest == nil { // reserved bits are 0
		rest = make(Hex, max(size-1, 0))
	}
	return settingsBytes(size, v.Reserved, rest, v.MPS, v.MCS)
}

// OffloadConf is the content of EF.5GNSWO_CONF (TS 31.102 clause 4.4.11.19).
type OffloadConf struct {
	Usage    bool `json:"5g_nswo_usage_indication"` // Wi-Fi with 5G authentication is allowed
	Reserved byte `json:"rfu"`
	Rest     Hex  `json:"rfu_bytes,omitempty"`
	Carry
}

func decodeNSWO(data []byte, _ Context, b *builder) OffloadConf {
	v := OffloadConf{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	on, reserved := b.settings(data[0], "nswo_usage")
	v.Usage, v.Reserved, v.Rest = on[0], reserved, data[1:]
	b.Summary = onOff(v.Usage)
	return v
}

func encodeNSWO(v OffloadConf, size int) ([]byte, error) {
	return settingsBytes(size, v.Reserved, v.Rest, v.Usage)
}

func onOff(on bool) string {
	if on {
		return word("fiveg.on")
	}
	return word("fiveg.off")
}

// KAUSFDerivation is the content of EF.KAUSF_DERIVATION (TS 31.102 clause
// 4.4.11.21): of which session key K_AUSF is made when a subscriber of a
// private network authenticates by EAP.
type KAUSFDerivation struct {
	UseMSK   bool `json:"use_msk"` // else EMSK
	Reserved byte `json:"rfu"`
	Rest     Hex  `json:"rfu_bytes,omitempty"`
	Carry
}

func decodeKAUSFDerivation(data []byte, _ Context, b *builder) KAUSFDerivation {
	v := KAUSFDerivation{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	on, reserved := b.settings(data[0], "kausf_use_msk")
	v.UseMSK, v.Reserved, v.Rest = on[0], reserved, data[1:]
	if b.Summary = "EMSK"; v.UseMSK {
		b.Summary = "MSK"
	}
	return v
}

func encodeKAUSFDerivation(v KAUSFDerivation, size int) ([]byte, error) {
	return settingsBytes(size, v.Reserved, v.Rest, v.UseMSK)
}

// WarningConf is the content of EF.PWS_SNPN (TS 31.102 clause 4.4.12.2): which
// public warnings a phone ignores in private networks.
type WarningConf struct {
	IgnoreSubscribed    bool `json:"ignore_all_pws_in_subscribed_snpns"`
	IgnoreNonSubscribed bool `json:"ignore_all_pws_in_non_subscribed_snpns"`
	Reserved            byte `json:"rfu"`
	Rest                Hex  `json:"rfu_bytes,omitempty"`
	Carry
}

func decodePWSSNPN(data []byte, _ Context, b *builder) WarningConf {
	v := WarningConf{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	on, reserved := b.settings(data[0], "pws_ignore_subscribed", "pws_ignore_non_subscribed")
	v.IgnoreSubscribed, v.IgnoreNonSubscribed, v.Reserved, v.Rest = on[0], on[1], reserved, data[1:]
	switch {
	case v.IgnoreSubscribed && v.IgnoreNonSubscribed:
		b.Summary = word("pws.none")
	case v.IgnoreSubscribed:
		b.Summary = word("pws.others")
	case v.IgnoreNonSubscribed:
		b.Summary = word("pws.own")
	default:
		b.Summary = word("pws.all")
	}
	return v
}

func encodePWSSNPN(v WarningConf, size int) ([]byte, error) {
	return settingsBytes(size, v.Reserved, v.Rest, v.IgnoreSubscribed, v.IgnoreNonSubscribed)
}

// SearchMultiplier is the content of EF.MCHPPLMN (TS 31.102 clause 4.4.11.20):
// by how much the time of EF.HPPLMN is multiplied on satellite NG-RAN.
type SearchMultiplier struct {
	Coefficient byte `json:"multiplier_coefficient"` // 0: not used
	Rest        Hex  `json:"rfu_bytes,omitempty"`
	Carry
}

func decodeMCHPPLMN(data []byte, _ Context, b *builder) SearchMultiplier {
	v := SearchMultiplier{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	v.Coefficient, v.Rest = data[0], data[1:]
	if b.Summary = texts.Say("ef.mchpplmn", "n", v.Coefficient); v.Coefficient == 0 {
		b.Summary = word("not_given")
	}
	b.add("mchpplmn_coefficient", b.Summary, 0, 1)
	return v
}

func encodeMCHPPLMN(v SearchMultiplier, size int) ([]byte, error) {
	return padded(append([]byte{v.Coefficient}, v.Rest...), size)
}

// EDRX is the content of EF.5GSEDRX (TS 31.102 clause 4.4.11.18): on which
// radio a phone may sleep longer, and for how long.
type EDRX struct {
	NGRAN     bool `json:"ng_ran"`
	Satellite bool `json:"satellite_ng_ran"`
	Reserved  byte `json:"rfu"`
	Cycle     byte `json:"edrx_cycle_length"` // bits 4 to 1, as in TS 24.008 clause 10.5.5.32
	Rest      Hex  `json:"rfu_bytes,omitempty"`
	Carry
}

// edrxSeconds are the cycles of TS 24.008 table 10.5.5.32 from value 1 on, in
// hundredths of a second. Value 0 differs by radio.
var edrxSeconds = [...]int{
	1: 1024, 2048, 4096, 6144, 8192, 10240, 12288, 14336, 16384, 32768, 65536, 131072, 262144, 524288, 1048576,
}

func decode5GSEDRX(data []byte, _ Context, b *builder) EDRX {
	v := EDRX{Carry: Carry{data}}
	if !b.expect(data, 2) {
		return v
	}
	on, reserved := b.settings(data[0], "edrx_ng_ran", "edrx_satellite")
	v.NGRAN, v.Satellite, v.Reserved, v.Cycle, v.Rest = on[0], on[1], reserved, data[1], data[2:]
	cycle := texts.Say("ef.edrx.value", "n", v.Cycle&0xF)
	if hundredths := edrxSeconds[v.Cycle&0xF]; hundredths > 0 {
		cycle = texts.Say("ef.edrx.seconds", "n", strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64))
	}
	if v.Cycle>>4 != 0 {
		b.flag("nested.spare", 1, 1)
	}
	b.add("edrx_cycle", cycle, 1, 1)
	b.Summary = cycle
	if !v.NGRAN && !v.Satellite {
		b.Summary = word("fiveg.off")
	}
	return v
}

func encode5GSEDRX(v EDRX, size int) ([]byte, error) {
	if v.Cycle > 0xF {
		return nil, refuse("nested.limit", "what", "edrx_cycle_length", "value", v.Cycle, "limit", 0xF)
	}
	return settingsBytes(size, v.Reserved, append(Hex{v.Cycle}, v.Rest...), v.NGRAN, v.Satellite)
}

// DisasterRoaming is the content of EF.DRI (TS 31.102 clause 4.4.11.17): how a
// phone behaves when its network has failed and others take its customers in.
type DisasterRoaming struct {
	Enabled       byte       `json:"disaster_roaming_is_enabled"` // bit 1
	Indicators    byte       `json:"disaster_roaming_parameters_indicator_status"`
	RoamingWait   *WaitRange `json:"disaster_roaming_wait_range,omitempty"`
	ReturnWait    *WaitRange `json:"disaster_return_wait_range,omitempty"`
	Applicability *byte      `json:"applicability_indicator,omitempty"` // bit 1: lists of visited networks count too
	Networks      []Network  `json:"plmns_to_be_used_in_disaster_condition,omitempty"`
	Carry
}

// WaitRange is the time, picked at random within it, that a phone waits (TS
// 24.501 clause 9.11.3.84). Both ends are coded as GPRS timers.
type WaitRange struct {
	Minimum byte `json:"minimum_registration_wait_time"`
	Maximum byte `json:"maximum_registration_wait_time"`
}

// Bits of the indicator status; a parameter is there where its bit is 0.
const (
	driRoamingWait = 1 << iota
	driReturnWait
	driApplicability
	driNetworks
)

const (
	driFixed  = 7
	tagDRINet = 0x80
)

// gprsTimer is a timer of TS 24.008 clause 10.5.7.3 in words.
func gprsTimer(c byte) string {
	n := int(c & 0x1F)
	switch c >> 5 {
	case 0:
		return texts.Say("ef.fiveg.seconds", "n", 2*n)
	case 2:
		return minutesText(6 * n)
	case 7:
		return word("fiveg.off")
	}
	return minutesText(n)
}

func decodeDRI(data []byte, _ Context, b *builder) DisasterRoaming {
	v := DisasterRoaming{Indicators: 0xFF, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, driFixed) {
		return v
	}
	v.Enabled, v.Indicators = data[0], data[1]
	b.Summary = onOff(v.Enabled&1 != 0)
	b.add("dri_enabled", b.Summary, 0, 1)
	if v.Enabled>>1 != 0 || v.Indicators>>4 != 0xF {
		b.flag("nested.spare", 0, 2)
	}
	v.RoamingWait = b.waitRange("dri_roaming_wait", data, 2, v.Indicators&driRoamingWait == 0)
	v.ReturnWait = b.waitRange("dri_return_wait", data, 4, v.Indicators&driReturnWait == 0)
	if v.Indicators&driApplicability == 0 {
		v.Applicability = &data[6]
		b.add("dri_applicability", yesNo(data[6]&1 != 0), 6, 1)
	}
	b.driNetworks(&v, data)
	if len(v.Networks) > 0 {
		var names []string
		for _, n := range v.Networks {
			names = append(names, n.PLMN().String())
		}
		b.Summary += "  " + shorten(names, 4)
	}
	return v
}

func (b *builder) waitRange(id string, data []byte, off int, there bool) *WaitRange {
	if !there {
		return nil
	}
	w := &WaitRange{data[off], data[off+1]}
	b.add(id, gprsTimer(w.Minimum)+" - "+gprsTimer(w.Maximum), off, 2)
	return w
}

func (b *builder) driNetworks(v *DisasterRoaming, data []byte) {
	n := b.nested(data)
	n.at = driFixed
	found := false
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		if tag != tagDRINet || found {
			n.strange(tag, part, from)
			continue
		}
		found = true
		part.depth = 0
		if v.Indicators&driNetworks != 0 {
			b.flag("dri.networks", from, n.at-from)
		}
		for part.left() > 0 {
			p, ok := part.network("dri_network")
			if !ok {
				break
			}
			v.Networks = append(v.Networks, Network{MCC: p.MCC, MNC: p.MNC})
		}
	}
	if !found && v.Indicators&driNetworks == 0 {
		b.flag("dri.networks", driFixed, 0)
	}
}

func encodeDRI(v DisasterRoaming, size int) ([]byte, error) {
	out := append([]byte{v.Enabled}, fill(driFixed-1)...)
	for i, w := range []*WaitRange{v.RoamingWait, v.ReturnWait} {
		if w != nil {
			out[1] &^= 1 << i
			out[2+2*i], out[3+2*i] = w.Minimum, w.Maximum
		}
	}
	if v.Applicability != nil {
		out[1] &^= driApplicability
		out[6] = *v.Applicability
	}
	if len(v.Networks) > 0 {
		out[1] &^= driNetworks
		var list []byte
		for _, n := range v.Networks {
			network, err := networkBytes(n.MCC, n.MNC)
			if err != nil {
				return nil, err
			}
			list = append(list, network...)
		}
		out = tlv.Append(out, tagDRINet, list)
	}
	return padded(out, size)
}
