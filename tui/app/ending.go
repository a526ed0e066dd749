package app

import (
	"path/filepath"
	"slices"
	"strings"

	"simscope/card/safe"
	"simscope/texts"
)

// Ending is the format that a file name asks for by what follows its last
// dot: one of formats, or the first of them where the name has no dot. wrong is
// a sentence where the name asks for a format that there is not.
func Ending(name string, formats ...string) (format, wrong string) {
	end := strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")
	if end == "" {
		return formats[0], ""
	}
	if !slices.Contains(formats, end) {
		return "", texts.Say("format.unknown", "end", safe.Text(end), "formats", strings.Join(formats, ", "))
	}
	return end, ""
}
