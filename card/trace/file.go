package trace

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"simscope/card"
	"simscope/card/safe"
)

// A recording is a text file, one JSON object a line. The first line is the
// header:
//
//	{"format":"simscope-recording","version":1,"atr":"3B9F…","protocol":"T=0",
//	 "reader":{"provider":"pcsc","name":"…","ordinal":0},"time":"2026-01-31T12:00:00Z"}
//
// Each further line is one exchange:
//
//	{"seq":7,"gen":1,"kind":"apdu","ch":0,"step":"read","file":"3F00/2FE2",
//	 "time":"…","us":11000,"cmd":"00B000000A","rsp":"98…","sw":"9000"}
//
// "kind" is apdu, follow-up, reset ("rsp" holds the ATR) or note ("note" holds
// a text identifier). "us" is the duration in microseconds. "err" names the
// transport error where no answer came and "sw" is missing. In "cmd" and
// "rsp" a withheld byte is written as two stars; "hidden" says what was
// withheld: [{"in":"cmd","off":5,"len":8,"word":"PIN"}]. Fields that are not
// known are ignored; a recording whose version is higher is refused.
const (
	recordingFormat  = "simscope-recording"
	recordingVersion = 1
)

// Header tells what was recorded.
type Header struct {
	ATR      []byte
	Protocol card.Protocol
	Reader   card.ReaderID // its text made safe
	Time     time.Time
}

type headerLine struct {
	Format   string        `json:"format"`
	Version  int           `json:"version"`
	ATR      string        `json:"atr,omitempty"`
	Protocol string        `json:"protocol,omitempty"`
	Reader   card.ReaderID `json:"reader"`
	Time     time.Time     `json:"time"`
}

type spanLine struct {
	In   string `json:"in"`
	Off  int    `json:"off"`
	Len  int    `json:"len"`
	Word string `json:"word"`
}

type rowLine struct {
	Seq    uint64     `json:"seq"`
	Gen    uint32     `json:"gen"`
	Kind   string     `json:"kind"`
	Ch     int        `json:"ch,omitempty"`
	Step   string     `json:"step,omitempty"`
	File   *card.Path `json:"file,omitempty"`
	Time   *time.Time `json:"time,omitempty"`
	Micros int64      `json:"us,omitempty"`
	Cmd    string     `json:"cmd,omitempty"`
	Rsp    string     `json:"rsp,omitempty"`
	SW     string     `json:"sw,omitempty"`
	Hidden []spanLine `json:"hidden,omitempty"`
	Note   string     `json:"note,omitempty"`
	Err    string     `json:"err,omitempty"`

	// Of exports only.
	Title  string `json:"title,omitempty"`
	Status string `json:"status,omitempty"`
}

var kindNames = [...]string{"apdu", "follow-up", "reset", "note"}

// lineOf is the line of a redacted exchange.
func lineOf(e card.Exchange) rowLine {
	l := rowLine{
		Seq: e.Seq, Gen: e.Generation, Kind: kindNames[min(max(e.Kind, 0), card.ExchangeNote)], Ch: e.Channel,
		Step: safe.Text(e.Step), Micros: e.Duration.Microseconds(),
		Cmd: hexStars(e, false), Rsp: hexStars(e, true), Note: safe.Text(e.Note), Err: safe.Text(e.Err),
	}
	if e.HasFile {
		l.File = &e.File
	}
	if y := e.Start.Year(); !e.Start.IsZero() && y > 0 && y < 10000 {
		t := e.Start.UTC()
		l.Time = &t
	}
	if e.SW != 0 {
		l.SW = e.SW.String()
	}
	for _, s := range e.Hidden {
		in := "cmd"
		if s.Response {
			in = "rsp"
		}
		l.Hidden = append(l.Hidden, spanLine{in, s.Off, s.Len, safe.Text(s.Word)})
	}
	return l
}

// ErrRow says that a line of a recording holds no exchange.
var ErrRow = errors.New("not an exchange")

// exchange reads a line back, redacted.
func (l rowLine) exchange() (card.Exchange, error) {
	e := card.Exchange{
		Seq: l.Seq, Generation: l.Gen, Kind: -1, Channel: l.Ch, Step: l.Step, Note: l.Note, Err: l.Err,
		Duration: time.Duration(min(max(l.Micros, 0), int64(24*time.Hour/time.Microsecond))) * time.Microsecond,
	}
	for i, k := range kindNames {
		if k == l.Kind {
			e.Kind = card.ExchangeKind(i)
		}
	}
	if e.Kind < 0 || l.Ch < 0 || l.Ch > 19 || len(l.Step)+len(l.Note)+len(l.Err) > maxRowText {
		return e, ErrRow
	}
	if l.File != nil {
		e.File, e.HasFile = *l.File, true
	}
	if l.Time != nil && l.Time.Year() >= 1970 && l.Time.Year() < 2200 {
		e.Start = *l.Time
	}
	if l.SW != "" {
		mask, sw, ok := hexPattern(l.SW, 4)
		if !ok || mask != 0xFFFF || sw == 0 {
			return e, fmt.Errorf("%w: status word", ErrRow)
		}
		e.SW = card.SW(sw)
	}
	return l.bytes(e)
}

// Bounds of a row: of its strings in bytes, of its withheld parts and of its
// path in files.
const (
	maxRowText  = 4096
	maxRowSpans = 1024
	maxRowDepth = 32
)

// bytes reads the hex of a line and what of it is withheld: stars and spans
// both withhold.
func (l rowLine) bytes(e card.Exchange) (card.Exchange, error) {
	if len(l.Hidden) > maxRowSpans || e.File.Depth() > maxRowDepth {
		return e, ErrRow
	}
	for _, s := range l.Hidden {
		if s.In != "cmd" && s.In != "rsp" || len(s.Word) > maxRowText {
			return e, fmt.Errorf("%w: withheld part", ErrRow)
		}
		e.Hidden = append(e.Hidden, card.Span{Response: s.In == "rsp", Off: s.Off, Len: s.Len, Word: s.Word})
	}
	cmd, starred, err := parseStars(l.Cmd, false)
	if err != nil {
		return e, err
	}
	rsp, starred2, err := parseStars(l.Rsp, true)
	if err != nil {
		return e, err
	}
	e.Command, e.Response = cmd, rsp
	e.Hidden = append(append(e.Hidden, starred...), starred2...)
	return Redact(e), nil
}

// parseStars reads what hexStars wrote; withheld bytes become zeros and
// spans.
func parseStars(s string, response bool) ([]byte, []card.Span, error) {
	bad := fmt.Errorf("%w: bytes are not hex", ErrRow)
	if len(s)%2 != 0 {
		return nil, nil, bad
	}
	var spans []card.Span
	b := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		if s[i:i+2] == stars {
			if n := len(spans); n > 0 && spans[n-1].Off+spans[n-1].Len == len(b) {
				spans[n-1].Len++
			} else if n >= maxRowSpans {
				return nil, nil, bad
			} else {
				spans = append(spans, card.Span{Response: response, Off: len(b), Len: 1, Word: "secret"})
			}
			b = append(b, 0)
			continue
		}
		mask, v, ok := hexPattern(s[i:i+2], 2)
		if !ok || mask != 0xFF {
			return nil, nil, bad
		}
		b = append(b, byte(v))
	}
	if len(b) == 0 {
		return nil, nil, nil
	}
	return b, spans, nil
}

// Writer writes a recording, a row at a time: what was written stays if the
// program ends.
type Writer struct {
	w    io.Writer
	c    io.Closer
	rows int
	err  error
}

// CreateRecording makes a recording file that only its owner can read. With
// exclusive an existing file, or a link, is an error (fs.ErrExist); else it
// is overwritten.
func CreateRecording(path string, h Header, exclusive bool) (*Writer, error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if exclusive {
		flags |= os.O_EXCL
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	// The mode before the content: the file may have been there.
	if err = f.Chmod(0o600); err == nil {
		err = f.Truncate(0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w, err := NewWriter(f, h)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w.c = f
	return w, nil
}

// NewWriter begins a recording on w.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	h.Reader.Name, h.Reader.Host = safe.Text(h.Reader.Name), safe.Text(h.Reader.Host)
	h.Reader.Provider = safe.Text(h.Reader.Provider)
	out := &Writer{w: w}
	line := headerLine{
		Format: recordingFormat, Version: recordingVersion, ATR: strings.ToUpper(hex.EncodeToString(h.ATR)),
		Reader: h.Reader, Time: h.Time.UTC(),
	}
	if h.Protocol != card.ProtocolAny {
		line.Protocol = h.Protocol.String()
	}
	return out, out.put(line)
}

// Write adds an exchange, redacted. After a failure every further call
// returns that failure.
func (w *Writer) Write(e card.Exchange) error {
	if w.err == nil {
		w.rows++
		w.err = w.put(lineOf(Redact(e)))
	}
	return w.err
}

// Rows is the number of exchanges written.
func (w *Writer) Rows() int { return w.rows }

func (w *Writer) put(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.w.Write(append(b, '\n'))
	return err
}

// Close closes the file that CreateRecording opened.
func (w *Writer) Close() error {
	if w.c == nil {
		return w.err
	}
	c := w.c
	w.c = nil
	return errors.Join(w.err, c.Close())
}
