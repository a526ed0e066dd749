package main

import (
	"bytes"

	"simscope/card/tlv"
)

var fixedNumbers = []contact{
	{"Home", codingGSM, "+44 7700 900111", 0},
	{"办公室", coding80, "+44 7700 900120", 0},
}

var lastDialled = []contact{
	{"李雷", coding80, "+44 7700 900102", 0},
	{"Alice Example", codingGSM, "+44 7700 900104", 0},
	{"", codingGSM, "07700 900199", 0},
}

// messages are thirteen and seven free records: read, unread in Chinese, a
// message in two parts, one sent with a status report, two that the phone
// deleted by their status byte only, three parts out of order, a message that
// only shows on the screen, data for a program, and one in Russian that is not sent yet.
func messages() [][]byte {
	long := "Welcome to Star Mobile. Your plan includes 20 GB of data, unlimited calls and 1000 messages a month. Dial *100# to hear your balance, or 10099 to talk to us."
	const cut = 120
	story := "This is the first part of a longer story that Alice tells: she left the house early, and the bus was late as it is every Monday. So she walked along the river, past the mill and the old bridge, until she met Bob, who was looking for his dog. Together they looked behind every tree. They found it at noon, asleep in the sun in front of her own door. The end."
	const piece = 150
	alice := party("+44 7700 900104")
	flash := septets("Roaming: data is charged abroad.")
	return [][]byte{
		received(smsRead, alice, "260301091500", "Lunch at noon? The usual place.", nil),
		received(smsUnread, party("+44 7700 900102"), "260302183042", "今晚七点老地方见，别迟到。李雷", nil),
		received(smsRead, senderName("StarMobile"), "260215100000", long[:cut], part(0x2A, 2, 1)),
		received(smsRead, senderName("StarMobile"), "260215100001", long[cut:], part(0x2A, 2, 2)),
		sent(smsSentStatus, 0x07, "+44 7700 900103", "Happy birthday, Han Meimei!", true),
		received(smsFree, senderName("TestBank"), "260228235900", "482913 is your code. Do not share it.", nil),
		received(smsFree, party("+44 7700 900111"), "260227120000", "记得给妈妈打电话", nil),
		received(smsRead, alice, "260303120003", story[2*piece:], part(0x51, 3, 3)),
		received(smsRead, alice, "260303120001", story[:piece], part(0x51, 3, 1)),
		deliver(smsUnread, senderName("StarMobile"), "260304080000", 0x10, join([]byte{byte(len(flash))}, pack(flash, 0)), false),
		deliver(smsRead, party("+44 7700 900199"), "260304090000", 0x04, join([]byte{0x08}, []byte{0xCA, 0xFE, 0x00, 0x01, 0x02, 0x1B, 0x5B, 0x4A}), false),
		received(smsRead, alice, "260303120002", story[piece:2*piece], part(0x51, 3, 2)),
		sent(smsToSend, 0x08, "+44 7700 900108", "Иван, встретимся в субботу?", false),
	}
}

const smsCount = 20

func freeMessage() []byte { return pad([]byte{smsFree}, smsRecord) }

// messageFile completes messages to the records of EF.SMS.
func messageFile(ms [][]byte) [][]byte {
	for len(ms) < smsCount {
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

// The home network's public keys of the examples in 3GPP TS 33.501 annexes
// C.4.3 and C.4.4, whose private keys are public too.
var (
	homeKeyA = []byte{
		0x5A, 0x8D, 0x38, 0x86, 0x48, 0x20, 0x19, 0x7C, 0x33, 0x94, 0xB9, 0x26, 0x13, 0xB2, 0x0B, 0x91,
		0x63, 0x3C, 0xBD, 0x89, 0x71, 0x19, 0x27, 0x3B, 0xF8, 0xE4, 0xA6, 0xF4, 0xEE, 0xC0, 0xA6, 0x50,
	}
	homeKeyB = []byte{
		0x02, 0x72, 0xDA, 0x71, 0x97, 0x62, 0x34, 0xCE, 0x83, 0x3A, 0x69, 0x07, 0x42, 0x58, 0x67, 0xB8, 0x2E,
		0x07, 0x4D, 0x44, 0xEF, 0x90, 0x7D, 0xFB, 0x4B, 0x3E, 0x21, 0xC1, 0xC2, 0x25, 0x6E, 0xBC, 0xD1,
	}
)

// concealment is EF.SUCI_Calc_Info: profile A with key 1, then the null scheme.
func concealment() []byte {
	return join(
		tagged(0xA0, 0x01, 0x01, 0x00, 0x00),
		tagged(0xA1, join(tagged(0x80, 0x1B), tagged(0x81, homeKeyA...))...),
	)
}

// concealmentByCard is the same of a card that computes by itself: profile B
// with key 1.
func concealmentByCard() []byte {
	return join(tagged(0xA0, 0x02, 0x01), tagged(0xA1, join(tagged(0x80, 0x1E), tagged(0x81, homeKeyB...))...))
}
