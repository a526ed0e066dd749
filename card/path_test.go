package card_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"simscope/card"
)

const usim = "A0000000871002FFFFFFFF8907090000"

func aid(t testing.TB, s string) card.AID {
	t.Helper()
	a, err := card.ParseAID(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return a
}

func TestParseAID(t *testing.T) {
	if a := aid(t, "a0 00 00 00 87 10 02"); a.String() != "A0000000871002" || !aid(t, usim).HasPrefix(a) || a.HasPrefix(aid(t, usim)) {
		t.Errorf("AID is %s", a)
	}
	for _, s := range []string{"", "A0000000", "A000000087100", "zz00000087", usim + "00"} {
		if a, err := card.ParseAID(s); !errors.Is(err, card.ErrAID) {
			t.Errorf("%q: %s, %v", s, a, err)
		}
	}
}

func TestPath(t *testing.T) {
	app := aid(t, usim)
	adn := card.PathOf("", card.FIDMF, 0x7F10, 0x6F3A)
	for _, tt := range []struct {
		p, parent card.Path
		s         string
		last      card.FID
	}{
		{card.Path{}, card.Path{}, "3F00", card.FIDMF},
		{adn, card.PathOf("", 0x7F10), "3F00/7F10/6F3A", 0x6F3A},
		{card.Path{App: app}, card.Path{App: app}, usim, card.FIDADF},
		{card.PathOf(app, card.FIDADF, 0x6F07), card.Path{App: app}, usim + "/6F07", 0x6F07},
	} {
		if tt.p.String() != tt.s || tt.p.Parent() != tt.parent || tt.p.Last() != tt.last {
			t.Errorf("%s: parent %s, last %s", tt.p, tt.p.Parent(), tt.p.Last())
		}
	}
	if !adn.Within(card.PathOf("", 0x7F10)) || !adn.Within(adn) || adn.Within(card.PathOf("", 0x7F20)) || adn.Within(card.Path{App: app}) {
		t.Error("Within is wrong")
	}
	if adn.Depth() != 2 || !slices.Equal(adn.FIDs(), []card.FID{0x7F10, 0x6F3A}) || adn.IsRoot() {
		t.Errorf("depth %d, FIDs %v", adn.Depth(), adn.FIDs())
	}
}

func TestPathText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var app card.AID
		if rapid.Bool().Draw(t, "app") {
			app = card.AID(rapid.SliceOfN(rapid.Byte(), 5, 16).Draw(t, "aid"))
		}
		p := card.Path{App: app}
		for _, f := range rapid.SliceOfN(rapid.Uint16(), 0, 8).Draw(t, "fids") {
			p = p.Child(card.FID(f))
		}
		b, err := p.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back card.Path
		if err := back.UnmarshalText(b); err != nil || back != p {
			t.Fatalf("%s came back as %s, %v", p, back, err)
		}
	})
	for _, s := range []string{"", "3F", "7F10", "3F00/", "3F00/6F", "3F00/6F3A00", "3F00/xxxx", "/6F07"} {
		p := card.PathOf("", 0x7F10)
		if err := p.UnmarshalText([]byte(s)); !errors.Is(err, card.ErrPath) {
			t.Errorf("%q: %v", s, err)
		}
		if p != card.PathOf("", 0x7F10) {
			t.Errorf("%q changed the path to %s", s, p)
		}
	}
}
