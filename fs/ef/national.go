package ef

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// gsmTables are the two tables by which septets of a message are read: the one
// that is locked, and the one that an escape shifts to for one character (TS
// 23.038 clause 6.2.1.2). A code without a character is 0.
type gsmTables struct {
	locking *[128]rune
	single  *[128]rune
}

// defaultTables are those of TS 23.038 clause 6.2.1.
var defaultTables = gsmTables{lockingTable(gsmAlphabet), singleTable(nil)}

// National language identifiers (TS 23.038 clause 6.2.1.2.4).
const (
	langTurkish    = 0x01
	langSpanish    = 0x02
	langPortuguese = 0x03
	langBengali    = 0x04
	langGujarati   = 0x05
	langHindi      = 0x06
	langKannada    = 0x07
	langMalayalam  = 0x08
	langOriya      = 0x09
	langPunjabi    = 0x0A
	langTamil      = 0x0B
	langTelugu     = 0x0C
	langUrdu       = 0x0D
)

// lockingTables are the national language locking shift tables of TS 23.038
// annex A.3; Spanish has none.
var lockingTables = sync.OnceValue(func() map[byte]*[128]rune {
	out := map[byte]*[128]rune{
		langTurkish:    lockingTable([]rune(turkishLocking)),
		langPortuguese: lockingTable([]rune(portugueseLocking)),
		langUrdu:       blockTable([]rune(urduLocking)),
	}
	for _, s := range indicScripts {
		out[s.language] = blockTable(s.locking())
	}
	return out
})

// singleTables are the national language single shift tables of TS 23.038
// annex A.2.
var singleTables = sync.OnceValue(func() map[byte]*[128]rune {
	out := map[byte]*[128]rune{}
	for language, more := range singleShifts {
		out[language] = singleTable(more)
	}
	for language, script := range scriptShifts {
		out[language] = singleTable(scriptShift(script))
	}
	return out
})

// The tables of languages in Latin letters, by code.
const (
	turkishLocking = "@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bŞşßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"İABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§çabcdefghijklmnopqrstuvwxyzäöñüà"
	portugueseLocking = "@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\x1bÂâÊÉ !\"#º%&'()*+,-./0123456789:;<=>?" +
		"ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§~abcdefghijklmnopqrstuvwxyzãõ`üà"
)

// singleShifts are what the single shift tables of languages in Latin letters
// have beside the default extension table, or instead of it.
var singleShifts = map[byte]map[byte]rune{
	langTurkish: {0x47: 'Ğ', 0x49: 'İ', 0x53: 'Ş', 0x63: 'ç', 0x67: 'ğ', 0x69: 'ı', 0x73: 'ş'},
	langSpanish: {
		0x09: 'ç', 0x41: 'Á', 0x49: 'Í', 0x4F: 'Ó', 0x55: 'Ú', 0x61: 'á', 0x69: 'í', 0x6F: 'ó', 0x75: 'ú',
	},
	langPortuguese: {
		0x05: 'ê', 0x09: 'ç', 0x0B: 'Ô', 0x0C: 'ô', 0x0E: 'Á', 0x0F: 'á', 0x12: 'Φ', 0x13: 'Γ', 0x15: 'Ω', 0x16: 'Π',
		0x17: 'Ψ', 0x18: 'Σ', 0x19: 'Θ', 0x1F: 'Ê', 0x41: 'À', 0x49: 'Í', 0x4F: 'Ó', 0x55: 'Ú', 0x5B: 'Ã', 0x5C: 'Õ',
		0x61: 'Â', 0x69: 'í', 0x6F: 'ó', 0x75: 'ú', 0x7B: 'ã', 0x7C: 'õ', 0x7F: 'â',
	},
}

// blockFrame is what the locking tables of all other scripts have in common; a
// blank, but at 20, is a place for a character of the script.
const blockFrame = "          \n  \r             \x1b     !      )(  , . 0123456789:;   ?" +
	"                                 abcdefghijklmnopqrstuvwxyz     "

// urduLocking is what stands at the places of blockFrame for Urdu.
const urduLocking = "\u0627\u0622\u0628\u067b\u0680\u067e\u06a6\u062a\u06c2\u067f\u0679\u067d\u067a\u067c" +
	"\u062b\u062c\u0681\u0684\u0683\u0685\u0686\u0687\u062d\u062e\u062f\u068c\u0688\u0689\u068a" +
	"\u068f\u068d\u0630\u0631\u0691\u0693\u0699\u0632\u0696\u0698\u069a\u0633\u0634" +
	"\u0635\u0636\u0637\u0638\u0639\u0641\u0642\u06a9\u06aa\u06ab\u06af\u06b3\u06b1\u0644\u0645\u0646" +
	"\u06ba\u06bb\u06bc\u0648\u06c4\u06d5\u06c1\u06be\u0621\u06cc\u06d0\u06d2\u064d\u0650\u064f\u0657" +
	"\u0654\u0655\u0651\u0653\u0656\u0670"

// indicPlaces are the places of blockFrame but the last six for the scripts of
// India: ranges of offsets in the script's block of Unicode, which is laid out
// alike for all of them.
var indicPlaces = [][2]rune{{0x01, 0x03}, {0x05, 0x39}, {0x3C, 0x4D}}

// indicScript is a script of India: its block of Unicode, the offsets of
// indicPlaces at which its table has nothing, and what stands at the last six
// places.
type indicScript struct {
	language byte
	block    rune
	without  string
	last     string
}

var indicScripts = []indicScript{
	{langBengali, 0x0980, "\x0d\x0e\x11\x12\x29\x31\x33\x34\x35\x45\x46\x49\x4a", "\u09ce\u09d7\u09dc\u09dd\u09f0\u09f1"},
	{langGujarati, 0x0A80, "\x0e\x12\x29\x31\x34\x46\x4a", "\u0ad0\u0ae0\u0ae1\u0ae2\u0ae3\u0af1"},
	{langHindi, 0x0900, "", "\u0950\u0972\u097b\u097c\u097e\u097f"},
	{langKannada, 0x0C80, "\x01\x0d\x11\x29\x34\x45\x49", "\u0cd5\u0cd6\u0ce0\u0ce1\u0ce2\u0ce3"},
	{langMalayalam, 0x0D00, "\x01\x0d\x11\x29\x3c\x45\x49", "\u0d57\u0d60\u0d61\u0d62\u0d63\u0d79"},
	{langOriya, 0x0B00, "\x0d\x0e\x11\x12\x29\x31\x34\x45\x46\x49\x4a", "\u0b56\u0b57\u0b60\u0b61\u0b62\u0b63"},
	{langPunjabi, 0x0A00, "\x0b\x0c\x0d\x0e\x11\x12\x29\x31\x34\x37\x3d\x43\x44\x45\x46\x49\x4a", "\u0a51\u0a70\u0a71\u0a72\u0a73\u0a74"},
	{
		langTamil, 0x0B80, "\x01\x0b\x0c\x0d\x11\x16\x17\x18\x1b\x1d\x20\x21\x22\x25\x26\x27\x2b\x2c\x2d\x3c\x3d\x43\x44\x45\x49",
		"\u0bd0\u0bd7\u0bf0\u0bf1\u0bf2\u0bf9",
	},
	{langTelugu, 0x0C00, "\x0d\x11\x29\x34\x3c\x45\x49", "\u0c55\u0c56\u0c60\u0c61\u0c62\u0c63"},
}

// locking is what stands at the places of blockFrame, 0 for nothing.
func (s indicScript) locking() []rune {
	var out []rune
	for _, r := range indicPlaces {
		for c := r[0]; c <= r[1]; c++ {
			if strings.ContainsRune(s.without, c) {
				out = append(out, 0)
			} else {
				out = append(out, s.block+c)
			}
		}
	}
	return append(out, []rune(s.last)...)
}

// shiftFrame is what the single shift tables of the same scripts begin with.
const shiftFrame = "@£$¥¿\"¤%&'\f*+ -/<=>¡^¡_#*"

// scriptShifts are what these tables have of the script, from 19 on; a blank
// is nothing. The places of the default extension table are left out.
var scriptShifts = map[byte]string{
	langBengali: "\u09e6\u09e7\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef\u09df\u09e0\u09e1\u09e2" +
		"\u09e3\u09f2\u09f3\u09f4\u09f5\u09f6\u09f7\u09f8\u09f9\u09fa",
	langGujarati: "\u0964\u0965\u0ae6\u0ae7\u0ae8\u0ae9\u0aea\u0aeb\u0aec\u0aed\u0aee\u0aef",
	langHindi: "\u0964\u0965\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f\u0951\u0952" +
		"\u0953\u0954\u0958\u0959\u095a\u095b\u095c\u095d\u095e\u095f\u0960\u0961\u0962\u0963\u0970\u0971",
	langKannada: "\u0964\u0965\u0ce6\u0ce7\u0ce8\u0ce9\u0cea\u0ceb\u0cec\u0ced\u0cee\u0cef\u0cde\u0cf1\u0cf2",
	langMalayalam: "\u0964\u0965\u0d66\u0d67\u0d68\u0d69\u0d6a\u0d6b\u0d6c\u0d6d\u0d6e\u0d6f\u0d70\u0d71" +
		"\u0d72\u0d73\u0d74\u0d75\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f",
	langOriya:   "\u0964\u0965\u0b66\u0b67\u0b68\u0b69\u0b6a\u0b6b\u0b6c\u0b6d\u0b6e\u0b6f\u0b5c\u0b5d\u0b5f\u0b70\u0b71",
	langPunjabi: "\u0964\u0965\u0a66\u0a67\u0a68\u0a69\u0a6a\u0a6b\u0a6c\u0a6d\u0a6e\u0a6f\u0a59\u0a5a\u0a5b\u0a5c\u0a5e\u0a75",
	langTamil: "\u0964\u0965\u0be6\u0be7\u0be8\u0be9\u0bea\u0beb\u0bec\u0bed\u0bee\u0bef\u0bf3\u0bf4" +
		"\u0bf5\u0bf6\u0bf7\u0bf8\u0bfa",
	langTelugu: "  \u0c66\u0c67\u0c68\u0c69\u0c6a\u0c6b\u0c6c\u0c6d\u0c6e\u0c6f\u0c58\u0c59" +
		"\u0c78\u0c79\u0c7a\u0c7b\u0c7c\u0c7d\u0c7e\u0c7f",
	langUrdu: "\u0600\u0601\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u060c\u060d" +
		"\u060e\u060f\u0610\u0611\u0612\u0613\u0614\u061b\u061f\u0640\u0652\u0658\u066b\u066c\u0672\u0673\u06cd\u06d4",
}

// lockingTable is a table whose characters are given one a code.
func lockingTable(runes []rune) *[128]rune {
	var t [128]rune
	copy(t[:], runes)
	t[gsmEscape] = 0
	return &t
}

// blockTable puts characters at the places of blockFrame.
func blockTable(runes []rune) *[128]rune {
	t := lockingTable([]rune(blockFrame))
	for c := range t {
		if t[c] != ' ' || c == 0x20 {
			continue
		}
		t[c], runes = runes[0], runes[1:]
	}
	return t
}

// singleTable is the default extension table with more or other characters.
func singleTable(more map[byte]rune) *[128]rune {
	var t [128]rune
	for c, r := range gsmExtension {
		t[c] = r
	}
	for c, r := range more {
		t[c] = r
	}
	return &t
}

// scriptShift is what the single shift table of a script that is not Latin has
// beside the default extension table: signs, the script's own, A to Z.
func scriptShift(script string) map[byte]rune {
	out := map[byte]rune{}
	c := byte(0)
	for _, r := range shiftFrame {
		if c != 0x0D { // a control that is reserved
			out[c] = r
		}
		c++
	}
	for _, r := range script {
		for c == gsmEscape || gsmExtension[c] != 0 {
			c++
		}
		if r != ' ' {
			out[c] = r
		}
		c++
	}
	for c := byte('A'); c <= 'Z'; c++ {
		out[c] = rune(c)
	}
	return out
}

// text decodes septets, one a byte. An escape at the end or to nothing, a code
// without a character and a byte above 7F are U+FFFD.
func (g gsmTables) text(b []byte) (string, []gsmFault) {
	out := make([]rune, 0, len(b))
	var bad []gsmFault
	for i := 0; i < len(b); i++ {
		at, fault := i, "alpha.empty"
		r := rune(0)
		switch c := b[i]; {
		case c > 0x7F:
			fault = "alpha.bit8"
		case c != gsmEscape:
			r = g.locking[c]
		default:
			fault = "alpha.escape"
			if i++; i < len(b) && b[i] <= 0x7F {
				r = g.single[b[i]]
			}
		}
		if r == 0 {
			r = utf8.RuneError
			bad = append(bad, gsmFault{fault, at})
		}
		out = append(out, r)
	}
	return string(out), bad
}

// bytes codes text, a byte a septet; ok is false when a character is in
// neither table.
func (g gsmTables) bytes(text string) (out []byte, ok bool) {
	for _, r := range text {
		if c, ok := codeOf(g.locking, r); ok {
			out = append(out, c)
		} else if c, ok := codeOf(g.single, r); ok {
			out = append(out, gsmEscape, c)
		} else {
			return nil, false
		}
	}
	return out, true
}

func codeOf(t *[128]rune, r rune) (byte, bool) {
	for c, have := range t {
		if have == r && r != 0 {
			return byte(c), true
		}
	}
	return 0, false
}

// Information elements of a user data header that choose the tables (TS 23.040
// clauses 9.2.3.24.15 and 9.2.3.24.16).
const (
	ieiSingleShift  = 0x24
	ieiLockingShift = 0x25
)

// choose takes the table that an information element names; known is false
// where there is none of that name.
func (g *gsmTables) choose(e Element) (known bool) {
	if len(e.Data) != 1 {
		return false
	}
	table, into := singleTables()[e.Data[0]], &g.single
	if e.ID == ieiLockingShift {
		table, into = lockingTables()[e.Data[0]], &g.locking
	}
	if table == nil {
		return false
	}
	*into = table
	return true
}

// tablesOf are the tables that a header asks for; known is false where one is
// not known.
func tablesOf(header []Element) (g gsmTables, known bool) {
	g, known = defaultTables, true
	for _, e := range header {
		if e.ID == ieiSingleShift || e.ID == ieiLockingShift {
			known = g.choose(e) && known
		}
	}
	return g, known
}
