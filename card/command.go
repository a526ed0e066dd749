package card

import (
	"errors"
	"fmt"
)

// Instruction bytes used by name in this program (ISO/IEC 7816-4,
// ETSI TS 102 221 clause 10.1.2, 3GPP TS 51.011 clause 9.2).
const (
	InsDeactivate      = 0x04
	InsTerminalProfile = 0x10
	InsFetch           = 0x12
	InsTerminalResp    = 0x14
	InsVerify          = 0x20
	InsChangePIN       = 0x24
	InsDisablePIN      = 0x26
	InsEnablePIN       = 0x28
	InsUnblockPIN      = 0x2C
	InsIncrease        = 0x32
	InsActivate        = 0x44
	InsInitUpdate      = 0x50 // INITIALIZE UPDATE of GlobalPlatform
	InsManageChannel   = 0x70
	InsGetIdentity     = 0x78
	InsExternalAuth    = 0x82
	InsGetChallenge    = 0x84
	InsAuthenticate    = 0x88
	InsAuthenticateTLV = 0x89
	InsSearchRecord    = 0xA2
	InsSelect          = 0xA4
	InsTerminalCap     = 0xAA
	InsReadBinary      = 0xB0
	InsReadRecord      = 0xB2
	InsGetResponse     = 0xC0
	InsEnvelope        = 0xC2
	InsGetData         = 0xCA
	InsRetrieveData    = 0xCB
	InsUpdateBinary    = 0xD6
	InsSetData         = 0xDB
	InsUpdateRecord    = 0xDC
	InsStatus          = 0xF2
)

// Limits of a command's fields (ISO/IEC 7816-3 clause 12.1).
const (
	MaxShortLc    = 255
	MaxShortLe    = 256
	MaxExtendedLc = 65535
	MaxExtendedLe = 65536
)

// Command is a command APDU. Le is the number of response bytes asked for:
// 0 asks for none, 256 is sent as 00 in the short form and 65536 as 0000 in
// the extended form.
type Command struct {
	CLA, INS, P1, P2 byte
	Data             []byte
	Le               int
	// Bare sends a case 1 command as four bytes on T=0 too. One kind of card
	// tells the tries of a PIN only that way.
	Bare bool
}

// Case is the ISO/IEC 7816-3 case of the command, 1 to 4.
func (c Command) Case() int {
	switch {
	case len(c.Data) == 0 && c.Le == 0:
		return 1
	case len(c.Data) == 0:
		return 2
	case c.Le == 0:
		return 3
	default:
		return 4
	}
}

// Extended reports whether the command needs extended length fields.
func (c Command) Extended() bool { return len(c.Data) > MaxShortLc || c.Le > MaxShortLe }

// ErrLength says that a command's Lc or Le is outside what ISO/IEC 7816-3 can
// express.
var ErrLength = errors.New("length outside what an APDU can carry")

// check finds a command that cannot be written, without making a copy of its
// data, which may be a secret.
func (c Command) check() error {
	if len(c.Data) > MaxExtendedLc || c.Le < 0 || c.Le > MaxExtendedLe {
		return fmt.Errorf("command with %d data bytes and Le %d: %w", len(c.Data), c.Le, ErrLength)
	}
	return nil
}

// Bytes is the command as ISO/IEC 7816-4 writes it.
func (c Command) Bytes() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	b := make([]byte, 0, 4+3+len(c.Data)+3)
	b = append(b, c.CLA, c.INS, c.P1, c.P2)
	if c.Extended() {
		if len(c.Data) > 0 {
			b = append(b, 0, byte(len(c.Data)>>8), byte(len(c.Data)))
			b = append(b, c.Data...)
		} else if c.Le > 0 {
			b = append(b, 0)
		}
		if c.Le > 0 {
			b = append(b, byte(c.Le>>8), byte(c.Le))
		}
		return b, nil
	}
	if len(c.Data) > 0 {
		b = append(b, byte(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Le > 0 {
		b = append(b, byte(c.Le))
	}
	return b, nil
}

// Wire is the command as it is handed to a reader. For T=0 a case 1 command
// gets P3 = 00 and a case 4 command loses its Le, because readers and strict
// cards answer the ISO forms with a transport error; the response is then
// fetched with GET RESPONSE. Extended commands are passed as they are.
func (c Command) Wire(p Protocol) ([]byte, error) {
	if p == ProtocolT0 && !c.Extended() {
		switch c.Case() {
		case 1:
			b, err := c.Bytes()
			if c.Bare {
				return b, err
			}
			return append(b, 0), err
		case 4:
			c.Le = 0
		}
	}
	return c.Bytes()
}

// ErrNotAPDU says that bytes are no command APDU.
var ErrNotAPDU = errors.New("not a command APDU")

// ParseCommand reads a command APDU of any case, short or extended. Five
// bytes ending in 00 are case 2 with Le 256, as ISO/IEC 7816-4 has it.
func ParseCommand(b []byte) (Command, error) {
	if len(b) < 4 {
		return Command{}, fmt.Errorf("%w: %d bytes, at least 4 are needed (CLA INS P1 P2)", ErrNotAPDU, len(b))
	}
	c := Command{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	body := b[4:]
	switch {
	case len(body) == 0:
		return c, nil
	case len(body) == 1:
		c.Le = shortLe(body[0])
		return c, nil
	case body[0] != 0:
		return parseShort(c, body)
	default:
		return parseExtended(c, body)
	}
}

func parseShort(c Command, body []byte) (Command, error) {
	lc := int(body[0])
	switch len(body) - 1 - lc {
	case 0:
	case 1:
		c.Le = shortLe(body[1+lc])
	default:
		return Command{}, fmt.Errorf("%w: Lc says %d data bytes, %d follow", ErrNotAPDU, lc, len(body)-1)
	}
	c.Data = append([]byte(nil), body[1:1+lc]...)
	return c, nil
}

func parseExtended(c Command, body []byte) (Command, error) {
	if len(body) == 3 {
		c.Le = extendedLe(body[1], body[2])
		return c, nil
	}
	if len(body) < 3 {
		return Command{}, fmt.Errorf("%w: extended length is cut short", ErrNotAPDU)
	}
	lc := int(body[1])<<8 | int(body[2])
	if lc == 0 {
		return Command{}, fmt.Errorf("%w: extended Lc is 0000", ErrNotAPDU)
	}
	switch len(body) - 3 - lc {
	case 0:
	case 2:
		c.Le = extendedLe(body[3+lc], body[4+lc])
	default:
		return Command{}, fmt.Errorf("%w: Lc says %d data bytes, %d follow", ErrNotAPDU, lc, len(body)-3)
	}
	c.Data = append([]byte(nil), body[3:3+lc]...)
	return c, nil
}

func shortLe(b byte) int {
	if b == 0 {
		return MaxShortLe
	}
	return int(b)
}

func extendedLe(hi, lo byte) int {
	if n := int(hi)<<8 | int(lo); n != 0 {
		return n
	}
	return MaxExtendedLe
}

// Class is what a class byte says (ISO/IEC 7816-4 clause 5.4.1, ETSI
// TS 102 221 clause 10.1.1).
type Class struct {
	Channel     int  // logical channel 0 to 19
	Proprietary bool // 8X, CX, EX: a command of the UICC or GlobalPlatform
	Secure      bool // secure messaging is indicated
	Chained     bool // more commands of a chain follow
	GSM         bool // A0: a 2G SIM command
}

// ClassOf takes a class byte apart by its masks.
func ClassOf(cla byte) Class {
	if cla&0xF0 == 0xA0 {
		return Class{GSM: true, Proprietary: true}
	}
	c := Class{Proprietary: cla&0x80 != 0}
	if cla&0x40 != 0 {
		c.Channel = 4 + int(cla&0x0F)
		c.Secure = cla&0x20 != 0
	} else {
		c.Channel = int(cla & 0x03)
		c.Secure = cla&0x0C != 0
	}
	c.Chained = cla&0x10 != 0
	return c
}

// Response is what the card answered: the data of all parts joined, and the
// last status word.
type Response struct {
	Data []byte
	SW   SW
	// Secret says that Data is of the kind that the log withholds.
	Secret bool
}

// OK reports whether the command was done, with or without warning.
func (r Response) OK() bool { return r.SW.OK() }
