// Package scp80 is the secured packet of remote administration over short
// messages: its structure and security (ETSI TS 102 225), how it lies in
// short messages and in ENVELOPE (3GPP TS 31.115, TS 31.111), and the scripts
// it carries (ETSI TS 102 226).
//
// It knows bytes only: no card, no input or output. Ciphers are the standard
// library's.
package scp80

import "fmt"

// Check is how a packet is protected against change (TS 102 225 clause 5.1.1).
type Check byte

// The kinds of checks.
const (
	NoCheck Check = iota
	RC            // redundancy check, no key
	CC            // cryptographic checksum
	DS            // digital signature; no algorithm is specified
)

func (c Check) String() string {
	return [...]string{"none", "RC", "CC", "DS"}[c&3]
}

// CounterMode is how the receiver treats the counter.
type CounterMode byte

// The modes.
const (
	NoCounter      CounterMode = iota // not there, the field is zero
	CounterIgnored                    // there, not compared
	CounterHigher                     // higher than the last
	CounterNext                       // one more than the last
)

func (m CounterMode) String() string {
	return [...]string{"no counter", "counter not checked", "counter higher", "counter one higher"}[m&3]
}

// PoR says when the receiver answers with a proof of receipt.
type PoR byte

// The values; 3 is reserved.
const (
	NoPoR PoR = iota
	AlwaysPoR
	ErrorPoR
)

func (p PoR) String() string {
	return [...]string{"no proof of receipt", "proof of receipt", "proof of receipt on errors", "reserved"}[p&3]
}

// SPI is the security parameter indicator, two bytes, as it stands in the
// packet (TS 102 225 clause 5.1.1). Bits that have no meaning are kept.
type SPI [2]byte

// Security says in parts what an SPI says in bits.
type Security struct {
	Check       Check
	Ciphered    bool
	Counter     CounterMode
	PoR         PoR
	PoRCheck    Check
	PoRCiphered bool
	PoRSubmit   bool // by SMS-SUBMIT, not in the answer of ENVELOPE
}

// SPI writes the parts as bits.
func (s Security) SPI() SPI {
	return SPI{
		byte(s.Check&3) | bit(s.Ciphered, 0x04) | byte(s.Counter&3)<<3,
		byte(s.PoR&3) | byte(s.PoRCheck&3)<<2 | bit(s.PoRCiphered, 0x10) | bit(s.PoRSubmit, 0x20),
	}
}

func bit(on bool, b byte) byte {
	if on {
		return b
	}
	return 0
}

// Security reads the bits.
func (s SPI) Security() Security {
	return Security{
		Check: Check(s[0] & 3), Ciphered: s[0]&0x04 != 0, Counter: CounterMode(s[0] >> 3 & 3),
		PoR: PoR(s[1] & 3), PoRCheck: Check(s[1] >> 2 & 3), PoRCiphered: s[1]&0x10 != 0, PoRSubmit: s[1]&0x20 != 0,
	}
}

// TAR is the toolkit application reference: to whom a packet goes. ETSI
// TS 101 220 annex D assigns them.
type TAR [3]byte

// TARs that are assigned to all cards.
var (
	TARRAM     = TAR{0x00, 0x00, 0x00} // the issuer security domain
	TARRFMUICC = TAR{0xB0, 0x00, 0x00} // files of the UICC, B00000 to B0000F
	TARRFMUSIM = TAR{0xB0, 0x00, 0x10} // files of a USIM, B00010 to B0001F
)

func (t TAR) String() string { return fmt.Sprintf("%X", t[:]) }

// Algorithm is what KIc or KID ask for.
type Algorithm byte

// The algorithms. Implicit and Proprietary cannot be computed from the packet
// alone.
const (
	Implicit Algorithm = iota
	DESCBC
	DESECB
	TripleDES2
	TripleDES3
	AES // in KIc CBC, in KID CMAC
	CRC16
	CRC32
	Proprietary
	Reserved
)

var algorithmNames = [...]string{
	"implicit", "DES CBC", "DES ECB", "3DES, 2 keys", "3DES, 3 keys", "AES", "CRC 16", "CRC 32", "proprietary", "reserved",
}

func (a Algorithm) String() string {
	if int(a) < len(algorithmNames) {
		return algorithmNames[a]
	}
	return "reserved"
}

// nibbles are the low four bits of KIc and of KID for a CC (TS 102 225 clauses
// 5.1.2 and 5.1.3.1).
var nibbles = map[byte]Algorithm{
	0x1: DESCBC, 0x5: TripleDES2, 0x9: TripleDES3, 0xD: DESECB, 0x2: AES,
}

// Cipher is the algorithm that KIc names.
func Cipher(kic byte) Algorithm { return algorithm(kic, nibbles) }

// Checksum is the algorithm that KID names for a kind of check.
func Checksum(c Check, kid byte) Algorithm {
	switch c {
	case RC:
		return algorithm(kid, map[byte]Algorithm{0x1: CRC16, 0x5: CRC32})
	case CC:
		if a := algorithm(kid, nibbles); a != DESECB {
			return a
		}
	}
	return Reserved
}

func algorithm(b byte, table map[byte]Algorithm) Algorithm {
	switch b & 3 {
	case 0:
		return Implicit
	case 3:
		return Proprietary
	}
	if a, ok := table[b&0x0F]; ok {
		return a
	}
	return Reserved
}

// KeyIndicator is KIc or KID for an algorithm and the version of a key set,
// 0 to 15. Algorithms that have no code give that of Implicit.
func KeyIndicator(a Algorithm, version int) byte {
	low := byte(0)
	for code, x := range nibbles {
		if x == a {
			low = code
		}
	}
	switch a {
	case CRC16:
		low = 0x1
	case CRC32:
		low = 0x5
	case Proprietary:
		low = 0x3
	}
	return byte(version)<<4 | low
}

// KeyVersion is the version of the key set that KIc or KID names.
func KeyVersion(b byte) int { return int(b >> 4) }
