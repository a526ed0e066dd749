package pcsc

import (
	"context"
	"strings"
	"testing"
	"time"

	"simscope/card"
)

var fakeReader = card.ReaderID{Provider: Name, Name: "A"}

func openFake(t *testing.T, c *fakeCard) (*transport, *fakeService) {
	t.Helper()
	if c.active == 0 {
		c.active = protocolT0
	}
	f := &fakeService{t: t, card: c}
	tr, err := newProvider(f).Open(within(t, time.Second), fakeReader, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = tr.Close(context.Background(), false)
		eventually(t, "everything is given back", func() bool { return f.open.Load() == 0 && Abandoned() == 0 })
	})
	return tr.(*transport), f
}

// The worker's copy of a command is wiped, the caller's is left alone; an
// answer that comes after its caller had gone is wiped too.
func TestCommandsAreWiped(t *testing.T) {
	var seen, late []byte
	release := make(chan struct{})
	c := &fakeCard{}
	c.onTransmit = func(b []byte) ([]byte, error) {
		if b[1] == 0x20 {
			seen = b
			return []byte{0x90, 0x00}, nil
		}
		<-release
		late = []byte{1, 2, 3, 0x90, 0x00}
		return late, nil
	}
	tr, _ := openFake(t, c)
	cmd := []byte{0x00, 0x20, 0x00, 0x01, 0x02, 0x31, 0x32}
	if _, err := tr.Transmit(within(t, time.Second), cmd); err != nil {
		t.Fatal(err)
	}
	if string(seen) != strings.Repeat("\x00", 7) || cmd[5] != 0x31 {
		t.Errorf("the copy is %X, the caller's %X", seen, cmd)
	}
	_, err := tr.Transmit(within(t, 20*time.Millisecond), []byte{0x00, 0xB0, 0, 0, 0})
	wantKind(t, err, card.KindBusy)
	close(release)
	eventually(t, "the call returns", func() bool { return Abandoned() == 0 })
	if string(late) != "\x00\x00\x00\x00\x00" {
		t.Errorf("the late answer is %X", late)
	}
}

// A transaction that comes after its caller had gone is given back, and Close
// decides afterwards whether the card is reset.
func TestLateTransaction(t *testing.T) {
	release := make(chan struct{})
	disposition := make(chan uint32, 1)
	c := &fakeCard{
		onBegin:      func() error { <-release; return nil },
		onDisconnect: func(d uint32) error { disposition <- d; return nil },
	}
	tr, _ := openFake(t, c)
	wantKind(t, tr.Begin(within(t, 10*time.Millisecond)), card.KindBusy)
	close(release)
	eventually(t, "it is given back", func() bool { return c.ended.Load() == 1 && Abandoned() == 0 })
	wantKind(t, tr.Begin(within(t, time.Second)), card.KindAbandoned)
	if err := tr.Close(within(t, time.Second), true); err != nil {
		t.Error(err)
	}
	if d := <-disposition; d != resetCard {
		t.Errorf("disposition %d", d)
	}
}

func TestRefusedCommands(t *testing.T) {
	for _, c := range []struct {
		name    string
		wait    time.Duration
		err     error
		present bool
		want    card.TransportKind
	}{
		{"a rule was broken", 0, codeNotTransacted, true, card.KindProtocol},
		{"no answer came", slowFailure, codeNotTransacted, true, card.KindMute},
		{"the card was pulled", 0, codeNotTransacted, false, card.KindGone},
		{"macOS: reset", 0, code(0x80100068), true, card.KindReset},
		{"unpowered", 0, code(0x80100067), true, card.KindReset},
		{"reader gone", 0, code(0x80100017), true, card.KindGone},
		{"the binding failed", 0, &crashError{"SCardTransmit"}, true, card.KindProtocol},
		{"never seen", 0, code(0xDEADBEEF), true, card.KindUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			fc := &fakeCard{onTransmit: func([]byte) ([]byte, error) { time.Sleep(c.wait); return nil, c.err }}
			tr, _ := openFake(t, fc)
			if !c.present {
				fc.onStatus = func() (cardStatus, error) { return cardStatus{state: 0x02}, nil }
			}
			_, err := tr.Transmit(within(t, 5*time.Second), []byte{0, 0xB0, 0, 0, 0})
			wantKind(t, err, c.want)
		})
	}
}

// macOS says "reset" where a card was exchanged, so it counts as one there.
func TestGenerationOnMacOS(t *testing.T) {
	for goos, want := range map[string]uint32{"darwin": 2, "linux": 1} {
		c := &fakeCard{onTransmit: func([]byte) ([]byte, error) { return nil, code(0x80100068) }}
		tr, _ := openFake(t, c)
		tr.conn.goos = goos
		_, err := tr.Transmit(within(t, time.Second), []byte{0, 0xB0, 0, 0, 0})
		wantKind(t, err, card.KindReset)
		if err := tr.Reset(within(t, time.Second), card.ResetReconnect); err != nil {
			t.Fatal(err)
		}
		if g := tr.Info().Generation; g != want {
			t.Errorf("%s: generation %d, want %d", goos, g, want)
		}
	}
}

func TestPresence(t *testing.T) {
	for _, c := range []struct {
		goos  string
		state uint32
		want  bool
	}{{"linux", 0x34, true}, {"linux", 0x02, false}, {"darwin", 0x54, true}, {"windows", 1, false}, {"windows", 2, true}, {"windows", 6, true}} {
		if got := (&conn{goos: c.goos}).present(c.state); got != c.want {
			t.Errorf("%s %#x: %v", c.goos, c.state, got)
		}
	}
}

func TestNoKnownProtocol(t *testing.T) {
	f := &fakeService{t: t, card: &fakeCard{active: 4}}
	_, err := newProvider(f).Open(within(t, time.Second), fakeReader, card.OpenOptions{})
	wantKind(t, err, card.KindProtocol)
	eventually(t, "the context is given back", func() bool { return f.open.Load() == 0 })
}

// Info may be asked for while the worker is busy, and its ATR is a copy.
func TestInfoIsACopy(t *testing.T) {
	tr, _ := openFake(t, &fakeCard{})
	tr.Info().ATR[0] = 0
	if tr.Info().ATR[0] != 0x3B {
		t.Error("the ATR is shared with the caller")
	}
}

func TestClosing(t *testing.T) {
	for _, c := range []struct {
		err   error
		reset bool
		want  error
	}{
		{nil, true, nil},
		{codeRemoved, true, nil},
		{code(0x80100068), true, nil},
		{code(0x8010001D), false, nil},
		{code(0x8010001D), true, &card.TransportError{Kind: card.KindServiceDown}},
	} {
		tr, _ := openFake(t, &fakeCard{onDisconnect: func(uint32) error { return c.err }})
		err := tr.Close(within(t, time.Second), c.reset)
		if c.want == nil && err != nil || c.want != nil && err == nil {
			t.Errorf("%v, reset %v: %v, want %v", c.err, c.reset, err, c.want)
		}
	}
}

func TestGuard(t *testing.T) {
	err := guard("SCardTransmit", func() error { panic("31323334") })
	if err == nil || strings.Contains(err.Error(), "1323") || !strings.Contains(err.Error(), "SCardTransmit") {
		t.Errorf("%v", err)
	}
}
