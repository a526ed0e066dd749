package pins

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/virtual"
)

// Secrets that stand nowhere but where they are typed.
const (
	canaryPIN = "83617294"
	canaryNew = "60495173"
	canaryPUK = "29418376"
	canaryBad = "51937046"
	canaryKey = "C49A1E7703B8D265"
)

func pasted(s string) tea.Msg { return tea.PasteMsg{Content: s} }

// leaks are the ways in which a secret could be written.
func leaks(s string) []string {
	dec := strings.Trim(fmt.Sprint([]byte(s)), "[]")
	h := hex.EncodeToString([]byte(s))
	spaced := fmt.Sprintf("% x", s)
	all := []string{s, s[:4] + " " + s[4:], dec, h, spaced}
	if b, err := hex.DecodeString(s); err == nil && len(s) == 16 {
		all = append(all, fmt.Sprintf("% x", b), strings.Trim(fmt.Sprint(b), "[]"))
	}
	return all
}

func findLeak(text string) string {
	text = strings.ToLower(text)
	for _, s := range []string{canaryPIN, canaryNew, canaryPUK, canaryBad, canaryKey} {
		for _, l := range leaks(s) {
			if strings.Contains(text, strings.ToLower(l)) {
				return l
			}
		}
	}
	return ""
}

func canaryCard(img *virtual.Image) {
	edit(virtual.RefPIN1, func(p *virtual.PIN) {
		p.Value, p.Unblock = safe.NewSecret([]byte(canaryPIN)), safe.NewSecret([]byte(canaryPUK))
	})(img)
	edit(virtual.RefADM1, func(p *virtual.PIN) {
		b, _ := hex.DecodeString(canaryKey)
		p.Value = safe.NewSecret(b)
	})(img)
}

// TestCanary goes through every operation with secrets that are searched for
// in every picture, message, print of the state and row of the log.
func TestCanary(t *testing.T) {
	r := newRig(t, "everyday", canaryCard)
	go1 := func(verb, keys string) {
		t.Helper()
		r.do(verb)
		r.keys(keys)
		r.result()
		r.keys("<enter>")
	}
	twice := canaryNew + "<enter>" + canaryNew + "<enter>"
	go1("pins.verify", canaryBad+"<enter><enter>")
	go1("pins.verify", canaryPIN+"<enter><enter>")
	go1("pins.change", "<enter>"+canaryPIN+"<enter>"+twice+"<enter>")
	go1("pins.toggle", "<enter>"+canaryNew+"<enter><tab><enter>")
	go1("pins.toggle", "<enter>"+canaryNew+"<enter><enter>")
	go1("pins.unblock", "<enter>"+canaryPUK+"<enter>"+twice+"<tab><enter>")
	r.m.table.Select("0A/")
	go1("pins.verify", canaryKey+"<enter><enter>")
	r.tap.lose = func(byte) (bool, error) { return true, &card.TransportError{Kind: card.KindMute, Op: "transmit"} }
	go1("pins.verify", canaryKey+"<enter><enter>")
	if r.tap.all() != 8 {
		t.Fatalf("%d commands: the way has changed", r.tap.all())
	}
	for i := range r.env.Hub.Log.Len() {
		e, _ := r.env.Hub.Log.At(i)
		fmt.Fprintf(&r.seen, "%+v % X %X\n", e, e.Command, e.Response)
	}
	fmt.Fprintf(&r.seen, "%+v %#v", r.env.Card.Ops, r.env.PINs)
	if l := findLeak(r.seen.String()); l != "" {
		at := strings.Index(strings.ToLower(r.seen.String()), strings.ToLower(l))
		t.Errorf("%q is in: %.300s", l, r.seen.String()[max(at-200, 0):])
	}
	if findLeak("x"+canaryPUK) == "" || findLeak(hex.EncodeToString([]byte(canaryNew))) == "" {
		t.Error("the search finds nothing")
	}
}

func TestNoSecretInGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if l := findLeak(string(b)); l != "" {
			t.Errorf("%s has %q", f, l)
		}
	}
}
