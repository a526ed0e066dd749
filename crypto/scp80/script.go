package scp80

import (
	"errors"
	"fmt"
)

// Scripts carry commands to files and applications (TS 102 226 clause 5). In
// the compact form the commands stand one behind the other and only the last
// one's data comes back; in the expanded form each is an object and so is each
// answer.

// ErrScript says that data is no script, or no answer to one.
var ErrScript = errors.New("not a remote command script")

const (
	tagCommands     = 0xAA // Command Scripting template, definite length
	tagResponses    = 0xAB
	tagCommandsOpen = 0xAE // the same of indefinite length
	tagResponsesUp  = 0xAF
	tagCAPDU        = 0x22
	tagRAPDU        = 0x23
	tagExecuted     = 0x80
	tagBadFormat    = 0x90
	maxCommands     = 64
)

// Commands is a script in the compact form. Only the last command may ask for
// an answer (TS 102 226 clause 5.1.1), which is not checked here.
func Commands(apdus ...[]byte) []byte {
	var out []byte
	for _, a := range apdus {
		out = append(out, a...)
		if len(a) == 4 { // P3 is never left out
			out = append(out, 0)
		}
	}
	return out
}

// outgoing are the instructions whose P3 is a length of the answer, not of
// data that follows.
var outgoing = map[byte]bool{
	0xB0: true, 0xB2: true, 0xC0: true, 0xCA: true, 0x84: true, 0x12: true,
	0x04: false, 0x44: false,
}

// SplitCommands cuts a script in the compact form into its commands. The last
// one may end in Le.
func SplitCommands(b []byte) ([][]byte, error) {
	var out [][]byte
	for len(b) > 0 {
		if len(b) < 5 || len(out) == maxCommands {
			return nil, fmt.Errorf("%w: command %d is cut short, or one too many", ErrScript, len(out)+1)
		}
		n := 5
		if !outgoing[b[1]] && !emptyStatus(b) {
			n += int(b[4])
		}
		if len(b) < n {
			return nil, fmt.Errorf("%w: command %d is cut short", ErrScript, len(out)+1)
		}
		if len(b) == n+1 { // Le of the last one
			n++
		}
		out = append(out, append([]byte(nil), b[:n]...))
		b = b[n:]
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: there is no command", ErrScript)
	}
	return out, nil
}

// emptyStatus is STATUS of ETSI TS 102 221, which has no data: GET STATUS of
// GlobalPlatform shares its instruction, and begins its data with 4F.
func emptyStatus(b []byte) bool {
	return b[1] == 0xF2 && (len(b) < 6 || b[5] != 0x4F)
}

// Expanded is a script in the expanded form, of definite length.
func Expanded(apdus ...[]byte) []byte {
	var body []byte
	for _, a := range apdus {
		body = object(body, tagCAPDU, a)
	}
	return object(nil, tagCommands, body)
}

// IsExpanded tells the form of a script by its first byte.
func IsExpanded(b []byte) bool {
	return len(b) > 0 && (b[0] == tagCommands || b[0] == tagCommandsOpen)
}

// SplitExpanded gives the commands of a script in the expanded form. Objects
// other than commands are an error: no action of theirs is known here.
func SplitExpanded(b []byte) ([][]byte, error) {
	body, err := template(b, tagCommands, tagCommandsOpen)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for len(body) > 0 {
		tag, v, rest, ok := next(body)
		if !ok || tag != tagCAPDU || len(out) == maxCommands {
			return nil, fmt.Errorf("%w: object %d is no command", ErrScript, len(out)+1)
		}
		out, body = append(out, append([]byte(nil), v...)), rest
	}
	return out, nil
}

// template opens a template of definite length, or one of indefinite length
// that ends in two zero bytes.
func template(b []byte, definite, open byte) ([]byte, error) {
	if len(b) >= 4 && b[0] == open && b[1] == 0x80 {
		if b[len(b)-2] != 0 || b[len(b)-1] != 0 {
			return nil, fmt.Errorf("%w: its end is missing", ErrScript)
		}
		return b[2 : len(b)-2], nil
	}
	tag, v, rest, ok := next(b)
	if !ok || tag != definite || len(rest) != 0 {
		return nil, fmt.Errorf("%w: no template %02X", ErrScript, definite)
	}
	return v, nil
}

// Result is the answer to a script.
type Result struct {
	Executed int
	// Answers are data and status word: of the last command only in the
	// compact form, of each in the expanded one.
	Answers []Answer
	// BadFormat is what the expanded form says of a script that could not be
	// read (tag 90), nil otherwise.
	BadFormat []byte
}

// Answer is that of one command.
type Answer struct {
	Data []byte
	SW   uint16
}

// Bytes writes the answer in the compact form.
func (r Result) Bytes() []byte {
	out := []byte{byte(r.Executed)}
	if len(r.Answers) > 0 {
		a := r.Answers[len(r.Answers)-1]
		out = append(append(out, byte(a.SW>>8), byte(a.SW)), a.Data...)
	}
	return out
}

// ExpandedBytes writes it in the expanded form.
func (r Result) ExpandedBytes() []byte {
	body := object(nil, tagExecuted, []byte{byte(r.Executed)})
	for _, a := range r.Answers {
		body = object(body, tagRAPDU, append(append([]byte(nil), a.Data...), byte(a.SW>>8), byte(a.SW)))
	}
	if r.BadFormat != nil {
		body = object(body, tagBadFormat, r.BadFormat)
	}
	return object(nil, tagResponses, body)
}

// ParseResult reads the answer to a script in the compact form: a number, the
// last status word and the last data.
func ParseResult(b []byte) (Result, error) {
	if len(b) < 3 {
		return Result{}, fmt.Errorf("%w: %d bytes of answer", ErrScript, len(b))
	}
	return Result{Executed: int(b[0]), Answers: []Answer{{Data: append([]byte(nil), b[3:]...), SW: uint16(b[1])<<8 | uint16(b[2])}}}, nil
}

// ParseExpandedResult reads the answer to a script in the expanded form.
func ParseExpandedResult(b []byte) (Result, error) {
	body, err := template(b, tagResponses, tagResponsesUp)
	if err != nil {
		return Result{}, err
	}
	var r Result
	counted := false
	for len(body) > 0 {
		tag, v, rest, ok := next(body)
		switch {
		case !ok || len(r.Answers) > maxCommands:
			return Result{}, ErrScript
		case tag == tagExecuted && len(v) >= 1 && len(v) <= 2:
			counted = true
			for _, c := range v {
				r.Executed = r.Executed<<8 | int(c)
			}
		case tag == tagRAPDU && len(v) >= 2:
			n := len(v) - 2
			r.Answers = append(r.Answers, Answer{append([]byte(nil), v[:n]...), uint16(v[n])<<8 | uint16(v[n+1])})
		case tag == tagBadFormat:
			r.BadFormat = append([]byte{}, v...)
		default:
			return Result{}, fmt.Errorf("%w: object %02X in the answer", ErrScript, tag)
		}
		body = rest
	}
	if !counted {
		r.Executed = len(r.Answers)
	}
	return r, nil
}
