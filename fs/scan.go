package fs

import (
	"context"
	"errors"
	"slices"
	"time"

	"simscope/card"
)

// scanStep is how many identifiers one step of the session looks for: others
// get their turn in between.
const scanStep = 64

// maxScanRow is how many identifiers in a row may be there before the card is
// no longer believed: one that answers to everything has no files to find.
const maxScanRow = 48

// maxScanFound bounds the files of one scan.
const maxScanFound = 512

// ErrEverything says that the card selects whatever it is asked for.
var ErrEverything = errors.New("the card answers to every identifier: nothing was found out")

// Scan looks for files that no catalogue names: every identifier directly
// below one directory. It only selects, and reads what it finds. It can be
// stopped between two commands and taken up again by another Run.
type Scan struct {
	Dir   card.Path
	Found []card.Path // files no catalogue names, in the order they were found
	Known int         // files found that the catalogue names

	order []card.FID
	next  int
	first int // where this run began
	row   int // identifiers in a row that were there
	took  time.Duration
}

// ScanProgress says how far a scan is. Left is zero while it is not known.
type ScanProgress struct {
	Done, Total int
	Skipped     int // of those done, left to an earlier scan
	FID         card.FID
	Found       int
	Left        time.Duration
}

// NewScan prepares a scan of a directory. Identifiers that specifications use
// come first, reserved ones (ETSI TS 102 221 clause 8.6) not at all.
func NewScan(dir card.Path) *Scan {
	s := &Scan{Dir: dir}
	likely := []byte{0x6F, 0x4F, 0x2F, 0x5F, 0x7F, 0xAF}
	highs := slices.Clone(likely)
	for h := range 256 {
		if !slices.Contains(likely, byte(h)) {
			highs = append(highs, byte(h))
		}
	}
	for _, h := range highs {
		for l := range 256 {
			f := card.FID(h)<<8 | card.FID(l)
			if f != card.FIDMF && f != card.FIDADF && f != 0x3FFF && f != 0xFFFF {
				s.order = append(s.order, f)
			}
		}
	}
	return s
}

// Skip goes on at an identifier, as after a scan that was stopped there; ok is
// false for one that no scan looks for.
func (s *Scan) Skip(f card.FID) (ok bool) {
	i := slices.Index(s.order, f)
	if i < 0 {
		return false
	}
	s.next, s.first = i, i
	return true
}

// Progress is how far the scan is.
func (s *Scan) Progress() ScanProgress {
	p := ScanProgress{Done: s.next, Total: len(s.order), Skipped: s.first, Found: len(s.Found)}
	if s.next < len(s.order) {
		p.FID = s.order[s.next]
	}
	if done := s.next - s.first; done >= scanStep {
		p.Left = s.took / time.Duration(done) * time.Duration(len(s.order)-s.next)
	}
	return p
}

// Finished reports whether every identifier was looked for.
func (s *Scan) Finished() bool { return s.next == len(s.order) }

// Run looks for the identifiers that are left. A file is believed to be there
// only when its own description says so and it cannot be one beside the
// directory or above it. Files of keys are found and not read. progress, if
// given, is called after each step.
func (s *Scan) Run(ctx context.Context, c *Card, progress func(ScanProgress)) error {
	w := c.walker(WalkOptions{All: true, Limits: Limits{Nodes: DefaultLimits.Nodes + maxScanFound, APDUs: 4 * len(s.order)}})
	for !s.Finished() {
		begin := time.Now()
		err := c.s.Read(ctx, "scan "+c.Name(s.Dir), func(x *card.Tx) error {
			for range scanStep {
				if s.Finished() {
					return nil
				}
				if err := x.Context().Err(); err != nil {
					return err
				}
				if err := s.one(x, w, s.order[s.next]); err != nil {
					return err
				}
				s.next++
			}
			return nil
		})
		s.took += time.Since(begin)
		if progress != nil {
			progress(s.Progress())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// one looks for one identifier. It may be asked twice for the same one, after
// another program's reset.
func (s *Scan) one(x *card.Tx, w *walker, f card.FID) error {
	p := s.Dir.Child(f)
	if n, ok := w.c.tree.Get(p); ok && n.State > ServiceOff {
		if n.State.Exists() && !slices.Contains(s.Found, p) {
			s.Known++
		}
		return nil
	}
	n, err := w.look(x, w.c.node(p))
	if err != nil {
		return err
	}
	if !n.State.Exists() || n.State == Failed && n.FCP == nil {
		s.row = 0
		return nil
	}
	if s.row++; s.row > maxScanRow || len(s.Found) >= maxScanFound {
		return ErrEverything
	}
	ok, err := s.below(x, n)
	if err != nil || !ok {
		return err
	}
	w.finish(n)
	if n.Catalogue != "" {
		s.Known++
	} else {
		s.Found = append(s.Found, p)
	}
	return nil
}

// below tells a directory below the one scanned from those beside it and
// above it, to which an identifier alone leads too (ETSI TS 102 221 clause
// 8.4.2). Where the card selects by path there is no doubt, nor about an EF.
func (s *Scan) below(x *card.Tx, n Node) (bool, error) {
	if !n.Dir || x.Session().SelectsByPath() {
		return true, nil
	}
	f := n.Path.Last()
	if slices.Contains(s.Dir.FIDs(), f) {
		return false, nil
	}
	if s.Dir.IsRoot() {
		return true, nil
	}
	other, err := x.Select(s.Dir.Parent().Child(f))
	if card.Refused(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	d := ParseFCP(other.Info)
	if x.Session().Kind() == card.KindGSM {
		d = ParseGSM(other.Info)
	}
	_, elsewhere := otherFile(s.Dir.Parent().Child(f), d)
	return elsewhere, nil
}
