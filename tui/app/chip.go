package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/card/tlv"
	"simscope/texts"
)

// Chip is what a card says of its chip and of the keys that manage it, and
// what others saw with the same ATR. A card may refuse each part.
type Chip struct {
	// Manager is the security domain that answered, empty where none did.
	Manager card.AID                        `json:"-"`
	CPLC    *globalplatform.CPLC            `json:"cplc,omitempty"`
	Keys    []globalplatform.KeyInformation `json:"keys,omitempty"`
	ATR     []string                        `json:"atr,omitempty"`
}

// Known reports whether anything was found out.
func (c Chip) Known() bool { return c.CPLC != nil || len(c.Keys) > 0 || len(c.ATR) > 0 }

// managers are the names of issuer security domains, the usual one first; an
// empty one asks for whichever the card selects by itself.
var managers = []card.AID{"", "\xA0\x00\x00\x01\x51\x00\x00\x00", "\xA0\x00\x00\x00\x03\x00\x00\x00"}

// ReadChip asks the card's issuer security domain, if it has one, for its
// production data and which keys it has. Nothing counts, and nothing changes
// but which application is selected.
func (c *Card) ReadChip(ctx context.Context, vars func(string) string) (Chip, error) {
	chip := Chip{ATR: ATRNames(ctx, vars, c.Session.Info().ATR)}
	err := c.Session.Read(ctx, "chip data", func(x *card.Tx) error {
		for _, aid := range managers {
			if aid != "" {
				_, err := x.SelectAID(aid, false)
				if card.Refused(err) {
					continue
				}
				if err != nil {
					return err
				}
				chip.Manager = aid
			}
			if err := c.askChip(x, &chip); err != nil || chip.CPLC != nil || len(chip.Keys) > 0 {
				return err
			}
		}
		return nil
	})
	return chip, err
}

func (c *Card) askChip(x *card.Tx, chip *Chip) error {
	b, err := getData(x, globalplatform.TagCPLC)
	if err != nil {
		return err
	}
	if v, err := globalplatform.ParseCPLC(b); err == nil {
		chip.CPLC = &v
	}
	if b, err = getData(x, globalplatform.TagKeyInformation); err != nil {
		return err
	}
	chip.Keys, _ = globalplatform.ParseKeyInformation(b)
	return nil
}

// getData gives the object, nothing where the card has none.
func getData(x *card.Tx, tag tlv.Tag) ([]byte, error) {
	r, err := x.Send(card.Command{CLA: 0x80, INS: card.InsGetData, P1: byte(tag >> 8), P2: byte(tag), Le: 256})
	var endless *card.BudgetError
	switch {
	case errors.As(err, &endless), errors.Is(err, card.ErrUntold):
		return nil, nil
	case err != nil || !r.SW.OK():
		return nil, err
	}
	return r.Data, nil
}

// Words are the chip in lines for people: what it is, when it was made, which
// keys manage it.
func (c Chip) Words(now time.Time) []string {
	var out []string
	if p := c.CPLC; p != nil {
		maker := p.Fabricator()
		if maker == "" {
			maker = texts.Say("chip.maker", "code", p.ICFabricator)
		}
		line := texts.Say("chip.made", "maker", maker, "type", p.ICType)
		if t, ok := p.ICFabrication.Latest(now); ok {
			line += texts.Say("chip.when", "date", t.Format(time.DateOnly), "before", t.Year()-10)
		}
		out = append(out, line, texts.Say("chip.serial", "serial", p.ICSerial, "batch", p.ICBatch))
	}
	for _, k := range c.Keys {
		var parts []string
		for _, part := range k.Components {
			parts = append(parts, texts.Say("chip.component", "type", strings.ToUpper(strings.ReplaceAll(part.Type, "_", " ")), "length", part.Length))
		}
		line := texts.Say("chip.key", "id", k.Identifier, "version", k.Version, "parts", strings.Join(parts, " + "))
		if k.Weak() {
			line += texts.Say("chip.weak")
		}
		out = append(out, line)
	}
	for _, s := range c.ATR {
		out = append(out, texts.Say("chip.atr", "name", s))
	}
	return out
}
