package fs

import (
	"context"
	"errors"
	"slices"
	"strings"

	"simscope/card"
)

// WalkOptions say how far a walk goes.
type WalkOptions struct {
	All     bool // also look at files whose service is off
	Secrets bool // read files of keys too
	// SelectOnly finds out which files there are without reading them, except
	// the few that say which others are there.
	SelectOnly bool
	Again      bool // read again what is known already; else only what is not, or was denied
	// Limits of this walk; zero fields are DefaultLimits'.
	Limits Limits
	// Progress is called after each file, on the walk's goroutine.
	Progress func(Progress)
}

// Progress says how far a walk is. Total is what is known to be looked at and
// may change as directories turn out to be absent or to hold more.
type Progress struct {
	Done, Total int
	Path        card.Path
	Name        string
}

// walker is one walk.
type walker struct {
	c        *Card
	o        WalkOptions
	m        *meter
	done     map[card.Path]bool // looked at in this walk
	count    int
	pending  int
	oneLevel bool // stay in the directory
}

func (c *Card) walker(o WalkOptions) *walker {
	l := o.Limits
	if l.Nodes == 0 {
		l.Nodes = DefaultLimits.Nodes
	}
	if l.Depth == 0 || l.Depth > maxDepth {
		l.Depth = maxDepth
	}
	if l.Bytes == 0 {
		l.Bytes = DefaultLimits.Bytes
	}
	if l.APDUs == 0 {
		l.APDUs = DefaultLimits.APDUs
	}
	o.Limits = l
	return &walker{c: c, o: o, m: c.meter(l), done: map[card.Path]bool{}}
}

// Walk looks at every file the catalogue knows below the MF and below every
// application, and at the files these point to, and reads them: one SELECT
// for each, none below a directory that is absent, and as few reads as the
// sizes allow. A step of the session takes whole directories. Ending ctx stops it
// between two commands; what was read stays, and another Walk goes on from
// there. A *LimitError says that the card has more than Limits permit.
func (c *Card) Walk(ctx context.Context, o WalkOptions) error {
	w := c.walker(o)
	roots := c.roots()
	for _, r := range roots {
		w.pending += 1 + w.estimate(c.node(r).Catalogue)
	}
	for _, r := range roots {
		if err := w.dir(ctx, candidate{path: r}); err != nil {
			return err
		}
	}
	return nil
}

// Children looks for the files directly below dir with one SELECT for each
// candidate, without reading them, except the few that say which others are
// there. Files known already are not looked at again.
func (c *Card) Children(ctx context.Context, dir card.Path) ([]Node, error) {
	w := c.walker(WalkOptions{SelectOnly: true})
	w.oneLevel = true
	err := w.dir(ctx, candidate{path: dir})
	return c.tree.Children(dir), err
}

// ReadDir looks for the files directly below dir and reads them, in the order
// in which they tell of each other. It does not go into directories.
func (c *Card) ReadDir(ctx context.Context, dir card.Path, o WalkOptions) error {
	w := c.walker(o)
	w.oneLevel = true
	return w.dir(ctx, candidate{path: dir})
}

// roots are the MF and the applications found.
func (c *Card) roots() []card.Path {
	var out []card.Path
	if c.s.Kind() != card.KindOther {
		out = append(out, card.Path{})
	}
	for _, a := range c.Applications() {
		out = append(out, card.PathOf(a.AID))
	}
	return out
}

// candidate is a file to look for.
type candidate struct {
	path  card.Path
	entry string // catalogue path, where its place alone does not tell it
}

// estimate is the number of catalogue files below a directory.
func (w *walker) estimate(dir string) int {
	n := 0
	for _, e := range Files().Children(dir) {
		if !e.IsRange() {
			n += 1 + w.estimate(e.Path)
		}
	}
	return n
}

// stepLength is how many commands a step sends before it ends with the
// directory that it is in. Each step has to find out anew what is current, so
// that many short ones would cost more than they give others a chance.
const stepLength = 64

// walkDir is a directory to walk, and how deep it lies below the first.
type walkDir struct {
	candidate
	depth int
}

// dir walks a directory: itself and its EFs, then each of its directories, in
// steps of whole directories.
func (w *walker) dir(ctx context.Context, d candidate) error {
	todo := []walkDir{{d, 0}}
	for len(todo) > 0 {
		var left []walkDir
		err := w.c.s.Read(ctx, "look at "+w.c.Name(todo[len(todo)-1].path), func(x *card.Tx) error {
			left = slices.Clone(todo) // the step may be run again
			for sent := x.Sends(); len(left) > 0 && x.Sends()-sent < stepLength; {
				var err error
				if left, err = w.next(x, left); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		todo = left
	}
	return nil
}

// next walks the last directory of todo and gives those that are left with its
// own on top, the first of them last.
func (w *walker) next(x *card.Tx, todo []walkDir) ([]walkDir, error) {
	d, todo := todo[len(todo)-1], todo[:len(todo)-1]
	n := w.c.node(d.path)
	if d.depth > 0 && w.skipForService(n) {
		w.pending -= w.estimate(n.Catalogue)
		return todo, nil
	}
	subs, err := w.dirStep(x, d.candidate)
	if err != nil || w.oneLevel || d.depth == w.o.Limits.Depth {
		return todo, err
	}
	for _, s := range slices.Backward(subs) {
		todo = append(todo, walkDir{s, d.depth + 1})
	}
	return todo, nil
}

// dirStep runs inside a step and may be run again after another program's
// reset: files it has dealt with already are left out then.
func (w *walker) dirStep(x *card.Tx, dir candidate) ([]candidate, error) {
	p := dir.path
	before := w.done[p]
	if err := w.file(x, dir); err != nil {
		return nil, err
	}
	n, _ := w.c.tree.Get(p)
	if !n.State.Exists() || !n.Dir {
		if !before {
			w.pending -= w.estimate(n.Catalogue)
		}
		return nil, nil
	}
	var subs []candidate
	for _, d := range w.candidates(p, n) {
		if w.isDir(d) && !w.oneLevel {
			subs = append(subs, d)
			continue
		}
		if err := w.file(x, d); err != nil {
			return nil, err
		}
	}
	for _, d := range w.pointedTo(p) {
		if err := w.file(x, d); err != nil {
			return nil, err
		}
	}
	n.Scanned = true
	w.c.tree.put(n)
	return subs, nil
}

// candidates are the files to look for directly below a directory: those that
// tell about the others first, then files, then directories.
func (w *walker) candidates(p card.Path, n Node) []candidate {
	var out []candidate
	for _, e := range Files().Children(n.Catalogue) {
		if !e.IsRange() {
			out = append(out, candidate{p.Child(e.FID), e.Path})
		}
	}
	if a, ok := w.c.Application(p.App); ok && p.IsRoot() && a.EAP != 0 {
		out = append(out, candidate{p.Child(a.EAP), "DF.EAP"})
	}
	for _, known := range w.c.tree.Children(p) {
		d := candidate{known.Path, known.Catalogue}
		if !slices.ContainsFunc(out, func(o candidate) bool { return o.path == d.path }) {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return w.rank(a) - w.rank(b) })
	return out
}

func (w *walker) rank(d candidate) int {
	table, ok := serviceTablePath(d.path.App)
	switch {
	case ok && d.path == table, inFolderTable(d.path):
		return 0
	case !w.isDir(d):
		return 1
	}
	// From inside one directory those beside it can be selected at once, if
	// their identifiers say that they are directories. The others come first,
	// while their parent is still current.
	switch d.path.Last() >> 8 {
	case 0x7F, 0x5F:
		return 3
	}
	return 2
}

// isDir is the card's word on whether a candidate is a directory, or the
// catalogue's before the card was asked.
func (w *walker) isDir(d candidate) bool {
	return w.c.node(d.path).Dir || strings.HasPrefix(d.entry[strings.LastIndexByte(d.entry, '/')+1:], "DF.")
}

// skipForService marks a node whose service is off and says whether to leave
// it out.
func (w *walker) skipForService(n Node) bool {
	if w.o.All || w.done[n.Path] || n.State > ServiceOff || w.c.ServiceOn(n.Path) != No {
		return false
	}
	n.State = ServiceOff
	w.finish(n)
	return true
}

// file looks at one file: select it, see that it is the one, read it.
func (w *walker) file(x *card.Tx, d candidate) error {
	if err := x.Context().Err(); err != nil {
		return err
	}
	if w.done[d.path] {
		return nil
	}
	n := w.c.node(d.path)
	if d.entry != "" {
		// What another file says counts more than a range of the catalogue.
		n.Catalogue = d.entry
		if e, ok := n.Entry(); ok {
			n.Name, n.Dir = e.Name, e.Structure.IsDir()
		}
	}
	if w.known(n) {
		w.done[n.Path] = true
		w.step(n)
		return nil
	}
	if w.skipForService(n) {
		return nil
	}
	if _, known := w.c.tree.Get(d.path); !known && w.c.tree.Len() >= w.o.Limits.Nodes {
		return &LimitError{"files", w.o.Limits.Nodes}
	}
	n, err := w.look(x, n)
	if err != nil {
		return err
	}
	w.finish(n)
	return nil
}

// known reports whether nothing more is to be learnt of the file.
func (w *walker) known(n Node) bool {
	switch {
	case w.o.Again && !w.o.SelectOnly:
		return false
	case w.o.SelectOnly:
		return n.State > ServiceOff
	}
	switch n.State {
	case Absent, Failed, Read:
		return true
	case Secret:
		return !w.o.Secrets
	case Present:
		return n.Dir
	case Denied:
		return !w.c.rightsChanged(n.Path)
	}
	return false
}

func (w *walker) finish(n Node) {
	w.done[n.Path] = true
	w.c.noteDenied(n)
	w.c.tree.put(n)
	w.step(n)
}

func (w *walker) step(n Node) {
	w.count++
	if w.o.Progress != nil {
		w.o.Progress(Progress{Done: w.count, Total: max(w.count, w.pending), Path: n.Path, Name: w.c.Name(n.Path)})
	}
}

// look selects and reads n. Its error is about the way to the card or a
// limit; what the card refuses is in the node.
func (w *walker) look(x *card.Tx, n Node) (Node, error) {
	n.FCP, n.Content, n.Flags, n.SW = nil, nil, nil, 0
	if n.Path.App == "" && w.c.s.Kind() == card.KindOther {
		n.State = Absent // it has no MF: that is what makes it one
		return n, nil
	}
	if err := w.m.spend(&w.m.stats.Selects); err != nil {
		return n, err
	}
	sel, err := x.Select(n.Path)
	if card.Refused(err) {
		w.m.absent()
		n.SW = card.SWOf(err)
		n.State = Failed
		if card.Absent(err) || n.SW == swNoFunction || n.SW == swBadFID {
			n.State = Absent
		} else if card.Denied(err) {
			n.State = Denied
		}
		return n, nil
	}
	var endless *card.BudgetError
	if errors.As(err, &endless) && w.m.mayGoOn() {
		n.State, n.Flags = Failed, []Flag{{"read.endless", nil}}
		return n, nil
	}
	if errors.Is(err, card.ErrUntold) {
		n.State, n.Flags = NotLookedAt, []Flag{{"read.not_recorded", nil}}
		return n, nil
	}
	if err != nil {
		return n, err
	}
	f := ParseFCP(sel.Info)
	if w.c.s.Kind() == card.KindGSM {
		f = ParseGSM(sel.Info)
	}
	n.FCP = &f
	if other, ok := otherFile(n.Path, f); ok {
		n.State, n.FCP, n.SW = Absent, nil, sel.SW
		n.Flags = []Flag{{"walk.other_file", []any{"fid", other.String()}}}
		return n, nil
	}
	return w.read(x, n)
}

// Status words to SELECT that mean a file is not there on some cards.
const (
	swNoFunction = 0x6A81
	swBadFID     = 0x6A80
)

// otherFile reports whether the card selected something else than was asked
// for: the parent, a file beside it, the MF (ETSI TS 102 221 clause 8.4.2).
func otherFile(p card.Path, f FCP) (card.FID, bool) {
	if !f.HasFID || p.App != "" && p.IsRoot() {
		return f.FID, f.HasFID && f.FID == card.FIDMF
	}
	return f.FID, f.FID != p.Last()
}

func (w *walker) read(x *card.Tx, n Node) (Node, error) {
	f := *n.FCP
	n.State = Present
	if f.Structure != StructureUnknown {
		n.Dir = f.Structure.IsDir()
	}
	if n.Path.IsRoot() {
		n.Dir = true
	}
	if n.Dir || w.o.SelectOnly && !w.guides(n.Path) {
		return n, nil
	}
	if card.SecretFile(n.Path) && !w.o.Secrets {
		n.State = Secret
		return n, nil
	}
	if !f.readable() {
		// What it holds stays unknown; it is not empty.
		n.State = Failed
		if f.Structure == StructureUnknown {
			n.Flags = []Flag{{"read.structure", nil}}
		}
		return n, nil
	}
	r := &reading{x: x, meter: w.m, gsm: f.GSM}
	err := r.content(f)
	n.Flags = r.flags
	switch {
	case errors.Is(err, errRefused):
		n.State, n.SW = Failed, r.sw
		if card.Denied(&card.StatusError{SW: r.sw}) {
			n.State = Denied
		}
		return n, nil
	case err != nil:
		return n, err
	}
	n.State, n.Content = Read, &r.c
	if f.untold && len(r.c.Records) > 0 {
		f.RecordLen, f.Records = len(r.c.Records[0]), len(r.c.Records)
		f.Size = f.RecordLen * f.Records
		n.FCP = &f
	}
	return n, nil
}

// guides reports whether a file says which others there are.
func (w *walker) guides(p card.Path) bool {
	table, ok := serviceTablePath(p.App)
	switch {
	case ok && p == table, inFolderTable(p):
		return true
	case p.Parent().Last() == fidPhone && p.Last() == fidPBR, p.Parent().Last() == fidACDC && p.Last() == fidACDCList:
		return true
	}
	return p.Parent().Last() == fidGraphics && p.Last() == fidIMG
}

// absent turns the SELECT counted last into one of an absent file.
func (m *meter) absent() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.Selects--
	m.stats.Absent++
}
