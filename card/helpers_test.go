package card_test

import (
	"context"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/cardtest"
)

const (
	selMF    = "00A40004023F00"
	selUSIM  = "00A4040410" + usim
	usimFCP  = "62 16 82 02 78 21 84 10" + usim
	gsmMF    = "A0A40000023F00"
	gsmDF    = "A0A40000027F20"
	gsmOther = "A0A40000027F10"
	// Headers of 2G directories: CHV1 on, tries 3, 10, 3, 10.
	gsmHeader = "0000 0000 7F20 02 00 00 00 00 00 0A 13 05 0A 04 00 83 8A 83 8A"
)

// observed is what a session told and asked for while a test ran.
type observed struct {
	rows []card.Exchange
	ops  *card.MemoryRecorder
}

type setup struct {
	protocol card.Protocol
	options  card.Options
	bare     bool // the script begins before Open
}

// open opens a session on a scripted UICC; the SELECT of the MF that finds
// out the class is put in front of the script.
func open(t *testing.T, script cardtest.Script, more ...func(*setup)) (*card.Session, *cardtest.Card, *observed) {
	t.Helper()
	st := setup{protocol: card.ProtocolT0}
	for _, f := range more {
		f(&st)
	}
	if !st.bare {
		mf := selMF
		if st.protocol == card.ProtocolT1 {
			mf += "00"
		}
		script = append(cardtest.Script{{mf, "9000"}}, script...)
	}
	c := cardtest.New(t, script)
	c.SetInfo(func(i *card.Info) { i.Protocol = st.protocol })
	s, o, err := openOn(t, c, st.options)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s, c, o
}

func openOn(t *testing.T, tr card.Transport, opt card.Options) (*card.Session, *observed, error) {
	t.Helper()
	o := &observed{ops: &card.MemoryRecorder{}}
	if opt.Recorder == nil {
		opt.Recorder = o.ops
	}
	opt.Observe = func(e card.Exchange) { o.rows = append(o.rows, e) }
	opt.Now = func() time.Time { return time.Unix(0, 0) }
	s, err := card.Open(context.Background(), tr, opt)
	return s, o, err
}

// openGSM opens a session on a scripted 2G card.
func openGSM(t *testing.T, script cardtest.Script, more ...func(*setup)) (*card.Session, *cardtest.Card, *observed) {
	t.Helper()
	script = append(cardtest.Script{
		{selMF, "6E00"},
		{"reset warm", ""},
		{selMF, "6E00"},
		{"reset warm", ""},
		{gsmMF, "9F16"},
		{"A0C0000016", gsmHeader + "9000"},
	}, script...)
	return open(t, script, append(more, func(s *setup) { s.bare = true })...)
}

func armed(s *setup)    { s.options.Mode = card.WriteArmed }
func locked(s *setup)   { s.options.Mode = card.ReadOnlyLocked }
func withT1(s *setup)   { s.protocol = card.ProtocolT1 }
func unopened(s *setup) { s.bare = true }

func read(t *testing.T, s *card.Session, f func(x *card.Tx) error) error {
	t.Helper()
	return s.Read(t.Context(), "test", f)
}

// send sends one command in a reading step.
func send(t *testing.T, s *card.Session, c card.Command) (r card.Response, err error) {
	t.Helper()
	err = read(t, s, func(x *card.Tx) (err error) {
		r, err = x.Send(c)
		return err
	})
	return r, err
}

func raw(t testing.TB, s string) card.Command {
	t.Helper()
	c, err := card.ParseCommand(cardtest.Hex(s))
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return c
}
