package cli

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
)

// parseHex reads bytes in hex, with spaces, colons or line breaks between
// them. What was typed is not repeated in the error.
func parseHex(words ...string) ([]byte, error) {
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == ':' {
			return -1
		}
		return r
	}, strings.Join(words, ""))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	b, err := hex.DecodeString(s)
	if err != nil || len(b) == 0 {
		return nil, problem("not_hex", "")
	}
	return b, nil
}

// decodedJSON is the decoded value of a file, an array for records.
func decodedJSON(d fs.Decoded) json.RawMessage {
	values := make([]any, len(d.Parts))
	for i, part := range d.Parts {
		if !part.Empty {
			values[i] = part.Value
		}
	}
	var v any = values
	if !d.Decoder.Record && len(values) == 1 {
		v = values[0]
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return b
}

// partJSON is the decoded value of one record or object, nothing of a free
// one.
func partJSON(part ef.Decoded) json.RawMessage {
	if part.Empty {
		return nil
	}
	b, err := json.Marshal(part.Value)
	if err != nil {
		return nil
	}
	return b
}

func (p *program) decodeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "decode PATH HEX…", Short: texts.Say("cmd.decode"), Long: texts.Say("cmd.decode.long"), Args: between(2, -1),
		RunE: func(_ *cobra.Command, args []string) error { return p.decode(args[0], args[1:]) },
	}
}

// decodeJSON is the answer of `decode`.
type decodeJSON struct {
	Path    string   `json:"path"`
	Spec    string   `json:"spec"`
	Hex     fs.Hex   `json:"hex"`
	Empty   bool     `json:"empty,omitempty"`
	Summary string   `json:"summary,omitempty"`
	Value   any      `json:"value,omitempty"`
	Gap     string   `json:"gap,omitempty"` // what of the file is not known or not checked
	Flags   []string `json:"flags,omitempty"`
}

func (p *program) decode(typed string, words []string) error {
	entry, err := findEntry(typed)
	if err != nil {
		return err
	}
	b, err := parseHex(words...)
	if err != nil {
		return err
	}
	if card.SecretFile(pathOfEntry(entry)) {
		return problem("secret_file", entry.Path)
	}
	dec, ok := ef.Lookup(entry.Path)
	if !ok {
		why := ef.Gap(entry.Path)
		if why != "" {
			why = " " + why
		}
		return problem("no_decoder", entry.Path, "why", why)
	}
	d := dec.Decode(b, ef.Context{App: strings.SplitN(entry.Path, "/", 2)[0]})
	out := decodeJSON{Path: entry.Path, Spec: dec.Spec, Hex: b, Empty: d.Empty, Summary: d.Summary, Value: d.Value, Gap: ef.Gap(entry.Path)}
	for _, f := range d.Flags {
		out.Flags = append(out.Flags, texts.Say(f.ID, f.Args...))
	}
	return p.emit(out, func(w io.Writer) {
		fmt.Fprintf(w, "%s  %s\n", entry.Path, dec.Spec)
		t := newFields(w)
		if d.Empty && len(out.Flags) == 0 {
			t.row(texts.Say("out.read.empty"))
		}
		for _, f := range d.Fields {
			t.row("  "+strings.Repeat("  ", f.Depth)+f.Label, f.Value, f.Note)
		}
		t.flush()
		for _, f := range out.Flags {
			fmt.Fprintln(w, "! "+safe.Text(f))
		}
		if out.Gap != "" {
			fmt.Fprintln(w, out.Gap)
		}
	})
}

// pathOfEntry is a path that has the entry's identifiers, for the question
// whether it holds keys.
func pathOfEntry(e fs.Entry) card.Path {
	app := card.AID("")
	if strings.HasPrefix(e.Path, "ADF.") {
		app = "\x00any application"
		if strings.HasPrefix(e.Path, "ADF.ISIM") {
			app = "\xA0\x00\x00\x00\x87\x10\x04"
		}
	}
	parts := strings.Split(e.Path, "/")
	p := card.PathOf(app)
	for i := 1; i < len(parts); i++ {
		if at, ok := fs.Files().Lookup(strings.Join(parts[:i+1], "/")); ok {
			p = p.Child(at.FID)
		}
	}
	return p
}

// findEntry finds a file of the catalogue by its path, its name or its FID.
func findEntry(typed string) (fs.Entry, error) {
	if e, ok := fs.Files().Lookup(typed); ok {
		return e, nil
	}
	var fits []fs.Entry
	for _, e := range fs.Files().All() {
		u := strings.ToUpper(typed)
		path := strings.ToUpper(e.Path)
		if path == u || strings.HasSuffix(path, "/"+u) || strings.TrimPrefix(strings.ToUpper(e.Name), "EF.") == u || e.FID.String() == u && e.FID != 0 {
			fits = append(fits, e)
		}
	}
	switch {
	case len(fits) == 0:
		return fs.Entry{}, fs.ErrNoSuchFile
	case len(fits) == 1 || sameCoding(fits):
		return fits[0], nil
	}
	var names []string
	for _, e := range fits {
		names = append(names, e.Path)
	}
	return fs.Entry{}, problem("ambiguous_file", "", "names", strings.Join(names, ", "))
}

// sameCoding reports whether all entries are read by the same decoder, so
// that it does not matter which is meant.
func sameCoding(es []fs.Entry) bool {
	first, ok := ef.Lookup(es[0].Path)
	if !ok {
		return false
	}
	for _, e := range es[1:] {
		d, ok := ef.Lookup(e.Path)
		if !ok || d.Name != first.Name || d.Spec != first.Spec || d.Record != first.Record {
			return false
		}
	}
	return true
}
