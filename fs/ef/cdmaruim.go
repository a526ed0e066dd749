package ef

import (
	"fmt"
	"strings"
)

// ruimFiles is the files of DF.CDMA on an R-UIM (3GPP2 C.S0023 clause 3.4) and
// of ADF.CSIM (C.S0065 clause 5.2), which have the same identifiers and
// codings.
func ruimFiles() []entry {
	var out []entry
	for _, part := range []func() []entry{
		ruimIdentityFiles, ruimNetworkFiles, ruimSettingFiles, ruimDataFiles, ruimSecretFiles,
		ruimProgramFiles, ruimActiveFiles, ruimBroadcastFiles, ruimFeatureFiles, ruimSMSFiles,
		ruimZoneFiles, csimFiles, csimOwnFiles, tagListFiles, ruimRawFiles,
	} {
		out = append(out, part()...)
	}
	return out
}

const (
	ruimHome = "MF/DF.CDMA/"
	csimHome = "ADF.CSIM/"
)

// inCDMA names a file that an R-UIM and a CSIM have.
func inCDMA(d Decoder) entry { return at(d, ruimHome+d.Name, csimHome+d.Name) }

// inCSIM names a file of a CSIM only.
func inCSIM(d Decoder) entry { return at(d, csimHome+d.Name) }

// ruimClause is where both specifications tell a file's coding; they number
// the first twenty alike.
func ruimClause(n int) string {
	return fmt.Sprintf("3GPP2 C.S0023 clause 3.4.%d, C.S0065 clause 5.2.%d", n, n)
}

// Clauses of files behind the first twenty are numbered otherwise from one
// revision to the next.
const (
	ruimSpec = "3GPP2 C.S0023 clause 3.4, C.S0065 clause 5.2"
	csimSpec = "3GPP2 C.S0065 clause 5.2"
)

// csimFiles is the files of a CSIM that are coded like those of a USIM; cards
// commonly have them as links to these.
func csimFiles() []entry {
	dial := func(name string) entry {
		return inCSIM(records(writable(name, csimSpec, dialNumber(false), encodeDialNumber(false)), "name", "number"))
	}
	call := func(name string, incoming bool) entry {
		return inCSIM(records(writable(name, csimSpec, decodeCall(incoming), encodeCall(incoming)), "name", "number", "time", "duration"))
	}
	out := []entry{
		inCSIM(records(writable("EF.ARR", "ETSI TS 102 221 clauses 9.2.5.3 and 13.4", decodeARR, encodeARR), "rules")),
		inCSIM(writable("EF.CST", "3GPP2 C.S0065 clause 5.2.18", serviceTable("CSIM_ST", 1), encodeServices(1))),
		inCSIM(writable("EF.EST", csimSpec, serviceTable("CSIM_EST", 1), encodeServices(1))),
		inCSIM(writable("EF.SPN", csimSpec, decodeSPNCDMA, encodeSPNCDMA)),
		inCSIM(exact("EF.AD", csimSpec, decodeADCDMA, encodeADCDMA)),
		inCSIM(records(writable("EF.SMS", csimSpec+", C.S0015 clauses 3.4 and 4.5", decodeSMSCDMA, encodeSMSCDMA), "status", "party", "time", "text")),
		dial("EF.FDN"), dial("EF.SDN"), call("EF.ICI", true), call("EF.OCI", false),
		inCSIM(capability("EF.CCP2", csimSpec)),
		inCSIM(writable("EF.GID1", csimSpec, decodeGID, encodeGID)),
		inCSIM(writable("EF.GID2", csimSpec, decodeGID, encodeGID)),
		inCSIM(exact("EF.Hiddenkey", csimSpec, decodeHiddenKey, encodeHiddenKey)),
		inCSIM(records(writable("EF.MMSN", csimSpec, decodeMMSN, encodeMMSN), "status", "party", "mms_subject")),
		inCSIM(records(writable("EF.MMSUP", csimSpec, decodeMMSUP, encodeMMSUP), "name")),
		inCSIM(exact("EF.MMSICP", csimSpec, decodeMMSConnectivity, encodeMMSConnectivity)),
		inCSIM(exact("EF.MMSUCP", csimSpec, decodeMMSConnectivity, encodeMMSConnectivity)),
	}
	for _, name := range []string{"EF.EXT2", "EF.EXT3", "EF.EXT5", "EF.EXT8"} {
		out = append(out, inCSIM(records(writable(name, csimSpec, decodeExtension, encodeExtension), "kind", "number")))
	}
	return out
}

// part is a number or a switch in a file of fixed layout.
type part struct {
	id    string // JSON name and "ef.field."
	value *int   // one of these three is set
	on    *bool
	bytes *Hex // shown and kept as they stand
	at, n int  // bytes
	// Of the number that these bytes are, lowest byte first or, where big,
	// last: how far up the value begins and how many bits it has, 0 for all.
	shift, width int
	big, signed  bool
	note         func(int) string
}

func (p part) bits() int {
	if p.width == 0 {
		return 8*p.n - p.shift
	}
	return p.width
}

func (p part) mask() uint64 { return (1<<p.bits() - 1) << p.shift }

// number is what the part's bytes are.
func (p part) number(data []byte) uint64 {
	var v uint64
	for i := range p.n {
		c := data[p.at+p.n-1-i]
		if p.big {
			c = data[p.at+i]
		}
		v = v<<8 | uint64(c)
	}
	return v
}

// put sets the part's bits in data.
func (p part) put(data []byte, v uint64) {
	v = p.number(data)&^p.mask() | v<<p.shift&p.mask()
	for i := range p.n {
		k := p.at + i
		if p.big {
			k = p.at + p.n - 1 - i
		}
		data[k] = byte(v >> (8 * i))
	}
}

// read takes the part's value from data.
func (p part) read(data []byte) string {
	v := p.number(data) & p.mask() >> p.shift
	switch {
	case p.bytes != nil:
		*p.bytes = data[p.at : p.at+p.n]
		return p.bytes.String()
	case p.on != nil:
		*p.on = v != 0
		return yesNo(v != 0)
	}
	*p.value = int(v)
	if p.signed && v>>(p.bits()-1) != 0 {
		*p.value = int(v) - 1<<p.bits()
	}
	return fmt.Sprint(*p.value)
}

// write puts the part's value into data.
func (p part) write(data []byte) error {
	switch {
	case p.bytes != nil:
		if len(*p.bytes) != p.n {
			return refuse("length", "what", p.id, "need", p.n)
		}
		copy(data[p.at:], *p.bytes)
	case p.on != nil:
		p.put(data, uint64(oneIf(*p.on)))
	case p.signed:
		limit := 1 << (p.bits() - 1)
		if *p.value < -limit || *p.value >= limit {
			return refuse("cdma.signed", "what", p.id, "n", *p.value, "from", -limit, "limit", limit-1)
		}
		p.put(data, uint64(*p.value))
	default:
		if err := inRange(p.id, *p.value, 1<<p.bits()-1); err != nil {
			return err
		}
		p.put(data, uint64(*p.value))
	}
	return nil
}

// layout is the parts of a value and where it carries its bytes.
type layout[T any] func(v *T) (*Carry, []part)

// laidOut makes the decoder of a file, or record, of size bytes that has the
// layout. Bits of no part are reserved.
func laidOut[T carrier](name, spec string, size int, of layout[T], sum func(T) string) Decoder {
	dec := func(data []byte, _ Context, b *builder) T {
		var v T
		carry, parts := of(&v)
		carry.Raw = data
		for _, p := range parts {
			if p.bytes != nil {
				*p.bytes = Hex{}
			}
		}
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		if !b.exactly(data, size) {
			return v
		}
		b.parts(data[:size], parts)
		b.Summary = sum(v)
		return v
	}
	return writable(name, spec, dec, func(v T, room int) ([]byte, error) {
		_, parts := of(&v)
		out := make([]byte, size)
		for _, p := range parts {
			if err := p.write(out); err != nil {
				return nil, err
			}
		}
		return padded(out, room)
	})
}

func (b *builder) parts(data []byte, parts []part) {
	rest := append([]byte(nil), data...)
	for _, p := range parts {
		f := b.addAs(p.id, fieldLabel(p.id), p.read(data), p.at, p.n)
		if p.note != nil {
			f.Note = p.note(*p.value)
		}
		p.put(rest, 0)
	}
	for i, c := range rest {
		if c != 0 {
			b.flag("cdma.reserved", i, 1, "byte", hexByte(c))
		}
	}
}

// codeWord names a value by a word below group; others are reserved.
func codeWord(group string, names ...string) func(int) string {
	return func(n int) string {
		if n < len(names) && names[n] != "" {
			return word(group + "." + names[n])
		}
		return word("cdma.reserved")
	}
}

// joined is the words that are not empty.
func joined(words ...string) string {
	out := words[:0]
	for _, s := range words {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "  ")
}

// ruimRawFiles are known by name and shown as bytes: what could be had of the
// specifications does not tell their coding.
func ruimRawFiles() []entry { return []entry{named(NotYet, csimHome+"EF.LCSVER")} }
