package overview

import (
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/contacts"
)

// holding is what the phone books hold, as the screen of contacts counts.
type holding struct {
	known       bool // a phone book was read
	used, slots int
	denied      []card.Path // phone books that the card refused to read
}

// fidPhoneBook is DF.PHONEBOOK.
const fidPhoneBook card.FID = 0x5F3A

// ofBook reports whether a file is one of a phone book; base is the last part
// of its catalogue path.
func ofBook(p card.Path, base string) bool {
	return p.Last() == fidPhoneBook || p.Parent().Last() == fidPhoneBook || base == "EF.ADN" || base == "EF.EXT1"
}

// countContacts counts the contacts of all phone books. Cards show one book at
// two places: the same contacts count once.
func countContacts(c *fs.Card) holding {
	var h holding
	seen := map[string]bool{}
	survey := contacts.Find(c)
	for _, b := range survey.Books {
		key := bookKey(b)
		if key != "" && seen[key] || unread(b) {
			continue
		}
		seen[key] = true
		h.known, h.used, h.slots = true, h.used+len(b.Contacts), h.slots+b.Slots
	}
	for _, p := range survey.Denied {
		if n, _ := c.Tree().Get(p); strings.HasSuffix(n.Catalogue, "/EF.ADN") || strings.HasSuffix(n.Catalogue, "/EF.PBR") {
			h.denied = append(h.denied, p)
		}
	}
	return h
}

// unread reports whether none of a book's contacts could be read.
func unread(b *contacts.Book) bool { return b.Slots == 0 && len(b.Denied)+len(b.Unread) > 0 }

// bookKey is the same for books of the same contacts, and empty for one that
// has none.
func bookKey(b *contacts.Book) string {
	var s strings.Builder
	for _, c := range b.Contacts {
		s.WriteString(c.Name)
		for _, n := range c.Numbers {
			s.WriteString("\x00" + n.Number)
		}
		s.WriteByte(1)
	}
	return s.String()
}

// into puts the counts in the place of those of the files alone.
func (h holding) into(t *tally) {
	if h.known {
		t.known, t.used, t.total = true, h.used, h.slots
	}
	if len(t.denied) == 0 && !h.known {
		for _, p := range h.denied {
			t.denied = append(t.denied, digest{path: p, state: fs.Denied})
		}
	}
}
