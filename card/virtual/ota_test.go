package virtual

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/crypto/scp80"
)

// sender is who sends packets to a card, for a test.
type sender struct {
	*rig
	keys     scp80.Keys
	kic, kid byte
	sec      scp80.Security
	counter  uint64
	tar      scp80.TAR
}

// remote plugs a card in and takes its keys: AES of everyday, triple DES of
// dual.
func remote(t *testing.T, id string) *sender {
	t.Helper()
	return remoteOf(plug(t, id, nil, Options{}), id != "dual")
}

func remoteOf(r *rig, aes bool) *sender {
	r.Helper()
	keys, err := scp80.NewKeys(mustHex("404142434445464748494A4B4C4D4E4F"), mustHex("505152535455565758595A5B5C5D5E5F"))
	if err != nil {
		r.Fatal(err)
	}
	a := scp80.TripleDES2
	if aes {
		a = scp80.AES
	}
	return &sender{
		rig: r, keys: keys, kic: scp80.KeyIndicator(a, 1), kid: scp80.KeyIndicator(a, 1), tar: scp80.TARRFMUICC, counter: 1,
		sec: scp80.Security{
			Check: scp80.CC, Ciphered: true, Counter: scp80.CounterHigher,
			PoR: scp80.AlwaysPoR, PoRCheck: scp80.CC, PoRCiphered: true,
		},
	}
}

// packet makes the next packet with a script.
func (s *sender) packet(script []byte) []byte {
	s.Helper()
	s.counter++
	b, err := (scp80.Command{SPI: s.sec.SPI(), KIc: s.kic, KID: s.kid, TAR: s.tar, Counter: s.counter, Data: script}).Seal(s.keys)
	if err != nil {
		s.Fatal(err)
	}
	return b
}

// envelopes are the commands that carry a packet.
func (s *sender) envelopes(packet []byte, reference byte) []string {
	s.Helper()
	d, err := scp80.NewDeliver("+447700900199")
	if err != nil {
		s.Fatal(err)
	}
	uds, err := scp80.Split(packet, reference)
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, ud := range uds {
		tpdu, err := d.TPDU(ud)
		if err != nil {
			s.Fatal(err)
		}
		b := scp80.Envelope(tpdu, []byte{0x91, 0x44, 0x77, 0x00, 0x09, 0x99})
		out = append(out, fmt.Sprintf("80C20000%02X%X", len(b), b))
	}
	return out
}

// deliver sends a packet and gives the answer to the last message.
func (s *sender) deliver(packet []byte) ([]byte, card.SW) {
	s.Helper()
	all := s.envelopes(packet, byte(s.counter))
	for _, e := range all[:len(all)-1] {
		if data, sw := s.do(e); sw != card.SWDone || len(data) > 0 {
			s.Fatalf("a part is answered with %X, %s", data, sw)
		}
	}
	return s.do(all[len(all)-1])
}

// open reads a response packet that is secured as was asked for.
func (s *sender) open(data []byte) scp80.Response {
	s.Helper()
	r, err := scp80.ParseReply(data)
	if err != nil {
		s.Fatalf("%X: %v", data, err)
	}
	res, err := r.Open(s.sec.SPI(), s.kic, s.kid, s.keys)
	if err != nil {
		s.Fatalf("%X: %v", data, err)
	}
	return res
}

// run sends a script and gives its result.
func (s *sender) run(apdus ...string) scp80.Result {
	s.Helper()
	var list [][]byte
	for _, a := range apdus {
		list = append(list, mustHex(a))
	}
	data, sw := s.deliver(s.packet(scp80.Commands(list...)))
	if sw != card.SWDone {
		s.Fatalf("ENVELOPE ends in %s", sw)
	}
	res := s.open(data)
	if res.Status != scp80.PoROK || res.Counter != s.counter || res.TAR != s.tar {
		s.Fatalf("the response is %v", res)
	}
	out, err := scp80.ParseResult(res.Data)
	if err != nil {
		s.Fatal(err)
	}
	return out
}

// status sends a packet whose answer is in the clear and gives its status.
func (s *sender) status(packet []byte) scp80.Status {
	s.Helper()
	data, sw := s.deliver(packet)
	if sw != card.SWDone {
		s.Fatalf("ENVELOPE ends in %s", sw)
	}
	r, err := scp80.ParseReply(data)
	if err != nil {
		s.Fatalf("%X: %v", data, err)
	}
	res, ok := r.Peek()
	if !ok || r.CheckSize != 0 || len(res.Data) != 0 {
		s.Fatalf("not a bare response: %X", data)
	}
	return res.Status
}

func (r scp80Result) last() string {
	return fmt.Sprintf("%d %X %04X", r.Executed, r.end().Data, r.end().SW)
}

type scp80Result struct{ scp80.Result }

func (r scp80Result) end() scp80.Answer { return r.Answers[len(r.Answers)-1] }

func (s *sender) gives(want string, apdus ...string) {
	s.Helper()
	if got := (scp80Result{s.run(apdus...)}).last(); got != want {
		s.Errorf("%v gives %q, want %q", apdus, got, want)
	}
}

const readICCID = "00B000000A"

func TestRemoteFiles(t *testing.T) {
	for _, id := range []string{"everyday", "dual"} {
		s := remote(t, id)
		iccid := fmt.Sprintf("%X", s.readFile("2FE2", 10))
		s.gives("2 "+iccid+" 9000", "00A40004022FE2", readICCID)
		s.gives("1  611D", "00A40004022FE2")
		s.gives("2  6A82", "00A40004023F00", "00A40004024F99", readICCID)
		// ADM is lent to the script, and to nobody else.
		s.want("00A4000C022FE2", "9000")
		s.want("00D600000100", "6982")
		s.gives("3 00 9000", "00A40004022F05", "00D600000100", "00B0000001")
		s.want("00D600000100", "6982")
		s.gives("1  6D00", "0088008100")
		s.gives("1  6E00", "A0A40000023F00")
		s.gives("1  6A82", "00A4040007A0000000871002")
	}
}

// readFile reads a file below the MF that is open to all.
func (r *rig) readFile(fid string, n int) []byte {
	r.Helper()
	r.want("00A4000C02"+fid, "9000")
	return r.ok(fmt.Sprintf("00B00000%02X", n))
}

func TestRemoteUSIM(t *testing.T) {
	s := remote(t, "everyday")
	s.tar = scp80.TARRFMUSIM
	s.usim()
	s.pin1()
	s.want("00A4000C026F07", "9000")
	imsi := fmt.Sprintf("%X", s.ok("00B0000009"))
	s.gives("2 "+imsi+" 9000", "00A40004026F07", "00B0000009")
	s.gives("3 "+imsi+" 9000", "00A40004027FFF", "00A40004026F07", "00B0000009")
	// The script has a channel of its own: what the phone selected is still
	// there, and its PIN verified.
	s.want("00B0000009", imsi+"9000")
	// ADM is one of the rights.
	s.gives("2  9000", "00A40004026F07", "00D6000009"+imsi)
}

// The data of an earlier command waits for GET RESPONSE inside the script.
func TestRemoteGetResponse(t *testing.T) {
	s := remote(t, "everyday")
	first := (scp80Result{s.run("00A40004022FE2")}).end()
	n := first.SW & 0xFF
	r := s.run("00A40004022FE2", fmt.Sprintf("00C00000%02X", n))
	if end := (scp80Result{r}).end(); end.SW != 0x9000 || len(end.Data) != int(n) || end.Data[0] != 0x62 {
		t.Errorf("GET RESPONSE gives %X, %04X", end.Data, end.SW)
	}
	// What waited for the phone is gone: ENVELOPE is a command like any other.
	s.want("00A40004022FE2", fmt.Sprintf("61%02X", n))
	all := s.envelopes(s.packet(mustHex("00A40004022FE2")), 0)
	_, _ = s.do(all[0])
	s.fails(fmt.Sprintf("00C00000%02X", n), card.SWConditions)
}

func TestRemoteExpanded(t *testing.T) {
	s := remote(t, "everyday")
	iccid := s.readFile("2FE2", 10)
	data, _ := s.deliver(s.packet(scp80.Expanded(mustHex("00A40004022FE2"), mustHex(readICCID), mustHex("00A40004024F99"), mustHex(readICCID))))
	r, err := scp80.ParseExpandedResult(s.open(data).Data)
	if err != nil {
		t.Fatal(err)
	}
	if r.Executed != 3 || len(r.Answers) != 3 || !bytes.Equal(r.Answers[1].Data, iccid) || r.Answers[2].SW != 0x6A82 {
		t.Errorf("%+v", r)
	}
	data, _ = s.deliver(s.packet(mustHex("AA0399010000")[:5]))
	if r, err = scp80.ParseExpandedResult(s.open(data).Data); err != nil || r.BadFormat == nil {
		t.Errorf("a script that is none: %+v, %v", r, err)
	}
	data, _ = s.deliver(s.packet(mustHex("00A400")))
	if bad, err := scp80.ParseResult(s.open(data).Data); err != nil || bad.Executed != 0 || bad.Answers[0].SW != 0x6700 {
		t.Errorf("a compact script that is cut: %+v, %v", bad, err)
	}
}

func TestRemoteApplications(t *testing.T) {
	s := remote(t, "everyday")
	s.tar = scp80.TARRAM
	end := (scp80Result{s.run("80CA006600")}).end()
	if end.SW>>8 != 0x6C {
		t.Errorf("GET DATA of an unknown length: %X, %04X", end.Data, end.SW)
	}
	end = (scp80Result{s.run(fmt.Sprintf("80CA0066%02X", end.SW&0xFF))}).end()
	if end.SW != 0x9000 || end.Data[0] != 0x66 {
		t.Errorf("GET DATA: %X, %04X", end.Data, end.SW)
	}
	end = (scp80Result{s.run("80F28002024F00", "00C0000015")}).end()
	if end.SW != 0x9000 || !bytes.HasPrefix(end.Data, mustHex("E3134F08A000000151000000")) {
		t.Errorf("GET STATUS: %X, %04X", end.Data, end.SW)
	}
	s.gives("1  6A81", "80E6020000")
	s.gives("1  6D00", "00A40004023F00")
	// A list longer than a message is cut, and said to be.
	data, _ := s.deliver(s.packet(scp80.Expanded(mustHex("80F24002024F00"), mustHex("00C00000FF"))))
	r, err := scp80.ParseExpandedResult(s.open(data).Data)
	if err != nil || len(data) > porBytes {
		t.Errorf("%+v, %v, %d bytes", r, err, len(data))
	}
}

func TestTruncatedResponse(t *testing.T) {
	for _, ciphered := range []bool{true, false} {
		long := plug(t, "everyday", func(img *Image) {
			img.MF.Children = append(img.MF.Children, &File{FID: 0x2FFF, Kind: KindTransparent, Size: 250, Access: Access{Compact: Hex{0x03, 0x00, 0x00}}})
		}, Options{})
		l := remoteOf(long, true)
		l.sec.PoRCiphered = ciphered
		end := (scp80Result{l.run("00A40004022FFF", "00B00000FA")}).end()
		if end.SW != uint16(swTruncated) || len(end.Data) < 80 || len(end.Data) > porBytes {
			t.Errorf("ciphered %v: %d bytes, %04X", ciphered, len(end.Data), end.SW)
		}
	}
}

func TestCountersOfPackets(t *testing.T) {
	s := remote(t, "everyday")
	first := s.packet(mustHex("00A40004022FE2"))
	data, _ := s.deliver(first)
	if s.open(data).Status != scp80.PoROK {
		t.Fatal("the first packet is refused")
	}
	data, _ = s.deliver(first)
	if got := s.open(data); got.Status != scp80.CounterLow || len(got.Data) != 0 {
		t.Errorf("a replayed packet: %v", got)
	}
	s.counter = 1
	data, _ = s.deliver(s.packet(mustHex("00A40004022FE2")))
	if got := s.open(data); got.Status != scp80.CounterLow {
		t.Errorf("the same counter with another packet: %v", got)
	}
	s.sec.Counter, s.counter = scp80.CounterNext, 9
	data, _ = s.deliver(s.packet(mustHex("00A40004022FE2")))
	if got := s.open(data); got.Status != scp80.CounterHigh {
		t.Errorf("a gap: %v", got)
	}
	s.counter = 2
	s.gives("1  611D", "00A40004022FE2")
	saved, err := ReadImage(strings.NewReader(write(t, s.card.Image())))
	if err != nil || saved.GP.KeySets[1].Counter != 3 {
		t.Errorf("the counter is saved as %d, %v", saved.GP.KeySets[1].Counter, err)
	}
	end := plug(t, "everyday", func(img *Image) { img.GP.KeySets[1].Counter = scp80.MaxCounter }, Options{})
	e := remoteOf(end, true)
	e.counter = scp80.MaxCounter - 1
	data, _ = e.deliver(e.packet(mustHex("00A40004022FE2")))
	if got := e.open(data); got.Status != scp80.CounterBlocked {
		t.Errorf("behind the last counter: %v", got)
	}
}

func TestPacketsThatAreRefused(t *testing.T) {
	script := mustHex("00A40004022FE2")
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[len(b)-at] ^= 1; return b }
	}
	for _, c := range []struct {
		name   string
		set    func(*sender)
		change func([]byte) []byte
		want   scp80.Status
	}{
		{"a wrong MAC", func(s *sender) { s.sec.Ciphered, s.tar = false, scp80.TARRFMUICC }, flip(len(script) + 1), scp80.CheckFailed},
		{"changed data", func(s *sender) { s.sec.Ciphered = false }, flip(1), scp80.CheckFailed},
		{"an unknown TAR", func(s *sender) { s.tar = scp80.TAR{1, 2, 3} }, nil, scp80.TARUnknown},
		{"no ciphering where it is asked for", func(s *sender) { s.tar, s.sec.Ciphered = scp80.TARRAM, false }, nil, scp80.InsufficientSecurity},
		{"no check", func(s *sender) { s.sec.Check = scp80.NoCheck }, nil, scp80.InsufficientSecurity},
		{"a check without a key", func(s *sender) { s.sec.Check, s.sec.PoRCheck, s.kid = scp80.RC, scp80.NoCheck, 0x15 }, nil, scp80.InsufficientSecurity},
		{"no counter", func(s *sender) { s.sec.Counter = scp80.NoCounter }, nil, scp80.InsufficientSecurity},
		{"a key set that is not there", func(s *sender) { s.kid = scp80.KeyIndicator(scp80.AES, 4) }, nil, scp80.SecurityError},
		{"AES keys for triple DES", func(s *sender) {
			s.kic, s.kid = scp80.KeyIndicator(scp80.TripleDES2, 1), scp80.KeyIndicator(scp80.TripleDES2, 1)
		}, nil, scp80.SecurityError},
	} {
		s := remote(t, "everyday")
		c.set(s)
		b := s.packet(script)
		if c.change != nil {
			b = c.change(b)
		}
		if got := s.status(b); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if s.card.image.GP.KeySets[1].Counter != 1 {
			t.Errorf("%s moves the counter", c.name)
		}
	}
}

// Ciphered bytes that change are noticed by the check or by the padding.
func TestCipheredPacketThatWasChanged(t *testing.T) {
	s := remote(t, "everyday")
	b := s.packet(mustHex("00A40004022FE2"))
	for at := 10; at < len(b); at++ {
		bad := bytes.Clone(b)
		bad[at] ^= 0x40
		if got := s.status(bad); got != scp80.CheckFailed && got != scp80.CipheringError {
			t.Errorf("byte %d: %v", at, got)
		}
	}
	cut := append(bytes.Clone(b[:2]), b[2:len(b)-1]...)
	cut[1]--
	if got := s.status(cut); got != scp80.CipheringError {
		t.Errorf("a byte less: %v", got)
	}
}

func TestProofsOfReceipt(t *testing.T) {
	s := remote(t, "everyday")
	script := mustHex("00A40004022FE2")
	s.sec.PoR = scp80.NoPoR
	if data, sw := s.deliver(s.packet(script)); sw != card.SWDone || len(data) != 0 {
		t.Errorf("no proof: %X, %s", data, sw)
	}
	s.sec.PoR = scp80.ErrorPoR
	if data, sw := s.deliver(s.packet(script)); sw != card.SWDone || len(data) != 0 {
		t.Errorf("proof on errors only: %X, %s", data, sw)
	}
	s.counter -= 2
	data, _ := s.deliver(s.packet(script))
	if got := s.open(data); got.Status != scp80.CounterLow {
		t.Errorf("an error is proven as %v", got)
	}
}

// A response by SMS-SUBMIT waits as a proactive command.
func TestProofBySubmit(t *testing.T) {
	s := remote(t, "everyday")
	s.sec.PoRSubmit = true
	s.fails("8012000000", card.SWConditions)
	data, sw := s.deliver(s.packet(mustHex("00A40004022FE2")))
	if sw.SW1() != 0x91 || len(data) != 0 {
		t.Fatalf("ENVELOPE: %X, %s", data, sw)
	}
	s.want("00A4000C022FE2", fmt.Sprintf("91%02X", sw.SW2()))
	command := s.ok(fmt.Sprintf("80120000%02X", sw.SW2()))
	s.want("00A4000C022FE2", "9000") // it was fetched
	nodes, err := tlv.Parse(command)
	if err != nil || nodes[0].Tag != 0xD0 {
		t.Fatalf("%X, %v", command, err)
	}
	body, _ := tlv.ParseFlat(nodes[0].Value)
	tpdu, _ := tlv.Find(body, 0x8B)
	to, ud, err := scp80.ParseSubmit(tpdu.Value)
	if err != nil || hex.EncodeToString(to) != "0c91447700091099" {
		t.Fatalf("%X: to %X, %v", tpdu.Value, to, err)
	}
	if got := s.open(ud); got.Status != scp80.PoROK {
		t.Errorf("%v", got)
	}
	s.want("8014000003810301", "9000")
	s.want("8014000003810301", "6985")
}

func TestPacketInSeveralMessages(t *testing.T) {
	s := remote(t, "everyday")
	var script []string
	for range 22 {
		script = append(script, "00A40004022FE2")
	}
	s.gives("23 "+fmt.Sprintf("%X", s.readFile("2FE2", 10))+" 9000", append(script, readICCID)...)
	// In any order, with another packet between, and a part twice.
	var list [][]byte
	for _, a := range script {
		list = append(list, mustHex(a))
	}
	parts := s.envelopes(s.packet(scp80.Commands(list...)), 0x11)
	other := s.envelopes(s.packet(scp80.Commands(list...)), 0x12)
	if len(parts) != 2 {
		t.Fatalf("%d parts", len(parts))
	}
	s.want(parts[1], "9000")
	s.want(other[0], "9000")
	s.want(parts[1], "9000")
	if data, sw := s.do(parts[0]); sw != card.SWDone || len(data) == 0 {
		t.Errorf("the last part: %X, %s", data, sw)
	}
	if data, sw := s.do(other[1]); sw != card.SWDone || len(data) == 0 {
		t.Errorf("the other packet: %X, %s", data, sw)
	}
	if len(s.card.messages.parts) != 0 {
		t.Errorf("%d parts are kept", len(s.card.messages.parts))
	}
	for n := range 40 { // parts without an end do not pile up
		s.want(s.envelopes(s.packet(scp80.Commands(list...)), byte(n))[0], "9000")
	}
	if len(s.card.messages.parts) > maxMessages {
		t.Errorf("%d parts are kept", len(s.card.messages.parts))
	}
}

func TestEnvelopeRefuses(t *testing.T) {
	s := remote(t, "everyday")
	good := s.envelopes(s.packet(mustHex("00A40004022FE2")), 0)[0]
	s.fails("80C20100"+good[8:], card.SWWrongP1P2)
	s.fails("80C2000000", card.SWWrongLength)
	for _, bad := range []string{
		"02D100", "03D10182", "04D6020000", "0ED10C820283818B064000000081F6", // no message, an event, one that is cut short
	} {
		s.fails("80C20000"+bad, swWrongData)
	}
	plain := scp80.Envelope(mustHex("40088121436587"+"7FF6"+"22705200000000"+"04"+"03050102"), nil)
	s.fails(fmt.Sprintf("80C20000%02X%X", len(plain), plain), swWrongData)
	plug(t, "empty", nil, Options{}).fails("80C2000002D100", card.SWNoInstruction)
	plug(t, "gsm", nil, Options{}).fails("A0C2000002D100", card.SWNoInstruction)
	// In class A0 the answer is fetched in its own way.
	old := remote(t, "everyday")
	e := old.envelopes(old.packet(mustHex("00A40004022FE2")), 0)[0]
	old.want("A0A40000023F00", "9F"+old.raw("A0A40000023F00")[2:])
	data, sw := old.do("A0" + e[2:])
	if sw != card.SWDone || old.open(data).Status != scp80.PoROK {
		t.Errorf("in class A0: %X, %s", data, sw)
	}
}

// FuzzRemote sends scripts of arbitrary bytes in packets that are right, and
// arbitrary bytes in the place of a packet.
func FuzzRemote(f *testing.F) {
	f.Add(mustHex("00A40004022FE200B000000A"), false)
	f.Add(mustHex("AA10220700A40004022FE2220500B000000A"), false)
	f.Add(mustHex("80F24002024F0000"), false)
	f.Add(mustHex("0020160639121200000000000000010000000000"), true)
	img, err := OpenBuiltin("everyday")
	if err != nil {
		f.Fatal(err)
	}
	for i := range img.GP.Remote {
		img.GP.Remote[i].Security = 0
	}
	f.Fuzz(func(t *testing.T, b []byte, packet bool) {
		if len(b) > 600 {
			return
		}
		c, err := New(img, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c.PowerOn()
		s := remoteOf(&rig{t, c}, true)
		for _, tar := range []scp80.TAR{scp80.TARRAM, scp80.TARRFMUICC, scp80.TARRFMUSIM} {
			s.tar = tar
			p := b
			if !packet {
				p = s.packet(b)
			}
			if len(p) == 0 {
				return
			}
			data, sw := s.deliver(p)
			if packet {
				continue
			}
			if sw != card.SWDone || len(data) > porBytes {
				t.Fatalf("%s, %d bytes", sw, len(data))
			}
			if res := s.open(data); res.Status != scp80.PoROK {
				t.Fatalf("%v", res)
			}
		}
		if err := c.Image().Validate(); err != nil {
			t.Fatalf("the card cannot be saved any more: %v", err)
		}
	})
}
