package ef

import (
	"fmt"
	"net/netip"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/texts"
)

// csimOwnFiles is files that only a CSIM has. Their codings are those of
// ExpFile.cpp (huyun12041204/Local).
func csimOwnFiles() []entry {
	return []entry{
		inCSIM(records(writable("EF.AuthCapability", csimSpec, decodeAuthMethods, encodeAuthMethods), "cdma_application", "cdma_auth")),
		inCSIM(writable("EF.CDMACNL", csimSpec, decodeCDMANetworks, encodeCDMANetworks)),
		inCSIM(writable("EF.HOME_TAG", csimSpec+", C.S0016", decodeHomeTag, encodeHomeTag)),
		inCSIM(writable("EF.LCSCP", csimSpec, decodeLocationServer, encodeLocationServer)),
		inCSIM(writable("EF.MODEL", csimSpec, decodePhoneModel, encodePhoneModel)),
	}
}

// AuthMethods is a record of EF.AuthCapability: how an application on the phone
// can prove who the user is.
type AuthMethods struct {
	Application int      `json:"application_id"` // 0: MMS
	Methods     []string `json:"authentication_capability"`
	Reserved    Hex      `json:"rfu"`
	Carry
}

var authMethods = []string{
	"cram_md5", "http_digest_md5", "http_digest_md5_sess", "http_digest_akav1_md5", "http_digest_akav1_md5_sess",
	"sasl_digest_md5", "sasl_otp", "sasl_gssapi",
}

func cdmaApplication(n int) string { return codeWord("cdma.application", "mms")(n) }

func decodeAuthMethods(data []byte, _ Context, b *builder) AuthMethods {
	v := AuthMethods{Methods: []string{}, Reserved: Hex{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	v.Application, v.Methods, v.Reserved = int(data[0]), bitNames(data[1], authMethods), data[2:]
	b.add("cdma_application", cdmaApplication(v.Application), 0, 1)
	var shown []string
	for _, name := range v.Methods {
		shown = append(shown, word("cdma.auth."+name))
	}
	if len(shown) == 0 {
		shown = []string{word("none")}
	}
	b.add("cdma_auth", shorten(shown, len(shown)), 1, 1)
	b.Columns = []string{cdmaApplication(v.Application), shorten(shown, 3)}
	b.Summary = joined(b.Columns[0], b.Columns[1])
	return v
}

func encodeAuthMethods(v AuthMethods, size int) ([]byte, error) {
	if err := inRange("application_id", v.Application, 0xFF); err != nil {
		return nil, err
	}
	c, err := bitsOf(v.Methods, authMethods, "authentication_capability")
	if err != nil {
		return nil, err
	}
	return padded(append([]byte{byte(v.Application), c}, v.Reserved...), size)
}

// CDMANetworks is the content of EF.CDMACNL: other networks whose cards a
// locked phone takes. In which order the digits stand is not known, so that
// they are shown as bytes.
type CDMANetworks struct {
	Networks []CDMANetwork `json:"networks"`
	Carry
}

// CDMANetwork is one network, and what of its subscribers.
type CDMANetwork struct {
	PLMN      Hex `json:"mcc_mnc"`
	MIN       Hex `json:"irm_based_min"`
	Provider  int `json:"service_provider_id"`
	Corporate int `json:"corporate_id"`
}

const cdmaNetworkBytes = 7

func decodeCDMANetworks(data []byte, _ Context, b *builder) CDMANetworks {
	v := CDMANetworks{Networks: []CDMANetwork{}, Carry: Carry{data}}
	if extra := len(data) % cdmaNetworkBytes; extra != 0 {
		b.flag("odd", len(data)-extra, extra, "entry", cdmaNetworkBytes)
	}
	var shown []string
	for i := 0; i+cdmaNetworkBytes <= len(data); i += cdmaNetworkBytes {
		e := data[i : i+cdmaNetworkBytes]
		v.Networks = append(v.Networks, CDMANetwork{e[:3], e[3:5], int(e[5]), int(e[6])})
		if allFF(e) {
			continue
		}
		b.add("cdma_network", fmt.Sprintf("%X  %X  %02X  %02X", e[:3], e[3:5], e[5], e[6]), i, cdmaNetworkBytes)
		shown = append(shown, fmt.Sprintf("%X", e[:3]))
	}
	if b.Summary = shorten(shown, 5); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeCDMANetworks(v CDMANetworks, size int) ([]byte, error) {
	var out []byte
	for _, n := range v.Networks {
		for _, f := range []struct {
			id   string
			data Hex
			n    int
		}{{"mcc_mnc", n.PLMN, 3}, {"irm_based_min", n.MIN, 2}} {
			if len(f.data) != f.n {
				return nil, refuse("length", "what", f.id, "need", f.n)
			}
			out = append(out, f.data...)
		}
		for _, f := range []capabilityField{{"service_provider_id", &n.Provider, 8}, {"corporate_id", &n.Corporate, 8}} {
			if err := inRange(f.id, *f.n, 0xFF); err != nil {
				return nil, err
			}
			out = append(out, byte(*f.n))
		}
	}
	return padded(out, size)
}

// HomeTag is the content of EF.HOME_TAG: the name that a phone shows in its
// home system (system tags of C.S0016).
type HomeTag struct {
	PromptIncluded bool   `json:"call_prmpt_incl"`
	Prompt         int    `json:"call_prmpt_id"` // of EF.CALL_PROMPT
	Encoding       int    `json:"tag_encoding"`
	Tag            string `json:"tag"`
	Carry
}

const homeTagHead = 2

func decodeHomeTag(data []byte, _ Context, b *builder) HomeTag {
	v := HomeTag{Carry: Carry{data}}
	if len(data) > 0 && (allFF(data) || allZero(data)) {
		b.erase()
		return v
	}
	if !b.expect(data, homeTagHead) {
		return v
	}
	r := &bitReader{b: data}
	v.PromptIncluded, v.Prompt, v.Encoding = r.take(1) == 1, int(r.take(5)), int(r.take(5))
	n := int(r.take(5))
	if v.PromptIncluded {
		b.add("call_prmpt_id", fmt.Sprint(v.Prompt), 0, 1)
	}
	b.add("char_encoding", word("cdma.coding."+cdmaCoding(byte(v.Encoding))), 0, homeTagHead)
	if !b.expect(data, homeTagHead+n) {
		return v
	}
	v.Tag = b.cdmaName(data[homeTagHead:homeTagHead+n], homeTagHead, v.Encoding == cdmaUnicode)
	b.add("cdma_tag", v.Tag, homeTagHead, n)
	if rest := data[homeTagHead+n:]; !allFF(rest) && !allZero(rest) {
		b.behind(data, homeTagHead+n)
	}
	b.Summary = v.Tag
	return v
}

// encodeHomeTag fills the file with zeros, as the test profile has it.
func encodeHomeTag(v HomeTag, size int) ([]byte, error) {
	tag, err := cdmaText(v.Tag, byte(v.Encoding))
	if err != nil {
		return nil, err
	}
	w := &bitWriter{}
	included, n := int(oneIf(v.PromptIncluded)), len(tag)
	if err := w.fields([]capabilityField{
		{"call_prmpt_incl", &included, 1}, {"call_prmpt_id", &v.Prompt, 5}, {"tag_encoding", &v.Encoding, 5}, {"tag", &n, 5},
	}); err != nil {
		return nil, err
	}
	out := append(w.b, tag...)
	if len(out) > size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return append(out, make([]byte, size-len(out))...), nil
}

// LocationServer is the content of EF.LCSCP: where the home network's server
// for finding the phone (H-PS) is.
type LocationServer struct {
	IPv4   *netip.Addr `json:"h_ps_ipv4_address,omitempty"`
	IPv6   *netip.Addr `json:"h_ps_ipv6_address,omitempty"`
	URL    string      `json:"h_ps_url,omitempty"`
	Others []TLV       `json:"others,omitempty"`
	Carry
}

const (
	tagServer4   tlv.Tag = 0x80
	tagServer6   tlv.Tag = 0x81
	tagServerURL tlv.Tag = 0x82
)

func decodeLocationServer(data []byte, _ Context, b *builder) LocationServer {
	v := LocationServer{Carry: Carry{data}}
	if len(data) > 0 && (allFF(data) || allZero(data)) {
		b.erase()
		return v
	}
	for _, o := range b.fileObjects(data, 0) {
		ip, isIP := netip.AddrFromSlice(o.Value)
		shown := ip.String()
		switch {
		case o.Tag == tagServer4 && ip.Is4() && v.IPv4 == nil:
			v.IPv4 = &ip
		case o.Tag == tagServer6 && isIP && !ip.Is4() && v.IPv6 == nil:
			v.IPv6 = &ip
		case o.Tag == tagServerURL && v.URL == "" && len(o.Value) > 0 && utf8.Valid(o.Value):
			v.URL, shown = string(o.Value), string(o.Value)
		default:
			v.Others = append(v.Others, b.extra(o))
			continue
		}
		b.add("location_server", shown, o.off, o.size())
		if b.Summary == "" {
			b.Summary = shown
		}
	}
	return v
}

func encodeLocationServer(v LocationServer, size int) ([]byte, error) {
	var out []byte
	for _, a := range []struct {
		tag tlv.Tag
		ip  *netip.Addr
	}{{tagServer4, v.IPv4}, {tagServer6, v.IPv6}} {
		if a.ip == nil {
			continue
		}
		if a.ip.Is4() != (a.tag == tagServer4) || !a.ip.IsValid() || a.ip.Zone() != "" {
			return nil, refuse("cdma.address", "address", a.ip.String())
		}
		out = tlv.Append(out, a.tag, a.ip.AsSlice())
	}
	if v.URL != "" {
		out = tlv.Append(out, tagServerURL, []byte(v.URL))
	}
	out, err := appendObjects(out, v.Others)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// PhoneModel is the content of EF.MODEL: which phone has the card.
type PhoneModel struct {
	Encoding     int    `json:"char_encoding"`
	Language     int    `json:"language"`
	Model        string `json:"model_information"`
	Manufacturer string `json:"manufacturer_name"`
	Software     string `json:"software_version_information"`
	Carry
}

func (v *PhoneModel) names() []struct {
	id    string
	text  *string
	at, n int
} {
	return []struct {
		id    string
		text  *string
		at, n int
	}{
		{"phone_model", &v.Model, 2, 32}, {"phone_maker", &v.Manufacturer, 34, 32}, {"phone_software", &v.Software, 66, 60},
	}
}

const phoneModelSize = 126

func decodePhoneModel(data []byte, _ Context, b *builder) PhoneModel {
	v := PhoneModel{Carry: Carry{data}}
	if len(data) > 0 && (allFF(data) || allZero(data)) {
		b.erase()
		return v
	}
	if !b.exactly(data, phoneModelSize) {
		return v
	}
	v.Encoding, v.Language = int(data[0]&0x1F), int(data[1])
	if extra := data[0] &^ 0x1F; extra != 0 {
		b.flag("cdma.reserved", 0, 1, "byte", hexByte(extra))
	}
	b.add("char_encoding", word("cdma.coding."+cdmaCoding(byte(v.Encoding))), 0, 1)
	if name := texts.Maybe("ef.cdma.language." + hexByte(data[1])); name != "" {
		b.add("cdma_language", name, 1, 1)
	}
	for _, f := range v.names() {
		*f.text = b.cdmaName(data[f.at:f.at+f.n], f.at, v.Encoding == cdmaUnicode)
		b.add(f.id, *f.text, f.at, f.n)
	}
	b.Summary = joined(v.Manufacturer, v.Model)
	return v
}

func encodePhoneModel(v PhoneModel, size int) ([]byte, error) {
	if err := inRange("char_encoding", v.Encoding, 0x1F); err != nil {
		return nil, err
	}
	if err := inRange("language", v.Language, 0xFF); err != nil {
		return nil, err
	}
	out := []byte{byte(v.Encoding), byte(v.Language)}
	for _, f := range v.names() {
		text, err := cdmaText(*f.text, byte(v.Encoding))
		if err != nil {
			return nil, err
		}
		if len(text) > f.n {
			return nil, refuse("cdma.long", "n", len(text), "limit", f.n)
		}
		out = append(append(out, text...), fill(f.n-len(text))...)
	}
	return padded(out, size)
}
