package main

import (
	"simscope/card/tlv"
	"simscope/card/virtual"
)

// Names of the applications of the card that is no SIM: an OpenPGP card of
// version 3.4 with a serial number from the range for random ones, the
// directory of contactless payment applications, and one such application
// under a name nobody registered.
const (
	aidOpenPGP virtual.AID = "\xD2\x76\x00\x01\x24\x01\x03\x04\xFF\x00\x5C\x0E\x01\x02\x00\x00"
	aidPPSE    virtual.AID = "2PAY.SYS.DDF01"
	aidPayment virtual.AID = "\xF0\x53\x43\x4F\x50\x45\x01"
)

// other is a card without files: it answers to names and gives data objects.
func other() *virtual.Image {
	return &virtual.Image{
		Note: command, Mode: virtual.ModeOther,
		ATR: virtual.Hex{0x3B, 0x1A, 0x96, 0x00, 0x31, 0xF5, 0x73, 0xC0, 0x01, 0x60, 0x00, 0x90, 0x00}, // T=0 alone
		Apps: []virtual.App{
			{AID: aidOpenPGP, Label: "OpenPGP", FCI: fci(aidOpenPGP, nil), Objects: []virtual.DataObject{
				{Tag: virtual.Hex{0x00, 0x4F}, Data: []byte(aidOpenPGP)},
				{Tag: virtual.Hex{0x00, 0xC4}, Data: virtual.Hex{0x00, 0x7F, 0x7F, 0x7F, 0x03, 0x00, 0x03}},
				{Tag: virtual.Hex{0x5F, 0x50}, Data: []byte("https://example.org/key.asc")},
			}},
			{AID: aidPPSE, Label: "PPSE", FCI: fci(aidPPSE, tagged(0xBF0C, tagged(0x61, join(
				tagged(0x4F, []byte(aidPayment)...), tagged(0x50, []byte("SPECIMEN")...), tagged(0x87, 0x01))...)...))},
			{AID: aidPayment, Label: "SPECIMEN", FCI: fci(aidPayment, tagged(0x50, []byte("SPECIMEN")...))},
		},
		Objects: []virtual.DataObject{{Tag: virtual.Hex{0x9F, 0x7F}, Data: tlv.Append(nil, 0x9F7F, lifeCycle())}},
	}
}

// fci is the answer to the SELECT of an application: its name and what it
// says of itself (ISO/IEC 7816-4 clause 7.4.3).
func fci(aid virtual.AID, more []byte) virtual.Hex {
	b := tagged(0x84, []byte(aid)...)
	if more != nil {
		b = join(b, tagged(0xA5, more...))
	}
	return tagged(0x6F, b...)
}

// lifeCycle is the card production life cycle data of GlobalPlatform, 42
// bytes: makers, dates as a digit of the year and the day in it, and serial
// numbers, all invented.
func lifeCycle() []byte {
	return join(
		[]byte{0xFF, 0xF1, 0x00, 0x01},                         // fabricator and type of the chip
		[]byte{0xFF, 0xF2, 0x51, 0x20, 0x01, 0x00},             // operating system, its date and level
		[]byte{0x52, 0x05, 0x0A, 0x0B, 0x0C, 0x0D, 0x00, 0x17}, // chip: date, serial, batch
		[]byte{0xFF, 0xF1, 0x52, 0x20, 0xFF, 0xF3, 0x52, 0x31}, // module and embedding, with dates
		[]byte{0xFF, 0xF4, 0x52, 0x40, 0x00, 0x00, 0x00, 0x2A}, // pre-personalisation
		[]byte{0xFF, 0xF5, 0x52, 0x50, 0x00, 0x00, 0x00, 0x2B}, // personalisation
	)
}
