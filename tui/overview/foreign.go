package overview

import (
	"fmt"

	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/ui"
)

// foreign are the rows of a card that is no SIM: what it answers to, and its
// ATR byte by byte.
func (k *known) foreign() []row {
	out := []row{{
		id: "card", label: label("card"),
		all: append([]group{{say(texts.Say("tui.kind." + k.files.Nature().String()))}}, k.chip()...),
	}}
	for i, a := range k.id.Apps {
		r := row{id: "app." + a.AID, copy: a.AID, all: []group{{say(safe.Text(a.Title))}, {muted(a.AID)}}}
		if a.Title == "" {
			r.all = r.all[1:]
		}
		if i == 0 {
			r.label = label("answers")
		}
		out = append(out, r)
	}
	if len(k.id.Apps) == 0 {
		out = append(out, row{id: "apps", label: label("answers"), all: []group{{muted(texts.Say("overview.no_apps"))}}})
	}
	out = append(out, k.chipRows()...)
	hist := historical(k.atr.Historical)
	h := 0
	for i, b := range k.atr.Bytes {
		words := texts.Say("atr."+b.ID, b.Args...)
		if b.ID == "historical" && h < len(hist) {
			words = hist[h]
			h++
		}
		r := row{
			id:   fmt.Sprint("atr.", i),
			copy: fmt.Sprintf("% X", k.atr.Raw),
			all:  []group{{word{tok: ui.Muted, text: b.Name, pad: 4}, say(fmt.Sprintf("%02X", b.Value)), word{text: words, tok: ui.Text}}},
		}
		if i == 0 {
			r.label = label("atr")
		}
		out = append(out, r)
	}
	return out
}

// historical says for each historical byte of an ATR what it is (ISO/IEC
// 7816-4 clause 8.1.1): a category, then objects of a tag and a length in one
// byte. What follows no known category is the maker's own.
func historical(b []byte) []string {
	out := make([]string, 0, len(b))
	if len(b) == 0 {
		return nil
	}
	cat := texts.Maybe(fmt.Sprintf("overview.hist.category.%02X", b[0]))
	if cat == "" {
		for _, x := range b {
			out = append(out, own(x))
		}
		return out
	}
	out = append(out, cat)
	rest := b[1:]
	var status []byte
	if b[0] == 0x00 && len(rest) >= 3 {
		rest, status = rest[:len(rest)-3], rest[len(rest)-3:]
	}
	if b[0] == 0x10 {
		for range rest {
			out = append(out, texts.Say("overview.hist.dir"))
		}
		return out
	}
	for len(rest) > 0 {
		tag, n := rest[0]>>4, int(rest[0]&0x0F)
		name := texts.Maybe(fmt.Sprintf("overview.hist.%X", tag))
		if name == "" {
			name = texts.Say("overview.hist.unknown")
		}
		out = append(out, texts.Say("overview.hist.object", "name", name, "n", n))
		n = min(n, len(rest)-1)
		for i, x := range rest[1 : 1+n] {
			out = append(out, objectByte(tag, i, x))
		}
		rest = rest[1+n:]
	}
	for i := range status {
		out = append(out, texts.Say(fmt.Sprint("overview.hist.status", i)))
	}
	return out
}

// objectByte says what byte i of an object is.
func objectByte(tag byte, i int, x byte) string {
	if tag != 3 || i > 0 {
		return own(x)
	}
	s := texts.Say("overview.hist.mf")
	if x&1 != 0 {
		s = texts.Say("overview.hist.no_mf")
	}
	for bit := 7; bit >= 4; bit-- {
		if x&(1<<bit) != 0 {
			s += texts.Say(fmt.Sprint("overview.hist.service", bit+1))
		}
	}
	return s
}

// own is a byte without a meaning of its own, as the letter it may be.
func own(x byte) string {
	if x >= '0' && x <= '9' || x >= 'A' && x <= 'Z' || x >= 'a' && x <= 'z' {
		return texts.Say("overview.hist.letter", "letter", string(rune(x)))
	}
	return texts.Say("overview.hist.value")
}
