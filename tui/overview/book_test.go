package overview_test

import (
	"strings"
	"testing"

	"simscope/card/virtual"
	"simscope/fs/contacts"
	"simscope/internal/phonebook"
	"simscope/texts"
)

// Contacts are counted as their own screen counts them, over all records of
// EF.PBR, and follow what is read later.
func TestContactsAreCountedOnce(t *testing.T) {
	for name, img := range map[string]*virtual.Image{
		"two sets":   phonebook.Image(phonebook.Always),
		"one list":   phonebook.Plain(phonebook.Always),
		"behind PIN": phonebook.Image(phonebook.AfterPIN1),
	} {
		p, err := virtual.NewProvider(virtual.Slot{Name: name, Image: img})
		if err != nil {
			t.Fatal(err)
		}
		r := newRig(t, p)
		r.open()
		r.readAll()
		view := r.view(120, 31)
		if name == "behind PIN" {
			if !strings.Contains(view, "contacts: needs PIN1") {
				t.Errorf("%s:\n%s", name, view)
			}
			continue
		}
		used, slots := 0, 0
		for _, b := range contacts.Find(r.env.Card.Files).Books {
			used, slots = used+len(b.Contacts), slots+b.Slots
		}
		if want := texts.Say("overview.count.contacts", "n", used, "of", slots); used < 2 || !strings.Contains(view, want) {
			t.Errorf("%s: want %q\n%s", name, want, view)
		}
	}
}
