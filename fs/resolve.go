package fs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"simscope/card"
)

// Errors of Resolve.
var (
	ErrNoSuchFile = errors.New("no file is known by that name or path")
	ErrNotAFile   = errors.New("not a file: use a name (EF.IMSI), a path (ADF.USIM/EF.IMSI, 3F00/7F10/6F3A) or an identifier (6F07)")
)

// AmbiguousError says that what was typed fits several files.
type AmbiguousError struct {
	Typed      string
	Candidates []card.Path
	Names      []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q may be %s", e.Typed, strings.Join(e.Names, ", "))
}

// Resolve finds the file a person means: a name ("EF.IMSI", "imsi"), a
// catalogue path ("ADF.USIM/EF.IMSI", "ADF.USIM#2/6F07"), a path of FIDs from
// the MF or from an application ("3F00/7F10/6F3A", "7FF0/6F07", "A000…/6F07"),
// or one FID. A bare name or FID means the file of the first USIM, or of
// DF.GSM on a 2G card, where that has one; an FID that nothing names is looked
// for there, or below the MF. Other several fits give an
// *AmbiguousError; files that the card is known not to have are left out when
// others remain.
func (c *Card) Resolve(typed string) (card.Path, error) {
	parts := pathParts(typed)
	if parts[0] == "" {
		return card.Path{}, ErrNotAFile
	}
	fits := c.fits(parts)
	if fid, err := card.ParseFID(parts[0]); err == nil && len(parts) == 1 && len(fits) == 0 {
		fits = c.likelyPlace(fid)
	}
	fits = slices.DeleteFunc(fits, c.knownAbsentOf(fits))
	if len(parts) == 1 && len(fits) > 1 {
		// Before files that happen to be known already are preferred: which
		// those are depends on what was read so far.
		fits = c.preferSubscriber(fits)
	}
	fits = c.narrow(fits)
	switch len(fits) {
	case 0:
		return card.Path{}, fmt.Errorf("%q: %w", typed, ErrNoSuchFile)
	case 1:
		return fits[0], nil
	}
	e := &AmbiguousError{Typed: typed, Candidates: fits}
	for _, p := range fits {
		e.Names = append(e.Names, c.Name(p))
	}
	return card.Path{}, e
}

func pathParts(typed string) []string {
	return strings.Split(strings.Trim(strings.TrimSpace(typed), "/"), "/")
}

func (c *Card) fits(parts []string) []card.Path {
	if rooted := c.rootedFits(parts); rooted != nil {
		return rooted
	}
	return c.looseFits(parts)
}

// likelyPlace is where a file that no catalogue names is looked for when only
// its identifier is given: 2FXX and 7FXX below the MF, others where the
// subscriber's files are (3GPP TS 51.011 clause 6.2).
func (c *Card) likelyPlace(f card.FID) []card.Path {
	switch f >> 8 {
	case 0x2F, 0x7F:
		return []card.Path{card.PathOf("", f)}
	}
	if dir, ok := c.Subscriber(); ok {
		return []card.Path{dir.Child(f)}
	}
	return nil
}

// preferSubscriber narrows a bare name to the file of the application that
// the card's identity is taken from, where that has one.
func (c *Card) preferSubscriber(fits []card.Path) []card.Path {
	dir, ok := c.Subscriber()
	if !ok {
		return fits
	}
	best := fits
	for i, p := range fits {
		switch {
		case p.Parent() == (card.Path{}):
			return fits // a file of the card as a whole is as likely meant
		case p.Parent() == dir && !p.IsRoot():
			best = fits[i : i+1]
		}
	}
	return best
}

// rootedFits follows a path whose first part names the MF or an application.
// It is nil where the first part names neither.
func (c *Card) rootedFits(parts []string) []card.Path {
	roots := c.rootsNamed(parts[0])
	if roots == nil {
		return nil
	}
	out := []card.Path{}
	for _, r := range roots {
		out = append(out, c.descend(r, parts[1:])...)
	}
	return out
}

func (c *Card) rootsNamed(s string) []card.Path {
	u := strings.ToUpper(s)
	if u == "MF" || u == "3F00" {
		return []card.Path{{}}
	}
	var out []card.Path
	for _, a := range c.Applications() {
		p := card.PathOf(a.AID)
		root := strings.ToUpper(a.Kind.Root())
		switch {
		case u == "7FFF", u == strings.ToUpper(a.Name), u == a.Kind.Name(), u == root:
			out = append(out, p)
		case len(u) >= 10 && strings.HasPrefix(a.AID.String(), u):
			out = append(out, p)
		case c.isADF(p, u):
			out = append(out, p)
		}
	}
	if exact := slices.IndexFunc(out, func(p card.Path) bool { return strings.ToUpper(c.Name(p)) == u }); exact >= 0 && strings.HasPrefix(u, "ADF.") {
		return out[exact : exact+1]
	}
	return out
}

// isADF reports whether the ADF was given that FID by the card (7FF0 …).
func (c *Card) isADF(p card.Path, u string) bool {
	n, ok := c.tree.Get(p)
	return ok && n.FCP != nil && n.FCP.HasFID && n.FCP.FID.String() == u
}

// descend follows names and FIDs from a directory. A name can fit several
// files beside each other, as EF.PBR may name several EF.ADN.
func (c *Card) descend(p card.Path, parts []string) []card.Path {
	fits := []card.Path{p}
	for _, s := range parts {
		var next []card.Path
		for _, dir := range fits {
			next = append(next, c.childrenNamed(dir, s)...)
		}
		fits = next
	}
	return fits
}

// childrenNamed finds the children of a name, or takes any FID.
func (c *Card) childrenNamed(dir card.Path, s string) []card.Path {
	if f, err := card.ParseFID(s); err == nil {
		return []card.Path{dir.Child(f)}
	}
	var out []card.Path
	for _, n := range c.tree.Children(dir) {
		if n.isNamed(s) {
			out = append(out, n.Path)
		}
	}
	if e, ok := c.Entry(dir); ok && out == nil {
		for _, child := range Files().Children(e.Path) {
			if sameName(child.Name, s) && !child.IsRange() {
				out = append(out, dir.Child(child.FID))
			}
		}
	}
	return out
}

// isNamed reports whether s is the node's name, or its name with the
// identifier that tells it from others of that name.
func (n Node) isNamed(s string) bool {
	return sameName(n.Name, s) || strings.EqualFold(n.Name+"("+n.Path.Last().String()+")", s)
}

func sameName(name, typed string) bool {
	_, short, _ := strings.Cut(name, ".")
	return strings.EqualFold(name, typed) || strings.EqualFold(short, typed)
}

// looseFits finds a name, an FID, or a path that begins somewhere inside, in
// every directory of the catalogue and the tree.
func (c *Card) looseFits(parts []string) []card.Path {
	var out []card.Path
	for _, p := range c.everyPath() {
		last := p.Last().String()
		n := c.node(p)
		if !n.isNamed(parts[0]) && !strings.EqualFold(last, parts[0]) {
			continue
		}
		for _, q := range c.descend(p, parts[1:]) {
			if !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	return out
}

// everyPath lists the files of the tree and those the catalogue knows for the
// card's applications, or for the MF and a USIM where nothing was found yet.
func (c *Card) everyPath() []card.Path {
	seen := map[card.Path]bool{}
	var out []card.Path
	add := func(p card.Path) {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	for _, n := range c.tree.All() {
		add(n.Path)
	}
	for _, e := range Files().All() {
		root, _, _ := strings.Cut(e.Path, "/")
		kind, ok := kindByRoot(root)
		if !ok || e.IsRange() {
			continue
		}
		fids := Files().fids(e)
		if kind == AppNone {
			add(card.PathOf("", fids...))
			continue
		}
		for _, a := range c.Applications() {
			if a.Kind == kind {
				add(card.PathOf(a.AID, fids...))
			}
		}
	}
	return out
}

// knownAbsentOf tells the files that the card is known not to have, unless it
// has none of them.
func (c *Card) knownAbsentOf(fits []card.Path) func(card.Path) bool {
	absent := func(p card.Path) bool {
		for ; ; p = p.Parent() {
			if n, ok := c.tree.Get(p); ok && n.State == Absent {
				return true
			}
			if p.IsRoot() {
				return false
			}
		}
	}
	if !slices.ContainsFunc(fits, func(p card.Path) bool { return !absent(p) }) {
		return func(card.Path) bool { return false }
	}
	return absent
}

// narrow prefers files that the card has to those not looked at, and these to
// those it is known not to have.
func (c *Card) narrow(fits []card.Path) []card.Path {
	rank := func(p card.Path) int {
		switch n, _ := c.tree.Get(p); {
		case n.State.Exists():
			return 2
		case n.State == Absent:
			return 0
		}
		return 1
	}
	best := 0
	for _, p := range fits {
		best = max(best, rank(p))
	}
	return slices.DeleteFunc(fits, func(p card.Path) bool { return rank(p) < best })
}
