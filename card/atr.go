package card

import (
	"errors"
	"fmt"
)

// ATRByte is one byte of an ATR and what it says. Text names the sentence
// "atr.<id>" in the texts; Args fill it in.
type ATRByte struct {
	Offset int    `json:"offset"`
	Name   string `json:"name"` // TS, T0, TA1, …, T1 to T15 (historical), TCK
	Value  byte   `json:"value"`
	ID     string `json:"-"`
	Args   []any  `json:"-"`
}

// ATR is an answer to reset taken apart (ISO/IEC 7816-3 clause 8).
type ATR struct {
	Raw        []byte
	Bytes      []ATRByte
	Inverse    bool
	Protocols  []int // T values offered, in order, without T=15
	Historical []byte
	Fi, Di     int  // from TA1; 372 and 1 where there is none
	MaxClock   int  // kHz, from TA1
	Specific   bool // TA2: the card is in specific mode
	Classes    byte // supply classes of the first TA after T=15: bit 1 A, 2 B, 3 C
	ClockStop  byte
	HasTCK     bool
	TCKRight   bool
	UICC       bool // TB after T=15 says a UICC clause 6.3.3 byte is there
}

// ErrATR says that an ATR ends too early or goes on too long.
var ErrATR = errors.New("the ATR is malformed")

// MaxATR is the longest ATR there is (ISO/IEC 7816-3 clause 8.1).
const MaxATR = 33

var fiTable = [16]struct{ fi, khz int }{
	{372, 4000},
	{372, 5000},
	{558, 6000},
	{744, 8000},
	{1116, 12000},
	{1488, 16000},
	{1860, 20000},
	{},
	{},
	{512, 5000},
	{768, 7500},
	{1024, 10000},
	{1536, 15000},
	{2048, 20000},
	{},
	{},
}

var diTable = [16]int{0, 1, 2, 4, 8, 16, 32, 64, 12, 20}

// ParseATR takes an ATR apart. What could be read is returned also with an
// error.
func ParseATR(b []byte) (ATR, error) {
	a := ATR{Raw: append([]byte(nil), b...), Fi: 372, Di: 1, MaxClock: 5000}
	if len(b) < 2 {
		return a, fmt.Errorf("%w: %d bytes", ErrATR, len(b))
	}
	if len(b) > MaxATR {
		return a, fmt.Errorf("%w: %d bytes, 33 at most", ErrATR, len(b))
	}
	p := atrParser{a: &a, b: b}
	p.ts()
	hist, err := p.interfaces()
	if err != nil {
		return a, err
	}
	return a, p.rest(hist)
}

type atrParser struct {
	a   *ATR
	b   []byte
	pos int
	sum bool // a protocol other than T=0 is offered: TCK must be there
}

func (p *atrParser) add(name, id string, args ...any) byte {
	v := p.b[p.pos]
	p.a.Bytes = append(p.a.Bytes, ATRByte{Offset: p.pos, Name: name, Value: v, ID: id, Args: args})
	p.pos++
	return v
}

func (p *atrParser) ts() {
	id := "ts_unknown"
	switch p.b[0] {
	case 0x3B:
		id = "ts_direct"
	case 0x3F:
		id, p.a.Inverse = "ts_inverse", true
	}
	p.add("TS", id)
}

// interfaces reads T0 and the interface bytes and returns the number of
// historical bytes.
func (p *atrParser) interfaces() (int, error) {
	t0 := p.b[p.pos]
	p.add("T0", "t0", "n", int(t0&0x0F))
	y, level, protocol := t0>>4, 1, -1
	for y != 0 {
		for bit, letter := range []string{"A", "B", "C", "D"} {
			if y&(1<<bit) == 0 {
				continue
			}
			if p.pos >= len(p.b) {
				return 0, fmt.Errorf("%w: T%s%d is missing", ErrATR, letter, level)
			}
			v := p.interfaceByte(letter, level, protocol)
			if letter == "D" {
				protocol = int(v & 0x0F)
				y = v >> 4
			}
		}
		if p.a.Bytes[len(p.a.Bytes)-1].Name[:2] != "TD" {
			break
		}
		level++
	}
	if len(p.a.Protocols) == 0 {
		p.a.Protocols = []int{0}
	}
	return int(t0 & 0x0F), nil
}

func (p *atrParser) interfaceByte(letter string, level, protocol int) byte {
	v := p.b[p.pos]
	name := fmt.Sprintf("T%s%d", letter, level)
	switch {
	case name == "TA1":
		p.ta1(v)
	case name == "TB1" || name == "TB2":
		p.add(name, "tb_old")
	case name == "TC1":
		p.add(name, "tc1", "n", int(v))
	case name == "TA2":
		p.a.Specific = true
		p.add(name, "ta2", "t", int(v&0x0F))
	case name == "TC2":
		p.add(name, "tc2", "n", int(v))
	case letter == "D":
		p.td(name, int(v&0x0F))
	case protocol == 15 && letter == "A":
		p.a.Classes, p.a.ClockStop = v&0x3F, v>>6
		p.add(name, "ta15", "classes", SupplyClasses(v))
	case protocol == 15 && letter == "B":
		p.a.UICC = v&0x80 != 0
		p.add(name, "tb15")
	case protocol == 1 && letter == "A":
		p.add(name, "ta_t1", "n", int(v))
	case protocol == 1 && letter == "B":
		p.add(name, "tb_t1", "bwi", int(v>>4), "cwi", int(v&0x0F))
	case protocol == 1 && letter == "C":
		p.add(name, map[bool]string{true: "tc_t1_crc", false: "tc_t1_lrc"}[v&1 == 1])
	default:
		p.add(name, "other", "t", protocol)
	}
	return v
}

func (p *atrParser) ta1(v byte) {
	f, d := fiTable[v>>4], diTable[v&0x0F]
	if f.fi == 0 || d == 0 {
		p.add("TA1", "ta1_reserved")
		return
	}
	p.a.Fi, p.a.Di, p.a.MaxClock = f.fi, d, f.khz
	p.add("TA1", "ta1", "fi", f.fi, "di", d, "mhz", fmt.Sprintf("%g", float64(f.khz)/1000), "kbit", p.a.Rate(f.khz)/1000)
}

func (p *atrParser) td(name string, t int) {
	if t != 0 {
		p.sum = true
	}
	if t == 15 {
		p.add(name, "td15")
		return
	}
	known := false
	for _, have := range p.a.Protocols {
		known = known || have == t
	}
	if !known {
		p.a.Protocols = append(p.a.Protocols, t)
	}
	p.add(name, "td", "t", t)
}

func (p *atrParser) rest(historical int) error {
	for i := 1; i <= historical; i++ {
		if p.pos >= len(p.b) {
			return fmt.Errorf("%w: %d historical bytes are announced, %d are there", ErrATR, historical, i-1)
		}
		p.a.Historical = append(p.a.Historical, p.add(fmt.Sprintf("T%d", i), "historical"))
	}
	if p.pos < len(p.b) {
		var x byte
		for _, c := range p.b[1:] {
			x ^= c
		}
		p.a.HasTCK, p.a.TCKRight = true, x == 0 && p.pos == len(p.b)-1
		id := "tck_wrong"
		if p.a.TCKRight {
			id = "tck_right"
		}
		p.add("TCK", id)
	}
	switch {
	case p.pos < len(p.b):
		return fmt.Errorf("%w: %d bytes follow its end", ErrATR, len(p.b)-p.pos)
	case p.sum && !p.a.HasTCK:
		return fmt.Errorf("%w: the check byte TCK is missing", ErrATR)
	case p.a.HasTCK && !p.a.TCKRight:
		return fmt.Errorf("%w: the check byte TCK is wrong", ErrATR)
	}
	return nil
}

// Rate is the bit rate that TA1 allows at a clock in kHz, in bit/s. The clock
// is the reader's and not known, so write "up to".
func (a ATR) Rate(khz int) int {
	if a.Fi == 0 {
		return 0
	}
	return khz * 1000 * a.Di / a.Fi
}

// SupplyClasses names the voltage classes of a TA byte after T=15: "A 5V B 3V
// C 1.8V".
func SupplyClasses(ta byte) string {
	s := ""
	for i, name := range []string{"5 V", "3 V", "1.8 V"} {
		if ta&(1<<i) != 0 {
			if s != "" {
				s += ", "
			}
			s += name
		}
	}
	return s
}
