package globalplatform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/safe"
	"simscope/crypto/kcv"
	"simscope/crypto/scp"
	"simscope/crypto/scp02"
	"simscope/crypto/scp03"
)

func key(s string) safe.Secret {
	return safe.NewSecret(cardtest.Hex(s))
}

// scpVector is a session published with pySim (tests/unittests,
// test_globalplatform.py).
type scpVector struct {
	Name          string
	KVN           byte
	ENC, MAC, DEK string
	Level         byte   `json:"security_level"`
	Init          string `json:"init_update_cmd"`
	Answer        string `json:"init_update_rsp"`
	External      string `json:"ext_auth_cmd"`
	Protocol      byte
}

func sessions(t *testing.T) []scpVector {
	t.Helper()
	b, err := os.ReadFile("testdata/scp.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []scpVector
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if len(out) < 4 {
		t.Fatalf("%d vectors", len(out))
	}
	return out
}

func opened(t *testing.T, c card.Transport, mode card.WriteMode) (*card.Session, *card.MemoryRecorder) {
	t.Helper()
	rec := &card.MemoryRecorder{}
	s, err := card.Open(context.Background(), c, card.Options{Recorder: rec, Mode: mode})
	if err != nil {
		t.Fatal(err)
	}
	return s, rec
}

// A published session, byte for byte: what is sent is what was sent then.
func TestChannelVectors(t *testing.T) {
	for _, v := range sessions(t) {
		security := map[byte]Security{0x01: SecurityMAC, 0x03: SecurityEncrypted, 0x33: SecurityStrongest}[v.Level]
		if security == "" {
			continue
		}
		script := cardtest.Script{
			{"00A40004023F00", "6A82"},
			{"00A4040408A000000151000000", "9000"},
			{"80CA006600", "6A88"},
			{v.Init[:len(v.Init)-2], v.Answer + "9000"},
			{v.External, "9000"},
			{"00A4040408A000000151000000", "9000"},
		}
		c := cardtest.New(t, script)
		s, rec := opened(t, c, card.ReadOnly)
		err := s.Act(context.Background(), "test", card.RiskCount, func(x *card.Tx) error {
			ch, err := Request{
				Version: v.KVN, Keys: KeySet{key(v.ENC), key(v.MAC), key(v.DEK)}, Security: security,
				Random: bytes.NewReader(cardtest.Hex(v.Init)[5:13]),
			}.Open(x)
			if err != nil {
				return err
			}
			if ch.Level() != scp.Level(v.Level) {
				t.Errorf("%s: level %s", v.Name, ch.Level())
			}
			return ch.Close()
		})
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
		rows := rec.Rows()
		if len(rows) != 2 || rows[0].Op.Header[1] != 0x50 || rows[1].Op.Header[1] != 0x82 || rows[1].Op.Risk != card.RiskCount || !rows[1].Done {
			t.Errorf("%s: recorded %+v", v.Name, rows)
		}
		if !s.NeedsReset() {
			t.Errorf("%s: the card would be left open", v.Name)
		}
	}
}

// A wrong cryptogram stops before anything that proves keys is sent: the
// published answers with a bit turned.
func TestWrongCryptogramStops(t *testing.T) {
	for _, v := range sessions(t) {
		answer := cardtest.Hex(v.Answer)
		answer[len(answer)-4] ^= 1
		if v.Protocol == 3 {
			answer = cardtest.Hex(v.Answer)
			answer[len(answer)-10] ^= 1 // the counter stands behind the cryptogram
		}
		c := cardtest.New(t, cardtest.Script{
			{"00A40004023F00", "6A82"},
			{"00A4040408A000000151000000", "9000"},
			{"80CA006600", "6A88"},
			{v.Init[:len(v.Init)-2], Hex(answer).String() + "9000"},
		})
		s, rec := opened(t, c, card.ReadOnly)
		var e *ChannelError
		err := s.Act(context.Background(), "test", card.RiskCount, func(x *card.Tx) error {
			_, err := Request{Version: v.KVN, Keys: KeySet{key(v.ENC), key(v.MAC), key(v.DEK)}, Random: bytes.NewReader(cardtest.Hex(v.Init)[5:13])}.Open(x)
			return err
		})
		if !errors.As(err, &e) || e.Step != StepCryptogram || e.Response == nil || e.Mistake != "" || len(rec.Rows()) != 1 {
			t.Errorf("%s: %v, %+v", v.Name, err, rec.Rows())
		}
		if strings.Contains(fmt.Sprint(err), v.ENC) {
			t.Error("a key is told")
		}
	}
}

// softCard is a security domain of software: the card's ends of both
// protocols, behind the commands of GlobalPlatform.
type softCard struct {
	protocol byte
	i        byte
	keys     KeySet
	version  byte
	div      [10]byte
	list     map[byte][]string // by P1: parts of the answer in hex
	asked    map[byte]int
	plain    []string
	sent     []byte // instructions
	channel  interface {
		Authenticate([]byte) (scp.Level, error)
		Unwrap([]byte) ([]byte, error)
		Wrap([]byte, uint16) ([]byte, error)
	}
	reached    scp.Level
	externalSW string // refuses EXTERNAL AUTHENTICATE
	offers     string // object identifiers behind gpOID, in hex, in place of its own
	initSW     string
}

func (c *softCard) answer(apdu []byte) ([]byte, error) {
	c.sent = append(c.sent, apdu[1])
	sw := func(s string) ([]byte, error) { return cardtest.Hex(s), nil }
	switch {
	case apdu[0] == 0xA0:
		return sw("6E00")
	case apdu[1] == 0xA4 && apdu[2] == 0x04:
		c.channel = nil
		if dataOf(apdu) == isd {
			return sw("9000")
		}
		return sw("6A82")
	case apdu[1] == 0xA4:
		return sw("6A82")
	case apdu[1] == 0xCA && apdu[3] == 0x66 && c.offers != "":
		return append(recognition(c.offers), 0x90, 0), nil
	case apdu[1] == 0xCA:
		if c.protocol == 2 && apdu[3] == 0x66 {
			return sw(fmt.Sprintf("6618 7316 06072A864886FC6B01 640B 0609 2A864886FC6B0402%02X 9000", c.i))
		}
		return sw("6A88")
	case apdu[1] == 0x50 && c.initSW != "":
		return sw(c.initSW)
	case apdu[1] == 0x50:
		return c.initialize(apdu)
	case c.channel == nil:
		return sw("6985")
	case apdu[1] == 0x82:
		level, err := c.channel.Authenticate(apdu)
		c.reached = level
		if err != nil || c.externalSW != "" {
			c.channel = nil
			return sw(c.externalSW + "6300"[len(c.externalSW):])
		}
		return sw("9000")
	}
	plain, err := c.channel.Unwrap(apdu)
	if err != nil {
		c.channel = nil
		return sw("6988")
	}
	c.plain = append(c.plain, Hex(plain).String())
	data, status := []byte(nil), uint16(0x6D00)
	if plain[1] == 0xF2 {
		data, status = c.status(plain[2], plain[3])
	}
	out, err := c.channel.Wrap(data, status)
	return append(out, byte(status>>8), byte(status)), err
}

// level is what the card can be asked for with its parameter.
func (c *softCard) level(s Security) scp.Level {
	switch {
	case s == "" || s == SecurityMAC:
		return scp.CMAC
	case s == SecurityEncrypted || c.i&scp.WithRMAC == 0:
		return scp.CMAC | scp.CDEC
	case c.i&scp.WithRENC != 0 && c.protocol == 3:
		return scp.CMAC | scp.CDEC | scp.RMAC | scp.RENC
	}
	return scp.CMAC | scp.CDEC | scp.RMAC
}

func (c *softCard) status(p1, p2 byte) ([]byte, uint16) {
	parts, ok := c.list[p1]
	switch {
	case !ok:
		return nil, 0x6A88
	case p2&1 == 0:
		c.asked[p1] = 0
	}
	n := c.asked[p1]
	c.asked[p1]++
	if n >= len(parts) {
		return nil, 0x6A88
	}
	if n == len(parts)-1 {
		return cardtest.Hex(parts[n]), 0x9000
	}
	return cardtest.Hex(parts[n]), 0x6310
}

func (c *softCard) initialize(apdu []byte) ([]byte, error) {
	r := scp.Response{Diversification: c.div, KeyVersion: c.version, I: c.i}
	host := apdu[5 : 5+apdu[4]]
	var data []byte
	var err error
	c.keys.with(func(enc, mac, dek []byte) {
		if c.protocol == 2 {
			r.Sequence, r.Challenge = []byte{0, 7}, []byte{1, 2, 3, 4, 5, 6}
			k, e := scp02.NewKeys(enc, mac, dek)
			if e != nil {
				err = e
				return
			}
			var end scp02.Card
			end, err = scp02.NewCard(k, c.i, host, r)
			c.channel, data = end, end.Response()
			return
		}
		r.Challenge = []byte{1, 2, 3, 4, 5, 6, 7, 8}
		if r.I&scp.PseudoRandom != 0 {
			r.Sequence = []byte{0, 0, 7}
		}
		k, e := scp03.NewKeys(enc, mac, dek)
		if e != nil {
			err = e
			return
		}
		var end scp03.Card
		end, err = scp03.NewCard(k, host, r)
		c.channel, data = end, end.Response()
	})
	if err != nil {
		return cardtest.Hex("6F00"), nil
	}
	return append(data, 0x90, 0), nil
}

const (
	k1 = "000102030405060708090A0B0C0D0E0F"
	k2 = "101112131415161718191A1B1C1D1E1F"
	k3 = "202122232425262728292A2B2C2D2E2F"
)

func soft(protocol, i byte) *softCard {
	return &softCard{protocol: protocol, i: i, version: 0x30, keys: KeySet{key(k1), key(k2), key(k3)}, asked: map[byte]int{}, list: map[byte][]string{
		// The first is a card's published with GlobalPlatformPro (TestParseTags).
		0x80: {"E3464F08A0000000030000009F700101C5039EFE80CF0140CF0141CF0142CF0143CF0180CF0181CF0182CF0183C40BD276000005AAFFCAFE0001CE020001CC08A000000003000000"},
		0x40: {
			entryHex("F0534D41525431", "07", "000000", "A000000151535041"),
			entryHex("A000000151535041", "0F", "80C000", "A000000003000000"),
		},
		0x10: {packageHex()},
	}}
}

func entryHex(aid, state, privileges, domain string) string {
	v := fmt.Sprintf("4F%02X%s9F7001%sC5%02X%sCC%02X%s", len(aid)/2, aid, state, len(privileges)/2, privileges, len(domain)/2, domain)
	return fmt.Sprintf("E3%02X%s", len(v)/2, v)
}

func packageHex() string {
	v := "4F06F053415254309F700101CE0201028406F05301020304CC08A000000003000000"
	return fmt.Sprintf("E3%02X%s", len(v)/2, v)
}

func list(t *testing.T, c *softCard, r Request, mode card.WriteMode) (Registry, error) {
	t.Helper()
	f := cardtest.NewFunc(t, c.answer)
	f.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
	s, _ := opened(t, f, mode)
	c.sent = nil
	var out Registry
	err := s.Act(context.Background(), "test", card.RiskCount, func(x *card.Tx) error {
		ch, err := r.Open(x)
		if err != nil {
			return err
		}
		if out, err = ch.List(); err != nil {
			return err
		}
		return ch.Close()
	})
	return out, err
}

func TestRegistry(t *testing.T) {
	for name, c := range map[string]*softCard{"SCP02": soft(2, 0x15), "SCP02 with R-MAC": soft(2, 0x35), "SCP03": soft(3, 0x00), "SCP03 whole": soft(3, 0x70)} {
		for _, security := range append([]Security{""}, Securities...) {
			r, err := list(t, c, Request{Keys: KeySet{key(k1), key(k2), key(k3)}, Security: security}, card.ReadOnly)
			if err != nil || len(r.Parts) != 3 {
				t.Fatalf("%s, %s: %v", name, security, err)
			}
			if want := c.level(security); c.reached != want {
				t.Errorf("%s, %s: level %s, want %s", name, security, c.reached, want)
			}
			all := r.Entries()
			if len(all) != 4 || !r.Parts[0].Whole || !r.Parts[1].Whole || !r.Parts[2].Whole {
				t.Fatalf("%s, %s: %+v", name, security, r)
			}
			if all[0].Kind != KindIssuer || all[0].State != "op_ready" || len(all[0].Implicit) != 8 || len(all[0].Privileges) != 13 {
				t.Errorf("%+v", all[0])
			}
			if all[1].Kind != KindApplication || all[1].State != "selectable" || all[2].Kind != KindDomain || all[2].State != "personalized" {
				t.Errorf("%+v\n%+v", all[1], all[2])
			}
			if all[3].Kind != KindPackage || all[3].State != "loaded" || all[3].Version.String() != "0102" || len(all[3].Modules) != 1 {
				t.Errorf("%+v", all[3])
			}
		}
		// Each of the two that count is sent once.
		if got := bytes.Count(c.sent, []byte{0x50}); got != 1 || bytes.Count(c.sent, []byte{0x82}) != 1 {
			t.Errorf("%s: sent % X", name, c.sent)
		}
	}
}

// What a person can get wrong is found on the host, and the card is sent no
// EXTERNAL AUTHENTICATE.
func TestMistakesAreNamed(t *testing.T) {
	div := [10]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	master := One(key("404142434445464748494A4B4C4D4E4F"))
	made := func(kdf KDF, protocol byte) KeySet {
		k, err := master.Derive(kdf, protocol, div)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	for name, c := range map[string]struct {
		protocol byte
		card     KeySet
		given    KeySet
		kdf      KDF
		want     Mistake
	}{
		"other keys":               {2, KeySet{key(k1), key(k2), key(k3)}, One(key("404142434445464748494A4B4C4D4E4F")), "", ""},
		"ENC and MAC exchanged":    {2, KeySet{key(k1), key(k2), key(k3)}, KeySet{key(k2), key(k1), key(k3)}, "", MistakeMAC},
		"one key for all, DEK":     {3, KeySet{key(k1), key(k2), key(k3)}, KeySet{key(k1), key(k3), key(k2)}, "", MistakeDEK},
		"ENC in the place of MAC":  {3, KeySet{key(k1), key(k2), key(k3)}, KeySet{key(k2), key(k1), key(k3)}, "", MistakeENC},
		"a master key, EMV":        {2, made(KDFEMV, 2), master, "", MistakeEMV},
		"a master key, Visa":       {2, made(KDFVISA2, 2), master, "", MistakeVISA2},
		"a master key, Visa's not": {2, made(KDFVISA2, 2), master, KDFEMV, MistakeVISA2},
		"a master key, AES":        {3, made(KDF3, 3), master, "", MistakeKDF3},
		"no master key":            {2, KeySet{key(k1), key(k2), key(k3)}, KeySet{key(k1), key(k2), key(k3)}, KDFEMV, MistakeDirect},
		"halves exchanged":         {2, One(key("0001020304050607 08090A0B0C0D0E0F")), One(key("08090A0B0C0D0E0F 0001020304050607")), "", MistakeHalves},
	} {
		sc := soft(c.protocol, 0x15)
		if c.protocol == 3 {
			sc.i = 0
		}
		sc.keys, sc.div = c.card, div
		_, err := list(t, sc, Request{Keys: c.given, KDF: c.kdf}, card.ReadOnly)
		var e *ChannelError
		if !errors.As(err, &e) || e.Step != StepCryptogram || e.Mistake != c.want || slices.Contains(sc.sent, 0x82) {
			t.Errorf("%s: %v, mistake %q, sent % X", name, err, e.Mistake, sc.sent)
		}
	}
	// Given rightly, a master key opens the channel.
	sc := soft(2, 0x15)
	sc.keys, sc.div = made(KDFEMV, 2), div
	if _, err := list(t, sc, Request{Keys: master, KDF: KDFEMV}, card.ReadOnly); err != nil {
		t.Error(err)
	}
}

func TestChannelRefused(t *testing.T) {
	right := KeySet{key(k1), key(k2), key(k3)}
	for name, c := range map[string]struct {
		change func(*softCard)
		req    Request
		step   Step
		sw     string
	}{
		"no such key version":      {func(c *softCard) { c.initSW = "6A88" }, Request{Keys: right, Version: 1}, StepInitialize, "6A88"},
		"no such command":          {func(c *softCard) { c.initSW = "6D00" }, Request{Keys: right}, StepInitialize, "6D00"},
		"blocked":                  {func(c *softCard) { c.initSW = "6983" }, Request{Keys: right}, StepInitialize, "6983"},
		"an answer that is none":   {func(c *softCard) { c.initSW = "0102039000" }, Request{Keys: right}, StepResponse, ""},
		"an endless zero answer":   {func(c *softCard) { c.initSW = strings.Repeat("00", 28) + "9000" }, Request{Keys: right}, StepResponse, ""},
		"another MAC key":          {func(c *softCard) {}, Request{Keys: KeySet{key(k1), key(k3), key(k3)}}, StepExternal, "6300"},
		"refused at its end":       {func(c *softCard) { c.externalSW = "6982" }, Request{Keys: right}, StepExternal, "6982"},
		"keys of another protocol": {func(c *softCard) {}, Request{Keys: One(key(k1 + k2))}, StepKeys, ""},
		"keys of two lengths":      {func(c *softCard) {}, Request{Keys: KeySet{key(k1), key(k1 + k2), key(k1)}}, StepKeys, ""},
		"no keys":                  {func(c *softCard) {}, Request{}, StepKeys, ""},
		"no such domain":           {func(c *softCard) {}, Request{Keys: right, Domain: "\xF0\x00\x00\x00\x01"}, StepSelect, "6A82"},
		"another way for AES":      {func(c *softCard) {}, Request{Keys: right, KDF: KDF3}, StepKeys, ""},
	} {
		sc := soft(2, 0x15)
		c.change(sc)
		_, err := list(t, sc, c.req, card.ReadOnly)
		var e *ChannelError
		if !errors.As(err, &e) || e.Step != c.step || SWText(e.SW) != c.sw {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := bytes.Count(sc.sent, []byte{0x82}); n > 1 || n == 1 != (c.step == StepExternal) {
			t.Errorf("%s: sent % X", name, sc.sent)
		}
		if bytes.Contains(sc.sent, []byte{0xF2}) {
			t.Errorf("%s: went on", name)
		}
	}
	// A session that is read-only for good does not begin.
	sc := soft(2, 0x15)
	var gate *card.GateError
	if _, err := list(t, sc, Request{Keys: right}, card.ReadOnlyLocked); !errors.As(err, &gate) || bytes.Contains(sc.sent, []byte{0x50}) {
		t.Errorf("%v, sent % X", err, sc.sent)
	}
}

// recognition is card recognition data with those protocols: "0402151A" has
// SCP02 with i 15 and 1A.
func recognition(offers string) []byte {
	var inner []byte
	for _, o := range strings.Fields(offers) {
		oid := append(slices.Clone(gpOID), cardtest.Hex(o)...)
		inner = append(inner, 0x64, byte(len(oid)+2), 0x06, byte(len(oid)))
		inner = append(inner, oid...)
	}
	inner = append([]byte{0x73, byte(len(inner))}, inner...)
	return append([]byte{0x66, byte(len(inner))}, inner...)
}

// What the recognition data says cannot come about is refused before INITIALIZE
// UPDATE; where it leaves room for doubt the card is asked.
func TestOfferIsReadFirst(t *testing.T) {
	const cannot, open = "040202", "040215" // implicit and over the unmodified command; what the card does
	right := Request{Keys: KeySet{key(k1), key(k2), key(k3)}}
	long := Request{Keys: One(key(k1 + k2))}
	for name, c := range map[string]struct {
		offers string
		req    Request
		step   Step // empty: opened
		err    error
	}{
		"implicit":                          {cannot, right, StepOffer, scp.ErrProtocol},
		"MAC over the unmodified":           {"04021E", right, StepOffer, scp.ErrProtocol},
		"vectors from the AID":              {"04021D", right, StepOffer, scp.ErrProtocol},
		"SCP01 alone":                       {"040115", right, StepOffer, scp.ErrProtocol},
		"SCP01 and OTA":                     {"040115 04810000", right, StepOffer, scp.ErrProtocol},
		"two of which one can be done":      {cannot + " " + open, right, "", nil},
		"the same, turned":                  {open + " " + cannot, right, "", nil},
		"SCP02 without i":                   {"0402", right, "", nil},
		"OTA alone":                         {"04810000", right, "", nil},
		"an object that is none":            {cannot + " 05", right, StepResponse, scp.ErrProtocol},
		"AES beside it":                     {cannot + " 040370", right, StepResponse, scp.ErrProtocol},
		"long keys":                         {open, long, StepKeys, scp.ErrKeySize},
		"long keys, AES beside it":          {open + " 040370", long, StepKeys, scp.ErrKeySize},
		"master keys of AES":                {open, Request{Keys: right.Keys, KDF: KDF3}, StepKeys, ErrKDF},
		"master keys of DES for AES alone":  {"040370", Request{Keys: right.Keys, KDF: KDFEMV}, StepKeys, ErrKDF},
		"a protection that there is not":    {open, Request{Keys: right.Keys, Security: "none"}, StepOffer, ErrSecurity},
		"keys that fit neither, i told bad": {cannot, long, StepOffer, scp.ErrProtocol},
	} {
		sc := soft(2, 0x15)
		sc.offers = c.offers
		_, err := list(t, sc, c.req, card.ReadOnly)
		var e *ChannelError
		if c.step == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.As(err, &e) || e.Step != c.step || !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
		asked := strings.Contains(name, "beside it") || c.step == StepResponse
		if got := slices.Contains(sc.sent, 0x50); got != asked {
			t.Errorf("%s: sent % X", name, sc.sent)
		}
	}
}

// A lost answer is unknown, and nothing is sent again.
func TestChannelLost(t *testing.T) {
	for _, at := range []byte{0x50, 0x82} {
		sc := soft(2, 0x15)
		n := 0
		f := cardtest.NewFunc(t, func(apdu []byte) ([]byte, error) {
			if apdu[1] == at {
				n++
				return nil, &card.TransportError{Kind: card.KindReset, Op: "transmit"}
			}
			return sc.answer(apdu)
		})
		f.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
		s, rec := opened(t, f, card.ReadOnly)
		err := s.Act(context.Background(), "test", card.RiskCount, func(x *card.Tx) error {
			_, err := Request{Keys: KeySet{key(k1), key(k2), key(k3)}}.Open(x)
			return err
		})
		var lost *card.LostError
		rows := rec.Rows()
		if !errors.As(err, &lost) || n != 1 || !rows[len(rows)-1].Result.Lost {
			t.Errorf("%02X: %v, sent %d times, %+v", at, err, n, rows)
		}
	}
}

// Key check values published with GlobalPlatformPro (TestPlaintextKeys), and
// its vector of the counter mode.
func TestDerive(t *testing.T) {
	div := [10]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	const master = "404142434445464748494A4B4C4D4E4F5051525354555657 58595A5B5C5D5E5F"
	for _, c := range []struct {
		kdf      KDF
		protocol byte
		bytes    int
		want     [3]string
	}{
		{KDFEMV, 2, 16, [3]string{"C33013", "6F4CA6", "BB8179"}},
		{KDFVISA2, 2, 16, [3]string{"2BE598", "58DA38", "3C328E"}},
		{KDF3, 3, 16, [3]string{"E79C05", "D1BD77", "3FDE8C"}},
		{KDF3, 3, 24, [3]string{"1DE8EA", "47C00C", "C04D76"}},
		{KDF3, 3, 32, [3]string{"2972D2", "036F94", "5D57B8"}},
	} {
		set, err := One(key(strings.ReplaceAll(master, " ", "")[:2*c.bytes])).Derive(c.kdf, c.protocol, div)
		if err != nil {
			t.Fatal(c.kdf, err)
		}
		i := 0
		for _, k := range []safe.Secret{set.ENC, set.MAC, set.DEK} {
			k.Use(func(b []byte) {
				v, err := checkValue(c.protocol, b)
				if err != nil || Hex(v).String() != c.want[i] {
					t.Errorf("%s %d bytes, key %d: %X, %v", c.kdf, c.bytes, i, v, err)
				}
			})
			i++
		}
	}
	set, err := One(key("8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD")).Derive(KDF3, 3, [10]byte(cardtest.Hex("D9B1DE5D0362DEDCE4FB")))
	if err != nil {
		t.Fatal(err)
	}
	set.ENC.Use(func(b []byte) {
		if Hex(b).String() != "9AAC5D0B3601F89438A0D9D0B6B256CFB47E6462DFA5228D3420C4AC7C224781" {
			t.Errorf("%X", b)
		}
	})
	for _, bad := range []struct {
		kdf KDF
		p   byte
	}{{KDF3, 2}, {KDFEMV, 3}, {"other", 2}} {
		if _, err := One(key(k1)).Derive(bad.kdf, bad.p, div); !errors.Is(err, ErrKDF) {
			t.Errorf("%s: %v", bad.kdf, err)
		}
	}
}

func checkValue(protocol byte, b []byte) ([]byte, error) {
	f := kcv.AES
	if protocol == 2 {
		f = kcv.DES
	}
	v, err := f(b)
	return v[:], err
}

func TestKeysAreDots(t *testing.T) {
	set := KeySet{key(k1), key(k2), key(k3)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if s := fmt.Sprintf(verb, Request{Keys: set}); strings.Contains(strings.ToUpper(s), "0001020304") || strings.Contains(s, "[0 1 2") {
			t.Errorf("%s tells a key: %s", verb, s)
		}
	}
}

func TestOldStatus(t *testing.T) {
	out, whole := ParseOldStatus(cardtest.Hex("08 A000000003000000 0F 9E"), KindIssuer, false)
	if !whole || len(out) != 1 || out[0].State != "secured" || len(out[0].Privileges) == 0 {
		t.Errorf("%+v, %v", out, whole)
	}
	out, whole = ParseOldStatus(cardtest.Hex("07 F0534D41525430 01 00 02 05F053010203 06F05301020304"), KindPackage, true)
	if !whole || len(out) != 1 || len(out[0].Modules) != 2 || out[0].State != "loaded" {
		t.Errorf("%+v, %v", out, whole)
	}
	for _, bad := range []string{"08", "08A0", "05F05301020301", "05F0530102030100FF", "00", "FF"} {
		if out, whole := ParseOldStatus(cardtest.Hex(bad), KindPackage, true); whole {
			t.Errorf("%s: %+v", bad, out)
		}
	}
}

func FuzzStatus(f *testing.F) {
	f.Add(cardtest.Hex("E3144F07A00000015100009F700107C50180EA028000"))
	f.Add(cardtest.Hex("07F0534D4152543001000205F05301020306F05301020304"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range []Kind{KindIssuer, KindApplication, KindPackage} {
			for _, parse := range []func() ([]Entry, bool){
				func() ([]Entry, bool) { return ParseStatus(b, kind) }, func() ([]Entry, bool) { return ParseOldStatus(b, kind, true) },
			} {
				out, _ := parse()
				if len(out) > maxEntries {
					t.Errorf("%d entries", len(out))
				}
			}
		}
	})
}
