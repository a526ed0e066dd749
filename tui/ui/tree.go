package ui

import (
	tea "charm.land/bubbletea/v2"
)

// Node is a node of a tree. Its owner may change anything in it in place, and
// calls Sync after adding or removing children.
type Node struct {
	// Key is its identity among all nodes of the tree.
	Key  string
	Name Line
	// Sign is one cell that tells its state, in the look SignTok; a branch
	// shows a triangle instead.
	Sign    string
	SignTok Token
	// Note stands at the right in grey: an identifier.
	Note string
	// Branch says that it can be opened, also while it has no children.
	Branch   bool
	Children []*Node
}

// Tree is a list of the open part of a tree.
type Tree struct {
	List
	roots []*Node
	open  map[string]bool
	keep  func(*Node) bool
	rows  treeRows
}

type treeRow struct {
	node   *Node
	depth  int
	parent int // row of the parent, -1 for a root
	open   bool
}

type treeRows struct {
	rows []treeRow
	at   map[string]int
	g    *Glyphs
}

// Len implements Source.
func (r *treeRows) Len() int { return len(r.rows) }

// Key implements Source.
func (r *treeRows) Key(i int) string { return r.rows[i].node.Key }

// Find implements Finder.
func (r *treeRows) Find(key string) (int, bool) { i, ok := r.at[key]; return i, ok }

// Row implements Source.
func (r *treeRows) Row(i, _ int) Row {
	t := r.rows[i]
	sign, tok := t.node.Sign, t.node.SignTok
	switch {
	case t.node.Branch && t.open:
		sign, tok = r.g.Expanded, Muted
	case t.node.Branch:
		sign, tok = r.g.Collapsed, Muted
	case sign == "":
		sign = " "
	}
	left := L(S(Text, spaces(2*t.depth)), S(tok, sign), S(Text, " "))
	row := Row{Left: append(left, t.node.Name...)}
	if t.node.Note != "" {
		row.Right = Tok(Muted, t.node.Note)
	}
	return row
}

// maxDepth is where a tree stops being drawn deeper; a card has four levels.
const maxDepth = 64

// SetRoots gives the tree its nodes. What is open and what is selected stays,
// by key.
func (t *Tree) SetRoots(roots []*Node) {
	t.roots = roots
	t.Sync()
}

// SetFilter shows the nodes for which keep is true, and the way to them, all
// open; nil shows the tree as it was.
func (t *Tree) SetFilter(keep func(*Node) bool) {
	t.keep = keep
	t.Sync()
}

// Sync takes notice of changed nodes.
func (t *Tree) Sync() {
	if t.open == nil {
		t.open = map[string]bool{}
	}
	if t.rows.g == nil {
		t.rows.g = &GlyphsUnicode
	}
	t.rows.rows, t.rows.at = t.rows.rows[:0], map[string]int{}
	for _, n := range t.roots {
		t.flatten(n, 0, -1)
	}
	if t.src == nil {
		t.List.SetSource(&t.rows)
		return
	}
	t.List.Sync()
}

// flatten appends n and what is open below it; with a filter it reports
// whether anything there is kept and takes n back when nothing is.
func (t *Tree) flatten(n *Node, depth, parent int) bool {
	if n == nil || depth > maxDepth {
		return false
	}
	at := len(t.rows.rows)
	open := n.Branch && (t.open[n.Key] || t.keep != nil)
	t.rows.rows = append(t.rows.rows, treeRow{n, depth, parent, open})
	kept := t.keep == nil || t.keep(n)
	if open {
		for _, c := range n.Children {
			if t.flatten(c, depth+1, at) {
				kept = true
			}
		}
	}
	if !kept {
		t.rows.rows = t.rows.rows[:at]
		return false
	}
	t.rows.at[n.Key] = at
	return true
}

// Node is the selected node, nil when the tree is empty.
func (t *Tree) Node() *Node {
	if i, ok := t.Selected(); ok {
		return t.rows.rows[i].node
	}
	return nil
}

// Open opens or closes a branch.
func (t *Tree) Open(key string, open bool) {
	if t.open == nil {
		t.open = map[string]bool{}
	}
	t.open[key] = open
	t.Sync()
}

// IsOpen reports whether a branch is open.
func (t *Tree) IsOpen(key string) bool { return t.open[key] }

// Reveal opens the way to a key and selects it.
func (t *Tree) Reveal(key string) bool {
	var path []string
	var walk func(n *Node, depth int) bool
	walk = func(n *Node, depth int) bool {
		if n == nil || depth > maxDepth {
			return false
		}
		if n.Key == key {
			return true
		}
		for _, c := range n.Children {
			if walk(c, depth+1) {
				path = append(path, n.Key)
				return true
			}
		}
		return false
	}
	for _, r := range t.roots {
		if walk(r, 0) {
			for _, k := range path {
				t.open[k] = true
			}
			t.Sync()
			return t.Select(key)
		}
	}
	return false
}

// Update is List.Update with the keys that open and close.
func (t *Tree) Update(msg tea.Msg) bool {
	if k := keyOf(msg); k != "" {
		return t.Key(k)
	}
	return t.List.Update(msg)
}

// Key handles a keystroke. Enter on a leaf is not handled: it is the
// screen's.
func (t *Tree) Key(key string) bool {
	i, ok := t.Selected()
	if !ok {
		return t.List.Key(key)
	}
	row := t.rows.rows[i]
	switch key {
	case "enter":
		if !row.node.Branch {
			return false
		}
		t.Open(row.node.Key, !row.open)
	case "right", "l":
		switch {
		case !row.node.Branch:
			return false
		case !row.open:
			t.Open(row.node.Key, true)
		case len(row.node.Children) > 0:
			t.move(1)
		}
	case "left", "h":
		if row.open && t.keep == nil {
			t.Open(row.node.Key, false)
			return true
		}
		t.toParent(row)
	case "backspace":
		t.toParent(row)
	default:
		return t.List.Key(key)
	}
	return true
}

func (t *Tree) toParent(row treeRow) {
	if row.parent >= 0 {
		t.Select(t.rows.rows[row.parent].node.Key)
	}
}

// View draws the tree.
func (t *Tree) View(th *Theme, w, h int) string {
	t.rows.g = &th.Glyphs
	return t.List.View(th, w, h)
}
