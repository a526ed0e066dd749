package trace

import (
	"cmp"
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/safe"
)

// dots stand for withheld bytes in text, stars for each one in files.
const (
	dots  = "••••"
	stars = "**"
)

// Redact returns e with every byte that its Hidden spans mark set to zero and
// the spans in order, inside their bytes and without overlap. Data of PIN
// commands and of PUT KEY and the answer to a successful AUTHENTICATE are
// withheld even where no span says so, so that a trace of other origin cannot
// bring them in. The memory of e is not written to; it is shared where
// nothing had to change.
func Redact(e card.Exchange) card.Exchange {
	floor := floorSpans(e)
	if len(e.Hidden) == 0 && len(floor) == 0 {
		return e
	}
	spans := make([]card.Span, 0, len(e.Hidden)+len(floor))
	for _, s := range e.Hidden {
		spans = append(spans, clampSpan(s, e))
	}
	spans = mergeSpans(spans)
	for _, f := range floor {
		if !covered(spans, f) {
			spans = mergeSpans(append(spans, f))
		}
	}
	e.Hidden = spans
	e.Command = blank(e.Command, e.Hidden, false)
	e.Response = blank(e.Response, e.Hidden, true)
	return e
}

// floorSpans lists what is secret by the command alone.
func floorSpans(e card.Exchange) []card.Span {
	if len(e.Command) < 4 || e.Kind == card.ExchangeReset {
		return nil
	}
	h := headerOf(e.Command)
	off := dataOffset(e.Command)
	class := card.ClassOf(h.cla)
	iso := !class.Proprietary || class.GSM
	switch {
	case iso && isPIN(h.ins) && len(e.Command) > off:
		return []card.Span{{Off: off, Len: len(e.Command) - off, Word: "PIN"}}
	case !iso && h.ins == insPutKey && len(e.Command) > off:
		return []card.Span{{Off: off, Len: len(e.Command) - off, Word: "key"}}
	case iso && h.ins == card.InsAuthenticate && len(e.Response) > 0 && e.Response[0] != tagSyncFailure:
		return []card.Span{{Response: true, Len: len(e.Response), Word: "answer"}}
	}
	return nil
}

const (
	insPutKey      = 0xD8
	tagSyncFailure = 0xDC // AUTS, which is no secret (3GPP TS 31.102 clause 7.1.2.1)
)

func isPIN(ins byte) bool {
	switch ins {
	case card.InsVerify, 0x21, card.InsChangePIN, card.InsDisablePIN, card.InsEnablePIN, card.InsUnblockPIN:
		return true
	}
	return false
}

// side is the command's or the response's bytes.
func side(e card.Exchange, response bool) []byte {
	if response {
		return e.Response
	}
	return e.Command
}

// clampSpan cuts a span to the bytes there are and makes its word safe.
func clampSpan(s card.Span, e card.Exchange) card.Span {
	n := len(side(e, s.Response))
	from := min(max(s.Off, 0), n)
	length := max(s.Len, 0)
	if s.Off < 0 {
		length = max(length+s.Off, 0)
	}
	s.Off, s.Len = from, min(length, n-from)
	s.Word = safe.Text(s.Word)
	return s
}

// covered reports whether merged spans hold all of f, one behind the other.
func covered(merged []card.Span, f card.Span) bool {
	at := f.Off
	for _, s := range merged {
		if s.Response == f.Response && s.Off <= at {
			at = max(at, s.Off+s.Len)
		}
	}
	return at >= f.Off+f.Len
}

// mergeSpans sorts spans, command before response, and joins those that
// overlap; the earlier word stays. Empty spans go.
func mergeSpans(spans []card.Span) []card.Span {
	slices.SortStableFunc(spans, func(a, b card.Span) int {
		if a.Response != b.Response {
			if b.Response {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Off, b.Off)
	})
	out := spans[:0]
	for _, s := range spans {
		if s.Len == 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Response == s.Response && s.Off < out[n-1].Off+out[n-1].Len {
			out[n-1].Len = max(out[n-1].Len, s.Off+s.Len-out[n-1].Off)
			continue
		}
		out = append(out, s)
	}
	return out
}

// blank returns b with the spans of its side zero, copied only when a byte
// has to change.
func blank(b []byte, spans []card.Span, response bool) []byte {
	copied := false
	for _, s := range spans {
		if s.Response != response {
			continue
		}
		for i := s.Off; i < s.Off+s.Len; i++ {
			if b[i] == 0 {
				continue
			}
			if !copied {
				b, copied = slices.Clone(b), true
			}
			b[i] = 0
		}
	}
	return b
}

// overlaps reports whether any withheld byte lies in n bytes from off.
func overlaps(spans []card.Span, response bool, off, n int) (card.Span, bool) {
	for _, s := range spans {
		if s.Response == response && off < s.Off+s.Len && s.Off < off+n {
			return s, true
		}
	}
	return card.Span{}, false
}

const hexDigits = "0123456789ABCDEF"

// HexText writes bytes off to off+n of the command or response of e in pairs
// with spaces between, each withheld run as four dots whatever its length. e
// must have passed Redact; bounds are cut to what there is.
func HexText(e card.Exchange, response bool, off, n int) string {
	b := side(e, response)
	off = min(max(off, 0), len(b))
	end := off + min(max(n, 0), len(b)-off)
	var out strings.Builder
	out.Grow(3 * (end - off))
	spans := e.Hidden
	for i := off; i < end; {
		if i > off {
			out.WriteByte(' ')
		}
		for len(spans) > 0 && (spans[0].Response != response || spans[0].Off+spans[0].Len <= i) {
			spans = spans[1:]
		}
		if len(spans) > 0 && spans[0].Off <= i {
			out.WriteString(dots)
			i = spans[0].Off + spans[0].Len
			continue
		}
		out.WriteByte(hexDigits[b[i]>>4])
		out.WriteByte(hexDigits[b[i]&0x0F])
		i++
	}
	return out.String()
}

// hexStars is the compact hex of a side for files, two stars for each
// withheld byte.
func hexStars(e card.Exchange, response bool) string {
	b := side(e, response)
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, hexDigits[c>>4], hexDigits[c&0x0F])
	}
	for _, s := range e.Hidden {
		if s.Response == response {
			for i := 2 * s.Off; i < 2*(s.Off+s.Len); i++ {
				out[i] = stars[0]
			}
		}
	}
	return string(out)
}
