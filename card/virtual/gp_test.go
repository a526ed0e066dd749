package virtual

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/crypto/scp"
	"simscope/crypto/scp02"
	"simscope/crypto/scp03"
)

const selectISD = "00A4040008A000000151000000"

// host is the other end of a secure channel, for a test.
type host struct {
	*rig
	ch scp.Channel
}

func defaultKey() []byte { return mustHex("404142434445464748494A4B4C4D4E4F") }

// initUpdate sends INITIALIZE UPDATE and reads the answer.
func (r *rig) initUpdate(kvn byte, challenge string) scp.Response {
	r.Helper()
	res, err := scp.ParseResponse(r.ok(fmt.Sprintf("8050%02X00%02X%s", kvn, len(challenge)/2, challenge)))
	if err != nil {
		r.Fatal(err)
	}
	return res
}

// openWith opens a channel with the keys, up to the EXTERNAL AUTHENTICATE that
// is not sent yet.
func (r *rig) openWith(enc []byte, kvn byte, challenge string, level scp.Level) (scp.Channel, error) {
	r.Helper()
	res := r.initUpdate(kvn, challenge)
	if res.Protocol == scp02.Protocol {
		k, err := scp02.NewKeys(enc, enc, enc)
		if err != nil {
			r.Fatal(err)
		}
		return scp02.Open(k, scp02.Usual, mustHex(challenge), res, level)
	}
	k, err := scp03.NewKeys(enc, enc, enc)
	if err != nil {
		r.Fatal(err)
	}
	return scp03.Open(k, mustHex(challenge), res, level)
}

// secure opens a channel to the ISD of a card.
func (r *rig) secure(kvn byte, challenge string, level scp.Level) *host {
	r.Helper()
	r.ok(selectISD)
	ch, err := r.openWith(defaultKey(), kvn, challenge, level)
	if err != nil {
		r.Fatal(err)
	}
	auth, err := ch.ExternalAuthenticate()
	if err != nil {
		r.Fatal(err)
	}
	r.want(hex.EncodeToString(auth), "9000")
	return &host{r, ch}
}

// send wraps a command, sends it and unwraps the answer.
func (h *host) send(apdu string) ([]byte, card.SW) {
	h.Helper()
	wire, err := h.ch.Wrap(unhex(h.T, apdu))
	if err != nil {
		h.Fatal(err)
	}
	data, sw := h.do(hex.EncodeToString(wire))
	plain, err := h.ch.Unwrap(data, uint16(sw))
	if err != nil {
		h.Fatalf("%s: %v", apdu, err)
	}
	return plain, sw
}

const (
	challenge8  = "A0A1A2A3A4A5A6A7"
	challenge16 = "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"
)

// Every kind of channel that an image can have, with every level.
func TestSecureChannels(t *testing.T) {
	for _, c := range []struct {
		protocol  SecureProtocol
		i         Ref
		challenge string
		levels    []scp.Level
	}{
		{ProtocolSCP02, 0x15, challenge8, []scp.Level{0, 1, 3}},
		{ProtocolSCP02, 0x55, challenge8, []scp.Level{1, 3}},
		{ProtocolSCP03, 0x00, challenge8, []scp.Level{0, 1, 3}},
		{ProtocolSCP03, 0x70, challenge8, []scp.Level{1, 3, 0x11, 0x13, 0x33}},
		{ProtocolSCP03, 0x71, challenge16, []scp.Level{1, 3, 0x11, 0x13, 0x33}},
	} {
		for _, level := range c.levels {
			for _, direct := range []bool{false, true} {
				r := plug(t, "everyday", func(img *Image) {
					img.GP.KeySets[0].Protocol, img.GP.KeySets[0].I = c.protocol, c.i
				}, Options{Direct: direct})
				h := r.secure(0x30, c.challenge, level)
				data, sw := h.send("80F28002024F0000")
				if sw != card.SWDone || !bytes.Contains(data, []byte(r.card.image.GP.ISD)) {
					t.Errorf("%s i %02X level %v: GET STATUS gives %X, %s", c.protocol, byte(c.i), level, data, sw)
				}
				if data, sw = h.send("80CA006600"); sw != card.SWDone || data[0] != 0x66 {
					t.Errorf("GET DATA gives %X, %s", data, sw)
				}
				if _, sw = h.send("80F2100002" + "4FAA"); sw != swWrongData {
					t.Errorf("a GET STATUS that is wrong: %s", sw)
				}
				if _, sw = h.send("80E60200" + "05" + "0102030405"); sw != swNotSupported {
					t.Errorf("INSTALL: %s", sw)
				}
			}
		}
	}
}

func TestSequenceCounter(t *testing.T) {
	r := everyday(t)
	r.ok(selectISD)
	r.gives("80CA00C100", "C10300002A")
	first := r.initUpdate(0x30, challenge8)
	if again := r.initUpdate(0x00, challenge8); !bytes.Equal(first.Challenge, again.Challenge) || !bytes.Equal(again.Sequence, []byte{0, 0, 0x2A}) {
		t.Error("the pseudo-random challenge changes without a channel")
	}
	r.secure(0x30, challenge8, 1)
	r.ok(selectISD)
	r.gives("80CA00C100", "C10300002B")
	if next := r.initUpdate(0x30, challenge8); bytes.Equal(first.Challenge, next.Challenge) || next.Sequence[2] != 0x2B {
		t.Error("the challenge does not move on with the counter")
	}
	saved, err := ReadImage(strings.NewReader(write(t, r.card.Image())))
	if err != nil || saved.GP.KeySets[0].Counter != 0x2B {
		t.Errorf("the counter is saved as %v, %v", saved.GP.KeySets[0].Counter, err)
	}
}

// Wrong keys are noticed on the host first. Whoever goes on all the same is
// counted, and blocked in the end.
func TestFailuresAreCounted(t *testing.T) {
	r := plug(t, "everyday", func(img *Image) { img.GP.MaxFailures = 3 }, Options{})
	r.ok(selectISD)
	if _, err := r.openWith(bytes.Repeat([]byte{1}, 16), 0x30, challenge8, 1); !errors.Is(err, scp.ErrCryptogram) {
		t.Fatalf("wrong keys: %v", err)
	}
	if r.card.image.GP.Failures != 0 {
		t.Error("INITIALIZE UPDATE alone counts")
	}
	wrong := "8482010010" + strings.Repeat("00", 16)
	for n := range 2 {
		r.initUpdate(0x30, challenge8)
		r.want(wrong, "6300")
		if got := r.card.image.GP.Failures; got != n+1 {
			t.Errorf("%d failures are counted as %d", n+1, got)
		}
		r.want(wrong, "6985") // not twice with one challenge
	}
	r.secure(0x30, challenge8, 1)
	if r.card.image.GP.Failures != 0 {
		t.Error("a channel that opens does not forget the failures")
	}
	r.ok(selectISD)
	for range 3 {
		r.initUpdate(0x30, challenge8)
		r.want(wrong, "6300")
	}
	r.fails("8050300008"+challenge8, card.SWBlocked)
	r.card.Reset()
	r.ok(selectISD)
	r.fails("8050300008"+challenge8, card.SWBlocked)
	again, err := New(r.card.Image(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	again.PowerOn()
	saved := &rig{t, again}
	saved.ok(selectISD)
	saved.fails("8050300008"+challenge8, card.SWBlocked)
}

func TestInitializeUpdateRefuses(t *testing.T) {
	r := everyday(t)
	r.want("8050300008"+challenge8, "6D00") // no ISD is selected
	r.ok(selectISD)
	r.fails("8050310008"+challenge8, card.SWNoReference)
	r.fails("8050010008"+challenge8, card.SWNoReference) // keys of packets
	r.fails("8050300108"+challenge8, card.SWWrongP1P2)
	r.fails("8050300007"+challenge8[2:], card.SWWrongLength)
	r.fails("8050300010"+challenge16, card.SWWrongLength)
	r.want("8482010010"+strings.Repeat("00", 16), "6985")
	r.initUpdate(0x30, challenge8)
	r.want("8482010008"+challenge8, "6700")
	if r.card.image.GP.Failures != 0 {
		t.Error("a wrong length counts")
	}
	r.initUpdate(0x30, challenge8)
	r.want("8482020010"+strings.Repeat("00", 16), "6A86")
	r.want("80F28002024F00", "6982")
	r.want("84F28002024F00", "6982")
	r.want("80E4000005"+"4F03A00000", "6982")
}

func TestChannelEnds(t *testing.T) {
	h := everyday(t).secure(0x30, challenge8, 0x01)
	h.want("80F28002024F00", "6982") // in clear while the channel asks for MACs
	wire, err := h.ch.Wrap(mustHex("80F28002024F00"))
	if err != nil {
		t.Fatal(err)
	}
	h.ok(hex.EncodeToString(wire))
	h.want(hex.EncodeToString(wire), "6988") // the same again
	if _, err := h.ch.Unwrap(nil, 0x9000); err != nil {
		t.Fatal(err)
	}
	if wire, err = h.ch.Wrap(mustHex("80F28002024F00")); err != nil {
		t.Fatal(err)
	}
	h.want(hex.EncodeToString(wire), "6982") // the channel is gone

	for _, leave := range []string{"00A4000C023F00", "00A4040C08A000000151000000", "00A4040C07A0000000871002"} {
		h = everyday(t).secure(0x30, challenge8, 0x01)
		if wire, err = h.ch.Wrap(mustHex("80F28002024F00")); err != nil {
			t.Fatal(err)
		}
		h.want(leave, "9000")
		if a := h.raw(hex.EncodeToString(wire)); a != "6982" && a != "6882" {
			t.Errorf("after %s: %s", leave, a)
		}
	}
}

// A secure channel is one logical channel's.
func TestChannelsAreApart(t *testing.T) {
	h := everyday(t).secure(0x30, challenge8, 0x01)
	h.want("0070000001", "01 9000")
	h.ok("01" + selectISD[2:])
	h.want("81F28002024F00", "6982")
	if _, sw := h.send("80F28002024F0000"); sw != card.SWDone {
		t.Errorf("the first channel is disturbed: %s", sw)
	}
}

func TestDomainData(t *testing.T) {
	r := everyday(t)
	r.want("80CA9F7F00", "6D00")
	r.ok(selectISD)
	for _, tag := range []tlv.Tag{0x42, 0x45, 0x66, 0x67, 0xC1, 0xE0, 0x9F7F, 0xFF21} {
		data := r.ok(fmt.Sprintf("80CA%04X00", uint16(tag)))
		nodes, err := tlv.ParseFlat(data)
		if err != nil || len(nodes) != 1 || nodes[0].Tag != tag {
			t.Errorf("%s gives %X", tag, data)
		}
		if cl := r.ok(fmt.Sprintf("00CA%04X00", uint16(tag))); !bytes.Equal(cl, data) {
			t.Errorf("class 00 gives another %s: %X", tag, cl)
		}
	}
	r.gives("80CA00E000", "E024 C00401308810 C00402308810 C00403308810 C00401018810 C00402018810 C00403018810")
	r.fails("80CA00C200", card.SWNoReference)
	r.fails("80CA9F7F021234", card.SWWrongLength)
	r.want("80CA9F7F10", "6C2D")
	o := plug(t, "dual", nil, Options{})
	o.ok(selectISD)
	o.gives("80CA00E000", "E024 C00401208010 C00402208010 C00403208010 C00401018010 C00402018010 C00403018010")
	o.gives("80CA00C100", "C1020007")
	for _, other := range []string{"empty", "blocked"} {
		plug(t, other, nil, Options{}).fails(selectISD, card.SWNotFound)
	}
}

// statusAll reads a whole list in parts.
func (h *host) statusAll(p1, form byte) (all []byte, parts int) {
	h.Helper()
	for next := byte(0); ; next = 1 {
		data, sw := h.send(fmt.Sprintf("80F2%02X%02X024F0000", p1, form|next))
		all, parts = append(all, data...), parts+1
		if sw != swMoreStatus {
			if sw != card.SWDone {
				h.Fatalf("part %d ends in %s", parts, sw)
			}
			return all, parts
		}
	}
}

func TestGetStatus(t *testing.T) {
	h := everyday(t).secure(0x30, challenge8, 0x33)
	isd, _ := h.statusAll(0x80, 2)
	if got := fmt.Sprintf("%X", isd); got != "E3134F08A0000001510000009F70010FC5039EFE80" {
		t.Errorf("the domain is %s", got)
	}
	old, _ := h.statusAll(0x80, 0)
	if got := fmt.Sprintf("%X", old); got != "08A0000001510000000F9E" {
		t.Errorf("the domain in the older form is %s", got)
	}
	for p1, want := range map[byte]int{0x40: 3, 0x20: 2, 0x10: 2} {
		all, _ := h.statusAll(p1, 2)
		nodes, err := tlv.Parse(all)
		if err != nil || len(nodes) != want {
			t.Errorf("P1 %02X lists %d, %v: %X", p1, len(nodes), err, all)
		}
		_, hasModules := tlv.Find(nodes[0].Children, 0x84)
		if hasModules != (p1 == 0x10) {
			t.Errorf("P1 %02X lists modules: %v", p1, hasModules)
		}
	}
	if one, sw := h.send("80F24002084F06F05343504599" + "00"); sw != card.SWNoReference {
		t.Errorf("a name that is not there: %X, %s", one, sw)
	}
	one, sw := h.send("80F24002084F06F053434F5045" + "00")
	if nodes, err := tlv.Parse(one); sw != card.SWDone || err != nil || len(nodes) != 2 {
		t.Errorf("by the beginning of a name: %X, %s", one, sw)
	}
	for apdu, want := range map[string]card.SW{
		"80F28102024F0000": card.SWWrongP1P2, "80F28004024F0000": card.SWWrongP1P2, "80F2800202500000": swWrongData,
		"80F24003024F0000": card.SWConditions, "80F2400201" + "4F": swWrongData,
	} {
		if _, sw := h.send(apdu); sw != want {
			t.Errorf("%s ends in %s, want %s", apdu, sw, want)
		}
	}
}

// A list that is longer than an answer comes in parts, also protected.
func TestGetStatusInParts(t *testing.T) {
	for _, direct := range []bool{false, true} {
		for _, level := range []scp.Level{0x01, 0x33} {
			r := plug(t, "everyday", func(img *Image) {
				for n := range 30 {
					img.GP.Registry = append(img.GP.Registry, RegistryEntry{
						AID: AID(fmt.Sprintf("\xF0demo%02d", n)), Kind: EntryApplication, State: 0x07, Privileges: Hex{0, 0, 0},
					})
				}
			}, Options{Direct: direct})
			h := r.secure(0x30, challenge8, level)
			all, parts := h.statusAll(0x40, 2)
			nodes, err := tlv.Parse(all)
			if err != nil || len(nodes) != 33 || parts < 4 {
				t.Errorf("direct %v, level %v: %d entries in %d parts, %v", direct, level, len(nodes), parts, err)
			}
		}
	}
}

func TestAccessRuleApplication(t *testing.T) {
	r := everyday(t)
	r.ok("00A4040009A00000015141434C00")
	all := r.ok("80CAFF4000")
	first := len(all)
	for {
		data, sw := r.do("80CAFF6000")
		if sw == card.SWConditions {
			break
		}
		if sw != card.SWDone || len(data) == 0 {
			t.Fatalf("the next part is %X, %s", data, sw)
		}
		all = append(all, data...)
	}
	nodes, err := tlv.Parse(all)
	if err != nil || len(nodes) != 1 || nodes[0].Tag != 0xFF40 || len(nodes[0].Children) != 4 || first >= len(all) {
		t.Errorf("%d bytes, the first %d: %X, %v", len(all), first, all, err)
	}
	if tag := r.ok("80CADF2000"); len(tag) != 11 {
		t.Errorf("the refresh tag is %X", tag)
	}
	// One rule is asked for by what it is about; the rule itself stands in all.
	parts := nodes[0].Children[2].Children
	ref := tlv.Append(nil, 0xE1, parts[0].Value)
	one := r.ok(fmt.Sprintf("80CAFF50%02X%X00", len(ref), ref))
	if want := tlv.Append(nil, 0xFF50, tlv.Append(nil, 0xE3, parts[1].Value)); !bytes.Equal(one, want) {
		t.Errorf("one rule is %X, not %X", one, want)
	}
	r.fails("80CAFF5004E1024F0000", card.SWNoReference)
	for _, bad := range []string{"80CAFF5000", "80CAFF5002E10100", "80CAFF50024F0000", "80CAFF5004E100E10000"} {
		r.fails(bad, swWrongData)
	}
	r.fails("80CAFF4001FF", card.SWWrongLength)
	r.fails("80E2900003001122", card.SWNotSatisfied)
	r.fails("8050300008"+challenge8, card.SWNoInstruction)
}

func TestApplets(t *testing.T) {
	r := everyday(t)
	r.gives("00A4040008F053434F50451101", "6F0A8408F053434F50451101")
	r.fails("80CA006600", card.SWNoInstruction)
	r.want("00A4040C08A000000151000000", "9000")
	r.gives("00A4040005A000000151", "6F10 8408A000000151000000 A5049F6501FF")
	r.fails("00A4040007F053434F504511", card.SWDone)
	r.fails("00A4040409F053434F5045110300", card.SWNotFound)
	r.usim() // and back to the files
	r.gives("80F2000100", r.statusAID())
	off := plug(t, "everyday", func(img *Image) { img.GP.Registry[1].State = 0x03 }, Options{})
	off.fails("00A4040008F053434F50451101", card.SWNotFound)
}

func (r *rig) statusAID() string {
	return fmt.Sprintf("8410%X", []byte(r.card.apps[0].aid))
}

func TestBadDomains(t *testing.T) {
	for name, change := range map[string]func(*Image){
		"a short AID":              func(i *Image) { i.GP.ISD = "abc" },
		"two byte privileges":      func(i *Image) { i.GP.Privileges = Hex{1, 2} },
		"a doubled key set":        func(i *Image) { i.GP.KeySets[1].Version = 0x30 },
		"an unknown protocol":      func(i *Image) { i.GP.KeySets[0].Protocol = "scp10" },
		"a short key":              func(i *Image) { i.GP.KeySets[0].MAC = safe.NewSecret([]byte{1}) },
		"a long counter":           func(i *Image) { i.GP.KeySets[0].Counter = 1 << 24 },
		"an i of SCP02":            func(i *Image) { i.GP.KeySets[0].Protocol, i.GP.KeySets[0].I = ProtocolSCP02, 0x0A },
		"a packet's version":       func(i *Image) { i.GP.KeySets[1].Version = 0x11 },
		"failures over the limit":  func(i *Image) { i.GP.Failures = 11 },
		"an entry without a name":  func(i *Image) { i.GP.Registry[0].AID = "" },
		"a doubled entry":          func(i *Image) { i.GP.Registry[1].AID = i.GP.ISD },
		"an unknown kind":          func(i *Image) { i.GP.Registry[1].Kind = "thing" },
		"a package that is chosen": func(i *Image) { i.GP.Registry[4].FCI = Hex{1} },
		"a doubled TAR":            func(i *Image) { i.GP.Remote[1].TAR = i.GP.Remote[0].TAR },
		"a TAR of two bytes":       func(i *Image) { i.GP.Remote[1].TAR = Hex{1, 2} },
		"no such application":      func(i *Image) { i.GP.Remote[2].Application = "nowhere" },
		"another mode":             func(i *Image) { i.Mode = ModeGSM },
	} {
		img, err := OpenBuiltin("everyday")
		if err != nil {
			t.Fatal(err)
		}
		change(img)
		if err := img.Validate(); !errors.Is(err, ErrImage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	const text = `"key_sets":[{"version":"30","protocol":"scp03","i":"70","enc":"","mac":"","dek":"","counter":"0000"}]`
	bad := strings.Replace(small, `"pins":`, `"globalplatform":{"isd":"A000000151000000","state":"0F","privileges":"9E",`+text+`},"pins":`, 1)
	if _, err := ReadImage(strings.NewReader(bad)); !errors.Is(err, ErrImage) {
		t.Errorf("a counter of two bytes: %v", err)
	}
}

// Keys do not show in what is printed of an image.
func TestDomainKeysDoNotPrint(t *testing.T) {
	r := everyday(t)
	r.ok(selectISD)
	r.initUpdate(0x30, challenge8)
	img := r.card.Image()
	for _, verb := range []string{"%v", "%+v", "%#v", "%x"} {
		s := strings.ToLower(fmt.Sprintf(verb, *img.GP) + fmt.Sprintf(verb, r.card.channels[0].secure))
		for _, forbidden := range []string{"4041424344", "64 65 66 67", "0x40, 0x41, 0x42"} {
			if strings.Contains(s, forbidden) {
				t.Errorf("%s shows %s", verb, forbidden)
			}
		}
	}
}
