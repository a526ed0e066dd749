package contacts

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-vcard"
)

// vcardTypes are the kinds of numbers that a vCard has words for (RFC 6350
// clause 6.4.1); other labels go into a property beside the number, as address
// books do it.
var vcardTypes = []string{"work", "home", "cell", "fax", "pager", "video", "textphone", "text"}

const fieldLabel = "X-ABLABEL"

// WriteVCard writes contacts as vCard 4.0 (RFC 6350).
func WriteVCard(w io.Writer, list []Entry) error {
	e := vcard.NewEncoder(w)
	for _, x := range list {
		if err := e.Encode(toVCard(x)); err != nil {
			return err
		}
	}
	return nil
}

func toVCard(e Entry) vcard.Card {
	c := vcard.Card{}
	c.SetValue(vcard.FieldVersion, "4.0")
	name := e.Name
	if name == "" { // the property must be there; ReadVCard takes this back
		name = shown(e)
	}
	c.SetValue(vcard.FieldFormattedName, plainText(name))
	for i, n := range e.Numbers {
		if n.Number == "" {
			continue
		}
		f := &vcard.Field{Value: plainText(n.Number)}
		kind := strings.ToLower(n.Label)
		known := slices.Contains(vcardTypes, kind)
		if known {
			f.Params = vcard.Params{vcard.ParamType: {kind}}
		}
		// The word alone would lose how the label is written.
		if n.Label != "" && (!known || n.Label != kind) {
			f.Group = fmt.Sprintf("item%d", i+1)
			c.Add(fieldLabel, &vcard.Field{Group: f.Group, Value: plainText(n.Label)})
		}
		c.Add(vcard.FieldTelephone, f)
	}
	if e.Nickname != "" {
		c.SetValue(vcard.FieldNickname, plainText(e.Nickname))
	}
	for name, list := range map[string][]string{vcard.FieldEmail: e.Emails, vcard.FieldIMPP: e.URIs, vcard.FieldCategories: e.Groups} {
		for _, s := range list {
			c.AddValue(name, plainText(s))
		}
	}
	return c
}

// shortened is the longest beginning of a text that fits, by what measures it.
func shortened(s string, limit int, length func(string) int) string {
	for s != "" && length(s) > limit {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return strings.TrimSpace(s)
}
