package scp02

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"simscope/crypto/hidden"
	"simscope/crypto/scp"
)

type vector struct {
	ENC, MAC, DEK string
	Level         int    `json:"security_level"`
	HostChallenge string `json:"host_challenge"`
	InitUpdate    string `json:"init_update_cmd"`
	Answer        string `json:"init_update_rsp"`
	ExtAuth       string `json:"ext_auth_cmd"`
	Wrapped       []struct{ Plain, Out string }
}

func published(t testing.TB) vector {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct{ SCP02 []vector }
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.SCP02) != 1 || len(f.SCP02[0].Wrapped) != 4 {
		t.Fatalf("%+v", f)
	}
	return f.SCP02[0]
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
	k, err := NewKeys(unhex(t, v.ENC), unhex(t, v.MAC), unhex(t, v.DEK))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (v vector) response(t testing.TB) scp.Response {
	t.Helper()
	r, err := scp.ParseResponse(unhex(t, v.Answer))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (v vector) open(t testing.TB, level scp.Level) Channel {
	t.Helper()
	c, err := Open(v.keys(t), Usual, unhex(t, v.HostChallenge), v.response(t), level)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func check(t *testing.T, name string, got []byte, want string) {
	t.Helper()
	if g := hex.EncodeToString(got); g != want {
		t.Errorf("%s is %s, want %s", name, g, want)
	}
}

// The session of pySim's tests, on the host's end.
func TestHost(t *testing.T) {
	v := published(t)
	c := v.open(t, scp.Level(v.Level))
	auth, err := c.ExternalAuthenticate()
	if err != nil {
		t.Fatal(err)
	}
	check(t, "EXTERNAL AUTHENTICATE", auth, v.ExtAuth)
	for _, w := range v.Wrapped {
		out, err := c.Wrap(unhex(t, w.Plain))
		if err != nil {
			t.Fatal(err)
		}
		check(t, w.Plain, out, w.Out)
		if got, err := c.Unwrap([]byte{1, 2}, 0x9000); err != nil || !bytes.Equal(got, []byte{1, 2}) {
			t.Errorf("an unprotected answer becomes %x, %v", got, err)
		}
	}
}

// The same on the card's end.
func TestCard(t *testing.T) {
	v := published(t)
	r := v.response(t)
	r.Cryptogram = nil
	c, err := NewCard(v.keys(t), Usual, unhex(t, v.HostChallenge), r)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "answer to INITIALIZE UPDATE", c.Response(), v.Answer)
	if level, err := c.Authenticate(unhex(t, v.ExtAuth)); err != nil || int(level) != v.Level {
		t.Fatalf("level %v, %v", level, err)
	}
	for _, w := range v.Wrapped {
		plain, err := c.Unwrap(unhex(t, w.Out))
		if err != nil {
			t.Fatal(err)
		}
		check(t, w.Out, plain, w.Plain)
	}
}

// raw is a session with the given keys as its session keys.
func raw(t *testing.T, key []byte, level scp.Level) *session {
	t.Helper()
	s := &session{i: Usual}
	var err error
	if s.enc, err = triple(key); err != nil {
		t.Fatal(err)
	}
	if s.mac, err = newRetail(key); err != nil {
		t.Fatal(err)
	}
	s.dek = s.enc
	s.start(level)
	s.icv = nil // the first command of those tests is what EXTERNAL AUTHENTICATE is here
	return s
}

// openjavacard-tools, SCP02WrapperTest: the well-known key as session keys, no
// EXTERNAL AUTHENTICATE before the first command, enciphered or not.
func TestWrapper(t *testing.T) {
	key := unhex(t, "404142434445464748494a4b4c4d4e4f")
	data := unhex(t, "01020304050607080102030405060708")
	for _, c := range []struct {
		level scp.Level
		want  []string // twice 5, 8, 12 and 16 bytes
	}{
		{scp.CMAC, []string{
			"142000300d0102030405fb4034e025786ab100",
			"142000300d01020304050a3bebcf697d082900",
			"142000301001020304050607081bebeae51e869dac00",
			"1420003010010203040506070840f75851a11470c500",
			"1420003014010203040506070801020304e651f07b2bddccc000",
			"1420003014010203040506070801020304b4744d06cf32ce3600",
			"142000301801020304050607080102030405060708a3efc1f8df5c466000",
			"142000301801020304050607080102030405060708f590535e9ec765cd00",
		}},
		{scp.CMAC | scp.CDEC, []string{
			"1420003010ca0868ab790be10ffb4034e025786ab100",
			"1420003010ca0868ab790be10f0a3bebcf697d082900",
			"14200030180e9a7741e84385be73d0941f83dad0fd1bebeae51e869dac00",
			"14200030180e9a7741e84385be73d0941f83dad0fd40f75851a11470c500",
			"14200030180e9a7741e84385be7af4e62b6085037ae651f07b2bddccc000",
			"14200030180e9a7741e84385be7af4e62b6085037ab4744d06cf32ce3600",
			"14200030200e9a7741e84385bea5312176c1f49f83f544aa3defb12223a3efc1f8df5c466000",
			"14200030200e9a7741e84385bea5312176c1f49f83f544aa3defb12223f590535e9ec765cd00",
		}},
	} {
		host := Channel{box: hidden.New(*raw(t, key, c.level))}
		card := raw(t, key, c.level)
		for i, want := range c.want {
			n := []int{5, 8, 12, 16}[i/2]
			p := scp.Parts{CLA: 0x10, INS: 0x20, P1: 0x00, P2: 0x30, Data: data[:n], Le: []byte{0}}
			out, err := host.Wrap(p.Join())
			if err != nil {
				t.Fatal(err)
			}
			check(t, fmt.Sprintf("command %d", i), out, want)
			back, err := card.unwrap(out)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "what the card reads", back, hex.EncodeToString(p.Join()))
			if _, err := host.Unwrap(nil, 0x9000); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Sensitive data, from the same tests.
func TestEncryptKey(t *testing.T) {
	key := unhex(t, "404142434445464748494a4b4c4d4e4f")
	s := raw(t, key, scp.CMAC)
	for plain, want := range map[string]string{
		"00000000000000000000000000000000": "8baf473f2f8fd0948baf473f2f8fd094",
		"404142434445464748494a4b4c4d4e4f": "b4baa89a8cd0292b45210e1bc84b1c31",
	} {
		got, err := s.encryptKey(unhex(t, plain))
		if err != nil {
			t.Fatal(err)
		}
		check(t, plain, got, want)
	}
	if _, err := s.encryptKey(make([]byte, 9)); !errors.Is(err, scp.ErrKeySize) {
		t.Errorf("9 bytes: %v", err)
	}
}

// pair opens both ends.
func pair(t testing.TB, i byte, level scp.Level) (Channel, Card) {
	t.Helper()
	v := published(t)
	k := v.keys(t)
	card, err := NewCard(k, i, unhex(t, v.HostChallenge), v.response(t))
	if err != nil {
		t.Fatal(err)
	}
	ch, err := Open(k, i, unhex(t, v.HostChallenge), v.response(t), level)
	if err != nil {
		t.Fatal(err)
	}
	auth, err := ch.ExternalAuthenticate()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := card.Authenticate(auth); err != nil || got != level {
		t.Fatalf("level %v, %v", got, err)
	}
	return ch, card
}

// Round trips only: no published session has these options, and none has
// R-MAC.
func TestRoundTrips(t *testing.T) {
	for _, i := range []byte{0x04, 0x05, 0x14, 0x15, 0x24, 0x25, 0x34, 0x35, 0x54, 0x55, 0x74, 0x75} {
		for _, level := range []scp.Level{0x00, 0x01, 0x03, 0x10, 0x11, 0x13} {
			if checkLevel(level, i) == nil {
				roundTrip(t, i, level)
			}
		}
	}
}

func roundTrip(t *testing.T, i byte, level scp.Level) {
	t.Helper()
	ch, card := pair(t, i, level)
	for n := range 30 {
		p := scp.Parts{CLA: 0x80, INS: 0xF2, P1: 0x40, P2: byte(n), Data: bytes.Repeat([]byte{byte(n)}, n)}
		wire, err := ch.Wrap(p.Join())
		if err != nil {
			t.Fatal(err)
		}
		plain, err := card.Unwrap(wire)
		if err != nil || !bytes.Equal(plain, p.Join()) {
			t.Fatalf("i %02X, level %v, %d bytes: %x, %v", i, level, n, plain, err)
		}
		sw, data := uint16(0x9000), bytes.Repeat([]byte{0x33}, n)
		if n%4 == 1 {
			sw, data = 0x6A88, nil
		}
		answer, err := card.Wrap(data, sw)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ch.Unwrap(answer, sw)
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("i %02X, level %v, %d bytes of answer: %x, %v", i, level, n, got, err)
		}
	}
}

func TestWrongKeysGiveNoChannel(t *testing.T) {
	v := published(t)
	enc := unhex(t, v.ENC)
	enc[3] ^= 2 // not a parity bit
	k, err := NewKeys(enc, unhex(t, v.MAC), unhex(t, v.DEK))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(k, Usual, unhex(t, v.HostChallenge), v.response(t), scp.CMAC)
	if !errors.Is(err, scp.ErrCryptogram) {
		t.Fatal(err)
	}
	if _, err := c.ExternalAuthenticate(); !errors.Is(err, scp.ErrClosed) {
		t.Errorf("EXTERNAL AUTHENTICATE is made: %v", err)
	}
	if _, err := c.Wrap([]byte{0x80, 0xF2, 0, 0}); !errors.Is(err, scp.ErrClosed) {
		t.Errorf("a command is wrapped: %v", err)
	}
}

func TestWrongAnswerClosesTheChannel(t *testing.T) {
	for _, change := range []func(b []byte) []byte{
		func(b []byte) []byte { b[0] ^= 1; return b },
		func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		func(b []byte) []byte { return b[1:] },
		func([]byte) []byte { return nil },
	} {
		ch, card := pair(t, 0x35, 0x11)
		wire, err := ch.Wrap([]byte{0x80, 0xCA, 0x00, 0x66, 0x00})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := card.Unwrap(wire); err != nil {
			t.Fatal(err)
		}
		answer, err := card.Wrap([]byte{0x66, 0x00}, 0x9000)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ch.Unwrap(change(answer), 0x9000); !errors.Is(err, scp.ErrMAC) || got != nil {
			t.Errorf("%x: %x, %v", answer, got, err)
		}
		if _, err := ch.Wrap([]byte{0x80, 0xCA, 0x00, 0x66, 0x00}); !errors.Is(err, scp.ErrClosed) {
			t.Errorf("the channel goes on: %v", err)
		}
	}
}

func TestCardRefuses(t *testing.T) {
	v := published(t)
	for _, c := range []struct {
		name   string
		change func([]byte) []byte
		want   error
	}{
		{"a wrong host cryptogram", func(b []byte) []byte { b[5] ^= 1; return b }, scp.ErrCryptogram},
		{"a wrong MAC", func(b []byte) []byte { b[20] ^= 1; return b }, scp.ErrMAC},
		{"another level", func(b []byte) []byte { b[2] = 3; return b }, scp.ErrMAC},
		{"R-MAC, which it does not offer", func(b []byte) []byte { b[2] = 0x11; return b }, scp.ErrLevel},
		{"half of it", func(b []byte) []byte { return append(b[:4:4], append([]byte{8}, b[5:13]...)...) }, scp.ErrCommand},
	} {
		card, err := NewCard(v.keys(t), Usual, unhex(t, v.HostChallenge), v.response(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := card.Authenticate(c.change(unhex(t, v.ExtAuth))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := card.Authenticate(unhex(t, v.ExtAuth)); !errors.Is(err, scp.ErrClosed) {
			t.Errorf("after %s the channel goes on: %v", c.name, err)
		}
	}
	ch, card := pair(t, Usual, scp.CMAC|scp.CDEC)
	wire, err := ch.Wrap([]byte{0x80, 0xF2, 0x20, 0x02, 2, 0x4F, 0})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := card.Unwrap(wire); err != nil {
		t.Fatal(err)
	}
	if _, err := card.Unwrap(wire); !errors.Is(err, scp.ErrMAC) {
		t.Errorf("a replayed command: %v", err)
	}
}

func TestOrderAndSizes(t *testing.T) {
	v := published(t)
	ch := v.open(t, scp.CMAC|scp.CDEC)
	if _, err := ch.Wrap([]byte{0x80, 0xF2, 0, 0}); !errors.Is(err, scp.ErrOrder) {
		t.Errorf("before EXTERNAL AUTHENTICATE: %v", err)
	}
	if _, err := ch.ExternalAuthenticate(); err != nil {
		t.Fatal(err)
	}
	if _, err := ch.ExternalAuthenticate(); !errors.Is(err, scp.ErrOrder) {
		t.Errorf("EXTERNAL AUTHENTICATE twice: %v", err)
	}
	for n, want := range map[int]error{239: nil, 240: scp.ErrTooLong, 255: scp.ErrTooLong} {
		p := scp.Parts{CLA: 0x80, INS: 0xE2, Data: make([]byte, n)}
		if _, err := ch.Wrap(p.Join()); !errors.Is(err, want) {
			t.Errorf("%d bytes: %v", n, err)
		}
		ch.box.Get().waiting = false
	}
	for _, i := range []byte{0x00, 0x0A, 0x1A, 0x06, 0x0C, 0x95} {
		if _, err := Open(v.keys(t), i, unhex(t, v.HostChallenge), v.response(t), 1); !errors.Is(err, scp.ErrProtocol) {
			t.Errorf("i %02X: %v", i, err)
		}
	}
	for level, want := range map[scp.Level]error{0x02: scp.ErrLevel, 0x11: scp.ErrLevel, 0x33: scp.ErrLevel} {
		if _, err := Open(v.keys(t), Usual, unhex(t, v.HostChallenge), v.response(t), level); !errors.Is(err, want) {
			t.Errorf("level %02X: %v", byte(level), err)
		}
	}
	if _, err := Open(v.keys(t), Usual, []byte{1}, v.response(t), 1); !errors.Is(err, scp.ErrChallenge) {
		t.Errorf("a short challenge: %v", err)
	}
	for _, n := range []int{0, 8, 15, 24} {
		if _, err := NewKeys(make([]byte, n), make([]byte, n), make([]byte, n)); !errors.Is(err, scp.ErrKeySize) {
			t.Errorf("%d byte keys: %v", n, err)
		}
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	v := published(t)
	k, ch := v.keys(t), v.open(t, 1)
	card, err := NewCard(k, Usual, unhex(t, v.HostChallenge), v.response(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, x := range []any{k, ch, card, struct{ in Channel }{ch}, struct{ in Keys }{k}, struct{ in Card }{card}} {
			s := strings.ToLower(fmt.Sprintf(verb, x))
			for _, forbidden := range []string{v.ENC[:8], v.MAC[:8], v.DEK[:8], "16 1 2 3 4", "16 17 2 3"} {
				if strings.Contains(s, forbidden) {
					t.Errorf("%s shows %s in %s", verb, forbidden, s)
				}
			}
		}
	}
	k.Clear()
	if _, err := Open(k, Usual, unhex(t, v.HostChallenge), v.response(t), 1); !errors.Is(err, scp.ErrClosed) {
		t.Errorf("cleared keys: %v", err)
	}
}

func FuzzCard(f *testing.F) {
	v := published(f)
	f.Add(unhex(f, v.ExtAuth), unhex(f, v.Wrapped[0].Out))
	f.Fuzz(func(t *testing.T, auth, command []byte) {
		card, err := NewCard(v.keys(t), Usual, unhex(t, v.HostChallenge), v.response(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := card.Authenticate(auth); err == nil && !bytes.HasPrefix(auth[1:], unhex(t, v.ExtAuth)[1:]) { // on any channel, with Le or not
			t.Errorf("%x is accepted", auth)
		}
		_, _ = card.Unwrap(command)
		ch := v.open(t, 3)
		_, _ = ch.ExternalAuthenticate()
		_, _ = ch.Wrap(command)
		_, _ = ch.Unwrap(command, 0x9000)
	})
}

func BenchmarkSCP02Open(b *testing.B) {
	v := published(b)
	k, challenge, r := v.keys(b), unhex(b, v.HostChallenge), v.response(b)
	for b.Loop() {
		if _, err := Open(k, Usual, challenge, r, 3); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSCP02Command(b *testing.B) {
	ch, card := pair(b, Usual, 3)
	command := scp.Parts{CLA: 0x80, INS: 0xE2, Data: make([]byte, 100)}.Join()
	for b.Loop() {
		wire, err := ch.Wrap(command)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := card.Unwrap(wire); err != nil {
			b.Fatal(err)
		}
		if _, err := ch.Unwrap(nil, 0x9000); err != nil {
			b.Fatal(err)
		}
	}
}
