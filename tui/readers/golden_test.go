package readers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/fs"
	"simscope/tui/app"
)

// long is a name as such readers have.
const long = "HID Global OMNIKEY 3x21 Smart Card Reader [OMNIKEY 3x21 Smart Card Reader] 00 00"

// scenes are the states of the screen; golden files, exact sizes and ASCII go
// through the same table.
var scenes = []struct {
	name string
	set  func(r *rig)
}{
	{"looking", func(*rig) {}},
	{"demo", func(r *rig) { r.env.Demo = true; r.see() }},
	{"two", func(r *rig) {
		r.see(reader("Virtual PCD 00 00", card.ReaderPresent), reader(long, card.ReaderEmpty))
		r.found(buildOK, serviceOK, accessOK, readerOK)
	}},
	{"open", func(r *rig) {
		a := reader("Virtual PCD 00 00", card.ReaderInUse)
		file := card.Reader{ID: card.ReaderID{Provider: app.ExtraName, Name: "bench", Ordinal: 1}, State: card.ReaderPresent, About: "replay"}
		r.env.Reader, r.env.Card = a, &app.Card{}
		r.env.Identity = fs.Identity{ICCID: "8999990012345678901", SPN: "星辰移动"}
		r.see(a, reader("Gemalto PC Twin Reader 00 00", card.ReaderExclusive), reader("Mute 00 00", card.ReaderMute), file)
	}},
	{"noservice", func(r *rig) { r.refused(card.KindServiceDown); r.found(buildOK, absent) }},
	{"ssh", func(r *rig) { r.refused(card.KindDenied); r.found(buildOK, serviceOK, denied) }},
	{"noreader", func(r *rig) { r.see(); r.found(buildOK, serviceOK, accessOK, noReader) }},
	{"nocard", func(r *rig) {
		r.see(reader("Virtual PCD 00 00", card.ReaderEmpty))
		r.found(buildOK, serviceOK, accessOK, readerOK, noCard)
	}},
	{"opening", func(r *rig) {
		a := reader("Virtual PCD 00 00", card.ReaderPresent)
		r.see(a)
		r.env.Reader, r.env.Opening = a, true
		r.m.activities = func() []pcsc.Activity {
			return []pcsc.Activity{{Reader: a.ID, Op: "connect", Since: time.Now().Add(-app.NameAfter - time.Second)}}
		}
	}},
	{"lost", func(r *rig) {
		a := reader("Virtual PCD 00 00", card.ReaderEmpty)
		r.see(a)
		r.found(buildOK, serviceOK, accessOK, readerOK, noCard)
		r.env.Reader = a
		p := app.Explain(&card.TransportError{Kind: card.KindGone}, a.ID.Name)
		r.env.Trouble = &p
	}},
	{"lostservice", func(r *rig) {
		r.refused(card.KindServiceDown)
		r.found(buildOK, stopped)
		p := app.Explain(&card.TransportError{Kind: card.KindServiceDown}, "Virtual PCD 00 00")
		r.env.Trouble = &p
	}},
	{"doctor", func(r *rig) {
		r.refused(card.KindDenied)
		r.key("d")
		r.found(buildOK, socket, serviceOK, denied)
	}},
	{"file", func(r *rig) {
		r.see(reader("Virtual PCD 00 00", card.ReaderPresent))
		r.keys("end", "enter")
	}},
	{"filetyped", func(r *rig) {
		r.see(reader("Virtual PCD 00 00", card.ReaderPresent))
		r.keys("6")
		r.m.Paste("recordings/bench.jsonl")
	}},
}

func TestGolden(t *testing.T) {
	for _, s := range scenes {
		var b strings.Builder
		for _, size := range [][2]int{{80, 21}, {120, 37}, {60, 12}} {
			r := newRig(t, false)
			s.set(r)
			fmt.Fprintf(&b, "%dx%d\n%s\n", size[0], size[1], r.view(size[0], size[1]))
		}
		r := newRig(t, true)
		s.set(r)
		fmt.Fprintf(&b, "80x21 ASCII\n%s", r.view(80, 21))
		golden(t, s.name, b.String())
	}
}

// TestExactSizes draws every state at every size, growing and shrinking.
func TestExactSizes(t *testing.T) {
	for _, s := range scenes {
		r := newRig(t, false)
		s.set(r)
		for w := 1; w <= 130; w += 1 + w/6 {
			for h := 1; h <= 45; h += 1 + h/6 {
				exact(t, r.m.View(w, h), w, h)
			}
		}
		for n := 90; n >= 1; n -= 3 {
			exact(t, r.m.View(n, n/3+1), n, n/3+1)
		}
		if r.m.View(0, 10) != "" || r.m.View(10, 0) != "" || r.m.View(-1, -1) != "" {
			t.Errorf("%s draws where there is no room", s.name)
		}
	}
}

// TestASCII holds that the only sign beyond ASCII is the ellipsis of
// sentences, which the frame replaces.
func TestASCII(t *testing.T) {
	for _, s := range scenes {
		if s.name == "open" {
			continue // shows the name of an operator as the card has it
		}
		r := newRig(t, true)
		s.set(r)
		view := strings.ReplaceAll(r.view(100, 40), "…", "~")
		for _, c := range view {
			if c >= 0x80 {
				t.Errorf("%s has %q:\n%s", s.name, c, view)
				break
			}
		}
	}
}

// TestDetails is the dialog of a reader and its card.
func TestDetails(t *testing.T) {
	r := newRig(t, false)
	d := r.m.details(reader(long, card.ReaderPresent))
	var b strings.Builder
	for _, size := range [][2]int{{80, 40}, {60, 15}} {
		w, h := d.Size(size[0], size[1])
		v := d.View(r.env.Theme, w, h)
		exact(t, v, w, h)
		fmt.Fprintf(&b, "%dx%d\n%s\n", w, h, ansi.Strip(v))
	}
	golden(t, "details", strings.TrimSuffix(b.String(), "\n"))
	for w := 1; w < 90; w++ {
		for h := 1; h < 40; h += 3 {
			exact(t, d.View(r.env.Theme, w, h), w, h)
		}
	}
}
