package ota

import (
	"errors"
	"fmt"
	"strings"

	"simscope/card"
	"simscope/crypto/scp80"
)

// ErrNotPacket says that bytes hold no secured packet in any form known here.
var ErrNotPacket = errors.New("no secured packet")

// Form is what bytes are. The sentence is "ota.form."+Form.
type Form string

// The forms, from the outside in.
const (
	FormAPDU     Form = "apdu"     // ENVELOPE as it was sent
	FormEnvelope Form = "envelope" // the data of ENVELOPE
	FormSend     Form = "send"     // SEND SHORT MESSAGE, as FETCH brings it
	FormTPDU     Form = "tpdu"     // SMS-DELIVER or SMS-SUBMIT
	FormUserData Form = "userdata" // header and packet
	FormCommand  Form = "command"
	FormReply    Form = "response"
)

// Field is a piece of a message and its meaning. The name is
// "ota.field."+ID.
type Field struct {
	ID       string
	Off, Len int
	Depth    int
	Value    string // in words
	// Secret says that the bytes hold a PIN or a key, and are not shown.
	Secret bool
}

// Message is what was read of bytes from outside.
type Message struct {
	Form  Form
	Bytes []byte
	// Fields cover the bytes in order; a field of a greater depth is part of
	// the one before.
	Fields []Field
	// Reply says that the packet is a response, Packet holds it from its
	// length on, without user data header where the message has several parts.
	Reply    bool
	Packet   []byte
	userData scp80.UserData
	hasUD    bool
	header   []byte // the user data header
	// Flags are sentences "ota.flag."+x on what does not fit the specification.
	Flags []string
}

// Parts says of how many messages this is one, and which.
func (m *Message) Parts() (part, of int) {
	if !m.hasUD {
		return 1, 1
	}
	return m.userData.Part, m.userData.Parts
}

// Read finds out what bytes are and takes them apart.
func Read(b []byte) (*Message, error) {
	b = append([]byte(nil), b...)
	for _, try := range []func(*Message) bool{readAPDU, readEnvelope, readSend, readUserData, readPacket, readTPDU, readLoosePacket} {
		m := &Message{Bytes: b}
		if try(m) {
			return m, nil
		}
	}
	return nil, ErrNotPacket
}

func (m *Message) add(id string, off, n, depth int, value string) {
	m.Fields = append(m.Fields, Field{ID: id, Off: off, Len: n, Depth: depth, Value: value})
}

func (m *Message) flag(id string) { m.Flags = append(m.Flags, id) }

func readAPDU(m *Message) bool {
	b := m.Bytes
	if len(b) < 7 || b[1] != card.InsEnvelope || b[0]&0x80 == 0 {
		return false
	}
	c, err := card.ParseCommand(b)
	if err != nil || len(c.Data) == 0 {
		return false
	}
	off := 5
	if c.Extended() {
		off = 7
	}
	m.add("header", 0, 4, 0, "ENVELOPE")
	m.add("lc", 4, off-4, 0, fmt.Sprint(len(c.Data)))
	if !m.envelope(off, len(c.Data)) {
		return false
	}
	m.Form = FormAPDU
	if end := off + len(c.Data); end < len(b) {
		m.add("le", end, len(b)-end, 0, fmt.Sprint(c.Le))
	}
	return true
}

func readEnvelope(m *Message) bool {
	m.Form = FormEnvelope
	return m.envelope(0, len(m.Bytes))
}

// envelope reads the objects of SMS-PP download.
func (m *Message) envelope(off, n int) bool {
	if n < 2 || m.Bytes[off] != 0xD1 {
		return false
	}
	m.add("download", off, 0, 0, "SMS-PP download")
	return m.objects(off, n)
}

// readSend reads the proactive command in which a card sends its response as a
// message of its own (3GPP TS 31.111 clause 6.6.9).
func readSend(m *Message) bool {
	m.Form = FormSend
	if len(m.Bytes) < 2 || m.Bytes[0] != 0xD0 {
		return false
	}
	m.add("proactive", 0, 0, 0, "SEND SHORT MESSAGE")
	return m.objects(0, len(m.Bytes))
}

// objects reads the objects of a template whose field was added last, one of
// which holds the message.
func (m *Message) objects(off, n int) bool {
	head, value, ok := object(m.Bytes[off : off+n])
	if !ok || head+value != n {
		return false
	}
	m.Fields[len(m.Fields)-1].Len = head
	for at := off + head; at < off+n; {
		h, v, ok := object(m.Bytes[at : off+n])
		if !ok {
			return false
		}
		switch tag := m.Bytes[at] &^ 0x80; tag {
		case 0x01:
			m.add("command_details", at, h+v, 1, "")
		case 0x02:
			m.add("devices", at, h+v, 1, "")
		case 0x06:
			m.add("smsc", at, h+v, 1, address(m.Bytes[at+h:at+h+v]))
		case 0x0B:
			m.add("tpdu_object", at, h, 1, fmt.Sprint(v))
			if m.Packet != nil || !m.tpdu(at+h, v, 2) {
				return false
			}
		default:
			m.add("object", at, h+v, 1, hexByte(tag))
		}
		at += h + v
	}
	return m.Packet != nil
}

// object is the length of an object's tag and length, and of its value.
func object(b []byte) (head, value int, ok bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	head, value = 2, int(b[1])
	switch {
	case b[1] == 0x81 && len(b) > 2:
		head, value = 3, int(b[2])
	case b[1] == 0x82 && len(b) > 3:
		head, value = 4, int(b[2])<<8|int(b[3])
	case b[1] >= 0x80:
		return 0, 0, false
	}
	return head, value, head+value <= len(b)
}

func readTPDU(m *Message) bool {
	m.Form = FormTPDU
	if m.tpdu(0, len(m.Bytes), 0) {
		return true
	}
	// A service centre's address may stand in front, as modems write it.
	if len(m.Bytes) < 2 {
		return false
	}
	n := 1 + int(m.Bytes[0])
	if n < 3 || n > 12 || n >= len(m.Bytes) || m.Bytes[1]&0x80 == 0 {
		return false
	}
	m.Fields, m.Flags = nil, nil
	m.add("smsc", 0, n, 0, address(m.Bytes[1:n]))
	return m.tpdu(n, len(m.Bytes)-n, 0)
}

// tpdu reads an SMS-DELIVER, or an SMS-SUBMIT, in which a card sends its
// response (3GPP TS 23.040 clauses 9.2.2.1 and 9.2.2.2).
func (m *Message) tpdu(off, n, depth int) bool {
	b := m.Bytes[off : off+n]
	if len(b) < 3 || b[0]&0x40 == 0 || b[0]&0x02 != 0 {
		return false
	}
	submit, at := b[0]&0x01 != 0, 1
	m.add("first", off, 1, depth, map[bool]string{false: "SMS-DELIVER", true: "SMS-SUBMIT"}[submit])
	if submit {
		m.add("reference", off+at, 1, depth, fmt.Sprint(b[1]))
		at++
	}
	addr := 2 + (int(b[at])+1)/2
	tail := 7 // the time stamp
	if submit {
		tail = map[byte]int{0x00: 0, 0x10: 1}[b[0]&0x18]
		if b[0]&0x08 != 0 {
			tail = 7
		}
	}
	if b[at] > 20 || len(b) < at+addr+2+tail+1+1 {
		return false
	}
	m.add("address", off+at, addr, depth, address(b[at+1:at+addr]))
	at += addr
	m.add("pid", off+at, 1, depth, pidWords(b[at]))
	m.add("dcs", off+at+1, 1, depth, dcsWords(b[at+1]))
	at += 2
	if tail > 0 {
		m.add("time", off+at, tail, depth, "")
		at += tail
	}
	m.add("udl", off+at, 1, depth, fmt.Sprint(b[at]))
	if int(b[at]) != len(b)-at-1 {
		m.flag("udl")
	}
	return m.ud(off+at+1, len(b)-at-1, depth)
}

func readUserData(m *Message) bool {
	m.Form = FormUserData
	return m.ud(0, len(m.Bytes), 0)
}

// ud reads a user data header and the packet, or the part of one, behind it.
func (m *Message) ud(off, n, depth int) bool {
	b := m.Bytes[off : off+n]
	u, err := scp80.ParseUserData(b)
	if err != nil || !u.Command && !u.Response && u.Parts == 1 {
		return false
	}
	head := 1 + int(b[0])
	m.userData, m.hasUD, m.header = u, true, b[:head]
	m.add("udh", off, head, depth, headerWords(u))
	m.Packet, m.Reply = b[head:], u.Response
	switch {
	case u.Parts > 1 && u.Part > 1:
		m.add("part", off+head, n-head, depth, fmt.Sprintf("%d/%d", u.Part, u.Parts))
	case u.Parts > 1:
		m.begin(off+head, n-head, depth)
	case u.Response:
		return m.reply(off+head, n-head, depth)
	case !m.command(off+head, n-head, depth):
		return m.withoutCPL(off+head, n-head, depth)
	}
	return true
}

// begin shows the first part of a packet of several: what stands in the clear.
func (m *Message) begin(off, n, depth int) {
	if m.Reply || n < 10 {
		m.add("part", off, n, depth, "1")
		return
	}
	b := m.Bytes[off:]
	m.add("cpl", off, 2, depth, fmt.Sprint(int(b[0])<<8|int(b[1])))
	m.security(off+2, depth)
	m.add("part", off+10, n-10, depth, fmt.Sprintf("%d/%d", m.userData.Part, m.userData.Parts))
}

func readPacket(m *Message) bool {
	b := m.Bytes
	if looksLikeReply(b) && (len(b) < 3 || !checkSizes[int(b[2])-13]) {
		m.Form, m.Reply, m.Packet = FormReply, true, b
		return m.reply(0, len(b), 0)
	}
	if len(b) > 10 && !checkSizes[int(b[2])-13] {
		return false
	}
	m.Form, m.Packet = FormCommand, b
	return m.command(0, len(b), 0)
}

// readLoosePacket reads a command packet that lacks its length.
func readLoosePacket(m *Message) bool {
	m.Form, m.Packet = FormCommand, m.Bytes
	return m.withoutCPL(0, len(m.Bytes), 0)
}

// security adds the fields from CHL to TAR.
func (m *Message) security(off, depth int) {
	b := m.Bytes[off:]
	spi := scp80.SPI(b[1:3])
	m.add("chl", off, 1, depth, fmt.Sprint(b[0]))
	m.add("spi", off+1, 2, depth, WordsOf(spi))
	m.add("kic", off+3, 1, depth, indicatorWords(b[3], scp80.Cipher(b[3])))
	kid := scp80.Checksum(spi.Security().Check, b[4])
	if spi.Security().Check == scp80.NoCheck {
		kid = scp80.Checksum(scp80.CC, b[4])
	}
	m.add("kid", off+4, 1, depth, indicatorWords(b[4], kid))
	m.add("tar", off+5, 3, depth, tarWords(scp80.TAR(b[5:8])))
}

// command adds the fields of a command packet.
func (m *Message) command(off, n, depth int) bool {
	p, err := scp80.ParsePacket(m.Bytes[off : off+n])
	if err != nil {
		return false
	}
	m.add("cpl", off, 2, depth, fmt.Sprint(n-2))
	m.security(off+2, depth)
	m.body(p, off+10, depth)
	return true
}

// withoutCPL reads a packet whose length is missing, as some tools write it.
func (m *Message) withoutCPL(off, n, depth int) bool {
	b := m.Bytes[off : off+n]
	if n < 8+6 || !checkSizes[int(b[0])-13] {
		return false
	}
	whole := append([]byte{byte(n >> 8), byte(n)}, b...)
	p, err := scp80.ParsePacket(whole)
	if err != nil {
		return false
	}
	m.Packet = whole
	m.flag("no_cpl")
	m.security(off, depth)
	m.body(p, off+8, depth)
	return true
}

// body adds what stands behind TAR, as far as it can be read without keys.
func (m *Message) body(p scp80.Packet, off, depth int) {
	c, ok := p.Content()
	if !ok {
		id := "ciphered"
		if !p.SPI.Security().Ciphered {
			id = "body"
		}
		m.add(id, off, len(p.Body), depth, "")
		return
	}
	m.content(c, off, depth)
}

// content adds the fields of a body in the clear.
func (m *Message) content(c scp80.Content, off, depth int) {
	m.add("cntr", off, 5, depth, fmt.Sprint(c.Counter))
	m.add("pcntr", off+5, 1, depth, fmt.Sprint(c.Padding))
	off += 6
	if len(c.Check) > 0 {
		m.add("check", off, len(c.Check), depth, "")
		off += len(c.Check)
	}
	m.script(c.Data, off, depth)
	if c.Padding > 0 {
		m.add("padding", off+len(c.Data), c.Padding, depth, "")
	}
}

// script adds the commands of a packet. Those with a PIN or a key are marked.
func (m *Message) script(data []byte, off, depth int) {
	if len(data) == 0 {
		return
	}
	cmds, expanded, ok := commandsOf(data)
	if !ok {
		m.add("data", off, len(data), depth, "")
		return
	}
	id := "script"
	if expanded {
		id = "script_expanded"
	}
	m.add(id, off, len(data), depth, "")
	at := 0
	for _, c := range cmds {
		i := strings.Index(string(data[at:]), string(c))
		if i < 0 {
			return
		}
		f := Field{ID: "apdu", Off: off + at + i, Len: len(c), Depth: depth + 1}
		if cmd, err := card.ParseCommand(c); err == nil {
			f.Value, f.Secret = commandWords(cmd), holdsSecret(cmd)
		} else {
			f.Secret = true
		}
		m.Fields = append(m.Fields, f)
		at += i + len(c)
	}
}

// commandsOf cuts a script in either form.
func commandsOf(data []byte) (cmds [][]byte, expanded, ok bool) {
	var err error
	if scp80.IsExpanded(data) {
		if cmds, err = scp80.SplitExpanded(data); err == nil {
			return cmds, true, true
		}
	}
	cmds, err = scp80.SplitCommands(data)
	return cmds, false, err == nil
}

// reply adds the fields of a response packet. Whether its body is ciphered
// only the command tells, so that it stays unknown here.
func (m *Message) reply(off, n, depth int) bool {
	r, err := scp80.ParseReply(append([]byte{2, 0x71, 0}, m.Bytes[off:off+n]...))
	if err != nil {
		return false
	}
	m.add("rpl", off, 2, depth, fmt.Sprint(n-2))
	m.add("rhl", off+2, 1, depth, fmt.Sprint(m.Bytes[off+2]))
	m.add("tar", off+3, 3, depth, tarWords(r.TAR))
	m.add("reply_body", off+6, n-6, depth, "")
	return true
}

// Join puts the packet of several messages together, and says which form it
// has. Messages that are no parts stand alone.
func Join(ms []*Message) (packet []byte, reply bool, err error) {
	if len(ms) == 0 {
		return nil, false, ErrNotPacket
	}
	if _, of := ms[0].Parts(); of == 1 {
		if len(ms) > 1 {
			return nil, false, bad("message", "parts")
		}
		return ms[0].Packet, ms[0].Reply, nil
	}
	var parts []scp80.UserData
	for _, m := range ms {
		if !m.hasUD {
			return nil, false, bad("message", "parts")
		}
		reply = reply || m.userData.Response
		parts = append(parts, m.userData)
	}
	if packet, err = scp80.Join(parts); err != nil {
		return nil, false, bad("message", "parts_missing", "have", len(parts), "of", parts[0].Parts)
	}
	return packet, reply, nil
}
