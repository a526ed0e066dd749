package cli

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/crypto/scp80"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

// otaKeyFlags say where the keys of packets come from: a key file, or without
// one they are asked for.
type otaKeyFlags struct {
	lockFlags
	file, entry string
}

func (f *otaKeyFlags) add(c *cobra.Command) {
	f.lockFlags.add(c)
	c.Flags().StringVar(&f.file, "keys", "", texts.Say("flag.keys"))
	c.Flags().StringVar(&f.entry, "entry", "", texts.Say("flag.entry"))
}

// check refuses flags of a key file without one, before a card is opened.
func (f *otaKeyFlags) check() error {
	if f.file == "" && (f.entry != "" || f.identity != "" || f.plain) {
		return usage("key_file_flags")
	}
	return nil
}

// otaKeys gets the keys that a packet and its answer take.
func (p *program) otaKeys(ctx context.Context, spi scp80.SPI, kic, kid byte, f otaKeyFlags, c *app.Card) (k ota.Keys, err error) {
	r := ota.Request{SPI: spi, KIc: kic, KID: kid}
	needsC, needsD := r.Needs()
	if f.file == "" || !needsC && !needsD {
		return p.askOTAKeys(ctx, spi, kic, kid, needsC, needsD)
	}
	file, _, err := p.openKeys(ctx, f.file, f.lockFlags)
	if err != nil {
		return k, err
	}
	defer file.Clear()
	e, err := entryFor(file, f.entry, c)
	if err != nil {
		return k, err
	}
	if needsC {
		if k.KIc, err = setKey(e, scp80.KeyVersion(kic), func(s keyfile.KeySet) safe.Secret { return s.KIC }); err != nil {
			return k, err
		}
	}
	if needsD {
		if k.KID, err = setKey(e, scp80.KeyVersion(kid), func(s keyfile.KeySet) safe.Secret { return s.KID }); err != nil {
			k.Clear()
			return k, err
		}
	}
	if err := r.CheckKeys(k); err != nil {
		k.Clear()
		return ota.Keys{}, err
	}
	return k, nil
}

// setKey is a copy of one key of the key set with a version.
func setKey(e *keyfile.Card, version int, of func(keyfile.KeySet) safe.Secret) (out safe.Secret, err error) {
	err = &ota.InputError{Field: "keys", ID: "keyset", Args: []any{"version", version}}
	for _, s := range e.OTA {
		if s.Version != version {
			continue
		}
		of(s).Use(func(b []byte) {
			if len(b) > 0 {
				out, err = safe.NewSecret(bytes.Clone(b)), nil
			}
		})
	}
	return out, err
}

// askOTAKeys asks for the keys that are needed, hidden on a terminal, else a
// line of standard input each.
func (p *program) askOTAKeys(ctx context.Context, spi scp80.SPI, kic, kid byte, needsC, needsD bool) (k ota.Keys, err error) {
	q := p.prompter(ctx)
	if needsC {
		if k.KIc, err = q.otaKey("KIc", scp80.Cipher(kic)); err != nil {
			return k, err
		}
	}
	if needsD {
		if k.KID, err = q.otaKey("KID", scp80.Checksum(scp80.CC, kid)); err != nil {
			k.Clear()
			return k, err
		}
	}
	return k, nil
}

// otaKey asks for one key in hex digits. No string is made of them.
func (q *prompter) otaKey(name string, a scp80.Algorithm) (out safe.Secret, err error) {
	var digits []string
	for _, n := range ota.KeySizes(a) {
		digits = append(digits, strconv.Itoa(2*n))
	}
	s, err := q.secretOf(texts.Say("prompt.ota_key", "name", name, "algorithm", a, "digits", strings.Join(digits, ", ")), maxKeyLine)
	if err != nil {
		return out, err
	}
	defer s.Clear()
	s.Use(func(b []byte) {
		key := make([]byte, hex.DecodedLen(len(b)))
		if _, e := hex.Decode(key, b); e != nil {
			clear(key)
			id := "hex"
			if errors.Is(e, hex.ErrLength) {
				id = "odd"
			}
			err = &ota.InputError{Field: name, ID: id}
			return
		}
		if err = ota.CheckKey(name, a, len(key)); err != nil {
			clear(key)
			return
		}
		out = safe.NewSecret(key)
	})
	return out, err
}
