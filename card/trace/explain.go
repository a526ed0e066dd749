package trace

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
)

// Line is one exchange in words.
type Line struct {
	Title    string // "SELECT ADF.USIM/EF.IMSI"
	Bytes    string // the command in hex pairs, withheld runs as four dots
	Response string // likewise, without the status word
	SW       string // "9000", empty when no answer came
	SWText   string // "done"
	Class    Class
	Detail   []Field // nil from Summary
}

// Field is a part of a command or response, for the details view.
type Field struct {
	Name, Value string
	// Response tells which side the bytes lie in. The status word lies
	// right behind the last byte of the response data.
	Response bool
	Off, Len int // Len 0: a remark without bytes
	Hidden   bool
	Sub      []Field
}

// A Namer gives a file's name from the application down, "ADF.USIM/EF.IMSI".
// Nil names files by their identifiers.
type Namer func(card.Path) string

func (n Namer) of(p card.Path) string {
	if n == nil {
		return p.String()
	}
	return safe.Text(n(p))
}

func (n Namer) leaf(p card.Path) string {
	s := n.of(p)
	return s[strings.LastIndexByte(s, '/')+1:]
}

// Summary is Explain without the details, for lists.
func Summary(e card.Exchange, name Namer) Line {
	e = Redact(e)
	l := Line{
		Title:    title(e, name),
		Bytes:    HexText(e, false, 0, len(e.Command)),
		Response: HexText(e, true, 0, len(e.Response)),
	}
	l.SWText, l.Class = status(e)
	if e.SW != 0 {
		l.SW = e.SW.String()
	}
	return l
}

// Explain puts an exchange into words. Withheld bytes appear in no part of
// the result.
func Explain(e card.Exchange, name Namer) Line {
	e = Redact(e)
	l := Summary(e, name)
	l.Detail = details(e, name)
	return l
}

// status is the right side of a row: what came back, in words.
func status(e card.Exchange) (string, Class) {
	switch {
	case e.Err != "":
		return errText(e.Err), ClassBad
	case e.Kind == card.ExchangeReset:
		return texts.Say("trace.reset.done"), ClassNone
	case e.Kind == card.ExchangeNote:
		return "", ClassNone
	case e.SW == 0:
		return texts.Say("trace.lost"), ClassBad
	case len(e.Command) < 4:
		s := general(e.SW)
		return s.Text, s.Class
	}
	s := meaning(headerOf(e.Command), e.SW)
	return s.Text, s.Class
}

// errText says a transport error's identifier in words, or shows it as it is
// where it came from elsewhere.
func errText(id string) string {
	if texts.Has("trace.err." + id) {
		return texts.Say("trace.err." + id)
	}
	return texts.Say("trace.err.other", "id", safe.Text(id))
}

// title names the command and the file or secret it is about.
func title(e card.Exchange, name Namer) string {
	switch e.Kind {
	case card.ExchangeReset:
		return texts.Say("trace.title.reset")
	case card.ExchangeNote:
		if texts.Has(e.Note) {
			return texts.Say(e.Note)
		}
		return safe.Text(e.Note)
	}
	if len(e.Command) < 4 {
		return texts.Say("trace.title.short", "n", len(e.Command))
	}
	h := headerOf(e.Command)
	verb, _ := h.name()
	object := ""
	if h.namesFile() && e.HasFile {
		object = name.leaf(e.File)
		if h.ins == card.InsSelect {
			object = name.of(e.File)
		}
	} else if h.ins == card.InsSelect && h.group() != "prop" {
		object = selectTarget(h, e)
	}
	return h.join(verb, object)
}

// selectTarget is what a SELECT asks for where the session names no file.
func selectTarget(h header, e card.Exchange) string {
	l := layoutOf(e.Command)
	text := strings.ReplaceAll(HexText(e, false, l.dataOff, l.dataLen), " ", "")
	if h.p1 == 0x08 || h.p1 == 0x09 {
		var parts []string
		for len(text) > 4 {
			parts, text = append(parts, text[:4]), text[4:]
		}
		return strings.Join(append(parts, text), "/")
	}
	return text
}

// namesFile reports whether the command is about the file it touches.
func (h header) namesFile() bool {
	switch h.group() {
	case "vendor":
		return false
	case "prop":
		switch h.ins {
		case card.InsRetrieveData, card.InsSetData, card.InsIncrease, card.InsStatus, 0xD4:
			return !h.listsRegistry()
		}
		return false
	}
	switch h.ins {
	case card.InsSelect, card.InsReadBinary, card.InsReadRecord, card.InsUpdateBinary, card.InsUpdateRecord,
		card.InsSearchRecord, card.InsActivate, card.InsDeactivate, card.InsIncrease,
		0xB1, 0xB3, 0xD7, 0xDD, 0xD0, 0xD2, 0xE2:
		return true
	}
	return h.group() == "gsm" && h.ins == card.InsStatus
}

// join makes the title of verb, object and the one parameter that tells rows
// apart.
func (h header) join(verb, object string) string {
	if g := h.group(); g != "vendor" {
		if g != "prop" && isPIN(h.ins) {
			pin := PINName(h.cla, h.p2, h.ins == card.InsUnblockPIN)
			verb = strings.TrimSuffix(strings.TrimSuffix(verb, " PIN"), " CHV")
			if h.empty && g == "iso" && (h.ins == card.InsVerify || h.ins == card.InsUnblockPIN) {
				return texts.Say("trace.title.query", "verb", verb, "pin", pin)
			}
			return verb + " " + pin
		}
		object = strings.TrimSpace(object + " " + h.detailOf())
	}
	return strings.TrimSpace(verb + " " + object)
}

func (h header) detailOf() string {
	sfi := ""
	if n := h.sfi(); n != 0 {
		sfi = texts.Say("trace.title.sfi", "sfi", fmt.Sprintf("%02X", n)) + " "
	}
	if h.group() == "prop" {
		if isDataObject(h.ins) && h.p2&blockMask != blockFirst {
			return sfi + lookup(blockP2, h.p2)
		}
		if h.ins == card.InsGetIdentity {
			return lookup(identityP2, h.p2)
		}
		return sfi
	}
	switch h.ins {
	case card.InsReadBinary, card.InsUpdateBinary:
		if _, off := h.offset(); off > 0 {
			return sfi + texts.Say("trace.title.offset", "off", off)
		}
	case card.InsReadRecord, card.InsUpdateRecord:
		if h.p1 != 0 {
			return sfi + texts.Say("trace.title.record", "n", h.p1)
		}
		return sfi + lookup(recordMode, h.p2)
	case card.InsManageChannel:
		if h.p1 == 0x80 {
			return texts.Say("trace.title.close", "n", h.p2)
		}
		return texts.Say("trace.title.open")
	case card.InsAuthenticate:
		if h.group() == "iso" {
			return lookup(authP2, h.p2)
		}
	}
	return sfi
}

// className says what a class byte means.
func className(cla byte) string {
	c := card.ClassOf(cla)
	if c.GSM {
		return texts.Say("trace.cla.gsm")
	}
	id := "trace.cla.iso"
	if c.Proprietary {
		id = "trace.cla.prop"
	}
	s := texts.Say(id, "ch", c.Channel)
	if c.Secure {
		s += ", " + texts.Say("trace.cla.secure")
	}
	if c.Chained {
		s += ", " + texts.Say("trace.cla.chained")
	}
	return s
}

func withCode(v byte, words string) string {
	if words == "" {
		return fmt.Sprintf("%02X", v)
	}
	return fmt.Sprintf("%02X  %s", v, words)
}
