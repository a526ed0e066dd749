package card

import "fmt"

// Ranges of what a file command can name (ETSI TS 102 221 clauses 11.1.3 to
// 11.1.6). A number beyond them would be sent as another one.
const (
	maxOffset = 0x7FFF
	maxRecord = 255 // 254 on a UICC
)

func offsetOf(off int) (p1, p2 byte, err error) {
	if off < 0 || off > maxOffset {
		return 0, 0, fmt.Errorf("offset %d, %d at most: %w", off, maxOffset, ErrLength)
	}
	return byte(off >> 8), byte(off), nil
}

func recordOf(n int) (byte, error) {
	if n < 1 || n > maxRecord {
		return 0, fmt.Errorf("record %d, 1 to %d: %w", n, maxRecord, ErrLength)
	}
	return byte(n), nil
}

func fits(b []byte) error {
	if len(b) > MaxShortLc {
		return fmt.Errorf("%d bytes, %d at most: %w", len(b), MaxShortLc, ErrLength)
	}
	return nil
}

// ReadBinary reads n bytes (1 to 256) of the current transparent EF from off
// (0 to 32767). A card may answer fewer; more than asked for are dropped.
func (x *Tx) ReadBinary(off, n int) ([]byte, error) {
	p1, p2, err := offsetOf(off)
	if err != nil {
		return nil, err
	}
	c := Command{CLA: x.class(), INS: InsReadBinary, P1: p1, P2: p2, Le: n}
	return x.readFile("READ BINARY", c)
}

// ReadRecord reads record n (1 to 255) of the current EF, length bytes.
func (x *Tx) ReadRecord(n, length int) ([]byte, error) {
	p1, err := recordOf(n)
	if err != nil {
		return nil, err
	}
	c := Command{CLA: x.class(), INS: InsReadRecord, P1: p1, P2: 0x04, Le: min(length, MaxShortLe)}
	return x.readFile("READ RECORD", c)
}

// UpdateBinary writes up to 255 bytes into the current transparent EF.
func (x *Tx) UpdateBinary(off int, b []byte) error {
	p1, p2, err := offsetOf(off)
	if err == nil {
		err = fits(b)
	}
	if err != nil {
		return err
	}
	return x.do("UPDATE BINARY", Command{CLA: x.class(), INS: InsUpdateBinary, P1: p1, P2: p2, Data: b})
}

// UpdateRecord writes record n of the current linear fixed EF.
func (x *Tx) UpdateRecord(n int, b []byte) error {
	p1, err := recordOf(n)
	if err == nil {
		err = fits(b)
	}
	if err != nil {
		return err
	}
	return x.do("UPDATE RECORD", Command{CLA: x.class(), INS: InsUpdateRecord, P1: p1, P2: 0x04, Data: b})
}

// class is the class byte of commands that both worlds have.
func (x *Tx) class() byte {
	if x.s.Kind() == KindGSM {
		return 0xA0
	}
	return 0x00
}

func (x *Tx) readFile(op string, c Command) ([]byte, error) {
	r, err := x.Send(c)
	if err != nil {
		return nil, err
	}
	if !r.OK() {
		return nil, x.refused(op, c, r.SW)
	}
	return r.Data[:min(len(r.Data), c.Le)], nil
}

// do sends a command that only succeeds or fails. 63Cx after an update says
// how often the card had to try inside, not that it failed.
func (x *Tx) do(op string, c Command) error {
	r, err := x.Send(c)
	if err != nil {
		return err
	}
	if _, retried := r.SW.Counter(); r.OK() || retried {
		return nil
	}
	return x.refused(op, c, r.SW)
}

func (x *Tx) refused(op string, c Command, sw SW) *StatusError {
	p, ok := x.target(c)
	return refusal(op, c, sw, p, ok)
}
