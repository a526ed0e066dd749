package app

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/crypto/scp80"
	"simscope/store/keyfile"
	"simscope/texts"
)

// EntryGP takes the keys of a security domain out of a card's entry, as copies,
// and tells their version. Version 0 is the only set. DEK opens no channel; an
// entry without it gets MAC in its place.
func EntryGP(e *keyfile.Card, version int) (globalplatform.KeySet, int, error) {
	var out globalplatform.KeySet
	set, err := e.Set(keyfile.KindGP, version)
	if err != nil {
		return out, 0, err
	}
	for _, k := range []struct {
		part string
		key  safe.Secret
	}{{"enc", set.KIC}, {"mac", set.KID}} {
		if k.key.Len() == 0 {
			return out, 0, &entryError{"keys_no_part", entryArgs(keyfile.KindGP, set.Version, k.part)}
		}
	}
	dek := set.DEK
	if dek.Len() == 0 {
		dek = set.KID
	}
	out = globalplatform.KeySet{ENC: set.KIC.Clone(), MAC: set.KID.Clone(), DEK: dek.Clone()}
	if err := out.Check(); err != nil {
		out.Clear()
		return out, 0, &globalplatform.ChannelError{Step: globalplatform.StepKeys, Err: err}
	}
	return out, set.Version, nil
}

// EntryOTA takes the keys of packets out of a card's entry, as copies: those
// that KIc and KID name by version, of the length that their algorithms take.
func EntryOTA(e *keyfile.Card, kic, kid byte, needsC, needsD bool) (k ota.Keys, err error) {
	if needsC {
		k.KIc, err = entryOTA(e, "kic", kic, scp80.Cipher(kic))
	}
	if err == nil && needsD {
		k.KID, err = entryOTA(e, "kid", kid, scp80.Checksum(scp80.CC, kid))
	}
	if err != nil {
		k.Clear()
		return ota.Keys{}, err
	}
	return k, nil
}

func entryOTA(e *keyfile.Card, part string, indicator byte, a scp80.Algorithm) (out safe.Secret, err error) {
	set, err := e.Set(keyfile.KindOTA, scp80.KeyVersion(indicator))
	if err != nil {
		return out, err
	}
	key := set.KIC
	if part == "kid" {
		key = set.KID
	}
	args := entryArgs(keyfile.KindOTA, set.Version, part)
	sizes := ota.KeySizes(a)
	switch {
	case key.Len() == 0:
		return out, &entryError{"keys_no_part", args}
	case !slices.Contains(sizes, key.Len()):
		return out, &entryError{"keys_algorithm", append(args, "n", key.Len(), "algorithm", a, "sizes", numbers(sizes, strconv.Itoa))}
	}
	return key.Clone(), nil
}

// EntryAdmin takes an administrative code out of a card's entry, as a copy.
func EntryAdmin(e *keyfile.Card, ref card.PINRef) (safe.Secret, error) {
	s, err := e.Admin(ref.String())
	if err != nil {
		return s, &entryError{"keys_no_adm", []any{"name", ref}}
	}
	return s.Clone(), nil
}

// entryError says why an entry has not what was asked of it.
type entryError struct {
	id   string
	args []any
}

func (e *entryError) Error() string { return texts.Say("problem."+e.id, e.args...) }

func entryArgs(kind string, version int, part string) []any {
	return []any{"kind", texts.Say("keys.kind." + kind), "version", keyVersion(version), "part", texts.Say("keys.part." + part)}
}

// entryProblem puts what an entry has not into words.
func entryProblem(err error, tried string) (Problem, bool) {
	var own *entryError
	if errors.As(err, &own) {
		return words(own.id, tried, own.args...), true
	}
	var e *keyfile.SetError
	if !errors.As(err, &e) {
		return Problem{}, false
	}
	id := "keys_no_set"
	switch {
	case len(e.Have) == 0:
		id = "keys_no_sets"
	case e.Version == 0, slices.Contains(e.Have, e.Version):
		id = "keys_many_sets"
	}
	p := words(id, tried, "kind", texts.Say("keys.kind."+e.Kind), "version", keyVersion(e.Version), "have", numbers(e.Have, keyVersion))
	p.Next = texts.Maybe("keys.next." + id + "." + e.Kind)
	return p, true
}

// keyVersion writes a key version both ways in which tools do, where they
// differ.
func keyVersion(n int) string {
	if n < 10 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d (%s)", n, versionWords(n))
}

// versionWords writes a key version in hex as the cards and specifications have
// it, and so that nobody takes it for a decimal number.
func versionWords(n int) string { return fmt.Sprintf("0x%02X", n) }

func numbers(list []int, write func(int) string) string {
	var out []string
	for _, n := range list {
		out = append(out, write(n))
	}
	return strings.Join(out, ", ")
}
