package ota_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/card/virtual"
	"simscope/crypto/scp80"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The keys of the demonstration cards (card/virtual/IMAGE.md).
const (
	demoKIc = "404142434445464748494A4B4C4D4E4F"
	demoKID = "505152535455565758595A5B5C5D5E5F"
)

func keys(t testing.TB, kic, kid string) ota.Keys {
	t.Helper()
	k := ota.Keys{KIc: safe.NewSecret(unhex(t, kic)), KID: safe.NewSecret(unhex(t, kid))}
	t.Cleanup(k.Clear)
	return k
}

// bench is a demonstration card and the packets for it.
type bench struct {
	*testing.T
	s        *card.Session
	rec      *card.MemoryRecorder
	seen     []card.Exchange
	kic, kid string // indicators
	keys     ota.Keys
	counter  uint64
}

func open(t *testing.T, image string, mode card.WriteMode) *bench {
	t.Helper()
	img, err := virtual.OpenBuiltin(image)
	if err != nil {
		t.Fatal(err)
	}
	p, err := virtual.NewProvider(virtual.Slot{Name: "bench", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	tr, err := p.Open(t.Context(), list[0].ID, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return session(t, tr, mode, image != "dual")
}

func session(t *testing.T, tr card.Transport, mode card.WriteMode, aes bool) *bench {
	t.Helper()
	b := &bench{T: t, rec: &card.MemoryRecorder{}, kic: "3des:1", kid: "3des:1", keys: keys(t, demoKIc, demoKID), counter: 2}
	if aes {
		b.kic, b.kid = "aes:1", "aes:1"
	}
	var err error
	b.s, err = card.Open(t.Context(), tr, card.Options{Mode: mode, Recorder: b.rec, Observe: func(e card.Exchange) { b.seen = append(b.seen, e) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.s.Close(context.Background()) })
	return b
}

func (b *bench) request(tar, spi string, lines ...string) ota.Request {
	b.Helper()
	r := ota.Request{Counter: b.counter, Originator: ota.DefaultOriginator}
	b.counter++
	var err error
	if r.TAR, err = ota.ParseTAR(tar); err != nil {
		b.Fatal(err)
	}
	if r.SPI, err = ota.ParseSPI(spi); err != nil {
		b.Fatal(err)
	}
	if r.KIc, err = ota.ParseIndicator("KIc", b.kic); err != nil {
		b.Fatal(err)
	}
	if r.KID, err = ota.ParseIndicator("KID", b.kid); err != nil {
		b.Fatal(err)
	}
	if r.Script, err = ota.ParseScript(lines); err != nil {
		b.Fatal(err)
	}
	return r
}

func (b *bench) send(r ota.Request) (ota.Answer, ota.Outcome) {
	b.Helper()
	built, err := r.Build(b.keys)
	if err != nil {
		b.Fatal(err)
	}
	out, err := ota.Send(b.Context(), b.s, built, nil, card.RiskNone)
	if err != nil {
		b.Fatal(err)
	}
	return ota.Open(r, b.keys, out), out
}

var readICCID = []string{"00A40004023F00", "00A40004022FE2", "00B000000A"}

func iccidOf(image string) string {
	return map[string]string{"everyday": "98999900214365870931", "dual": "98999900214365870945"}[image]
}

// EF.ICCID comes back over the air, with AES and with triple DES, in both
// forms, signed only, ciphered only, and in one and two messages.
func TestReadOverTheAir(t *testing.T) {
	for _, image := range []string{"everyday", "dual"} {
		for _, spi := range []string{ota.DefaultSPI, "cc,cipher,counter-next,por,por-cc"} {
			for _, expanded := range []bool{false, true} {
				b := open(t, image, card.WriteArmed)
				r := b.request("rfm-uicc", spi, readICCID...)
				r.Expanded = expanded
				a, out := b.send(r)
				data, sw, ok := a.Last()
				if a.State != ota.Proven || !ok || sw != card.SWDone || hex.EncodeToString(data) != iccidOf(image) || a.Result.Executed != 3 || a.Expanded != expanded {
					t.Errorf("%s, %s, expanded %v: %+v, %X %s", image, spi, expanded, a, data, sw)
				}
				if out.Sent != 1 || len(b.rec.Rows()) != 1 || b.rec.Rows()[0].Op.Risk != card.RiskChange || !b.rec.Rows()[0].Done {
					t.Errorf("sent %d, recorded %+v", out.Sent, b.rec.Rows())
				}
			}
		}
	}
	b := open(t, "everyday", card.WriteArmed)
	long := b.request("rfm-uicc", ota.DefaultSPI, append(strings.Split(strings.Repeat("00A40004023F00,", 20), ",")[:20], readICCID...)...)
	a, out := b.send(long)
	if data, _, _ := a.Last(); out.Sent != 2 || a.State != ota.Proven || hex.EncodeToString(data) != iccidOf("everyday") {
		t.Errorf("%d messages: %+v", out.Sent, a)
	}
}

// What is wrong is refused by the card and told by its status, and nothing of
// an answer that does not open is taken for true.
func TestRefusals(t *testing.T) {
	wrong := "505152535455565758595A5B5C5D5E00"
	for name, c := range map[string]struct {
		edit  func(*bench, *ota.Request)
		state ota.State
		claim scp80.Status
		want  scp80.Status
	}{
		"another KID":     {func(b *bench, r *ota.Request) { b.keys = keys(b.T, demoKIc, wrong) }, ota.Unverified, scp80.CheckFailed, 0},
		"another KIc":     {func(b *bench, r *ota.Request) { b.keys = keys(b.T, wrong, demoKID) }, ota.Unverified, scp80.CheckFailed, 0},
		"another key set": {func(b *bench, r *ota.Request) { r.KIc, r.KID = 0x22, 0x22 }, ota.Unverified, scp80.SecurityError, 0},
		"another TAR":     {func(b *bench, r *ota.Request) { r.TAR = scp80.TAR{0xB1, 0, 0} }, ota.Unverified, scp80.TARUnknown, 0},
		"too little security": {func(b *bench, r *ota.Request) {
			r.SPI, _ = ota.ParseSPI("no-check,por,por-cc,por-cipher")
		}, ota.Unverified, scp80.InsufficientSecurity, 0},
		"a counter that was used": {func(b *bench, r *ota.Request) { b.send(*r) }, ota.Proven, 0, scp80.CounterLow},
		"a counter ahead": {func(b *bench, r *ota.Request) {
			r.SPI, _ = ota.ParseSPI("cc,cipher,counter-next,por,por-cc,por-cipher")
			r.Counter = 9
		}, ota.Proven, 0, scp80.CounterHigh},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, "everyday", card.WriteArmed)
			r := b.request("rfm-uicc", ota.DefaultSPI, readICCID...)
			c.edit(b, &r)
			a, _ := b.send(r)
			if a.State != c.state || a.Result != nil {
				t.Fatalf("%+v", a)
			}
			switch {
			case c.state == ota.Proven && (a.Response == nil || a.Response.Status != c.want || a.Claim != nil):
				t.Errorf("%+v", a)
			case c.state == ota.Unverified && (a.Response != nil || a.Claim == nil || *a.Claim != c.claim && name != "another KIc"):
				t.Errorf("%+v, claim %v", a, a.Claim)
			}
		})
	}
}

// Silence is told by what was asked for; nothing is fetched.
func TestSilence(t *testing.T) {
	for spi, want := range map[string]ota.State{
		"cc,cipher,counter-higher":                                        ota.SilentAsked,
		"cc,cipher,counter-higher,por-error,por-cc,por-cipher":            ota.SilentOnError,
		"cc,cipher,counter-higher,por,por-cc,por-cipher,por-submit":       ota.SilentPending,
		"cc,cipher,counter-higher,por-error,por-cc,por-cipher,por-submit": ota.SilentSubmit,
	} {
		b := open(t, "everyday", card.WriteArmed)
		a, out := b.send(b.request("rfm-uicc", spi, readICCID...))
		if a.State != want || a.Response != nil || out.Pending != (want == ota.SilentPending) {
			t.Errorf("%s: %+v, %+v", spi, a, out)
		}
		for _, e := range b.seen {
			if len(e.Command) > 1 && e.Command[1] == card.InsFetch {
				t.Errorf("%s: the toolkit command was fetched", spi)
			}
		}
	}
	if s := ota.Open(ota.Request{SPI: scp80.SPI{0x16, 0x19}}, ota.Keys{}, ota.Outcome{}).State; s != ota.Silent {
		t.Errorf("an answer that was asked for: %s", s)
	}
}

// A packet is a change: read-only lets none through, also one that only reads,
// unless the person confirmed this one; --read-only lets none through at all.
func TestModes(t *testing.T) {
	for _, c := range []struct {
		mode  card.WriteMode
		allow card.Risk
		sent  bool
	}{
		{card.ReadOnly, card.RiskNone, false},
		{card.ReadOnly, card.RiskChange, true},
		{card.ReadOnlyLocked, card.RiskNone, false},
		{card.ReadOnlyLocked, card.RiskChange, false},
		{card.WriteArmed, card.RiskNone, true},
	} {
		b := open(t, "everyday", c.mode)
		r := b.request("rfm-uicc", ota.DefaultSPI, readICCID...)
		built, err := r.Build(b.keys)
		if err != nil {
			t.Fatal(err)
		}
		out, err := ota.Send(t.Context(), b.s, built, unhex(t, iccidOf("everyday")), c.allow)
		var gate *card.GateError
		if c.sent != (err == nil) || !c.sent && (!errors.As(err, &gate) || out.Sent != 0) {
			t.Errorf("%v, %v: %+v, %v", c.mode, c.allow, out, err)
		}
		if out, err = ota.Send(t.Context(), b.s, built, unhex(t, iccidOf("dual")), card.RiskChange); !errors.Is(err, card.ErrOtherCard) || out.Sent != 0 {
			t.Errorf("another card: %+v, %v", out, err)
		}
	}
}

// scripted gives a session on a card that follows a script behind SELECT MF.
func scripted(t *testing.T, steps ...cardtest.Step) *bench {
	t.Helper()
	s := append(cardtest.Script{{"00A40004023F00", "9000"}}, steps...)
	if len(steps) > 0 && strings.HasPrefix(steps[0][0], "A0") {
		s = append(cardtest.Script{{"00A40004023F00", "6E00"}, {"reset warm", ""}, {"00A40004023F00", "6E00"}, {"reset warm", ""}, {"A0A40000023F00", "9000"}}, steps...)
	}
	return session(t, cardtest.New(t, s), card.WriteArmed, true)
}

// Each message is sent once, whatever comes back, and the answer is fetched
// where the status word says that there is one.
func TestSentOnce(t *testing.T) {
	const reply = "027100000E0AB0000000000000010001026A82"
	for name, c := range map[string]struct {
		steps  []cardtest.Step
		data   string
		lost   bool
		sw     card.SW
		failed bool
	}{
		"61":                    {[]cardtest.Step{{"80C20000*", "6113"}, {"00C0000013", reply + "9000"}}, reply, false, 0x9000, false},
		"at once":               {[]cardtest.Step{{"80C20000*", reply + "9000"}}, reply, false, 0x9000, false},
		"a warning":             {[]cardtest.Step{{"80C20000*", "62F3"}, {"00C0000000", "6C13"}, {"00C0000013", reply + "9000"}}, reply, false, 0x62F3, false},
		"9E":                    {[]cardtest.Step{{"A0C20000*", "9E13"}, {"A0C0000013", reply + "9000"}}, reply, false, 0x9E13, false},
		"9F":                    {[]cardtest.Step{{"A0C20000*", "9F13"}, {"A0C0000013", reply + "9000"}}, reply, false, 0x9000, false},
		"toolkit busy":          {[]cardtest.Step{{"80C20000*", "9300"}}, "", false, 0x9300, true},
		"the wrong length":      {[]cardtest.Step{{"80C20000*", "6C13"}}, "", false, 0x6C13, true},
		"refused":               {[]cardtest.Step{{"80C20000*", "6D00"}}, "", false, 0x6D00, true},
		"a command waits":       {[]cardtest.Step{{"80C20000*", "9120"}}, "", false, 0x9120, false},
		"nothing":               {[]cardtest.Step{{"80C20000*", "9000"}}, "", false, 0x9000, false},
		"lost":                  {[]cardtest.Step{{"80C20000*", "!mute"}}, "", true, 0, true},
		"reset meanwhile":       {[]cardtest.Step{{"80C20000*", "!reset"}}, "", true, 0, true},
		"the answer is lost":    {[]cardtest.Step{{"80C20000*", "6113"}, {"00C0000013", "!mute"}}, "", true, 0, true},
		"lost behind a warning": {[]cardtest.Step{{"80C20000*", "62F3"}, {"00C0000000", "!mute"}}, "", true, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := scripted(t, c.steps...)
			built, err := b.request("rfm-uicc", "cc,por", readICCID...).Build(b.keys)
			if err != nil {
				t.Fatal(err)
			}
			out, err := ota.Send(t.Context(), b.s, built, nil, card.RiskNone)
			var lost *card.LostError
			if (err != nil) != c.failed || errors.As(err, &lost) != c.lost || hex.EncodeToString(out.Data) != strings.ToLower(c.data) {
				t.Errorf("%+v, %v", out, err)
			}
			if !c.lost && out.SW != c.sw || out.Pending != (name == "a command waits") {
				t.Errorf("%+v", out)
			}
		})
	}
}

// A part that is refused ends the sending of those behind it.
func TestPartsEndWithARefusal(t *testing.T) {
	b := scripted(t, cardtest.Step{"80C20000*", "9000"}, cardtest.Step{"80C20000*", "6F00"})
	lines := strings.Split(strings.Repeat("00A40004023F00,", 45), ",")[:45]
	built, err := b.request("rfm-uicc", "cc,por", lines...).Build(b.keys)
	if err != nil || len(built.Envelopes) != 3 {
		t.Fatalf("%v, %v", len(built.Envelopes), err)
	}
	out, err := ota.Send(t.Context(), b.s, built, nil, card.RiskNone)
	if out.Sent != 2 || card.SWOf(err) != 0x6F00 {
		t.Errorf("%+v, %v", out, err)
	}
	// Each part is one message, and together they are the packet.
	var ms []*ota.Message
	for i := range built.Envelopes {
		apdu, err := built.Command(i, card.KindUICC).Bytes()
		if err != nil || len(built.Envelopes[i]) > card.MaxShortLc {
			t.Fatal(err)
		}
		m, err := ota.Read(apdu)
		if err != nil {
			t.Fatal(err)
		}
		ms = append([]*ota.Message{m}, ms...)
	}
	if packet, reply, err := ota.Join(ms); err != nil || reply || !bytes.Equal(packet, built.Packet) {
		t.Errorf("%X, %v, %v", packet, reply, err)
	}
	if _, _, err := ota.Join(ms[1:]); err == nil {
		t.Error("a packet without its last part")
	}
	if _, _, err := ota.Join(append(ms, ms[0])); err == nil {
		t.Error("a packet with a part twice")
	}
}

type vector struct {
	Name    string
	Keys    struct{ KIc, KID string }
	APDU    string
	Command string `json:"encoded_cmd"`
	Deliver string `json:"encoded_deliver_tpdu"`
	Resp    string `json:"encoded_resp"`
	SPI     struct {
		Check string `json:"rc_cc_ds"`
		PoR   string `json:"por_rc_cc_ds"`
		C     bool   `json:"ciphering"`
		P     bool   `json:"por_shall_be_ciphered"`
	}
	Response struct {
		Status   string `json:"response_status"`
		Commands int    `json:"number_of_commands"`
		SW       string `json:"last_status_word"`
		Error    string
	}
}

func vectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile("../../crypto/scp80/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		OTA []vector `json:"scp80_ota"`
	}
	if err := json.Unmarshal(b, &f); err != nil || len(f.OTA) != 9 {
		t.Fatalf("%d vectors, %v", len(f.OTA), err)
	}
	return f.OTA
}

func (v vector) spi() scp80.SPI {
	checks := map[string]scp80.Check{"rc": scp80.RC, "cc": scp80.CC}
	return scp80.Security{Check: checks[v.SPI.Check], Ciphered: v.SPI.C, PoR: scp80.AlwaysPoR, PoRCheck: checks[v.SPI.PoR], PoRCiphered: v.SPI.P}.SPI()
}

// Every published packet and response is read, as it stands in the message
// and alone, with the keys and without.
func TestVectors(t *testing.T) {
	commands, replies := 0, 0
	for _, v := range vectors(t) {
		k := keys(t, v.Keys.KIc, v.Keys.KID)
		for _, s := range []string{v.Command, v.Deliver} {
			if s == "" {
				continue
			}
			commands++
			m, err := ota.Read(unhex(t, s))
			if err != nil || m.Reply {
				t.Fatalf("%s: %v", v.Name, err)
			}
			o, err := ota.OpenCommand(m.Packet, k)
			if err != nil || o.Content == nil || hex.EncodeToString(o.Content.Data) != v.APDU || o.SPI != v.spi() {
				t.Errorf("%s: %+v, %v", v.Name, o, err)
				continue
			}
			want := ota.Plain
			if v.SPI.Check == "cc" {
				want = ota.Proven
			}
			if o.State != want || len(o.Commands()) != 1 {
				t.Errorf("%s is %s", v.Name, o.State)
			}
			bare, err := ota.OpenCommand(m.Packet, ota.Keys{})
			if err != nil || (bare.Content == nil) != v.SPI.C {
				t.Errorf("%s without keys: %+v, %v", v.Name, bare, err)
			}
		}
		if v.Resp == "" {
			continue
		}
		replies++
		for _, b := range [][]byte{unhex(t, v.Resp), unhex(t, v.Resp)[3:]} {
			m, err := ota.Read(b)
			if err != nil || !m.Reply {
				t.Fatalf("%s: %v", v.Name, err)
			}
			a := ota.OpenReply(v.spi(), 0x35, 0x35, k, m.Packet)
			if v.Response.Error != "" {
				if a.State != ota.Unverified || a.Response != nil || a.Result != nil {
					t.Errorf("%s: %+v", v.Name, a)
				}
				continue
			}
			_, sw, ok := a.Last()
			if !ok || a.Response.Status != scp80.PoROK || a.Result.Executed != v.Response.Commands || strings.ToLower(sw.String()) != v.Response.SW {
				t.Errorf("%s: %+v", v.Name, a)
			}
			if (a.State == ota.Proven) != (v.SPI.PoR == "cc") {
				t.Errorf("%s is %s", v.Name, a.State)
			}
		}
	}
	if commands < 9 || replies != 6 {
		t.Errorf("%d commands, %d responses", commands, replies)
	}
}

// A response with another target or counter belongs to another packet.
func TestForeignAnswers(t *testing.T) {
	k := keys(t, demoKIc, demoKID)
	sk, err := scp80.NewKeys(unhex(t, demoKIc), unhex(t, demoKID))
	if err != nil {
		t.Fatal(err)
	}
	r := ota.Request{TAR: scp80.TARRFMUICC, SPI: scp80.SPI{0x16, 0x19}, KIc: 0x12, KID: 0x12, Counter: 7}
	for _, c := range []struct {
		tar     scp80.TAR
		counter uint64
		want    ota.State
	}{{r.TAR, 7, ota.Proven}, {r.TAR, 8, ota.Foreign}, {scp80.TARRAM, 7, ota.Foreign}} {
		b, err := scp80.Response{TAR: c.tar, Counter: c.counter, Data: []byte{1, 0x90, 0}}.Seal(r.SPI, r.KIc, r.KID, sk)
		if err != nil {
			t.Fatal(err)
		}
		if a := ota.Open(r, k, ota.Outcome{Data: b}); a.State != c.want || (a.Response == nil) != (c.want == ota.Foreign) {
			t.Errorf("%v %d: %+v", c.tar, c.counter, a)
		}
	}
	if a := ota.Open(r, k, ota.Outcome{Data: []byte("hello")}); a.State != ota.Unreadable || a.Response != nil {
		t.Errorf("%+v", a)
	}
}

// A response by SMS-SUBMIT is read out of the command that the phone fetches,
// and what is in the clear without keys, as not checked.
func TestResponsesInOtherForms(t *testing.T) {
	sk, err := scp80.NewKeys(unhex(t, demoKIc), unhex(t, demoKID))
	if err != nil {
		t.Fatal(err)
	}
	spi := scp80.SPI{0x16, 0x29}
	reply, err := scp80.Response{TAR: scp80.TARRFMUICC, Counter: 7, Data: []byte{1, 0x90, 0, 0xAB}}.Seal(spi, 0x12, 0x12, sk)
	if err != nil {
		t.Fatal(err)
	}
	to, err := scp80.Address("+447700900199")
	if err != nil {
		t.Fatal(err)
	}
	tpdu, err := scp80.Submit(to, reply)
	if err != nil {
		t.Fatal(err)
	}
	fetched := append([]byte{0xD0, byte(11 + len(tpdu)), 0x81, 3, 1, 0x13, 0, 0x82, 2, 0x81, 0x83, 0x8B, byte(len(tpdu))}, tpdu...)
	for _, b := range [][]byte{reply, reply[3:], tpdu, fetched} {
		m, err := ota.Read(b)
		if err != nil || !m.Reply {
			t.Fatalf("%X: %+v, %v", b, m, err)
		}
		end := 0
		for _, f := range m.Fields {
			if f.Off != end {
				t.Errorf("%X: %s begins at %d, not %d", b, f.ID, f.Off, end)
			}
			end = f.Off + f.Len
		}
		if end != len(b) {
			t.Errorf("%X: the fields end at %d of %d", b, end, len(b))
		}
		if a := ota.OpenReply(spi, 0x12, 0x12, keys(t, demoKIc, demoKID), m.Packet); a.State != ota.Proven || a.Response.Counter != 7 {
			t.Errorf("%X: %+v", b, a)
		}
		a := ota.OpenReply(spi, 0x12, 0x12, ota.Keys{}, m.Packet)
		if data, sw, ok := a.Last(); a.State != ota.Unchecked || !ok || sw != card.SWDone || len(data) != 1 {
			t.Errorf("%X without keys: %+v", b, a)
		}
		if a := ota.OpenReply(scp80.SPI{0x16, 0x39}, 0x12, 0x12, ota.Keys{}, m.Packet); a.State != ota.NoKeys || a.Response != nil {
			t.Errorf("%X ciphered, without keys: %+v", b, a)
		}
	}
}

func TestConcerns(t *testing.T) {
	at := func(n uint64) *uint64 { return &n }
	for _, c := range []struct {
		spi     string
		counter uint64
		last    *uint64
		want    ota.Concern
		careful bool
	}{
		{"cc", 9, nil, ota.CounterNone, false},
		{"cc,counter-ignored", 9, at(99), ota.CounterNone, false},
		{"cc,counter-higher", 9, nil, ota.CounterUnknown, false},
		{"cc,counter-higher", 1 << 39, nil, ota.CounterUnknown, true}, // how far it goes is not known
		{"cc,counter-higher", 9, at(9), ota.CounterLow, false},
		{"cc,counter-higher", 10, at(9), ota.CounterNext, false},
		{"cc,counter-higher", 12, at(9), ota.CounterAhead, false},
		{"cc,counter-higher", 1000, at(9), ota.CounterAhead, true},
		{"cc,counter-next", 12, at(9), ota.CounterSkips, false},
		{"cc,counter-higher", scp80.MaxCounter - 5, nil, ota.CounterEnd, true},
		{"cc,counter-higher", scp80.MaxCounter, at(scp80.MaxCounter), ota.CounterLow, false},
	} {
		spi, err := ota.ParseSPI(c.spi)
		if err != nil {
			t.Fatal(err)
		}
		r := ota.Request{SPI: spi, Counter: c.counter, Last: c.last}
		if r.Concern() != c.want || r.Careful() != c.careful {
			t.Errorf("%s, %d: %s, careful %v", c.spi, c.counter, r.Concern(), r.Careful())
		}
	}
}

// Keys print in no error, log row or record.
func TestKeysStayHidden(t *testing.T) {
	b := open(t, "everyday", card.WriteArmed)
	r := b.request("rfm-uicc", ota.DefaultSPI, readICCID...)
	a, out := b.send(r)
	built, err := r.Build(b.keys)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v %+v %+v %+v %+v %#v %v", a, out, built, b.seen, b.rec.Rows(), b.keys, b.keys)
	j, err := json.Marshal([]any{a, out, built, b.seen, b.rec.Rows(), b.keys})
	if err != nil {
		t.Fatal(err)
	}
	for _, sizes := range []string{"00", "0011223344556677"} {
		_, err := r.Build(keys(t, sizes, sizes))
		text += fmt.Sprint(err)
		if err == nil {
			t.Errorf("keys of %d digits are taken", len(sizes))
		}
	}
	for _, key := range []string{demoKIc, demoKID} {
		for _, form := range []string{key, strings.ToLower(key), fmt.Sprint(unhex(t, key)), string(unhex(t, key))} {
			if strings.Contains(text+string(j), strings.Trim(form, "[]")) {
				t.Errorf("a key is in the output as %q", form[:8])
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, v := range vectors(f) {
		for _, s := range []string{v.Command, v.Deliver, v.Resp} {
			f.Add(unhex(f, s))
		}
	}
	f.Add(unhex(f, "80C2000007D1058202838100"))
	f.Add(unhex(f, "AE80220700A40004023F000000"))
	k := ota.Keys{KIc: safe.NewSecret(unhex(f, demoKIc)), KID: safe.NewSecret(unhex(f, demoKID))}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kic := range []byte{0x12, 0x35} {
			_ = ota.OpenReply(scp80.SPI{0x16, 0x19}, kic, kic, k, b)
			_ = ota.OpenReply(scp80.SPI{0x00, 0x01}, kic, kic, k, b)
		}
		m, err := ota.Read(b)
		if err != nil {
			return
		}
		for _, x := range m.Fields {
			if x.Off < 0 || x.Len < 0 || x.Off+x.Len > len(m.Bytes) {
				t.Fatalf("%X: %+v", b, x)
			}
		}
		packet, _, err := ota.Join([]*ota.Message{m})
		if err != nil {
			return
		}
		if o, err := ota.OpenCommand(packet, k); err == nil {
			_ = o.Commands()
			_ = o.Script()
			_ = o.ReadsKeys()
			for _, x := range o.Inner {
				if x.Off < 0 || x.Len < 0 || x.Off+x.Len > len(o.InnerBytes) {
					t.Fatalf("%X: inner %+v", b, x)
				}
			}
		}
	})
}
