package fs

import (
	"fmt"

	"simscope/card"
)

// GSMHeader holds what only a 2G card says of a file (3GPP TS 51.011 clause
// 9.2.1).
type GSMHeader struct {
	// Access holds the six nibbles of an EF: read, update, increase, RFU,
	// rehabilitate, invalidate (clause 9.3).
	Access [6]byte `json:"access"`
	// ReadableWhenInvalid: the EF can be read and updated while invalidated.
	ReadableWhenInvalid bool `json:"readableWhenInvalid,omitempty"`
	// IncreaseAllowed: INCREASE is permitted on this cyclic EF.
	IncreaseAllowed bool `json:"increaseAllowed,omitempty"`
	// Of a directory:
	DFs  int             `json:"dfs,omitempty"`
	EFs  int             `json:"efs,omitempty"`
	CHVs int             `json:"chvs,omitempty"`
	CHV  *card.GSMStatus `json:"chv,omitempty"`
}

// ParseGSM reads a 2G header. Like ParseFCP it never fails.
func ParseGSM(b []byte) FCP {
	f := FCP{Raw: append([]byte(nil), b...), GSM: true, GSMInfo: &GSMHeader{}}
	if len(b) < 7 {
		f.flag("header_short", "length", len(b))
		return f
	}
	f.FID, f.HasFID = card.FID(b[4])<<8|card.FID(b[5]), true
	switch b[6] {
	case 0x01:
		f.Structure = StructureMF
		f.parseGSMDir(b)
	case 0x02:
		f.Structure = StructureDF
		f.parseGSMDir(b)
	case 0x04:
		f.parseGSMFile(b)
	default:
		f.flag("descriptor", "byte", fmt.Sprintf("%02X", b[6]))
	}
	return f
}

func (f *FCP) parseGSMDir(b []byte) {
	if len(b) < 22 {
		f.flag("header_short", "length", len(b))
	}
	at := func(i int) byte { // bytes are numbered from 1, as in the specification
		if i > len(b) {
			return 0
		}
		return b[i-1]
	}
	g := f.GSMInfo
	g.DFs, g.EFs, g.CHVs = int(at(15)), int(at(16)), int(at(17))
	if st, ok := card.ParseGSMStatus(b); ok {
		g.CHV = &st
	}
}

func (f *FCP) parseGSMFile(b []byte) {
	if len(b) < 14 {
		f.flag("header_short", "length", len(b))
		return
	}
	g := f.GSMInfo
	f.Size = int(b[2])<<8 | int(b[3])
	g.IncreaseAllowed = b[7]&0x40 != 0
	for i := range g.Access {
		g.Access[i] = b[8+i/2] >> (4 - 4*(i%2)) & 0x0F
	}
	f.LifeCycle = LifeDeactivated
	if b[11]&0x01 != 0 {
		f.LifeCycle = LifeActivated
	}
	g.ReadableWhenInvalid = b[11]&0x04 != 0
	switch b[13] {
	case 0:
		f.Structure = Transparent
		return
	case 1:
		f.Structure = LinearFixed
	case 3:
		f.Structure = Cyclic
	default:
		f.flag("descriptor", "byte", fmt.Sprintf("%02X", b[13]))
		return
	}
	if len(b) < 15 {
		f.flag("header_short", "length", len(b))
		return
	}
	f.RecordLen = int(b[14])
	f.settleRecords(true)
}
