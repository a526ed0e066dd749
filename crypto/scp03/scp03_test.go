package scp03

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"simscope/crypto/scp"
)

type vector struct {
	Name, Mode, Source string
	ENC, MAC, DEK      string
	Level              int    `json:"security_level"`
	InitUpdate         string `json:"init_update_cmd"`
	Answer             string `json:"init_update_rsp"`
	ExtAuth            string `json:"ext_auth_cmd"`
	Wrapped            []struct {
		Name, Plain, Out string
		RspWrapped       *string `json:"rsp_wrapped"`
		RspPlain         string  `json:"rsp_plain"`
	}
}

func vectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct{ SCP03 []vector }
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.SCP03) != 10 {
		t.Fatalf("%d sessions, want 10", len(f.SCP03))
	}
	return f.SCP03
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

func (v vector) challenge(t testing.TB) []byte {
	t.Helper()
	p, err := scp.Split(unhex(t, v.InitUpdate))
	if err != nil {
		t.Fatal(err)
	}
	return p.Data
}

func (v vector) open(t testing.TB) Channel {
	t.Helper()
	c, err := Open(v.keys(t), v.challenge(t), v.response(t), scp.Level(v.Level))
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

// Every published session, byte for byte, on the host's end.
func TestHost(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			c := v.open(t)
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
				check(t, w.Name, out, w.Out)
				if w.RspWrapped == nil {
					// The session was recorded without this answer.
					c.box.Get().waiting = false
					continue
				}
				plain, err := c.Unwrap(unhex(t, *w.RspWrapped), 0x9000)
				if err != nil {
					t.Fatal(err)
				}
				check(t, w.Name+"'s answer", plain, w.RspPlain)
			}
		})
	}
}

// The card's end against the same recordings.
func TestCard(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			r := v.response(t)
			r.Cryptogram = nil
			c, err := NewCard(v.keys(t), v.challenge(t), r)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "answer to INITIALIZE UPDATE", c.Response(), v.Answer)
			level, err := c.Authenticate(unhex(t, v.ExtAuth))
			if err != nil || int(level) != v.Level {
				t.Fatalf("level %v, %v", level, err)
			}
			for _, w := range v.Wrapped {
				plain, err := c.Unwrap(unhex(t, w.Out))
				if err != nil {
					t.Fatal(err)
				}
				check(t, w.Name, plain, w.Plain)
				if w.RspWrapped == nil {
					continue
				}
				out, err := c.Wrap(unhex(t, w.RspPlain), 0x9000)
				if err != nil {
					t.Fatal(err)
				}
				if want := unhex(t, *w.RspWrapped); len(want) == len(out)+16 {
					// This card filled one more block than it had to.
					check(t, w.Name+"'s answer", out[:16], hex.EncodeToString(want[:16]))
					continue
				}
				check(t, w.Name+"'s answer", out, *w.RspWrapped)
			}
		})
	}
}

// Session keys of openjavacard-tools' SCP03DerivationTest.
func TestDerivation(t *testing.T) {
	key := unhex(t, "404142434445464748494a4b4c4d4e4f")
	host, card := unhex(t, "A7F76C713F0A713D"), unhex(t, "31900058C1C451A2")
	for _, c := range []struct {
		constant byte
		want     string
	}{
		{deriveENC, "258a78866f41482bef482dc8ca976ccd"},
		{deriveMAC, "053db6abc7fdf3b63a0d965ee16b0255"},
		{deriveRMAC, "eda0b4f2ec0345bfc50f3bc59cfef936"},
	} {
		got, err := derive(key, c.constant, 128, host, card)
		if err != nil {
			t.Fatal(err)
		}
		check(t, fmt.Sprintf("key %02X", c.constant), got, c.want)
	}
}

// The challenges of the recorded cards are pseudo-random: from the counter and
// the AID of the security domain, an ISD-R with pySim's and the old name of the
// card manager with the card of openjavacard-tools. Those of OpenSCP-Java are
// made up.
func TestCardChallenge(t *testing.T) {
	n := 0
	for _, v := range vectors(t) {
		if v.Mode != "S8" {
			continue
		}
		n++
		r := v.response(t)
		got, err := v.keys(t).CardChallenge(r.Sequence, unhex(t, "A0000005591010FFFFFFFF8900000100"), 8)
		if err != nil {
			t.Fatal(err)
		}
		check(t, v.Name, got, hex.EncodeToString(r.Challenge))
	}
	if n != 7 {
		t.Errorf("%d challenges, want 7", n)
	}
	key := unhex(t, "404142434445464748494a4b4c4d4e4f")
	k, err := NewKeys(key, key, key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := k.CardChallenge(unhex(t, "000010"), unhex(t, "A000000003000000"), 8)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "openjavacard-tools", got, "31900058c1c451a2")
}

func TestWrongKeysGiveNoChannel(t *testing.T) {
	for _, v := range vectors(t) {
		mac := unhex(t, v.MAC)
		mac[0] ^= 1
		k, err := NewKeys(unhex(t, v.ENC), mac, unhex(t, v.DEK))
		if err != nil {
			t.Fatal(err)
		}
		c, err := Open(k, v.challenge(t), v.response(t), scp.Level(v.Level))
		if !errors.Is(err, scp.ErrCryptogram) {
			t.Fatalf("%s: %v", v.Name, err)
		}
		if _, err := c.ExternalAuthenticate(); !errors.Is(err, scp.ErrClosed) {
			t.Errorf("EXTERNAL AUTHENTICATE is made: %v", err)
		}
		if _, err := c.Wrap([]byte{0x80, 0xF2, 0, 0}); !errors.Is(err, scp.ErrClosed) {
			t.Errorf("a command is wrapped: %v", err)
		}
	}
}

func TestWrongAnswerClosesTheChannel(t *testing.T) {
	for _, v := range vectors(t) {
		if scp.Level(v.Level)&scp.RMAC == 0 {
			continue
		}
		w := v.Wrapped[0]
		good := unhex(t, *w.RspWrapped)
		for _, c := range []struct {
			name string
			data []byte
			sw   uint16
		}{
			{"a flipped bit", append([]byte{good[0] ^ 1}, good[1:]...), 0x9000},
			{"a flipped bit of the MAC", append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), 0x9000},
			{"another status word", good, 0x6310},
			{"a shorter answer", good[1:], 0x9000},
			{"no answer", nil, 0x9000},
			{"data with an error", good, 0x6A80},
		} {
			ch := v.open(t)
			if _, err := ch.ExternalAuthenticate(); err != nil {
				t.Fatal(err)
			}
			if _, err := ch.Wrap(unhex(t, w.Plain)); err != nil {
				t.Fatal(err)
			}
			if plain, err := ch.Unwrap(c.data, c.sw); !errors.Is(err, scp.ErrMAC) || plain != nil {
				t.Errorf("%s, %s: %x, %v", v.Name, c.name, plain, err)
			}
			if _, err := ch.Wrap(unhex(t, w.Plain)); !errors.Is(err, scp.ErrClosed) {
				t.Errorf("%s, %s: the channel goes on: %v", v.Name, c.name, err)
			}
		}
	}
}

// pair opens both ends over a level.
func pair(t testing.TB, size int, i byte, level scp.Level) (Channel, Card) {
	t.Helper()
	key := bytes.Repeat([]byte{0x40}, size)
	k, err := NewKeys(key, key, key)
	if err != nil {
		t.Fatal(err)
	}
	n := ChallengeSize(i&scp.S16 != 0)
	seq := []byte(nil)
	if i&scp.PseudoRandom != 0 {
		seq = []byte{0, 0, 1}
	}
	host := bytes.Repeat([]byte{0xA5}, n)
	card, err := NewCard(k, host, scp.Response{KeyVersion: 0x30, I: i, Sequence: seq, Challenge: bytes.Repeat([]byte{0x5A}, n)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := scp.ParseResponse(card.Response())
	if err != nil {
		t.Fatal(err)
	}
	ch, err := Open(k, host, r, level)
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

// Round trips only: no published session has these options.
func TestRoundTrips(t *testing.T) {
	for _, size := range []int{16, 24, 32} {
		for _, i := range []byte{0x00, 0x10, 0x20, 0x30, 0x60, 0x70, 0x01, 0x11, 0x61, 0x71} {
			for _, level := range []scp.Level{0x00, 0x01, 0x03, 0x11, 0x13, 0x33} {
				if checkLevel(level, i) != nil {
					continue
				}
				roundTrip(t, size, i, level)
			}
		}
	}
}

func roundTrip(t *testing.T, size int, i byte, level scp.Level) {
	t.Helper()
	ch, card := pair(t, size, i, level)
	for n := range 40 {
		p := scp.Parts{CLA: 0x80, INS: 0xE2, P1: 0x90, P2: byte(n), Data: bytes.Repeat([]byte{byte(n)}, n)}
		if n%2 == 1 {
			p.Le = []byte{0}
		}
		wire, err := ch.Wrap(p.Join())
		if err != nil {
			t.Fatal(err)
		}
		plain, err := card.Unwrap(wire)
		if err != nil || !bytes.Equal(plain, p.Join()) {
			t.Fatalf("%d, i %02X, level %v, %d bytes: %x, %v", size, i, level, n, plain, err)
		}
		sw := uint16(0x9000)
		data := bytes.Repeat([]byte{0x80}, n)
		switch n % 5 {
		case 1:
			sw = 0x6310
		case 2:
			sw, data = 0x6A88, nil
		}
		answer, err := card.Wrap(data, sw)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ch.Unwrap(answer, sw)
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d, i %02X, level %v, %d bytes of answer: %x, %v", size, i, level, n, got, err)
		}
	}
}

func TestCardRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func([]byte)
		want   error
	}{
		{"a wrong host cryptogram", func(b []byte) { b[5] ^= 1 }, scp.ErrCryptogram},
		{"a wrong MAC", func(b []byte) { b[len(b)-1] ^= 1 }, scp.ErrMAC},
		{"another level", func(b []byte) { b[2] = 0x13 }, scp.ErrMAC},
		{"no such level", func(b []byte) { b[2] = 0x02 }, scp.ErrLevel},
	} {
		v := vectors(t)[2]
		r := v.response(t)
		card, err := NewCard(v.keys(t), v.challenge(t), r)
		if err != nil {
			t.Fatal(err)
		}
		auth := unhex(t, v.ExtAuth)
		c.change(auth)
		if _, err := card.Authenticate(auth); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := card.Authenticate(unhex(t, v.ExtAuth)); !errors.Is(err, scp.ErrClosed) {
			t.Errorf("after %s the channel goes on: %v", c.name, err)
		}
	}
	ch, card := pair(t, 16, 0x70, 0x33)
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
	v := vectors(t)[2]
	ch := v.open(t)
	if _, err := ch.Wrap([]byte{0x80, 0xF2, 0, 0}); !errors.Is(err, scp.ErrOrder) {
		t.Errorf("before EXTERNAL AUTHENTICATE: %v", err)
	}
	if _, err := ch.ExternalAuthenticate(); err != nil {
		t.Fatal(err)
	}
	if _, err := ch.ExternalAuthenticate(); !errors.Is(err, scp.ErrOrder) {
		t.Errorf("EXTERNAL AUTHENTICATE twice: %v", err)
	}
	long := scp.Parts{CLA: 0x80, INS: 0xE2, Data: make([]byte, 240)}
	if _, err := ch.Wrap(long.Join()); !errors.Is(err, scp.ErrTooLong) {
		t.Errorf("240 bytes: %v", err)
	}
	fits := scp.Parts{CLA: 0x80, INS: 0xE2, Data: make([]byte, 239)}
	if _, err := ch.Wrap(fits.Join()); err != nil {
		t.Errorf("239 bytes: %v", err)
	}
	if _, err := ch.Wrap(fits.Join()); !errors.Is(err, scp.ErrOrder) {
		t.Errorf("before the answer: %v", err)
	}
	ch.Clear()
	if _, err := ch.Unwrap(nil, 0x9000); !errors.Is(err, scp.ErrClosed) {
		t.Errorf("after Clear: %v", err)
	}
	if _, err := Open(v.keys(t), v.challenge(t)[1:], v.response(t), 0x33); !errors.Is(err, scp.ErrChallenge) {
		t.Errorf("a short challenge: %v", err)
	}
	r := v.response(t)
	r.I = 0x10
	if _, err := Open(v.keys(t), v.challenge(t), r, 0x33); !errors.Is(err, scp.ErrLevel) {
		t.Errorf("a card without R-MAC: %v", err)
	}
	for _, n := range []int{0, 8, 15, 17, 33} {
		if _, err := NewKeys(make([]byte, n), make([]byte, n), make([]byte, n)); !errors.Is(err, scp.ErrKeySize) {
			t.Errorf("%d byte keys: %v", n, err)
		}
	}
	if _, err := NewKeys(make([]byte, 16), make([]byte, 16), make([]byte, 24)); !errors.Is(err, scp.ErrKeySize) {
		t.Errorf("keys of two lengths: %v", err)
	}
}

// DEK: AES in CBC mode, checked by deciphering it again with one block.
func TestEncryptKey(t *testing.T) {
	ch, _ := pair(t, 16, 0x70, 0x33)
	got, err := ch.EncryptKey(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	st := ch.box.Get()
	var block [16]byte
	st.dek.Decrypt(block[:], got)
	if block != [16]byte{} {
		t.Errorf("%x deciphers to %x", got, block)
	}
	if _, err := ch.EncryptKey(make([]byte, 15)); !errors.Is(err, scp.ErrKeySize) {
		t.Errorf("15 bytes: %v", err)
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	v := vectors(t)[0]
	k, ch := v.keys(t), v.open(t)
	card, err := NewCard(k, v.challenge(t), v.response(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, x := range []any{k, ch, card, struct{ in Channel }{ch}, struct{ in Keys }{k}, struct{ in Card }{card}} {
			s := strings.ToLower(fmt.Sprintf(verb, x))
			for _, forbidden := range []string{v.ENC[:8], v.MAC[:8], v.DEK[:8], "0 1 2 3 4", "16 17 18 19"} {
				if strings.Contains(s, forbidden) {
					t.Errorf("%s shows %s in %s", verb, forbidden, s)
				}
			}
		}
	}
	k.Clear()
	if _, err := Open(k, v.challenge(t), v.response(t), 0x11); !errors.Is(err, scp.ErrClosed) {
		t.Errorf("cleared keys: %v", err)
	}
}

func FuzzCard(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(unhex(f, v.ExtAuth), unhex(f, v.Wrapped[0].Out))
	}
	v := vectors(f)[2]
	f.Fuzz(func(t *testing.T, auth, command []byte) {
		card, err := NewCard(v.keys(t), v.challenge(t), v.response(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := card.Authenticate(auth); err == nil && !bytes.HasPrefix(auth[1:], unhex(t, v.ExtAuth)[1:]) { // on any channel, with Le or not
			t.Errorf("%x is accepted", auth)
		}
		_, _ = card.Unwrap(command)
		ch := v.open(t)
		_, _ = ch.ExternalAuthenticate()
		_, _ = ch.Wrap(command)
		if len(command) > 2 {
			_, _ = ch.Unwrap(command[2:], uint16(command[0])<<8|uint16(command[1]))
		}
	})
}

func BenchmarkSCP03Open(b *testing.B) {
	v := vectors(b)[2]
	k, challenge, r := v.keys(b), v.challenge(b), v.response(b)
	for b.Loop() {
		if _, err := Open(k, challenge, r, 0x33); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSCP03Command(b *testing.B) {
	ch, card := pair(b, 16, 0x70, 0x33)
	command := scp.Parts{CLA: 0x80, INS: 0xE2, Data: make([]byte, 100)}.Join()
	for b.Loop() {
		wire, err := ch.Wrap(command)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := card.Unwrap(wire); err != nil {
			b.Fatal(err)
		}
		answer, err := card.Wrap(nil, 0x9000)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ch.Unwrap(answer, 0x9000); err != nil {
			b.Fatal(err)
		}
	}
}
