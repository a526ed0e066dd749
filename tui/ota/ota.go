// Package ota is the workbench of remote administration on a screen: left the
// packet that is made, right its bytes field by field. A packet is sent by a
// guided step, once; one from a log is read in the place of its own.
package ota

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/crypto/scp80"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Model is the screen.
type Model struct {
	env    *kit.Env
	number int // of the card the rest is about

	req        ota.Request
	hasCounter bool
	file       card.Path // that the script reads
	hasFile    bool
	keys       ota.Keys
	built      *ota.Built // nil while something is missing
	fault      error      // what is wrong with the packet
	last       *lastSent

	rows    []row
	list    ui.List
	bytes   bytesView
	onBytes bool
	narrow  bool    // one pane is shown at a time, as drawn last
	log     *logged // a packet from a log, shown in the place of our own
	typing  *keyDialog
	ask     uint64 // the request that looks a file up
	askFile card.Path
}

// lastSent is the packet that was sent last and what came of it.
type lastSent struct {
	req    ota.Request
	out    ota.Outcome
	answer ota.Answer
	file   card.Path
	isFile bool
}

// New makes the screen with a packet that reads EF.ICCID.
func New(env *kit.Env) *Model {
	m := &Model{env: env}
	m.list = ui.NewList(source{m})
	m.start()
	return m
}

// start begins with a new packet, without keys.
func (m *Model) start() {
	m.Wipe()
	spi, _ := ota.ParseSPI(ota.DefaultSPI)
	kic := scp80.KeyIndicator(scp80.AES, 1)
	m.req = ota.Request{
		TAR: scp80.TARRFMUICC, SPI: spi, KIc: kic, KID: kic, Originator: ota.DefaultOriginator,
		Script: ota.ReadFile(card.FIDMF, []card.FID{card.FIDICCID}, 0, 10),
	}
	m.hasCounter, m.last, m.log, m.ask = false, nil, nil, 0
	m.file, m.hasFile = card.PathOf("", card.FIDICCID), true
	m.rebuild()
	m.list.SelectAt(0)
}

// Wipe clears the keys, also those that are being typed.
func (m *Model) Wipe() {
	if m.typing != nil {
		m.typing.wipe()
	}
	m.keys.Clear()
	m.keys = ota.Keys{}
	m.built = nil
}

// refresh begins anew for another card: its keys and counters are its own.
func (m *Model) refresh() {
	if m.number != m.env.Number {
		m.number = m.env.Number
		m.start()
	}
}

// Update implements kit.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.OpenedEvent:
		m.refresh()
	case app.AnswerEvent:
		if a := msg.Answer; a.ID == m.ask && m.ask != 0 && a.Card == m.number {
			m.ask = 0
			return m.looked(a)
		}
	case kit.GoMsg:
		if msg.Screen == app.ScreenOTA {
			m.refresh()
		}
	}
	return nil
}

// looked takes over the script that reads a file of the card.
func (m *Model) looked(a app.Answer) tea.Cmd {
	s, ok := a.Value.(ota.Script)
	if a.Err != nil || !ok {
		return kit.Toast(ui.Bad, app.Explain(a.Err, texts.Say("ota.edit.file")).String())
	}
	m.file, m.hasFile = m.askFile, true
	m.req.Script = s
	m.rebuild()
	return nil
}

// rebuild makes the packet anew, or what can be shown of it.
func (m *Model) rebuild() {
	m.built, m.fault = nil, m.req.Check()
	if m.fault == nil && !m.hasCounter && m.req.Concern() != ota.CounterNone {
		m.fault = &ota.InputError{Field: "counter", ID: "counter_none"}
	}
	if m.fault == nil && !m.missingKeys() {
		m.built, m.fault = m.req.Build(m.keys)
	}
	m.makeRows()
	m.showBytes()
}

// missingKeys reports whether the packet waits for keys.
func (m *Model) missingKeys() bool { return m.req.CheckKeys(m.keys) != nil }

// noSend is the identifier of the reason why the packet cannot be sent.
func (m *Model) noSend() string {
	switch {
	case m.req.Check() != nil:
		return "reason.ota_fault"
	case m.fault != nil:
		return "reason.ota_counter"
	case m.missingKeys():
		return "reason.ota_keys"
	case m.built == nil:
		return "reason.ota_fault"
	}
	return ""
}

// Key implements kit.Screen.
func (m *Model) Key(msg tea.KeyPressMsg) (bool, tea.Cmd) {
	m.refresh()
	switch k := msg.Keystroke(); {
	case k == "tab" || k == "shift+tab":
		m.onBytes = !m.onBytes
		return true, nil
	case k == "esc" && m.log != nil:
		m.log, m.onBytes = nil, false
		m.showBytes()
		return true, nil
	case m.onBytes:
		return m.bytes.key(k), nil
	}
	return m.list.Update(msg), nil
}

// EscClears implements kit.Narrowed: a packet from a log goes away.
func (m *Model) EscClears() bool { return m.log != nil }

// Paste implements kit.Screen.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Typing implements kit.Screen.
func (m *Model) Typing() bool { return false }

// Do implements kit.Screen.
func (m *Model) Do(verb, args string) tea.Cmd {
	m.refresh()
	switch verb {
	case "ota.edit":
		return m.edit()
	case "ota.keys":
		return m.askKeys()
	case "ota.file":
		return kit.Push(newEdit(m, fieldFile))
	case "ota.ask":
		return kit.Push(newEdit(m, fieldAsk))
	case "ota.script":
		return kit.Push(newScript(m))
	case "ota.decode":
		return kit.Push(newEdit(m, fieldLog))
	case "ota.new":
		m.start()
	case "ota.send":
		return kit.Push(newGuide(m))
	}
	return nil
}

// edit changes what the selected row is about.
func (m *Model) edit() tea.Cmd {
	if m.onBytes { // the row is not what one looks at
		m.onBytes = false
		return nil
	}
	i, ok := m.list.Selected()
	if !ok || i >= len(m.rows) {
		return nil
	}
	switch r := m.rows[i]; {
	case r.id == "keys":
		return m.askKeys()
	case r.id == "form":
		m.req.Expanded = !m.req.Expanded
		m.rebuild()
	case r.command:
		return kit.Push(newScript(m))
	case r.id == "answer":
		return kit.Push(newResult(m))
	default:
		return kit.Push(newEdit(m, r.id))
	}
	return nil
}

// askKeys puts the dialog of keys up.
func (m *Model) askKeys() tea.Cmd {
	m.typing = newKeyDialog(m)
	return kit.Push(m.typing)
}

// lookUp asks the card how long a file is, and makes the script that reads it.
func (m *Model) lookUp(p card.Path) {
	m.askFile = p
	m.ask = m.env.Submit("ota file", func(ctx context.Context, c *app.Card) (any, error) {
		return c.OTARead(ctx, p, 0, 0)
	})
}

// setKeys takes keys over; those before are cleared.
func (m *Model) setKeys(kic, kid safe.Secret) {
	m.keys.Clear()
	m.keys = ota.Keys{KIc: kic, KID: kid}
	m.rebuild()
	if m.log != nil {
		m.log.open(m.req, m.keys)
		m.showBytes()
	}
}

// State implements kit.Screen.
func (m *Model) State(s *app.State) {
	m.refresh()
	s.NoSend = m.noSend()
}

// Hints implements kit.Screen.
func (m *Model) Hints() []string {
	if m.noSend() == "" {
		return []string{"ota.send", "ota.edit", "ota.keys", "ota.file", "ota.decode"}
	}
	return []string{"ota.edit", "ota.keys", "ota.file", "ota.script", "ota.decode"}
}

// Right implements kit.Screen.
func (m *Model) Right() ui.Line {
	if m.onBytes {
		return ui.Tok(ui.Muted, m.bytes.position())
	}
	return ui.Tok(ui.Muted, m.list.Position())
}

// source is the list of rows.
type source struct{ m *Model }

// Len implements ui.Source.
func (s source) Len() int { return len(s.m.rows) }

// Key implements ui.Source.
func (s source) Key(i int) string { return s.m.rows[i].id }

// Row implements ui.Source.
func (s source) Row(i, w int) ui.Row { return s.m.drawRow(s.m.rows[i], w) }

// row is one line of the packet: its name, its value, and what is to be known
// of that.
type row struct {
	id      string // also of its name, "ota.row."+id
	value   string
	tok     ui.Token
	command bool // of the script
}

func (m *Model) makeRows() {
	r := m.req
	rows := []row{
		{id: "tar", value: ota.TARWords(r.TAR)},
		{id: "spi", value: ota.WordsOf(r.SPI)},
		{id: "kic", value: ota.CipherWords(r.KIc)},
		{id: "kid", value: ota.CheckWords(r.SPI, r.KID)},
		m.keysRow(),
		m.counterRow(),
		{id: "last", value: texts.Say("ota.value.unknown"), tok: ui.Muted},
		{id: "form", value: texts.Say("ota.value.compact")},
	}
	if r.Last != nil {
		rows[6].value, rows[6].tok = fmt.Sprint(*r.Last), ui.Text
	}
	if r.Expanded {
		rows[7].value = texts.Say("ota.value.expanded")
	}
	width := 0 // of the commands in hex, so that their names stand below each other
	for _, b := range r.Script {
		if n := 2 * len(b); n <= maxAligned {
			width = max(width, n)
		}
	}
	for i, b := range r.Script {
		name := ""
		if c, err := card.ParseCommand(b); err == nil {
			name = ota.CommandWords(c)
		}
		rows = append(rows, row{id: fmt.Sprintf("command%d", i), value: fmt.Sprintf("%-*X  %s", width, b, name), command: true})
	}
	if m.last != nil {
		value, tok := answerWords(m.last.answer, m.last.req.Script)
		rows = append(rows, row{id: "answer", value: value, tok: tok})
	}
	m.rows = rows
	m.list.Sync()
}

// maxAligned is the longest command in hex digits that others are lined up with.
const maxAligned = 20

func (m *Model) keysRow() row {
	kic, kid := m.req.Needs()
	r := row{id: "keys", value: texts.Say("ota.value.given"), tok: ui.Good}
	switch {
	case !kic && !kid:
		r.value, r.tok = texts.Say("ota.value.none_needed"), ui.Muted
	case m.missingKeys():
		r.value, r.tok = texts.Say("ota.value.missing"), ui.Warn
	}
	return r
}

func (m *Model) counterRow() row {
	r := row{id: "counter", value: fmt.Sprint(m.req.Counter), tok: ui.Text}
	switch m.req.Concern() {
	case ota.CounterNone:
		r.tok = ui.Muted
	case ota.CounterLow, ota.CounterSkips, ota.CounterEnd:
		r.tok = ui.Bad
	case ota.CounterUnknown, ota.CounterAhead:
		r.tok = ui.Warn
	}
	if !m.hasCounter && m.req.Concern() != ota.CounterNone {
		r.value, r.tok = texts.Say("ota.value.missing"), ui.Warn
	}
	return r
}

// answerWords is an answer in one line.
func answerWords(a ota.Answer, script ota.Script) (string, ui.Token) {
	switch {
	case a.Response != nil && app.OTADone(a, script):
		return app.OTAStatus(a.Response.Status), ui.Good
	case a.Response != nil:
		return app.OTAStatus(a.Response.Status), ui.Bad
	}
	return texts.Say("ota.short." + string(a.State)), ui.Warn
}
