package trace

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
)

// Format is a form of export.
type Format int

// The forms of export.
const (
	FormatText Format = iota // one line for the command, one for the answer
	FormatJSON               // JSON lines: those of a recording with "title" and "status"
	FormatHex                // a script: one APDU a line in hex, all else behind #
)

// Export writes rows. Withheld bytes are left out in every form; text from
// elsewhere carries no control characters. It stops with the context's error
// when that ends, or with that of w.
func Export(ctx context.Context, w io.Writer, f Format, rows iter.Seq[card.Exchange], name Namer) error {
	out := bufio.NewWriter(w)
	n := 0
	for e := range rows {
		if n++; n%checkEvery == 1 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := exportRow(out, f, Redact(e), name); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Rows gives the rows of a view with these numbers, for Export after a
// filter; those dropped meanwhile are left out.
func (v View) Rows(numbers []uint64) iter.Seq[card.Exchange] {
	return func(yield func(card.Exchange) bool) {
		for _, n := range numbers {
			if e, ok := v.Row(n); ok && !yield(e) {
				return
			}
		}
	}
}

func exportRow(w io.Writer, f Format, e card.Exchange, name Namer) error {
	var text string
	switch f {
	case FormatJSON:
		line := Summary(e, name)
		l := lineOf(e)
		l.Title, l.Status = line.Title, line.SWText
		b, err := json.Marshal(l)
		if err != nil {
			return err
		}
		text = string(b)
	case FormatHex:
		text = hexRow(e, name)
	default:
		text = textRow(e, name)
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}

func textRow(e card.Exchange, name Namer) string {
	l := Summary(e, name)
	var b strings.Builder
	if !e.Start.IsZero() {
		b.WriteString(e.Start.Format("15:04:05.000  "))
	}
	b.WriteString(l.Title)
	if l.SWText != "" {
		b.WriteString(strings.TrimRight("  →  "+strings.TrimSpace(l.SW+" "+l.SWText), " "))
	}
	if e.Duration > 0 {
		fmt.Fprintf(&b, "  (%.1f ms)", float64(e.Duration.Microseconds())/1000)
	}
	if l.Bytes != "" {
		b.WriteString("\n    > " + l.Bytes + words(e, false))
	}
	if l.Response != "" {
		b.WriteString("\n    < " + l.Response + words(e, true))
	}
	return b.String()
}

// words names what is withheld on a side: " (PIN)".
func words(e card.Exchange, response bool) string {
	var out []string
	for _, s := range e.Hidden {
		if s.Response == response {
			out = append(out, safe.Text(s.Word))
		}
	}
	if out == nil {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// hexRow is a command that can be sent again, with what it is and what came
// back behind it. A command with withheld bytes becomes a comment, so that a
// script never sends zeros for a PIN.
func hexRow(e card.Exchange, name Namer) string {
	l := Summary(e, name)
	remark := strings.TrimRight("# "+strings.TrimSpace(l.Title+"  "+l.SW+" "+l.SWText), " ")
	if e.Kind == card.ExchangeReset || e.Kind == card.ExchangeNote || l.Bytes == "" {
		return remark
	}
	for _, s := range e.Hidden {
		if !s.Response {
			return "# " + l.Bytes + "  (" + texts.Say("trace.export.withheld", "word", safe.Text(s.Word)) + ")  " + remark
		}
	}
	return l.Bytes + "  " + remark
}
