package cardtest

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"

	"simscope/card"
)

// File is a file of a Files card. Info is its description in hex; Read, if not
// empty, is the status word that refuses to read it.
type File struct {
	Info, Body string
	Records    []string
	Read       string
}

// Files is a card of few files for tests of what is said about a card: class
// 00, SELECT by identifier of a file below the current directory, by path and
// by a whole AID; everything else is refused as not supported. Paths are hex
// identifiers with strokes, of an application its AID before them: "3F00/2FE2",
// "A000…/6F07".
type Files struct {
	Files map[string]File
	// VERIFY without data, by key reference.
	Tries map[byte]string
	NoMF  string // the answer to other SELECTs than by AID, where there is no MF
}

// Answer is the card's, for NewFunc. Data is given at once, as on T=1; the
// answer may be asked for with GET RESPONSE on T=0.
func (f Files) Answer(t0 bool) Answer {
	at := "3F00" // current directory
	cur, app := "", ""
	var pending []byte
	give := func(data string) []byte {
		b := Hex(data)
		if t0 && len(b) > 0 {
			pending = b
			return []byte{0x61, byte(len(b))}
		}
		return append(b, 0x90, 0x00)
	}
	return func(apdu []byte) ([]byte, error) {
		c, err := card.ParseCommand(apdu)
		if err != nil {
			return Hex("6700"), nil
		}
		file, has := f.Files[cur]
		switch {
		case c.CLA != 0:
			return Hex("6E00"), nil
		case c.INS == card.InsGetResponse:
			return append(bytes.Clone(pending), 0x90, 0x00), nil
		case c.INS == card.InsSelect:
			p, ok := f.find(c, at, app)
			if !ok {
				if f.NoMF != "" && c.P1 != 0x04 {
					return Hex(f.NoMF), nil
				}
				return Hex("6A82"), nil
			}
			if c.P1 == 0x04 {
				app = p
			}
			if cur = p; f.isDir(p) {
				at = p
			} else {
				at = p[:strings.LastIndexByte(p, '/')]
			}
			return give(f.Files[p].Info), nil
		case c.INS == card.InsVerify && len(c.Data) == 0:
			if sw := f.Tries[c.P2]; sw != "" {
				return Hex(sw), nil
			}
			return Hex("6A88"), nil
		case !has || c.INS != card.InsReadBinary && c.INS != card.InsReadRecord:
			return Hex("6D00"), nil
		case file.Read != "":
			return Hex(file.Read), nil
		case c.INS == card.InsReadBinary:
			b := Hex(file.Body)
			return append(b[min(len(b), int(c.P1)<<8|int(c.P2)):], 0x90, 0x00), nil
		case c.P1 == 0 || int(c.P1) > len(file.Records):
			return Hex("6A83"), nil
		}
		return Hex(file.Records[c.P1-1] + "9000"), nil
	}
}

// isDir reports whether other files lie below p, or p is a root.
func (f Files) isDir(p string) bool {
	if !strings.Contains(p, "/") {
		return true
	}
	for q := range f.Files {
		if strings.HasPrefix(q, p+"/") {
			return true
		}
	}
	return false
}

func (f Files) find(c card.Command, at, app string) (string, bool) {
	id := strings.ToUpper(hex.EncodeToString(c.Data))
	switch {
	case c.P1 == 0x04:
		at = id
	case c.P1 == 0x00 && id == "3F00":
		at = id
	case c.P1 == 0x00 && id == "7FFF" && app != "":
		at = app
	case c.P1 == 0x00:
		at += "/" + id
	case c.P1 == 0x08:
		at = "3F00"
		if strings.HasPrefix(id, "7FFF") {
			at, id = app, id[4:]
		}
		for ; len(id) >= 4; id = id[4:] {
			at += "/" + id[:4]
		}
	}
	_, ok := f.Files[at]
	return at, ok
}

// Provider offers one reader, "Reader", with the card that Answer makes anew
// each time it is opened.
type Provider struct {
	T      TB
	ATR    []byte
	T1     bool
	Answer func() Answer
}

// Reader is the one of a Provider.
func (p *Provider) Reader() card.Reader {
	return card.Reader{ID: card.ReaderID{Provider: p.Name(), Name: "Reader"}, State: card.ReaderPresent, ATR: p.ATR}
}

// Name implements card.Provider.
func (p *Provider) Name() string { return "test" }

// List implements card.Provider.
func (p *Provider) List(context.Context) ([]card.Reader, error) {
	return []card.Reader{p.Reader()}, nil
}

// Watch implements card.Provider.
func (p *Provider) Watch(ctx context.Context, _ func(card.Update)) { <-ctx.Done() }

// Open implements card.Provider.
func (p *Provider) Open(context.Context, card.ReaderID, card.OpenOptions) (card.Transport, error) {
	c := NewFunc(p.T, p.Answer())
	c.SetInfo(func(i *card.Info) {
		if len(p.ATR) > 0 {
			i.ATR = p.ATR
		}
		if p.T1 {
			i.Protocol = card.ProtocolT1
		}
	})
	return c, nil
}

// Cards that are no SIM in use, as they are met.

// ISDR is the AID of an eUICC's root.
const ISDR = "A0000005591010FFFFFFFF8900000100"

// EmptyChip is an eUICC on which no profile is enabled: an MF with an ICCID of
// FF and a PIN that is off, and ISD-R.
func EmptyChip() Files {
	return Files{
		Files: map[string]File{
			"3F00":      {Info: "6213 82027821 83023F00 8A0105 C606900100830101"},
			"3F00/2FE2": {Info: "620F 82024121 83022FE2 8A0105 8002000A", Body: "FFFFFFFFFFFFFFFFFFFF"},
			ISDR:        {Info: "6F12 8410" + ISDR},
		},
		Tries: map[byte]string{0x01: "63C3"},
	}
}

// BareChip is an EmptyChip without an MF.
func BareChip() Files {
	f := EmptyChip()
	return Files{NoMF: "6A82", Files: map[string]File{ISDR: f.Files[ISDR]}}
}

// PlainFiles is a smart card of ISO/IEC 7816-4 with an MF and nothing known.
func PlainFiles() Files {
	return Files{Files: map[string]File{"3F00": {Info: "620A 83023F00 8A0105 820138"}}}
}

// Passport is PlainFiles with an application that EF.DIR does not list.
func Passport() Files {
	f := PlainFiles()
	f.Files["A0000002471001"] = File{Info: "6F09 8407 A0000002471001"}
	return f
}

// Token is a card of applications without an MF.
func Token() Files {
	return Files{NoMF: "6A82", Files: map[string]File{"D27600012401": {}, "A000000308000010000100": {Info: "6100"}}}
}
