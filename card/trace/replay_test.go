package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/card"
)

// toyCard is a T=0 UICC of a few files: enough to record a session on.
type toyCard struct {
	files   map[card.Path]string // EF contents
	cur     card.Path
	dir     card.Path
	app     card.AID
	pending []byte
	tries   int
	sent    [][]byte
}

func newToy() *toyCard {
	return &toyCard{files: map[card.Path]string{
		card.PathOf("", 0x2FE2): "iccid", pathADN: "adn", pathIMSI: "imsi",
		card.PathOf(usimAID, 0x6F08): "keys", card.PathOf(usimAID, 0x5F3B, 0x4F20): "kc",
	}, tries: 3}
}

func (c *toyCard) exists(p card.Path) (dir, ok bool) {
	for f := range c.files {
		if f == p {
			return false, true
		}
		if f.Within(p) {
			dir, ok = true, true
		}
	}
	return dir, ok
}

func fcpOf(p card.Path, dir bool, size int) []byte {
	b := []byte{0x82, 2, 0x41, 0x21}
	if dir {
		b[2] = 0x78
	}
	b = append(b, 0x83, 2, byte(p.Last()>>8), byte(p.Last()))
	if dir && p.App != "" && p.IsRoot() {
		b = append(append(b, 0x84, byte(len(p.App))), p.App...)
	}
	b = append(b, 0x80, 2, 0, byte(size))
	return append([]byte{0x62, byte(len(b))}, b...)
}

func (c *toyCard) selectFile(h header, data []byte) []byte {
	p := target(h, data, place{app: c.app, dir: c.dir}, card.Exchange{})
	if p.App != "" && usimAID.HasPrefix(p.App) {
		p = card.PathOf(usimAID, p.FIDs()...)
	}
	dir, ok := c.exists(p)
	if !ok {
		return []byte{0x6A, 0x82}
	}
	c.cur, c.dir = p, p
	if p.App != "" {
		c.app = p.App
	}
	if !dir {
		c.dir = p.Parent()
	}
	c.pending = fcpOf(p, dir, len(c.files[p]))
	return []byte{0x61, byte(len(c.pending))}
}

func (c *toyCard) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c.sent = append(c.sent, bytes.Clone(b))
	h := headerOf(b)
	switch {
	case h.ins == card.InsSelect && h.cla == 0:
		return c.selectFile(h, dataOf(b)), nil
	case h.ins == card.InsGetResponse && len(c.pending) > 0:
		return append(c.pending, 0x90, 0), nil
	case h.ins == card.InsReadBinary && c.files[c.cur] != "":
		if n := len(c.files[c.cur]); int(b[4]) != n {
			return []byte{0x6C, byte(n)}, nil
		}
		return append([]byte(c.files[c.cur]), 0x90, 0), nil
	case h.ins == card.InsVerify && h.empty:
		return []byte{0x63, 0xC0 | byte(c.tries)}, nil
	case h.ins == card.InsVerify:
		if string(dataOf(b)) == "1234\xFF\xFF\xFF\xFF" {
			return []byte{0x90, 0}, nil
		}
		c.tries--
		return []byte{0x63, 0xC0 | byte(c.tries)}, nil
	}
	return []byte{0x6D, 0}, nil
}
func (c *toyCard) Begin(context.Context) error { return nil }
func (c *toyCard) End(context.Context) error   { return nil }
func (c *toyCard) Reset(context.Context, card.ResetKind) error {
	c.cur, c.dir, c.app = card.Path{}, card.Path{}, ""
	return nil
}
func (c *toyCard) Close(context.Context, bool) error { return nil }
func (c *toyCard) Info() card.Info {
	return card.Info{ATR: []byte{0x3B, 0x02, 'T', 'Y'}, Protocol: card.ProtocolT0, Generation: 1}
}

func readFile(s *card.Session, p card.Path) (string, error) {
	var out string
	err := s.Read(context.Background(), "read", func(x *card.Tx) error {
		if _, err := x.Select(p); err != nil {
			return err
		}
		r, err := x.Send(card.Command{INS: card.InsReadBinary, Le: 255})
		out = string(r.Data)
		return err
	})
	return out, err
}

// record runs a session on the toy card and reads its recording.
func record(t *testing.T, walk func(*card.Session)) *Recording {
	t.Helper()
	l := NewLog(LogOptions{})
	s, err := card.Open(context.Background(), newToy(), card.Options{Observe: l.Append, Mode: card.WriteArmed})
	if err != nil {
		t.Fatal(err)
	}
	walk(s)
	rec, err := ReadRecording(bytes.NewReader(recordingOf(t, logRows(l)...)))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func openReplay(t testing.TB, rec *Recording) card.Transport {
	t.Helper()
	p := NewProvider(rec)
	rs, err := p.List(context.Background())
	if err != nil || len(rs) == 0 || rs[0].ID.Provider != "replay" || rs[0].State != card.ReaderPresent {
		t.Fatalf("%v %v", rs, err)
	}
	tr, err := p.Open(context.Background(), rs[0].ID, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// A session that walks in another order than the one recorded finds all that
// was read, by whatever way it selects it.
func TestReplayInAnotherOrder(t *testing.T) {
	paths := []card.Path{card.PathOf("", 0x2FE2), pathADN, pathIMSI, card.PathOf(usimAID, 0x6F08)}
	want := map[card.Path]string{paths[0]: "iccid", paths[1]: "adn", paths[2]: "imsi"}
	rec := record(t, func(s *card.Session) {
		for _, p := range paths {
			if _, err := readFile(s, p); err != nil {
				t.Fatal(err)
			}
		}
	})
	tr := openReplay(t, rec)
	if i := tr.Info(); !bytes.Equal(i.ATR, []byte{0x3B, 0x02, 'T', 'Y'}) || i.Protocol != card.ProtocolT0 {
		t.Errorf("info %+v", i)
	}
	s, err := card.Open(context.Background(), tr, card.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		for _, p := range []card.Path{paths[2], paths[1], paths[2], paths[0], paths[1]} {
			if got, err := readFile(s, p); err != nil || got != want[p] {
				t.Errorf("round %d: %s is %q, %v; want %q", round, p, got, err, want[p])
			}
		}
		if err := s.Reset(context.Background(), card.ResetWarm); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := readFile(s, paths[3]); !errors.Is(err, ErrWithheld) {
		t.Errorf("a file of keys: %v", err)
	}
	_, err = readFile(s, card.PathOf("", 0x2F05))
	if !errors.Is(err, ErrNotRecorded) || !errors.Is(err, &card.TransportError{Kind: card.KindProtocol}) ||
		!strings.Contains(err.Error(), "not in the recording") {
		t.Errorf("what was not recorded: %v", err)
	}
}

// exchange sends hex and wants hex or an error.
func exchange(t *testing.T, tr card.Transport, cmd, want string) {
	t.Helper()
	got, err := tr.Transmit(context.Background(), unhex(t, cmd))
	s := fmt.Sprintf("%X", got)
	if err != nil {
		s = errors.Unwrap(err).Error()
	}
	if want = strings.ReplaceAll(want, " ", ""); strings.ReplaceAll(s, " ", "") != want {
		t.Errorf("%s: %s, want %s", cmd, s, want)
	}
}

const absent = "not in the recording"

func replayOf(t *testing.T, es ...card.Exchange) card.Transport {
	t.Helper()
	for i := range es {
		es[i].Generation = 1
	}
	return openReplay(t, &Recording{Header: Header{ATR: []byte{0x3B, 0}}, Log: logOf(es...)})
}

func TestReplayAnswersInOrder(t *testing.T) {
	tr := replayOf(t,
		apdu(t, "80F2000000", "01", 0x9000), apdu(t, "80F2000000", "01", 0x9000), apdu(t, "80F2000000", "02", 0x9000),
		apdu(t, "80CA9F7F00", "", 0x6C2D), apdu(t, "80CA9F7F2D", "AA", 0x9000),
		card.Exchange{Command: unhex(t, "00 84 00 00 08"), Err: "mute"},
	)
	for _, want := range []string{"019000", "019000", "029000", "029000", "029000"} {
		exchange(t, tr, "80F2000000", want)
	}
	exchange(t, tr, "80CA9F7F2D", "AA9000")
	exchange(t, tr, "80CA9F7F00", "6C2D")
	exchange(t, tr, "80CA9F7F01", absent)
	exchange(t, tr, "81F2000000", absent) // another channel
	_, err := tr.Transmit(context.Background(), unhex(t, "00 84 00 00 08"))
	if !errors.Is(err, &card.TransportError{Kind: card.KindMute}) {
		t.Errorf("a lost answer: %v", err)
	}
	exchange(t, tr, "0084000008", absent)
	if _, err := tr.Transmit(context.Background(), []byte{0}); !errors.Is(err, card.ErrNotAPDU) {
		t.Errorf("one byte: %v", err)
	}
}

func TestReplayKeepsFilesApart(t *testing.T) {
	tr := replayOf(t,
		apdu(t, "A0A40000023F00", "", 0x9F16), apdu(t, "A0A40000027F20", "", 0x9F16), apdu(t, "A0A40000026F07", "", 0x9F0F),
		apdu(t, "A0C000000F", "00 00 00 09 6F 07 04 00 14 00 14 01 02 00 00", 0x9000),
		apdu(t, "A0B0000001", "01", 0x9000),
		apdu(t, "A0A40000026F38", "", 0x9F0F), apdu(t, "A0B0000001", "02", 0x9000),
		apdu(t, "A0A40000027F10", "", 0x9F16), apdu(t, "A0A40000026F3A", "", 0x9404), apdu(t, "A0A40000026F38", "", 0x9F0E),
		apdu(t, "A0B0000001", "03", 0x9000),
	)
	exchange(t, tr, "A0B0000001", absent)
	exchange(t, tr, "A0A40000027F10", "9F16") // recorded from DF.GSM, asked at the MF
	exchange(t, tr, "A0A40000026F38", "9F0E")
	exchange(t, tr, "A0B0000001", "039000")
	exchange(t, tr, "A0A40000026F3A", "9404")
	exchange(t, tr, "A0B0000001", "039000") // a failed SELECT leaves the file
	exchange(t, tr, "A0A40000027F20", "9F16")
	exchange(t, tr, "A0C000000F", absent) // belongs to another SELECT
	exchange(t, tr, "A0A40000026F38", "9F0F")
	exchange(t, tr, "A0B0000001", "029000")
	exchange(t, tr, "A0A40000026F07", "9F0F")
	exchange(t, tr, "A0C000000F", "00000009 6F07 04 00140014 0102 0000 9000")
	exchange(t, tr, "A0B0000001", "019000")
}

func TestReplayChannels(t *testing.T) {
	tr := replayOf(t,
		at(apdu(t, "00A40804027F10", "62 04 82 02 78 21", 0x9000), card.PathOf("", 0x7F10)),
		apdu(t, "0070000001", "01", 0x9000),
		at(apdu(t, "01A40004022FE2", "", 0x9000), card.PathOf("", 0x2FE2)),
		apdu(t, "01B0000001", "11", 0x9000), apdu(t, "00F2000000", "", 0x6D00), apdu(t, "00708001", "", 0x9000),
	)
	exchange(t, tr, "01B0000001", absent)
	exchange(t, tr, "00A40804027F10", "62048202 78219000")
	exchange(t, tr, "0070000001", "019000")
	exchange(t, tr, "01A40804022FE2", "9000")
	exchange(t, tr, "01B0000001", "119000")
	exchange(t, tr, "00708001", "9000")
	exchange(t, tr, "0070000001", "019000")
	exchange(t, tr, "01B0000001", absent)
}

// A command without its secrets is known by header and length; each recorded
// answer comes once, and no success that was not recorded.
func TestReplayOfSecrets(t *testing.T) {
	const zeros, pin = "00 00 00 00 00 00 00 00", "31 32 33 34 FF FF FF FF"
	hidden := func(cmd string, sw card.SW) card.Exchange {
		e := apdu(t, cmd, "", sw)
		e.Hidden = []card.Span{{Off: 5, Len: 8, Word: "PIN"}}
		return e
	}
	tr := replayOf(t, apdu(t, "00 20 00 01 00", "", 0x63C3), hidden("00 20 00 01 08"+zeros, 0x63C2),
		hidden("00 20 00 01 08"+zeros, 0x9000), apdu(t, "00 20 00 01 00", "", 0x9000),
		func() card.Exchange {
			e := apdu(t, "00 88 00 81 02 AA BB", "DB 04 01 02 03 04", 0x9000)
			return e
		}())
	exchange(t, tr, "00 20 00 01 00", "63C3")
	exchange(t, tr, "00 20 00 81 08"+pin, absent)
	exchange(t, tr, "00 20 00 01 04 31 32 33 34", absent)
	exchange(t, tr, "00 24 00 01 08"+pin, absent)
	exchange(t, tr, "00 20 00 01 08"+pin, "63C2")
	exchange(t, tr, "00 20 00 01 08"+zeros, "9000")
	exchange(t, tr, "00 20 00 01 08"+pin, absent)
	exchange(t, tr, "00 88 00 81 02 AA BB", "withheld in the recording")
}

func TestReplayResets(t *testing.T) {
	reset := func(s string) card.Exchange {
		return card.Exchange{Kind: card.ExchangeReset, Response: unhex(t, s)}
	}
	tr := replayOf(t, reset("3B01"), at(apdu(t, "00A40004022FE2", "", 0x9000), card.PathOf("", 0x2FE2)),
		apdu(t, "00B0000001", "AA", 0x9000), reset("3B02"))
	exchange(t, tr, "00A40004022FE2", "9000")
	exchange(t, tr, "00B0000001", "AA9000")
	for _, want := range []byte{0x01, 0x02, 0x02} {
		if got := tr.Info().ATR; !bytes.Equal(got, []byte{0x3B, want}) {
			t.Errorf("ATR % X, want 3B %02X", got, want)
		}
		if err := tr.Reset(context.Background(), card.ResetWarm); err != nil {
			t.Fatal(err)
		}
	}
	exchange(t, tr, "00B0000001", absent)
	if err := tr.Close(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Transmit(context.Background(), unhex(t, "00A40004022FE2")); !errors.Is(err, &card.TransportError{Kind: card.KindGone}) {
		t.Errorf("after Close: %v", err)
	}
}

func TestReplayProvider(t *testing.T) {
	a := &Recording{Header: Header{Reader: card.ReaderID{Name: "R"}, ATR: []byte{0x3B, 9}}, Log: logOf(
		card.Exchange{Kind: card.ExchangeReset, Response: []byte{0x3B, 1}, Generation: 4},
		card.Exchange{Command: []byte{0x80, 0xF2, 0, 0, 0}, SW: 0x9001, Generation: 4},
		card.Exchange{Command: []byte{0x80, 0xF2, 0, 0, 0}, SW: 0x9002, Generation: 5})}
	empty := &Recording{Header: Header{Reader: card.ReaderID{Name: "R"}, ATR: []byte{0x3B, 9}}, Log: logOf()}
	p := NewProvider(a, empty)
	ctx, cancel := context.WithCancel(context.Background())
	var got []card.Reader
	p.Watch(ctx, func(u card.Update) { got = u.Readers; cancel() })
	if len(got) != 3 || got[0].ID == got[1].ID || got[1].ID == got[2].ID || p.Name() != "replay" {
		t.Fatalf("%+v", got)
	}
	if !bytes.Equal(got[0].ATR, []byte{0x3B, 1}) || !bytes.Equal(got[2].ATR, []byte{0x3B, 9}) {
		t.Errorf("ATRs %+v", got)
	}
	for i, want := range []string{"9001", "9002", absent} {
		tr, err := p.Open(context.Background(), got[i].ID, card.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		exchange(t, tr, "80F2000000", want)
	}
	if _, err := p.Open(context.Background(), card.ReaderID{}, card.OpenOptions{}); !errors.Is(err, &card.TransportError{Kind: card.KindNoReader}) {
		t.Errorf("%v", err)
	}
	tr, _ := p.Open(context.Background(), got[0].ID, card.OpenOptions{})
	if _, err := tr.Transmit(ctx, []byte{0x80, 0xF2, 0, 0, 0}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}

// drive sends the commands of rows to a replay in two orders: whatever was
// recorded, answers are well formed.
func drive(t *testing.T, p *Provider, rows []card.Exchange) {
	rs, _ := p.List(context.Background())
	tr, err := p.Open(context.Background(), rs[0].ID, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, e := range rows {
			b, err := tr.Transmit(context.Background(), e.Command)
			var te *card.TransportError
			if err == nil && len(b) < 2 || err != nil && !errors.As(err, &te) {
				t.Fatalf("% X: % X %v", e.Command, b, err)
			}
		}
		slices.Reverse(rows)
		if err := tr.Reset(context.Background(), card.ResetCold); err != nil {
			t.Fatal(err)
		}
	}
}
