package readers

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/virtual"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

// rig drives the screen as the root does, with readers, problems and findings
// that the test tells it.
type rig struct {
	t   *testing.T
	env *kit.Env
	m   *Model
}

func newRig(t *testing.T, ascii bool) *rig {
	t.Helper()
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "monochrome", ASCII: ascii})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, env: &kit.Env{Theme: th, Now: time.Now, Vars: func(string) string { return "" }}}
	r.m = New(r.env)
	r.m.activities = func() []pcsc.Activity { return nil }
	return r
}

// reader is a reader of this world.
func reader(name string, s card.ReaderState) card.Reader {
	r := card.Reader{ID: card.ReaderID{Provider: "pcsc", Name: name}, State: s}
	if s.HasCard() {
		r.ATR = []byte{0x3B, 0x9F, 0x96, 0x80, 0x1F, 0xC7, 0x80, 0x31, 0xE0, 0x73, 0xFE, 0x21, 0x13, 0x67, 0x53, 0x43, 0x4F, 0x50, 0x45, 0x30, 0x31, 0x93}
	}
	return r
}

// demos are the demonstration cards, under the names they go by.
func demos() []card.Reader {
	var out []card.Reader
	for _, b := range virtual.Builtin() {
		id := card.ReaderID{Provider: virtual.ProviderName, Name: texts.Say("demo." + b.ID)}
		out = append(out, card.Reader{ID: id, State: card.ReaderPresent, About: b.ID})
	}
	return out
}

// see tells of readers, the demonstration cards behind them, and returns the
// command that follows.
func (r *rig) see(readers ...card.Reader) tea.Cmd {
	r.env.Seen = app.Seen{Readers: append(readers, demos()...), Problems: map[string]error{}}
	return r.m.Update(app.ReadersEvent{Seen: r.env.Seen})
}

// refused is see where the card service does not answer.
func (r *rig) refused(kind card.TransportKind) {
	r.env.Seen = app.Seen{Readers: demos(), Problems: map[string]error{"pcsc": &card.TransportError{Kind: kind}}}
	r.m.Update(app.ReadersEvent{Seen: r.env.Seen})
}

// found answers the last question for what is missing.
func (r *rig) found(facts ...pcsc.Fact) {
	r.m.Update(diagnosedMsg{r.m.asks, pcsc.Diagnosis{Facts: facts}})
}

var (
	buildOK   = pcsc.Fact{Check: "build", ID: "pcsc.build.ok"}
	serviceOK = pcsc.Fact{Check: "service", ID: "pcsc.service.ok"}
	accessOK  = pcsc.Fact{Check: "access", ID: "pcsc.access.ok"}
	readerOK  = pcsc.Fact{Check: "reader", ID: "pcsc.reader.ok", Args: []any{"count", 1}}
	noCard    = pcsc.Fact{Check: "card", Level: pcsc.LevelMissing, ID: "pcsc.card.none"}
	noReader  = pcsc.Fact{Check: "reader", Level: pcsc.LevelMissing, ID: "pcsc.reader.none"}
	absent    = pcsc.Fact{Check: "service", Level: pcsc.LevelMissing, ID: "pcsc.service.absent", Fixes: []pcsc.Fix{
		{ID: "pcsc.fix.install", Commands: []string{"sudo apt install pcscd libccid"}},
		{ID: "pcsc.fix.start", Commands: []string{"sudo systemctl enable --now pcscd.socket"}},
	}}
	stopped = pcsc.Fact{Check: "service", Level: pcsc.LevelMissing, ID: "pcsc.service.down", Fixes: []pcsc.Fix{
		{ID: "pcsc.fix.start", Commands: []string{"sudo systemctl enable --now pcscd.socket"}},
	}}
	denied = pcsc.Fact{Check: "access", Level: pcsc.LevelMissing, ID: "pcsc.access.denied.ssh", Fixes: []pcsc.Fix{
		{ID: "pcsc.fix.polkit.group", Commands: []string{"sudo groupadd --force simcard", `sudo usermod --append --groups simcard "$USER"`}},
		{ID: "pcsc.fix.polkit.rule", Commands: []string{"sudo tee /etc/polkit-1/rules.d/50-simscope.rules <<'EOF'\n" + strings.TrimRight(pcsc.PolkitRule, "\n") + "\nEOF"}},
		{ID: "pcsc.fix.login"},
		{ID: "pcsc.fix.journal", Commands: []string{"journalctl -u pcscd -n 20"}},
	}}
	socket = pcsc.Fact{Check: "host", Level: pcsc.LevelHint, ID: "pcsc.host.socket", Args: []any{"path", "/run/forwarded.sock"}}
)

// key gives the screen a key, and the verb that has it where the screen does
// not use it itself, as the root does.
func (r *rig) key(key string) tea.Cmd {
	r.t.Helper()
	handled, cmd := r.m.Key(uitest.Press(key))
	if handled || r.m.Typing() {
		return cmd
	}
	if v, ok := app.VerbFor(app.ScreenReaders, key); ok && v.Screen == app.ScreenReaders {
		return r.m.Do(v.ID, "")
	}
	return nil
}

func (r *rig) keys(keys ...string) {
	r.t.Helper()
	for _, k := range keys {
		r.key(k)
	}
}

// message is what a command that does not wait comes to.
func message[T any](t *testing.T, cmd tea.Cmd) T {
	t.Helper()
	if cmd == nil {
		t.Fatal("no command")
	}
	msg := cmd()
	m, ok := msg.(T)
	if !ok {
		t.Fatalf("it comes to %T %v", msg, msg)
	}
	return m
}

func (r *rig) view(w, h int) string {
	r.t.Helper()
	v := r.m.View(w, h)
	exact(r.t, v, w, h)
	return ansi.Strip(v)
}

// exact fails unless view is h lines of w cells.
func exact(t *testing.T, view string, w, h int) {
	t.Helper()
	uitest.Exact(t, "the view", view, w, h)
}

// wants fails unless every part stands in the view.
func wants(t *testing.T, view string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(view, p) {
			t.Errorf("%q is not there:\n%s", p, view)
		}
	}
}

func lacks(t *testing.T, view string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(view, p) {
			t.Errorf("%q is there:\n%s", p, view)
		}
	}
}

// golden compares with testdata/name.golden, which ends its last line.
func golden(t *testing.T, name, got string) {
	t.Helper()
	uitest.Golden(t, name, got+"\n")
}
