package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/crypto/scp80"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

// otaKeys gets the keys that a packet and its answer take: from a key file, or
// each asked for once.
func (p *program) otaKeys(ctx context.Context, spi scp80.SPI, kic, kid byte, f fileFlags, c *app.Card) (k ota.Keys, err error) {
	needsC, needsD := ota.Request{SPI: spi}.Needs()
	if !f.given() || !needsC && !needsD {
		return p.askOTAKeys(ctx, kic, kid, needsC, needsD)
	}
	err = p.useOwnEntry(ctx, f, c, func(e *keyfile.Card) error {
		k, err = app.EntryOTA(e, kic, kid, needsC, needsD)
		return err
	})
	return k, err
}

// askOTAKeys asks for the keys that are needed, hidden on a terminal, else a
// line of standard input each.
func (p *program) askOTAKeys(ctx context.Context, kic, kid byte, needsC, needsD bool) (k ota.Keys, err error) {
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
