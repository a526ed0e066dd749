package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/globalplatform"
	"simscope/card/safe"
	"simscope/crypto/scp"
)

func flat(lines []GPLine, depth int) []string {
	var out []string
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%d %s", depth, strings.SplitN(l.Text, ":", 2)[0]))
		out = append(out, flat(l.Children, depth+1)...)
	}
	return out
}

// Entries stand below their domains; what names none, or goes in a circle,
// below the domain that was asked, and each is told once.
func TestRegistryTree(t *testing.T) {
	entry := func(kind globalplatform.Kind, aid, domain string) globalplatform.Entry {
		c := byte(0x07)
		return globalplatform.Entry{Kind: kind, AID: cardtest.Hex(aid), Domain: cardtest.Hex(domain), LifeCycle: &c, State: "selectable", Whole: true}
	}
	const isd, a, b, c = "A000000151000000", "F00000000A", "F00000000B", "F00000000C"
	all := []globalplatform.Entry{
		entry(globalplatform.KindIssuer, isd, isd),
		entry(globalplatform.KindDomain, a, b), entry(globalplatform.KindDomain, b, a), // each in the other
		entry(globalplatform.KindDomain, c, ""), entry(globalplatform.KindApplication, "F0000000C1", c),
		entry(globalplatform.KindApplication, "F000000001", "F0FFFFFFFF"), entry(globalplatform.KindDomain, c, c),
	}
	got := flat(registryTree(card.AID(cardtest.Hex(isd)), all), 0)
	if len(got) != len(all) || got[0] != "0 "+isd {
		t.Errorf("%q", got)
	}
	seen := map[string]int{}
	for _, s := range got {
		seen[s[2:]]++
	}
	if seen[a] != 1 || seen[b] != 1 || seen[c] != 2 || seen["F0000000C1"] != 1 || seen["F000000001"] != 1 {
		t.Errorf("%q", got)
	}
	// Without the domain that was asked nothing is lost either.
	if got := flat(registryTree("\xF0\x00\x00\x00\xFF", all[1:3]), 0); len(got) != 2 {
		t.Errorf("%q", got)
	}
	chain := []globalplatform.Entry{}
	for i := range 40 {
		chain = append(chain, entry(globalplatform.KindDomain, fmt.Sprintf("F0000001%02X", i), fmt.Sprintf("F0000001%02X", i-1+1-min(i, 1))))
	}
	if got := flat(registryTree("", chain), 0); len(got) == 0 || len(got) > len(chain) {
		t.Errorf("%d lines", len(got))
	}
}

// Every step at which a channel can end has its words, and none tells a key.
func TestChannelProblems(t *testing.T) {
	for _, step := range []globalplatform.Step{
		globalplatform.StepSelect, globalplatform.StepOffer, globalplatform.StepInitialize, globalplatform.StepResponse, globalplatform.StepKeys, globalplatform.StepCryptogram,
		globalplatform.StepExternal,
	} {
		for _, mistake := range []globalplatform.Mistake{
			"", globalplatform.MistakeENC, globalplatform.MistakeMAC, globalplatform.MistakeDEK, globalplatform.MistakeEMV, globalplatform.MistakeVISA2,
			globalplatform.MistakeKDF3, globalplatform.MistakeDirect, globalplatform.MistakeHalves,
		} {
			for _, cause := range []error{nil, scp.ErrKeySize, scp.ErrProtocol, scp.ErrLevel, scp.ErrResponse, globalplatform.ErrKDF, globalplatform.ErrKeyForm, errors.New("x")} {
				for _, sw := range []card.SW{0, 0x6A88, 0x6982, 0x6300} {
					p := Explain(&globalplatform.ChannelError{Step: step, SW: sw, Mistake: mistake, Err: cause, Asked: 1, Response: &scp.Response{Protocol: 2}}, "try")
					if s := p.String(); strings.ContainsAny(s, "<>{}") || !strings.HasPrefix(p.ID, "gp_") || p.Answer == "" {
						t.Fatalf("%s, %s: %+v", step, mistake, p)
					}
				}
			}
		}
	}
}

// Every identifier that a card can bring about has its words.
func TestGPWords(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	check := func(lines []GPLine) {
		t.Helper()
		for _, l := range lines {
			for _, s := range append(append([]string{}, l.More...), l.Label, l.Text, l.Short) {
				if strings.Contains(s, "<gp.") || strings.Contains(s, "<chip.") || strings.Contains(s, "{") {
					t.Errorf("%q", s)
				}
			}
		}
	}
	for id := range 256 {
		p := globalplatform.Protocol{ID: byte(id), Options: []byte{0x00, 0xFF, 0x15, 0x70}, Keys: 7}
		check([]GPLine{protocolLine(p)})
	}
	for i := range 256 {
		b := byte(i)
		for _, kind := range []globalplatform.Kind{globalplatform.KindIssuer, globalplatform.KindApplication, globalplatform.KindPackage} {
			raw := fmt.Sprintf("E3%02X4F05F0000000019F7001%02XC503%02X%02X%02XCF01%02X", 7+4+5+3, b, b, b, b, b)
			entries, _ := globalplatform.ParseStatus(cardtest.Hex(raw), kind)
			if len(entries) != 1 {
				t.Fatalf("%s: %+v", raw, entries)
			}
			check([]GPLine{entryLine(entries[0])})
		}
		for _, length := range []byte{0, 8, 16, 24, 32, 255} {
			keys, _ := globalplatform.ParseKeyInformation([]byte{0xC0, 4, 1, b, b, length})
			check(setLines(globalplatform.Info{ID: "isd", Keys: keys}))
		}
		rules, _ := globalplatform.ParseRules(cardtest.Hex(fmt.Sprintf("FF4013E211E1074F05F000000001E306D001%02XD101%02X", b, b)))
		for _, r := range rules {
			check([]GPLine{ruleLine(r)})
		}
	}
	for _, g := range []GP{
		{},
		{Master: globalplatform.Master{Found: true, Fault: globalplatform.ErrShortRules}},
		{Master: globalplatform.Master{Found: true, SW: 0x6985}},
		{Files: globalplatform.Files{Found: true, Stopped: "EF.ODF", SW: 0x6982}},
		{Files: globalplatform.Files{Found: true, Stopped: "EF.ODF"}},
		{Session: &GPSession{Registry: &globalplatform.Registry{Parts: []globalplatform.Part{{Asked: "packages", SW: "6982"}, {Asked: "issuer", SW: "6A88"}, {Asked: "applications", SW: "6310", Entries: []globalplatform.Entry{{Kind: globalplatform.KindDomain}}}}}}},
	} {
		for _, s := range g.Sections(now) {
			check(s.Lines)
		}
	}
}

// A card that was put in the place of the first is not asked with the keys of
// the first; the card that was meant is, whatever protocol it speaks.
func TestOpenDomainOtherCard(t *testing.T) {
	for _, name := range []string{"everyday", "dual"} {
		p := cards(t)
		c := opened(t, p, name, OpenOptions{})
		key, err := GPKey("ENC", safe.NewSecret([]byte("404142434445464748494A4B4C4D4E4F")))
		if err != nil {
			t.Fatal(err)
		}
		req := globalplatform.Request{Keys: globalplatform.One(key)}
		if _, err := c.OpenDomain(t.Context(), req, false); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		begun := func() (n int) {
			for _, s := range p.log() {
				if s.apdu[1] == card.InsInitUpdate || s.apdu[1] == 0x82 && s.apdu[0]&0x80 != 0 {
					n++
				}
			}
			return n
		}
		before, rows := begun(), len(c.Ops.Rows())
		p.set(func() {
			p.change = func(apdu, answer []byte) []byte {
				if apdu[1] == card.InsReadBinary && len(answer) == 12 {
					answer[9] ^= 0x10
				}
				return answer
			}
		})
		if _, err := c.OpenDomain(t.Context(), req, true); !errors.Is(err, card.ErrOtherCard) {
			t.Errorf("%s: %v", name, err)
		}
		if n := begun(); before != 2 || n != before || len(c.Ops.Rows()) != rows {
			t.Errorf("%s: %d commands that count, then %d", name, before, n)
		}
	}
}

// Keys of DES are spoken of by their length, whichever of its types they have;
// of one whose length says nothing the type is told.
func TestKeyComponentWords(t *testing.T) {
	for typ, c := range map[string]globalplatform.KeyComponent{
		"single DES (8 bytes)":          {Type: "triple_des_cbc", TypeByte: 0x82, Length: 8},
		"3DES with two keys (16 bytes)": {Type: "triple_des_cbc", TypeByte: 0x82, Length: 16},
		"3DES with three keys (24 byte": {Type: "des_ecb", TypeByte: 0x83, Length: 24},
		"TRIPLE DES":                    {Type: "triple_des", TypeByte: 0x81, Length: 0},
	} {
		if s := componentName(c); !strings.HasPrefix(s, typ) {
			t.Errorf("%+v: %s", c, s)
		}
	}
}

// What is typed for a key is named where it does not fit, told in no error and
// overwritten.
func TestGPKey(t *testing.T) {
	for typed, want := range map[string]string{
		"":                                 "MAC has 0 bytes, not 16, 24 or 32 bytes",
		"4041":                             "MAC has 2 bytes, not 16, 24 or 32 bytes",
		strings.Repeat("4", 31):            "MAC has an odd number of hex digits",
		strings.Repeat("4", 66):            "MAC has 33 bytes",
		"4041 " + strings.Repeat("4", 27):  "MAC has spaces in it",
		strings.Repeat("g", 32):            "MAC is not written in hex digits",
		"\u00e4" + strings.Repeat("4", 30): "MAC is not written in hex digits",
	} {
		in := []byte(typed)
		_, err := GPKey("MAC", safe.NewSecret(in))
		p := Explain(err, "")
		if p.ID != "gp_keys" || !strings.Contains(p.Answer, want) || len(typed) > 1 && strings.Contains(p.String(), typed) {
			t.Errorf("%q: %+v, want %q", typed, p, want)
		}
		for _, b := range in {
			if b != 0 {
				t.Fatalf("%q is left", typed)
			}
		}
	}
	for _, size := range globalplatform.KeySizes {
		if key, err := GPKey("ENC", safe.NewSecret([]byte(strings.Repeat("aF", size)))); err != nil || key.Len() != size {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// TestSignatureWords: every state of a signature has a sentence, and none says
// valid that is not.
func TestSignatureWords(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range []globalplatform.Signature{
		{},
		{State: globalplatform.SignatureValid},
		{State: globalplatform.SignatureValid, Own: true},
		{State: globalplatform.SignatureInvalid},
		{State: globalplatform.SignatureInvalid, Own: true},
		{State: globalplatform.SignatureUnchecked, Why: "no_issuer"},
		{State: globalplatform.SignatureUnchecked, Why: "recovery"},
		{State: globalplatform.SignatureUnchecked, Why: "curve", What: "brainpoolP256r1"},
		{State: globalplatform.SignatureUnchecked, Why: "algorithm", What: "RSA with SHA-1"},
		{State: globalplatform.SignatureUnchecked, Why: "form"},
		{State: globalplatform.SignatureUnchecked, Why: "unknown"},
	} {
		words := SignatureWords(s)
		if seen[words] || strings.Contains(words, "gp.") || strings.Contains(words, "{") || strings.Contains(words, "is valid") != (s.State == globalplatform.SignatureValid) {
			t.Errorf("%+v: %q", s, words)
		}
		if s.What != "" && !strings.Contains(words, s.What) {
			t.Errorf("%+v: %q", s, words)
		}
		seen[words] = true
	}
	l := certificateLine("isd", globalplatform.Certificate{Format: globalplatform.FormatX509, Whole: true, Signature: globalplatform.Signature{State: globalplatform.SignatureInvalid}})
	if l.Level != LevelLook {
		t.Errorf("%+v", l)
	}
}
