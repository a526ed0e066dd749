package files

import (
	"slices"
	"sync"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/ui"
)

// maxDepth is how deep the tree is drawn; a card has four levels.
const maxDepth = 10

// offSuffix makes the key of the row that gathers a directory's files whose
// service is off.
const offSuffix = "#off"

func key(p card.Path) string { return p.String() }

// rank is the catalogue's order of files, by catalogue path.
var rank = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	for i, e := range fs.Files().All() {
		out[e.Path] = i
	}
	return out
})

// rebuild makes the rows anew from what is known. Selection and what is open
// stay, for they go by key.
func (m *Model) rebuild() {
	clear(m.nodes)
	m.roots = nil
	if m.env.Card != nil {
		for _, n := range m.rootNodes() {
			if row := m.branch(n, 0); row != nil {
				m.roots = append(m.roots, row)
			}
		}
	}
	m.tree.SetRoots(m.roots)
}

// rootNodes are the MF and the applications, those too that were not
// selected yet.
func (m *Model) rootNodes() []fs.Node {
	c := m.env.Card.Files
	out := c.Tree().Roots()
	for _, a := range c.Applications() {
		p := card.PathOf(a.AID)
		if !slices.ContainsFunc(out, func(n fs.Node) bool { return n.Path == p }) {
			out = append(out, fs.Node{Path: p, Name: a.Name, Catalogue: a.Kind.Root(), Dir: true})
		}
	}
	return out
}

// branch is the row of a node and of what lies below it; nil where it is not
// shown.
func (m *Model) branch(n fs.Node, depth int) *ui.Node {
	if depth > maxDepth || n.State == fs.Absent && !m.all && !m.wanted(n.Path) {
		return nil
	}
	k := key(n.Path)
	m.nodes[k] = n
	row := &ui.Node{Key: k, Note: fid(n).String(), Branch: n.Dir && n.State.Exists()}
	row.Name = ui.Tok(nameToken(n.State), n.Name)
	if say := m.scanMark(n.Path); say != "" {
		row.Name = row.Name.Add(ui.Accent, "  "+say)
	}
	if unlisted(n) {
		row.Name = row.Name.Add(ui.Warn, " "+texts.Say("files.unlisted"))
	}
	row.Sign, row.SignTok = sign(&m.env.Theme.Glyphs, n)
	if row.Branch {
		m.addChildren(row, n, depth)
	}
	return row
}

// wanted says that a file is shown although it is absent: it was asked for,
// or something asked for lies below it.
func (m *Model) wanted(p card.Path) bool {
	for x := range m.extra {
		if x.Within(p) {
			return true
		}
	}
	return false
}

// addChildren puts files before directories, and what is switched off behind
// one row of its own: it is much, and seldom what one looks for.
func (m *Model) addChildren(row *ui.Node, dir fs.Node, depth int) {
	var off []*ui.Node
	for _, n := range m.children(dir) {
		kid := m.branch(n, depth+1)
		switch {
		case kid == nil:
		case n.State == fs.ServiceOff:
			off = append(off, kid)
		default:
			row.Children = append(row.Children, kid)
		}
	}
	if len(off) == 0 {
		return
	}
	row.Children = append(row.Children, &ui.Node{
		Key: row.Key + offSuffix, Branch: true, Children: off,
		Name: ui.Tok(ui.Muted, texts.Say("files.off.row", "n", len(off))),
	})
}

// children are the files directly below dir in the order they are shown.
func (m *Model) children(dir fs.Node) []fs.Node {
	out := m.env.Card.Files.Tree().Children(dir.Path)
	have := map[card.Path]bool{}
	for _, n := range out {
		have[n.Path] = true
	}
	add := func(n fs.Node) {
		if !have[n.Path] {
			have[n.Path] = true
			out = append(out, n)
		}
	}
	for p := range m.extra {
		if p.Within(dir.Path) && p.Depth() > dir.Path.Depth() {
			add(m.unseen(card.PathOf(p.App, p.FIDs()[:dir.Path.Depth()+1]...)))
		}
	}
	// While the card is being read, rows come as they are found; when that was
	// stopped, what nobody looked for is listed.
	if !dir.Scanned && !m.reading() {
		for _, e := range fs.Files().Children(dir.Catalogue) {
			if !e.IsRange() {
				add(m.unseen(dir.Path.Child(e.FID)))
			}
		}
	}
	slices.SortStableFunc(out, compare)
	return out
}

// unseen is a node for a file that nobody looked for yet.
func (m *Model) unseen(p card.Path) fs.Node {
	n := fs.Node{Path: p, Name: p.Last().String()}
	if e, ok := m.env.Card.Files.Entry(p); ok {
		n.Name, n.Catalogue, n.Dir = e.Name, e.Path, e.Structure.IsDir()
	}
	return n
}

// compare orders files before directories, each as the catalogue does, those
// it does not know last by identifier.
func compare(a, b fs.Node) int {
	if a.Dir != b.Dir {
		if b.Dir {
			return -1
		}
		return 1
	}
	ra, oka := rank()[a.Catalogue]
	rb, okb := rank()[b.Catalogue]
	switch {
	case oka && okb && ra != rb:
		return ra - rb
	case oka != okb && oka:
		return -1
	case oka != okb:
		return 1
	}
	return int(a.Path.Last()) - int(b.Path.Last())
}

// fid is the file's identifier, for an application the one the card gave it.
func fid(n fs.Node) card.FID {
	if n.Path.IsRoot() && n.FCP != nil && n.FCP.HasFID {
		return n.FCP.FID
	}
	return n.Path.Last()
}

func nameToken(s fs.State) ui.Token {
	if s == fs.Absent || s == fs.ServiceOff || s == fs.NotLookedAt {
		return ui.Muted
	}
	return ui.Text
}

// sign is the glyph that tells a file's state.
func sign(g *ui.Glyphs, n fs.Node) (string, ui.Token) {
	if n.State.Exists() && card.SecretFile(n.Path) {
		return g.Secret, ui.Secret
	}
	switch n.State {
	case fs.Read:
		return g.Good, ui.Muted
	case fs.Absent:
		return g.Absent, ui.Muted
	case fs.Denied:
		return g.Denied, ui.Warn
	case fs.Failed:
		return g.Bad, ui.Bad
	}
	return g.None, ui.Muted
}
