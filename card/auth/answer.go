package auth

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/crypto/aka"
)

// Result is what a card answered.
type Result int

// The results (3GPP TS 31.102 clauses 7.1.2.1 and 7.3).
const (
	// Success brought the values of the context.
	Success Result = iota
	// SyncFailure brought AUTS: the code was right, the sequence number not.
	SyncFailure
	// MACFailure is 9862: the code in AUTN is not what the card computes.
	MACFailure
	// NoContext is 9864: the card does not know the context.
	NoContext
	// NotNow is 6985: a condition of use is missing.
	NotNow
)

// ID names a result; it is never translated.
func (r Result) ID() string {
	return [...]string{"success", "sync_failure", "mac_failure", "no_context", "not_now"}[r]
}

// Status words of AUTHENTICATE (3GPP TS 31.102 clause 7.3).
const (
	swMAC       card.SW = 0x9862
	swNoContext card.SW = 0x9864
)

// Answer is what the card gave. Values that it did not give are empty.
type Answer struct {
	Context Context
	Result  Result
	SW      card.SW
	RES     safe.Secret // 4 to 32 bytes
	CK, IK  safe.Secret // 16 bytes each; with TUAK 32
	SRES    safe.Secret // 4 bytes
	Kc      safe.Secret // 8 bytes
	// KsNAF is Ks_ext_NAF, of ContextNAF: 32 bytes.
	KsNAF safe.Secret
	AUTS  []byte // 14 bytes; with TUAK's longer codes up to 38
}

// Clear overwrites the secrets.
func (a *Answer) Clear() {
	if a == nil {
		return
	}
	for _, s := range []safe.Secret{a.RES, a.CK, a.IK, a.SRES, a.Kc, a.KsNAF} {
		s.Clear()
	}
}

// Clone copies an answer with its secrets, for another goroutine.
func (a *Answer) Clone() *Answer {
	if a == nil {
		return nil
	}
	out := *a
	for _, s := range []*safe.Secret{&out.RES, &out.CK, &out.IK, &out.SRES, &out.Kc, &out.KsNAF} {
		*s = mapped(*s, bytes.Clone)
	}
	out.AUTS = bytes.Clone(a.AUTS)
	return &out
}

// AnswerError says that an answer is not as its specification has it. Nothing
// of such an answer is used.
type AnswerError struct {
	Field string // "tag", "RES", "CK", … or "end"
	// Want says what the specification has; Got what came: a number of bytes,
	// or the tag.
	Want string
	Got  int
}

func (e *AnswerError) Error() string {
	switch e.Field {
	case "tag":
		return fmt.Sprintf("the answer begins with %02X, not %s", e.Got, e.Want)
	case "end":
		return fmt.Sprintf("%d bytes stand behind the last field of the answer", e.Got)
	}
	return fmt.Sprintf("%s in the answer has %d bytes, not %s", e.Field, e.Got, e.Want)
}

// FieldError says that a value given has another length than it must have.
type FieldError struct {
	Field     string
	Min, Max  int
	Sizes     []int // the lengths there are, where not all between Min and Max
	Got       int
	NotHex    bool // it holds what is no hexadecimal digit
	HasSpaces bool
	Odd       bool // an odd number of hexadecimal digits
}

func (e *FieldError) Error() string {
	size := fmt.Sprintf("%d bytes", e.Min)
	switch {
	case len(e.Sizes) > 1:
		size = sizesOf(e.Sizes) + " bytes"
	case e.Max != e.Min:
		size = fmt.Sprintf("%d to %d bytes", e.Min, e.Max)
	}
	switch {
	case e.HasSpaces:
		return fmt.Sprintf("%s has spaces in it; write %s as %d hex digits without spaces", e.Field, size, 2*e.Min)
	case e.Odd:
		return fmt.Sprintf("%s has an odd number of hex digits; it has %s, two digits each", e.Field, size)
	case e.NotHex:
		return fmt.Sprintf("%s is not written in hex digits; it has %s", e.Field, size)
	}
	return fmt.Sprintf("%s has %d bytes, not %s", e.Field, e.Got, size)
}

// sizesOf lists lengths: "16, 24 or 32".
func sizesOf(sizes []int) string {
	var b strings.Builder
	for i, n := range sizes {
		switch {
		case i > 0 && i == len(sizes)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

func fieldSize(field string, b []byte, least, most int) error {
	if len(b) < least || len(b) > most {
		return &FieldError{Field: field, Min: least, Max: most, Got: len(b)}
	}
	return nil
}

// part is one length-value pair of an answer.
type part struct {
	name     string
	min, max int
	to       func(*Answer, []byte)
	optional bool
}

// secretInto makes a part's setter; the bytes are copied, for the buffer they
// came in is overwritten.
func secretInto(get func(*Answer) *safe.Secret) func(*Answer, []byte) {
	return func(a *Answer, b []byte) { *get(a) = safe.NewSecret(bytes.Clone(b)) }
}

var (
	partRES  = part{"RES", 4, 32, secretInto(func(a *Answer) *safe.Secret { return &a.RES }), false}
	partCK   = part{"CK", 16, 32, secretInto(func(a *Answer) *safe.Secret { return &a.CK }), false}
	partIK   = part{"IK", 16, 32, secretInto(func(a *Answer) *safe.Secret { return &a.IK }), false}
	partKc   = part{"Kc", aka.KcSize, aka.KcSize, secretInto(func(a *Answer) *safe.Secret { return &a.Kc }), true}
	partSRES = part{"SRES", aka.SRESSize, aka.SRESSize, secretInto(func(a *Answer) *safe.Secret { return &a.SRES }), false}
	partNAF  = part{"Ks_ext_NAF", 32, 32, secretInto(func(a *Answer) *safe.Secret { return &a.KsNAF }), false}
	partAUTS = part{"AUTS", aka.AUTSSize, aka.SQNSize + 32, func(a *Answer, b []byte) { a.AUTS = bytes.Clone(b) }, false}
)

// layouts are the fields of a successful answer (3GPP TS 31.102 clause
// 7.1.2.1, TS 31.103 clause 7.1.2.1). Kc is there only with service 27, and
// an ISIM has none.
var layouts = map[Context][]part{
	Context3G:  {partRES, partCK, partIK, partKc},
	ContextIMS: {partRES, partCK, partIK},
	ContextGBA: {partRES},
	ContextNAF: {partNAF},
	ContextGSM: {partSRES, mandatory(partKc)},
}

func mandatory(p part) part {
	p.optional = false
	return p
}

// opAuthenticate names the command in errors.
const opAuthenticate = "AUTHENTICATE"

// Tags of answers.
const (
	tagSuccess = 0xDB
	tagSync    = 0xDC
)

// read takes a response apart.
func (r Request) read(c card.Command, resp card.Response, refs []card.PINRef) (*Answer, error) {
	a := &Answer{Context: r.Context, SW: resp.SW}
	if !resp.OK() {
		return r.refused(c, a, refs)
	}
	if err := a.parse(resp.Data); err != nil {
		a.Clear()
		return nil, err
	}
	return a, nil
}

// refused sorts the status words that are an answer from those that are not.
func (r Request) refused(c card.Command, a *Answer, refs []card.PINRef) (*Answer, error) {
	switch {
	case a.SW == swMAC && r.Context.Token():
		a.Result = MACFailure
	case a.SW == swNoContext:
		a.Result = NoContext
	case a.SW == card.SWConditions:
		a.Result = NotNow
	case (a.SW == card.SWNotSatisfied || a.SW == card.SWGSMAccess) && len(refs) > 0:
		return nil, &PINNeededError{Refs: refs, App: r.App, Answered: true}
	default:
		return nil, &card.StatusError{
			Op: opAuthenticate, Header: [4]byte{c.CLA, c.INS, c.P1, c.P2},
			File: card.Path{App: r.App}, HasFile: r.App != "", SW: a.SW,
		}
	}
	return a, nil
}

// parse takes a successful answer's data apart. On an error nothing of it is
// meant to be used.
func (a *Answer) parse(b []byte) error {
	if a.Context == ContextSIM {
		if len(b) != aka.SRESSize+aka.KcSize {
			return &AnswerError{Field: "SRES and Kc", Want: "12", Got: len(b)}
		}
		partSRES.to(a, b[:aka.SRESSize])
		partKc.to(a, b[aka.SRESSize:])
		return nil
	}
	parts := layouts[a.Context]
	if a.Context != ContextGSM {
		if len(b) == 0 {
			return &AnswerError{Field: "the data field", Want: "at least 1", Got: 0}
		}
		switch {
		case b[0] == tagSync && a.Context.Token():
			a.Result = SyncFailure
			parts = []part{partAUTS}
		case b[0] != tagSuccess:
			return &AnswerError{Field: "tag", Want: "DB or DC", Got: int(b[0])}
		}
		b = b[1:]
	}
	for _, p := range parts {
		if len(b) == 0 && p.optional {
			continue
		}
		if len(b) == 0 || len(b)-1 < int(b[0]) {
			return &AnswerError{Field: p.name, Want: p.size(), Got: max(len(b)-1, 0)}
		}
		n := int(b[0])
		if n < p.min || n > p.max || (p.name == "CK" || p.name == "IK") && n != p.min && n != p.max {
			return &AnswerError{Field: p.name, Want: p.size(), Got: n}
		}
		p.to(a, b[1:1+n])
		b = b[1+n:]
	}
	if len(b) > 0 {
		return &AnswerError{Field: "end", Got: len(b)}
	}
	return nil
}

func (p part) size() string {
	if p.min == p.max {
		return fmt.Sprint(p.min)
	}
	if p.min == 16 && p.max == 32 {
		return "16 or 32"
	}
	return fmt.Sprintf("%d to %d", p.min, p.max)
}
