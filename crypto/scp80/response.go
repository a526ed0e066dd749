package scp80

import "fmt"

// Status is the status of a response packet (TS 102 225 table 5).
type Status byte

// The statuses.
const (
	PoROK                Status = 0x00
	CheckFailed          Status = 0x01
	CounterLow           Status = 0x02
	CounterHigh          Status = 0x03
	CounterBlocked       Status = 0x04
	CipheringError       Status = 0x05
	SecurityError        Status = 0x06
	InsufficientMemory   Status = 0x07
	MoreTime             Status = 0x08
	TARUnknown           Status = 0x09
	InsufficientSecurity Status = 0x0A
	ResponseBySubmit     Status = 0x0B
	ResponseByUSSD       Status = 0x0C
)

var statusNames = [...]string{
	"PoR OK", "RC/CC/DS failed", "CNTR low", "CNTR high", "CNTR blocked", "ciphering error", "unidentified security error",
	"insufficient memory", "more time needed", "TAR unknown", "insufficient security level",
	"response data by SMS-SUBMIT", "response data by ProcessUnstructuredSS-Request",
}

func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("reserved status %02X", byte(s))
}

// Accept is how a receiver judges a counter: last is the highest it took. With
// PoROK the new value is to be kept, unless the mode does not look at it.
func (m CounterMode) Accept(last, got uint64) Status {
	switch {
	case m == NoCounter || m == CounterIgnored:
		return PoROK
	case last >= MaxCounter:
		return CounterBlocked
	case got <= last:
		return CounterLow
	case m == CounterNext && got != last+1:
		return CounterHigh
	}
	return PoROK
}

// responseUDH is the user data header of a response packet (3GPP TS 31.115
// clause 4.3): the information element 71. The check covers it.
var responseUDH = []byte{0x02, ieResponse, 0x00}

// Response is a response packet in clear.
type Response struct {
	TAR     TAR
	Counter uint64
	Status  Status
	Data    []byte
}

// Seal makes the user data of a response: its header and the packet. spi, kic
// and kid are those of the command it answers.
func (r Response) Seal(spi SPI, kic, kid byte, k Keys) ([]byte, error) {
	sec := spi.Security()
	size, err := checkSize(sec.PoRCheck, kid)
	if err != nil {
		return nil, err
	}
	if r.Counter > MaxCounter {
		return nil, ErrCounter
	}
	clearPart := append(counterBytes(r.Counter), 0, byte(r.Status))
	data := append([]byte(nil), r.Data...)
	var by crypt
	if sec.PoRCiphered {
		if by, err = newCrypt(k, kic); err != nil {
			return nil, err
		}
		data = fill(data, len(clearPart)+size, by.block.BlockSize(), &clearPart[counterSize])
	}
	head := append([]byte{0, 0, byte(replyHeader + size)}, r.TAR[:]...)
	length := len(head) - 2 + len(clearPart) + size + len(data)
	if length > 0xFFFF {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLong, length)
	}
	head[0], head[1] = byte(length>>8), byte(length)
	var check []byte
	if sec.PoRCheck != NoCheck {
		if check, err = checksum(k, sec.PoRCheck, kid, size, responseUDH, head, clearPart, data); err != nil {
			return nil, err
		}
	}
	body := append(append(clearPart, check...), data...)
	if sec.PoRCiphered {
		by.run(body, true)
	}
	return append(append(append([]byte(nil), responseUDH...), head...), body...), nil
}

// Reply is a response packet as it came.
type Reply struct {
	TAR TAR
	// CheckSize is how many bytes RC, CC or DS takes, from RHL.
	CheckSize int
	// Body is what stands behind TAR: counter, padding counter, status, check
	// and data, ciphered or not: only the command says which.
	Body []byte
	udh  []byte
	head []byte // RPL to TAR
}

// ParseReply reads the user data of a response: the header with the
// information element 71, and the packet.
func ParseReply(b []byte) (Reply, error) {
	u, err := ParseUserData(b)
	if err != nil {
		return Reply{}, err
	}
	if !u.Response || u.Parts > 1 {
		return Reply{}, fmt.Errorf("%w: its header does not name a response in one message", ErrPacket)
	}
	head := b[:1+int(b[0])]
	p := u.Data
	if len(p) < 2+1+3 || len(p) != 2+int(p[0])<<8+int(p[1]) {
		return Reply{}, fmt.Errorf("%w: its length RPL does not fit %d bytes", ErrPacket, len(p))
	}
	rhl := int(p[2])
	r := Reply{
		TAR: TAR(p[3:6]), CheckSize: rhl - replyHeader, Body: append([]byte(nil), p[6:]...),
		udh: append([]byte(nil), head...), head: append([]byte(nil), p[:6]...),
	}
	if r.CheckSize < 0 || rhl+3 > len(p) {
		return Reply{}, fmt.Errorf("%w: its header length RHL is %d", ErrPacket, rhl)
	}
	return r, nil
}

// Peek reads the body as one that is not ciphered, without checking it.
func (r Reply) Peek() (Response, bool) {
	out, _, err := r.content(r.Body, 255)
	return out, err == nil
}

// Open deciphers and checks a response. spi, kic and kid are those of the
// command it answers. A card that cannot cipher or sign, because the command's
// own security failed, answers in the clear: where it does not open, Peek may
// tell why, but proves nothing.
func (r Reply) Open(spi SPI, kic, kid byte, k Keys) (Response, error) {
	sec := spi.Security()
	body, most := append([]byte(nil), r.Body...), 0
	if sec.PoRCiphered {
		by, err := newCrypt(k, kic)
		if err != nil {
			return Response{}, err
		}
		n := by.block.BlockSize()
		if len(body)%n != 0 {
			return Response{}, ErrCipher
		}
		by.run(body, false)
		most = n - 1
	}
	out, check, err := r.content(body, most)
	if err != nil {
		return Response{}, err
	}
	if sec.PoRCheck == NoCheck {
		if r.CheckSize != 0 {
			return Response{}, fmt.Errorf("%w: there is a check that was not asked for", ErrPacket)
		}
		return out, nil
	}
	fixed := counterSize + 2
	want, err := checksum(k, sec.PoRCheck, kid, r.CheckSize, r.udh, r.head, body[:fixed], body[fixed+r.CheckSize:])
	if err != nil {
		return Response{}, err
	}
	if !equal(want, check) {
		return Response{}, ErrChecksum
	}
	return out, nil
}

func (r Reply) content(b []byte, most int) (out Response, check []byte, err error) {
	fixed := counterSize + 2
	if len(b) < fixed+r.CheckSize {
		return Response{}, nil, ErrPacket
	}
	data := b[fixed+r.CheckSize:]
	padding := int(b[counterSize])
	if padding > len(data) || padding > most {
		return Response{}, nil, ErrCipher
	}
	out = Response{TAR: r.TAR, Counter: counterValue(b), Status: Status(b[counterSize+1]), Data: data[:len(data)-padding]}
	return out, b[fixed:][:r.CheckSize], nil
}
