package ef

import (
	"fmt"
	"strings"
)

// ruimSMSFiles is what a phone needs for sending messages. The codings are
// those of Qualcomm's wmstscdma.c (msm8909w) and of SmsIccFileFetcher
// (MediaTek).
func ruimSMSFiles() []entry {
	return []entry{
		inCDMA(writable("EF.SMSS", ruimSpec, decodeSMSSCDMA, encodeSMSSCDMA)),
		inCDMA(records(writable("EF.SMSP", ruimSpec+", C.S0015 clause 3.4", decodeSMSPCDMA, encodeSMSPCDMA), "cdma_teleservice", "party")),
	}
}

// SMSSCDMA is the content of EF.SMSS: the numbers of the last messages sent.
// That bit 1 of the last byte is 0 when the memory is full is so in the file
// of the same name on a SIM, after which the modem handles both.
type SMSSCDMA struct {
	MessageID int  `json:"message_id"`
	WAPID     int  `json:"wap_message_id"`
	Full      bool `json:"memory_capacity_exceeded"`
	Carry
}

const smssSize = 5

func decodeSMSSCDMA(data []byte, _ Context, b *builder) SMSSCDMA {
	v := SMSSCDMA{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.exactly(data, smssSize) {
		return v
	}
	v.MessageID, v.WAPID, v.Full = int(data[0])<<8|int(data[1]), int(data[2])<<8|int(data[3]), data[4]&1 == 0
	b.add("cdma_message_id", fmt.Sprint(v.MessageID), 0, 2)
	b.add("cdma_wap_id", fmt.Sprint(v.WAPID), 2, 2)
	b.add("cdma_memory_full", yesNo(v.Full), 4, 1)
	b.Summary = fmt.Sprint(v.MessageID)
	return v
}

func encodeSMSSCDMA(v SMSSCDMA, size int) ([]byte, error) {
	last := byte(0xFE)
	if len(v.Raw) == smssSize {
		last = v.Raw[4] &^ 1
	}
	w := &bitWriter{}
	if err := w.fields([]capabilityField{{"message_id", &v.MessageID, 16}, {"wap_message_id", &v.WAPID, 16}}); err != nil {
		return nil, err
	}
	return padded(append(w.b, last|oneIf(!v.Full)), size)
}

// SMSPCDMA is a record of EF.SMSP: what goes with a message unless the user
// says otherwise. A part that is not there is left to the user.
type SMSPCDMA struct {
	Teleservice int             `json:"teleservice_id"`
	Indicators  int             `json:"parameter_indicators"` // a bit is 0 where its part is there; that of a part below follows from it
	Originating *CDMAAddress    `json:"origination_address,omitempty"`
	Destination *CDMAAddress    `json:"destination_address,omitempty"`
	Coding      *int            `json:"data_coding_scheme,omitempty"` // C.R1001
	Validity    *int            `json:"validity_period,omitempty"`    // relative, C.S0015 clause 4.5.6
	Parameters  []SMSPParameter `json:"parameters"`
	Carry
}

// SMSPParameter is a parameter of the transport layer (C.S0015 clause 3.4.3).
type SMSPParameter struct {
	ID   int `json:"parameter_id"`
	Data Hex `json:"data"`
}

// Bits of the indicators, and the parameters that have some.
const (
	smspOriginating, smspDestination, smspCoding, smspValidity = 0, 1, 3, 4

	paramTeleservice, paramOriginating, paramDestination = 0, 2, 4
)

var smspParameterBits = map[int]int{1: 5, 3: 6, 5: 7, 6: 8, 8: 9}

func decodeSMSPCDMA(data []byte, _ Context, b *builder) SMSPCDMA {
	v := SMSPCDMA{Parameters: []SMSPParameter{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	const head = 6 // the teleservice as a parameter, the indicators
	if !b.expect(data, head+4) {
		return v
	}
	if data[0] != paramTeleservice || data[1] != 2 {
		b.flag("cdma.size", 0, 4, "need", 2)
		return v
	}
	v.Teleservice, v.Indicators = int(data[2])<<8|int(data[3]), int(data[4])<<8|int(data[5])
	b.add("cdma_teleservice", fmt.Sprint(v.Teleservice), 0, 4).Note = cdmaTeleservices[v.Teleservice]
	b.add("smsp_indicators", fmt.Sprintf("%016b", v.Indicators), 4, 2)
	c := &cursor{b: data, off: head}
	r := &cdmaReader{out: b}
	v.Originating = r.smspAddress(c, v.there(smspOriginating), paramOriginating, "tp_oa")
	v.Destination = r.smspAddress(c, v.there(smspDestination), paramDestination, "tp_da")
	v.Coding = b.smspByte(c, v.there(smspCoding), "char_encoding", func(n int) string { return word("cdma.coding." + cdmaCoding(byte(n))) })
	v.Validity = b.smspByte(c, v.there(smspValidity), "tp_validity_period", cdmaValidity)
	if c.short {
		b.flag("cdma.parameter", head, len(data)-head, "id", paramOriginating)
	}
	b.smspParameters(&v, c)
	party := v.Destination.String()
	if party == "" {
		party = v.Originating.String()
	}
	name := cdmaTeleservices[v.Teleservice]
	if name == "" {
		name = fmt.Sprint(v.Teleservice)
	}
	b.Columns = []string{name, party}
	b.Summary = strings.TrimSpace(name + "  " + party)
	return v
}

func (v SMSPCDMA) there(bit int) bool { return v.Indicators>>bit&1 == 0 }

// smspAddress reads an address with its identifier and length. One that is
// not there is a byte FF, or its identifier with one.
func (r *cdmaReader) smspAddress(c *cursor, there bool, id byte, field string) *CDMAAddress {
	start := c.off
	first := c.byte()
	if first == 0xFF || c.short {
		return nil
	}
	n := c.byte()
	if first == id && n == 0xFF && !there {
		return nil
	}
	value := c.take(int(n))
	if first != id || c.short {
		r.out.flag("cdma.parameter", start, len(c.b)-start, "id", first)
		c.off, c.short = len(c.b), false
		return nil
	}
	return r.address(field, value, start+2, true)
}

func (b *builder) smspByte(c *cursor, there bool, field string, note func(int) string) *int {
	if c.off >= len(c.b) {
		return nil
	}
	n := int(c.byte())
	if !there && n == 0xFF {
		return nil
	}
	b.add(field, fmt.Sprint(n), c.off-1, 1).Note = note(n)
	return &n
}

func cdmaValidity(n int) string {
	if n > 244 { // kinds that are no time
		return ""
	}
	return minutesText(validityMinutes(byte(n)))
}

func (b *builder) smspParameters(v *SMSPCDMA, c *cursor) {
	for c.off < len(c.b) && !allFF(c.b[c.off:]) {
		start := c.off
		id := c.byte()
		value := c.take(int(c.byte()))
		if c.short {
			b.flag("cdma.parameter", start, len(c.b)-start, "id", id)
			return
		}
		v.Parameters = append(v.Parameters, SMSPParameter{int(id), value})
		r := &cdmaReader{out: b}
		r.parameter(&CDMAMessage{}, id, value, start+2)
	}
}

func encodeSMSPCDMA(v SMSPCDMA, size int) ([]byte, error) {
	w := &bitWriter{}
	w.put(2, 16)
	indicators := v.indicators()
	if err := w.fields([]capabilityField{{"teleservice_id", &v.Teleservice, 16}, {"parameter_indicators", &indicators, 16}}); err != nil {
		return nil, err
	}
	for _, a := range []struct {
		id   int
		addr *CDMAAddress
	}{{paramOriginating, v.Originating}, {paramDestination, v.Destination}} {
		if a.addr == nil {
			w.put(0xFF, 8)
			continue
		}
		body := &bitWriter{}
		if err := body.cdmaAddress(*a.addr); err != nil {
			return nil, err
		}
		if err := w.smspParameter(SMSPParameter{a.id, body.b}); err != nil {
			return nil, err
		}
	}
	for _, f := range []capabilityField{{"data_coding_scheme", v.Coding, 8}, {"validity_period", v.Validity, 8}} {
		if f.n == nil {
			w.put(0xFF, 8)
		} else if err := w.field(f.id, *f.n, f.bits); err != nil {
			return nil, err
		}
	}
	for _, p := range v.Parameters {
		if err := w.smspParameter(p); err != nil {
			return nil, err
		}
	}
	return padded(w.b, size)
}

// indicators sets the bits of the parts that are told here by what is there.
func (v SMSPCDMA) indicators() int {
	there := map[int]bool{
		smspOriginating: v.Originating != nil, smspDestination: v.Destination != nil,
		smspCoding: v.Coding != nil, smspValidity: v.Validity != nil,
	}
	for _, p := range v.Parameters {
		if bit, ok := smspParameterBits[p.ID]; ok {
			there[bit] = true
		}
	}
	out := v.Indicators
	for _, bit := range smspParameterBits {
		out |= 1 << bit
	}
	for bit, on := range there {
		out |= 1 << bit
		if on {
			out &^= 1 << bit
		}
	}
	return out
}

func (w *bitWriter) smspParameter(p SMSPParameter) error {
	if err := w.fieldPair("parameter_id", p.ID, "length", len(p.Data)); err != nil {
		return err
	}
	w.bytes(p.Data)
	return nil
}

// cdmaAddress writes an address of C.S0015 clause 3.4.3.3.
func (w *bitWriter) cdmaAddress(a CDMAAddress) error {
	fields := []capabilityField{{"digit_mode", &a.DigitMode, 1}, {"number_mode", &a.NumberMode, 1}}
	if a.DigitMode == 1 {
		fields = append(fields, capabilityField{"number_type", &a.Type, 3})
		if a.NumberMode == 0 {
			fields = append(fields, capabilityField{"number_plan", &a.Plan, 4})
		}
	}
	n := len(a.Digits)
	if err := w.fields(append(fields, capabilityField{"digits", &n, 8})); err != nil {
		return err
	}
	for i := range n {
		if a.DigitMode == 1 {
			w.put(uint32(a.Digits[i]), 8)
			continue
		}
		k := strings.IndexByte(dtmfDigits, a.Digits[i])
		if k < 1 || a.Digits[i] == '?' {
			return refuse("digit", "digit", a.Digits[i:i+1], "allowed", strings.Trim(dtmfDigits, "?"))
		}
		w.put(uint32(k), 4)
	}
	w.pad()
	return nil
}
