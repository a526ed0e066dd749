package fs

import (
	"context"
	"errors"
	"slices"
	"strings"

	"simscope/card"
)

// Locate is Resolve for a card that may be read. A name that only another file
// of the card can tell, as EF.PBR tells which are the files of the phone book,
// is found by reading that file. Where that is closed, and no other gives the
// name, the error is its *RightError. Of several files that fit, those that
// the card turns out not to have are left out.
func (c *Card) Locate(ctx context.Context, typed string) (card.Path, error) {
	p, err := c.Resolve(typed)
	var several *AmbiguousError
	if errors.As(err, &several) && len(several.Candidates) <= maxAsked {
		return c.whichIsThere(ctx, typed, several.Candidates)
	}
	if !errors.Is(err, ErrNoSuchFile) {
		return p, err
	}
	var closed *RightError
	for _, dir := range c.dirsNaming(pathParts(typed)) {
		err := c.learnNames(ctx, dir)
		switch {
		case errors.As(err, &closed), card.Refused(err), errors.Is(err, ErrNotRead):
		case err != nil:
			return p, err
		}
	}
	p, err = c.Resolve(typed)
	if errors.Is(err, ErrNoSuchFile) && closed != nil {
		return p, closed
	}
	return p, err
}

// maxAsked bounds the files that are asked for to find out which is meant.
const maxAsked = 8

// whichIsThere asks for the files that fit, each below directories that are
// there, and resolves the name anew. Where none is there the first is meant, for
// the card to say so.
func (c *Card) whichIsThere(ctx context.Context, typed string, fits []card.Path) (card.Path, error) {
	some := false
	for _, p := range fits {
		there := true
		for at := range len(p.FIDs()) {
			n, err := c.Look(ctx, card.PathOf(p.App, p.FIDs()[:at+1]...))
			if err != nil {
				return card.Path{}, err
			}
			if there = n.State.Exists(); !there {
				break
			}
		}
		some = some || there
	}
	if !some {
		return fits[0], nil
	}
	return c.Resolve(typed)
}

// dirsNaming are the directories in which a file may tell that another has the
// name that parts end with.
func (c *Card) dirsNaming(parts []string) []card.Path {
	last := len(parts) - 1
	dirs := c.everyPath()
	if last > 0 {
		dirs = c.fits(parts[:last])
	}
	name, _, _ := strings.Cut(parts[last], "(")
	return slices.DeleteFunc(dirs, func(dir card.Path) bool {
		e, known := c.Entry(dir)
		_, names := namingFile(dir)
		return !known || !names || !slices.ContainsFunc(Files().Children(e.Path), func(child Entry) bool {
			return child.IsRange() && sameName(child.Name, name)
		})
	})
}

// learnNames takes the files that another of their directory names into the
// tree, not looked at as yet.
func (c *Card) learnNames(ctx context.Context, dir card.Path) error {
	if n, err := c.Look(ctx, dir); err != nil || !n.State.Exists() {
		return err
	}
	by, _ := namingFile(dir)
	if n, _ := c.tree.Get(dir.Child(by)); n.State != Read && n.State != Absent {
		if _, _, err := c.present(ctx, dir.Child(by)); err != nil {
			return err
		}
	}
	for _, d := range c.walker(WalkOptions{}).pointedTo(dir) {
		n, known := c.tree.Get(d.path)
		if known {
			continue
		}
		n = c.node(d.path)
		n.Catalogue = d.entry
		if e, ok := n.Entry(); ok {
			n.Name = e.Name
		}
		c.tree.put(n)
	}
	return nil
}
