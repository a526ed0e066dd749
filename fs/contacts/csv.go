package contacts

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"simscope/card/safe"
)

// csvColumns are the names that a column can have in a file of another
// program, by what it is here.
var csvColumns = map[string]string{
	"name": "name", "full name": "name", "display name": "name", "fn": "name",
	"number": "number", "phone": "number", "telephone": "number", "tel": "number", "mobile": "number", "phone number": "number",
	"label": "label", "type": "label",
	"nickname": "nickname", "second name": "nickname",
	"email": "email", "e-mail": "email", "mail": "email", "e-mail address": "email",
	"uri": "uri", "sip": "uri", "impp": "uri",
	"group": "group", "groups": "group", "categories": "group",
}

// WriteCSV writes contacts as a table with a header row, UTF-8.
func WriteCSV(w io.Writer, list []Entry) error {
	var numbers, emails, uris, groups int
	for _, e := range list {
		numbers, emails = max(numbers, len(e.Numbers)), max(emails, len(e.Emails))
		uris, groups = max(uris, len(e.URIs)), max(groups, len(e.Groups))
	}
	out := csv.NewWriter(w)
	head := []string{"name"}
	for i := range max(numbers, 1) {
		head = append(head, numbered("number", i))
		if i > 0 {
			head = append(head, numbered("label", i))
		}
	}
	head = append(head, "nickname")
	emails, uris, groups = max(emails, 1), max(uris, 1), max(groups, 1)
	for _, k := range []struct {
		name string
		n    int
	}{{"email", emails}, {"uri", uris}, {"group", groups}} {
		for i := range k.n {
			head = append(head, numbered(k.name, i))
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, e := range list {
		row := []string{e.Name}
		for i := range max(numbers, 1) {
			var n EntryNumber
			if i < len(e.Numbers) {
				n = e.Numbers[i]
			}
			row = append(row, n.Number)
			if i > 0 {
				row = append(row, n.Label)
			}
		}
		row = append(row, e.Nickname)
		row = append(row, filled(e.Emails, emails)...)
		row = append(row, filled(e.URIs, uris)...)
		row = append(row, filled(e.Groups, groups)...)
		for i := range row {
			row[i] = safe.Cell(plainText(row[i]))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// filled is list with empty texts up to n.
func filled(list []string, n int) []string {
	return append(list[:len(list):len(list)], make([]string, n-len(list))...)
}

// ReadCSV reads a table of contacts. Its first row names the columns; commas,
// semicolons and tabs may stand between cells.
func ReadCSV(r io.Reader) ([]Entry, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(bytes.NewReader(b))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = separator(b), -1, true
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, ErrNoContacts
	}
	if err != nil {
		return nil, err
	}
	columns := make([]string, len(head))
	known := false
	for i, h := range head {
		columns[i] = csvColumns[strings.TrimRight(strings.ToLower(strings.TrimSpace(h)), " 0123456789")]
		known = known || columns[i] != ""
	}
	if !known {
		return nil, ErrNoColumns
	}
	var out []Entry
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", len(out)+2, err)
		}
		if len(out) == maxImport {
			return nil, ErrTooMuch
		}
		if e, ok := fromRow(columns, row); ok {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		return nil, ErrNoContacts
	}
	return out, nil
}

// separator is the sign between the cells of the first row.
func separator(b []byte) rune {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// fromRow makes a contact of a row. A label belongs to the number before it.
func fromRow(columns, row []string) (Entry, bool) {
	var e Entry
	numbers := 0
	for i, cell := range row {
		if i == len(columns) {
			break
		}
		s := strings.TrimSpace(plainText(safe.Uncell(cell)))
		if columns[i] == "number" {
			e.Numbers = append(e.Numbers, EntryNumber{Number: plainNumber(s)})
			numbers++
			continue
		}
		if s == "" {
			continue
		}
		switch columns[i] {
		case "name":
			e.Name = s
		case "label":
			if numbers > 0 {
				e.Numbers[numbers-1].Label = s
			}
		case "nickname":
			e.Nickname = s
		case "email":
			e.Emails = append(e.Emails, s)
		case "uri":
			e.URIs = append(e.URIs, s)
		case "group":
			e.Groups = append(e.Groups, s)
		}
	}
	e = e.clean().bounded()
	return e, !e.empty() || len(e.Numbers) > 1 || e.Nickname != "" || e.Emails != nil
}
