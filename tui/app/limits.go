package app

import (
	"simscope/card"
	"simscope/fs"
	"simscope/texts"
)

// Restrictions gathers what limits the card: first the PINs that are blocked,
// as ReadPINs found them, since nothing of the card can be used behind them,
// then what its files say. It sends nothing.
func (c *Card) Restrictions() []fs.Restriction {
	var out []fs.Restriction
	for _, p := range c.PINs() {
		if !p.Tries.Blocked || p.Ref.Kind() == card.PINAdm {
			continue
		}
		id, follows := "other", "unknown"
		if p.Ref == card.RefPIN1 || p.Ref.Kind() == card.PINUniversal {
			id = "phone"
		}
		switch {
		case p.Unblock.Blocked:
			follows = "lost"
		case p.Unblock.Known:
			follows = "puk"
		}
		out = append(out, fs.Restriction{
			ID: "pin/" + p.Ref.String(), Place: c.Files.Name(card.Path{App: p.App}), State: fs.Yes, Safety: true,
			Title:   texts.Say("limit.pin.title", "pin", p.Ref),
			Text:    texts.Say("limit.pin."+id, "pin", p.Ref),
			Follows: texts.Say("limit.pin."+follows, "puk", p.Ref.UnblockName(), "n", p.Unblock.Left),
		})
	}
	return append(out, c.Files.Restrictions()...)
}
