package card

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// FID is a file identifier of two bytes.
type FID uint16

// File identifiers every card shares (ETSI TS 102 221 clause 8.6).
const (
	FIDMF    FID = 0x3F00
	FIDADF   FID = 0x7FFF // the current application
	FIDDir   FID = 0x2F00
	FIDICCID FID = 0x2FE2
	FIDGSM   FID = 0x7F20
)

func (f FID) String() string { return fmt.Sprintf("%04X", uint16(f)) }

// AID is an application identifier, 5 to 16 bytes, kept as raw bytes so that
// it can be compared and used as a key.
type AID string

// ErrAID says that text is no application identifier.
var ErrAID = errors.New("not an application identifier (5 to 16 bytes in hex)")

// ParseAID reads an AID from hex.
func ParseAID(s string) (AID, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil || len(b) < 5 || len(b) > 16 {
		return "", ErrAID
	}
	return AID(b), nil
}

func (a AID) String() string { return strings.ToUpper(hex.EncodeToString([]byte(a))) }

// HasPrefix reports whether the AID begins with p; a partial AID selects that
// way (ETSI TS 102 221 clause 11.1.1.2).
func (a AID) HasPrefix(p AID) bool { return strings.HasPrefix(string(a), string(p)) }

// Path names a file by the application that holds it and the FIDs below that.
// The zero Path is the MF. Paths are values: they can be compared and used as
// keys.
type Path struct {
	App  AID    // empty: below the MF
	fids string // two bytes for each FID, without 3F00 or 7FFF
}

// PathOf builds a path from an application (empty for the MF) and FIDs. A
// leading 3F00 or 7FFF is dropped.
func PathOf(app AID, fids ...FID) Path {
	p := Path{App: app}
	for i, f := range fids {
		if i == 0 && (f == FIDMF || f == FIDADF) {
			continue
		}
		p = p.Child(f)
	}
	return p
}

// Child is the file f directly below p.
func (p Path) Child(f FID) Path {
	p.fids += string([]byte{byte(f >> 8), byte(f)})
	return p
}

// Parent is the directory that holds p; the MF and an ADF are their own
// parent.
func (p Path) Parent() Path {
	if len(p.fids) >= 2 {
		p.fids = p.fids[:len(p.fids)-2]
	}
	return p
}

// IsRoot reports whether p is the MF or an ADF itself.
func (p Path) IsRoot() bool { return p.fids == "" }

// Depth is the number of files below the MF or ADF.
func (p Path) Depth() int { return len(p.fids) / 2 }

// FIDs lists the identifiers below the MF or ADF.
func (p Path) FIDs() []FID {
	out := make([]FID, 0, p.Depth())
	for i := 0; i < len(p.fids); i += 2 {
		out = append(out, FID(p.fids[i])<<8|FID(p.fids[i+1]))
	}
	return out
}

// Last is the file's own identifier: 3F00 for the MF, 7FFF for an ADF.
func (p Path) Last() FID {
	if f := p.FIDs(); len(f) > 0 {
		return f[len(f)-1]
	}
	if p.App != "" {
		return FIDADF
	}
	return FIDMF
}

// Within reports whether p is dir or lies below it.
func (p Path) Within(dir Path) bool {
	return p.App == dir.App && strings.HasPrefix(p.fids, dir.fids)
}

// String writes the path as FIDs, "3F00/7F10/6F3A", an application by its
// AID, "A0000000871002/6F07".
func (p Path) String() string {
	var b strings.Builder
	if p.App != "" {
		b.WriteString(p.App.String())
	} else {
		b.WriteString("3F00")
	}
	for _, f := range p.FIDs() {
		b.WriteString("/" + f.String())
	}
	return b.String()
}

// MarshalText writes the path as String does.
func (p Path) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// ErrPath says that text is no path.
var ErrPath = errors.New("not a path of file identifiers")

// UnmarshalText reads what MarshalText wrote.
func (p *Path) UnmarshalText(b []byte) error {
	parts := strings.Split(string(b), "/")
	var out Path
	if head := strings.ToUpper(parts[0]); head != "3F00" {
		aid, err := ParseAID(head)
		if err != nil {
			return fmt.Errorf("%q: %w", head, ErrPath)
		}
		out.App = aid
	}
	for _, s := range parts[1:] {
		f, err := ParseFID(s)
		if err != nil {
			return err
		}
		out = out.Child(f)
	}
	*p = out
	return nil
}

// ParseFID reads a file identifier of four hex digits.
func ParseFID(s string) (FID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 2 {
		return 0, fmt.Errorf("%q: %w", s, ErrPath)
	}
	return FID(b[0])<<8 | FID(b[1]), nil
}
