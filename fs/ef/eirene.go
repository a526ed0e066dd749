package ef

import (
	"strconv"
	"strings"

	"simscope/fs/plmn"
	"simscope/texts"
)

// The files of DF.EIRENE serve the railways' radio, GSM-R: UIC P 38 T 9001,
// "FFFIS for GSM-R SIM Cards". Its clause 7 has the files of the radio, clause
// 8 the tables by which a driver's key presses become a number.

func railSpec(clause string) string {
	return "UIC FFFIS for GSM-R SIM Cards (P 38 T 9001) clause " + clause
}

// railFiles is DF.EIRENE.
func railFiles() []entry {
	at1 := func(d Decoder, names ...string) entry {
		var paths []string
		for _, n := range names {
			paths = append(paths, "MF/DF.GSM/DF.EIRENE/EF."+n)
		}
		return at(d, paths...)
	}
	each := func(d Decoder, names ...string) []entry {
		var out []entry
		for _, n := range names {
			d.Name = "EF." + n
			out = append(out, at1(d, n))
		}
		return out
	}
	out := []entry{
		at1(records(writable("EF.FN", railSpec("7.2"), decodeFunctionalNumber, encodeFunctionalNumber), "rail.number", "rail.kind"), "FN"),
		at1(writable("EF.CallconfC", railSpec("7.4"), decodeCallconfC, encodeCallconfC), "CallconfC"),
		at1(records(writable("EF.CallconfI", railSpec("7.5"), decodeCallconfI, encodeCallconfI), "rail.call", "rail.number"), "CallconfI"),
		at1(writable("EF.Shunting", railSpec("7.6"), decodeShunting, encodeShunting), "Shunting"),
		at1(records(writable("EF.GsmrPLMN", railSpec("7.7"), decodeGsmrPLMN, encodeGsmrPLMN), "rail.network", "rail.services"), "GsmrPLMN"),
		at1(records(writable("EF.IC", railSpec("7.8"), decodeIC, encodeIC), "rail.digits", "rail.next"), "IC"),
		at1(records(writable("EF.NW", railSpec("7.9"), decodeNW, encodeNW), "rail.name"), "NW"),
	}
	switching := records(writable("", railSpec("8.4"), decodeSwitching, encodeSwitching), "rail.digits", "rail.next")
	predefined := records(writable("", railSpec("8.5"), decodePredefined, encodePredefined), "rail.digits", "rail.next")
	dialled := writable("", railSpec("8.6"), decodeDialledDigits, encodeDialledDigits)
	out = append(out, each(switching, "CT", "SC")...)
	out = append(out, each(predefined, "FC", "Service", "Call", "FctTeam", "Controller", "Gateway")...)
	return append(out, each(dialled, "5to8digits", "2digits", "8digits", "9digits", "SSSSS", "LLLLL", "Location", "FreeNumber")...)
}

// FunctionalNumber is a record of EF.FN: a number that belongs to a role, such
// as the driver of a train, and not to a person or a phone.
type FunctionalNumber struct {
	Number    string `json:"functional_number"`
	OnlyThis  bool   `json:"presentation_of_only_this_fn"`
	Permanent bool   `json:"permanent_fn"` // stays registered when the radio is switched off
	Reserved  byte   `json:"rfu"`          // low two bits of the type
	List      byte   `json:"list_number"`
	Carry
}

const functionalNumber = 9

func decodeFunctionalNumber(data []byte, _ Context, b *builder) FunctionalNumber {
	v := FunctionalNumber{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, functionalNumber) {
		return v
	}
	// The last of sixteen digits is the type.
	kind := data[7] >> 4
	digits := append(append([]byte{}, data[:7]...), data[7]|0xF0)
	v.Number = b.railDigits(digits, 0)
	v.OnlyThis, v.Permanent, v.Reserved, v.List = kind&4 != 0, kind&8 != 0, kind&3, data[8]
	b.add("rail_functional_number", v.Number, 0, 8)
	b.add("rail_only_this", yesNo(v.OnlyThis), 7, 1)
	b.add("rail_permanent", yesNo(v.Permanent), 7, 1)
	b.add("rail_list", strconv.Itoa(int(v.List)), 8, 1)
	if v.Permanent {
		b.Columns[1] = word("rail.permanent")
	}
	b.Columns[0] = v.Number
	b.Summary = strings.TrimSpace(v.Number + "  " + b.Columns[1])
	return v
}

// railDigits reads swapped digits up to their filler F.
func (b *builder) railDigits(raw []byte, off int) string {
	s, clean := bcd(raw, plainDigits)
	if !clean || strings.ContainsAny(s, "ABCDE") {
		b.flag("rail.digits", off, len(raw))
	}
	return s
}

// railBytes is the inverse of railDigits in size bytes.
func railBytes(what, digits string, size int) ([]byte, error) {
	if len(digits) > 2*size {
		return nil, refuse("rail.digits", "what", what, "n", len(digits), "limit", 2*size)
	}
	b, err := bcdBytes(digits, plainDigits)
	if err != nil {
		return nil, err
	}
	return padded(b, size)
}

func encodeFunctionalNumber(v FunctionalNumber, size int) ([]byte, error) {
	if size < functionalNumber {
		return nil, refuse("size", "need", functionalNumber, "limit", size)
	}
	if v.Number == "" && !v.OnlyThis && !v.Permanent && v.List == 0 {
		return fill(size), nil
	}
	if len(v.Number) > 15 {
		return nil, refuse("rail.digits", "what", "functional_number", "n", len(v.Number), "limit", 15)
	}
	out, err := railBytes("functional_number", v.Number, 8)
	if err != nil {
		return nil, err
	}
	kind := v.Reserved & 3
	if v.OnlyThis {
		kind |= 4
	}
	if v.Permanent {
		kind |= 8
	}
	out[7] = out[7]&0xF | kind<<4
	return padded(append(out, v.List), size)
}

// Shunting is the content of EF.Shunting: the groups of a shunting team, by
// their place in EF.VGCS.
type Shunting struct {
	Common byte  `json:"common_gid"`
	Groups []int `json:"shunting_gids"`
	Carry
}

const shuntingSize = 8

func decodeShunting(data []byte, _ Context, b *builder) Shunting {
	v := Shunting{Groups: []int{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, shuntingSize) {
		return v
	}
	v.Common = data[0]
	var shown []string
	for i := range 8 * (shuntingSize - 1) {
		if data[1+i/8]&(1<<(i%8)) != 0 {
			v.Groups = append(v.Groups, i+1)
			shown = append(shown, strconv.Itoa(i+1))
		}
	}
	list := shorten(shown, 12)
	if len(shown) == 0 {
		list = word("none")
	}
	b.add("rail_common_group", texts.Say("ef.rail.group", "n", v.Common), 0, 1)
	b.add("rail_shunting_groups", list, 1, shuntingSize-1)
	b.Summary = texts.Say("ef.rail.shunting", "common", v.Common, "list", list)
	return v
}

func encodeShunting(v Shunting, size int) ([]byte, error) {
	out := make([]byte, shuntingSize)
	out[0] = v.Common
	for _, g := range v.Groups {
		if g < 1 || g > 8*(shuntingSize-1) {
			return nil, refuse("nested.limit", "what", "shunting_gids", "value", g, "limit", 8*(shuntingSize-1))
		}
		out[1+(g-1)/8] |= 1 << ((g - 1) % 8)
	}
	return padded(out, size)
}

// GsmrPLMN is a record of EF.GsmrPLMN: a network of railways, what it offers,
// and the tables that begin with it.
type GsmrPLMN struct {
	MCC        string `json:"mcc"`
	MNC        string `json:"mnc"`
	VBS        bool   `json:"vbs"`   // voice broadcast
	VGCS       bool   `json:"vgcs"`  // group calls
	EMLPP      bool   `json:"emlpp"` // priorities
	FN         bool   `json:"fn"`    // functional numbers
	EIRENE     bool   `json:"eirene"`
	Preference int    `json:"preference"` // 0 is first
	ICTable    Hex    `json:"ic_incoming_reference_table"`
	Outgoing   Hex    `json:"outgoing_reference_table"`
	ICRecord   byte   `json:"ic_table_reference"`
	Carry
}

const gsmrPLMN = 9

type railService struct {
	name string
	on   *bool
}

// services are bits 4 to 8 of the class of a network, lowest first.
func (g *GsmrPLMN) services() []railService {
	return []railService{{"vbs", &g.VBS}, {"vgcs", &g.VGCS}, {"emlpp", &g.EMLPP}, {"fn", &g.FN}, {"eirene", &g.EIRENE}}
}

func decodeGsmrPLMN(data []byte, _ Context, b *builder) GsmrPLMN {
	v := GsmrPLMN{ICTable: Hex{}, Outgoing: Hex{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, gsmrPLMN) {
		return v
	}
	p, clean := plmn.ParsePLMN([3]byte(data[:3]))
	if !clean {
		b.flag("plmn", 0, 3)
	}
	v.MCC, v.MNC = p.MCC, p.MNC
	v.Preference = int(data[3] & 7)
	var shown []string
	for i, s := range v.services() {
		if *s.on = data[3]&(8<<i) != 0; *s.on {
			shown = append(shown, word("rail."+s.name))
		}
	}
	v.ICTable, v.Outgoing, v.ICRecord = data[4:6], data[6:8], data[8]
	list := strings.Join(shown, ", ")
	b.add("rail_network", p.String(), 0, 3).Note = p.Describe()
	b.add("rail_services", list, 3, 1)
	b.add("rail_preference", strconv.Itoa(v.Preference), 3, 1)
	b.add("rail_ic_table", v.ICTable.String(), 4, 2).Note = railFile(v.ICTable)
	b.add("rail_outgoing_table", v.Outgoing.String(), 6, 2).Note = railFile(v.Outgoing)
	b.add("rail_ic_record", texts.Say("ef.record", "n", v.ICRecord), 8, 1)
	b.Columns = []string{p.String(), list}
	b.Summary = strings.TrimSpace(p.String() + "  " + list)
	return v
}

func encodeGsmrPLMN(v GsmrPLMN, size int) ([]byte, error) {
	if v.MCC == "" && v.MNC == "" && len(v.ICTable) == 0 {
		return fill(size), nil
	}
	out, err := networkBytes(v.MCC, v.MNC)
	if err != nil {
		return nil, err
	}
	class, err := numberUpTo("preference", &v.Preference, 7)
	if err != nil {
		return nil, err
	}
	for i, s := range v.services() {
		if *s.on {
			class |= 8 << i
		}
	}
	out = append(out, byte(class))
	for _, table := range []Hex{v.ICTable, v.Outgoing} {
		b, err := ofLength("ic_incoming_reference_table", table, 2)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return padded(append(out, v.ICRecord), size)
}

// RailNetworkName is a record of EF.NW: up to eight characters that the radio
// shows for a network.
type RailNetworkName struct {
	Name string `json:"network_name"`
	Carry
}

func decodeNW(data []byte, _ Context, b *builder) RailNetworkName {
	v := RailNetworkName{Carry: Carry{data}}
	end := len(data)
	for end > 0 && data[end-1] == 0xFF {
		end--
	}
	text, faults := gsmText(data[:end])
	v.Name = text
	for _, f := range faults {
		b.flag(f.flag, f.at, 1)
	}
	b.add("rail_name", v.Name, 0, len(data))
	b.Summary, b.Columns = v.Name, []string{v.Name}
	if v.Name == "" {
		b.erase()
	}
	return v
}

func encodeNW(v RailNetworkName, size int) ([]byte, error) {
	out, ok := gsmBytes(v.Name, true)
	if !ok {
		return nil, badValue("network_name", v.Name)
	}
	return padded(out, size)
}
