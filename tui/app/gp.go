package app

import (
	"context"

	"simscope/card"
	"simscope/card/globalplatform"
)

// GP is what a card says without keys of who may manage it, and of which apps
// of a phone may reach it.
type GP struct {
	Domains []globalplatform.Info
	Master  globalplatform.Master
	Files   globalplatform.Files
	// Session is the last secure channel that told what is installed, nil
	// while there was none.
	Session *GPSession
}

// Issuer is the issuer security domain, as far as one answered.
func (g GP) Issuer() (globalplatform.Info, bool) {
	for _, d := range g.Domains {
		if d.ID == "isd" && d.Selected {
			return d, true
		}
	}
	return globalplatform.Info{}, false
}

// ReadGP asks for both parts.
func (c *Card) ReadGP(ctx context.Context) (GP, error) {
	domains, err := c.ReadDomains(ctx)
	if err != nil {
		return GP{Domains: domains}, err
	}
	g, err := c.ReadRules(ctx)
	g.Domains = domains
	return g, err
}

// ReadDomains asks the card's security domains for what they say without a
// key, each in a step of its own. Nothing counts, and nothing changes but which
// application is selected.
func (c *Card) ReadDomains(ctx context.Context) ([]globalplatform.Info, error) {
	var out []globalplatform.Info
	for _, candidate := range globalplatform.Candidates {
		var d globalplatform.Domain
		err := c.Session.Read(ctx, "security domain", func(x *card.Tx) (err error) {
			d, err = candidate.ReadDomain(x)
			return err
		})
		if err != nil {
			return out, err
		}
		out = append(out, d.Info())
	}
	globalplatform.CheckSignatures(out)
	return out, nil
}

// AskRules asks the access rule application master for the rules that a phone
// looks up for an app and an application of the card, in its order.
func (c *Card) AskRules(ctx context.Context, of globalplatform.Reference) (asked []globalplatform.Asked, found bool, sw card.SW, err error) {
	err = c.Session.Read(ctx, "access rules", func(x *card.Tx) (err error) {
		asked, found, sw, err = globalplatform.AskMaster(x, globalplatform.Lookups(of))
		return err
	})
	return asked, found, sw, err
}

// ReadRules reads the access rules of the access rule application master and
// those of files.
func (c *Card) ReadRules(ctx context.Context) (GP, error) {
	var g GP
	err := c.Session.Read(ctx, "access rules", func(x *card.Tx) (err error) {
		g.Master, err = globalplatform.ReadMaster(x)
		return err
	})
	if err != nil {
		return g, err
	}
	err = c.Session.Read(ctx, "access rule files", func(x *card.Tx) (err error) {
		g.Files, err = globalplatform.ReadFiles(x)
		return err
	})
	return g, err
}
