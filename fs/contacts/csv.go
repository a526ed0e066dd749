package contacts

import (
	"encoding/csv"
	"io"

	"simscope/card/safe"
)

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
