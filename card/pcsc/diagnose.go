package pcsc

import (
	"context"
	"errors"

	"simscope/card"
)

// Level says how a fact stands in the way of reading a card.
type Level int

// The levels.
const (
	LevelOK      Level = iota
	LevelHint          // worth knowing, in nobody's way
	LevelMissing       // no card can be read before this is mended
)

func (l Level) String() string { return [...]string{"ok", "hint", "missing"}[l] }

// MarshalText writes the level's name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Fix is one way to mend a fact: commands for a shell, in order, under the
// sentence ID of texts/en/pcsc.tsv that says what they do.
type Fix struct {
	ID       string   `json:"id"`
	Commands []string `json:"commands"`
}

// Fact is one thing found out about the way to a card. ID is a sentence of
// texts/en/pcsc.tsv, Args its arguments: names and values in turn, as
// texts.Say takes them. A value may come from outside: show it as safe text.
type Fact struct {
	Check string `json:"check"` // "build", "service", "access", "reader", "card", "host"
	Level Level  `json:"level"`
	ID    string `json:"id"`
	Args  []any  `json:"args,omitempty"`
	Fixes []Fix  `json:"fixes,omitempty"`
}

// Diagnosis is all that was found out, in the order in which things are
// needed.
type Diagnosis struct {
	Facts   []Fact        `json:"facts"`
	Readers []card.Reader `json:"-"`
}

// Missing is the first fact that stands in the way.
func (d Diagnosis) Missing() (Fact, bool) {
	for _, f := range d.Facts {
		if f.Level == LevelMissing {
			return f, true
		}
	}
	return Fact{}, false
}

// Diagnose finds out what lies between this program and a card: the build,
// the service, its permission, readers, cards. It asks the service for its
// readers and looks at files of the system; it powers no card and changes
// nothing. Where ctx ends first it says that the service does not answer.
func (p *Provider) Diagnose(ctx context.Context) Diagnosis {
	return p.diagnose(ctx, thisHost(), Available())
}

func (p *Provider) diagnose(ctx context.Context, h host, available bool) Diagnosis {
	var d Diagnosis
	if !available {
		d.add(Fact{Check: "build", Level: LevelMissing, ID: TextUnavailable, Fixes: h.rebuild()})
		return d
	}
	d.add(Fact{Check: "build", ID: "pcsc.build.ok"})
	readers, err := p.List(ctx)
	d.hints(h)
	if err != nil {
		d.refused(h, err)
		return d
	}
	d.Readers = readers
	d.add(Fact{Check: "service", ID: "pcsc.service.ok"})
	d.add(Fact{Check: "access", ID: "pcsc.access.ok"})
	d.readers(h)
	return d
}

func (d *Diagnosis) add(f Fact) { d.Facts = append(d.Facts, f) }

// hints tells what of the environment changes the answers below.
func (d *Diagnosis) hints(h host) {
	if s := h.getenv("PCSCLITE_CSOCK_NAME"); s != "" {
		d.add(Fact{Check: "host", Level: LevelHint, ID: "pcsc.host.socket", Args: []any{"path", s}})
	}
	if s := h.getenv("LIBPCSCLITE_DELEGATE"); s != "" {
		d.add(Fact{Check: "host", Level: LevelHint, ID: "pcsc.host.delegate", Args: []any{"path", s}})
	}
}

// refused says why the service did not answer a question for its readers.
func (d *Diagnosis) refused(h host, err error) {
	te := &card.TransportError{}
	errors.As(err, &te)
	switch {
	case te.Kind == card.KindDenied:
		d.denied(h)
	case te.Kind == card.KindServiceDown && te.Code != 0 && h.listens():
		// Somebody takes the connection and hangs up. Depending on when, a
		// refusal looks like that too.
		if code(te.Code) == codeStopped {
			d.add(Fact{Check: "service", Level: LevelMissing, ID: "pcsc.service.mismatch", Fixes: h.restart()})
			return
		}
		d.denied(h)
	case te.Kind == card.KindServiceDown && te.Code != 0:
		d.add(d.serviceDown(h))
	case te.Kind == card.KindServiceDown || te.Kind == card.KindAbandoned:
		d.add(Fact{Check: "service", Level: LevelMissing, ID: "pcsc.service.hangs", Fixes: h.restart()})
	default:
		d.add(Fact{Check: "service", Level: LevelMissing, ID: "pcsc.service.error", Args: []any{"code", CodeName(te.Code)}, Fixes: h.restart()})
	}
}

func (d *Diagnosis) denied(h host) {
	id := "pcsc.access.denied"
	if h.ssh() {
		id = "pcsc.access.denied.ssh"
	}
	d.add(Fact{Check: "service", ID: "pcsc.service.ok"})
	d.add(Fact{Check: "access", Level: LevelMissing, ID: id, Fixes: h.allow()})
}

// serviceDown tells a service that is not installed from one that does not
// run and from one that left its socket behind.
func (d *Diagnosis) serviceDown(h host) Fact {
	f := Fact{Check: "service", Level: LevelMissing, Args: []any{"path", h.socket()}}
	switch {
	case h.goos != "linux":
		f.ID, f.Args, f.Fixes = "pcsc.service.down", nil, h.start()
	case h.getenv("PCSCLITE_CSOCK_NAME") != "" && !h.exists(h.socket()):
		f.ID = "pcsc.service.elsewhere"
		f.Fixes = []Fix{{ID: "pcsc.fix.unset", Commands: []string{"unset PCSCLITE_CSOCK_NAME"}}}
	case h.exists(h.socket()):
		f.ID, f.Fixes = "pcsc.service.stale", h.restart()
	case !h.installed():
		f.ID, f.Args, f.Fixes = "pcsc.service.absent", nil, append(h.install(), h.start()...)
	default:
		f.ID, f.Fixes = "pcsc.service.down", h.start()
	}
	return f
}

// readers tells of readers and of the cards in them.
func (d *Diagnosis) readers(h host) {
	if len(d.Readers) == 0 {
		d.add(d.noReader(h))
		return
	}
	d.add(Fact{Check: "reader", ID: "pcsc.reader.ok", Args: []any{"count", len(d.Readers)}})
	count := map[card.ReaderState]int{}
	cards := 0
	for _, r := range d.Readers {
		count[r.State]++
		if r.State.HasCard() {
			cards++
		}
	}
	switch {
	case cards == 0:
		d.add(Fact{Check: "card", Level: LevelMissing, ID: "pcsc.card.none"})
	case cards == count[card.ReaderMute]:
		d.add(Fact{Check: "card", Level: LevelMissing, ID: "pcsc.card.mute"})
	case cards == count[card.ReaderExclusive]:
		d.add(Fact{Check: "card", Level: LevelMissing, ID: "pcsc.card.exclusive"})
	default:
		d.add(Fact{Check: "card", ID: "pcsc.card.ok", Args: []any{"count", cards}})
	}
}

// noReader tells a machine without a reader from one whose reader the service
// does not see.
func (d *Diagnosis) noReader(h host) Fact {
	n := h.usbReaders()
	switch {
	case n == 0:
		return Fact{Check: "reader", Level: LevelMissing, ID: "pcsc.reader.none"}
	case !h.hasDriver():
		return Fact{Check: "reader", Level: LevelMissing, ID: "pcsc.reader.driver", Args: []any{"count", n}, Fixes: append(h.install(), h.restart()...)}
	default:
		return Fact{Check: "reader", Level: LevelMissing, ID: "pcsc.reader.taken", Args: []any{"count", n}, Fixes: h.restart()}
	}
}
