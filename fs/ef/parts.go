package ef

import (
	"encoding/hex"
	"errors"
	"slices"

	"simscope/card/safe"
	"simscope/texts"
)

// KeyBytes is a key of a file. It is masked wherever it is printed, in JSON
// too; from JSON it is read as hex, so that a key can be written but not seen.
type KeyBytes struct{ safe.Secret }

// newKey copies b.
func newKey(b []byte) KeyBytes { return KeyBytes{safe.NewSecret(slices.Clone(b))} }

// UnmarshalText reads hex. The mask itself is no key.
func (k *KeyBytes) UnmarshalText(b []byte) error {
	out := make([]byte, hex.DecodedLen(len(b)))
	if _, err := hex.Decode(out, b); err != nil {
		return errors.New(texts.Say("ef.refuse.json.key")) // not what was typed: it may be most of a key
	}
	k.Secret = safe.NewSecret(out)
	return nil
}

// appendKey writes a key of exactly n bytes behind dst.
func appendKey(dst []byte, k KeyBytes, n int, what string) ([]byte, error) {
	if k.Len() != n {
		return nil, refuse("length", "what", what, "need", n)
	}
	k.Use(func(b []byte) { dst = append(dst, b...) })
	return dst, nil
}

// exactly flags a file that is shorter or longer than its specification says;
// it reports whether n bytes are there.
func (b *builder) exactly(data []byte, n int) bool {
	if len(data) > n {
		b.flag("length.over", n, len(data)-n, "have", len(data), "need", n)
	}
	return b.expect(data, n)
}

// sized refuses a size that is not n bytes.
func sized(size, n int) error {
	if size != n {
		return refuse("size", "need", n, "limit", size)
	}
	return nil
}

// bitNames lists the names of the bits that are set, lowest first.
func bitNames(c byte, names []string) []string {
	out := []string{}
	for i, name := range names {
		if c&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// bitsOf is the inverse of bitNames; what names the list in the refusal.
func bitsOf(list, names []string, what string) (byte, error) {
	var c byte
	for _, s := range list {
		i := slices.Index(names, s)
		if i < 0 {
			return 0, refuse("list.name", "name", s, "what", what)
		}
		c |= 1 << i
	}
	return c, nil
}

// trimFF is b without the filler at its end.
func trimFF(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0xFF {
		b = b[:len(b)-1]
	}
	return b
}

// alphaBytes writes text as an alpha identifier of just the bytes it needs,
// for fields that have a length of one byte.
func alphaBytes(text string) ([]byte, error) {
	const most = 255
	b := shortestAlpha(text)
	if len(b) > most {
		return nil, refuse("alpha", "need", len(b), "limit", most)
	}
	return b, nil
}

// uint24 is a number of three bytes.
func uint24(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }

const maxUint24 = 1<<24 - 1

func appendUint24(dst []byte, n int) []byte { return append(dst, byte(n>>16), byte(n>>8), byte(n)) }

// inRange refuses n outside 0 to limit.
func inRange(what string, n, limit int) error {
	if n < 0 || n > limit {
		return refuse("number.range", "what", what, "n", n, "limit", limit)
	}
	return nil
}

// fieldLabel is the label of a field that is named by a variable.
func fieldLabel(id string) string { return texts.Say("ef.field." + id) }
