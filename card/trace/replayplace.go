package trace

import (
	"simscope/card"
	"simscope/card/tlv"
)

// This file knows where a command leads and what its answer depends on.

// scope is how much of the place a command depends on.
type scope int

const (
	scopeNone   scope = iota
	scopeActive       // the active application
	scopeApp          // the application, or MF, that holds the current directory
	scopeDir
	scopeFile
)

func scopeOf(h header, data []byte) scope {
	switch h.group() {
	case "vendor":
		return scopeApp
	case "prop":
		switch h.ins {
		case card.InsStatus:
			return scopeDir
		case card.InsRetrieveData, card.InsSetData, card.InsIncrease:
			if h.bySFI() {
				return scopeDir
			}
			return scopeFile
		case 0xD4:
			return scopeFile
		case card.InsTerminalProfile, card.InsFetch, card.InsTerminalResp, card.InsEnvelope, card.InsTerminalCap:
			return scopeNone
		}
		return scopeApp
	}
	switch h.ins {
	case card.InsSelect:
		return selectScope(h, data)
	case card.InsReadBinary, card.InsUpdateBinary, card.InsReadRecord, card.InsUpdateRecord, card.InsSearchRecord:
		if h.bySFI() {
			return scopeDir
		}
		return scopeFile
	case card.InsActivate, card.InsDeactivate, card.InsIncrease:
		return scopeFile
	case card.InsStatus:
		return scopeDir
	case card.InsManageChannel, card.InsGetChallenge:
		return scopeNone
	case card.InsAuthenticate:
		if h.group() == "gsm" {
			return scopeDir
		}
	}
	return scopeApp
}

func selectScope(h header, data []byte) scope {
	first := fidAt(data, 0)
	switch {
	case h.p1 == 0x04, h.p1 == 0x00 && first == card.FIDMF, h.p1 == 0x08 && first != card.FIDADF:
		return scopeNone
	case (h.p1 == 0x00 || h.p1 == 0x08) && first == card.FIDADF:
		return scopeActive
	}
	return scopeDir
}

// bySFI reports whether a file command names its file by a short identifier.
func (h header) bySFI() bool { return h.sfi() != 0 }

// sfi is the short file identifier in a file command's parameters, 0 when
// there is none (ETSI TS 102 221 clause 11).
func (h header) sfi() byte {
	switch h.group() {
	case "iso":
		switch h.ins {
		case card.InsReadBinary, card.InsUpdateBinary:
			return h.sfiInP1()
		case card.InsReadRecord, card.InsUpdateRecord, card.InsSearchRecord:
			return h.p2 >> 3
		}
	case "prop":
		switch h.ins {
		case card.InsIncrease:
			return h.sfiInP1()
		case card.InsRetrieveData, card.InsSetData:
			return h.p2 & 0x1F
		}
	}
	return 0
}

func (h header) sfiInP1() byte {
	if h.p1&0x80 == 0 {
		return 0
	}
	return h.p1 & 0x1F
}

func fidAt(data []byte, off int) card.FID {
	if off < 0 || off+2 > len(data) {
		return 0
	}
	return card.FID(data[off])<<8 | card.FID(data[off+1])
}

// target is the file a SELECT leads to: as the session says, where that fits
// the command, else by the rules of ETSI TS 102 221 clause 8.4.
func target(h header, data []byte, here place, e card.Exchange) card.Path {
	last := fidAt(data, len(data)-2)
	if e.HasFile && (h.p1 == 0x03 || h.p1 == 0x04 || e.File.Last() == last) {
		return e.File
	}
	app := card.Path{App: here.app}
	switch h.p1 {
	case 0x03:
		return here.dir.Parent()
	case 0x04:
		return card.Path{App: card.AID(data)}
	case 0x08:
		if fidAt(data, 0) == card.FIDADF {
			return below(app, data[2:])
		}
		if fidAt(data, 0) == card.FIDMF {
			data = data[2:]
		}
		return below(card.Path{}, data)
	case 0x09:
		return below(here.dir, data)
	}
	switch {
	case last == card.FIDMF:
		return card.Path{}
	case last == card.FIDADF:
		return app
	}
	return byFID(here.dir, last)
}

func below(p card.Path, data []byte) card.Path {
	for i := 0; i+2 <= len(data) && i < 2*maxRowDepth; i += 2 {
		p = p.Child(fidAt(data, i))
	}
	return p
}

// byFID resolves an identifier alone. The current directory, its parent and
// its siblings can be meant besides its children; by custom 7Fxx are
// directories of the first level and 5Fxx of the second (3GPP TS 51.011
// clause 6.2).
func byFID(dir card.Path, fid card.FID) card.Path {
	for p := dir; ; p = p.Parent() {
		if p.Last() == fid {
			return p
		}
		if p.IsRoot() || p == dir.Parent() {
			break
		}
	}
	switch own := dir.Last() >> 8; {
	case dir.IsRoot():
	case fid>>8 == 0x7F && (own == 0x7F || own == 0x5F):
		return card.Path{App: dir.App}.Child(fid)
	case fid>>8 == 0x5F && own == 0x5F:
		return dir.Parent().Child(fid)
	}
	return dir.Child(fid)
}

// placeOf is the place after p was selected with that response.
func placeOf(p card.Path, response []byte) place {
	dir, known := isDir(response)
	if !known {
		switch p.Last() >> 8 {
		case 0x3F, 0x5F, 0x7F:
			dir = true
		}
	}
	if dir || p.IsRoot() {
		return place{p.App, p, p}
	}
	return place{p.App, p.Parent(), p}
}

// isDir reads from an FCP or a 2G header whether it is a directory's.
func isDir(response []byte) (dir, known bool) {
	if len(response) >= 14 && response[0] == 0 {
		return response[6] != gsmTypeEF, response[6] == 1 || response[6] == 2 || response[6] == gsmTypeEF
	}
	if !looksTLV(response) {
		return false, false
	}
	nodes, err := tlv.Parse(response)
	if err != nil {
		return false, false
	}
	d, ok := tlv.Find(nodes[0].Children, 0x82)
	if !ok || len(d.Value) == 0 {
		return false, false
	}
	return d.Value[0]&0xBF == 0x38, true
}
