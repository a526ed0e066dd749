package cli

import (
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card/tlv"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

// readFlags say which part of a file is read, and whether it is decoded.
type readFlags struct {
	placeFlags
	raw bool
}

func (f *readFlags) add(c *cobra.Command) {
	f.placeFlags.add(c)
	c.Flags().BoolVar(&f.raw, "raw", false, texts.Say("flag.raw"))
}

// narrow leaves of what was read what the flags ask for.
func (f *readFlags) narrow(c *app.Card, n fs.Node, out *readJSON, d *fs.Decoded) error {
	if at := f.at(n.Path); at.Record != 0 || at.Tag != 0 {
		i, err := c.Files.PartOf(n, at)
		if err != nil {
			return err
		}
		out.Record, out.Tag = at.Record, at.Tag
		content := fs.Content{Partial: n.Content.Partial}
		if at.Record > 0 {
			content.Records = n.Content.Records[i : i+1]
			maps.DeleteFunc(out.Numbers, func(record int, _ fs.WholeNumber) bool { return record != at.Record })
		} else {
			content.Objects = n.Content.Objects[i : i+1]
		}
		out.Content, out.Decoded = &content, nil
		if i < len(d.Parts) {
			d.Parts = d.Parts[i : i+1]
			out.Decoded = partJSON(d.Parts[0])
		}
	}
	if f.raw {
		out.Decoded, d.Parts = nil, nil
	}
	return nil
}

// printRaw writes bytes alone, in hex: a line for the file, each record or
// each object's value.
func printRaw(w io.Writer, c *fs.Content) {
	switch {
	case c == nil:
	case len(c.Records) > 0:
		for _, r := range c.Records {
			fmt.Fprintln(w, r)
		}
	case len(c.Objects) > 0:
		for _, o := range c.Objects {
			fmt.Fprintln(w, o.Value)
		}
	case len(c.Binary) > 0:
		fmt.Fprintln(w, c.Binary)
	}
}

// recordNumber is the number of a record, from 1 on; 0 where none was named.
type recordNumber int

// String implements pflag.Value.
func (v *recordNumber) String() string { return strconv.Itoa(int(*v)) }

// Set implements pflag.Value.
func (v *recordNumber) Set(s string) error {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 {
		return usage("record")
	}
	*v = recordNumber(n)
	return nil
}

// Type implements pflag.Value.
func (v *recordNumber) Type() string { return "number" }

// tagNumber is the tag of a data object, in hex; 0 where none was named.
type tagNumber tlv.Tag

// String implements pflag.Value.
func (v *tagNumber) String() string {
	if *v == 0 {
		return ""
	}
	return tlv.Tag(*v).String()
}

// Set implements pflag.Value.
func (v *tagNumber) Set(s string) error {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(s), "0x"), 16, 32)
	if err != nil || n == 0 {
		return usage("tag")
	}
	*v = tagNumber(n)
	return nil
}

// Type implements pflag.Value.
func (v *tagNumber) Type() string { return "hex" }
