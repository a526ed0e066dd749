//go:build linux && cgo

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"simscope/internal/pcscbench"
)

const theIMSI = "999 99 0123456789"

type pinsDoc struct {
	PINs []struct {
		Name, Reference, Application, State string
		TriesLeft, PukTriesLeft             *int
		Verified                            bool
	}
}

// pin1State is PIN1's state and tries as `pin status` tells them to a client
// of its own; -1 where they are not told.
func (s *stack) pin1State(slot int) (state string, left, puk int) {
	s.t.Helper()
	r := s.ok("", "-r", readerOf(slot), "pin", "status", "--json")
	for _, p := range into[pinsDoc](s, r).PINs {
		if p.Name != "PIN1" {
			continue
		}
		left, puk = -1, -1
		if p.TriesLeft != nil {
			left = *p.TriesLeft
		}
		if p.PukTriesLeft != nil {
			puk = *p.PukTriesLeft
		}
		return p.State, left, puk
	}
	s.t.Fatalf("no PIN1:\n%v", r)
	return "", 0, 0
}

func (s *stack) wantPIN1(state string, left, puk int) {
	s.t.Helper()
	gotState, gotLeft, gotPUK := s.pin1State(0)
	if gotState != state || gotLeft != left || gotPUK != puk {
		s.t.Fatalf("PIN1 %s, %d left, PUK1 %d left; want %s, %d, %d", gotState, gotLeft, gotPUK, state, left, puk)
	}
}

func TestReaders(t *testing.T) {
	s := newStack(t)
	s.card(0)
	r := s.ok("", "readers", "--json")
	doc := into[readersDoc](s, r)
	if len(doc.Readers) != 2 || doc.Readers[0].ID.Name != pcscbench.Reader0 || doc.Readers[1].State != "empty" ||
		!strings.HasPrefix(strings.ReplaceAll(doc.Readers[0].ATR, " ", ""), "3B9F") {
		t.Error(r)
	}
	text := s.ok("", "readers")
	if !regexp.MustCompile(`(?m)^1 +Virtual PCD 00 00 +card .*\n2 +Virtual PCD 00 01 +no card`).MatchString(text.out) {
		t.Error(text)
	}
}

func TestInfo(t *testing.T) {
	s := newStack(t)
	s.card(0)
	type doc struct {
		Kind, Protocol string
		ATR            struct {
			Raw   string
			Bytes []struct{ Name, Meaning string }
		}
		Identity struct {
			ICCID  string
			Apps   []struct{ Name string } `json:"applications"`
			Denied map[string]string
		}
		PINs []struct{ Name string }
		Open *bool
	}
	d := into[doc](s, s.ok("", "info", "--json"))
	if d.Kind != "uicc" || d.Protocol != "T=0" || !strings.HasPrefix(d.Identity.ICCID, "8999") || len(d.Identity.Apps) != 3 ||
		d.Identity.Denied["imsi"] != "6982" || len(d.PINs) < 3 || d.Open == nil || *d.Open || len(d.ATR.Bytes) < 10 {
		t.Errorf("%+v", d)
	}
	text := s.ok("", "info").out
	for _, want := range []string{"8999", "needs PIN1 (6982)", "星辰移动", "USIM", "ISIM", "PIN1  on, 3 left, PUK 10 left", "3B 9F"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestListAndReadFiles(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", off))
	type row struct {
		Path, State, Structure, FIDs, Name string
		Size, Records                      int
		Content                            *struct {
			Binary  string
			Records []string
		}
		Decoded json.RawMessage
		Access  map[string]string
	}
	r := s.ok("", "ls", "--json")
	there := map[string]row{}
	for _, f := range into[struct{ Files []row }](s, r).Files {
		there[f.Path] = f
	}
	if f := there["ADF.USIM/EF.IMSI"]; f.Size != 9 || f.Structure != "transparent" {
		t.Errorf("EF.IMSI is %+v", f)
	}
	for _, path := range []string{"MF", "MF/EF.ICCID", "ADF.ISIM/EF.IMPI", "ADF.USIM#2/EF.IMSI", "MF/DF.GSM/EF.IMSI"} {
		if _, ok := there[path]; !ok {
			t.Errorf("%s is not listed in %d files", path, len(there))
		}
	}
	some := s.ok("", "ls", "ADF.USIM").out
	if !strings.Contains(some, "EF.IMSI") || strings.Contains(some, "EF.ICCID") {
		t.Errorf("files of ADF.USIM:\n%s", some)
	}
	f := into[row](s, s.ok("", "read", "ADF.USIM/EF.IMSI", "--json"))
	if f.Content == nil || strings.ReplaceAll(f.Content.Binary, " ", "") != "089999991032547698" || f.Access["read"] == "" ||
		!bytes.Contains(f.Decoded, []byte("999990123456789")) {
		t.Errorf("EF.IMSI is %+v, %s", f, f.Decoded)
	}
	if text := s.ok("", "read", "6F07").out; !strings.Contains(text, theIMSI) {
		t.Errorf("EF.IMSI by its identifier:\n%s", text)
	}
	if text := s.ok("", "read", "MF/DF.TELECOM/EF.ADN").out; !strings.Contains(text, "+44") {
		t.Errorf("contacts:\n%s", text)
	}
}

func TestDumpLeavesKeysOut(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets, off))
	r := s.ok("", "dump") // searched for the keys, as every output is
	doc := into[struct {
		Complete bool
		Files    []struct {
			Name    string
			Masked  bool
			Content json.RawMessage
		}
	}](s, r)
	masked, read := false, 0
	for _, f := range doc.Files {
		masked = masked || f.Name == "ADF.USIM/EF.Keys" && f.Masked && f.Content == nil
		if f.Content != nil {
			read++
		}
	}
	if !doc.Complete || !masked || read < 50 {
		t.Errorf("complete %v, EF.Keys masked %v, %d files read", doc.Complete, masked, read)
	}
	s.ok("", "dump", "-o", s.file("dump.json"))
	if st, err := os.Stat(s.file("dump.json")); err != nil || st.Mode().Perm() != 0o600 || st.Size() < 10000 {
		t.Errorf("%v, %v", st, err)
	}
	s.fails(1, "file_exists", "", "dump", "-o", s.file("dump.json"))
	// The search would find them: asked for, they are there.
	all := s.runUnsearched("", "dump", "--secrets")
	if len(leaks([]byte(all.out))) == 0 {
		t.Error("dump --secrets holds no keys; the search for them proves nothing")
	}
}

func TestAPDU(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets, off))
	r := s.ok("", "apdu", "00A40004023F00", "00A40004022FE2", "--json")
	doc := into[struct {
		Exchanges []struct{ Command, Name, Data, SW, Meaning string }
	}](s, r)
	if len(doc.Exchanges) != 2 || doc.Exchanges[0].SW == "" || doc.Exchanges[0].Meaning == "" {
		t.Error(r)
	}
	text := s.ok("", "apdu", "00", "a4", "08", "04", "02", "2f", "e2").out
	if !strings.Contains(text, "SELECT") {
		t.Error(text)
	}
	// Keys are withheld also when they are read by hand.
	keys := s.ok("", "apdu", "00A4040010"+usimAID, "00A40004026F08", "00B0000021").out
	if !strings.Contains(keys, "withheld") {
		t.Errorf("EF.Keys by hand:\n%s", keys)
	}
	s.fails(13, "read_only", "", "apdu", "00D6000001FF")
	s.fails(13, "locked_read_only", "", "apdu", "--write", "--read-only", "00D6000001FF")
	s.fails(2, "guarded", "", "apdu", "002000010831323334FFFFFFFF")
	s.fails(2, "not_hex", "", "apdu", "00A4x")
	s.fails(2, "not_apdu", "", "apdu", "00A4")
}

func TestPINCommands(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets))
	s.wantPIN1("on", 3, 10)
	r := s.ok(lines(canaryPIN), "pin", "verify")
	if !strings.Contains(r.out, "PIN1 is right") || !strings.Contains(r.err, "3 left") {
		t.Error(r)
	}
	s.fails(7, "pin_needed", "", "read", "ADF.USIM/EF.IMSI") // the card was reset after it
	s.fails(11, "pin_wrong", lines(canaryWrong), "pin", "verify")
	s.wantPIN1("on", 2, 10)
	s.ok(lines(canaryPIN, canaryNew, canaryNew), "pin", "change")
	s.wantPIN1("on", 3, 10)
	s.fails(11, "pin_wrong", lines(canaryPIN), "pin", "verify")
	s.ok(lines(canaryNew), "pin", "disable")
	s.wantPIN1("off", 3, 10)
	if text := s.ok("", "read", "ADF.USIM/EF.IMSI").out; !strings.Contains(text, theIMSI) {
		t.Error(text)
	}
	s.ok(lines(canaryNew), "pin", "enable")
	s.wantPIN1("on", 3, 10)
	s.fails(7, "pin_needed", "", "read", "ADF.USIM/EF.IMSI")
	s.ok(lines(canaryPIN2), "pin", "verify", "pin2")
	s.ok(lines("d37c914ea825f06b"), "pin", "verify", "adm1")
	s.fails(11, "pin_wrong", lines("D37C914EA825F06C"), "pin", "verify", "adm1")
}

// A PIN is blocked step by step, each with its warning, and comes back by its
// PUK.
func TestPINBlocksAndUnblocks(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Image: s.image("everyday", withSecrets, tries(2))})
	s.fails(11, "pin_wrong", lines(canaryWrong), "pin", "verify")
	s.wantPIN1("on", 1, 10)
	verifies := count(sent(), "0020", 13)
	for _, words := range []string{"", lines("yes", canaryWrong), lines(canaryWrong), lines("last", canaryWrong)} {
		s.fails(13, "last_try", words, "pin", "verify")
	}
	s.fails(13, "last_try", lines(canaryWrong, canaryNew, canaryNew), "pin", "change")
	s.fails(13, "last_try", lines(canaryWrong), "pin", "disable")
	if n := count(sent(), "0020", 13) + count(sent(), "0024", 13) + count(sent(), "0026", 13); n != verifies {
		t.Fatalf("%d commands with a PIN were sent without the word", n-verifies)
	}
	s.wantPIN1("on", 1, 10)
	s.fails(11, "pin_blocked", lines("LAST", canaryWrong), "pin", "verify")
	s.wantPIN1("blocked", 0, 10)
	s.fails(11, "pin_blocked", lines(canaryPIN), "pin", "verify")
	s.fails(11, "pin_wrong", lines(canaryPUK2, canaryNew, canaryNew), "pin", "unblock")
	s.wantPIN1("blocked", 0, 9)
	s.ok(lines(canaryPUK, canaryNew, canaryNew), "pin", "unblock")
	s.wantPIN1("on", 3, 10)
	s.ok(lines(canaryNew), "pin", "verify")
}

func TestBlockedCard(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", "blocked")
	s.wantPIN1("blocked", 0, 10)
	if text := s.ok("", "info").out; !strings.Contains(text, "PIN1  blocked") {
		t.Error(text)
	}
	s.fails(11, "pin_blocked", lines("1234"), "pin", "verify")
	s.fails(7, "pin_needed", "", "read", "ADF.USIM/EF.IMSI")
}

func TestGSMCard(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Image: s.image("gsm", withSecrets)})
	text := s.ok("", "info").out
	if !strings.Contains(text, "2G SIM") || !strings.Contains(text, "PIN1  on, 3 left, PUK 10 left") {
		t.Error(text)
	}
	s.fails(7, "pin_needed", "", "read", "EF.IMSI")
	s.fails(11, "pin_wrong", lines(canaryWrong), "pin", "verify")
	s.wantPIN1("on", 2, 10)
	s.ok(lines(canaryPIN, canaryNew, canaryNew), "pin", "change")
	s.ok(lines(canaryNew), "pin", "disable")
	if text := s.ok("", "read", "MF/DF.GSM/EF.IMSI").out; !strings.Contains(text, "IMSI") || !strings.Contains(text, "0123456789") {
		t.Error(text)
	}
	s.ok(lines(canaryNew), "pin", "enable")
	s.wantPIN1("on", 3, 10)
	if n := count(sent(), "A020", 13); n != 1 {
		t.Errorf("VERIFY CHV was sent %d times, want 1", n)
	}
}

func TestRecordAndReplayOverTheStack(t *testing.T) {
	s := newStack(t)
	card := s.card(0, "--image", s.image("everyday", withSecrets, off))
	first := s.ok("", "--record", s.file("info.jsonl"), "info")
	read := s.ok("", "--record", s.file("read.jsonl"), "read", "ADF.USIM/EF.IMSI")
	s.ok("", "--record", s.file("dump.jsonl"), "dump", "-o", s.file("dump.json"))
	s.ok(lines(canaryPIN), "--record", s.file("pin.jsonl"), "pin", "enable")
	s.fails(1, "file_exists", "", "--record", s.file("pin.jsonl"), "info")
	card.pull()
	if err := s.bench.Kill(); err != nil { // nothing of this is needed again
		t.Fatal(err)
	}
	if again := s.ok("", "--replay", s.file("info.jsonl"), "info"); again.out != first.out {
		t.Errorf("the recording tells another story:\n%s\n%s", first.out, again.out)
	}
	if again := s.ok("", "--replay", s.file("read.jsonl"), "read", "ADF.USIM/EF.IMSI"); again.out != read.out {
		t.Errorf("the recording tells another story:\n%s\n%s", read.out, again.out)
	}
	s.fails(8, "not_in_recording", "", "--replay", s.file("info.jsonl"), "read", "MF/DF.TELECOM/EF.SMSS")
	s.ok("", "--replay", s.file("dump.jsonl"), "ls")
	pin, err := os.ReadFile(s.file("pin.jsonl"))
	if err != nil || !bytes.Contains(pin, []byte("PIN")) {
		t.Errorf("the recording does not speak of a PIN: %v", err)
	}
}

func TestDecodeDoctorAndTheRest(t *testing.T) {
	s := newStack(t)
	if text := s.ok("", "decode", "EF.IMSI", "08", "99", "99", "99", "10", "32", "54", "76", "98").out; !strings.Contains(text, theIMSI) {
		t.Error(text)
	}
	type facts struct {
		Ready bool
		Facts []struct {
			ID, Level, Text string
			Fixes           []struct{ Commands []string }
		}
	}
	if d := into[facts](s, s.ok("", "doctor", "--json")); d.Ready || len(d.Facts) < 2 {
		t.Errorf("without a card: %+v", d)
	}
	s.card(0)
	if d := into[facts](s, s.ok("", "doctor", "--json")); !d.Ready {
		t.Errorf("with a card: %+v", d)
	}
	if err := s.bench.Kill(); err != nil {
		t.Fatal(err)
	}
	d := into[facts](s, s.ok("", "doctor", "--json"))
	if d.Ready || d.Facts[len(d.Facts)-1].Level != "missing" {
		t.Errorf("without a service: %+v", d)
	}
	if v := s.ok("", "--version").out; !strings.HasPrefix(v, "simscope ") || strings.Contains(v, "\x1b") {
		t.Errorf("%q", v)
	}
	if out := s.ok("", "--ascii", "doctor").out; beyondASCII(out) {
		t.Errorf("--ascii prints signs beyond ASCII: %s", out)
	}
}

func beyondASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) >= 0
}

func TestASCIIText(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", "empty")
	for _, args := range [][]string{{"readers"}, {"info"}, {"ls"}, {"read", "EF.ARR"}, {"read", "ADF.USIM/EF.UST"}, {"pin", "status"}, {"doctor"}, {"-r", "nosuch", "info"}} {
		if r := s.run("", append([]string{"--ascii"}, args...)...); beyondASCII(r.out + r.err) {
			t.Errorf("signs beyond ASCII: %v", r)
		}
	}
}

// A virtual card that is taken out in an orderly way keeps what happened to
// it.
func TestVirtualCardSaves(t *testing.T) {
	s := newStack(t)
	saved := s.input + "/saved.json"
	c := s.card(0, "--image", s.image("everyday", withSecrets), "--save", saved)
	s.fails(11, "pin_wrong", lines(canaryWrong), "pin", "verify")
	c.takeOut()
	s.unseen(0)
	s.card(0, "--image", saved)
	s.wantPIN1("on", 2, 10)
	s.ok(lines(canaryPIN), "pin", "verify")
	if st, err := os.Stat(saved); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st, err)
	}
	if r := s.fails(1, "vpcd", "", "virtual-card", "--address", "127.0.0.1:1"); r.out == "" {
		t.Error(r)
	}
}
