package pins

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// lock is a PIN or key with what it is called on this card.
type lock struct {
	pin  app.PIN
	key  string // identity among the card's locks
	name string // as sentences name it: "PIN1", "PIN2 of ISIM"
	puk  string // what unblocks it is called
	in   string // names of the applications it belongs to, may be empty
	gsm  bool
	// standsIn says that this PIN is off but the Universal PIN takes its place.
	standsIn bool
}

func lockKey(p app.PIN) string { return fmt.Sprintf("%02X/%s", byte(p.Ref), p.App) }

// locksOf names the PINs of the open card.
func locksOf(env *kit.Env) []lock {
	if env.Card == nil {
		return nil
	}
	many := map[card.PINRef]int{}
	universal := false
	for _, p := range env.PINs {
		many[p.Ref]++
		universal = universal || replaces(p)
	}
	out := make([]lock, 0, len(env.PINs))
	for _, p := range env.PINs {
		l := lock{pin: p, key: lockKey(p), gsm: env.Card.Session.Kind() == card.KindGSM}
		l.in = appNames(env, p)
		l.name, l.puk = p.Ref.String(), p.Ref.UnblockName()
		if many[p.Ref] > 1 && l.in == "" {
			l.in = env.Name(card.Path{})
		}
		if many[p.Ref] > 1 {
			l.name = texts.Say("pins.of_app", "name", l.name, "app", l.in)
			l.puk = texts.Say("pins.of_app", "name", l.puk, "app", l.in)
		}
		l.standsIn = universal && p.Ref.Kind() == card.PINApplication && p.Known && !p.Enabled
		out = append(out, l)
	}
	return out
}

// usageVerify is the bit of a usage qualifier by which the Universal PIN
// stands in for PINs that are off (ETSI TS 102 221 clause 9.5.2).
const usageVerify = 0x08

func replaces(p app.PIN) bool {
	return p.Ref == card.RefUniversal && p.Known && p.Enabled && p.HasUsage && p.Usage&usageVerify != 0
}

// appNames lists the applications that name a PIN, without the MF.
func appNames(env *kit.Env, p app.PIN) string {
	var names []string
	for _, a := range p.In {
		if a != "" {
			names = append(names, strings.TrimPrefix(env.Name(card.PathOf(a)), "ADF."))
		}
	}
	return strings.Join(names, ", ")
}

func (l lock) isKey() bool { return l.pin.Ref.Kind() == card.PINAdm }

// args are the names that sentences about the lock use.
func (l lock) args(more ...any) []any {
	left, puk := l.pin.Tries.Left, l.pin.Unblock.Left
	return append([]any{"name", l.name, "puk", l.puk, "app", l.in, "left", left, "pukleft", puk}, more...)
}

// kind is the part of identifiers that tells sorts of locks apart.
func (l lock) kind() string {
	switch l.pin.Ref.Kind() {
	case card.PINApplication:
		if l.pin.Ref == card.RefPIN1 {
			return "pin1"
		}
		return "application"
	case card.PINSecond:
		return "second"
	case card.PINUniversal:
		return "universal"
	case card.PINAdm:
		return "key"
	}
	return "other"
}

// state is the part of identifiers that tells how the lock stands, and the
// look of it.
func (l lock) state() (id string, tok ui.Token) {
	p := l.pin
	switch {
	case p.Tries.Blocked && p.Unblock.Blocked && !l.isKey():
		return "lost", ui.Bad
	case p.Tries.Blocked:
		return "blocked", ui.Bad
	case l.isKey() && (p.Verified || p.Tries.Verified):
		return "open", ui.Warn
	case p.Tries.Absent:
		return "absent", ui.Muted
	case l.isKey() && !l.told() && len(p.In) == 0:
		return "unasked", ui.Muted
	case l.isKey():
		return "closed", ui.Secret
	case !p.Known:
		return "unknown", ui.Muted
	case l.standsIn:
		return "replaced", ui.Text
	case !p.Enabled && p.Ref == card.RefUniversal:
		return "spare", ui.Muted
	case !p.Enabled && p.Ref == card.RefPIN1:
		return "off", ui.Warn
	case !p.Enabled:
		return "off", ui.Muted
	case p.Ref == card.RefUniversal && p.HasUsage && p.Usage&usageVerify == 0:
		return "spare", ui.Muted
	case p.Verified:
		return "verified", ui.Good
	}
	return "on", ui.Good
}

// sign is the glyph of a state.
func sign(g *ui.Glyphs, state string) string {
	switch state {
	case "lost", "blocked":
		return g.Bad
	case "on", "verified":
		return g.Good
	case "off", "open":
		return g.Warn
	case "closed":
		return g.Secret
	case "absent", "unasked":
		return g.Absent
	}
	return g.None
}

func (m *Model) row(l lock) ui.TableRow {
	g := &m.env.Theme.Glyphs
	id, tok := l.state()
	if id == "off" && tok == ui.Muted {
		// Only PIN1 that is off lets a stranger use the card.
		return m.cells(l, ui.Tok(tok, g.None+" "+texts.Say("pins.state.off")))
	}
	return m.cells(l, ui.Tok(tok, sign(g, id)+" "+texts.Say("pins.state."+id)))
}

func (m *Model) cells(l lock, state ui.Line) ui.TableRow {
	name := ui.L(ui.S(ui.Text, l.pin.Ref.String()))
	if what := l.what(); what != "" {
		name = name.Add(ui.Muted, "  "+what)
	}
	return ui.TableRow{Key: l.key, Cells: []ui.Line{
		name, state, m.triesCell(l), m.pukCell(l),
		ui.Tok(ui.Muted, texts.Say("pins.protects."+l.kind(), l.args()...)),
	}}
}

// what stands behind the name in grey: the application it belongs to, or what
// people call it.
func (l lock) what() string {
	switch {
	case l.gsm && l.pin.Ref == card.RefPIN1:
		return texts.Say("pins.called.chv1")
	case l.gsm && l.pin.Ref == card.RefPIN2:
		return texts.Say("pins.called.chv2")
	case l.isKey():
		return texts.Say("pins.called.key")
	case l.pin.Ref == card.RefPIN1:
		return texts.Say("pins.called.pin1")
	case l.pin.Ref.Local() || l.pin.Ref.Kind() == card.PINApplication:
		return l.in
	}
	return ""
}

func (m *Model) triesCell(l lock) ui.Line {
	t := l.pin.Tries
	switch {
	case m.asking != 0 && l.isKey() && l.key == m.table.SelectedKey():
		return ui.Tok(ui.Muted, texts.Say("pins.tries.asking"))
	case l.isKey() && !l.told() && !m.asked[l.key]:
		return ui.Tok(ui.Muted, texts.Say("pins.tries.ask"))
	}
	return triesWords(&m.env.Theme.Glyphs, t, 1)
}

// told reports whether the card said anything of the tries.
func (l lock) told() bool {
	t := l.pin.Tries
	return t.Known || t.Verified || t.Absent || t.Blocked
}

func (m *Model) pukCell(l lock) ui.Line {
	switch {
	case l.isKey():
		return ui.Tok(ui.Muted, m.env.Theme.Glyphs.Absent)
	case l.pin.Unblock.Verified:
		return ui.Tok(ui.Muted, texts.Say("pins.tries.unknown"))
	}
	return triesWords(&m.env.Theme.Glyphs, l.pin.Unblock, carefulPUK)
}

// triesWords writes a count; at few or less it is drawn as danger.
func triesWords(g *ui.Glyphs, t card.Tries, few int) ui.Line {
	switch {
	case t.Blocked:
		return ui.Tok(ui.Bad, texts.Say("pins.tries.left", "n", 0)+" "+g.Bad)
	case t.Known && t.Left <= few:
		return ui.Tok(ui.Bad, texts.Say("pins.tries.left", "n", t.Left)+" "+g.Warn)
	case t.Known:
		return ui.T(texts.Say("pins.tries.left", "n", t.Left))
	case t.Absent:
		return ui.Tok(ui.Muted, texts.Say("pins.tries.absent"))
	case t.Verified:
		return ui.Tok(ui.Muted, texts.Say("pins.tries.open"))
	}
	return ui.Tok(ui.Muted, texts.Say("pins.tries.unknown"))
}
