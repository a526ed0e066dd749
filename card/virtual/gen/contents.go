package main

import (
	"bytes"

	"simscope/card/tlv"
)

const (
	adnAlpha  = 18
	adnRecord = adnAlpha + 14
	adnCount  = 50
)

type contact struct {
	name   string
	coding coding
	number string
	ext    byte // record of the extension file, 0 for none
}

func (c contact) record() []byte {
	ext := c.ext
	if ext == 0 {
		ext = 0xFF
	}
	return join(alpha(c.name, c.coding, adnAlpha), dialling(c.number, ext))
}

func contactRecords(cs []contact) (out [][]byte) {
	for _, c := range cs {
		out = append(out, c.record())
	}
	return out
}

// phoneBook shows every coding of names, a number in national form, one with
// service codes, one too long for its record and a free record among others.
var phoneBook = []contact{
	{"星辰", coding80, "+44 7700 900101", 0},
	{"李雷", coding80, "+44 7700 900102", 0},
	{"韩梅梅", coding80, "+44 7700 900103", 0},
	{"Alice Example", codingGSM, "+44 7700 900104", 0},
	{"Bob Muster", codingGSM, "07700 900105", 0},
	{"Zoé Specimen", codingGSM, "+44 7700 900106", 0},
	{"Σοφία Δ", coding81, "+44 7700 900107", 0},
	{"Иван Петров", coding81, "+44 7700 900108", 0},
	{"Анна", coding82, "+44 7700 900109", 0},
	{"王小明 Wang", coding80, "+44 7700 900110", 0},
	{"妈妈", coding80, "+44 7700 900111", 0},
	{"爸爸", coding80, "+44 7700 900112", 0},
	{"Conference", codingGSM, "+44 7700 900150p1234567890", 1},
	{"Balance", codingGSM, "*100#", 0},
	{"星辰移动客服", coding80, "10099", 0},
	{"Jörg Test", codingGSM, "+44 7700 900113", 0},
}

var fixedNumbers = []contact{
	{"Home", codingGSM, "+44 7700 900111", 0},
	{"办公室", coding80, "+44 7700 900120", 0},
}

var lastDialled = []contact{
	{"李雷", coding80, "+44 7700 900102", 0},
	{"Alice Example", codingGSM, "+44 7700 900104", 0},
	{"", codingGSM, "07700 900199", 0},
}

// extension holds what the number of "Conference" has beyond 20 digits (3GPP
// TS 51.011 clause 10.5.10).
func extension() []byte {
	more := bcd("890")
	return join([]byte{0x02, byte(len(more))}, pad(more, 10), []byte{0xFF})
}

// messages are seven that can be read and three free records: read, unread in
// Chinese, two parts of one message, sent with a status report, and two that
// the phone deleted by its status byte only.
func messages() [][]byte {
	long := "Welcome to Star Mobile. Your plan includes 20 GB of data, unlimited calls and 1000 messages a month. Dial *100# to hear your balance, or 10099 to talk to us."
	cut := 120
	return [][]byte{
		received(smsRead, party("+44 7700 900104"), "260301091500", "Lunch at noon? The usual place.", nil),
		received(smsUnread, party("+44 7700 900102"), "260302183042", "今晚七点老地方见，别迟到。李雷", nil),
		received(smsRead, senderName("StarMobile"), "260215100000", long[:cut], part(0x2A, 2, 1)),
		received(smsRead, senderName("StarMobile"), "260215100001", long[cut:], part(0x2A, 2, 2)),
		sent(smsSentStatus, 0x07, "+44 7700 900103", "Happy birthday, Han Meimei!", true),
		received(smsFree, senderName("TestBank"), "260228235900", "482913 is your code. Do not share it.", nil),
		received(smsFree, party("+44 7700 900111"), "260227120000", "记得给妈妈打电话", nil),
	}
}

func freeMessage() []byte { return pad([]byte{smsFree}, smsRecord) }

// messageFile completes messages to ten records.
func messageFile(ms [][]byte) [][]byte {
	for len(ms) < 10 {
		ms = append(ms, freeMessage())
	}
	return ms
}

// parameters is EF.SMSP: service centre, protocol, coding and validity are
// present, a destination is not (3GPP TS 51.011 clause 10.5.6).
func parameters() []byte {
	return join(alpha("Star SMSC", codingGSM, 12), []byte{0xE1}, fill(12), pad(address(smscNumber), 12), []byte{0x00, 0x00, smscRelated})
}

func tagged(tag tlv.Tag, v ...byte) []byte { return tlv.Append(nil, tag, v) }

// bits makes n bytes that look like a key and are none: they count up.
func bits(start byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = start + byte(i)*0x1D
	}
	return b
}

var (
	home    = plmn("999", "99")
	test001 = plmn("001", "01")
)

// act writes an entry of a list of networks with access technologies.
func act(network []byte, technologies uint16) []byte {
	return join(network, []byte{byte(technologies >> 8), byte(technologies)})
}

// Access technologies (3GPP TS 31.102 clause 4.2.5).
const (
	actUTRAN  = 0x8000
	actEUTRAN = 0x4000
	actNR     = 0x0800
	actGSM    = 0x0080
)

func noNetwork(n int) []byte { return bytes.Repeat([]byte{0xFF, 0xFF, 0xFF, 0x00, 0x00}, n) }

// emergency writes a record of the USIM's EF.ECC.
func emergency(number, name string, c coding, category byte) []byte {
	return join(pad(bcd(number), 3), alpha(name, c, 16), []byte{category})
}

// location areas of the home network.
var (
	lai = join(home, []byte{0x1A, 0x2B})
	rai = join(lai, []byte{0x01})
	tai = join(home, []byte{0x3C, 0x4D})
	ta5 = join(home, []byte{0x00, 0x3C, 0x4D})
)

var (
	loci    = join([]byte{0x5C, 0x0F, 0x3A, 0x21}, lai, []byte{0x00, 0x00})
	psLoci  = join([]byte{0xC0, 0x5C, 0x12, 0x34, 0xA1, 0xB2, 0xC3}, rai, []byte{0x00})
	epsLoci = join([]byte{0x0B, 0xF6}, home, []byte{0x80, 0x01, 0x02, 0xC0, 0x11, 0x22, 0x33}, tai, []byte{0x00})
	nrLoci  = join([]byte{0x00, 0x0B, 0xF2}, home, []byte{0x01, 0x00, 0x41, 0xD0, 0x11, 0x22, 0x33}, ta5, []byte{0x00})
)

// context is a security context: key set identifier, key, counters and
// algorithms (3GPP TS 31.102 clauses 4.2.92 and 4.4.11.4).
func context(ksi, start byte, more ...byte) []byte {
	return tagged(0xA0, join(
		tagged(0x80, ksi), tagged(0x81, bits(start, 32)...), tagged(0x82, 0, 0, 0, 5), tagged(0x83, 0, 0, 0, 4),
		tagged(0x84, 0x12), more)...)
}

// concealment is EF.SUCI_Calc_Info: schemes in order, and the home network's
// public key for profile A, the example of 3GPP TS 33.501 annex C.4.3.
func concealment() []byte {
	public := []byte{
		0x5A, 0x8D, 0x38, 0x86, 0x48, 0x20, 0x19, 0x7C, 0x33, 0x94, 0xB9, 0x26, 0x13, 0xB2, 0x0B, 0x91,
		0x63, 0x3C, 0xBD, 0x89, 0x71, 0x19, 0x27, 0x3B, 0xE8, 0xE4, 0xA6, 0xF4, 0xEE, 0xC0, 0xA6, 0x50,
	}
	return join(
		tagged(0xA0, 0x01, 0x01, 0x00, 0x00), // profile A with key 1, then the null scheme
		tagged(0xA1, join(tagged(0x80, 0x1B), tagged(0x81, public...))...),
	)
}

// phoneBookMap is EF.PBR: names, second numbers, e-mail and control bytes
// stand in the same records, extensions and unique identifiers follow (3GPP
// TS 31.102 clause 4.4.2.1).
func phoneBookMap() []byte {
	return join(
		tagged(0xA8, join(
			tagged(0xC0, 0x4F, 0x3A, 0x01), tagged(0xC5, 0x4F, 0x09, 0x02), tagged(0xC4, 0x4F, 0x11, 0x03),
			tagged(0xCA, 0x4F, 0x50, 0x04), tagged(0xC9, 0x4F, 0x21, 0x05))...),
		tagged(0xAA, tagged(0xC2, 0x4F, 0x4A, 0x06)...),
	)
}

// email writes a record of EF.EMAIL of 40 bytes, in the GSM alphabet.
func email(s string) []byte { return pad(septets(s), 40) }

// another writes a record of EF.ANR: kind 00, number, no extension.
func another(number string) []byte {
	t, digits := toa(number)
	b := bcd(digits)
	return join([]byte{0x00, byte(len(b) + 1), t}, pad(b, 10), []byte{0xFF, 0xFF})
}
