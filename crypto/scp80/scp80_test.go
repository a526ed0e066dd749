package scp80

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

type vector struct {
	Name string
	Keys struct {
		KIc, KID    string
		Crypt, Auth string
	}
	SPI struct {
		Counter     string
		Ciphering   bool
		Check       string `json:"rc_cc_ds"`
		PoRSubmit   bool   `json:"por_in_submit"`
		PoR         string
		PoRCiphered bool   `json:"por_shall_be_ciphered"`
		PoRCheck    string `json:"por_rc_cc_ds"`
	}
	TAR, APDU string
	Command   string `json:"encoded_cmd"`
	Deliver   string `json:"encoded_deliver_tpdu"`
	Resp      string `json:"encoded_resp"`
	Response  struct {
		Status   string `json:"response_status"`
		Commands int    `json:"number_of_commands"`
		SW       string `json:"last_status_word"`
		Data     string `json:"last_response_data"`
		Error    string
	}
}

func vectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		OTA []vector `json:"scp80_ota"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.OTA) != 9 {
		t.Fatalf("%d vectors, want 9", len(f.OTA))
	}
	return f.OTA
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (v vector) keys(t testing.TB) Keys {
	t.Helper()
	k, err := NewKeys(unhex(t, v.Keys.KIc), unhex(t, v.Keys.KID))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (v vector) security(t testing.TB) Security {
	t.Helper()
	checks := map[string]Check{"no_rc_cc_ds": NoCheck, "rc": RC, "cc": CC}
	check, ok1 := checks[v.SPI.Check]
	por, ok2 := checks[v.SPI.PoRCheck]
	if !ok1 || !ok2 || v.SPI.Counter != "no_counter" || v.SPI.PoR != "por_required" || v.Keys.Crypt != "3des_cbc2" || v.Keys.Auth != "3des_cbc2" {
		t.Fatalf("%+v", v)
	}
	return Security{Check: check, Ciphered: v.SPI.Ciphering, PoR: AlwaysPoR, PoRCheck: por, PoRCiphered: v.SPI.PoRCiphered, PoRSubmit: v.SPI.PoRSubmit}
}

const kic3DES, kid3DES = 0x35, 0x35

func (v vector) command(t testing.TB) Command {
	t.Helper()
	return Command{SPI: v.security(t).SPI(), KIc: kic3DES, KID: kid3DES, TAR: TAR(unhex(t, v.TAR)), Data: unhex(t, v.APDU)}
}

func check(t *testing.T, name string, got []byte, want string) {
	t.Helper()
	if g := hex.EncodeToString(got); g != want {
		t.Errorf("%s is\n%s, want\n%s", name, g, want)
	}
}

// Every published command packet, made and opened.
func TestCommands(t *testing.T) {
	n := 0
	for _, v := range vectors(t) {
		if v.Command == "" {
			continue
		}
		n++
		t.Run(v.Name, func(t *testing.T) {
			c := v.command(t)
			packet, err := c.Seal(v.keys(t))
			if err != nil {
				t.Fatal(err)
			}
			want := v.Command
			if !v.SPI.Ciphering {
				// The program these come from leaves CPL out where nothing is
				// ciphered, though its check covers it.
				want = fmt.Sprintf("%04x", len(want)/2) + want
			}
			check(t, "packet", packet, want)
			p, err := ParsePacket(packet)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Open(v.keys(t))
			if err != nil || fmt.Sprint(got) != fmt.Sprint(c) {
				t.Errorf("it opens to %v, %v, want %v", got, err, c)
			}
			if v.Deliver != "" {
				deliver(t, packet, v.Deliver)
			}
		})
	}
	if n != 6 {
		t.Errorf("%d packets, want 6", n)
	}
}

// The message around a packet. In the published ones the length of the user
// data is that of its header alone (03), which no card takes: that byte is the
// only one that differs.
func deliver(t *testing.T, packet []byte, want string) {
	t.Helper()
	d, err := NewDeliver("12345678")
	if err != nil {
		t.Fatal(err)
	}
	ud, err := Split(packet, 0)
	if err != nil || len(ud) != 1 {
		t.Fatalf("%x, %v", ud, err)
	}
	tpdu, err := d.TPDU(ud[0])
	if err != nil {
		t.Fatal(err)
	}
	at := 1 + len(d.Originator) + 2 + 7
	w := unhex(t, want)
	if w[at] != 3 || int(tpdu[at]) != len(packet)+3 {
		t.Errorf("length of user data %02X, published %02X", tpdu[at], w[at])
	}
	w[at] = tpdu[at]
	check(t, "TPDU", tpdu, hex.EncodeToString(w))
	back, u, err := ParseDeliver(tpdu)
	if err != nil || !u.Command || !bytes.Equal(u.Data, packet) || fmt.Sprint(back) != fmt.Sprint(d) {
		t.Errorf("it reads as %v, %v, %v", back, u, err)
	}
}

// Every published response.
func TestResponses(t *testing.T) {
	n := 0
	for _, v := range vectors(t) {
		if v.Resp == "" {
			continue
		}
		n++
		t.Run(v.Name, func(t *testing.T) {
			r, err := ParseReply(unhex(t, v.Resp))
			if err != nil {
				t.Fatal(err)
			}
			spi := v.security(t).SPI()
			got, err := r.Open(spi, kic3DES, kid3DES, v.keys(t))
			if v.Response.Error != "" {
				if !errors.Is(err, ErrChecksum) || fmt.Sprint(got) != fmt.Sprint(Response{}) {
					t.Errorf("a wrong check gives %v, %v", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			res, err := ParseResult(got.Data)
			if err != nil || got.Status != PoROK || v.Response.Status != "por_ok" || got.TAR.String() != "B00011" || got.Counter != 0 ||
				res.Executed != v.Response.Commands || fmt.Sprintf("%04x", res.Answers[0].SW) != v.Response.SW || len(res.Answers[0].Data) != 0 {
				t.Errorf("%v, %+v, %v", got, res, err)
			}
			back, err := got.Seal(spi, kic3DES, kid3DES, v.keys(t))
			if err != nil {
				t.Fatal(err)
			}
			check(t, "response", back, v.Resp)
		})
	}
	if n != 6 {
		t.Errorf("%d responses, want 6", n)
	}
}

// As ETSI TS 102 225 clause 5.1.3.2 gives them.
func TestRedundancyCodes(t *testing.T) {
	data := []byte{1, 2, 3, 4, 5}
	for a, want := range map[Algorithm]string{CRC16: "22ec", CRC32: "470b99f4"} {
		got, err := redundancy(a, data)
		if err != nil {
			t.Fatal(err)
		}
		check(t, a.String(), got, want)
	}
}

func TestIndicators(t *testing.T) {
	for _, c := range []struct {
		b         byte
		cipher    Algorithm
		cc, rc    Algorithm
		keyset    int
		plainName string
	}{
		{0x35, TripleDES2, TripleDES2, CRC32, 3, "3DES, 2 keys"},
		{0x11, DESCBC, DESCBC, CRC16, 1, "DES CBC"},
		{0x29, TripleDES3, TripleDES3, Reserved, 2, "3DES, 3 keys"},
		{0x1D, DESECB, Reserved, Reserved, 1, "DES ECB"},
		{0x12, AES, AES, Reserved, 1, "AES"},
		{0x00, Implicit, Implicit, Implicit, 0, "implicit"},
		{0xF3, Proprietary, Proprietary, Proprietary, 15, "proprietary"},
		{0x06, Reserved, Reserved, Reserved, 0, "reserved"},
	} {
		if Cipher(c.b) != c.cipher || Checksum(CC, c.b) != c.cc || Checksum(RC, c.b) != c.rc || KeyVersion(c.b) != c.keyset || Cipher(c.b).String() != c.plainName {
			t.Errorf("%02X: %v, %v, %v, set %d", c.b, Cipher(c.b), Checksum(CC, c.b), Checksum(RC, c.b), KeyVersion(c.b))
		}
		if c.cipher != Reserved && c.cipher != Implicit {
			if got := KeyIndicator(c.cipher, c.keyset); got != c.b {
				t.Errorf("%v of set %d is %02X, want %02X", c.cipher, c.keyset, got, c.b)
			}
		}
	}
	for n := range 0x10000 {
		s := SPI{byte(n >> 8), byte(n)}
		if got := s.Security().SPI(); got != (SPI{s[0] & 0x1F, s[1] & 0x3F}) {
			t.Fatalf("%x is written as %x", s, got)
		}
	}
}

// rounds are all combinations a packet can have. Published are those of triple
// DES with two keys and of AES-128; the others are round trips, on ciphers and
// MACs that have their own vectors.
func rounds(f func(alg, sum Algorithm, sec Security)) {
	for _, alg := range []Algorithm{DESCBC, DESECB, TripleDES2, TripleDES3, AES} {
		for _, sum := range []Algorithm{DESCBC, TripleDES2, TripleDES3, AES, CRC16, CRC32} {
			for bits := range 16 {
				kind := CC
				if sum == CRC16 || sum == CRC32 {
					kind = RC
				}
				sec := Security{Ciphered: bits&1 != 0, PoRCiphered: bits&2 != 0, Counter: CounterHigher, PoR: AlwaysPoR}
				if bits&4 != 0 {
					sec.Check = kind
				}
				if bits&8 != 0 {
					sec.PoRCheck = kind
				}
				f(alg, sum, sec)
			}
		}
	}
}

func keyFor(a Algorithm) []byte {
	n := map[Algorithm]int{DESCBC: 8, DESECB: 8, TripleDES2: 16, TripleDES3: 24, AES: 16}[a]
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(0x40 + 3*i)
	}
	return b
}

func TestRoundTrips(t *testing.T) {
	rounds(func(alg, sum Algorithm, sec Security) {
		k, err := NewKeys(keyFor(alg), keyFor(sum))
		if err != nil {
			t.Fatal(err)
		}
		for n := range 20 {
			c := Command{
				SPI: sec.SPI(), KIc: KeyIndicator(alg, 1), KID: KeyIndicator(sum, 1), TAR: TARRFMUICC,
				Counter: 1<<39 + uint64(n), Data: bytes.Repeat([]byte{byte(n)}, n),
			}
			b, err := c.Seal(k)
			if err != nil {
				t.Fatalf("%v %v %+v: %v", alg, sum, sec, err)
			}
			p, err := ParsePacket(b)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Open(k)
			if err != nil || fmt.Sprintf("%x", got.Data) != fmt.Sprintf("%x", c.Data) || got.Counter != c.Counter {
				t.Fatalf("%v %v %+v: %v, %v", alg, sum, sec, got, err)
			}
			if in, ok := p.Content(); ok == sec.Ciphered || ok && (in.Counter != c.Counter || !bytes.Equal(in.Data, c.Data)) {
				t.Fatalf("content %v, %v", in, ok)
			}
			response(t, k, c, n)
		}
	})
}

func response(t *testing.T, k Keys, c Command, n int) {
	t.Helper()
	r := Response{TAR: c.TAR, Counter: c.Counter, Status: Status(n), Data: c.Data}
	b, err := r.Seal(c.SPI, c.KIc, c.KID, k)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParseReply(b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Open(c.SPI, c.KIc, c.KID, k)
	if err != nil || got.Status != r.Status || !bytes.Equal(got.Data, r.Data) || got.Counter != r.Counter {
		t.Fatalf("%v, %v, want %v", got, err, r)
	}
	if in, ok := p.Peek(); !c.SPI.Security().PoRCiphered && (!ok || in.Status != r.Status) {
		t.Fatalf("peek %v, %v", in, ok)
	}
}

// Each bit that is turned over makes a packet with a checksum fail.
func TestEveryBitCounts(t *testing.T) {
	for _, alg := range []Algorithm{TripleDES2, AES} {
		for _, ciphered := range []bool{false, true} {
			k, err := NewKeys(keyFor(alg), keyFor(alg))
			if err != nil {
				t.Fatal(err)
			}
			sec := Security{Check: CC, Ciphered: ciphered, PoR: AlwaysPoR, PoRCheck: CC, PoRCiphered: ciphered}
			c := Command{SPI: sec.SPI(), KIc: KeyIndicator(alg, 1), KID: KeyIndicator(alg, 1), Counter: 7, Data: []byte{0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00}}
			b, err := c.Seal(k)
			if err != nil {
				t.Fatal(err)
			}
			for i := range b {
				for n := range 8 {
					bad := bytes.Clone(b)
					bad[i] ^= 1 << n
					p, err := ParsePacket(bad)
					if err != nil {
						continue
					}
					if got, err := p.Open(k); err == nil && p.SPI.Security().Check == CC {
						t.Errorf("%v, ciphered %v, bit %d of byte %d: %v", alg, ciphered, n, i, got)
					}
				}
			}
		}
	}
}

func TestCounters(t *testing.T) {
	for _, c := range []struct {
		mode      CounterMode
		last, got uint64
		want      Status
	}{
		{NoCounter, 5, 0, PoROK},
		{CounterIgnored, 5, 1, PoROK},
		{CounterHigher, 5, 6, PoROK},
		{CounterHigher, 5, 100, PoROK},
		{CounterHigher, 5, 5, CounterLow},
		{CounterHigher, 5, 4, CounterLow},
		{CounterNext, 5, 6, PoROK},
		{CounterNext, 5, 7, CounterHigh},
		{CounterNext, 5, 5, CounterLow},
		{CounterHigher, MaxCounter, MaxCounter, CounterBlocked},
		{CounterNext, MaxCounter - 1, MaxCounter, PoROK},
	} {
		if got := c.mode.Accept(c.last, c.got); got != c.want {
			t.Errorf("%v after %d, %d: %v, want %v", c.mode, c.last, c.got, got, c.want)
		}
	}
	k, _ := NewKeys(nil, nil)
	if _, err := (Command{Counter: MaxCounter + 1}).Seal(k); !errors.Is(err, ErrCounter) {
		t.Errorf("six bytes of counter: %v", err)
	}
}

func TestWrongKeysAndSizes(t *testing.T) {
	v := vectors(t)[0]
	p, err := ParsePacket(unhex(t, v.Command))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kic, kid string
		want     []error
	}{
		"another KIc":     {"400102030405060708090a0b0c0d0e0f", v.Keys.KID, []error{ErrCipher, ErrChecksum}},
		"another KID":     {v.Keys.KIc, "400102030405060708090a0b0c0d0e0f", []error{ErrChecksum}},
		"keys swapped":    {v.Keys.KID, v.Keys.KIc, []error{ErrCipher, ErrChecksum}},
		"a KIc too short": {"3001020304050607", v.Keys.KID, []error{ErrKeySize}},
		"no KID":          {v.Keys.KIc, "", []error{ErrKeySize}},
	} {
		k, err := NewKeys(unhex(t, c.kic), unhex(t, c.kid))
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Open(k)
		ok := false
		for _, w := range c.want {
			ok = ok || errors.Is(err, w)
		}
		if !ok || got.Data != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, n := range []int{1, 7, 9, 15, 17, 33} {
		if _, err := NewKeys(make([]byte, n), nil); !errors.Is(err, ErrKeySize) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	b := unhex(t, v.Command)
	for n := range b {
		if _, err := ParsePacket(b[:n]); !errors.Is(err, ErrPacket) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	for _, chl := range []byte{0, 12, 0x80, 0xFF} {
		bad := bytes.Clone(b)
		bad[2] = chl
		if _, err := ParsePacket(bad); !errors.Is(err, ErrPacket) {
			t.Errorf("CHL %02X: %v", chl, err)
		}
	}
	k := v.keys(t)
	k.Clear()
	if _, err := p.Open(k); !errors.Is(err, ErrCleared) {
		t.Errorf("cleared keys: %v", err)
	}
	for _, c := range []Command{
		{SPI: Security{Check: DS}.SPI()}, {SPI: Security{Check: CC}.SPI(), KID: 0x00}, {SPI: Security{Ciphered: true}.SPI(), KIc: 0x13},
	} {
		if _, err := c.Seal(v.keys(t)); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	v := vectors(t)[0]
	k := v.keys(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, x := range []any{k, struct{ in Keys }{k}, []Keys{k}} {
			s := strings.ToLower(fmt.Sprintf(verb, x))
			for _, forbidden := range []string{v.Keys.KIc[:8], v.Keys.KID[:8], "48 1 2 3", "48 17 2 3"} {
				if strings.Contains(s, forbidden) {
					t.Errorf("%s shows %s in %s", verb, forbidden, s)
				}
			}
		}
	}
}

func FuzzPackets(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(unhex(f, v.Command))
		f.Add(unhex(f, v.Resp))
		f.Add(unhex(f, v.Deliver))
	}
	f.Add(Envelope([]byte{0x40}, []byte{0x91}))
	f.Add(Expanded([]byte{0, 0xA4, 0, 0}))
	k, err := NewKeys(keyFor(AES), keyFor(AES))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := ParsePacket(b); err == nil {
			if c, err := p.Open(k); err == nil && p.SPI.Security().Check != RC {
				if back, err := c.Seal(k); err == nil && len(back) != len(b) && p.CheckSize != 4 && p.SPI.Security().Ciphered {
					t.Errorf("%x comes back as %x", b, back)
				}
			}
			_, _ = p.Content()
		}
		if r, err := ParseReply(b); err == nil {
			_, _ = r.Peek()
			_, _ = r.Open(SPI{0x16, 0x39}, 0x12, 0x12, k)
		}
		if _, u, err := ParseDeliver(b); err == nil {
			_, _ = Join([]UserData{u})
		}
		_, _, _ = ParseEnvelope(b)
		_, _ = SplitCommands(b)
		_, _ = SplitExpanded(b)
		_, _ = ParseResult(b)
		_, _ = ParseExpandedResult(b)
	})
}

func BenchmarkSCP80Seal(b *testing.B) {
	for _, alg := range []Algorithm{TripleDES2, AES} {
		b.Run(alg.String(), func(b *testing.B) {
			k, err := NewKeys(keyFor(alg), keyFor(alg))
			if err != nil {
				b.Fatal(err)
			}
			c := Command{SPI: Security{Check: CC, Ciphered: true}.SPI(), KIc: KeyIndicator(alg, 1), KID: KeyIndicator(alg, 1), Data: make([]byte, 100)}
			for b.Loop() {
				if _, err := c.Seal(k); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSCP80Open(b *testing.B) {
	for _, alg := range []Algorithm{TripleDES2, AES} {
		b.Run(alg.String(), func(b *testing.B) {
			k, err := NewKeys(keyFor(alg), keyFor(alg))
			if err != nil {
				b.Fatal(err)
			}
			c := Command{SPI: Security{Check: CC, Ciphered: true}.SPI(), KIc: KeyIndicator(alg, 1), KID: KeyIndicator(alg, 1), Data: make([]byte, 100)}
			packet, err := c.Seal(k)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				p, err := ParsePacket(packet)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := p.Open(k); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
