package fs

import (
	"bytes"
	"context"
	"slices"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/fs/ef"
	"simscope/texts"
)

// Severity of a problem.
type Severity int

// Severities: what is only worth knowing, what a person must confirm, and
// what makes a plan impossible.
const (
	Note Severity = iota
	Confirm
	Fatal
)

func (s Severity) String() string { return [...]string{"note", "confirm", "fatal"}[s] }

// MarshalText writes the severity as a word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Problem is something Check found. ID is a text identifier.
type Problem struct {
	Step     int // index, -1 for the plan itself
	Severity Severity
	ID       string
	Args     []any
}

func (p Problem) String() string { return texts.Say(p.ID, p.Args...) }

// Prepare reads what Check wants to know of the files of a plan that was made
// elsewhere: what they are, what they hold and who may write them. What is
// known is not read again. A file that the card refuses is left for Check.
func (c *Card) Prepare(ctx context.Context, p *Plan) error {
	for _, s := range p.Steps {
		n, ok := c.tree.Get(s.Path)
		if !ok || n.FCP == nil && n.State != Absent || n.State == Present || n.State == Denied && c.rightsChanged(s.Path) {
			if _, err := c.ReadFile(ctx, s.Path, false); err != nil {
				return err
			}
		}
		if _, err := c.LoadAccess(ctx, s.Path); err != nil && !card.Refused(err) {
			return err
		}
	}
	return nil
}

// Check compares the plan with what is known of the card: the card it is for,
// sizes, rights, the bytes that are there. It sends nothing.
func (p *Plan) Check(c *Card) []Problem {
	var out []Problem
	if p.ICCID == "" || p.ICCID != c.iccid() {
		out = append(out, Problem{-1, Fatal, "plan.other_card", nil})
	}
	for i, s := range p.Steps {
		add := func(sev Severity, id string, args ...any) {
			out = append(out, Problem{i, sev, "plan." + id, append([]any{"file", c.Name(s.Path)}, args...)})
		}
		c.checkStep(s, add)
		for _, earlier := range p.Steps[:i] {
			if s.overlaps(earlier) {
				add(Fatal, "overlap")
				break
			}
		}
	}
	return out
}

// FatalIn is the first problem that makes the plan impossible, if any.
func FatalIn(ps []Problem) (Problem, bool) {
	i := slices.IndexFunc(ps, func(p Problem) bool { return p.Severity == Fatal })
	if i < 0 {
		return Problem{}, false
	}
	return ps[i], true
}

func (s Step) overlaps(o Step) bool {
	if s.Path != o.Path || s.Record != o.Record || s.Tag != o.Tag {
		return false
	}
	return s.Record > 0 || s.Tag > 0 || s.Offset < o.Offset+len(o.New) && o.Offset < s.Offset+len(s.New)
}

func (c *Card) checkStep(s Step, add func(Severity, string, ...any)) {
	n, ok := c.tree.Get(s.Path)
	if !ok || n.FCP == nil || !n.State.Exists() {
		add(Fatal, "no_file")
		return
	}
	switch {
	case len(s.New) == 0 && (s.Tag == 0 || len(s.Old) == 0):
		add(Fatal, "nothing")
		return
	case s.Tag == 0 && len(s.Old) != len(s.New):
		add(Fatal, "old_unknown")
	}
	c.checkPlace(s, *n.FCP, add)
	if have, ok := n.bytesAt(s); ok && (len(s.Old) > 0 || s.Tag > 0) && !bytes.Equal(have, s.Old) && !bytes.Equal(have, s.New) {
		add(Fatal, "old_differs")
	}
	switch n.FCP.LifeCycle {
	case LifeDeactivated:
		if n.FCP.writableDeactivated() {
			add(Note, "deactivated_writable")
		} else {
			add(Confirm, "deactivated")
		}
	case LifeTerminated:
		add(Fatal, "terminated")
	}
	if sensitive(s.Path) {
		add(Confirm, "sensitive")
	}
	c.checkRight(s, OpUpdate, "right", add)
	c.checkRight(s, OpRead, "read_right", add)
}

// checkRight says what keeps the card from letting the step be done. Reading
// is needed, too: to see the old bytes, and what was written.
func (c *Card) checkRight(s Step, op Operation, id string, add func(Severity, string, ...any)) {
	cond := c.Access(s.Path).For(op)
	switch c.Security(s.Path.App).Satisfied(cond) {
	case No:
		sev := Confirm
		if _, possible := c.missing(s.Path.App, cond); !possible {
			sev = Fatal
			id += "_never"
		}
		add(sev, id+"_missing", "condition", Words(cond))
	case Unknown:
		if op == OpUpdate {
			add(Note, id+"_unknown", "condition", Words(cond))
		}
	}
}

// Tags of the proprietary template of an FCP (ETSI TS 102 221 clause
// 11.1.1.4.6).
const (
	tagMaxFileSize = 0x86
	tagSpecialInfo = 0xC0
)

// writableDeactivated is bit 7 of the special file information: readable and
// updatable while deactivated.
func (f FCP) writableDeactivated() bool {
	v := f.proprietary(tagSpecialInfo)
	return len(v) == 1 && v[0]&0x40 != 0
}

func (f FCP) proprietary(tag tlv.Tag) Hex {
	for _, i := range f.Proprietary {
		if i.Tag == tag {
			return i.Value
		}
	}
	return nil
}

// objectLimit is how many bytes a BER-TLV file may hold, as far as the card
// tells.
func (f FCP) objectLimit() int {
	v := f.proprietary(tagMaxFileSize)
	if len(v) == 0 || len(v) > 3 {
		return objectMax
	}
	n := 0
	for _, b := range v {
		n = n<<8 | int(b)
	}
	return min(n, objectMax)
}

func (c *Card) checkPlace(s Step, f FCP, add func(Severity, string, ...any)) {
	want := Transparent
	switch {
	case s.Tag > 0:
		want = BERTLV
	case s.Record > 0:
		want = LinearFixed
	}
	switch {
	case f.Structure == Cyclic:
		add(Fatal, "cyclic")
	case f.Structure != want, s.Record < 0 || s.Offset < 0, s.Tag > 0 && (s.Record > 0 || s.Offset > 0):
		add(Fatal, "structure", "structure", f.Structure)
	case s.Tag > 0:
		if n := len(tlv.Append(nil, s.Tag, s.New)); n > f.objectLimit() {
			add(Fatal, "object_size", "length", n, "limit", f.objectLimit())
		}
	case s.Record > f.Records && s.Record > 0:
		add(Fatal, "record", "record", s.Record, "records", f.Records)
	case s.Record > 0 && len(s.New) != f.RecordLen:
		add(Fatal, "record_length", "length", len(s.New), "want", f.RecordLen)
	case s.Record == 0 && (s.Offset > maxOffset || s.Offset+len(s.New) > f.Size):
		add(Fatal, "size", "end", s.Offset+len(s.New), "size", f.Size)
	}
}

// bytesAt is what the tree has where a step writes.
func (n Node) bytesAt(s Step) ([]byte, bool) {
	switch {
	case n.Content == nil:
		return nil, false
	case s.Tag > 0:
		return n.Content.object(s.Tag), n.Structure() == BERTLV && !n.Content.Partial
	case s.Record > 0:
		if s.Record > len(n.Content.Records) {
			return nil, false
		}
		return n.Content.Records[s.Record-1], true
	case s.Offset < 0 || s.Offset+len(s.New) > len(n.Content.Binary):
		return nil, false
	}
	return n.Content.Binary[s.Offset : s.Offset+len(s.New)], true
}

// Need is a PIN or key that has to be verified before something is permitted.
// App is the application in which it is meant, empty for one of the card.
type Need struct {
	Ref card.PINRef
	App card.AID
}

// Needs lists the PINs whose verification would make the plan possible, as
// far as rights go: none where it is possible already or is not known to be
// impossible. Of several that would do, the fewest are named, and a person's
// PINs before the issuer's keys. ok is false where no PIN can help.
func (p *Plan) Needs(c *Card) (needs []Need, ok bool) {
	for _, s := range p.Steps {
		for _, op := range []Operation{OpUpdate, OpRead} {
			n, possible := c.NeedsFor(s.Path, op)
			if !possible {
				return nil, false
			}
			needs = appendNeeds(needs, n...)
		}
	}
	return needs, true
}

// NeedsFor is Needs for one operation on the file at path.
func (c *Card) NeedsFor(path card.Path, op Operation) (needs []Need, ok bool) {
	return c.missing(path.App, c.Access(path).For(op))
}

// missing lists what would have to be verified for a condition.
func (c *Card) missing(app card.AID, cond ef.Condition) (needs []Need, ok bool) {
	sec := c.Security(app)
	if sec.Satisfied(cond) != No {
		return nil, true
	}
	switch cond.Kind {
	case ef.CondKey:
		for _, k := range cond.Keys {
			r := card.PINRef(k)
			for sec[r].Universal && !sec[r].Verified {
				r = card.RefUniversal
			}
			if sec.key(r) == No {
				needs = appendNeeds(needs, need(app, r))
			}
		}
		return needs, true
	case ef.CondAnd:
		for _, sub := range cond.Of {
			n, possible := c.missing(app, sub)
			if !possible {
				return nil, false
			}
			needs = appendNeeds(needs, n...)
		}
		return needs, true
	case ef.CondOr:
		for _, sub := range cond.Of {
			if n, possible := c.missing(app, sub); possible && (!ok || cheaper(n, needs)) {
				needs, ok = n, true
			}
		}
		return needs, ok
	case ef.CondSC:
		if up := card.RefPIN1; sec[up].Known {
			return []Need{need(app, up)}, true
		}
	}
	return nil, false
}

func need(app card.AID, r card.PINRef) Need {
	if !r.Local() {
		app = ""
	}
	return Need{r, app}
}

func appendNeeds(list []Need, more ...Need) []Need {
	for _, n := range more {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// cheaper compares two ways to fulfil a condition: an issuer's key is asked
// of a person last.
func cheaper(a, b []Need) bool {
	cost := func(ns []Need) (sum int) {
		for _, n := range ns {
			sum++
			if n.Ref.Kind() == card.PINAdm {
				sum += 16
			}
		}
		return sum
	}
	return cost(a) < cost(b)
}

// sensitive reports whether a wrong write to the file can lock the card or
// open it: keys, PINs, access rules, the list of applications, identity.
func sensitive(p card.Path) bool {
	if Hidden(p) {
		return true
	}
	switch p.Last() {
	case fidMFARR, fidARR, card.FIDDir, card.FIDICCID:
		return p.Depth() == 1 || p.Last() == fidARR
	case fidIMSI:
		return p.Depth() == 1 && p.App != "" || p.Parent().Last() == card.FIDGSM
	}
	return false
}

// fidSystem is DF.SYSTEM of some cards: PINs and keys in files.
const fidSystem card.FID = 0xA515

// Hidden reports whether the bytes of a file are keys or PINs, which plans
// show as dots and are not written into files.
func Hidden(p card.Path) bool {
	return card.SecretFile(p) || slices.Contains(p.FIDs(), fidSystem)
}

// Secret reports whether a step of the plan carries keys or PINs.
func (p *Plan) Secret() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return Hidden(s.Path) })
}
