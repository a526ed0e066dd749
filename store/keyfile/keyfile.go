package keyfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/aka"
)

// File is what a key file holds.
type File struct{ Cards []Card }

// Card is what is known of one card.
type Card struct {
	Label, ICCID, IMSI string
	// Subscriber is empty, with no Algorithm, where only other keys are known.
	Subscriber auth.Subscriber
	AMF        *[aka.AMFSize]byte
	SQN        *SQN
	ADM        []ADM
	OTA        []KeySet // KIc, KID, DEK of 3GPP TS 31.115
	GP         []KeySet // ENC, MAC, DEK of a security domain
}

// SQN is what is known of a card's sequence numbers.
type SQN struct {
	// IndexBits is the length of IND, 0 to 8.
	IndexBits int
	// Last is the highest number that was used; HasLast says that it is known.
	Last    aka.SQN
	HasLast bool
}

// ADM is an administrative code: 8 bytes, or 4 to 8 digits in ASCII.
type ADM struct {
	PIN   string // "adm1" to "adm10"
	Value safe.Secret
	// Digits says that Value is ASCII digits, not padded.
	Digits bool
}

// KeySet is three keys of one version. Some may be missing.
type KeySet struct {
	Version       int // 0 to 127
	KIC, KID, DEK safe.Secret
}

// Limits of a file, so that none makes the program grow.
const (
	maxBytes = 1 << 20
	maxCards = 1000
	maxKeys  = 64
	maxText  = 64
)

// Errors of reading.
var (
	ErrPlain = errors.New("the key file is not encrypted")
	ErrLong  = errors.New("the key file is longer than 1 MiB")
	// ErrWrongKey says that the passphrase or identity does not open the file.
	ErrWrongKey = errors.New("this passphrase or identity does not open the key file")
	ErrNotFile  = errors.New("this is not a key file")
	ErrNoCard   = errors.New("the key file has no keys of this card")
	ErrMany     = errors.New("the key file has several cards that fit")
	ErrNoIdent  = errors.New("no age identity stands in that file")
	ErrOthers   = errors.New("the key file is encrypted for others too")
	ErrNoAdmin  = errors.New("the key file has no such administrative code of this card")
	// ErrOtherCard says that an entry that was named is of another card.
	ErrOtherCard = errors.New("the entry of the key file is of another card")
)

// EntryError says what is wrong with one card of a file. It holds no value.
type EntryError struct {
	Card int    // from 1 on
	What string // a short sentence that names the field
}

func (e *EntryError) Error() string {
	return fmt.Sprintf("card %d of the key file: %s", e.Card, e.What)
}

// Remember puts the highest sequence number that was used into an entry, and
// reports whether it was another. indexBits is for an entry without any.
func (c *Card) Remember(n aka.SQN, indexBits int) bool {
	if c.SQN == nil {
		c.SQN = &SQN{IndexBits: indexBits}
	}
	if c.SQN.HasLast && c.SQN.Last == n {
		return false
	}
	c.SQN.Last, c.SQN.HasLast = n, true
	return true
}

// Clear overwrites all keys.
func (f *File) Clear() {
	for i := range f.Cards {
		f.Cards[i].Clear()
	}
}

// Clear overwrites the keys of a card.
func (c *Card) Clear() {
	c.Subscriber.Clear()
	for _, a := range c.ADM {
		a.Value.Clear()
	}
	for _, set := range append(slices.Clone(c.OTA), c.GP...) {
		set.KIC.Clear()
		set.KID.Clear()
		set.DEK.Clear()
	}
}

// Name is how a card is spoken of: its label, or what it is known by.
func (c *Card) Name() string {
	switch {
	case c.Label != "":
		return c.Label
	case c.ICCID != "":
		return c.ICCID
	}
	return c.IMSI
}

// Find is the card whose label, ICCID or IMSI is the name.
func (f *File) Find(name string) (*Card, error) {
	return f.one(func(c *Card) bool {
		return name != "" && (c.Label == name || c.ICCID == name || c.IMSI == name)
	})
}

// ForCard is the entry of a card with that ICCID, else of that IMSI. An entry
// that names another ICCID is never taken.
func (f *File) ForCard(iccid, imsi string) (*Card, error) {
	if iccid != "" {
		c, err := f.one(func(c *Card) bool { return c.ICCID == iccid && (c.IMSI == imsi || c.IMSI == "" || imsi == "") })
		if !errors.Is(err, ErrNoCard) {
			return c, err
		}
	}
	return f.one(func(c *Card) bool { return imsi != "" && c.IMSI == imsi && (c.ICCID == "" || iccid == "") })
}

// Rival is a card of the file that could not be told from c, were c in it as
// well, and what both are known by: "label", "ICCID" or "IMSI". A card with two
// subscriptions may stand there twice, with both IMSIs.
func (f *File) Rival(c *Card) (rival *Card, by string) {
	for i := range f.Cards {
		o := &f.Cards[i]
		switch {
		case c.Label != "" && (o.Label == c.Label || o.ICCID == c.Label || o.IMSI == c.Label),
			o.Label != "" && (o.Label == c.ICCID || o.Label == c.IMSI):
			return o, "label"
		case c.ICCID != "" && o.ICCID == c.ICCID && (c.IMSI == o.IMSI || c.IMSI == "" || o.IMSI == ""):
			return o, "ICCID"
		case c.IMSI != "" && o.IMSI == c.IMSI && c.ICCID == "" && o.ICCID == "":
			return o, "IMSI"
		}
	}
	return nil, ""
}

func (f *File) one(fits func(*Card) bool) (*Card, error) {
	var found *Card
	for i := range f.Cards {
		if fits(&f.Cards[i]) {
			if found != nil {
				return nil, ErrMany
			}
			found = &f.Cards[i]
		}
	}
	if found == nil {
		return nil, ErrNoCard
	}
	return found, nil
}

// Check finds what is wrong with the cards, one after the other.
func (f *File) Check() error {
	if len(f.Cards) > maxCards {
		return fmt.Errorf("%w: it has more than %d cards", ErrNotFile, maxCards)
	}
	for i := range f.Cards {
		if what := f.Cards[i].fault(); what != "" {
			return &EntryError{i + 1, what}
		}
	}
	return nil
}

// fault is what is wrong with a card, empty when nothing is.
func (c *Card) fault() string {
	switch {
	case c.Label == "" && c.ICCID == "" && c.IMSI == "":
		return "it has neither label, iccid nor imsi"
	case len(c.Label) > maxText || c.Label != safe.Text(c.Label):
		return fmt.Sprintf("label is one line of at most %d characters", maxText)
	case c.ICCID != "" && !digits(c.ICCID, 18, 20, "0123456789ABCDEF"):
		return "iccid has 18 to 20 digits"
	case c.IMSI != "" && !digits(c.IMSI, 6, 15, "0123456789"):
		return "imsi has 6 to 15 digits"
	case c.SQN != nil && (c.SQN.IndexBits < 0 || c.SQN.IndexBits > 8):
		return "indexBits is 0 to 8"
	case len(c.ADM) > maxKeys || len(c.OTA) > maxKeys || len(c.GP) > maxKeys:
		return fmt.Sprintf("it has more than %d keys of one kind", maxKeys)
	}
	if c.Subscriber.Algorithm != "" {
		if err := c.Subscriber.Check(); err != nil {
			return err.Error()
		}
	} else if s := c.Subscriber; s.K.Len()+s.OP.Len()+s.OPc.Len()+s.TOP.Len()+s.TOPc.Len() > 0 {
		return "it has keys but no algorithm"
	}
	return c.otherFault()
}

func (c *Card) otherFault() string {
	for _, a := range c.ADM {
		if !admName(a.PIN) {
			return "pin of adm is adm1 to adm10"
		}
		if n := a.Value.Len(); a.Digits && (n < 4 || n > 8) || !a.Digits && n != 8 {
			return "adm is 16 hex digits, or 4 to 8 digits"
		}
	}
	for _, kind := range []struct {
		name string
		sets []KeySet
		part [3]string
	}{{"ota", c.OTA, [3]string{"kic", "kid", "dek"}}, {"gp", c.GP, [3]string{"enc", "mac", "dek"}}} {
		for _, set := range kind.sets {
			if set.Version < 0 || set.Version > 127 {
				return "version of " + kind.name + " is 0 to 127"
			}
			for i, k := range []safe.Secret{set.KIC, set.KID, set.DEK} {
				if n := k.Len(); n != 0 && n != 8 && n != 16 && n != 24 && n != 32 {
					return kind.name + " " + kind.part[i] + " has 8, 16, 24 or 32 bytes"
				}
			}
		}
	}
	return ""
}

func admName(s string) bool {
	n, ok := strings.CutPrefix(s, "adm")
	return ok && (n == "10" || len(n) == 1 && n[0] >= '1' && n[0] <= '9')
}

func digits(s string, least, most int, of string) bool {
	return len(s) >= least && len(s) <= most && strings.Trim(s, of) == ""
}
