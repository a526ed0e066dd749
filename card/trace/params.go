package trace

import (
	"simscope/card"
	"simscope/texts"
)

// A paramText gives a value of P1 or P2, under a mask, its sentence.
type paramText struct {
	mask, value byte
	id          string
}

// selectP1, …: ETSI TS 102 221 clause 11.1, in the order of its tables.
var (
	selectP1 = []paramText{
		{0xFF, 0x00, "select.fid"},
		{0xFF, 0x01, "select.child"},
		{0xFF, 0x02, "select.ef"},
		{0xFF, 0x03, "select.parent"},
		{0xFF, 0x04, "select.aid"},
		{0xFF, 0x08, "select.path"},
		{0xFF, 0x09, "select.subpath"},
	}
	selectP2 = []paramText{
		{0x60, 0x40, "select.end"},
		{0x0C, 0x00, "select.fci"},
		{0x0C, 0x04, "select.fcp"},
		{0x0C, 0x08, "select.fmd"},
		{0x0C, 0x0C, "select.nothing"},
	}
	selectOccurrence = []paramText{
		{0x03, 0x00, "select.first"},
		{0x03, 0x01, "select.last"},
		{0x03, 0x02, "select.next"},
		{0x03, 0x03, "select.previous"},
	}
	recordMode = []paramText{
		{0x07, 0x02, "record.next"},
		{0x07, 0x03, "record.previous"},
		{0x07, 0x04, "record.absolute"},
	}
	searchMode = []paramText{
		{0x07, 0x04, "search.forward"},
		{0x07, 0x05, "search.backward"},
		{0x07, 0x06, "search.enhanced"},
		{0x07, 0x07, "search.proprietary"},
	}
	// seekMode and seekType: 3GPP TS 51.011 clause 9.2.7.
	seekMode = []paramText{
		{0x0F, 0x00, "seek.first"},
		{0x0F, 0x01, "seek.last"},
		{0x0F, 0x02, "seek.next"},
		{0x0F, 0x03, "seek.previous"},
	}
	seekType = []paramText{
		{0xF0, 0x00, "seek.type1"},
		{0xF0, 0x10, "seek.type2"},
	}
	blockP2 = []paramText{
		{blockMask, blockFirst, "block.first"},
		{blockMask, 0x00, "block.next"},
		{blockMask, 0x40, "block.again"},
	}
	statusP1 = []paramText{
		{0xFF, 0x00, "status.plain"},
		{0xFF, 0x01, "status.start"},
		{0xFF, 0x02, "status.end"},
	}
	statusP2 = []paramText{
		{0xFF, 0x00, "status.fcp"},
		{0xFF, 0x01, "status.aid"},
		{0xFF, 0x0C, "status.nothing"},
	}
	registryP1 = []paramText{
		{0xFF, 0x80, "registry.issuer"},
		{0xFF, 0x40, "registry.applications"},
		{0xFF, 0x20, "registry.packages"},
		{0xFF, 0x10, "registry.modules"},
	}
	registryP2 = []paramText{
		{0x01, 0x00, "registry.first"},
		{0x01, 0x01, "registry.next"},
	}
	channelP1 = []paramText{
		{0xFF, 0x00, "channel.open"},
		{0xFF, 0x80, "channel.close"},
	}
	authP2 = []paramText{
		{0x87, 0x80, "auth.gsm"},
		{0x87, 0x81, "auth.3g"},
		{0x87, 0x82, "auth.vgcs"},
		{0x87, 0x84, "auth.gba"},
		{0x87, 0x85, "auth.mbms"},
		{0x87, 0x86, "auth.localkey"},
	}
	filesP1 = []paramText{
		{0xFF, 0x00, "file.current"},
		{0xFF, 0x08, "select.path"},
		{0xFF, 0x09, "select.subpath"},
	}
)

// The blocks of an object in P2 of RETRIEVE DATA and SET DATA (ETSI TS 102 221
// clause 11.3).
const (
	blockMask  = 0xC0
	blockFirst = 0x80
)

// isDataObject reports whether a proprietary instruction is about an object
// of a BER-TLV file.
func isDataObject(ins byte) bool { return ins == card.InsRetrieveData || ins == card.InsSetData }

// identityP2 are the contexts of GET IDENTITY (3GPP TS 31.102 clause 7.5).
var identityP2 = []paramText{{0x7F, 0x01, "identity.suci"}, {0x7F, 0x02, "identity.nswo"}}

func lookup(t []paramText, v byte) string {
	for _, p := range t {
		if v&p.mask == p.value {
			return texts.Say("trace.p." + p.id)
		}
	}
	return ""
}

// params says in words what P1 and P2 mean; empty where nothing is known.
// Where both belong together the words are p1's.
func (h header) params() (p1, p2 string) {
	switch h.group() {
	case "vendor":
		return "", ""
	case "prop":
		return h.propParams()
	case "gsm":
		return h.gsmParams()
	}
	switch h.ins {
	case card.InsSelect:
		p1, p2 = lookup(selectP1, h.p1), lookup(selectP2, h.p2)
		if h.p1 == 0x04 && p2 != "" {
			p2 += ", " + lookup(selectOccurrence, h.p2)
		}
		return p1, p2
	case card.InsVerify, card.InsChangePIN, card.InsDisablePIN, card.InsEnablePIN, card.InsUnblockPIN:
		return "", PINName(h.cla, h.p2, h.ins == card.InsUnblockPIN)
	case card.InsManageChannel:
		return lookup(channelP1, h.p1), channelNumber(h)
	case card.InsAuthenticate, card.InsAuthenticateTLV:
		return "", lookup(authP2, h.p2)
	case card.InsActivate, card.InsDeactivate:
		return lookup(filesP1, h.p1), ""
	}
	return h.fileParams()
}

func (h header) propParams() (p1, p2 string) {
	switch h.ins {
	case card.InsStatus:
		if h.listsRegistry() {
			return lookup(registryP1, h.p1), lookup(registryP2, h.p2)
		}
		return lookup(statusP1, h.p1), lookup(statusP2, h.p2)
	case card.InsGetIdentity:
		return "", lookup(identityP2, h.p2)
	case card.InsIncrease:
		if sfi := h.sfi(); sfi != 0 {
			return texts.Say("trace.p.sfi", "sfi", sfi), ""
		}
	case card.InsRetrieveData, card.InsSetData:
		block := lookup(blockP2, h.p2)
		if sfi := h.sfi(); sfi != 0 {
			block = texts.Say("trace.p.sfi", "sfi", sfi) + ", " + block
		}
		return "", block
	}
	return "", ""
}

// gsmParams knows the parameters of 3GPP TS 51.011 clause 9.2.
func (h header) gsmParams() (p1, p2 string) {
	switch h.ins {
	case card.InsVerify, card.InsChangePIN, card.InsDisablePIN, card.InsEnablePIN, card.InsUnblockPIN:
		return "", PINName(h.cla, h.p2, h.ins == card.InsUnblockPIN)
	case card.InsReadBinary, card.InsUpdateBinary, card.InsReadRecord, card.InsUpdateRecord:
		return h.fileParams()
	case card.InsSearchRecord:
		mode, kind := lookup(seekMode, h.p2), lookup(seekType, h.p2)
		if mode != "" && kind != "" {
			return "", mode + ", " + kind
		}
	}
	return "", ""
}

// fileParams explains the parameters of reading, writing and searching.
func (h header) fileParams() (p1, p2 string) {
	switch h.ins {
	case card.InsReadBinary, card.InsUpdateBinary:
		sfi, off := h.offset()
		if sfi != 0 {
			return texts.Say("trace.p.sfi", "sfi", sfi), texts.Say("trace.p.offset", "off", off)
		}
		return texts.Say("trace.p.offset", "off", off), ""
	case card.InsReadRecord, card.InsUpdateRecord:
		return h.record(), h.mode(recordMode)
	case card.InsSearchRecord:
		return h.record(), h.mode(searchMode)
	}
	return "", ""
}

// offset is the byte of a transparent file that READ and UPDATE BINARY begin
// at, and the short file identifier where one is given (TS 102 221 clause
// 11.1.3).
func (h header) offset() (sfi byte, off int) {
	if h.p1&0x80 != 0 && h.group() != "gsm" {
		return h.p1 & 0x1F, int(h.p2)
	}
	return 0, int(h.p1)<<8 | int(h.p2)
}

func (h header) record() string {
	if h.p1 == 0 {
		return texts.Say("trace.p.record.current")
	}
	return texts.Say("trace.p.record", "n", h.p1)
}

func (h header) mode(t []paramText) string {
	s := lookup(t, h.p2)
	if sfi := h.p2 >> 3; sfi != 0 && h.group() != "gsm" {
		return texts.Say("trace.p.sfi", "sfi", sfi) + ", " + s
	}
	return s
}

func channelNumber(h header) string {
	if h.p1 == 0 && h.p2 == 0 {
		return texts.Say("trace.p.channel.any")
	}
	return texts.Say("trace.p.channel.number", "n", h.p2)
}
