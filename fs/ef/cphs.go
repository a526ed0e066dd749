package ef

import (
	"slices"
	"strings"

	"simscope/texts"
)

// The files of the Common PCN Handset Specification, phase 2 (version 4.2).
// Operators put them on cards long before 3GPP had files of its own for the
// same things, and many still do. Numbers are as in the SIM headers of Tizen
// (TAPI_SIM_EF_CPHS), codings as Unisoc's modem reads them (DecodeCPHSInfo,
// DecodeVoiceMsgWtFlag, DecodeCCFlag, DecodeCSP, DecodeMailboxnum,
// DecodeInformationnum); EF.CPHS-SST is left alone by it too.

// CPHSFlag is one half byte of EF.CPHS-VMWF or EF.CPHS-CFF.
type CPHSFlag struct {
	Service string `json:"service"` // "line_1", "line_2", "fax", "data", "sms", "bearer"
	State   string `json:"state"`   // "set", "clear", "unused", "unknown"
	Code    byte   `json:"code"`    // A: set, 5: clear
}

// CPHSFlags is the content of EF.CPHS-VMWF (messages wait) and of EF.CPHS-CFF
// (calls are forwarded whatever happens).
type CPHSFlags struct {
	Flags []CPHSFlag `json:"flags"`
	Rest  Hex        `json:"rest,omitempty"`
	Carry
}

var (
	cphsWaiting    = []string{"line_1", "line_2", "fax", "data"}
	cphsForwarding = []string{"line_1", "line_2", "fax", "data", "sms", "bearer"}
)

func cphsState(code byte) string {
	switch code {
	case 0xA:
		return "set"
	case 0x5:
		return "clear"
	case 0x0, 0xF:
		return "unused"
	}
	return "unknown"
}

// cphsFlags reads half bytes, the lower one first. kind names the words.
func cphsFlags(kind string, services []string) func([]byte, Context, *builder) CPHSFlags {
	return func(data []byte, _ Context, b *builder) CPHSFlags {
		v := CPHSFlags{Flags: []CPHSFlag{}, Carry: Carry{data}}
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		if !b.expect(data, 1) {
			return v
		}
		var set []string
		for i, name := range services {
			if i/2 >= len(data) {
				break
			}
			f := CPHSFlag{Service: name, Code: data[i/2] >> (4 * (i % 2)) & 0xF}
			f.State = cphsState(f.Code)
			v.Flags = append(v.Flags, f)
			if f.State == "unknown" {
				b.flag("cphs.flag", i/2, 1, "code", hexByte(f.Code)[1:])
			}
			if f.State == "set" {
				set = append(set, word("cphs."+name))
			}
			b.addAs(name, word("cphs."+name), word("cphs."+kind+"."+f.State), i/2, 1)
		}
		if n := (len(services) + 1) / 2; len(data) > n {
			v.Rest = data[n:]
		}
		b.Summary = word("cphs." + kind + ".none")
		if len(set) > 0 {
			b.Summary = texts.Say("ef.cphs."+kind, "list", strings.Join(set, ", "))
		}
		return v
	}
}

func encodeCPHSFlags(services []string) func(CPHSFlags, int) ([]byte, error) {
	return func(v CPHSFlags, size int) ([]byte, error) {
		if len(v.Flags) > len(services) {
			return nil, refuse("entries", "need", len(v.Flags), "limit", len(services))
		}
		out := fill((len(v.Flags) + 1) / 2)
		for i, f := range v.Flags {
			if f.Service != services[i] {
				return nil, refuse("cphs.order", "service", f.Service, "want", services[i])
			}
			code, err := f.code()
			if err != nil {
				return nil, err
			}
			shift := 4 * (i % 2)
			out[i/2] = out[i/2]&^(0xF<<shift) | code<<shift
		}
		return padded(append(out, v.Rest...), size)
	}
}

func (f CPHSFlag) code() (byte, error) {
	if f.Code <= 0xF && cphsState(f.Code) == f.State {
		return f.Code, nil
	}
	switch f.State {
	case "set":
		return 0xA, nil
	case "clear":
		return 0x5, nil
	case "unused":
		return 0xF, nil
	}
	return 0, refuse("cphs.state", "state", f.State)
}

// CPHSName is the content of EF.CPHS-ONS and EF.CPHS-ONSS, the operator's name
// in its long and short form.
type CPHSName struct {
	Name   string `json:"operator_name"`
	Coding string `json:"alpha_coding,omitempty"`
	Carry
}

func decodeCPHSName(data []byte, _ Context, b *builder) CPHSName {
	v := CPHSName{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	if allFF(data) {
		b.erase()
		return v
	}
	a := DecodeAlpha(data)
	v.Name, v.Coding = a.Text, a.Coding
	b.alphaFlags(a, 0)
	b.add("cphs_name", v.Name, 0, len(data))
	b.Summary = v.Name
	return v
}

func encodeCPHSName(v CPHSName, size int) ([]byte, error) { return EncodeAlpha(v.Name, size) }

// CSPGroup is one group of the customer service profile: a code and a byte
// that has a bit for each service, the highest first.
type CSPGroup struct {
	Code     byte     `json:"service_group_code"`
	Group    string   `json:"service_group"` // follows from the code
	Services []string `json:"services"`      // what the phone may offer
	Reserved byte     `json:"rfu"`           // bits without a service
}

// CSP is the content of EF.CPHS-CSP: which settings the phone may offer.
type CSP struct {
	Groups []CSPGroup `json:"groups"`
	Carry
}

type cspGroup struct {
	name string
	bits [8]string // from bit 8 down
}

var cspGroups = map[byte]cspGroup{
	0x01: {"call_offering", [8]string{"CFU", "CFB", "CFNRy", "CFNRc", "CT"}},
	0x02: {"call_restriction", [8]string{"BAOC", "BOIC", "BOIC-exHC", "BAIC", "BIC-Roam"}},
	0x03: {"other_supplementary_services", [8]string{"MPTY", "CUG", "AoC", "Pref-CUG", "CUG-OA"}},
	0x04: {"call_completion", [8]string{"HOLD", "CW", "CCBS", "UUS"}},
	0x05: {"teleservices", [8]string{"SM-MT", "SM-MO", "SM-CB", "Reply-Path", "Del-Conf", "Protocol-ID", "Validity-Period"}},
	0x06: {"cphs_teleservices", [8]string{"ALS"}},
	0x07: {"cphs_features", [8]string{"SST"}},
	0x08: {"number_identification", [8]string{0: "CLIP", 2: "CoLR", 3: "CoLP", 4: "MCI", 6: "CLI-send", 7: "CLI-block"}},
	0x09: {"phase_2_plus_services", [8]string{"GPRS", "HSCSD", "VGCS", "VBS", "Multiple-Subscriber-Profile", "Multiple-Band"}},
	0xC0: {"value_added_services", [8]string{0: "PLMN-Mode", 1: "VPS", 2: "SM-MO-Paging", 3: "SM-MO-Email", 4: "Fax", 5: "Data", 7: "Language"}},
	0xD5: {"information_numbers", [8]string{"Information-Numbers"}},
}

func decodeCSP(data []byte, _ Context, b *builder) CSP {
	v := CSP{Groups: []CSPGroup{}, Carry: Carry{data}}
	if !b.expect(data, 2) {
		return v
	}
	if len(data)%2 != 0 {
		b.flag("odd", len(data)-1, 1, "entry", 2)
	}
	allowed := 0
	for i := 0; i+1 < len(data); i += 2 {
		if data[i] == 0xFF {
			continue // an unused pair
		}
		g := cspServices(data[i], data[i+1])
		v.Groups = append(v.Groups, g)
		allowed += len(g.Services)
		label := word("csp." + g.Group)
		if g.Group == "unknown" {
			label = texts.Say("ef.csp.unknown", "code", hexByte(g.Code))
			b.flag("csp.group", i, 1, "code", hexByte(g.Code))
		}
		shown := word("none")
		if len(g.Services) > 0 {
			shown = strings.Join(cspWords(g.Services), ", ")
		}
		f := b.addAs("csp_group", label, shown, i, 2)
		if slices.Contains(g.Services, "PLMN-Mode") {
			f.Note = word("csp.plmn_mode")
		}
	}
	if len(v.Groups) == 0 {
		b.erase()
		return v
	}
	b.Summary = texts.Say("ef.csp", "n", allowed, "groups", len(v.Groups))
	return v
}

func cspWords(services []string) []string {
	out := make([]string, len(services))
	for i, s := range services {
		out[i] = word("csp.svc." + s)
	}
	return out
}

func cspServices(code, bits byte) CSPGroup {
	g := CSPGroup{Code: code, Group: "unknown", Services: []string{}, Reserved: bits}
	known, ok := cspGroups[code]
	if !ok {
		return g
	}
	g.Group = known.name
	for i, name := range known.bits {
		if name == "" {
			continue
		}
		mask := byte(0x80) >> i
		g.Reserved &^= mask
		if bits&mask != 0 {
			g.Services = append(g.Services, name)
		}
	}
	return g
}

func encodeCSP(v CSP, size int) ([]byte, error) {
	if 2*len(v.Groups) > size {
		return nil, refuse("entries", "need", len(v.Groups), "limit", size/2)
	}
	var out []byte
	for _, g := range v.Groups {
		known := cspGroups[g.Code]
		if known.name != g.Group && g.Group != "" && g.Group != "unknown" {
			return nil, refuse("csp.group", "group", g.Group, "code", hexByte(g.Code))
		}
		bits := g.Reserved
		for _, s := range g.Services {
			i := slices.Index(known.bits[:], s)
			if i < 0 || s == "" {
				return nil, refuse("csp.service", "service", s, "code", hexByte(g.Code))
			}
			bits |= 0x80 >> i
		}
		out = append(out, g.Code, bits)
	}
	return padded(out, size)
}

// CPHSInfo is the content of EF.CPHS-INFO: the phase of the specification and
// which of its optional files are there.
type CPHSInfo struct {
	Phase    byte           `json:"cphs_phase"`
	Services []TableService `json:"services"`
}

var cphsServices = []string{
	"customer_service_profile", "service_string_table", "mailbox_numbers", "operator_name_shortform", "information_numbers",
}

// maxCPHSInfo is how many bytes of EF.CPHS-INFO are read; version 4.2 has 3.
const maxCPHSInfo = 16

func decodeCPHSInfo(data []byte, _ Context, b *builder) CPHSInfo {
	v := CPHSInfo{Services: []TableService{}}
	if !b.expect(data, 3) {
		return v
	}
	if len(data) > maxCPHSInfo {
		b.flag("service.many", maxCPHSInfo, len(data)-maxCPHSInfo, "limit", maxCPHSInfo)
		data = data[:maxCPHSInfo]
	}
	if allFF(data) {
		var quiet builder
		v.Phase, v.Services = data[0], quiet.tableServices(data[1:], 1, 2, "cphs.service", cphsServices)
		b.erase()
		return v
	}
	v.Phase = data[0]
	phase := texts.Say("ef.cphs.phase", "n", v.Phase)
	if v.Phase != 1 && v.Phase != 2 {
		b.flag("cphs.phase", 0, 1, "n", v.Phase)
	}
	b.add("cphs_phase", phase, 0, 1)
	v.Services = b.tableServices(data[1:], 1, 2, "cphs.service", cphsServices)
	b.Summary = phase
	if names := activeNames(v.Services, "cphs.service"); len(names) > 0 {
		b.Summary += "  " + strings.Join(names, ", ")
	}
	return v
}

func encodeCPHSInfo(v CPHSInfo, size int) ([]byte, error) {
	if size < 3 || size > maxCPHSInfo {
		return nil, refuse("size", "need", 3, "limit", size)
	}
	out, err := tableBytes(v.Services, 2, size-1)
	if err != nil {
		return nil, err
	}
	return append([]byte{v.Phase}, out...), nil
}

// InformationNumber is a record of EF.CPHS-INN: an entry of a directory of
// services that has up to three levels. The length of the number covers its
// type and its digits, as in EF.ADN.
type InformationNumber struct {
	Level       byte   `json:"index_level"` // 1 to 3
	Premium     bool   `json:"premium_service"`
	Network     bool   `json:"network_specific"` // works in the home network only
	Reserved    byte   `json:"rfu"`              // bits 7 and 8
	AlphaID     string `json:"alpha_identifier"`
	Coding      string `json:"alpha_coding,omitempty"`
	LengthOfBCD int    `json:"length_of_bcd_number"`
	Ext         bool   `json:"ext"`
	TON         TON    `json:"type_of_number"`
	NPI         NPI    `json:"numbering_plan_id"`
	Number      string `json:"dialling_number"`
	Extension   byte   `json:"extension_record"` // FF: none
	Carry
}

// Dial is the number as a person dials it.
func (n InformationNumber) Dial() string { return Address{TON: n.TON, Digits: n.Number}.String() }

func decodeINN(data []byte, _ Context, b *builder) InformationNumber {
	v := InformationNumber{Extension: 0xFF, Carry: Carry{data}}
	b.Columns = []string{"", "", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 5) {
		return v
	}
	c := cursor{b: data}
	alpha := int(c.byte())
	kind := c.byte()
	v.Level, v.Premium, v.Network, v.Reserved = kind&0xF, kind&0x10 != 0, kind&0x20 != 0, kind>>6
	b.add("cphs_level", texts.Say("ef.cphs.level", "n", v.Level), 1, 1).Note = v.note()
	name := c.take(alpha)
	a := DecodeAlpha(name)
	v.AlphaID, v.Coding = a.Text, a.Coding
	b.alphaFlags(a, 2)
	b.add("alpha_identifier", v.AlphaID, 2, len(name))
	v.readNumber(&c, b)
	if c.short {
		b.flag("cphs.inn", 0, len(data))
	}
	b.Columns = []string{strings.Repeat("· ", max(min(int(v.Level), 3)-1, 0)) + v.AlphaID, v.Dial(), v.note()}
	b.Summary = strings.TrimSpace(v.AlphaID + "  " + v.Dial())
	return v
}

func (n InformationNumber) note() string {
	var out []string
	if n.Premium {
		out = append(out, word("cphs.premium"))
	}
	if n.Network {
		out = append(out, word("cphs.network_specific"))
	}
	return strings.Join(out, ", ")
}

func (n *InformationNumber) readNumber(c *cursor, b *builder) {
	n.LengthOfBCD = int(c.byte())
	off := c.off
	if n.LengthOfBCD > 0 && n.LengthOfBCD != 0xFF {
		number := c.take(n.LengthOfBCD)
		if len(number) == 0 {
			return
		}
		var a Address
		a.setType(number[0])
		n.Ext, n.TON, n.NPI = a.Ext, a.TON, a.NPI
		clean := true
		if n.Number, clean = bcd(number[1:], dialDigits); !clean {
			b.flag("filler", off+1, len(number)-1)
		}
		f := b.add("dialling_number", n.Dial(), off+1, len(number)-1)
		f.Note = Address{TON: n.TON, Digits: n.Number}.typeNote()
	}
	if n.Extension = c.byte(); c.short {
		n.Extension = 0xFF
	} else if n.Extension != 0xFF {
		b.add("extension_record", texts.Say("ef.record", "n", n.Extension), c.off-1, 1).Note = word("more_digits")
	}
}

func encodeINN(v InformationNumber, size int) ([]byte, error) {
	name := shortestAlpha(v.AlphaID)
	number, err := v.numberBytes()
	if err != nil {
		return nil, err
	}
	if len(name) > 0xFF || v.Level > 0xF || v.Reserved > 3 {
		return nil, refuse("cphs.inn", "limit", 0xFF)
	}
	kind := v.Level | bitIf(v.Premium, 4) | bitIf(v.Network, 5) | v.Reserved<<6
	out := append([]byte{byte(len(name)), kind}, name...)
	out = append(out, number...)
	return padded(append(out, v.Extension), size)
}

func (n InformationNumber) numberBytes() ([]byte, error) {
	s := strings.NewReplacer(" ", "", "-", "").Replace(n.Number)
	if s == "" {
		return []byte{0}, nil
	}
	a := Address{Ext: true, TON: n.TON, NPI: n.NPI}
	if strings.HasPrefix(s, "+") {
		s, a.TON, a.NPI = s[1:], TONInternational, 1
	}
	if len(s) > 2*0xF0 {
		return nil, refuse("digits", "n", len(s), "limit", 2*0xF0)
	}
	digits, err := bcdBytes(s, dialDigits)
	if err != nil {
		return nil, err
	}
	return append([]byte{byte(1 + len(digits)), a.typeByte()}, digits...), nil
}

func cphsFiles() []entry {
	const gsm = "MF/DF.GSM/"
	const cphs = "CPHS phase 2, version 4.2"
	name := func(name string) entry {
		return at(writable(name, cphs, decodeCPHSName, encodeCPHSName), gsm+name)
	}
	mailbox := writable("EF.CPHS-MBN", cphs, dialNumber(false), encodeDialNumber(false))
	inn := writable("EF.CPHS-INN", cphs, decodeINN, encodeINN)
	return []entry{
		at(writable("EF.CPHS-VMWF", cphs, cphsFlags("waiting", cphsWaiting), encodeCPHSFlags(cphsWaiting)), gsm+"EF.CPHS-VMWF"),
		named(NotPublic, gsm+"EF.CPHS-SST"),
		at(writable("EF.CPHS-CFF", cphs, cphsFlags("forwarded", cphsForwarding), encodeCPHSFlags(cphsForwarding)), gsm+"EF.CPHS-CFF"),
		name("EF.CPHS-ONS"),
		at(writable("EF.CPHS-CSP", cphs, decodeCSP, encodeCSP), gsm+"EF.CPHS-CSP"),
		at(exact("EF.CPHS-INFO", cphs, decodeCPHSInfo, encodeCPHSInfo), gsm+"EF.CPHS-INFO"),
		at(records(mailbox, "name", "number"), gsm+"EF.CPHS-MBN"),
		name("EF.CPHS-ONSS"),
		at(records(inn, "name", "number", "kind"), gsm+"EF.CPHS-INN"),
	}
}
