package ef

import (
	"fmt"
	"slices"
	"strings"

	"simscope/fs/plmn"
)

// SecurityKeys is the content of EF.Keys and EF.KeysPS (TS 31.102 clauses
// 4.2.3 and 4.2.4). The keys are masked wherever they are printed.
type SecurityKeys struct {
	KSI      int      `json:"ksi"` // 7: no key is available
	Reserved byte     `json:"rfu"` // bits 4 to 8 of the first byte
	CK       KeyBytes `json:"ck"`
	IK       KeyBytes `json:"ik"`
}

func decodeKeys(data []byte, _ Context, b *builder) SecurityKeys {
	v := SecurityKeys{KSI: 7}
	if !b.exactly(data, 33) {
		return v
	}
	v.KSI, v.Reserved = int(data[0]&7), data[0]>>3
	v.CK, v.IK = newKey(data[1:17]), newKey(data[17:33])
	b.keySet("ksi", data[0], 0)
	b.secret("ck", 1, 16)
	b.secret("ik", 17, 16)
	return v
}

// Area is a location, routing or tracking area: a network and a code in it.
type Area struct {
	MCC  string `json:"mcc"`
	MNC  string `json:"mnc"`
	Code Hex    `json:"code"` // LAC or TAC, 2 bytes
	RAC  *byte  `json:"rac,omitempty"`
}

// PLMN is the area's network.
func (a Area) PLMN() plmn.PLMN { return plmn.PLMN{MCC: a.MCC, MNC: a.MNC} }

func (b *builder) area(id string, e []byte, off int) Area {
	p, ok := plmn.ParsePLMN([3]byte(e[:3]))
	a := Area{MCC: p.MCC, MNC: p.MNC, Code: e[3:5]}
	shown := strings.TrimSpace(p.String() + "  " + a.Code.String())
	if len(e) == 6 {
		rac := e[5]
		a.RAC = &rac
		shown += " " + hexByte(rac)
	}
	if !ok {
		b.flag("plmn", off, 3)
	}
	f := b.add(id, shown, off, len(e))
	switch {
	case p.Empty(), a.Code.String() == "FFFE", a.Code.String() == "0000":
		f.Note = word("no_area")
	default:
		f.Note = p.Describe()
	}
	return a
}

func (a Area) encode() ([]byte, error) {
	p, err := a.PLMN().Encode()
	if err != nil {
		return nil, refuse("plmn", "plmn", a.PLMN().String())
	}
	if len(a.Code) != 2 {
		return nil, refuse("length", "what", "code", "need", 2)
	}
	out := append(p[:], a.Code...)
	if a.RAC != nil {
		out = append(out, *a.RAC)
	}
	return out, nil
}

// updateStatus shows the three low bits of a status byte by the names given.
func (b *builder) updateStatus(c byte, off int, names []string) string {
	name := "reserved"
	if int(c&7) < len(names) {
		name = names[c&7]
	} else {
		b.flag("loci.status", off, 1, "status", c&7)
	}
	b.add("update_status", word("loci."+name), off, 1)
	return name
}

var (
	lociStatus   = []string{"updated", "not_updated", "plmn_not_allowed", "location_area_not_allowed"}
	pslociStatus = []string{"updated", "not_updated", "plmn_not_allowed", "routing_area_not_allowed"}
	epsStatus    = []string{"updated", "not_updated", "roaming_not_allowed"}
)

// LOCI is the content of EF.LOCI (TS 31.102 clause 4.2.17, TS 51.011 clause
// 10.3.17).
type LOCI struct {
	TMSI       Hex    `json:"tmsi"`
	LAI        Area   `json:"lai"`
	TMSITime   byte   `json:"tmsi_time"` // RFU for a USIM
	StatusByte byte   `json:"location_update_status_byte"`
	Status     string `json:"location_update_status"`
	Carry
}

func decodeLOCI(data []byte, _ Context, b *builder) LOCI {
	v := LOCI{TMSI: Hex{}, Carry: Carry{data}}
	if !b.expect(data, 11) {
		return v
	}
	v.TMSI, v.TMSITime, v.StatusByte = data[:4], data[9], data[10]
	b.temporary("tmsi", v.TMSI, 0)
	v.LAI = b.area("lai", data[4:9], 4)
	v.Status = b.updateStatus(data[10], 10, lociStatus)
	b.locationSummary(v.LAI, v.Status)
	return v
}

// temporary shows a temporary identity; all FF is none.
func (b *builder) temporary(id string, v Hex, off int) {
	shown := v.String()
	if allFF(v) {
		shown = word("none")
	}
	b.add(id, shown, off, len(v))
}

func (b *builder) locationSummary(a Area, status string) {
	b.Summary = word("loci." + status)
	if !a.PLMN().Empty() {
		b.Summary = fmt.Sprintf("%s  %s · %s", a.PLMN(), a.Code, b.Summary)
	}
}

// ClearedLOCI is EF.LOCI as TS 31.102 annex E suggests it: no temporary
// identity, no area, not updated.
func ClearedLOCI() LOCI {
	return LOCI{
		TMSI: fill(4), LAI: Area{Code: Hex{0, 0}}, TMSITime: 0xFF, StatusByte: 1, Status: "not_updated",
	}
}

func encodeLOCI(v LOCI, size int) ([]byte, error) {
	if size != 11 || len(v.TMSI) != 4 {
		return nil, refuse("size", "need", 11, "limit", size)
	}
	lai, err := v.LAI.encode()
	if err != nil {
		return nil, err
	}
	status, err := statusByte(v.Status, v.StatusByte, lociStatus)
	if err != nil {
		return nil, err
	}
	if len(lai) != 5 {
		return nil, refuse("length", "what", "lai", "need", 5)
	}
	return append(append(slices.Clone(v.TMSI), lai...), v.TMSITime, status), nil
}

// statusByte is the byte for a status by name; the byte it had keeps its
// reserved bits.
func statusByte(name string, had byte, names []string) (byte, error) {
	i := slices.Index(names, name)
	if i < 0 && name != "reserved" {
		return 0, refuse("status", "status", name)
	}
	if i < 0 {
		return had, nil
	}
	return had&^7 | byte(i), nil
}

// PSLOCI is the content of EF.PSLOCI (TS 31.102 clause 4.2.23).
type PSLOCI struct {
	PTMSI      Hex    `json:"p_tmsi"`
	Signature  Hex    `json:"p_tmsi_signature"`
	RAI        Area   `json:"rai"`
	StatusByte byte   `json:"routing_area_update_status_byte"`
	Status     string `json:"routing_area_update_status"`
	Carry
}

func decodePSLOCI(data []byte, _ Context, b *builder) PSLOCI {
	v := PSLOCI{PTMSI: Hex{}, Signature: Hex{}, Carry: Carry{data}}
	if !b.expect(data, 14) {
		return v
	}
	v.PTMSI, v.Signature, v.StatusByte = data[:4], data[4:7], data[13]
	b.temporary("p_tmsi", v.PTMSI, 0)
	b.temporary("p_tmsi_signature", v.Signature, 4)
	v.RAI = b.area("rai", data[7:13], 7)
	v.Status = b.updateStatus(data[13], 13, pslociStatus)
	b.locationSummary(v.RAI, v.Status)
	return v
}

// ClearedPSLOCI is EF.PSLOCI without identity and area (TS 31.102 annex E).
func ClearedPSLOCI() PSLOCI {
	rac := byte(0xFF)
	return PSLOCI{
		PTMSI: fill(4), Signature: fill(3), RAI: Area{Code: Hex{0, 0}, RAC: &rac}, StatusByte: 1, Status: "not_updated",
	}
}

func encodePSLOCI(v PSLOCI, size int) ([]byte, error) {
	if size != 14 || len(v.PTMSI) != 4 || len(v.Signature) != 3 {
		return nil, refuse("size", "need", 14, "limit", size)
	}
	rai, err := v.RAI.encode()
	if err != nil {
		return nil, err
	}
	if len(rai) != 6 {
		return nil, refuse("length", "what", "rai", "need", 6)
	}
	status, err := statusByte(v.Status, v.StatusByte, pslociStatus)
	if err != nil {
		return nil, err
	}
	return append(slices.Concat(v.PTMSI, v.Signature, rai), status), nil
}

// EPSLOCI is the content of EF.EPSLOCI (TS 31.102 clause 4.2.91). The GUTI is
// coded as the EPS mobile identity of TS 24.301 clause 9.9.3.12.
type EPSLOCI struct {
	GUTI       Hex    `json:"guti"` // 12 bytes
	TAI        Area   `json:"last_visited_registered_tai"`
	StatusByte byte   `json:"eps_update_status_byte"`
	Status     string `json:"eps_update_status"`
	Carry
}

func decodeEPSLOCI(data []byte, _ Context, b *builder) EPSLOCI {
	v := EPSLOCI{GUTI: Hex{}, Carry: Carry{data}}
	if !b.expect(data, 18) {
		return v
	}
	v.GUTI, v.StatusByte = data[:12], data[17]
	b.temporary("guti", v.GUTI, 0)
	switch {
	case allFF(v.GUTI):
	case data[0] == 0x0B && data[1] == 0xF6:
		p, ok := plmn.ParsePLMN([3]byte(data[2:5]))
		if !ok {
			b.flag("plmn", 2, 3)
		}
		f := b.add("guti_network", p.String(), 2, 3)
		f.Note, f.Depth = p.Describe(), 1
		b.add("mme", Hex(data[5:8]).String(), 5, 3).Depth = 1
		b.add("m_tmsi", Hex(data[8:12]).String(), 8, 4).Depth = 1
	default:
		b.flag("guti", 0, 2)
	}
	v.TAI = b.area("tai", data[12:17], 12)
	v.Status = b.updateStatus(data[17], 17, epsStatus)
	b.locationSummary(v.TAI, v.Status)
	return v
}

// ClearedEPSLOCI is EF.EPSLOCI without identity and area (TS 31.102 annex E).
func ClearedEPSLOCI() EPSLOCI {
	return EPSLOCI{GUTI: fill(12), TAI: Area{Code: Hex{0, 0}}, StatusByte: 1, Status: "not_updated"}
}

func encodeEPSLOCI(v EPSLOCI, size int) ([]byte, error) {
	if size != 18 || len(v.GUTI) != 12 {
		return nil, refuse("size", "need", 18, "limit", size)
	}
	tai, err := v.TAI.encode()
	if err != nil {
		return nil, err
	}
	if len(tai) != 5 {
		return nil, refuse("length", "what", "tai", "need", 5)
	}
	status, err := statusByte(v.Status, v.StatusByte, epsStatus)
	if err != nil {
		return nil, err
	}
	return append(slices.Concat(v.GUTI, tai), status), nil
}

// EmergencyCode is a record of the USIM's EF.ECC (TS 31.102 clause 4.2.21).
// The category is coded as TS 24.008 clause 10.5.4.33 has it; FF is none.
type EmergencyCode struct {
	Code       string   `json:"emergency_call_code"`
	AlphaID    string   `json:"alpha_identifier"`
	Category   byte     `json:"service_category"`
	Categories []string `json:"service_categories"`
	Carry
}

var emergencyCategories = []string{
	"police", "ambulance", "fire_brigade", "marine_guard", "mountain_rescue", "manual_ecall", "automatic_ecall",
}

func decodeECC(data []byte, _ Context, b *builder) EmergencyCode {
	v := EmergencyCode{Categories: []string{}, Category: 0xFF, Carry: Carry{data}}
	b.Columns = []string{"", "", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 4) {
		return v
	}
	last := len(data) - 1
	clean := true
	if v.Code, clean = bcd(data[:3], dialDigits); !clean {
		b.flag("filler", 0, 3)
	}
	a := DecodeAlpha(data[3:last])
	v.AlphaID = a.Text
	b.alphaFlags(a, 3)
	v.Category = data[last]
	v.Categories = emergencyServices(v.Category)
	var words []string
	for _, name := range v.Categories {
		words = append(words, word("ecc."+name))
	}
	if v.Category&0x80 != 0 && v.Category != 0xFF {
		b.flag("ecc.category", last, 1, "category", hexByte(v.Category))
	}
	kinds := strings.Join(words, ", ")
	b.add("emergency_call_code", v.Code, 0, 3)
	b.add("alpha_identifier", v.AlphaID, 3, last-3)
	b.add("service_category", kinds, last, 1)
	b.Columns = []string{v.Code, v.AlphaID, kinds}
	b.Summary = strings.TrimSpace(v.Code + "  " + v.AlphaID + "  " + kinds)
	if v.Code == "" {
		b.erase()
	}
	return v
}

// emergencyServices names the services of a category.
func emergencyServices(category byte) []string {
	if category == 0xFF {
		return []string{}
	}
	return bitNames(category, emergencyCategories)
}

func encodeECC(v EmergencyCode, size int) ([]byte, error) {
	if size < 4 {
		return nil, refuse("size", "need", 4, "limit", size)
	}
	code, err := emergencyDigits(v.Code)
	if err != nil {
		return nil, err
	}
	name, err := EncodeAlpha(v.AlphaID, size-4)
	if err != nil {
		return nil, err
	}
	category := v.Category
	if !slices.Equal(emergencyServices(category), v.Categories) {
		if category, err = bitsOf(v.Categories, emergencyCategories, "service_categories"); err != nil {
			return nil, err
		}
	}
	return append(append(code, name...), category), nil
}

// emergencyDigits writes an emergency number of at most six digits.
func emergencyDigits(code string) ([]byte, error) {
	if len(code) > 6 {
		return nil, refuse("ecc", "n", len(code), "limit", 6)
	}
	digits, err := bcdBytes(code, dialDigits)
	if err != nil {
		return nil, err
	}
	return padded(digits, 3)
}

// SMSS is the content of EF.SMSS (TS 31.102 clause 4.2.28).
type SMSS struct {
	LastMR   byte `json:"last_used_tp_mr"`
	Exceeded bool `json:"memory_capacity_exceeded"`
	Carry
}

func decodeSMSS(data []byte, _ Context, b *builder) SMSS {
	v := SMSS{Carry: Carry{data}}
	if !b.expect(data, 2) {
		return v
	}
	v.LastMR, v.Exceeded = data[0], data[1]&1 == 0
	b.add("last_used_tp_mr", fmt.Sprint(v.LastMR), 0, 1)
	b.add("memory_exceeded", yesNo(v.Exceeded), 1, 1)
	b.Summary = word("sms.room")
	if v.Exceeded {
		b.Summary = word("sms.full")
	}
	return v
}
