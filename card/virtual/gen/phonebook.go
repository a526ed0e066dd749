package main

import (
	"fmt"

	"simscope/card/virtual"
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
// service codes and two that are too long for their records.
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
	{"ليلى منصور", coding81, "+44 7700 900114", 0},
	{"Ольга", coding82, "+44 7700 900115", 0},
	{"Satellite desk", codingGSM, "+1 555 0100 2345 6789 0123 4567", 2},
	{"Zoë 測試", coding80, "+1 555 0142", 0},
	{"Dentist", codingGSM, "07700 900116", 0},
}

// extensions hold what the numbers of "Conference" and "Satellite desk" have
// beyond 20 digits (3GPP TS 51.011 clause 10.5.10).
func extensions() [][]byte {
	var out [][]byte
	for _, c := range phoneBook {
		if c.ext == 0 {
			continue
		}
		if int(c.ext) != len(out)+1 {
			panic(fmt.Sprintf("%s: extension %d is not the next", c.name, c.ext))
		}
		_, digits := toa(c.number)
		more := bcd(digits[20:])
		out = append(out, join([]byte{0x02, byte(len(more))}, pad(more, 10), []byte{0xFF}))
	}
	for len(out) < 5 {
		out = append(out, freeExtension())
	}
	return out
}

// Fields of contacts that stand in other files than EF.ADN, by the record of
// the contact. Groups and labels are record numbers of groupNames and labels.
var (
	otherNumbers = map[int]otherNumber{
		1: {label: 1, number: "+44 7700 900131"}, 3: {label: 2, number: "+44 7700 900133"},
		4: {label: 1, number: "+44 7700 900134"}, 18: {label: 3, number: "+1 555 0143"},
	}
	emails = []linked{
		{1, "xingchen@example.org"}, {3, "hanmeimei@example.org"}, {4, "alice@example.org"}, {17, "layla@example.org"}, {19, "desk@example.com"},
	}
	nicknames = []linked{{4, "Al"}, {8, "Vanya"}, {18, "Olya"}}
	groups    = map[int][]byte{1: {1}, 2: {1}, 3: {1, 2}, 4: {2}, 11: {3}, 12: {3}, 17: {2}}

	groupNames = []contactText{{"Friends", codingGSM}, {"工作", coding80}, {"Family", codingGSM}}
	labels     = []contactText{{"Work", codingGSM}, {"家", coding80}, {"Holiday home", codingGSM}}
)

type otherNumber struct {
	label  byte
	number string
}

// linked is a field in a file of type 2: it names its contact.
type linked struct {
	contact int
	text    string
}

type contactText struct {
	text   string
	coding coding
}

const (
	emailBytes = 40
	nameBytes  = 20 // of a nickname, a group and a label
	sfiADN     = 1
)

// phoneBookMap is EF.PBR (3GPP TS 31.102 clause 4.4.2.1): files of type 1 have
// a record for each contact, those of type 2 are reached through EF.IAP in the
// order they stand here, those of type 3 by numbers in the others' records.
func phoneBookMap() []byte {
	return join(
		tagged(0xA8, join(
			tagged(0xC0, 0x4F, 0x3A, sfiADN), tagged(0xC1, 0x4F, 0x25, 0x08), tagged(0xC5, 0x4F, 0x09, 0x02),
			tagged(0xC4, 0x4F, 0x11, 0x03), tagged(0xC6, 0x4F, 0x26, 0x09), tagged(0xC9, 0x4F, 0x21, 0x05))...),
		tagged(0xA9, join(tagged(0xCA, 0x4F, 0x50, 0x04), tagged(0xC3, 0x4F, 0x19, 0x0A))...),
		tagged(0xAA, join(
			tagged(0xC2, 0x4F, 0x4A, 0x06), tagged(0xC7, 0x4F, 0x4B, 0x0B), tagged(0xC8, 0x4F, 0x4C, 0x0C),
			tagged(0xCB, 0x4F, 0x3D, 0x0D))...),
	)
}

// index is EF.IAP: the records of EF.EMAIL and EF.SNE of each contact.
func index() [][]byte {
	out := make([][]byte, adnCount)
	for i := range out {
		out[i] = fill(2)
		for file, list := range [][]linked{emails, nicknames} {
			for n, l := range list {
				if l.contact == i+1 {
					out[i][file] = byte(n + 1)
				}
			}
		}
	}
	return out
}

// linkedRecords writes records of a file of type 2: the text, then the SFI and
// record of the contact it belongs to.
func linkedRecords(list []linked, n int) [][]byte {
	var out [][]byte
	for _, l := range list {
		out = append(out, join(pad(septets(l.text), n), []byte{sfiADN, byte(l.contact)}))
	}
	return out
}

func texts(list []contactText) [][]byte {
	var out [][]byte
	for _, t := range list {
		out = append(out, alpha(t.text, t.coding, nameBytes))
	}
	return out
}

// anr writes a record of EF.ANR: the label's record, number, no capability
// and no extension.
func (o otherNumber) anr() []byte {
	t, digits := toa(o.number)
	b := bcd(digits)
	return join([]byte{o.label, byte(len(b) + 1), t}, pad(b, 10), []byte{0xFF, 0xFF})
}

// perContact makes the files of type 1 that have a record for each contact:
// control bytes, second numbers, groups and unique identifiers. The contact
// named "Dentist" was changed since the phone book was last synchronised.
func perContact() (control, numbers, members, uids [][]byte) {
	for i := range adnCount {
		flags, group, uid, number := []byte{0, 0}, make([]byte, 3), []byte{0, 0}, fill(15)
		if i < len(phoneBook) {
			uid[1] = byte(i + 1)
			if phoneBook[i].name == "Dentist" {
				flags[0] = 0x01
			}
		}
		copy(group, groups[i+1])
		if o, ok := otherNumbers[i+1]; ok {
			number = o.anr()
		}
		control, numbers = append(control, flags), append(numbers, number)
		members, uids = append(members, group), append(uids, uid)
	}
	return control, numbers, members, uids
}

// speech is a record of EF.CCP1: the bearer capability of a speech call, its
// length first (3GPP TS 51.011 clause 10.5.4, TS 24.008 clause 10.5.4.5).
func speech() []byte { return pad([]byte{0x01, 0xA0}, 15) }

func phoneBookDir(m maker) *virtual.File {
	control, numbers, members, uids := perContact()
	return m.dir(0x5F3A, "DF.PHONEBOOK", readAll,
		m.lin(0x4F30, "EF.PBR", 7, pinADM, 70, 1, phoneBookMap()),
		m.link(0x4F3A, "EF.ADN", sfiADN, pinPIN, virtual.KindLinearFixed, telecom+"/6F3A"),
		m.lin(0x4F09, "EF.PBC", 2, pinPIN, 2, adnCount, control...),
		m.lin(0x4F11, "EF.ANR", 3, pinPIN, 15, adnCount, numbers...),
		m.lin(0x4F50, "EF.EMAIL", 4, pinPIN, emailBytes+2, 15, linkedRecords(emails, emailBytes)...),
		m.lin(0x4F21, "EF.UID", 5, pinPIN, 2, adnCount, uids...),
		m.link(0x4F4A, "EF.EXT1", 6, pinPIN, virtual.KindLinearFixed, telecom+"/6F4A"),
		m.lin(0x4F25, "EF.IAP", 8, pinPIN, 2, adnCount, index()...),
		m.lin(0x4F26, "EF.GRP", 9, pinPIN, 3, adnCount, members...),
		m.lin(0x4F19, "EF.SNE", 10, pinPIN, nameBytes+2, 10, linkedRecords(nicknames, nameBytes)...),
		m.lin(0x4F4B, "EF.AAS", 11, pinPIN, nameBytes, 5, texts(labels)...),
		m.lin(0x4F4C, "EF.GAS", 12, pinPIN, nameBytes, 5, texts(groupNames)...),
		m.lin(0x4F3D, "EF.CCP1", 13, pinPIN, 15, 3, speech()),
		m.ef(0x4F22, "EF.PSC", 0, pinPIN, 4, 0x00, 0x00, 0x00, 0x01),
		m.ef(0x4F23, "EF.CC", 0, pinPIN, 2, 0x00, 0x10),
		m.ef(0x4F24, "EF.PUID", 0, pinPIN, 2, 0x00, byte(len(phoneBook))),
	)
}
