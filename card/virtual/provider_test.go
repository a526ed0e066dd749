package virtual

import (
	"context"
	"errors"
	"testing"
	"time"

	"simscope/card"
)

func provider(t *testing.T) *Provider {
	t.Helper()
	slots, err := BuiltinSlots()
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewProvider(append(slots, Slot{Name: "spare"})...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func id(name string) card.ReaderID { return card.ReaderID{Provider: ProviderName, Name: name} }

func open(t *testing.T, p *Provider, name string, o card.OpenOptions) card.Transport {
	t.Helper()
	tr, err := p.Open(t.Context(), id(name), o)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func isKind(t *testing.T, what string, err error, k card.TransportKind) {
	t.Helper()
	if !errors.Is(err, &card.TransportError{Kind: k}) {
		t.Errorf("%s: %v, want %s", what, err, k.ID())
	}
}

func send(t *testing.T, tr card.Transport, apdu, want string) {
	t.Helper()
	a, err := tr.Transmit(t.Context(), unhex(t, apdu))
	if err != nil {
		t.Errorf("%s: %v", apdu, err)
		return
	}
	if sw := swOf(a).String(); sw != want {
		t.Errorf("%s answers %s, want %s", apdu, sw, want)
	}
}

func TestProviderList(t *testing.T) {
	p := provider(t)
	list, err := p.List(t.Context())
	if err != nil || len(list) != len(Builtin())+1 {
		t.Fatalf("%d readers, %v", len(list), err)
	}
	for i, b := range Builtin() {
		r := list[i]
		if r.ID != id(b.ID) || r.About != b.ID || r.State != card.ReaderPresent || len(r.ATR) < 2 {
			t.Errorf("reader %d is %+v", i, r)
		}
	}
	if list[len(Builtin())].State != card.ReaderEmpty || list[len(Builtin())].About != "" {
		t.Errorf("the empty reader is %+v", list[len(Builtin())])
	}
	if _, err := NewProvider(Slot{Name: "a"}, Slot{Name: "a"}); err == nil {
		t.Error("two readers of one name are accepted")
	}
	if _, err := NewProvider(Slot{Name: "a", Image: &Image{}}); !errors.Is(err, ErrImage) {
		t.Errorf("a bad image: %v", err)
	}
}

func TestOpenRefusals(t *testing.T) {
	p := provider(t)
	ctx := t.Context()
	_, err := p.Open(ctx, id("nobody"), card.OpenOptions{})
	isKind(t, "unknown reader", err, card.KindNoReader)
	_, err = p.Open(ctx, card.ReaderID{Provider: "pcsc", Name: "everyday"}, card.OpenOptions{})
	isKind(t, "reader of another provider", err, card.KindNoReader)
	_, err = p.Open(ctx, id("spare"), card.OpenOptions{})
	isKind(t, "empty reader", err, card.KindNoCard)
	_, err = p.Open(ctx, id("everyday"), card.OpenOptions{Protocol: card.ProtocolT1})
	isKind(t, "T=1", err, card.KindProtocol)
	done, cancel := context.WithCancel(ctx)
	cancel()
	_, err = p.Open(done, id("everyday"), card.OpenOptions{})
	isKind(t, "ended context", err, card.KindAbandoned)
}

func TestExclusive(t *testing.T) {
	p := provider(t)
	a := open(t, p, "everyday", card.OpenOptions{Exclusive: true})
	_, err := p.Open(t.Context(), id("everyday"), card.OpenOptions{})
	isKind(t, "held exclusively", err, card.KindBusy)
	if list, _ := p.List(t.Context()); list[0].State != card.ReaderExclusive {
		t.Errorf("state %s", list[0].State)
	}
	if err := a.Close(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	b := open(t, p, "everyday", card.OpenOptions{})
	_, err = p.Open(t.Context(), id("everyday"), card.OpenOptions{Exclusive: true})
	isKind(t, "exclusive beside another", err, card.KindBusy)
	_ = b.Close(t.Context(), false)
}

func TestTransmit(t *testing.T) {
	p := provider(t)
	tr := open(t, p, "everyday", card.OpenOptions{})
	if i := tr.Info(); i.Generation != 1 || i.Protocol != card.ProtocolT0 || len(i.ATR) < 2 || i.Reader != id("everyday") {
		t.Errorf("info %+v", i)
	}
	tr.Info().ATR[0] = 0
	if tr.Info().ATR[0] != 0x3B {
		t.Error("the ATR can be changed from outside")
	}
	send(t, tr, "00A4000C023F00", "9000")
	_, err := tr.Transmit(t.Context(), []byte{0})
	isKind(t, "one byte", err, card.KindProtocol)
	_ = tr.Close(t.Context(), false)
	_ = tr.Close(t.Context(), false)
	if _, err = tr.Transmit(t.Context(), unhex(t, "00A4000C023F00")); err == nil {
		t.Error("a closed transport transmits")
	}
}

func TestLockWaitsAndGivesUp(t *testing.T) {
	p := provider(t)
	a, b := open(t, p, "everyday", card.OpenOptions{}), open(t, p, "everyday", card.OpenOptions{})
	if err := a.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := b.Transmit(short, unhex(t, "00A4000C023F00"))
	isKind(t, "transmit while another holds the card", err, card.KindBusy)
	stop, cancel2 := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel2)
	isKind(t, "begin given up", b.Begin(stop), card.KindAbandoned)
	send(t, a, "00A4000C023F00", "9000")
	got := make(chan error, 1)
	go func() { got <- b.Begin(t.Context()) }()
	select {
	case err := <-got:
		t.Fatalf("begin did not wait: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	if err := a.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	_ = b.Close(t.Context(), false) // lets go of the lock
	send(t, a, "00A4000C023F00", "9000")
	if err := a.End(t.Context()); err == nil {
		t.Error("End without Begin is accepted")
	}
}

func TestResets(t *testing.T) {
	p := provider(t)
	a, b := open(t, p, "everyday", card.OpenOptions{}), open(t, p, "everyday", card.OpenOptions{})
	send(t, a, "0020000108"+pinHex("1234"), "9000")
	send(t, a, "00A40004022F05", "611D")
	if err := b.Reset(t.Context(), card.ResetWarm); err != nil {
		t.Fatal(err)
	}
	_, err := a.Transmit(t.Context(), unhex(t, "00B0000004"))
	isKind(t, "after another's reset", err, card.KindReset)
	isKind(t, "begin after another's reset", a.Begin(t.Context()), card.KindReset)
	if err := a.Reset(t.Context(), card.ResetReconnect); err != nil {
		t.Fatal(err)
	}
	send(t, a, "00B0000004", "6986") // the selection is gone
	send(t, b, "00A4000C022F05", "9000")
	send(t, b, "00D6000001 7A", "6982") // and so is the PIN
	if err := a.Reset(t.Context(), card.ResetCold); err != nil {
		t.Fatal(err)
	}
	send(t, a, "A0A40000023F00", "9F17") // another class in another activation
	if err := a.Close(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	_, err = b.Transmit(t.Context(), unhex(t, "00B0000004"))
	isKind(t, "after a close with reset", err, card.KindReset)
}

func TestInsertAndRemove(t *testing.T) {
	p := provider(t)
	tr := open(t, p, "everyday", card.OpenOptions{})
	if err := tr.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := p.Remove("everyday")
	if err != nil {
		t.Fatal(err)
	}
	_, err = tr.Transmit(t.Context(), unhex(t, "00A4000C023F00"))
	isKind(t, "transmit to a card that is gone", err, card.KindGone)
	isKind(t, "reset of a card that is gone", tr.Reset(t.Context(), card.ResetCold), card.KindGone)
	_, err = p.Remove("everyday")
	isKind(t, "remove twice", err, card.KindNoCard)
	if err := p.Insert("everyday", c, "again"); err != nil {
		t.Fatal(err)
	}
	isKind(t, "insert twice", p.Insert("everyday", c, ""), card.KindBusy)
	isKind(t, "insert nowhere", p.Insert("nobody", c, ""), card.KindNoReader)
	_, err = p.Remove("nobody")
	isKind(t, "remove nowhere", err, card.KindNoReader)
	_, err = tr.Transmit(t.Context(), unhex(t, "00A4000C023F00"))
	isKind(t, "the old transport after the card came back", err, card.KindGone)
	fresh := open(t, p, "everyday", card.OpenOptions{})
	if g := fresh.Info().Generation; g != 2 {
		t.Errorf("generation %d", g)
	}
	send(t, fresh, "00A4000C023F00", "9000")
	if err := tr.End(t.Context()); err != nil {
		t.Errorf("End after the card was gone: %v", err)
	}
	_ = tr.Close(t.Context(), true) // must not reset the card that came after
	send(t, fresh, "00A4000C022FE2", "9000")
	if p.Card("everyday") != c || p.Card("nobody") != nil {
		t.Error("Card names the wrong card")
	}
}

func TestRemoveWakesWhoWaits(t *testing.T) {
	p := provider(t)
	a, b := open(t, p, "everyday", card.OpenOptions{}), open(t, p, "everyday", card.OpenOptions{})
	if err := a.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() {
		_, err := b.Transmit(t.Context(), unhex(t, "00A4000C023F00"))
		got <- err
	}()
	time.Sleep(10 * time.Millisecond)
	if _, err := p.Remove("everyday"); err != nil {
		t.Fatal(err)
	}
	isKind(t, "waiting while the card is taken out", <-got, card.KindGone)
}

func TestWatch(t *testing.T) {
	p := provider(t)
	ctx, cancel := context.WithCancel(t.Context())
	news := make(chan card.Update, 8)
	ended := make(chan struct{})
	go func() { defer close(ended); p.Watch(ctx, func(u card.Update) { news <- u }) }()
	if u := <-news; len(u.Readers) != len(Builtin())+1 || u.Err != nil || u.Readers[0].State != card.ReaderPresent {
		t.Fatalf("first news %+v", u)
	}
	if _, err := p.Remove("everyday"); err != nil {
		t.Fatal(err)
	}
	if u := <-news; u.Readers[0].State != card.ReaderEmpty || u.Readers[0].Events != 2 {
		t.Errorf("news of a removal %+v", u.Readers[0])
	}
	cancel()
	<-ended
}
