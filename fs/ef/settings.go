package ef

import (
	"strings"
)

// EHPLMNPI is the content of EF.EHPLMNPI: how the home networks are listed
// when a network is chosen by hand (TS 31.102 clause 4.2.85).
type EHPLMNPI struct {
	Indication string `json:"presentation_indication"` // "no_preference", "display_highest_prio_only", "display_all", "reserved"
	Byte       byte   `json:"presentation_indication_byte"`
	Carry
}

var ehplmnIndications = []string{"no_preference", "display_highest_prio_only", "display_all"}

func decodeEHPLMNPI(data []byte, _ Context, b *builder) EHPLMNPI {
	v := EHPLMNPI{Carry: Carry{data}}
	v.Indication, v.Byte = b.oneOf("presentation_indication", "ehplmnpi", data, ehplmnIndications)
	return v
}

func encodeEHPLMNPI(v EHPLMNPI, size int) ([]byte, error) {
	return oneByte(v.Indication, v.Byte, ehplmnIndications, size)
}

// LRPLMNSI is the content of EF.LRPLMNSI: which network is tried first when the
// phone is switched on (TS 31.102 clause 4.2.86).
type LRPLMNSI struct {
	Indication string `json:"last_rplmn_selection_indication"` // "last_rplmn", "hplmn_or_last_rplmn", "reserved"
	Byte       byte   `json:"last_rplmn_selection_indication_byte"`
	Carry
}

var lrplmnIndications = []string{"last_rplmn", "hplmn_or_last_rplmn"}

func decodeLRPLMNSI(data []byte, _ Context, b *builder) LRPLMNSI {
	v := LRPLMNSI{Carry: Carry{data}}
	v.Indication, v.Byte = b.oneOf("selection_indication", "lrplmnsi", data, lrplmnIndications)
	return v
}

func encodeLRPLMNSI(v LRPLMNSI, size int) ([]byte, error) {
	return oneByte(v.Indication, v.Byte, lrplmnIndications, size)
}

// IMSDCI is the content of EF.IMSDCI: whether data channels may be set up in
// IMS calls (TS 31.103 clause 4.2.23).
type IMSDCI struct {
	Indication string `json:"ims_dc_establishment_indication"` // "not_allowed", "allowed_after", "allowed_with_session", "reserved"
	Byte       byte   `json:"ims_dc_establishment_indication_byte"`
	Carry
}

var imsdcIndications = []string{"not_allowed", "allowed_after", "allowed_with_session"}

func decodeIMSDCI(data []byte, _ Context, b *builder) IMSDCI {
	v := IMSDCI{Carry: Carry{data}}
	v.Indication, v.Byte = b.oneOf("ims_dc_indication", "imsdci", data, imsdcIndications)
	return v
}

func encodeIMSDCI(v IMSDCI, size int) ([]byte, error) {
	return oneByte(v.Indication, v.Byte, imsdcIndications, size)
}

// oneOf reads a byte that is one of names; texts "ef.word.<group>.<name>".
func (b *builder) oneOf(id, group string, data []byte, names []string) (string, byte) {
	if !b.expect(data, 1) {
		return "reserved", 0xFF
	}
	name := chosen(data[0], names)
	shown := word(group + "." + name)
	if name == "reserved" {
		shown = hexByte(data[0])
		b.flag("net.value", 0, 1, "value", shown)
	}
	b.add(id, shown, 0, 1)
	b.Summary = shown
	return name, data[0]
}

func oneByte(name string, had byte, names []string, size int) ([]byte, error) {
	c, err := choice(name, had, names)
	if err != nil {
		return nil, err
	}
	return padded([]byte{c}, size)
}

// PWS is the content of EF.PWS: whether public warnings are ignored (TS 31.102
// clause 4.2.96).
type PWS struct {
	IgnoreHome    bool `json:"ignore_pws_in_hplmn_and_equivalent"`
	IgnoreVisited bool `json:"ignore_pws_in_vplmn"`
	Reserved      byte `json:"rfu"` // bits 3 to 8
	Carry
}

func decodePWS(data []byte, _ Context, b *builder) PWS {
	v := PWS{Carry: Carry{data}}
	v.IgnoreHome, v.IgnoreVisited, v.Reserved = b.twoFlags(data, "ignore_pws_in_hplmn", "ignore_pws_in_vplmn", [4]string{"pws.shown", "pws.home", "pws.visited", "pws.ignored"})
	return v
}

func encodePWS(v PWS, size int) ([]byte, error) {
	return padded([]byte{bits(v.IgnoreHome, v.IgnoreVisited) | v.Reserved<<2}, size)
}

// twoFlags reads a byte whose two lowest bits are settings, and says in words
// what they are together, by the number they make.
func (b *builder) twoFlags(data []byte, low, high string, words [4]string) (first, second bool, rest byte) {
	if !b.expect(data, 1) {
		return false, false, 0
	}
	c := data[0]
	first, second = c&1 != 0, c&2 != 0
	b.reservedBits(c, 0x03, 0)
	b.add(low, yesNo(first), 0, 1)
	b.add(high, yesNo(second), 0, 1)
	b.Summary = word(words[c&3])
	return first, second, c >> 2
}

// bits makes a byte, its lowest bit first.
func bits(list ...bool) byte {
	var c byte
	for i, on := range list {
		if on {
			c |= 1 << i
		}
	}
	return c
}

// EAKA is the content of EF.eAKA (TS 31.102 clause 4.2.114).
type EAKA struct {
	Supported bool `json:"enhanced_sqn_calculation_supported"`
	Reserved  byte `json:"rfu"` // bits 2 to 8
	Carry
}

func decodeEAKA(data []byte, _ Context, b *builder) EAKA {
	v := EAKA{Carry: Carry{data}}
	v.Supported, v.Reserved = b.firstBit("enhanced_sqn", data)
	return v
}

func encodeEAKA(v EAKA, size int) ([]byte, error) {
	return padded([]byte{bits(v.Supported) | v.Reserved<<1}, size)
}

// FromPreferred is the content of EF.FromPreferred: whether the From header of
// an IMS request names the preferred identity (TS 31.102 clause 4.2.106, TS
// 31.103 clause 4.2.17).
type FromPreferred struct {
	Preferred bool `json:"from_preferred"`
	Reserved  byte `json:"rfu"` // bits 2 to 8
	Carry
}

func decodeFromPreferred(data []byte, _ Context, b *builder) FromPreferred {
	v := FromPreferred{Carry: Carry{data}}
	v.Preferred, v.Reserved = b.firstBit("from_preferred", data)
	return v
}

func encodeFromPreferred(v FromPreferred, size int) ([]byte, error) {
	return padded([]byte{bits(v.Preferred) | v.Reserved<<1}, size)
}

// firstBit reads a yes or no in bit 1 and the reserved rest.
func (b *builder) firstBit(id string, data []byte) (on bool, rest byte) {
	if !b.expect(data, 1) {
		return false, 0
	}
	on = data[0]&1 == 1
	b.reservedBits(data[0], 0x01, 0)
	b.add(id, yesNo(on), 0, 1)
	b.Summary = yesNo(on)
	return on, data[0] >> 1
}

// InvScan is the content of EF.InvScan: when a phone may look for better
// networks that offer no voice (TS 51.011 clause 10.3.39, TS 31.102 clause
// 4.4.3.4).
type InvScan struct {
	Limited  bool `json:"in_limited_service_mode"`
	Selected bool `json:"after_successful_plmn_selection"`
	Reserved byte `json:"rfu"` // bits 3 to 8
	Carry
}

func decodeInvScan(data []byte, _ Context, b *builder) InvScan {
	v := InvScan{Carry: Carry{data}}
	v.Limited, v.Selected, v.Reserved = b.twoFlags(data, "scan_limited", "scan_selected", [4]string{"scan.never", "scan.limited", "scan.selected", "scan.always"})
	return v
}

func encodeInvScan(v InvScan, size int) ([]byte, error) {
	return padded([]byte{bits(v.Limited, v.Selected) | v.Reserved<<2}, size)
}

// PSDataOff is the content of EF.3GPPPSDATAOFF: which services still use data
// when the user has switched it off (TS 31.102 clause 4.2.109). Roaming counts
// only where service 131 is available; else Home counts there too.
type PSDataOff struct {
	Home     []string `json:"exempt_in_hplmn"`
	Roaming  []string `json:"exempt_in_vplmn"`
	Reserved Hex      `json:"rfu"` // bytes 3 and 4
	Carry
}

var exemptServices = []string{
	"ussi", "mmtel_voice", "mmtel_video", "ss_config_xcap", "sms_over_ip", "bearer_independent_protocol", "device_management_over_ps",
}

func decodePSDataOff(data []byte, _ Context, b *builder) PSDataOff {
	v := PSDataOff{Home: []string{}, Roaming: []string{}, Reserved: Hex{}, Carry: Carry{data}}
	if !b.expect(data, 4) {
		return v
	}
	v.Reserved = data[2:4]
	var home, roaming string
	v.Home, home = b.exempt(data[0], 0)
	v.Roaming, roaming = b.exempt(data[1], 1)
	b.add("exempt_in_hplmn", home, 0, 1)
	b.add("exempt_in_vplmn", roaming, 1, 1).Note = word("if_service_131")
	b.Summary = home
	return v
}

// exempt names the services of a byte, for the value and for people.
func (b *builder) exempt(c byte, off int) (names []string, shown string) {
	names = []string{}
	var words []string
	for i, name := range exemptServices {
		if c&(1<<i) != 0 {
			names = append(names, name)
			words = append(words, word("exempt."+name))
		}
	}
	b.reservedBits(c, 0x7F, off)
	if shown = strings.Join(words, ", "); shown == "" {
		shown = word("none")
	}
	return names, shown
}

func encodePSDataOff(v PSDataOff, size int) ([]byte, error) {
	out := []byte{0, 0, 0, 0}
	for i, list := range [][]string{v.Home, v.Roaming} {
		for _, name := range list {
			n, err := choice(name, 0, exemptServices)
			if err != nil {
				return nil, err
			}
			out[i] |= 1 << n
		}
	}
	if len(v.Reserved) == 2 {
		copy(out[2:], v.Reserved)
	}
	return padded(out, size)
}
