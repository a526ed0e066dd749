package scp80

import "fmt"

// Lengths in bytes (TS 102 225 tables 1 and 4).
const (
	counterSize   = 5
	commandHeader = 13 // SPI, KIc, KID, TAR, CNTR, PCNTR
	replyHeader   = 10 // TAR, CNTR, PCNTR, status
	// MaxPacket is the most that CPL can say, itself included.
	MaxPacket = 2 + 0xFFFF
	// MaxCounter is the highest counter; a receiver is blocked behind it.
	MaxCounter = 1<<40 - 1
)

// Command is a command packet in clear: what is to be sent, or what was
// received and checked.
type Command struct {
	SPI     SPI
	KIc     byte
	KID     byte
	TAR     TAR
	Counter uint64 // five bytes; with NoCounter it is sent as it is, usually 0
	Data    []byte
}

// Seal makes the secured packet, from CPL on.
func (c Command) Seal(k Keys) ([]byte, error) {
	sec := c.SPI.Security()
	size, err := checkSize(sec.Check, c.KID)
	if err != nil {
		return nil, err
	}
	if c.Counter > MaxCounter {
		return nil, ErrCounter
	}
	clearPart := append(counterBytes(c.Counter), 0)
	data := append([]byte(nil), c.Data...)
	var by crypt
	if sec.Ciphered {
		if by, err = newCrypt(k, c.KIc); err != nil {
			return nil, err
		}
		data = fill(data, len(clearPart)+size, by.block.BlockSize(), &clearPart[counterSize])
	}
	head := append([]byte{0, 0, byte(commandHeader + size)}, c.SPI[:]...)
	head = append(append(head, c.KIc, c.KID), c.TAR[:]...)
	length := len(head) - 2 + len(clearPart) + size + len(data)
	if length > 0xFFFF {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLong, length)
	}
	head[0], head[1] = byte(length>>8), byte(length)
	var check []byte
	if sec.Check != NoCheck {
		if check, err = checksum(k, sec.Check, c.KID, size, head, clearPart, data); err != nil {
			return nil, err
		}
	}
	body := append(append(clearPart, check...), data...)
	if sec.Ciphered {
		by.run(body, true)
	}
	return append(head, body...), nil
}

// fill appends the padding that ciphering asks for and writes its length.
func fill(data []byte, before, block int, count *byte) []byte {
	n := (block - (before+len(data))%block) % block
	*count = byte(n)
	return append(data, make([]byte, n)...)
}

func counterBytes(n uint64) []byte {
	return []byte{byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
}

func counterValue(b []byte) (n uint64) {
	for _, c := range b[:counterSize] {
		n = n<<8 | uint64(c)
	}
	return n
}

// Packet is a command packet as it came: what stands in it in the clear.
type Packet struct {
	SPI SPI
	KIc byte
	KID byte
	TAR TAR
	// CheckSize is how many bytes RC, CC or DS takes, from CHL.
	CheckSize int
	// Body is what stands behind TAR: counter, padding counter, check and
	// data, ciphered or not.
	Body []byte
	head []byte // CPL to TAR
}

// ParsePacket reads a command packet from CPL on. What follows the packet is
// an error.
func ParsePacket(b []byte) (Packet, error) {
	if len(b) < 2+1+8 || len(b) != 2+int(b[0])<<8+int(b[1]) {
		return Packet{}, fmt.Errorf("%w: its length CPL does not fit %d bytes", ErrPacket, len(b))
	}
	p := Packet{SPI: SPI(b[3:5]), KIc: b[5], KID: b[6], TAR: TAR(b[7:10]), head: append([]byte(nil), b[:10]...)}
	chl := int(b[2])
	p.CheckSize = chl - commandHeader
	p.Body = append([]byte(nil), b[10:]...)
	if p.CheckSize < 0 || chl+3 > len(b) {
		return Packet{}, fmt.Errorf("%w: its header length CHL is %d", ErrPacket, chl)
	}
	return p, nil
}

// Content is the part behind TAR in the clear.
type Content struct {
	Counter uint64
	Padding int // bytes of padding at the end
	Check   []byte
	Data    []byte // without padding
}

// Content reads the body of a packet that is not ciphered, without checking
// it. ok is false where it is ciphered or does not fit.
func (p Packet) Content() (c Content, ok bool) {
	if p.SPI.Security().Ciphered {
		return Content{}, false
	}
	c, err := content(p.Body, p.CheckSize, 255)
	return c, err == nil
}

// content cuts a body in the clear. most is how much padding there may be.
func content(b []byte, check, most int) (Content, error) {
	if len(b) < counterSize+1+check {
		return Content{}, ErrPacket
	}
	c := Content{Counter: counterValue(b), Padding: int(b[counterSize]), Check: b[counterSize+1:][:check]}
	data := b[counterSize+1+check:]
	if c.Padding > len(data) || c.Padding > most {
		return Content{}, ErrCipher
	}
	c.Data = data[:len(data)-c.Padding]
	return c, nil
}

// Open deciphers and checks a packet. ErrCipher and ErrChecksum are what a
// card would answer with the status of that name; nothing of the packet is
// given then.
func (p Packet) Open(k Keys) (Command, error) {
	sec := p.SPI.Security()
	body, most := append([]byte(nil), p.Body...), 0
	if sec.Ciphered {
		by, err := newCrypt(k, p.KIc)
		if err != nil {
			return Command{}, err
		}
		n := by.block.BlockSize()
		if len(body)%n != 0 {
			return Command{}, ErrCipher
		}
		by.run(body, false)
		most = n - 1
	}
	c, err := content(body, p.CheckSize, most)
	if err != nil {
		return Command{}, err
	}
	if err := p.verify(k, sec.Check, body, c); err != nil {
		return Command{}, err
	}
	return Command{SPI: p.SPI, KIc: p.KIc, KID: p.KID, TAR: p.TAR, Counter: c.Counter, Data: c.Data}, nil
}

func (p Packet) verify(k Keys, kind Check, body []byte, c Content) error {
	if kind == NoCheck {
		if p.CheckSize != 0 {
			return fmt.Errorf("%w: there is a check that SPI does not name", ErrPacket)
		}
		return nil
	}
	want, err := checksum(k, kind, p.KID, p.CheckSize, p.head, body[:counterSize+1], body[counterSize+1+p.CheckSize:])
	if err != nil {
		return err
	}
	if !equal(want, c.Check) {
		return ErrChecksum
	}
	return nil
}
