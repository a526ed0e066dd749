package fs

import (
	"fmt"
	"slices"
	"sync"

	"simscope/card"
)

// State is what is known of a file on this card.
type State int

// The states of a file.
const (
	NotLookedAt State = iota
	ServiceOff        // its service is off, so it was not looked at
	Absent            // the card says it is not there
	Present           // selected, content not read
	Denied            // an access right is missing
	Secret            // selected; it holds keys and was not read
	Failed            // the card refused for another reason; SW says which
	Read              // content is known
)

var stateNames = [...]string{"not-looked-at", "service-off", "absent", "present", "denied", "secret", "failed", "read"}

func (s State) String() string { return stateNames[s] }

// Exists reports whether the card has the file.
func (s State) Exists() bool { return s >= Present }

// MarshalText writes the state's name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *State) UnmarshalText(b []byte) error {
	for i, n := range stateNames {
		if n == string(b) {
			*s = State(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no state of a file", b)
}

// Content is what was read of an EF: Binary of a transparent one, Records of
// a linear fixed or cyclic one (record 1 first), Objects of a BER-TLV one.
// Partial says that the card gave less than the file's description promised.
type Content struct {
	Binary  Hex    `json:"binary,omitempty"`
	Records []Hex  `json:"records,omitempty"`
	Objects []Item `json:"objects,omitempty"`
	Partial bool   `json:"partial,omitempty"`
}

// Node is one file of a card as far as it is known. Nodes are values: their
// slices and pointers are never changed once a Tree has handed them out.
type Node struct {
	Path      card.Path
	Name      string // "EF.IMSI", "ADF.USIM#2"; the FID for a file no table knows
	Catalogue string // catalogue path; empty for a file no table knows
	Dir       bool
	State     State
	SW        card.SW // of the refusal, for Absent, Denied and Failed
	FCP       *FCP    // nil until the file was selected
	Content   *Content
	Flags     []Flag // oddities of its selection and content; those of the FCP are there
	Scanned   bool   // of a directory: its children were looked for
}

// Entry is the catalogue's entry for the node.
func (n Node) Entry() (Entry, bool) { return Files().Lookup(n.Catalogue) }

// Structure is the card's word on the structure, or the catalogue's where the
// card was not asked.
func (n Node) Structure() Structure {
	if n.FCP != nil && n.FCP.Structure != StructureUnknown {
		return n.FCP.Structure
	}
	e, _ := n.Entry()
	return e.Structure
}

// Tree holds the files of one card. It may be read from any goroutine while
// a walk fills it.
type Tree struct {
	mu       sync.RWMutex
	nodes    map[card.Path]Node
	roots    []card.Path
	children map[card.Path][]card.Path
	loose    []card.Path // directories that were unknown when a file of theirs came
	onChange func(Node)
}

// NewTree makes an empty tree. onChange, if given, is called for every change
// on the goroutine that makes it, with nothing locked.
func NewTree(onChange func(Node)) *Tree {
	return &Tree{nodes: map[card.Path]Node{}, children: map[card.Path][]card.Path{}, onChange: onChange}
}

// Get is the node at p.
func (t *Tree) Get(p card.Path) (Node, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	n, ok := t.nodes[p]
	return n, ok
}

// Roots are the MF and the applications.
func (t *Tree) Roots() []Node { return t.list(func() []card.Path { return t.roots }) }

// Children are the nodes directly below dir, in catalogue order.
func (t *Tree) Children(dir card.Path) []Node {
	return t.list(func() []card.Path { return t.children[dir] })
}

func (t *Tree) list(paths func() []card.Path) []Node {
	t.mu.RLock()
	defer t.mu.RUnlock()
	ps := paths()
	out := make([]Node, 0, len(ps))
	for _, p := range ps {
		out = append(out, t.nodes[p])
	}
	return out
}

// All lists every node: each root followed by what lies below it, files
// before the directories beside them, and then what lies in directories that
// were not looked at.
func (t *Tree) All() []Node {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]Node, 0, len(t.nodes))
	var visit func(p card.Path, depth int)
	visit = func(p card.Path, depth int) {
		if n, known := t.nodes[p]; known {
			out = append(out, n)
		}
		if depth > maxDepth {
			return
		}
		for _, dirs := range []bool{false, true} {
			for _, c := range t.children[p] {
				if t.nodes[c].Dir == dirs {
					visit(c, depth+1)
				}
			}
		}
	}
	for _, r := range t.roots {
		visit(r, 0)
	}
	for _, dir := range t.loose {
		if _, known := t.nodes[dir]; !known {
			visit(dir, dir.Depth())
		}
	}
	return out
}

// Len is the number of nodes.
func (t *Tree) Len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.nodes)
}

// put stores n and tells of it.
func (t *Tree) put(n Node) {
	t.mu.Lock()
	if _, known := t.nodes[n.Path]; !known {
		if n.Path.IsRoot() {
			t.roots = append(t.roots, n.Path)
		} else {
			dir := n.Path.Parent()
			if _, known := t.nodes[dir]; !known && !slices.Contains(t.loose, dir) {
				t.loose = append(t.loose, dir)
			}
			t.children[dir] = append(slices.Clip(t.children[dir]), n.Path)
		}
	}
	t.nodes[n.Path] = n
	t.mu.Unlock()
	if t.onChange != nil {
		t.onChange(n)
	}
}
