// Package texts holds the sentences that people read, looked up by an
// identifier at the edge where they are shown. The tables lie in a folder for
// each language, one file for each part of the program, a line each:
// identifier, tab, sentence. Arguments stand in braces, by name: {left}. A word
// that goes by a number names it, and its two forms, of one and of any other
// number: {left} {left:try|tries}.
//
// It imports nothing of this program and holds no logic but the lookup.
package texts

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"
)

//go:embed en/*.tsv
var files embed.FS

var table = sync.OnceValue(func() map[string]string {
	t := map[string]string{}
	names, _ := fs.Glob(files, "en/*.tsv")
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			id, sentence, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
			if ok && !strings.HasPrefix(id, "#") {
				t[id] = sentence
			}
		}
	}
	return t
})

// Has reports whether there is a sentence for id.
func Has(id string) bool { _, ok := table()[id]; return ok }

// Say returns the sentence for id with its arguments filled in; args are
// names and values in turn: Say("pin.left", "left", 2). An unknown id gives
// the id itself in angle brackets, so that a gap is seen and not hidden.
func Say(id string, args ...any) string {
	s, ok := table()[id]
	if !ok {
		return "<" + id + ">"
	}
	if len(args) < 2 || !strings.Contains(s, "{") {
		return s
	}
	return fill(s, args)
}

// fill puts values in the places of a sentence in one pass: a value that holds
// braces is not looked at again.
func fill(s string, args []any) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '{')
		if at < 0 {
			break
		}
		b.WriteString(s[:at])
		s = s[at:]
		end := strings.IndexByte(s, '}')
		if end < 0 {
			break
		}
		name, forms, _ := strings.Cut(s[1:end], ":")
		one, many, counts := strings.Cut(forms, "|")
		switch v, ok := valueOf(name, args); {
		case !ok:
			b.WriteString(s[:end+1])
		case !counts:
			fmt.Fprint(&b, v)
		case fmt.Sprint(v) == "1":
			b.WriteString(one)
		default:
			b.WriteString(many)
		}
		s = s[end+1:]
	}
	b.WriteString(s)
	return b.String()
}

func valueOf(name string, args []any) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if n, ok := args[i].(string); ok && n == name {
			return args[i+1], true
		}
	}
	return nil, false
}

// Maybe is Say, or an empty string where there is no sentence.
func Maybe(id string, args ...any) string {
	if !Has(id) {
		return ""
	}
	return Say(id, args...)
}

// All gives every identifier and its sentence, in no order.
func All() map[string]string { return maps.Clone(table()) }
