package messages

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"simscope/card/safe"
	"simscope/fs/ef"
	"simscope/texts"
)

// Format is how messages are written to a file.
type Format string

// The formats.
const (
	Text Format = "txt"
	CSV  Format = "csv"
	JSON Format = "json"
)

// ErrFormat says that a format is none of Text, CSV and JSON.
var ErrFormat = errors.New("messages are written as txt, csv or json")

// Formats are the names of all formats.
func Formats() []string { return []string{string(Text), string(CSV), string(JSON)} }

// Write writes messages in UTF-8. No control character of the card reaches the
// file but line breaks within a text.
func Write(w io.Writer, f Format, list []Message) error {
	switch f {
	case JSON:
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(list)
	case CSV:
		return writeCSV(w, list)
	case Text:
		return writeText(w, list)
	}
	return ErrFormat
}

func writeCSV(w io.Writer, list []Message) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"n", "box", "status", "deleted", "time", "party", "name", "text", "data", "service_centre", "parts", "missing", "outcome", "records"}}
	for _, m := range list {
		rows = append(rows, []string{
			fmt.Sprint(m.N), string(m.Box), m.Status, fmt.Sprint(m.Deleted), m.Time, m.Party, m.Name, lines(m.Text), m.Data.String(), m.Centre,
			count(m.Total), joinInts(m.Missing), m.outcome(), lies(m),
		})
	}
	for _, r := range rows {
		for i := range r {
			r[i] = safe.Cell(r[i])
		}
		if err := out.Write(r); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeText(w io.Writer, list []Message) error {
	for i, m := range list {
		if i > 0 {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		head := []string{fmt.Sprint(m.N), texts.Say("messages.box." + string(m.Box))}
		if m.Deleted {
			head = append(head, texts.Say("messages.deleted"))
		}
		for _, s := range []string{m.Time, safe.Text(m.Who()), m.outcome()} {
			if s != "" {
				head = append(head, s)
			}
		}
		body := lines(m.Essence())
		if m.Text == "" && m.Outcome != nil {
			body = "" // the first line says it
		}
		if _, err := fmt.Fprintf(w, "%s\n%s\n", strings.Join(head, "  "), body); err != nil {
			return err
		}
	}
	return nil
}

// Who is the other side as a person knows it: its name with the number, or the
// number alone.
func (m Message) Who() string {
	if m.Name != "" && m.Party != "" {
		return m.Name + " (" + m.Party + ")"
	}
	return m.Party
}

// outcome is what became of the message, in words.
func (m Message) outcome() string {
	switch {
	case m.Report != nil:
		return ef.DeliveryText(m.Report.Status)
	case m.Outcome != nil:
		return ef.DeliveryText(*m.Outcome)
	}
	return ""
}

// lines makes a text fit for a file: line breaks stay, other controls are
// shown.
func lines(s string) string {
	parts := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range parts {
		parts[i] = safe.Text(parts[i])
	}
	return strings.Join(parts, "\n")
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func joinInts(list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = fmt.Sprint(n)
	}
	return strings.Join(out, " ")
}

func lies(m Message) string {
	out := make([]string, len(m.Parts))
	for i, p := range m.Parts {
		out[i] = fmt.Sprintf("%s:%d", p.Path, p.Record)
	}
	return strings.Join(out, " ")
}
