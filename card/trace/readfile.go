package trace

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
)

// Limits of ReadRecording.
const (
	maxRecordingLine  = 512 << 10
	maxRecordingBytes = 512 << 20
)

// Recording is a recording that was read.
type Recording struct {
	Header Header
	Log    *Log
	// CutShort says that the last line is incomplete, as when the program
	// that wrote it was ended; that line is not in the Log.
	CutShort bool
}

// RecordingError says why a recording cannot be read. It holds none of the
// file's content.
type RecordingError struct {
	ID      string // "format", "version", "line", "long", "big": the sentence "trace.recording."+ID
	Line    int    // from 1
	Version int
	N       int64 // the limit
	Err     error // may be nil
}

func (e *RecordingError) Error() string {
	return texts.Say("trace.recording."+e.ID, "line", e.Line, "version", e.Version, "n", e.N)
}

func (e *RecordingError) Unwrap() error { return e.Err }

// ReadRecording reads a recording. Lines beyond 512 KiB, and files beyond 512
// MiB or 1,000,000 rows, are errors; what was read before is returned with
// any error that is not in the header. The error is a *RecordingError or one
// of r.
func ReadRecording(r io.Reader) (*Recording, error) {
	in := lineReader{r: bufio.NewReaderSize(r, 64<<10)}
	line, err := in.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	h, err := parseHeader(line)
	if err != nil {
		return nil, err
	}
	rec := &Recording{Header: h, Log: NewLog(LogOptions{MaxBytes: maxRecordingBytes})}
	for rows := 0; ; rows++ {
		line, err := in.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return rec, err
		}
		last := err != nil
		if last && len(line) == 0 {
			return rec, nil
		}
		if rows >= DefaultMaxRows {
			return rec, &RecordingError{ID: "big", Line: in.n, N: DefaultMaxRows}
		}
		e, err := parseRow(line)
		if err != nil && last {
			rec.CutShort = true
			return rec, nil
		}
		if err != nil {
			return rec, &RecordingError{ID: "line", Line: in.n, Err: err}
		}
		rec.Log.Append(e)
	}
}

func parseHeader(line []byte) (Header, error) {
	var l headerLine
	if json.Unmarshal(line, &l) != nil || l.Format != recordingFormat || l.Version < 1 {
		return Header{}, &RecordingError{ID: "format", Line: 1}
	}
	if l.Version > recordingVersion {
		return Header{}, &RecordingError{ID: "version", Line: 1, Version: l.Version}
	}
	atr, err := hex.DecodeString(l.ATR)
	if err != nil || len(atr) > 33 {
		return Header{}, &RecordingError{ID: "line", Line: 1, Err: ErrRow}
	}
	h := Header{ATR: atr, Reader: l.Reader, Time: l.Time}
	h.Reader.Name, h.Reader.Host = safe.Text(h.Reader.Name), safe.Text(h.Reader.Host)
	h.Reader.Provider = safe.Text(h.Reader.Provider)
	switch l.Protocol {
	case "T=0":
		h.Protocol = card.ProtocolT0
	case "T=1":
		h.Protocol = card.ProtocolT1
	}
	return h, nil
}

func parseRow(line []byte) (card.Exchange, error) {
	var l rowLine
	if json.Unmarshal(line, &l) != nil {
		return card.Exchange{}, ErrRow
	}
	return l.exchange()
}

// lineReader gives lines of bounded length from an input of bounded length.
type lineReader struct {
	r     *bufio.Reader
	n     int // lines given
	total int64
	buf   []byte
}

// next returns a line without its end; io.EOF comes with the last, which has
// no end or is empty. The bytes are valid until the next call.
func (l *lineReader) next() ([]byte, error) {
	l.n++
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.buf = append(l.buf, part...)
		l.total += int64(len(part))
		switch {
		case len(l.buf) > maxRecordingLine:
			return nil, &RecordingError{ID: "long", Line: l.n, N: maxRecordingLine}
		case l.total > maxRecordingBytes:
			return nil, &RecordingError{ID: "big", Line: l.n, N: maxRecordingBytes}
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return l.buf, err
		}
		return l.buf[:len(l.buf)-1], nil
	}
}
