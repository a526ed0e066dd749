package ota_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/ota"
	"simscope/crypto/scp80"
)

// says checks that an error is a sentence that names what is wrong.
func says(t *testing.T, err error, words string) {
	t.Helper()
	var in *ota.InputError
	if !errors.As(err, &in) || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "<") || strings.Contains(err.Error(), "{") {
		t.Errorf("%v, want %q", err, words)
	}
}

func TestBadInput(t *testing.T) {
	for s, want := range map[string]string{"": "three bytes", "B000": "three bytes", "B00": "three bytes", "B0000010": "three bytes", "moon": "rfm-usim"} {
		_, err := ota.ParseTAR(s)
		says(t, err, want)
	}
	for s, want := range map[string]string{
		"": "counter-higher", "moon": "counter-higher", "16": "counter-higher", "cc,rc": "twice", "cc,por-cc,por-rc": "twice",
		"ds": "no algorithm", "0300": "no algorithm", "0003": "reserved", "2001": "reserved", "163": "counter-higher",
	} {
		_, err := ota.ParseSPI(s)
		says(t, err, want)
	}
	for s, want := range map[string]string{"": "3des2", "moon:1": "3des2", "aes:16": "0 to 15", "aes:": "0 to 15", "aes": "3des2", "123": "3des2"} {
		_, err := ota.ParseIndicator("KIc", s)
		says(t, err, want)
	}
	for s, want := range map[string]string{
		"00A40": "odd number", "00A4XX00": "hex digits only", "00A400": "at least 4 bytes", "00A40004033F00": "length byte",
		"0020000108": "length byte", "002000010831323334FFFFFFFF": "PIN or a key", "80D8000001FF": "PIN or a key", "0088008100": "PIN or a key",
		"00A40004027FFF\n00A40004026F08": "file of keys", "00A40804047F206F20": "file of keys", "00A40004026F08": "file of keys",
		"": "no command", "# nothing": "no command", strings.Repeat("00A40004023F00\n", 65): "at most 64",
		"00D6000000012C" + strings.Repeat("00", 300): "at most 255",
	} {
		_, err := ota.ParseScript(strings.Split(s, "\n"))
		says(t, err, want)
	}
	if s, err := ota.ParseScript([]string{"00 A4 00 04 02 3F 00 # the MF", "", "00:B0:00:00:0A"}); err != nil || len(s) != 2 {
		t.Errorf("%X, %v", s, err)
	}
	_, err := ota.Question("moon", 0)
	says(t, err, "key-information")
}

func TestBadRequests(t *testing.T) {
	script := ota.Script{{0x00, 0xA4, 0x00, 0x04, 2, 0x3F, 0x00}}
	good := ota.Request{SPI: scp80.SPI{0x16, 0x19}, KIc: 0x12, KID: 0x12, Script: script, Originator: "1"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	long := make(ota.Script, ota.MaxCommands)
	for i := range long {
		long[i] = append([]byte{0x00, 0xD6, 0x00, 0x00, 255}, make([]byte, 255)...)
	}
	for words, edit := range map[string]func(*ota.Request){
		"cannot cipher":          func(r *ota.Request) { r.KIc = 0x10 },
		"cannot make a checksum": func(r *ota.Request) { r.KID = 0x1D },
		"crc16 or crc32":         func(r *ota.Request) { r.SPI, r.KID = scp80.SPI{0x01, 0x01}, 0x12 },
		"five bytes":             func(r *ota.Request) { r.Counter = scp80.MaxCounter + 1 },
		"1 to 20 digits":         func(r *ota.Request) { r.Originator = "moon" },
		"no command":             func(r *ota.Request) { r.Script = nil },
		"reserved":               func(r *ota.Request) { r.SPI[1] |= 0x80 },
	} {
		r := good
		edit(&r)
		says(t, r.Check(), words)
	}
	r := good
	r.Script = long
	b, err := r.Build(keys(t, demoKIc, demoKID))
	if err != nil || len(b.Envelopes) < 100 {
		t.Errorf("the longest script: %v", err)
	}
	says(t, good.CheckKeys(keys(t, "00", demoKID)), "32, 48, 64 hex digits; it has 2")
	r.KIc = 0x15
	says(t, r.CheckKeys(keys(t, demoKIc+"00", demoKID)), "32 hex digits; it has 34")
}

// The words of the security parameters and of indicators go both ways.
func TestWordsGoBothWays(t *testing.T) {
	seen := 0
	for n := range 0x10000 {
		spi := scp80.SPI{byte(n >> 8), byte(n)}
		words := ota.WordsOf(spi)
		got, err := ota.ParseSPI(words)
		if sec := spi.Security(); sec.Check == scp80.DS || sec.PoRCheck == scp80.DS || sec.PoR > scp80.ErrorPoR || sec.SPI() != spi {
			continue
		}
		seen++
		if err != nil || got != spi {
			t.Fatalf("%X is %q, read as %X, %v", spi, words, got, err)
		}
	}
	if seen != 3*2*4*3*3*2*2 {
		t.Errorf("%d were looked at", seen)
	}
	for _, s := range []string{"aes:1", "3des2:3", "3des3:15", "des:0", "des-ecb:2"} {
		b, err := ota.ParseIndicator("KIc", s)
		if err != nil || ota.IndicatorOf(b, scp80.Cipher(b)) != s {
			t.Errorf("%s is %02X, %v", s, b, err)
		}
	}
}

func TestScripts(t *testing.T) {
	for _, c := range []struct {
		lines string
		reads bool
	}{
		{"00A40004023F00\n00B000000A", true},
		{"80F24000024F00\n00C0000000", true},
		{"80CA006600", true},
		{"00A40004023F00\n00D6000001FF", false},
		{"00440000", false},
		{"80E6000000", false},
	} {
		s, err := ota.ParseScript(strings.Split(c.lines, "\n"))
		if err != nil || s.Reads() != c.reads {
			t.Errorf("%s: %v, %v", c.lines, s.Reads(), err)
		}
	}
	gsm := ota.ReadFile(card.FIDMF, []card.FID{card.FIDGSM, 0x6F07}, 0, 9).GSM()
	if got := fmt.Sprintf("%X", gsm); got != "[A0A40000023F00 A0A40000027F20 A0A40000026F07 A0B0000009]" {
		t.Errorf("in class A0: %s", got)
	}
	// Le behind data stands only at the end of the compact form.
	s, err := ota.ParseScript([]string{"00A40004023F0000", "00A40004023F0000"})
	if err != nil || len(s.Bytes(false)) != 7+8 {
		t.Errorf("%X, %v", s.Bytes(false), err)
	}
	if two := (ota.Script{{0, 0xB0, 0, 0, 1}, {0, 0xB0, 0, 0, 1}}); !two.OnlyLast() || two[:1].OnlyLast() {
		t.Error("data that the compact form loses")
	}
}
