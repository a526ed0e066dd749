package messages

import (
	"context"

	"simscope/card"
	"simscope/fs"
)

// Files of messages (3GPP TS 31.102 clauses 4.2.25 and 4.2.32, TS 51.011
// clause 10.5).
const (
	fidSMS  card.FID = 0x6F3C
	fidSMSR card.FID = 0x6F47
)

// Load reads the files of messages: of each USIM and ISIM and of DF.TELECOM,
// and nothing else; what is known already only with again. What the card
// refuses is in the tree, not in the error.
func Load(ctx context.Context, c *fs.Card, again bool) error {
	dirs := []card.Path{card.PathOf("", 0x7F10)}
	for _, a := range c.Applications() {
		if a.Kind == fs.AppUSIM || a.Kind == fs.AppISIM {
			dirs = append(dirs, card.PathOf(a.AID))
		}
	}
	for _, d := range dirs {
		n, err := c.Look(ctx, d)
		if err != nil {
			return err
		}
		if !n.State.Exists() {
			continue
		}
		for _, f := range []card.FID{fidSMS, fidSMSR} {
			p := d.Child(f)
			if n, ok := c.Tree().Get(p); ok && !again && (n.State == fs.Read || n.State == fs.Absent) {
				continue
			}
			if _, err := c.ReadFile(ctx, p, false); err != nil && !card.Refused(err) {
				return err
			}
		}
	}
	return nil
}
