package keyfile

import (
	"fmt"
	"slices"
	"strings"

	"simscope/card/safe"
)

// Kinds of key sets.
const (
	KindOTA = "ota"
	KindGP  = "gp"
)

// SetError says why no key set of a card's entry can be taken.
type SetError struct {
	Kind    string // KindOTA or KindGP
	Version int    // that was asked for, 0 for the only one
	Have    []int  // versions that are there
}

func (e *SetError) Error() string {
	return fmt.Sprintf("the key file has no single %s key set of version %d, but %v", e.Kind, e.Version, e.Have)
}

// Set is the key set of a version; for version 0, which a card reads as the
// one it chooses itself, the only set where there is none of that number. Its
// keys are the entry's.
func (c *Card) Set(kind string, version int) (KeySet, error) {
	sets := c.OTA
	if kind == KindGP {
		sets = c.GP
	}
	e := &SetError{Kind: kind, Version: version}
	for _, s := range sets {
		e.Have = append(e.Have, s.Version)
	}
	if len(sets) == 1 && version == 0 {
		return sets[0], nil
	}
	i := slices.Index(e.Have, version)
	if i < 0 || slices.Contains(e.Have[i+1:], version) {
		return KeySet{}, e
	}
	return sets[i], nil
}

// Admin is the administrative code of a name as ParsePINRef takes it, in any
// case. It is the entry's.
func (c *Card) Admin(name string) (safe.Secret, error) {
	for _, a := range c.ADM {
		if strings.EqualFold(a.PIN, name) {
			return a.Value, nil
		}
	}
	return safe.Secret{}, ErrNoAdmin
}

// Of reports whether the entry may be of a card with that ICCID: it names no
// other. Where one of both is not known, nothing contradicts it.
func (c *Card) Of(iccid string) bool { return c.ICCID == "" || iccid == "" || c.ICCID == iccid }
