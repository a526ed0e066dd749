package main

import (
	"bytes"
	"fmt"

	"simscope/card/virtual"
)

// calls made and received, the newest first (3GPP TS 31.102 clauses 4.2.33
// and 4.2.34).
type call struct {
	name, number string
	coding       coding
	when         string // YYMMDDhhmmss
	seconds      int
	missed       bool
	contact      byte // record of EF.ADN, 0 for none
}

var (
	callsMade = []call{
		{"李雷", "+44 7700 900102", coding80, "260304171503", 312, false, 2},
		{"Alice Example", "+44 7700 900104", codingGSM, "260303203000", 45, false, 4},
		{"", "07700 900199", codingGSM, "260301080000", 0, false, 0},
	}
	callsReceived = []call{
		{"妈妈", "+44 7700 900111", coding80, "260304193000", 605, false, 11},
		{"", "+44 7700 900177", codingGSM, "260304090512", 0, true, 0},
		{"Иван Петров", "+44 7700 900108", coding81, "260302111500", 73, false, 8},
	}
)

// record writes the call; the status byte of a received one stands before the
// link to the phone book.
func (c call) record(received bool) []byte {
	const noExtension = 0xFF
	b := join(alpha(c.name, c.coding, adnAlpha), dialling(c.number, noExtension), scts(c.when, 32),
		[]byte{byte(c.seconds >> 16), byte(c.seconds >> 8), byte(c.seconds)})
	if received {
		status := byte(0x00)
		if c.missed {
			status = 0x01
		}
		b = append(b, status)
	}
	if c.contact == 0 {
		return join(b, fill(3))
	}
	return join(b, []byte{0x01, sfiADN, c.contact}) // in the phone book of the application
}

func callRecords(cs []call, received bool) (out [][]byte) {
	for _, c := range cs {
		out = append(out, c.record(received))
	}
	return out
}

// usage are the call logs and counters of a USIM, and lists of the operator.
func usage(m maker) []*virtual.File {
	const made, received = adnRecord + 13, adnRecord + 14
	return []*virtual.File{
		m.cyc(0x6F80, "EF.ICI", 20, pinPIN, received, 10, callRecords(callsReceived, true)...),
		m.cyc(0x6F81, "EF.OCI", 21, pinPIN, made, 10, callRecords(callsMade, false)...),
		m.cyc(0x6F82, "EF.ICT", 0, counted, 3, 3, []byte{0x00, 0x2A, 0x61}, []byte{0x00, 0x28, 0x04}, []byte{0x00, 0x27, 0xBB}),
		m.cyc(0x6F83, "EF.OCT", 0, counted, 3, 3, []byte{0x00, 0x1D, 0x09}, []byte{0x00, 0x1B, 0xD1}, zeroes(3)),
		m.ef(0x6F57, "EF.ACL", 0, pinPIN2, 32, join([]byte{2}, tagged(0xDD, label("internet")...), tagged(0xDD, label("ims")...))...),
		m.ef(0x6FE8, "EF.NASCONFIG", 0, readAll, 20, join(
			tagged(0x80, 0x00), tagged(0x82, 0x01), tagged(0x83, 0x05), tagged(0x84, 0x01), tagged(0x85, 0x00))...),
		m.ef(0x6F9A, "", 0, readAll, 24, []byte("left by the manufacturer")...),
	}
}

// label writes an access point name of one label (3GPP TS 23.003 clause 9.1).
func label(s string) []byte { return append([]byte{byte(len(s))}, s...) }

// emergencyFiles are the contacts for the case of emergency and what a helper
// should know (3GPP TS 31.102 clauses 4.6.1.2 and 4.6.1.3).
func emergencyFiles(m maker) []*virtual.File {
	dn := contact{"ICE 妈妈", coding80, "+44 7700 900111", 0}
	return []*virtual.File{
		m.lin(0x6FE0, "EF.ICE_DN", 0, allPIN, adnRecord, 3, dn.record(), contact{"ICE doctor", codingGSM, "+44 7700 900160", 0}.record()),
		m.lin(0x6FE1, "EF.ICE_FF", 0, allPIN, 60, 3,
			join(tagged(0x80, alpha("Allergies", codingGSM, 9)...), tagged(0x81, alpha("Penicillin", codingGSM, 10)...)),
			join(tagged(0x80, alpha("血型", coding80, 5)...), tagged(0x81, alpha("AB", codingGSM, 2)...))),
	}
}

// graphics are an image in black and white and one in four colours (3GPP
// TS 31.102 clause 4.6.1.1 and annex B).
func graphics(m maker) *virtual.File {
	const plain, coloured = 0x11, 0x21
	flag := flagImage()
	image := func(scheme byte, fid, size int) []byte {
		return []byte{0x01, 0x08, 0x08, scheme, byte(fid >> 8), byte(fid), 0x00, 0x00, byte(size >> 8), byte(size)}
	}
	return m.dir(0x5F50, "DF.GRAPHICS", readAll,
		m.lin(0x4F20, "EF.IMG", 0, readAll, 10, 2, image(plain, 0x4F40, 10), image(coloured, 0x4F41, len(flag))),
		m.ef(0x4F40, "EF.IIDF", 0, readAll, 10, 0x08, 0x08, 0x18, 0x18, 0x7E, 0xFF, 0x3C, 0x3C, 0x66, 0x42),
		m.ef(0x4F41, "EF.IIDF", 0, readAll, len(flag), flag...),
	)
}

// flagImage is 8 by 8 points of two bits each in three bands and a border,
// then the table of their colours.
func flagImage() []byte {
	var points []byte
	for row := range 8 {
		band := byte(row*3/8 + 1)
		points = append(points, band<<4|band<<2|band, band<<6|band<<4|band<<2)
	}
	head := []byte{0x08, 0x08, 0x02, 0x04, 0x00, byte(6 + len(points))}
	colours := []byte{0x20, 0x20, 0x20, 0xD0, 0x30, 0x30, 0xF0, 0xF0, 0xF0, 0x30, 0x50, 0xC0}
	return join(head, points, colours)
}

// objects makes a BER-TLV file of at most n bytes.
func (m maker) objects(fid virtual.FID, name string, sfi int, r rule, n int, data ...[]byte) *virtual.File {
	f := m.file(fid, name, sfi, r, virtual.KindBERTLV)
	f.Size, f.Data = n, join(data...)
	return f
}

// sized is b behind its length in two bytes, as the lists of 3GPP TS 24.526
// have it.
func sized(b ...byte) []byte { return join([]byte{byte(len(b) >> 8), byte(len(b))}, b) }

// routes is the object of EF.URSP: for the home network one rule, which sends
// all traffic to the access point "internet" (3GPP TS 24.526 clause 5.2).
func routes() []byte {
	const first, matchAll, accessPoint = 0x01, 0x01, 0x04
	name := label("internet")
	route := sized(join([]byte{first}, sized(join([]byte{accessPoint, byte(len(name))}, name)...))...)
	rule := sized(join([]byte{first}, sized(matchAll), sized(route...))...)
	return tagged(0x80, join(home, []byte{byte(len(rule))}, rule)...)
}

// closedGroups is the content of EF.CAG: in the home network two groups, not
// access through them alone (3GPP TS 24.501 clause 9.11.3.18A, from its length
// on).
func closedGroups() []byte {
	entry := join(home, []byte{0x00}, []byte{0x00, 0x00, 0x10, 0x01}, []byte{0x00, 0x00, 0x10, 0x02})
	return sized(join([]byte{byte(len(entry))}, entry)...)
}

// imsConfig are the objects of EF.IMSConfigData: the second one is longer
// than a response can carry (3GPP TS 31.103 clause 4.2.18).
func imsConfig() [][]byte {
	var xml bytes.Buffer
	fmt.Fprint(&xml, `<?xml version="1.0"?><ims-config><domain>ims.mnc099.mcc999.3gppnetwork.org</domain><timers>`)
	for i, v := range []int{500, 4000, 5000, 32000, 16000} {
		fmt.Fprintf(&xml, `<timer id="T%d" unit="ms">%d</timer>`, i+1, v)
	}
	fmt.Fprint(&xml, `</timers><codecs><codec>EVS</codec><codec>AMR-WB</codec><codec>AMR</codec></codecs></ims-config>`)
	return [][]byte{tagged(0x80, 0x00), tagged(0x81, xml.Bytes()...)}
}

// cphs are the operator's files of the common operator specification: name,
// short name, mailbox numbers.
func cphs(m maker) []*virtual.File {
	return []*virtual.File{
		m.ef(0x6F14, "EF.CPHS-ONS", 0, readAll, 20, septets("Star Mobile 2G")...),
		m.ef(0x6F16, "EF.CPHS-INFO", 0, readAll, 3, 0x02, 0x3F, 0x00),
		m.lin(0x6F17, "EF.CPHS-MBN", 0, pinPIN, adnRecord, 2,
			contact{"Line 1", codingGSM, "+44 7700 900001", 0}.record(), contact{"Fax", codingGSM, "+44 7700 900002", 0}.record()),
		m.ef(0x6F18, "EF.CPHS-ONSS", 0, readAll, 10, septets("Star2G")...),
	}
}
