package fs

import (
	"strings"

	"simscope/fs/ef"
	"simscope/fs/ef/vectors"
)

// Coverage is what this program knows of one file of the catalogue.
type Coverage struct {
	Path    string `json:"path"`
	Named   bool   `json:"named"`
	Decoded bool   `json:"decoded"` // to fields, not to bytes
	Encoded bool   `json:"encoded"`
	// Vectors counts those whose bytes come from a specification or a public
	// source, Published those of them that were published with another
	// program; SelfMade counts, apart, those that our encoder made.
	Vectors   int    `json:"vectors"`
	Published int    `json:"published"`
	SelfMade  int    `json:"self_made"`
	Reason    string `json:"reason"` // why it is only named, empty otherwise
	Structure string `json:"structure,omitempty"`
	Spec      string `json:"spec,omitempty"` // document and clause the decoder follows
	Gap       string `json:"gap,omitempty"`  // what of it is not known or not checked, and why
}

// Covered lists every EF of the catalogue with what is known of it.
func Covered() ([]Coverage, error) {
	all, err := vectors.All()
	if err != nil {
		return nil, err
	}
	counts := map[string]*Coverage{}
	for _, v := range all {
		for _, p := range v.Paths() {
			p = strings.Replace(p, "/(sysmocom)/", "/", 1) // how the source writes a vendor's files
			c := counts[p]
			if c == nil {
				c = &Coverage{}
				counts[p] = c
			}
			switch {
			case v.SelfMade:
				c.SelfMade++
			case v.Published():
				c.Published++
				c.Vectors++
			default:
				c.Vectors++
			}
		}
	}
	var out []Coverage
	for _, e := range Files().All() {
		if e.Structure.IsDir() {
			continue
		}
		c := Coverage{Path: e.Path, Named: e.Name != "", Structure: e.Structure.String(), Spec: e.Spec}
		if n := counts[e.Path]; n != nil {
			c.Vectors, c.Published, c.SelfMade = n.Vectors, n.Published, n.SelfMade
		}
		if d, ok := ef.Lookup(e.Path); ok {
			c.Decoded, c.Encoded, c.Spec = !d.Outline, d.Encode != nil, d.Spec
		}
		c.Reason, c.Gap = string(ef.WhyRaw(e.Path)), ef.Gap(e.Path)
		out = append(out, c)
	}
	return out, nil
}
