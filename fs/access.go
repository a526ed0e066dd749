package fs

import (
	"context"
	"fmt"

	"simscope/card"
	"simscope/fs/ef"
)

// Security is how the PINs and keys stand for files of an application (empty
// for the MF), from the PIN status the card told and what this session has
// verified.
func (c *Card) Security(app card.AID) Security {
	s := Security{}
	for _, st := range c.pinStates(app) {
		s[st.Ref] = Standing{Known: !st.Unknown, Enabled: st.Enabled}
	}
	up := s[card.RefUniversal]
	for _, st := range c.pinStates(app) {
		// The usage qualifier of the Universal PIN says whether it stands for
		// an application PIN that is off.
		if st.Ref == card.RefUniversal && st.HasUsage && st.Usage == 0x08 && up.Enabled {
			for r, v := range s {
				if r.Kind() == card.PINApplication && !v.Enabled {
					v.Universal = true
					s[r] = v
				}
			}
		}
	}
	for r := range allRefs {
		if c.s.VerifiedIn(app, r) {
			v := s[r]
			v.Verified = true
			s[r] = v
		}
	}
	return s
}

// allRefs are the key references that a session can have verified.
var allRefs = func() map[card.PINRef]bool {
	m := map[card.PINRef]bool{}
	for i := range 256 {
		if r := card.PINRef(i); r.Kind() != card.PINUnknown {
			m[r] = true
		}
	}
	return m
}()

// PINStates is what the card told of the PINs of an application (empty: of
// the MF) when it was selected.
func (c *Card) PINStates(app card.AID) []card.PINState { return c.pinStates(app) }

// RefreshPINs asks again how the PINs stand, by selecting the MF and each
// application anew; after a PIN was turned on or off the tree is out of date.
func (c *Card) RefreshPINs(ctx context.Context) error {
	w := c.walker(WalkOptions{Again: true})
	dirs := c.roots()
	if c.s.Kind() == card.KindGSM {
		dirs = []card.Path{card.PathOf("", card.FIDGSM)}
	}
	return c.s.Read(ctx, "ask how the PINs stand", func(x *card.Tx) error {
		for _, p := range dirs {
			n, ok := c.tree.Get(p)
			if !ok || !n.State.Exists() {
				continue
			}
			scanned := n.Scanned
			n, err := w.look(x, n)
			if err != nil {
				return err
			}
			n.Scanned = scanned
			c.tree.put(n)
		}
		return nil
	})
}

func (c *Card) pinStates(app card.AID) []card.PINState {
	if c.s.Kind() == card.KindGSM {
		return c.gsmStates()
	}
	for _, p := range []card.Path{card.PathOf(app), {}} {
		n, ok := c.tree.Get(p)
		if !ok || n.FCP == nil || len(n.FCP.PINStatus) == 0 {
			continue
		}
		states, _ := card.ParsePINStatus(n.FCP.PINStatus)
		return states
	}
	return nil
}

// gsmStates takes the state of CHV1 from the header of DF.GSM or the MF. CHV2
// cannot be switched off.
func (c *Card) gsmStates() []card.PINState {
	for _, p := range []card.Path{card.PathOf("", card.FIDGSM), {}} {
		n, ok := c.tree.Get(p)
		if ok && n.FCP != nil && n.FCP.GSMInfo != nil && n.FCP.GSMInfo.CHV != nil {
			return []card.PINState{
				{Ref: card.RefPIN1, Enabled: n.FCP.GSMInfo.CHV.CHV1Enabled, Unknown: !n.FCP.GSMInfo.CHV.CHV1.Known},
				{Ref: card.RefPIN2, Enabled: true, Unknown: !n.FCP.GSMInfo.CHV.CHV2.Known},
			}
		}
	}
	return nil
}

// Access is who may do what with the file at p, from what was read so far. It
// sends nothing: LoadAccess fetches a rule that is missing.
func (c *Card) Access(p card.Path) Access {
	n, ok := c.tree.Get(p)
	if !ok || n.FCP == nil {
		return Access{Why: "access.why.not_selected"}
	}
	f := *n.FCP
	switch {
	case f.GSM && n.Dir:
		return Access{Why: "access.why.gsm_dir"}
	case f.GSM:
		return gsmAccess(f)
	case len(f.References) > 0:
		return c.referenced(n)
	case len(f.Expanded) > 0:
		rules, flags := ef.ParseExpanded(f.Expanded)
		return accessFrom(rules, flags, n.Dir)
	case len(f.Compact) > 0:
		rules, flags := ef.ParseCompact(f.Compact)
		return accessFrom(rules, flags, n.Dir)
	}
	return Access{Why: "access.why.none"}
}

// reference picks the rule that counts in the present security environment.
func (c *Card) reference(n Node) RuleReference {
	refs := n.FCP.References
	if se, known := c.Security(n.Path.App).environment(); known {
		for _, r := range refs {
			if r.SE == se {
				return r
			}
		}
	}
	for _, r := range refs {
		if r.SE == 1 {
			return r
		}
	}
	return refs[0]
}

func (c *Card) referenced(n Node) Access {
	ref := c.reference(n)
	a := Access{Why: "access.why.rule_not_read", Source: fmt.Sprintf("EF.ARR %d", ref.Record)}
	arr, ok := c.arrFile(n, ref.File)
	if !ok || arr.Content == nil {
		return a
	}
	if ref.Record < 1 || ref.Record > len(arr.Content.Records) {
		a.Why = "access.why.no_record"
		return a
	}
	rules, flags := ef.ParseARR(arr.Content.Records[ref.Record-1])
	got := accessFrom(rules, flags, n.Dir)
	got.Source = a.Source
	return got
}

// arrPlaces lists where the rule file of n may be: in the directory that
// holds n, above it, in the MF, in n itself (ETSI TS 102 221 clause 9.2.7).
func arrPlaces(n Node, fid card.FID) []card.Path {
	var out []card.Path
	for p := n.Path; !p.IsRoot(); {
		p = p.Parent()
		out = append(out, p.Child(fid))
	}
	out = append(out, card.PathOf("", fid))
	if n.Dir {
		out = append(out, n.Path.Child(fid))
	}
	return out
}

func (c *Card) arrFile(n Node, fid card.FID) (Node, bool) {
	for _, p := range arrPlaces(n, fid) {
		if arr, ok := c.tree.Get(p); ok && arr.State == Read {
			return arr, true
		}
	}
	return Node{}, false
}

// LoadAccess is Access, reading the rule file first if it is not known. A
// rule file is read once.
func (c *Card) LoadAccess(ctx context.Context, p card.Path) (Access, error) {
	n, ok := c.tree.Get(p)
	if a := c.Access(p); !ok || a.Why != "access.why.rule_not_read" {
		return a, nil
	}
	for _, at := range arrPlaces(n, n.FCP.References[0].File) {
		arr, seen := c.tree.Get(at)
		if !seen || arr.State == NotLookedAt || arr.State == Present {
			if err := c.readEach(ctx, "read access rules", at); err != nil {
				return c.Access(p), err
			}
			arr, _ = c.tree.Get(at)
		}
		if arr.State == Read {
			break
		}
	}
	return c.Access(p), nil
}
