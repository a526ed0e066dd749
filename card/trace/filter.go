package trace

import (
	"strconv"
	"strings"
	"time"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
)

// Filter is a parsed filter. The language:
//
//	word        in the title, the status words or the bytes (hex)
//	"two words" likewise, as they stand
//	sw:9000     status word; x for any digit, digits left out at the end too
//	file:IMSI   in the file's name or path
//	ins:select  instruction, by name or number
//	cla:8x      class byte
//	step:read   in the step it belongs to
//	ch:1        logical channel
//	>10ms <1s   duration; a number alone is milliseconds
//	err         refused, failed or lost
//	note        events; reset: activations; hidden: withheld bytes
//	a b         both    a | b  either    !a  not    ( )  together
//
// Upper and lower case are the same. The empty filter lets all rows pass.
type Filter struct {
	text string
	root expr
}

// Limits of a filter's text.
const (
	maxFilterLen   = 1024
	maxFilterDepth = 64
)

// FilterError says where a filter is wrong and why.
type FilterError struct {
	Off   int    // byte of the text
	ID    string // "sw", "quote", …: the sentence "trace.filter."+ID
	Token string // what could not be read
}

func (e *FilterError) Error() string {
	return texts.Say("trace.filter."+e.ID, "token", safe.Text(e.Token), "at", e.Off+1, "n", maxFilterLen)
}

// expr is one of and, or, not and the conditions in match.go.
type expr interface {
	// bind makes the matching form with its own memory.
	bind(name Namer) node
}

type (
	andExpr []expr
	orExpr  []expr
	notExpr struct{ of expr }

	wordExpr struct{ text string }         // lower case
	textExpr struct{ key, text string }    // file:, step:
	swExpr   struct{ mask, value card.SW } // sw:
	byteExpr struct {
		at          int
		mask, value byte
	} // cla:, ins: by number
	insNameExpr  struct{ text string }
	channelExpr  struct{ n int16 }
	durationExpr struct {
		more bool
		than time.Duration
	}
	flagExpr struct{ key string } // err, note, reset, hidden
)

// ParseFilter reads a filter. The error is a *FilterError.
func ParseFilter(text string) (Filter, error) {
	if len(text) > maxFilterLen {
		return Filter{}, &FilterError{Off: maxFilterLen, ID: "long"}
	}
	p := filterParser{s: text}
	if p.skip(); p.at == len(p.s) {
		return Filter{text: text}, nil
	}
	root, err := p.either(0)
	if err == nil && p.at < len(p.s) {
		err = &FilterError{Off: p.at, ID: "paren"}
	}
	if err != nil {
		return Filter{}, err
	}
	return Filter{text, root}, nil
}

// String is the text the filter was made from.
func (f Filter) String() string { return f.text }

// Empty reports whether every row passes.
func (f Filter) Empty() bool { return f.root == nil }

type filterParser struct {
	s  string
	at int
}

func (p *filterParser) skip() {
	for p.at < len(p.s) && isSpace(p.s[p.at]) {
		p.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *filterParser) peek() byte {
	if p.skip(); p.at < len(p.s) {
		return p.s[p.at]
	}
	return 0
}

func (p *filterParser) either(depth int) (expr, error) {
	var out orExpr
	for {
		x, err := p.both(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
		if p.peek() != '|' {
			break
		}
		p.at++
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func (p *filterParser) both(depth int) (expr, error) {
	var out andExpr
	for c := p.peek(); c != '|' && c != ')' && p.at < len(p.s); c = p.peek() {
		x, err := p.unary(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	switch len(out) {
	case 0:
		return nil, &FilterError{Off: p.at, ID: "empty"}
	case 1:
		return out[0], nil
	}
	return out, nil
}

func (p *filterParser) unary(depth int) (expr, error) {
	if depth > maxFilterDepth {
		return nil, &FilterError{Off: p.at, ID: "deep"}
	}
	start := p.at
	switch p.peek() {
	case 0:
		if p.at >= len(p.s) {
			return nil, &FilterError{Off: p.at, ID: "empty"}
		}
	case '!':
		p.at++
		x, err := p.unary(depth + 1)
		return notExpr{x}, err
	case '(':
		p.at++
		x, err := p.either(depth + 1)
		if err == nil && p.peek() != ')' {
			err = &FilterError{Off: start, ID: "paren"}
		}
		p.at++
		return x, err
	case '>', '<':
		more := p.s[p.at] == '>'
		p.at++
		word, _, err := p.word()
		if err != nil {
			return nil, err
		}
		return parseDuration(more, word, start)
	}
	return p.term(start)
}

// term reads a word, a quoted text or key:value.
func (p *filterParser) term(start int) (expr, error) {
	word, quoted, err := p.word()
	if err != nil {
		return nil, err
	}
	if !quoted && p.at < len(p.s) && p.s[p.at] == ':' {
		key := strings.ToLower(word)
		p.at++
		value, _, err := p.word()
		if err != nil {
			return nil, err
		}
		return condition(key, value, start)
	}
	if !quoted {
		switch key := strings.ToLower(word); key {
		case "err", "note", "reset", "hidden":
			return flagExpr{key}, nil
		}
	}
	if word == "" {
		return nil, &FilterError{Off: start, ID: "empty"}
	}
	return wordExpr{strings.ToLower(word)}, nil
}

// word reads up to a space or a character of the language, or a quoted text,
// in which a backslash takes the next character as it is.
func (p *filterParser) word() (word string, quoted bool, err error) {
	if p.at < len(p.s) && p.s[p.at] == '"' {
		start := p.at
		var b strings.Builder
		for p.at++; p.at < len(p.s); p.at++ {
			switch c := p.s[p.at]; {
			case c == '"':
				p.at++
				return b.String(), true, nil
			case c == '\\' && p.at+1 < len(p.s):
				p.at++
				b.WriteByte(p.s[p.at])
			default:
				b.WriteByte(c)
			}
		}
		return "", true, &FilterError{Off: start, ID: "quote"}
	}
	start := p.at
	for p.at < len(p.s) && !isSpace(p.s[p.at]) && !strings.ContainsRune(`|():"`, rune(p.s[p.at])) {
		p.at++
	}
	return p.s[start:p.at], false, nil
}

// condition makes key:value; off is where it stands.
func condition(key, value string, off int) (expr, error) {
	fail := func(id string) (expr, error) { return nil, &FilterError{Off: off, ID: id, Token: value} }
	switch key {
	case "sw":
		mask, v, ok := hexPattern(value, 4)
		if !ok {
			return fail("sw")
		}
		return swExpr{card.SW(mask), card.SW(v)}, nil
	case "cla":
		mask, v, ok := hexPattern(value, 2)
		if !ok {
			return fail("cla")
		}
		return byteExpr{0, byte(mask), byte(v)}, nil
	case "ins":
		return insCondition(value, off)
	case "ch":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > 19 {
			return fail("channel")
		}
		return channelExpr{int16(n)}, nil
	case "file", "step":
		if value == "" {
			return fail("empty")
		}
		return textExpr{key, strings.ToLower(value)}, nil
	}
	return nil, &FilterError{Off: off, ID: "key", Token: key}
}

func insCondition(value string, off int) (expr, error) {
	if mask, v, ok := hexPattern(value, 2); ok && len(value) == 2 {
		return byteExpr{1, byte(mask), byte(v)}, nil
	}
	text := strings.ToLower(value)
	for _, n := range Instructions() {
		if text != "" && strings.Contains(strings.ToLower(n), text) {
			return insNameExpr{text}, nil
		}
	}
	return nil, &FilterError{Off: off, ID: "ins", Token: value}
}

// hexPattern reads up to n hex digits, x for any; digits left out at the end
// are any.
func hexPattern(s string, n int) (mask, value uint16, ok bool) {
	if len(s) == 0 || len(s) > n {
		return 0, 0, false
	}
	for i := range n {
		mask, value = mask<<4, value<<4
		if i >= len(s) || s[i] == 'x' || s[i] == 'X' {
			continue
		}
		d, err := strconv.ParseUint(s[i:i+1], 16, 4)
		if err != nil {
			return 0, 0, false
		}
		mask, value = mask|0x0F, value|uint16(d)
	}
	return mask, value, true
}

func parseDuration(more bool, word string, off int) (expr, error) {
	d, err := time.ParseDuration(word)
	if err != nil {
		ms, err2 := strconv.ParseUint(word, 10, 31)
		d, err = time.Duration(ms)*time.Millisecond, err2
	}
	if err != nil || d < 0 {
		return nil, &FilterError{Off: off, ID: "time", Token: word}
	}
	return durationExpr{more, d}, nil
}
