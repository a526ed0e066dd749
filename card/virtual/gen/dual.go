package main

import "simscope/card/virtual"

// line is what tells one small USIM from another.
type line struct {
	imsi, provider string
	number         contact
	pin, pin2      virtual.Ref // what its access rules ask for
	home           []byte      // the first network of its list
	forbidden      []byte
	services       []int // beyond those that every line has
}

// workLine is the second line of the everyday card.
var workLine = line{
	imsi: imsi2, provider: "Star Work", number: contact{"Work", codingGSM, second, 0},
	pin: appPIN2, pin2: localSec, home: home,
}

// usim is a smaller USIM with an identity of its own.
func (l line) usim(m maker, refs ...virtual.Ref) *virtual.File {
	adf := m.dir(0x7FFF, "ADF.USIM", readAll, identity(m, l.imsi)...)
	adf.Children = append(adf.Children,
		arr(0x6F06, 23, l.pin, l.pin2),
		m.ef(0x6F38, "EF.UST", 4, pinADM, 17, services(17, append([]int{2, 10, 12, 19, 20, 21, 33, 34, 42, 85}, l.services...)...)...),
		m.ef(0x6F56, "EF.EST", 5, pinPIN2, 1, 0x00),
		m.ef(0x6F46, "EF.SPN", 0, readAll, 17, join([]byte{0x00}, alpha(l.provider, codingGSM, 16))...),
		m.lin(0x6F40, "EF.MSISDN", 0, pinPIN, adnRecord, 1, l.number.record()),
		m.lin(0x6F3B, "EF.FDN", 0, pinPIN2, adnRecord, 5),
		m.lin(0x6F3C, "EF.SMS", 0, pinPIN, smsRecord, 3, freeMessage(), freeMessage(), freeMessage()),
		m.lin(0x6F42, "EF.SMSP", 0, pinPIN, 40, 1, parameters()),
		m.ef(0x6F43, "EF.SMSS", 0, pinPIN, 2),
		m.ef(0x6F08, "EF.Keys", 8, pinPIN, 33, 0x07),
		m.ef(0x6F09, "EF.KeysPS", 9, pinPIN, 33, 0x07),
		m.ef(0x6F5B, "EF.START-HFN", 15, pinPIN, 6, 0xF0, 0x00, 0x00, 0xF0, 0x00, 0x00),
		m.ef(0x6F5C, "EF.THRESHOLD", 16, pinADM, 3),
		m.ef(0x6F60, "EF.PLMNwAcT", 10, pinPIN, 40, noNetwork(8)...),
		m.ef(0x6F61, "EF.OPLMNwACT", 17, pinADM, 40, join(act(l.home, actEUTRAN), noNetwork(7))...),
		m.ef(0x6F7B, "EF.FPLMN", 13, pinPIN, 12, l.forbidden...),
		m.ef(0x6F73, "EF.PSLOCI", 12, pinPIN, 14, join(fill(10), []byte{0x00, 0x00, 0xFF, 0x01})...),
		m.ef(0x6F7E, "EF.LOCI", 11, pinPIN, 11, join(fill(7), []byte{0x00, 0x00, 0xFF, 0x01})...),
		m.ef(0x6FE3, "EF.EPSLOCI", 30, pinPIN, 18, join(fill(12), fill(3), []byte{0x00, 0x00, 0x01})...),
		m.lin(0x6FE4, "EF.EPSNSC", 24, pinPIN, 54, 1),
	)
	adf.PINs = refs
	return adf
}

// Lines of the card with two subscriptions; each has its own PIN.
var (
	privateLine = line{
		imsi: "999990555000101", provider: "Star Private", number: contact{"Private", codingGSM, "+44 7700 900171", 0},
		pin: virtual.RefPIN1, pin2: pin2, home: home, forbidden: test001,
	}
	officeLine = line{
		imsi: "001010555000202", provider: "Comet Office", number: contact{"Office", codingGSM, "+44 7700 900172", 0},
		pin: appPIN2, pin2: localSec, home: test001, forbidden: join(home, plmn("999", "70")),
		services: []int{124, 125},
	}
)

const (
	privateLabel = "Private"
	officeLabel  = "Office"
)

// dual is a card of two equal subscriptions, of different networks. The second
// computes its hidden identity by itself.
func dual() *virtual.Image {
	office := pin(appPIN2, "", "2580", "25802580")
	return &virtual.Image{
		Note: command, Mode: virtual.ModeUICC, ATR: uiccATR(),
		PINs: []virtual.PIN{
			pin(virtual.RefPIN1, "", "1234", "12345678"), office,
			pin(pin2, aidUSIM, "5678", "87654321"), pin(localSec, aidUSIM2, "8765", "78563412"), admin(),
		},
		Subscribers: []virtual.Subscriber{keys(true, aidUSIM), secondKeys(aidUSIM2)},
		Apps: []virtual.App{
			{AID: aidUSIM, Label: privateLabel, ADF: privateLine.usim(inApp, virtual.RefPIN1, pin2, virtual.RefADM1)},
			{AID: aidUSIM2, Label: officeLabel, SUCI: concealmentByCard(), ADF: officeLine.usim(inApp, appPIN2, localSec, virtual.RefADM1)},
		},
		MF: master(iccid("8999990012345678905"), [][]byte{dirEntry(aidUSIM, privateLabel), dirEntry(aidUSIM2, officeLabel)}),
		GP: olderManager(),
	}
}
