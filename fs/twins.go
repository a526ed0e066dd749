package fs

import (
	"context"
	"reflect"

	"simscope/card"
)

// Many cards show one file at two places: EF.SMS and EF.ADN of DF.TELECOM stand
// again in ADF.USIM, DF.GSM shows what ADF.USIM has. No answer of the card tells
// that; that the contents were the same is the only sign.

// twins are the files that may be those of the plan, seen from another place.
func (c *Card) twins(p *Plan) []card.Path {
	own := map[card.Path]Node{}
	for _, s := range p.Steps {
		if n, ok := c.tree.Get(s.Path); ok && n.Content != nil {
			own[s.Path] = n
		}
	}
	var out []card.Path
	for _, n := range c.tree.All() {
		if _, ok := own[n.Path]; ok || n.State != Read || n.Content == nil {
			continue
		}
		for _, of := range own {
			if n.Name == of.Name && reflect.DeepEqual(n.Content, of.Content) {
				out = append(out, n.Path)
				break
			}
		}
	}
	return out
}

// readAgain reads files that a plan may have changed, for it changed one that
// was the same. What cannot be read is not known any more.
func (c *Card) readAgain(ctx context.Context, files []card.Path) {
	for _, p := range files {
		if _, err := c.ReadFile(ctx, p, false); err == nil {
			continue
		}
		if n, _ := c.tree.Get(p); n.State == Read {
			n.State, n.Content, n.Flags = Present, nil, nil
			c.tree.put(n)
		}
	}
}
