package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"simscope/card/virtual"
)

// The encodings below are the ones of the specifications, written for the
// contents of the images and nothing else: input that they cannot write is a
// mistake in this program and panics.

// gsm7 is the default alphabet of 3GPP TS 23.038 clause 6.2.1 as far as the
// images use it, by code.
var gsm7 = func() map[rune]byte {
	m := map[rune]byte{'@': 0x00, '£': 0x01, '$': 0x02, '¥': 0x03, 'è': 0x04, 'é': 0x05, '\n': 0x0A, '_': 0x11, 'ä': 0x7B, 'ö': 0x7C, 'ñ': 0x7D, 'ü': 0x7E, 'à': 0x7F}
	for r := ' '; r <= 'z'; r++ {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= ' ' && r <= '?' && r != '$'
		if plain {
			m[r] = byte(r)
		}
	}
	return m
}()

func septets(s string) []byte {
	var out []byte
	for _, r := range s {
		c, ok := gsm7[r]
		if !ok {
			panic(fmt.Sprintf("%q is not in the GSM alphabet", r))
		}
		out = append(out, c)
	}
	return out
}

func ucs2(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

// coding is how an alpha identifier is written (ETSI TS 102 221 annex A).
type coding int

const (
	codingGSM coding = iota
	coding80
	coding81
	coding82
)

// alpha writes an alpha identifier of n bytes.
func alpha(s string, c coding, n int) []byte {
	var b []byte
	switch c {
	case codingGSM:
		b = septets(s)
	case coding80:
		b = append([]byte{0x80}, ucs2(s)...)
	case coding81:
		b = based(s, 7)
	case coding82:
		b = based(s, 16)
	}
	return pad(b, n)
}

// based writes the codings 81 (pointer of 8 bits, shifted by 7) and 82
// (pointer of 16 bits).
func based(s string, pointer int) []byte {
	var first rune = -1
	for _, r := range s {
		if r >= 0x80 && (first < 0 || r < first) {
			first = r
		}
	}
	base := first &^ 0x7F
	runes := []rune(s)
	head := []byte{0x81, byte(len(runes)), byte(base >> 7)}
	if pointer == 16 {
		head = []byte{0x82, byte(len(runes)), byte(base >> 8), byte(base)}
	}
	for _, r := range runes {
		switch {
		case r >= base && r < base+0x80:
			head = append(head, 0x80|byte(r-base))
		case r < 0x80:
			head = append(head, septets(string(r))...)
		default:
			panic(fmt.Sprintf("%q is too far from the pointer", r))
		}
	}
	return head
}

func pad(b []byte, n int) []byte {
	if len(b) > n {
		panic(fmt.Sprintf("%d bytes do not fit %d", len(b), n))
	}
	return append(slices.Clone(b), fill(n-len(b))...)
}

func fill(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 0xFF
	}
	return b
}

// bcd writes digits with swapped nibbles; A to F are * # a b c of extended
// BCD, "p" is the pause.
func bcd(digits string) []byte {
	digits = strings.NewReplacer("*", "a", "#", "b", "p", "c", " ", "").Replace(digits)
	if len(digits)%2 != 0 {
		digits += "f"
	}
	out := make([]byte, len(digits)/2)
	for i := range out {
		out[i] = nibble(digits[2*i]) | nibble(digits[2*i+1])<<4
	}
	return out
}

func nibble(c byte) byte {
	i := strings.IndexByte("0123456789abcdef", c)
	if i < 0 {
		panic(fmt.Sprintf("%q is no digit", c))
	}
	return byte(i)
}

// toa is the type of number: 91 with a plus sign in front, 81 otherwise.
func toa(number string) (byte, string) {
	number = strings.ReplaceAll(number, " ", "")
	if rest, ok := strings.CutPrefix(number, "+"); ok {
		return 0x91, rest
	}
	return 0x81, number
}

// dialling is the last 14 bytes of a record of EF.ADN and its kin (3GPP
// TS 51.011 clause 10.5.1); digits beyond 20 go to record ext of the
// extension file.
func dialling(number string, ext byte) []byte {
	t, digits := toa(number)
	digits = digits[:min(20, len(digits))]
	b := bcd(digits)
	out := append([]byte{byte(len(b) + 1), t}, pad(b, 10)...)
	return append(out, 0xFF, ext)
}

// imsi writes an IMSI (3GPP TS 31.102 clause 4.2.2).
func imsi(digits string) []byte {
	b := bcd("9" + digits) // odd number of digits, type IMSI
	return append([]byte{byte(len(b))}, b...)
}

// iccid completes 19 digits with the Luhn check digit and writes them.
func iccid(digits string) []byte { return bcd(digits + luhn(digits)) }

func luhn(digits string) string {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return fmt.Sprint((10 - sum%10) % 10)
}

// plmn writes a network code (3GPP TS 24.008 clause 10.5.1.13).
func plmn(mcc, mnc string) []byte {
	if len(mnc) == 2 {
		mnc += "f"
	}
	return bcd(mcc[:2] + mcc[2:] + mnc[2:] + mnc[:2])
}

// services sets the bits of a service table, service 1 first.
func services(n int, on ...int) []byte {
	b := make([]byte, n)
	for _, s := range on {
		b[(s-1)/8] |= 1 << ((s - 1) % 8)
	}
	return b
}

// sst sets both bits, allocated and activated, of a 2G service table.
func sst(n int, on ...int) []byte {
	b := make([]byte, n)
	for _, s := range on {
		b[(s-1)/4] |= 3 << (2 * ((s - 1) % 4))
	}
	return b
}

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

// records drops erased records at the end too.
func records(rs ...[]byte) []virtual.Hex {
	var out []virtual.Hex
	for _, r := range rs {
		out = append(out, trim(r))
	}
	for len(out) > 0 && len(out[len(out)-1]) == 0 {
		out = out[:len(out)-1]
	}
	return out
}

// trim drops the FF bytes at the end, which the image format adds again.
func trim(b []byte) virtual.Hex {
	for len(b) > 0 && b[len(b)-1] == 0xFF {
		b = b[:len(b)-1]
	}
	return slices.Clone(b)
}
