package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/card/tlv"
	"simscope/fs"
	"simscope/texts"
)

// Level says how a line is to be taken.
type Level int

// The levels of lines.
const (
	LevelPlain   Level = iota
	LevelGood          // as it should be
	LevelLook          // look here
	LevelUnknown       // not known: refused or not understood
	LevelNote          // secondary
)

// GPLine is one fact in words. Text may hold what came from the card and is to
// be cleaned where it is shown.
type GPLine struct {
	Label, Text string
	// Short is Text with long identifiers cut in their middle, where it has any.
	Short string
	Level Level
	// More are sentences that explain the line.
	More []string
	// Children are what belongs to what the line is about.
	Children []GPLine
}

// GPSection is a group of facts.
type GPSection struct {
	ID    string // "domain", "keys", "chip", "certificates", "ara", "arf", "registry"
	Title string
	Lines []GPLine
}

// Sections of what a card says of its management.
const (
	GPDomain       = "domain"
	GPKeys         = "keys"
	GPChip         = "chip"
	GPCertificates = "certificates"
	GPARA          = "ara"
	GPARF          = "arf"
	GPRegistry     = "registry"
)

func gpSection(id string, lines []GPLine) GPSection {
	return GPSection{ID: id, Title: texts.Say("gp.section." + id), Lines: lines}
}

// Sections puts all of it into words, now telling which decade a date of CPLC
// is of.
func (g GP) Sections(now time.Time) []GPSection {
	out := []GPSection{}
	if g.Session != nil {
		out = append(out, gpSection(GPRegistry, g.Session.Lines()))
	}
	return append(
		out,
		gpSection(GPDomain, g.domainLines()), gpSection(GPKeys, g.keyLines()), gpSection(GPARA, g.masterLines()),
		gpSection(GPARF, g.fileLines()), gpSection(GPCertificates, g.certificateLines()), gpSection(GPChip, g.chipLines(now)),
	)
}

// Answer is the one sentence that answers who can manage the card, and with
// what keys.
func (g GP) Answer() GPLine {
	d, ok := g.Issuer()
	if !ok {
		return GPLine{Text: texts.Say("gp.answer.nobody"), Level: LevelUnknown}
	}
	say := texts.Say("gp.answer.issuer")
	switch {
	case d.Weak():
		return GPLine{Text: say + " " + texts.Say("gp.answer.weak"), Level: LevelLook}
	case len(d.Keys) == 0:
		return GPLine{Text: say + " " + texts.Say("gp.answer.keys_unknown"), Level: LevelUnknown}
	}
	return GPLine{Text: say + " " + texts.Say("gp.answer.keys", "kinds", strings.Join(keyKinds(d.Keys), ", ")), Level: LevelPlain}
}

// keyKinds are the kinds of keys that are listed, each once.
func keyKinds(keys []globalplatform.KeyInformation) []string {
	var out []string
	seen := map[string]bool{}
	for _, k := range keys {
		for _, c := range k.Components {
			if s := componentName(c); !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

func componentName(c globalplatform.KeyComponent) string {
	kind := c.Type
	if c.DES() {
		switch c.Length {
		case 8:
			return texts.Say("gp.key.des1")
		case 16:
			return texts.Say("gp.key.des2")
		case 24:
			return texts.Say("gp.key.des3")
		}
	}
	if kind == "aes" {
		return texts.Say("gp.key.aes", "bits", 8*c.Length)
	}
	if kind == "unknown" {
		return texts.Say("gp.key.unknown", "type", fmt.Sprintf("%02X", c.TypeByte), "length", c.Length)
	}
	return texts.Say("chip.component", "type", strings.ToUpper(strings.ReplaceAll(kind, "_", " ")), "length", c.Length)
}

// gpName names an application by its AID.
func gpName(aid globalplatform.Hex) string {
	if known, ok := fs.NameAID(card.AID(aid)); ok {
		return known.Name + " " + aid.String()
	}
	return aid.String()
}

// domainLines tell of the domains and of the card that they recognise.
func (g GP) domainLines() []GPLine {
	var out []GPLine
	for _, d := range g.Domains {
		out = append(out, domainLine(d))
		if d.ID == "isd" && d.Selected {
			out = append(out, recognitionLines(d)...)
			out = append(out, numberLines(d)...)
		} else if len(d.EID) > 0 {
			out = append(out, GPLine{Label: texts.Say("gp.label.eid"), Text: d.EID.String()})
		}
	}
	return out
}

func domainLine(d globalplatform.Info) GPLine {
	l := GPLine{Label: texts.Say("gp.label." + d.ID)}
	switch {
	case d.Locked:
		l.Text, l.Level = d.AID.String()+", "+texts.Say("gp.state.card_locked"), LevelLook
		l.More = append(l.More, texts.Say("gp.state.card_locked.note"))
	case len(d.AID) > 0:
		l.Text = d.AID.String()
	case d.Selected:
		l.Text = texts.Say("gp.domain.by_itself")
	case d.SW == "6A82":
		l.Text, l.Level = texts.Say("gp.domain.absent", "sw", d.SW), LevelNote
	default:
		l.Text, l.Level = texts.Say("gp.refused", "sw", statusWords(d.SW)), LevelUnknown
	}
	return l
}

// statusWords is a status word after a GET DATA or SELECT with its meaning
// before it.
func statusWords(hexSW string) string {
	var sw card.SW
	if _, err := fmt.Sscanf(hexSW, "%04X", &sw); err != nil {
		return hexSW
	}
	return Status([4]byte{0x80, card.InsGetData}, false, sw)
}

// missing is the line of an object that was not read; ok is false where it was
// read, or not asked for.
func missing(d globalplatform.Info, tag tlv.Tag, label string) (GPLine, bool) {
	l := GPLine{Label: texts.Say("gp.label." + label)}
	switch d.State(tag) {
	case globalplatform.StateAbsent:
		l.Text, l.Level = texts.Say("gp.absent", "sw", d.SWFor(tag)), LevelNote
	case globalplatform.StateRefused:
		l.Text, l.Level = texts.Say("gp.refused", "sw", statusWords(d.SWFor(tag))), LevelUnknown
	case globalplatform.StateBroken:
		l.Text, l.Level = texts.Say("gp.broken"), LevelUnknown
	default:
		return l, false
	}
	return l, true
}

func recognitionLines(d globalplatform.Info) []GPLine {
	var out []GPLine
	r := d.Recognition
	if l, is := missing(d, globalplatform.TagCardData, "recognition"); is && (r == nil || d.State(globalplatform.TagCardData) != globalplatform.StateBroken) {
		out = append(out, l)
	} else if is {
		l.Text = texts.Say("gp.partly")
		out = append(out, l)
	}
	if r != nil {
		out = append(out, line("version", r.Version), line("management", r.Management), line("scheme", schemeWords(r.Scheme)))
		for _, p := range r.Protocols {
			out = append(out, protocolLine(p))
		}
		out = append(out, line("configuration", r.Configuration), line("chip_details", chipWords(r.Chip)))
	}
	if c := d.Capabilities; c != nil {
		out = append(out, capabilityLines(*c)...)
	}
	kept := out[:0]
	for _, l := range out {
		if l.Text != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

func line(label, text string) GPLine {
	return GPLine{Label: texts.Say("gp.label." + label), Text: text}
}

func schemeWords(oid string) string {
	if oid == "1.2.840.114283.3" {
		return texts.Say("gp.scheme.gp")
	}
	return oid
}

// chipWords names the platform by Sun's identifiers, 1.3.6.1.4.1.42.2.110.1.
func chipWords(oid string) string {
	if v, ok := strings.CutPrefix(oid, "1.3.6.1.4.1.42.2.110.1."); ok && len(v) == 1 {
		return texts.Say("gp.javacard", "version", v)
	}
	return oid
}

// protocolLine tells what a secure channel is and what its options say.
func protocolLine(p globalplatform.Protocol) GPLine {
	l := GPLine{Label: texts.Say("gp.label.protocol"), Text: p.Name()}
	if l.Text == "" {
		l.Text, l.Level = p.OID, LevelUnknown
		return l
	}
	if id := p.About(); id != "" {
		l.Text += ": " + texts.Say("gp.protocol."+id)
	}
	if keys := p.KeyLengths(); len(keys) > 0 {
		l.Text += ", " + strings.ToUpper(strings.Join(keys, ", "))
	}
	for _, i := range p.Options {
		ids, known := p.Meanings(i)
		words := make([]string, 0, len(ids)+1)
		for _, id := range ids {
			words = append(words, texts.Say("gp.option."+id))
		}
		if !known && len(ids) > 0 {
			words = append(words, texts.Say("gp.option.unknown"))
		}
		if len(words) == 0 {
			l.Text += ", " + texts.Say("gp.option.bare", "i", fmt.Sprintf("%02X", i))
			continue
		}
		l.More = append(l.More, texts.Say("gp.option", "i", fmt.Sprintf("%02X", i), "words", strings.Join(words, ", ")))
	}
	if p.Weak() {
		l.Level = LevelLook
		l.More = append(l.More, texts.Say("gp.protocol.weak"))
	}
	return l
}

func capabilityLines(c globalplatform.Capabilities) []GPLine {
	var out []GPLine
	for _, p := range c.Protocols {
		l := protocolLine(p)
		l.Label = texts.Say("gp.label.able")
		out = append(out, l)
	}
	named := func(label string, ids []string) {
		out = append(out, line(label, strings.ToUpper(strings.ReplaceAll(strings.Join(ids, ", "), "_", " "))))
	}
	named("hashes", c.Hashes)
	named("ciphers", c.Ciphers)
	named("tokens", c.Tokens)
	named("receipts", c.Receipts)
	named("dap", c.DAP)
	return out
}

// numberLines are counters, numbers and room.
func numberLines(d globalplatform.Info) []GPLine {
	var out []GPLine
	add := func(tag tlv.Tag, label, text string) {
		switch l, is := missing(d, tag, label); {
		case text != "":
			out = append(out, line(label, text))
		case is:
			out = append(out, l)
		}
	}
	count := func(id string, n *uint64) string {
		if n == nil {
			return ""
		}
		return texts.Say("gp."+id, "n", *n)
	}
	add(globalplatform.TagSequence, "sequence", count("sequence", d.Sequence))
	add(globalplatform.TagConfirm, "confirmation", count("confirmation", d.Confirmation))
	add(globalplatform.TagIIN, "iin", numberOf(d.IIN))
	add(globalplatform.TagCIN, "cin", numberOf(d.CIN))
	add(globalplatform.TagManagerURL, "url", d.ManagerURL)
	room := ""
	if r := d.Resources; r != nil {
		var parts []string
		for _, x := range []struct {
			id string
			n  *uint64
		}{{"applications", r.Applications}, {"non_volatile", r.NonVolatile}, {"volatile", r.Volatile}} {
			if x.n != nil {
				parts = append(parts, texts.Say("gp.room."+x.id, "n", *x.n))
			}
		}
		room = strings.Join(parts, ", ")
	}
	add(globalplatform.TagResources, "room", room)
	return out
}

// numberOf is a number in BCD with its filling cut off, or hex.
func numberOf(b globalplatform.Hex) string { return strings.TrimRight(b.String(), "F") }

// keyLines tell the keys of each domain. What a domain does not list is not
// known to be absent.
func (g GP) keyLines() []GPLine {
	var out []GPLine
	for _, d := range g.Domains {
		if !d.Selected {
			continue
		}
		if l, is := missing(d, globalplatform.TagKeyInformation, d.ID); is {
			l.More = []string{texts.Say("gp.keys.unknown")}
			if l.Level == LevelNote { // 6A88 is no proof that there are none
				l.Level = LevelUnknown
			}
			out = append(out, l)
		}
		out = append(out, setLines(d)...)
	}
	if len(out) == 0 {
		return []GPLine{{Text: texts.Say("gp.answer.nobody"), Level: LevelUnknown}}
	}
	return append(out, GPLine{Text: texts.Say("gp.keys.others"), Level: LevelNote})
}

// setLines are the keys of a domain, those of one set and kind on one line.
func setLines(d globalplatform.Info) []GPLine {
	var out []GPLine
	for rest := d.Keys; len(rest) > 0; {
		k := rest[0]
		n := 1
		for n < len(rest) && rest[n].Version == k.Version && slices.Equal(rest[n].Components, k.Components) {
			n++
		}
		out = append(out, setLine(d, rest[:n]))
		rest = rest[n:]
	}
	return out
}

// setLine tells keys of one set and kind.
func setLine(d globalplatform.Info, keys []globalplatform.KeyInformation) GPLine {
	k := keys[0]
	var parts, ids []string
	for _, c := range k.Components {
		parts = append(parts, componentName(c))
	}
	for _, k := range keys {
		id := fmt.Sprintf("%02X", k.Identifier)
		if role := k.Role(); role != "" {
			id += " " + texts.Say("gp.key.role."+role)
		}
		ids = append(ids, id)
	}
	l := GPLine{
		Label: texts.Say("gp.label." + d.ID),
		Text:  texts.Say("gp.key", "version", versionWords(int(k.Version)), "ids", strings.Join(ids, ", "), "parts", strings.Join(parts, " + ")),
	}
	if use := k.Use(); use != "" {
		l.More = append(l.More, texts.Say("gp.key.use."+use))
	}
	if k.Weak() {
		l.Level = LevelLook
		l.More = append(l.More, texts.Say("gp.key.weak"))
	}
	return l
}

// chipLines are CPLC in words.
func (g GP) chipLines(now time.Time) []GPLine {
	var p *globalplatform.CPLC
	var out []GPLine
	for _, d := range g.Domains {
		if p = d.CPLC; p != nil {
			break
		}
		if l, is := missing(d, globalplatform.TagCPLC, "cplc"); is {
			out = append(out, l)
		}
	}
	if p == nil {
		return out
	}
	on := func(date globalplatform.Date) string {
		t, ok := date.Latest(now)
		if !ok {
			if _, _, is := date.Parts(); is || date == "0000" {
				return texts.Say("gp.date.none")
			}
			return texts.Say("gp.date.odd", "raw", string(date))
		}
		return texts.Say("gp.date", "date", t.Format(time.DateOnly), "before", t.Year()-10)
	}
	named := func(name, code string) string {
		if name == "" {
			return texts.Say("chip.maker", "code", code)
		}
		return name + " (" + code + ")"
	}
	say := func(label string, parts ...string) GPLine { return line(label, strings.Join(parts, ", ")) }
	return []GPLine{
		say("ic", named(p.Fabricator(), p.ICFabricator), texts.Say("gp.cplc.type", "type", p.ICType), on(p.ICFabrication)),
		say("serial", texts.Say("gp.cplc.serial", "serial", p.ICSerial, "batch", p.ICBatch)),
		say("os", named(p.System(), p.OSID), texts.Say("gp.cplc.release", "level", p.OSReleaseLevel), on(p.OSReleaseDate)),
		say("module", named("", p.ModuleFabricator), on(p.ModulePackaging)),
		say("icc", named("", p.ICCManufacturer), on(p.ICEmbedding)),
		say("preperso", named("", p.PrePersonalizer), texts.Say("gp.cplc.equipment", "id", p.PrePersoEquipment), on(p.PrePersoDate)),
		say("perso", named("", p.Personalizer), texts.Say("gp.cplc.equipment", "id", p.PersoEquipment), on(p.PersoDate)),
	}
}
