package suci

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type imsiVector struct {
	Profile, Spec   string
	MCC, MNC, MSIN  string
	KeyID           byte   `json:"key_id"`
	HNPriv          string `json:"hn_priv"`
	HNPub           string `json:"hn_pub"`
	EphPriv         string `json:"eph_priv"`
	EphPub          string `json:"eph_pub"`
	Shared          string
	Plaintext       string
	Ciphertext, MAC string
	AESKey          string `json:"aes_key"`
	ICB             string
	MACKey          string `json:"mac_key"`
	Output          string `json:"scheme_output"`
}

type naiVector struct {
	Profile, Spec, NAI string
	EphPriv            string `json:"eph_priv"`
	EphPub             string `json:"eph_pub"`
	Ciphertext, MAC    string
}

type vectors struct {
	IMSI          []imsiVector
	NAI           []naiVector
	UncompressedB string `json:"uncompressed_b"`
}

func read(t testing.TB) (v vectors) {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.IMSI) != 2 || len(v.NAI) != 2 {
		t.Fatal("a vector is missing")
	}
	return v
}

func bin(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func scheme(profile string) Scheme { return Scheme(profile[0] - 'A' + 1) }

func (v imsiVector) home(t testing.TB) Home {
	t.Helper()
	key, err := NewPublicKey(scheme(v.Profile), bin(t, v.HNPub))
	if err != nil {
		t.Fatal(err)
	}
	return Home{MCC: v.MCC, MNC: v.MNC, Routing: "678", Scheme: scheme(v.Profile), KeyID: v.KeyID, Key: key}
}

func (v imsiVector) private(t testing.TB) PrivateKey {
	t.Helper()
	k, err := NewPrivateKey(scheme(v.Profile), bin(t, v.HNPriv))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestVectorsOfIMSI(t *testing.T) {
	for _, v := range read(t).IMSI {
		t.Run(v.Profile, func(t *testing.T) {
			k := derive(bin(t, v.Shared), bin(t, v.EphPub))
			if got := hex.EncodeToString(k[:]); got != v.AESKey+v.ICB+v.MACKey {
				t.Errorf("derived %s", got)
			}
			plain, err := EncodeDigits(v.MSIN)
			if err != nil || hex.EncodeToString(plain) != v.Plaintext {
				t.Errorf("MSIN is coded %x (%v), want %s", plain, err, v.Plaintext)
			}
			s, err := v.home(t).Conceal(v.MCC+v.MNC+v.MSIN, bytes.NewReader(bin(t, v.EphPriv)))
			if err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(s.Output); got != v.Output {
				t.Errorf("scheme output %s, want %s", got, v.Output)
			}
			key := v.private(t)
			if got, err := s.Reveal(key); err != nil || got != v.MCC+v.MNC+v.MSIN {
				t.Errorf("revealed %q, %v", got, err)
			}
			if pub, err := key.Public(scheme(v.Profile)); err != nil || hex.EncodeToString(pub.Bytes()) != v.HNPub {
				t.Errorf("public key %x, %v", pub.Bytes(), err)
			}
		})
	}
}

func TestVectorsOfNAI(t *testing.T) {
	all := read(t)
	for i, v := range all.NAI {
		home := all.IMSI[i].home(t)
		name, realm, _ := strings.Cut(v.NAI, "@")
		sealed, err := home.Key.Conceal([]byte(name), bytes.NewReader(bin(t, v.EphPriv)))
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(sealed.Bytes()); got != v.EphPub+v.Ciphertext+v.MAC {
			t.Errorf("%s: %s, want %s", v.Spec, got, v.EphPub+v.Ciphertext+v.MAC)
		}
		s := SUCI{Type: TypeNSI, Realm: realm, Routing: "1", Scheme: home.Scheme, KeyID: 27, Output: sealed.Bytes()}
		if got, err := s.Reveal(all.IMSI[i].private(t)); err != nil || got != v.NAI {
			t.Errorf("%s: revealed %q, %v", v.Spec, got, err)
		}
	}
}

func TestUncompressedPublicKey(t *testing.T) {
	v := read(t)
	got, err := NewPublicKey(ProfileB, bin(t, v.UncompressedB))
	if err != nil || hex.EncodeToString(got.Bytes()) != v.IMSI[1].HNPub {
		t.Errorf("%x, %v", got.Bytes(), err)
	}
	if !got.Equal(v.IMSI[1].home(t).Key) || got.Equal(v.IMSI[0].home(t).Key) {
		t.Error("Equal")
	}
}

// The specification counts in the last 32 bits of the counter block only.
func TestCounterRunsOver(t *testing.T) {
	var k streamKeys
	for i := encKeySize; i < encKeySize+icbSize; i++ {
		k[i] = 0xFF
	}
	long := make([]byte, 32)
	if err := k.xor(long, long); err != nil {
		t.Fatal(err)
	}
	clear(k[encKeySize+icbSize-4 : encKeySize+icbSize])
	short := make([]byte, 16)
	if err := k.xor(short, short); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(long[16:], short) {
		t.Errorf("the block behind FF…FF FFFFFFFF is %x, want that of FF…FF 00000000, %x", long[16:], short)
	}
}

func TestEveryBitCounts(t *testing.T) {
	for _, v := range read(t).IMSI {
		key := v.private(t)
		good := bin(t, v.Output)
		for bit := range 8 * len(good) {
			bad := bytes.Clone(good)
			bad[bit/8] ^= 1 << (bit % 8)
			plain, err := key.Reveal(scheme(v.Profile), bad)
			// X25519 takes no notice of the top bit of a public key, but the tag
			// does: the key derivation has the bytes as they were sent.
			if err == nil || plain != nil {
				t.Fatalf("profile %s with bit %d turned: %x, %v", v.Profile, bit, plain, err)
			}
		}
		for n := range len(good) {
			if plain, err := key.Reveal(scheme(v.Profile), good[:n]); err == nil || plain != nil {
				t.Fatalf("profile %s cut to %d bytes: %x, %v", v.Profile, n, plain, err)
			}
		}
	}
}

func TestWrongKeys(t *testing.T) {
	a, b := read(t).IMSI[0], read(t).IMSI[1]
	other, err := NewPrivateKey(Null, bin(t, b.HNPriv))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key  PrivateKey
		want error
	}{
		"another key":         {other, ErrMAC},
		"the other profile's": {b.private(t), ErrProfile},
		"no key":              {PrivateKey{}, ErrCleared},
	} {
		if got, err := c.key.Reveal(ProfileA, bin(t, a.Output)); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %x, %v, want %v", name, got, err, c.want)
		}
	}
	for _, s := range []Scheme{Null, 3, 15} {
		if _, err := a.private(t).Reveal(s, bin(t, a.Output)); !errors.Is(err, ErrScheme) {
			t.Errorf("scheme %d: %v", s, err)
		}
	}
}

func TestUselessPoints(t *testing.T) {
	a := read(t).IMSI[0]
	zero := append(make([]byte, PublicASize), make([]byte, 13)...)
	if _, err := a.private(t).Reveal(ProfileA, zero); !errors.Is(err, ErrPoint) {
		t.Errorf("X25519 with a point of small order: %v", err)
	}
	key, err := NewPublicKey(ProfileA, make([]byte, PublicASize))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := key.Conceal([]byte{1}, rand.Reader); !errors.Is(err, ErrPoint) {
		t.Errorf("concealing for a point of small order: %v", err)
	}
	for name, bad := range map[string][]byte{
		"x of no point":      append([]byte{2}, bytes.Repeat([]byte{0xFF}, 32)...),
		"first byte":         append([]byte{5}, make([]byte, 32)...),
		"not on the curve":   append([]byte{4}, bytes.Repeat([]byte{1}, 64)...),
		"a compressed of 65": append([]byte{2}, make([]byte, 64)...),
	} {
		if _, err := NewPublicKey(ProfileB, bad); !errors.Is(err, ErrPoint) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (PublicKey{}).Conceal([]byte{1}, rand.Reader); !errors.Is(err, ErrScheme) {
		t.Errorf("no key: %v", err)
	}
	if _, err := a.home(t).Key.Conceal([]byte{1}, bytes.NewReader(nil)); err == nil {
		t.Error("no random bytes, and an output")
	}
}

func TestHomeRefuses(t *testing.T) {
	a := read(t).IMSI[0].home(t)
	b := read(t).IMSI[1].home(t)
	for name, c := range map[string]struct {
		home Home
		imsi string
		want error
	}{
		"another network":     {a, "999990123456789", &FormError{Part: PartMNC, Fault: FaultRange}},
		"no MSIN":             {a, "274012", &FormError{Part: PartMNC, Fault: FaultRange}},
		"letters":             {a, "274012x01", &FormError{Part: PartMSIN, Fault: FaultDigits}},
		"too long":            {a, "27401201234567890", &FormError{Part: PartMSIN, Fault: FaultLength, Got: 11}},
		"operator's scheme":   {Home{MCC: "274", MNC: "012", Scheme: 0xC}, "2740121", ErrScheme},
		"the other's key":     {Home{MCC: "274", MNC: "012", Scheme: ProfileA, Key: b.Key}, "2740121", ErrProfile},
		"no key":              {Home{MCC: "274", MNC: "012", Scheme: ProfileA}, "2740121", ErrProfile},
		"routing of 5 digits": {Home{MCC: "274", MNC: "012", Routing: "12345"}, "2740121", &FormError{Part: PartRouting, Fault: FaultLength, Got: 5}},
	} {
		_, err := c.home.Conceal(c.imsi, rand.Reader)
		var got, want *FormError
		if errors.As(c.want, &want) {
			if !errors.As(err, &got) || *got != *want {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		} else if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestConcealName(t *testing.T) {
	v := read(t)
	for i, n := range v.NAI {
		s, err := v.IMSI[i].home(t).ConcealName(TypeNSI, n.NAI, bytes.NewReader(bin(t, n.EphPriv)))
		if err != nil || hex.EncodeToString(s.Output) != n.EphPub+n.Ciphertext+n.MAC || s.Realm != "3gpp.com" {
			t.Errorf("%s: %s, %v", n.Spec, s, err)
		}
	}
	home := v.IMSI[0].home(t)
	home.Routing = ""
	s, err := home.ConcealName(TypeGLI, "line@example.org", rand.Reader)
	if err != nil || s.String() != "suci-3-example.org-0-0-0-line" {
		t.Errorf("a line: %s, %v", s, err)
	}
	for _, bad := range []struct {
		kind byte
		nai  string
	}{{TypeIMSI, "a@b"}, {4, "a@b"}, {TypeNSI, "a"}, {TypeNSI, "@b"}, {TypeNSI, "a@"}} {
		if s, err := home.ConcealName(bad.kind, bad.nai, rand.Reader); err == nil {
			t.Errorf("%v gives %s", bad, s)
		}
	}
}

// Whatever is concealed with random ephemeral keys comes back.
func TestRoundTrip(t *testing.T) {
	v := read(t).IMSI
	rapid.Check(t, func(rt *rapid.T) {
		i := rapid.IntRange(0, 2).Draw(rt, "scheme")
		home := Home{Scheme: Null}
		if i > 0 {
			home = v[i-1].home(t)
		}
		home.MCC = rapid.StringMatching(`[0-9]{3}`).Draw(rt, "mcc")
		home.MNC = rapid.StringMatching(`[0-9]{2,3}`).Draw(rt, "mnc")
		home.Routing = rapid.StringMatching(`[0-9]{0,4}`).Draw(rt, "routing")
		imsi := home.MCC + home.MNC + rapid.StringMatching(`[0-9]{1,10}`).Draw(rt, "msin")
		s, err := home.Conceal(imsi, rand.Reader)
		if err != nil {
			rt.Fatal(err)
		}
		octets, err := s.Octets()
		if err != nil {
			rt.Fatal(err)
		}
		back, err := ParseOctets(octets)
		if err != nil || back.String() != s.String() {
			rt.Fatalf("%x reads as %s (%v), want %s", octets, back, err, s)
		}
		if text, err := Parse(s.String()); err != nil || text.String() != s.String() {
			rt.Fatalf("%s reads as %s, %v", s, text, err)
		}
		nai, err := Parse(s.NAI())
		if err != nil || nai.NAI() != s.NAI() {
			rt.Fatalf("%s reads as %s, %v", s.NAI(), nai.NAI(), err)
		}
		got, err := back.Open()
		if i > 0 {
			got, err = back.Reveal(v[i-1].private(t))
		}
		if err != nil || got != imsi {
			rt.Fatalf("gives %s (%v), want %s", got, err, imsi)
		}
	})
}

func BenchmarkConceal(b *testing.B) {
	for _, v := range read(b).IMSI {
		home := v.home(b)
		b.Run(v.Profile, func(b *testing.B) {
			for b.Loop() {
				if _, err := home.Conceal("274012001002086", rand.Reader); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReveal(b *testing.B) {
	for _, v := range read(b).IMSI {
		key, out := v.private(b), bin(b, v.Output)
		b.Run(v.Profile, func(b *testing.B) {
			for b.Loop() {
				if _, err := key.Reveal(scheme(v.Profile), out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
