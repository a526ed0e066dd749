// Package vectors holds the test vectors of card files: bytes, what they mean,
// and the source that says so. The tests of the decoders check every one, and
// `simscope files` counts them. It knows no decoder.
//
// published.json holds values that were published with other programs; their
// facts carry those programs' field names. Every other table is ours: the
// bytes were put together by hand from the clause that Source names, or taken
// from the public source it names, and Value is the decoded value in full. A
// vector whose bytes our own encoder made is marked SelfMade: it shows that
// decoder and encoder agree, not that either is right.
package vectors

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// Vector is one file or record, or, in the published set, another object of a
// card.
type Vector struct {
	File string   `json:"file"` // path in the catalogue; "FCP/…", "TLV/…" and others of Home
	Kind string   `json:"kind,omitempty"`
	Hex  string   `json:"hex"`
	Also []string `json:"also_applies_to,omitempty"`
	Mode string   `json:"mode,omitempty"`
	// Facts are values of a published vector by names of their own.
	Facts  map[string]any `json:"facts,omitempty"`
	Origin string         `json:"origin,omitempty"` // of a published vector

	// Value is the decoded value in JSON, without "raw".
	Value  json.RawMessage `json:"value,omitempty"`
	Source string          `json:"source,omitempty"` // document and clause, or public source
	// SelfMade says that the bytes were made here: by our encoder, or by hand
	// after a program that reads them.
	SelfMade bool `json:"self_made,omitempty"`
	// OneWay says that the bytes are not the canonical coding of their value.
	OneWay bool `json:"one_way,omitempty"`
}

// Published reports whether the vector is of the published set.
func (v Vector) Published() bool { return v.Facts != nil }

// Paths are the files that the vector is for.
func (v Vector) Paths() []string { return append([]string{v.File}, v.Also...) }

// Who checks which published vectors.
const (
	HomeEF    = "fs/ef"
	HomeFS    = "fs"
	HomeOther = "card" // packages below card
)

// Home is the package whose tests check the vector.
func (v Vector) Home() string {
	switch kind, _, _ := strings.Cut(v.File, "/"); kind {
	case "FCP", "UICC", "GSM":
		return HomeFS
	case "TLV", "APDU", "EID":
		return HomeOther
	}
	return HomeEF
}

//go:embed *.json
var files embed.FS

// All is every vector, the published ones first.
var All = sync.OnceValues(func() ([]Vector, error) {
	out, err := read("published.json")
	if err != nil {
		return nil, err
	}
	names, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if n.Name() == "published.json" {
			continue
		}
		part, err := read(n.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
})

func read(name string) ([]Vector, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var out []Vector
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}
