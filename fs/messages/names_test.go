package messages

import (
	"context"
	"testing"

	"simscope/fs/contacts"
	"simscope/internal/phonebook"
)

func TestNamesFrom(t *testing.T) {
	book := [][2]string{
		{"Ada", "+447700900123"},
		{"Ada again", "07700 900123"},
		{"Bob", "07700 900456"},
		{"Shop", "5550104"},
		{"Mailbox", "121"},
		{"", "+447700900789"},
		{"Nobody", ""},
		{"Star", "*100#"},
		{"Word", "STARMOBILE"},
		{"Eight", "90012345"},
	}
	name := NamesFrom(func(yield func(name, number string) bool) {
		for _, e := range book {
			if !yield(e[0], e[1]) {
				return
			}
		}
	})
	for number, want := range map[string]string{
		"+447700900123": "Ada", "07700900123": "Ada again", "00447700900123": "Ada", "7700 900-123": "Ada",
		"+447700900456": "Bob", "700900456": "Bob",
		"+447800900456": "",        // eight digits agree, nine do not
		"+15555550104":  "Shop",    // the book has seven digits of it
		"5550104":       "Shop",    // the same
		"0900456":       "Bob",     // seven digits of a longer one
		"900456":        "",        // six are too few
		"121":           "Mailbox", // short ones have to be the same
		"+44121":        "", "9121": "",
		"*100#": "Star", "STARMOBILE": "", "Ada": "", "": "",
		"+447700900789": "", "+44190012345": "Eight", "90012345": "Eight",
	} {
		if got := name(number); got != want {
			t.Errorf("%q is %q, want %q", number, got, want)
		}
	}
	if NamesFrom(func(func(string, string) bool) {})("5550104") != "" {
		t.Error("an empty book names somebody")
	}
}

// Every number of every contact of a card's phone books finds its contact.
func TestFromBooks(t *testing.T) {
	c := cardOf(t, phonebook.Image(phonebook.Always))
	s, err := contacts.Load(context.Background(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	name := NamesFrom(FromBooks(s.Books))
	n := 0
	for _, b := range s.Books {
		for _, c := range b.Contacts {
			for _, number := range c.Numbers {
				if d := digitsOf(number.Number); c.Name == "" || len(d) < leastDigits {
					continue
				}
				n++
				if got := name(number.Number); got == "" {
					t.Errorf("%s of %s is not found", number.Number, c.Name)
				}
			}
		}
	}
	if n < 3 {
		t.Errorf("only %d numbers were looked at", n)
	}
	for number, want := range map[string]string{"+447700900123": "星辰", "07700900456": "星辰"} {
		if got := name(number); got != want {
			t.Errorf("%s is %q, want %q", number, got, want)
		}
	}
	for range FromBooks(s.Books) {
		break
	}
}
