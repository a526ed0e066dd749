package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
)

const (
	usim1 = card.AID("\xA0\x00\x00\x00\x87\x10\x02\xFF\x86\xFF\xFF\x89\x00\x00\x01\x00")
	usim2 = card.AID("\xA0\x00\x00\x00\x87\x10\x02\xFF\x86\xFF\xFF\x89\x00\x00\x02\x00")
)

// row is a PIN in one line: what the screens say of it.
func row(p PIN) string {
	s := p.Ref.String()
	switch {
	case !p.Known:
		s += " ?"
	case p.Enabled:
		s += " on"
	default:
		s += " off"
	}
	s += " " + tries(p.Tries) + "/" + tries(p.Unblock)
	if p.HasUsage {
		s += fmt.Sprintf(" usage %02X", p.Usage)
	}
	if p.Verified {
		s += " verified"
	}
	return s
}

func tries(t card.Tries) string {
	switch {
	case t.Blocked:
		return "blocked"
	case t.Known:
		return fmt.Sprint(t.Left)
	case t.Verified:
		return "open"
	case t.Absent:
		return "absent"
	}
	return "-"
}

func rows(pins []PIN) []string {
	var out []string
	for _, p := range pins {
		out = append(out, row(p))
	}
	return out
}

// counters are what the card itself counts.
func counters(p *tap, name string) string {
	var b strings.Builder
	for _, pin := range p.Card(name).Image().PINs {
		fmt.Fprintf(&b, "%02X %d/%d %v; ", byte(pin.Ref), pin.Tries, pin.UnblockTries, pin.Enabled)
	}
	return b.String()
}

func edit(ref virtual.Ref, f func(*virtual.PIN)) func(*virtual.Image) {
	return func(img *virtual.Image) {
		for i := range img.PINs {
			if img.PINs[i].Ref == ref {
				f(&img.PINs[i])
			}
		}
	}
}

func TestReadPINs(t *testing.T) {
	for _, tt := range []struct {
		name, image string
		change      func(*virtual.Image)
		want        []string
		open, known bool
		gsm         bool
	}{
		{
			name: "everyday", image: "everyday",
			want: []string{
				"PIN1 on 3/10", "PIN2 on 3/10", "Universal PIN off 3/10 usage 00",
				"PIN appl 2 off 3/10", "PIN2 appl 2 on 3/10", "ADM1 on 10/-",
			},
			known: true,
		},
		{
			name: "gsm", image: "gsm",
			want:  []string{"PIN1 on 3/10", "PIN2 on 3/10"},
			known: true, gsm: true,
		},
		{
			name: "blocked", image: "blocked",
			want:  []string{"PIN1 on blocked/10", "PIN2 on 3/10", "ADM1 on 10/-"},
			known: true,
		},
		{
			name: "empty", image: "empty",
			want: []string{"PIN1 off 3/10", "PIN2 on 3/10", "ADM1 on 10/-"},
			open: true, known: true,
		},
		{
			name: "few tries", image: "everyday",
			change: edit(0x01, func(p *virtual.PIN) { p.Tries, p.UnblockTries = 1, 0 }),
			want: []string{
				"PIN1 on 1/blocked", "PIN2 on 3/10", "Universal PIN off 3/10 usage 00",
				"PIN appl 2 off 3/10", "PIN2 appl 2 on 3/10", "ADM1 on 10/-",
			},
			known: true,
		},
		{
			name: "2G, PIN off, PIN2 blocked", image: "gsm",
			change: func(img *virtual.Image) {
				edit(0x01, func(p *virtual.PIN) { p.Enabled = false })(img)
				edit(0x81, func(p *virtual.PIN) { p.Tries = 0 })(img)
			},
			want: []string{"PIN1 off 3/10", "PIN2 on blocked/10"},
			open: true, known: true, gsm: true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := edited(t, tt.image, tt.change)
			c := opened(t, p, tt.image, OpenOptions{})
			if open, known := c.Open(); open || known {
				t.Errorf("before it was asked: open %v, known %v", open, known)
			}
			before := counters(p, tt.image)
			for range 5 { // asking is free, however often
				if _, err := c.ReadPINs(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if after := counters(p, tt.image); after != before {
				t.Errorf("the card counted: %s, then %s", before, after)
			}
			onlyAsked(t, p, tt.gsm)
			got := c.PINs()
			if !slices.Equal(rows(got), tt.want) {
				t.Errorf("got  %q\nwant %q", rows(got), tt.want)
			}
			if open, known := c.Open(); open != tt.open || known != tt.known {
				t.Errorf("open %v, known %v", open, known)
			}
			for _, pin := range got {
				if pin.Ref.Local() && !tt.gsm && pin.App == "" {
					t.Errorf("%s belongs to no application", pin.Ref)
				}
			}
			got[0] = PIN{}
			if c.PINs()[0].Ref == 0 {
				t.Error("the caller can change what is known")
			}
		})
	}
}

// onlyAsked fails if a PIN command with data was sent.
func onlyAsked(t *testing.T, p *tap, gsm bool) {
	t.Helper()
	for _, s := range p.log() {
		switch s.apdu[1] {
		case card.InsVerify, card.InsChangePIN, card.InsDisablePIN, card.InsEnablePIN, card.InsUnblockPIN:
			if len(s.apdu) > 5 || gsm {
				t.Errorf("sent % X", s.apdu[:5])
			}
		}
	}
}

func TestPINRowsSayWhereTheyAreNamed(t *testing.T) {
	c := opened(t, cards(t), "everyday", OpenOptions{})
	if _, err := c.ReadPINs(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		ref   card.PINRef
		app   card.AID
		want  card.AID // App of the row
		in    card.AID // one that names it
		found bool
	}{
		{card.RefPIN1, "", "", usim1, true},
		{card.RefPIN1, usim1, "", usim1, true}, // a global PIN, asked for by application
		{card.RefPIN1, usim2, usim2, "", false},
		{card.RefPIN2, "", usim1, usim1, true},
		{card.RefPIN2, usim1, usim1, usim1, true},
		{card.RefPIN2, usim2, usim2, "", false},
		{0x82, "", usim2, usim2, true},
		{card.RefUniversal, usim2, usim2, usim2, true},
		{card.RefADM1, "", "", "", true},
		{0x05, "", "", "", false},
	} {
		p, ok := c.FindPIN(tt.ref, tt.app)
		if ok != tt.found || p.Ref != tt.ref || p.App != tt.want || tt.found && !slices.Contains(p.In, tt.in) {
			t.Errorf("%s in %s: %+v, %v", tt.ref, tt.app, p, ok)
		}
	}
	if p, ok := c.PIN1(); !ok || p.Ref != card.RefPIN1 || !p.Locked() {
		t.Errorf("PIN1: %+v, %v", p, ok)
	}
}

// TestOpenAndTheUniversalPIN covers ETSI TS 102 221 clause 9.5.1: where PIN1
// is off, the Universal PIN stands in for it if its usage qualifier says so.
func TestOpenAndTheUniversalPIN(t *testing.T) {
	subscriber := opened(t, cards(t), "everyday", OpenOptions{})
	pin1 := func(known, on bool) PIN { return PIN{Ref: card.RefPIN1, Known: known, Enabled: on} }
	universal := func(on bool, usage byte, has bool) PIN {
		return PIN{Ref: card.RefUniversal, Known: true, Enabled: on, Usage: usage, HasUsage: has}
	}
	for _, tt := range []struct {
		name        string
		pins        []PIN
		open, known bool
	}{
		{"nothing asked", nil, false, false},
		{"no PIN1", []PIN{universal(true, 8, true)}, false, false},
		{"not told", []PIN{pin1(false, false)}, false, false},
		{"on", []PIN{pin1(true, true)}, false, true},
		{"off", []PIN{pin1(true, false)}, true, true},
		{"off, the Universal PIN in its place", []PIN{pin1(true, false), universal(true, 8, true)}, false, true},
		{"off, the Universal PIN off too", []PIN{pin1(true, false), universal(false, 8, true)}, true, true},
		{"off, the Universal PIN not used", []PIN{pin1(true, false), universal(true, 0, true)}, true, true},
		{"off, no usage told", []PIN{pin1(true, false), universal(true, 0, false)}, true, true},
		{"on, the Universal PIN on too", []PIN{pin1(true, true), universal(true, 8, true)}, false, true},
	} {
		c := &Card{Files: subscriber.Files, pins: tt.pins}
		if open, known := c.Open(); open != tt.open || known != tt.known {
			t.Errorf("%s: open %v, known %v", tt.name, open, known)
		}
	}
	// As a card tells it.
	p := edited(t, "everyday", func(img *virtual.Image) {
		edit(0x01, func(p *virtual.PIN) { p.Enabled = false })(img)
		edit(0x11, func(p *virtual.PIN) { p.Enabled, p.Usage = true, 0x08 })(img)
	})
	c := opened(t, p, "everyday", OpenOptions{})
	if _, err := c.ReadPINs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if open, known := c.Open(); open || !known {
		t.Errorf("open %v, known %v: %q", open, known, rows(c.PINs()))
	}
}

func TestLocked(t *testing.T) {
	for _, tt := range []struct {
		p    PIN
		want bool
	}{
		{PIN{}, true},
		{PIN{Known: true}, false},
		{PIN{Known: true, Enabled: true}, true},
		{PIN{Known: true, Enabled: true, Verified: true}, false},
		{PIN{Verified: true}, false},
	} {
		if tt.p.Locked() != tt.want {
			t.Errorf("%+v", tt.p)
		}
	}
}

func TestReadPINsOfACardThatIsNeither(t *testing.T) {
	p := edited(t, "everyday", nil)
	p.change = func([]byte, []byte) []byte { return []byte{0x6D, 0x00} }
	c, err := Open(t.Context(), NewReaders(p), reader("everyday"), 1, OpenOptions{})
	if c == nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(t.Context()) })
	if c.Session.Kind() != card.KindOther {
		t.Fatalf("kind %v", c.Session.Kind())
	}
	if pins, err := c.ReadPINs(t.Context()); err != nil || len(pins) != 0 {
		t.Errorf("%+v, %v", pins, err)
	}
}

// What was known stays when asking again fails.
func TestReadPINsThatFails(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	if _, err := c.ReadPINs(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := rows(c.PINs())
	if _, err := p.Remove("everyday"); err != nil {
		t.Fatal(err)
	}
	got, err := c.ReadPINs(t.Context())
	if !errors.Is(err, &card.TransportError{Kind: card.KindGone}) || !slices.Equal(rows(got), want) {
		t.Errorf("%q, %v", rows(got), err)
	}
}

func TestReadTries(t *testing.T) {
	p := edited(t, "everyday", edit(0x0A, func(p *virtual.PIN) { p.Tries = 4 }))
	c := opened(t, p, "everyday", OpenOptions{})
	if _, err := c.ReadPINs(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := counters(p, "everyday")
	adm, _ := c.FindPIN(card.RefADM1, "")
	if got, err := c.ReadTries(t.Context(), adm); err != nil || got.Left != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	if pin, _ := c.FindPIN(card.RefADM1, ""); pin.Tries.Left != 4 {
		t.Errorf("the row: %+v", pin)
	}
	local := PIN{Ref: 0x82, App: usim2}
	if got, err := c.ReadTries(t.Context(), local); err != nil || got.Left != 3 {
		t.Errorf("in its application: %+v, %v", got, err)
	}
	if got, err := c.ReadTries(t.Context(), PIN{Ref: 0x07}); err != nil || !got.Absent {
		t.Errorf("none such: %+v, %v", got, err)
	}
	if after := counters(p, "everyday"); after != before {
		t.Errorf("the card counted: %s, then %s", before, after)
	}
	onlyAsked(t, p, false)
}

func TestDoPINRight(t *testing.T) {
	for _, image := range []string{"everyday", "gsm"} {
		p := cards(t)
		c := opened(t, p, image, OpenOptions{})
		out, err := c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: pinOf("1234")})
		if err != nil || !out.Sent || out.SW != card.SWDone || out.Before.Left != 3 {
			t.Errorf("%s: %+v, %v", image, out, err)
		}
		if pin, ok := c.PIN1(); !ok || !pin.Verified || pin.Locked() {
			t.Errorf("%s: the rows were not read anew: %+v", image, pin)
		}
		if ops := c.Ops.Rows(); len(ops) != 1 || !ops[0].Done || ops[0].Op.ICCID != c.Files.Identity().ICCID || ops[0].Op.ICCID == "" {
			t.Errorf("%s: recorded %+v", image, ops)
		}
	}
}

func TestDoPINWrong(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	wrong := func() (card.PINOutcome, error) {
		return c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: pinOf("4711")})
	}
	out, err := wrong()
	var pe *card.PINError
	if !errors.As(err, &pe) || pe.Left != 2 || !out.Sent || out.After.Left != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	if pin, _ := c.PIN1(); pin.Tries.Left != 2 || pin.Verified {
		t.Errorf("%+v", pin)
	}
	if _, err := wrong(); !errors.As(err, &pe) || pe.Left != 1 {
		t.Fatal(err)
	}
	sent := len(p.log())
	if out, err := wrong(); !errors.Is(err, card.ErrLastTry) || out.Sent {
		t.Fatalf("the last try: %+v, %v", out, err)
	}
	for _, s := range p.log()[sent:] {
		if s.apdu[1] == card.InsVerify && len(s.apdu) > 5 {
			t.Errorf("sent % X", s.apdu[:5])
		}
	}
	if !strings.Contains(counters(p, "everyday"), "01 1/10") {
		t.Error(counters(p, "everyday"))
	}
	if _, err := c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: pinOf("4711"), LastTry: true}); !errors.As(err, &pe) || !pe.Blocked {
		t.Fatal(err)
	}
	if pin, _ := c.PIN1(); !pin.Tries.Blocked {
		t.Errorf("%+v", pin)
	}
}

// A card of the same kind that was put in the place of the first is not sent
// the PIN of the first.
func TestDoPINOtherCard(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	// The same connection, another ICCID: what a fast exchange of cards could
	// look like to a reader that misses it.
	p.set(func() {
		p.change = func(apdu, answer []byte) []byte {
			if apdu[1] == card.InsReadBinary && len(answer) == 12 {
				answer[9] ^= 0x10
			}
			return answer
		}
	})
	before := counters(p, "everyday")
	out, err := c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: pinOf("1234")})
	if !errors.Is(err, card.ErrOtherCard) || out.Sent {
		t.Errorf("%+v, %v", out, err)
	}
	onlyAsked(t, p, false)
	if after := counters(p, "everyday"); after != before || c.Session.Verified(card.RefPIN1) {
		t.Errorf("%s, then %s", before, after)
	}
}

// A card that was taken out and put back is another insertion: the session
// that was opened before sends it nothing.
func TestDoPINAfterTheCardWasOut(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	out, err := p.Remove("everyday")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Insert("everyday", out, ""); err != nil {
		t.Fatal(err)
	}
	if o, err := c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: pinOf("1234")}); err == nil || o.Sent {
		t.Errorf("%+v, %v", o, err)
	}
	onlyAsked(t, p, false)
}

func TestDoPINOfAnApplication(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	if _, err := c.ReadPINs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out, err := c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN2, Current: pinOf("5678")}); !errors.Is(err, card.ErrNeedsApp) || out.Sent {
		t.Errorf("%+v, %v", out, err)
	}
	out, err := c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: 0x82, App: usim2, Current: pinOf("1111")})
	if pin, _ := c.FindPIN(0x82, usim2); err == nil || pin.Tries.Left != 2 || pin.Verified {
		t.Errorf("wrong: %+v, %v, %+v", out, err, pin)
	}
	out, err = c.DoPIN(t.Context(), card.PINRequest{Op: card.PINVerify, Ref: 0x82, App: usim2, Current: pinOf("8765")})
	if pin, _ := c.FindPIN(0x82, usim2); err != nil || out.SW != card.SWDone || !pin.Verified || pin.Tries.Left != 3 {
		t.Errorf("right: %+v, %v, %+v", out, err, pin)
	}
	if pin, _ := c.FindPIN(card.RefPIN2, usim1); pin.Verified || pin.Tries.Left != 3 {
		t.Errorf("the other application's: %+v", pin)
	}
}

// What a change brings is in the rows, and in what the files' rules are
// measured by.
func TestDoPINChangesTheRows(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	do := func(req card.PINRequest) {
		t.Helper()
		if out, err := c.DoPIN(t.Context(), req); err != nil || !out.SW.OK() {
			t.Fatalf("%v: %+v, %v", req.Op, out, err)
		}
	}
	do(card.PINRequest{Op: card.PINDisable, Ref: card.RefPIN1, Current: pinOf("1234")})
	if open, known := c.Open(); !open || !known {
		t.Errorf("turned off: %q", rows(c.PINs()))
	}
	do(card.PINRequest{Op: card.PINEnable, Ref: card.RefPIN1, Current: pinOf("1234")})
	do(card.PINRequest{Op: card.PINChange, Ref: card.RefPIN1, Current: pinOf("1234"), New: pinOf("2580")})
	do(card.PINRequest{Op: card.PINVerify, Ref: card.RefPIN1, Current: pinOf("2580")})
	do(card.PINRequest{Op: card.PINUnblock, Ref: card.RefPIN1, Current: pinOf("12345678"), New: pinOf("1234")})
	if open, known := c.Open(); open || !known {
		t.Errorf("turned on: %q", rows(c.PINs()))
	}
	if n := len(c.Ops.Rows()); n != 5 {
		t.Errorf("%d operations are recorded", n)
	}
}

// The state of the card as a file system follows what a PIN opened.
func TestFilesAfterAPIN(t *testing.T) {
	c := opened(t, cards(t), "everyday", OpenOptions{})
	if _, err := imsi(t.Context(), c); card.SWOf(err) != card.SWNotSatisfied {
		t.Fatal(err)
	}
	if _, err := verify1("1234")(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	n, err := imsi(t.Context(), c)
	if err != nil || n.(fs.Node).Content == nil {
		t.Errorf("%+v, %v", n, err)
	}
}
