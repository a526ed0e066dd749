package contacts

import (
	"context"

	"simscope/card"
	"simscope/fs"
)

// Load reads the phone books of a card and nothing else: the directories, and
// in each the files that EF.PBR names; EF.ADN of DF.TELECOM only where there
// is no EF.PBR. again reads also what is known. A refusal by the card is in the
// survey, not in the error.
func Load(ctx context.Context, c *fs.Card, again bool) (Survey, error) {
	found := false
	for _, dir := range Dirs(c) {
		if err := look(ctx, c, dir, again); err != nil {
			return Survey{}, err
		}
		if n, _ := c.Tree().Get(dir); !n.State.Exists() || !n.Dir {
			continue
		}
		if err := c.ReadDir(ctx, dir, fs.WalkOptions{Again: again}); err != nil {
			return Survey{}, err
		}
		pbr, _ := c.Tree().Get(dir.Child(bookFiles.pbr))
		found = found || pbr.State == fs.Read || pbr.State == fs.Denied
	}
	telecom := card.PathOf("", bookFiles.telecom)
	if n, _ := c.Tree().Get(telecom); !found && n.State.Exists() {
		for _, fid := range append([]card.FID{bookFiles.adn, bookFiles.ext1, bookFiles.ccp}, othersWithEXT1...) {
			if err := read(ctx, c, telecom.Child(fid), again); err != nil {
				return Survey{}, err
			}
		}
	}
	return Find(c), nil
}

// look finds out whether a directory is there, the one above it first.
func look(ctx context.Context, c *fs.Card, dir card.Path, again bool) error {
	if up := dir.Parent(); !up.IsRoot() {
		if err := look(ctx, c, up, again); err != nil {
			return err
		}
		if n, _ := c.Tree().Get(up); !n.State.Exists() {
			return nil
		}
	}
	return read(ctx, c, dir, again)
}

func read(ctx context.Context, c *fs.Card, p card.Path, again bool) error {
	if n, ok := c.Tree().Get(p); ok && !again && (n.State == fs.Read || n.State == fs.Absent || n.Dir && n.State.Exists()) {
		return nil
	}
	_, err := c.ReadFile(ctx, p, false)
	return err
}

// LoadRights reads the access rules of the files that a plan writes, so that
// checking it can say whether the card will permit it.
func LoadRights(ctx context.Context, c *fs.Card, p *fs.Plan) error {
	seen := map[card.Path]bool{}
	for _, s := range p.Steps {
		if seen[s.Path] {
			continue
		}
		seen[s.Path] = true
		if _, err := c.LoadAccess(ctx, s.Path); err != nil && !card.Refused(err) {
			return err
		}
	}
	return nil
}
