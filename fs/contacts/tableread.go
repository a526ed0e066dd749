package contacts

import (
	"encoding/csv"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"simscope/card/safe"
)

// What a column of a table is.
const (
	colName     = "name"
	colFirst    = "first"
	colMiddle   = "middle"
	colLast     = "last"
	colFirm     = "firm"
	colNumber   = "number"
	colLabel    = "label"
	colNickname = "nickname"
	colEmail    = "email"
	colURI      = "uri"
	colGroup    = "group"
)

// columnNames are the names that a column can have in a file of another
// program, by what it is here.
var columnNames = map[string]string{
	"name": colName, "full name": colName, "display name": colName, "fn": colName, "contact": colName,
	"first name": colFirst, "given name": colFirst, "middle name": colMiddle, "additional name": colMiddle,
	"last name": colLast, "family name": colLast, "surname": colLast,
	"company": colFirm, "organization": colFirm, "organization name": colFirm,
	"number": colNumber, "phone": colNumber, "telephone": colNumber, "tel": colNumber, "phone number": colNumber,
	"primary phone": colNumber, "other phone": colNumber, "mobile": colNumber, "mobile phone": colNumber, "cell": colNumber,
	"home phone": colNumber, "business phone": colNumber, "work phone": colNumber, "home fax": colNumber, "business fax": colNumber, "pager": colNumber,
	"label": colLabel, "type": colLabel,
	"nickname": colNickname, "second name": colNickname,
	"email": colEmail, "e-mail": colEmail, "mail": colEmail, "e-mail address": colEmail, "email address": colEmail,
	"uri": colURI, "sip": colURI, "impp": colURI,
	"group": colGroup, "groups": colGroup, "categories": colGroup, "labels": colGroup, "group membership": colGroup,
}

// saidBy are the labels of numbers that the name of a column gives.
var saidBy = map[string]string{
	"mobile": "cell", "mobile phone": "cell", "cell": "cell", "home phone": "home", "business phone": "work", "work phone": "work",
	"home fax": "fax", "business fax": "fax", "pager": "pager",
}

// column is a column of a table: what it is, which of several, and the label
// that its name gives.
type column struct {
	kind  string
	n     int // 0 and 1 are the first
	label string
}

// columnName is a name, a number, and in tables of Google what of it stands in
// the column: "Phone 1 - Value".
var columnName = regexp.MustCompile(`^(.*?)\s*([0-9]{0,3})\s*(?:- (value|type|label))?$`)

func columnOf(head string) column {
	m := columnName.FindStringSubmatch(strings.ToLower(strings.TrimSpace(head)))
	if m == nil {
		return column{}
	}
	n, _ := strconv.Atoi(m[2])
	c := column{kind: columnNames[m[1]], n: max(n, 1), label: saidBy[m[1]]}
	switch {
	case m[3] == "" || m[3] == "value":
	case c.kind == colNumber:
		c.kind = colLabel
	default:
		return column{}
	}
	return c
}

// table reads a table of contacts. Its first row names the columns; commas,
// semicolons and tabs may stand between cells. A row that is broken is left
// out, and the next one is read.
func (f *File) table(lines []string) error {
	at := 0
	for at < len(lines) && strings.TrimSpace(lines[at]) == "" {
		at++
	}
	if at == len(lines) {
		return ErrNoContacts
	}
	comma := separator(lines[at])
	if rest, ok := strings.CutPrefix(strings.ToLower(lines[at]), "sep="); ok && len(rest) == 1 && at+1 < len(lines) {
		comma, at = rune(rest[0]), at+1
	}
	head, used, err := row(lines[at:], comma, true)
	if err != nil {
		return &ReadError{Left{at + 1, "quote", nil}}
	}
	columns := make([]column, len(head))
	for i, h := range head {
		columns[i] = columnOf(h)
	}
	if !slices.ContainsFunc(columns, func(c column) bool { return c.kind != "" }) {
		return &ReadError{Left{at + 1, "columns", nil}}
	}
	for at += used; at < len(lines); at += used {
		var cells []string
		if cells, used, err = row(lines[at:], comma, len(f.Left) < maxLeft); err != nil {
			f.leave(at+1, "quote")
			continue
		}
		if err := f.row(at+1, columns, cells); err != nil {
			return err
		}
	}
	return nil
}

// maxRowLines is how many lines one row of a table can have: a line end within
// quotes goes on with it.
const maxRowLines = 20

// row parses the first row of lines and says how many lines it has. A row that
// cannot be parsed has one, so that the next can be.
func row(lines []string, comma rune, more bool) (cells []string, used int, err error) {
	cells, err = cellsOf(lines[0], comma, false)
	if errors.Is(err, csv.ErrBareQuote) {
		cells, err = cellsOf(lines[0], comma, true) // a quote amid a cell is a sign like others
	}
	for n := 2; err != nil && more && n <= min(maxRowLines, len(lines)); n++ {
		if cells, e := cellsOf(strings.Join(lines[:n], "\n"), comma, false); e == nil {
			return cells, n, nil
		}
	}
	return cells, 1, err
}

// cellsOf parses one row; text that holds more than one is an error.
func cellsOf(text string, comma rune, lazy bool) ([]string, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = comma, -1, lazy
	rows, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 {
		return nil, csv.ErrQuote
	}
	return rows[0], nil
}

// separator is the sign between the cells of the first row.
func separator(line string) rune {
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// rounded is a number that a spreadsheet has written with a power of ten: its
// last digits are lost.
var rounded = regexp.MustCompile(`^[0-9][.,][0-9]+[eE]\+?[0-9]{1,2}$`)

// row takes one row.
func (f *File) row(line int, columns []column, cells []string) error {
	for i, c := range columns[:min(len(columns), len(cells))] {
		if s := strings.TrimSpace(cells[i]); c.kind == colNumber && rounded.MatchString(s) {
			f.leave(line, "rounded", "number", s)
			return nil
		}
	}
	e := fromRow(columns, cells)
	if e.empty() && len(e.Numbers) <= 1 && e.Nickname == "" && e.Emails == nil {
		return nil // nothing in it
	}
	return f.take(line, e)
}

// fromRow makes a contact of a row. A label belongs to the number of the same
// count, or to the one before it.
func fromRow(columns []column, cells []string) Entry {
	var e Entry
	names := map[string]string{}
	for i, c := range columns {
		if i == len(cells) {
			break
		}
		for _, s := range values(cells[i], c) {
			switch c.kind {
			case colNumber:
				e.Numbers = append(e.Numbers, EntryNumber{plainNumber(s), c.label})
			case colLabel, "":
			case colNickname:
				e.Nickname = s
			case colEmail:
				e.Emails = append(e.Emails, s)
			case colURI:
				e.URIs = append(e.URIs, s)
			case colGroup:
				e.Groups = append(e.Groups, s)
			default:
				names[c.kind] = s
			}
		}
	}
	e.label(columns, cells)
	e.Name = names[colName]
	if e.Name == "" {
		e.Name = strings.Join(strings.Fields(names[colFirst]+" "+names[colMiddle]+" "+names[colLast]), " ")
	}
	if e.Name == "" {
		e.Name = names[colFirm]
	}
	return e.clean()
}

// values are the texts of a cell: Google puts several into one. An empty cell
// of a number keeps its place, so that the second number does not become the
// first.
func values(cell string, c column) []string {
	s := oneLine(safe.Uncell(cell))
	var out []string
	for _, v := range strings.Split(s, " ::: ") {
		if c.kind == colGroup {
			if v = strings.TrimPrefix(v, "* "); strings.EqualFold(v, "myContacts") || strings.EqualFold(v, "My Contacts") {
				continue
			}
		}
		if v != "" || c.kind == colNumber {
			out = append(out, v)
		}
	}
	return out
}

// label gives the numbers of a row the labels of its other columns.
func (e *Entry) label(columns []column, cells []string) {
	first := map[int]int{} // of each column of numbers, the index of its first in the entry
	n := 0
	for i, c := range columns[:min(len(columns), len(cells))] {
		if c.kind == colNumber {
			first[i] = n
			n += len(values(cells[i], c))
		}
	}
	for i, c := range columns[:min(len(columns), len(cells))] {
		text := strings.TrimPrefix(oneLine(safe.Uncell(cells[i])), "* ")
		if c.kind != colLabel || text == "" {
			continue
		}
		at := slices.IndexFunc(columns, func(o column) bool { return o.kind == colNumber && o.n == c.n })
		for j := i - 1; at < 0 && j >= 0; j-- {
			if columns[j].kind == colNumber {
				at = j
			}
		}
		if k, ok := first[at]; ok && k < len(e.Numbers) {
			e.Numbers[k].Label = text
		}
	}
}
