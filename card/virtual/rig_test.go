package virtual

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/tlv"
)

// rig is a powered card and what a test says to it.
type rig struct {
	*testing.T
	card *Card
}

func plug(t *testing.T, id string, change func(*Image), o Options) *rig {
	t.Helper()
	img, err := OpenBuiltin(id)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(img)
	}
	c, err := New(img, o)
	if err != nil {
		t.Fatal(err)
	}
	c.PowerOn()
	return &rig{t, c}
}

func everyday(t *testing.T) *rig { t.Helper(); return plug(t, "everyday", nil, Options{}) }

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// raw sends one APDU and returns the answer as hex.
func (r *rig) raw(apdu string) string {
	r.Helper()
	return strings.ToUpper(hex.EncodeToString(r.card.Process(unhex(r.T, apdu))))
}

// want sends one APDU and compares the whole answer.
func (r *rig) want(apdu, answer string) {
	r.Helper()
	answer = strings.ReplaceAll(answer, " ", "")
	if got := r.raw(apdu); got != answer {
		r.Errorf("%s answers %s, want %s", apdu, got, answer)
	}
}

// do sends an APDU, follows 61xx, 9Fxx, 6Cxx and 67xx once each and returns
// data and the last status word.
func (r *rig) do(apdu string) ([]byte, card.SW) {
	r.Helper()
	b := unhex(r.T, apdu)
	a := r.card.Process(b)
	sw := swOf(a)
	if s1 := sw.SW1(); (s1 == 0x6C || s1 == 0x67 && sw.SW2() != 0) && len(b) == 5 {
		b[4] = sw.SW2()
		a = r.card.Process(b)
		sw = swOf(a)
	}
	data := bytes.Clone(a[:len(a)-2])
	for sw.SW1() == 0x61 || sw.SW1() == 0x9F {
		cla := b[0]
		a = r.card.Process([]byte{cla, 0xC0, 0, 0, sw.SW2()})
		data = append(data, a[:len(a)-2]...)
		sw = swOf(a)
	}
	return data, sw
}

func swOf(a []byte) card.SW { return card.SW(a[len(a)-2])<<8 | card.SW(a[len(a)-1]) }

// ok is do for a command that must end in 9000.
func (r *rig) ok(apdu string) []byte {
	r.Helper()
	data, sw := r.do(apdu)
	if sw != card.SWDone {
		r.Fatalf("%s ends in %s", apdu, sw)
	}
	return data
}

// fails is do for a command that must end in a status word.
func (r *rig) fails(apdu string, want card.SW) {
	r.Helper()
	if _, sw := r.do(apdu); sw != want {
		r.Errorf("%s ends in %s, want %s", apdu, sw, want)
	}
}

// gives is ok with the data compared.
func (r *rig) gives(apdu, want string) {
	r.Helper()
	want = strings.ReplaceAll(want, " ", "")
	if got := strings.ToUpper(hex.EncodeToString(r.ok(apdu))); got != want {
		r.Errorf("%s gives %s, want %s", apdu, got, want)
	}
}

// usim selects the first USIM.
func (r *rig) usim() {
	r.Helper()
	r.ok("00A4040407A0000000871002")
}

// pin1 verifies PIN1.
func (r *rig) pin1() {
	r.Helper()
	r.ok("0020000108" + pinHex("1234"))
}

func (r *rig) adm() {
	r.Helper()
	r.ok("0020000A08 9F1C20D47A3B55E8")
}

// pinHex is digits as a padded PIN.
func pinHex(digits string) string {
	return hex.EncodeToString([]byte(digits)) + strings.Repeat("FF", 8-len(digits))
}

// verify is a VERIFY for reference ref with digits.
func verify(ref byte, digits string) string {
	return fmt.Sprintf("002000%02X08%s", ref, pinHex(digits))
}

// template parses an FCP template and returns its objects.
func (r *rig) template(data []byte) []tlv.Node {
	r.Helper()
	nodes, err := tlv.Parse(data)
	if err != nil || len(nodes) != 1 || nodes[0].Tag != 0x62 {
		r.Fatalf("% X is no FCP template (%v)", data, err)
	}
	return nodes[0].Children
}

// tag is the value of an object of an FCP template, as hex; "-" when absent.
func tag(nodes []tlv.Node, t tlv.Tag) string {
	n, ok := tlv.Find(nodes, t)
	if !ok {
		return "-"
	}
	return strings.ToUpper(hex.EncodeToString(n.Value))
}
