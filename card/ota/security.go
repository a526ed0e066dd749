package ota

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"simscope/card/safe"
	"simscope/crypto/scp80"
)

// spiWord is one choice of the security parameters.
type spiWord struct {
	word  string
	group string // of one group only one may be chosen
	set   func(*scp80.Security)
}

var spiWords = []spiWord{
	{"no-check", "check", func(s *scp80.Security) { s.Check = scp80.NoCheck }},
	{"rc", "check", func(s *scp80.Security) { s.Check = scp80.RC }},
	{"cc", "check", func(s *scp80.Security) { s.Check = scp80.CC }},
	{"cipher", "cipher", func(s *scp80.Security) { s.Ciphered = true }},
	{"no-counter", "counter", func(s *scp80.Security) { s.Counter = scp80.NoCounter }},
	{"counter-ignored", "counter", func(s *scp80.Security) { s.Counter = scp80.CounterIgnored }},
	{"counter-higher", "counter", func(s *scp80.Security) { s.Counter = scp80.CounterHigher }},
	{"counter-next", "counter", func(s *scp80.Security) { s.Counter = scp80.CounterNext }},
	{"no-por", "por", func(s *scp80.Security) { s.PoR = scp80.NoPoR }},
	{"por", "por", func(s *scp80.Security) { s.PoR = scp80.AlwaysPoR }},
	{"por-error", "por", func(s *scp80.Security) { s.PoR = scp80.ErrorPoR }},
	{"por-rc", "por-check", func(s *scp80.Security) { s.PoRCheck = scp80.RC }},
	{"por-cc", "por-check", func(s *scp80.Security) { s.PoRCheck = scp80.CC }},
	{"por-cipher", "por-cipher", func(s *scp80.Security) { s.PoRCiphered = true }},
	{"por-submit", "por-submit", func(s *scp80.Security) { s.PoRSubmit = true }},
}

// DefaultSPI ciphers and signs both ways and looks at the counter.
const DefaultSPI = "cc,cipher,counter-higher,por,por-cc,por-cipher"

// SPIWords lists the words that ParseSPI knows.
func SPIWords() string {
	var names []string
	for _, w := range spiWords {
		names = append(names, w.word)
	}
	return strings.Join(names, ", ")
}

// ParseSPI reads the security parameters: words with commas between them, or
// the two bytes in hex.
func ParseSPI(s string) (scp80.SPI, error) {
	if b, err := unhex("SPI", s); err == nil && len(b) == 2 {
		spi := scp80.SPI(b)
		return spi, checkSPI(spi)
	}
	var sec scp80.Security
	chosen := map[string]bool{}
	for w := range strings.SplitSeq(s, ",") {
		w = strings.ToLower(strings.TrimSpace(w))
		i := slices.IndexFunc(spiWords, func(x spiWord) bool { return x.word == w })
		switch {
		case w == "ds" || w == "por-ds":
			return scp80.SPI{}, bad("SPI", "ds")
		case i < 0:
			return scp80.SPI{}, bad("SPI", "spi", "words", SPIWords())
		case chosen[spiWords[i].group]:
			return scp80.SPI{}, bad("SPI", "spi_twice", "group", spiWords[i].group)
		}
		chosen[spiWords[i].group] = true
		spiWords[i].set(&sec)
	}
	return sec.SPI(), checkSPI(sec.SPI())
}

func checkSPI(spi scp80.SPI) error {
	sec := spi.Security()
	switch {
	case sec.Check == scp80.DS || sec.PoRCheck == scp80.DS:
		return bad("SPI", "ds")
	case sec.PoR > scp80.ErrorPoR || spi != sec.SPI():
		return bad("SPI", "spi_reserved")
	}
	return nil
}

// WordsOf writes security parameters with the words that ParseSPI reads.
func WordsOf(spi scp80.SPI) string {
	var out []string
	want := spi.Security()
	var have scp80.Security
	for _, w := range spiWords {
		one := have
		w.set(&one)
		if one != have && keeps(one, want, w.group) {
			have, out = one, append(out, w.word)
		}
	}
	if len(out) == 0 {
		return "no-check"
	}
	return strings.Join(out, ",")
}

// keeps reports whether have agrees with want in what a group sets.
func keeps(have, want scp80.Security, group string) bool {
	switch group {
	case "check":
		return have.Check == want.Check
	case "cipher":
		return have.Ciphered == want.Ciphered
	case "counter":
		return have.Counter == want.Counter
	case "por":
		return have.PoR == want.PoR
	case "por-check":
		return have.PoRCheck == want.PoRCheck
	case "por-cipher":
		return have.PoRCiphered == want.PoRCiphered
	}
	return have.PoRSubmit == want.PoRSubmit
}

// algorithms are the names of what KIc and KID can ask for.
var algorithms = []struct {
	name string
	alg  scp80.Algorithm
}{
	{"aes", scp80.AES},
	{"3des2", scp80.TripleDES2},
	{"3des3", scp80.TripleDES3},
	{"3des", scp80.TripleDES2},
	{"des", scp80.DESCBC},
	{"des-ecb", scp80.DESECB},
	{"crc16", scp80.CRC16},
	{"crc32", scp80.CRC32},
}

// AlgorithmNames lists the names of algorithms for KIc or KID.
func AlgorithmNames() string {
	var names []string
	for _, a := range algorithms {
		names = append(names, a.name)
	}
	return strings.Join(names, ", ")
}

// ParseIndicator reads KIc or KID: an algorithm and the version of the key
// set, "aes:1", or the byte in hex, "12".
func ParseIndicator(field, s string) (byte, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	name, version, ok := strings.Cut(s, ":")
	if !ok {
		b, err := unhex(field, s)
		if err != nil || len(b) != 1 {
			return 0, bad(field, "indicator", "names", AlgorithmNames())
		}
		return b[0], nil
	}
	n, err := strconv.Atoi(version)
	if err != nil || n < 0 || n > 15 {
		return 0, bad(field, "key_version")
	}
	for _, a := range algorithms {
		if a.name == name {
			return scp80.KeyIndicator(a.alg, n), nil
		}
	}
	return 0, bad(field, "indicator", "names", AlgorithmNames())
}

// IndicatorOf writes KIc or KID the way ParseIndicator reads it.
func IndicatorOf(b byte, a scp80.Algorithm) string {
	for _, x := range algorithms {
		if x.alg == a {
			return fmt.Sprintf("%s:%d", x.name, scp80.KeyVersion(b))
		}
	}
	return fmt.Sprintf("%02X", b)
}

// KeySizes are the lengths in bytes of an algorithm's keys; none for one that
// takes no key.
func KeySizes(a scp80.Algorithm) []int {
	switch a {
	case scp80.DESCBC, scp80.DESECB:
		return []int{8}
	case scp80.TripleDES2:
		return []int{16}
	case scp80.TripleDES3:
		return []int{24}
	case scp80.AES:
		return []int{16, 24, 32}
	}
	return nil
}

// Keys are those of a key set. They are the caller's to clear.
type Keys struct{ KIc, KID safe.Secret }

// Clear overwrites them.
func (k Keys) Clear() {
	k.KIc.Clear()
	k.KID.Clear()
}

// use lends the keys as the packet's code takes them.
func (k Keys) use(f func(scp80.Keys) error) (err error) {
	k.KIc.Use(func(kic []byte) {
		k.KID.Use(func(kid []byte) {
			var keys scp80.Keys
			if keys, err = scp80.NewKeys(kic, kid); err != nil {
				return
			}
			defer keys.Clear()
			err = f(keys)
		})
	})
	return err
}

// CheckKey compares the length of a key, in bytes, with its algorithm.
func CheckKey(field string, a scp80.Algorithm, n int) error {
	sizes := KeySizes(a)
	if slices.Contains(sizes, n) {
		return nil
	}
	digits := make([]string, len(sizes))
	for i, s := range sizes {
		digits[i] = strconv.Itoa(2 * s)
	}
	return bad(field, "key_size", "algorithm", a, "digits", strings.Join(digits, ", "), "n", 2*n)
}

// KeyBytes are the shortest lengths of the keys that the packet takes, 0 for
// one that it does not.
func (r Request) KeyBytes() (kic, kid int) {
	c, d := r.Needs()
	if sizes := KeySizes(scp80.Cipher(r.KIc)); c && len(sizes) > 0 {
		kic = sizes[0]
	}
	if sizes := KeySizes(scp80.Checksum(scp80.CC, r.KID)); d && len(sizes) > 0 {
		kid = sizes[0]
	}
	return kic, kid
}
