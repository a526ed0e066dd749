package ef

import (
	"simscope/texts"
)

// nextTables are the kinds of table that follow (FFFIS clause 8.3).
var nextTables = codes{0xF0: "decision", 0xF1: "predefined", 0xF2: "num_dial_digits", 0xF3: "ic", 0xFF: "empty"}

// NextTable says which table goes on when an entry fits.
type NextTable struct {
	Type string `json:"next_table_type"`
	ID   Hex    `json:"id_of_next_table"` // a file of DF.EIRENE
}

// railTables are the files of DF.EIRENE by their identifiers.
var railTables = map[string]string{
	"6F80": "EF.NW", "6F81": "EF.5to8digits", "6F82": "EF.2digits", "6F83": "EF.8digits", "6F84": "EF.9digits",
	"6F85": "EF.SSSSS", "6F86": "EF.LLLLL", "6F87": "EF.FreeNumber", "6F88": "EF.FC", "6F89": "EF.Service", "6F8A": "EF.Call",
	"6F8B": "EF.FctTeam", "6F8C": "EF.Gateway", "6F8D": "EF.IC", "6F8E": "EF.CT", "6F8F": "EF.SC", "6F91": "EF.Location",
	"6F92": "EF.Controller",
}

func railFile(id Hex) string { return railTables[id.String()] }

// nextTable reads the three bytes that begin an entry.
func (n *nested) nextTable() NextTable {
	from := n.at
	raw, ok := n.take(3)
	if !ok {
		return NextTable{ID: Hex{}}
	}
	t := NextTable{Type: nextTables.name(raw[0]), ID: raw[1:]}
	if _, known := nextTables[raw[0]]; !known {
		n.b.flag("rail.table", from, 1, "type", t.Type)
	}
	f := n.line("rail_next_table", t.words(), from)
	f.Note = wordOr("rail.table", t.Type)
	return t
}

func (t NextTable) words() string {
	switch name := railFile(t.ID); {
	case t.Type == "empty":
		return word("none")
	case name != "":
		return name
	}
	return t.ID.String()
}

func (t NextTable) bytes() ([]byte, error) {
	kind, err := enumeratedByte("next_table_type", nextTables, t.Type)
	if err != nil {
		return nil, err
	}
	id, err := ofLength("id_of_next_table", t.ID, 2)
	return append(kind, id...), err
}

// railValue reads digits that decide, up to their filler.
func (n *nested) railValue(id string, k int) string {
	from := n.at
	raw, _ := n.take(k)
	s := n.b.railDigits(raw, from)
	n.line(id, s, from)
	return s
}

// railRest flags what a record holds beyond its entry.
func (n *nested) railRest() Hex {
	if n.left() == 0 || n.padding() {
		return nil
	}
	from := n.at
	out := Hex(n.rest())
	n.b.flag("rail.rest", from, len(out))
	n.line("rail_rest", out.String(), from)
	return out
}

// ICEntry is a record of EF.IC: an access code and the network it leads to.
type ICEntry struct {
	NextTable
	Value string `json:"ic_decision_value"`
	Name  int    `json:"network_string_table_index"` // record of EF.NW
	Carry
}

const icEntry = 7

// tableRecord begins a record of a table; it is false where there is no entry.
func (b *builder) tableRecord(data []byte, need int) (*nested, bool) {
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return nil, false
	}
	return b.nested(data), b.expect(data, need)
}

func (b *builder) tableSummary(digits string, next NextTable) {
	b.Columns = []string{digits, next.words()}
	b.Summary = texts.Say("ef.rail.entry", "digits", digits, "table", next.words())
	if digits == "" {
		b.Summary = texts.Say("ef.rail.next", "table", next.words())
	}
}

func decodeIC(data []byte, _ Context, b *builder) ICEntry {
	v := ICEntry{NextTable: NextTable{ID: Hex{}}, Carry: Carry{data}}
	n, ok := b.tableRecord(data, icEntry)
	if !ok {
		return v
	}
	v.NextTable = n.nextTable()
	v.Value = n.railValue("rail_decision_value", 2)
	v.Name = n.plain("rail_network_name", 2)
	n.railRest()
	b.tableSummary(v.Value, v.NextTable)
	return v
}

func encodeIC(v ICEntry, size int) ([]byte, error) {
	return encodeEntry(v.NextTable, "ic_decision_value", v.Value, v.Name, 2, size)
}

// encodeEntry writes an entry whose string index takes k bytes.
func encodeEntry(next NextTable, what, value string, index, k, size int) ([]byte, error) {
	if next.Type == "" && value == "" {
		return fill(size), nil
	}
	out, err := next.bytes()
	if err != nil {
		return nil, err
	}
	digits, err := railBytes(what, value, 2)
	if err != nil {
		return nil, err
	}
	if out, err = appendPlain(append(out, digits...), "string_table_index", index, k); err != nil {
		return nil, err
	}
	return padded(out, size)
}

// SwitchingEntry is a record of EF.CT and EF.SC: digits that decide which
// table goes on.
type SwitchingEntry struct {
	NextTable
	Value string `json:"decision_value"`
	Text  int    `json:"string_table_index"`
	Carry
}

const switchingEntry = 6

func decodeSwitching(data []byte, _ Context, b *builder) SwitchingEntry {
	v := SwitchingEntry{NextTable: NextTable{ID: Hex{}}, Carry: Carry{data}}
	n, ok := b.tableRecord(data, switchingEntry)
	if !ok {
		return v
	}
	v.NextTable = n.nextTable()
	v.Value = n.railValue("rail_decision_value", 2)
	v.Text = n.plain("rail_text", 1)
	n.railRest()
	b.tableSummary(v.Value, v.NextTable)
	return v
}

func encodeSwitching(v SwitchingEntry, size int) ([]byte, error) {
	return encodeEntry(v.NextTable, "decision_value", v.Value, v.Text, 1, size)
}

// PredefinedEntry is a record of EF.FC, EF.Service, EF.Call, EF.FctTeam,
// EF.Controller and EF.Gateway. The first record says which table follows; each
// of the others is a value that may be picked, with its text.
type PredefinedEntry struct {
	Next  *NextTable `json:"next_table,omitempty"`
	Value string     `json:"predefined_value,omitempty"`
	Text  *int       `json:"string_table_index,omitempty"`
	Rest  Hex        `json:"rest,omitempty"` // what a longer record holds
	Carry
}

const predefinedEntry = 3

func decodePredefined(data []byte, _ Context, b *builder) PredefinedEntry {
	v := PredefinedEntry{Carry: Carry{data}}
	n, ok := b.tableRecord(data, predefinedEntry)
	if !ok {
		return v
	}
	// A record does not know its number: a head has the kind of a table and
	// the identifier of a file, which no digits can be.
	if _, known := nextTables[data[0]]; known && data[1] == 0x6F {
		next := n.nextTable()
		v.Next = &next
		b.tableSummary("", next)
	} else {
		v.Value = n.railValue("rail_predefined_value", 2)
		v.Text = new(n.plain("rail_text", 1))
		b.Columns = []string{v.Value, ""}
		b.Summary = texts.Say("ef.rail.value", "digits", v.Value, "n", *v.Text)
	}
	v.Rest = n.railRest()
	return v
}

func encodePredefined(v PredefinedEntry, size int) ([]byte, error) {
	var out []byte
	var err error
	switch {
	case v.Next != nil && (v.Value != "" || v.Text != nil):
		return nil, badValue("predefined_value", v.Value)
	case v.Next != nil:
		out, err = v.Next.bytes()
	case v.Text != nil:
		if out, err = railBytes("predefined_value", v.Value, 2); err == nil {
			out, err = appendPlain(out, "string_table_index", *v.Text, 1)
		}
	default:
		return fill(size), nil
	}
	if err != nil {
		return nil, err
	}
	return padded(append(out, v.Rest...), size)
}

// DialledDigits is the content of EF.5to8digits, EF.2digits, EF.8digits,
// EF.9digits, EF.SSSSS, EF.LLLLL, EF.Location and EF.FreeNumber: how many
// digits are dialled, and what follows them.
type DialledDigits struct {
	NextTable
	Digits string `json:"dialled_digits"`
	Carry
}

const dialledDigits = 4

func decodeDialledDigits(data []byte, _ Context, b *builder) DialledDigits {
	v := DialledDigits{NextTable: NextTable{ID: Hex{}}, Carry: Carry{data}}
	n, ok := b.tableRecord(data, dialledDigits)
	b.Columns = nil
	if !ok {
		return v
	}
	v.NextTable = n.nextTable()
	v.Digits = n.railValue("rail_dialled_digits", 1)
	n.railRest()
	b.tableSummary(v.Digits, v.NextTable)
	b.Columns = nil
	return v
}

func encodeDialledDigits(v DialledDigits, size int) ([]byte, error) {
	if v.Type == "" && v.Digits == "" {
		return fill(size), nil
	}
	out, err := v.NextTable.bytes()
	if err != nil {
		return nil, err
	}
	digits, err := railBytes("dialled_digits", v.Digits, 1)
	if err != nil {
		return nil, err
	}
	return padded(append(out, digits...), size)
}
