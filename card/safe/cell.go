package safe

import "strings"

// formulaSigns begin a cell that a spreadsheet takes for a formula.
const formulaSigns = "=+-@\t\r"

// Cell is text that came from outside, made fit for a cell of a table that a
// spreadsheet may open: what would be taken for a formula has an apostrophe
// before it. A number alone, with or without a plus, cannot be one and stays,
// so that other programs can read it.
func Cell(s string) string {
	if s == "" {
		return s
	}
	digits := strings.TrimPrefix(s, "+")
	if digits != "" && strings.Trim(digits, "0123456789") == "" {
		return s
	}
	if strings.ContainsRune(formulaSigns+"'", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Uncell takes back what Cell did.
func Uncell(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune(formulaSigns+"'", rune(s[1])) {
		return s[1:]
	}
	return s
}
