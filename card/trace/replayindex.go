package trace

import (
	"bytes"
	"encoding/binary"

	"simscope/card"
	"simscope/card/tlv"
)

// place is what is selected on one channel: the application that is active,
// also while the current directory lies elsewhere; that directory, and the
// current EF or the directory again.
type place struct {
	app       card.AID
	dir, file card.Path
}

// state is what the answer to a command depends on besides its bytes.
type state struct {
	channels map[int]place // the MF where there is none
	last     *answer       // for GET RESPONSE
}

func newState() state { return state{channels: map[int]place{}} }

// move makes p current on a channel; an application stays active until
// another is selected.
func (s *state) move(channel int, p place) {
	if p.app == "" {
		p.app = s.channels[channel].app
	}
	s.channels[channel] = p
}

// answer is one recorded answer, or several that are equal and came in a row.
type answer struct {
	data     []byte
	sw       card.SW
	err      string // identifier, when no answer came
	times    int
	withheld bool              // parts of data are missing
	moves    bool              // to is selected afterwards
	to       place             //
	follow   map[string]*entry // what GET RESPONSE brought after it
}

// entry holds the answers to one command in one place, in order.
type entry struct {
	answers []*answer
	at      int
	used    int
	once    bool // the command is recorded without its secrets
}

func (e *entry) add(a *answer) *answer {
	if n := len(e.answers); n > 0 && e.answers[n-1].same(a) {
		e.answers[n-1].times++
		return e.answers[n-1]
	}
	a.times = 1
	e.answers = append(e.answers, a)
	return a
}

// same never holds where GET RESPONSE will tell the answers apart.
func (a *answer) same(b *answer) bool {
	return a.sw == b.sw && a.sw.SW1() != 0x61 && a.sw.SW1() != 0x9F && a.err == b.err &&
		a.withheld == b.withheld && a.moves == b.moves && a.to == b.to && bytes.Equal(a.data, b.data)
}

// take gives the next answer; nil when there is none to give.
func (e *entry) take() *answer {
	if e.used < e.answers[e.at].times {
		e.used++
		return e.answers[e.at]
	}
	if e.at+1 < len(e.answers) {
		e.at++
		e.used = 1
		return e.answers[e.at]
	}
	if e.once {
		return nil
	}
	for i := len(e.answers) - 1; i >= 0; i-- {
		// A lost answer is an event of that time, not a fact of the card.
		if e.answers[i].err == "" {
			return e.answers[i]
		}
	}
	return nil
}

// key finds an entry: the command, as bytes or only by header and length, and
// as much of the place as matters to it.
type key struct {
	at   place
	cmd  string
	once bool
}

// targetKey finds the answer to a SELECT by what it leads to, for a session
// that goes there by another way.
type targetKey struct {
	channel int
	gsm     bool
	form    byte // what the answer holds, from P2
	path    card.Path
}

type index struct {
	entries map[key]*entry
	targets map[targetKey]*entry
	atrs    [][]byte
	apps    []card.AID // full identifiers of applications that occur
}

// maxApps bounds the applications an index tells apart.
const maxApps = 64

// learn notes the applications a recording names. A session may select one
// by the beginning of its identifier; the whole one comes later, or in the
// FCP.
func (ix *index) learn(e card.Exchange) {
	app := e.File.App
	if n, ok := dfName(e.Response); ok {
		app = n
	}
	if app == "" || len(ix.apps) >= maxApps {
		return
	}
	for i, a := range ix.apps {
		switch {
		case a.HasPrefix(app):
			return
		case app.HasPrefix(a):
			ix.apps[i] = app
			return
		}
	}
	ix.apps = append(ix.apps, app)
}

// full completes a path's application where it is known by its beginning.
func (ix *index) full(p card.Path) card.Path {
	for _, a := range ix.apps {
		if p.App != "" && a.HasPrefix(p.App) {
			return card.PathOf(a, p.FIDs()...)
		}
	}
	return p
}

// dfName is the application identifier in an FCP.
func dfName(response []byte) (card.AID, bool) {
	if !looksTLV(response) {
		return "", false
	}
	nodes, err := tlv.Parse(response)
	if err != nil || nodes[0].Tag != 0x62 && nodes[0].Tag != 0x6F {
		return "", false
	}
	n, ok := tlv.Find(nodes[0].Children, 0x84)
	return card.AID(n.Value), ok && len(n.Value) >= 5 && len(n.Value) <= 16
}

// newIndex sorts the exchanges of one insertion.
func newIndex(v View, generation uint32) *index {
	ix := &index{entries: map[key]*entry{}, targets: map[targetKey]*entry{}}
	for _, e := range v.All() {
		if e.Generation == generation {
			ix.learn(e)
		}
	}
	s := newState()
	for _, e := range v.All() {
		e.File = ix.full(e.File)
		switch {
		case e.Generation != generation || e.Kind == card.ExchangeNote:
		case e.Kind == card.ExchangeReset:
			s = newState()
			if len(e.Hidden) == 0 {
				ix.atrs = append(ix.atrs, e.Response)
			}
		case len(e.Command) >= 4 && (e.SW != 0 || e.Err != ""):
			ix.add(&s, e)
		}
	}
	return ix
}

// add files one exchange and moves the state as it did.
func (ix *index) add(s *state, e card.Exchange) {
	h, data := headerOf(e.Command), dataOf(e.Command)
	channel := card.ClassOf(h.cla).Channel
	here, known := s.channels[channel]
	if !known && e.HasFile && h.ins != card.InsSelect && h.ins != card.InsGetResponse {
		here = placeOf(e.File, nil)
		s.channels[channel] = here
	}
	a := &answer{data: e.Response, sw: e.SW, err: e.Err, withheld: withholds(e, true)}
	var en *entry
	switch {
	case h.ins == card.InsGetResponse && s.last != nil:
		if s.last.follow == nil {
			s.last.follow = map[string]*entry{}
		}
		en = entryOf(s.last.follow, string(e.Command))
		s.correct(channel, e.Response)
	default:
		en = entryOf(ix.entries, keyOf(here, h, data, e.Command, withholds(e, false)))
		en.once = withholds(e, false)
		a.leads(h, ix.full(target(h, data, here, e)), here, e)
	}
	a = en.add(a)
	if h.isSelect() && a.err == "" && !en.once {
		path := ix.full(target(h, data, here, e))
		t := entryOf(ix.targets, targetKey{channel, h.group() == "gsm", h.p2 & 0x0C, path})
		if n := len(t.answers); n == 0 || t.answers[n-1] != a {
			t.answers = append(t.answers, a)
		}
	}
	s.last = a
	s.follow(e.Command, a)
}

func entryOf[K comparable](m map[K]*entry, k K) *entry {
	if m[k] == nil {
		m[k] = &entry{}
	}
	return m[k]
}

func withholds(e card.Exchange, response bool) bool {
	for _, s := range e.Hidden {
		if s.Response == response {
			return true
		}
	}
	return false
}

func dataOf(cmd []byte) []byte {
	l := layoutOf(cmd)
	return cmd[l.dataOff : l.dataOff+l.dataLen]
}

func (h header) isSelect() bool {
	g := h.group()
	return h.ins == card.InsSelect && (g == "iso" || g == "gsm")
}

// leads says what is selected after a successful SELECT, or a read by short
// file identifier.
func (a *answer) leads(h header, path card.Path, here place, e card.Exchange) {
	switch {
	case a.err != "" || !a.sw.OK():
	case h.isSelect():
		a.moves, a.to = true, placeOf(path, e.Response)
	case e.HasFile && h.bySFI():
		a.moves, a.to = true, place{here.app, here.dir, e.File}
	}
}

// correct sets right what a SELECT without answer data led to, once GET
// RESPONSE has told whether it is a directory.
func (s *state) correct(channel int, response []byte) {
	if _, known := isDir(response); known && s.last.moves {
		s.last.to = placeOf(s.last.to.file, response)
		s.move(channel, s.last.to)
	}
}

// follow moves the state as a command and its answer do.
func (s *state) follow(cmd []byte, a *answer) {
	h := headerOf(cmd)
	channel := card.ClassOf(h.cla).Channel
	if a.moves {
		s.move(channel, a.to)
	}
	if h.ins != card.InsManageChannel || h.group() != "iso" || a.err != "" || !a.sw.OK() {
		return
	}
	n := int(h.p2)
	switch {
	case h.p1 == 0x80:
		delete(s.channels, n)
		return
	case len(a.data) == 1:
		n = int(a.data[0])
	}
	// The basic channel opens others at the MF, any other at its own place
	// (ETSI TS 102 221 clause 11.1.17).
	if channel == 0 {
		s.channels[n] = place{}
	} else {
		s.channels[n] = s.channels[channel]
	}
}

// answer finds what to say to a command.
func (ix *index) answer(s state, cmd []byte) (*answer, error) {
	h, data := headerOf(cmd), dataOf(cmd)
	channel := card.ClassOf(h.cla).Channel
	here := s.channels[channel]
	var found *entry
	if h.ins == card.InsGetResponse && s.last != nil {
		found = s.last.follow[string(cmd)]
	}
	for _, once := range []bool{false, true} {
		if found == nil {
			found = ix.entries[keyOf(here, h, data, cmd, once)]
		}
	}
	if found == nil && h.isSelect() {
		path := ix.full(target(h, data, here, card.Exchange{}))
		found = ix.targets[targetKey{channel, h.group() == "gsm", h.p2 & 0x0C, path}]
	}
	if found == nil {
		return nil, ErrNotRecorded
	}
	a := found.take()
	switch {
	case a == nil:
		return nil, ErrNotRecorded
	case a.withheld:
		return nil, ErrWithheld
	}
	return a, nil
}

// keyOf keeps of the place what the command depends on.
func keyOf(here place, h header, data, cmd []byte, once bool) key {
	k := key{cmd: string(cmd), once: once}
	if once {
		k.cmd = string(binary.BigEndian.AppendUint32([]byte{h.cla, h.ins, h.p1, h.p2}, uint32(len(cmd))))
	}
	switch scopeOf(h, data) {
	case scopeFile:
		k.at.dir, k.at.file = here.dir, here.file
	case scopeDir:
		k.at.dir = here.dir
	case scopeActive:
		k.at.app = here.app
	case scopeApp:
		k.at.dir = card.Path{App: here.dir.App}
	}
	return k
}
