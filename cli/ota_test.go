package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/tui/app"
)

// The keys of the demonstration cards (card/virtual/IMAGE.md), as they are
// typed.
const (
	otaKIc  = "404142434445464748494A4B4C4D4E4F"
	otaKID  = "505152535455565758595A5B5C5D5E5F"
	otaKeys = otaKIc + "\n" + otaKID + "\n"
)

// noOTAKeys fails where a key is in what a command wrote, in any form.
func noOTAKeys(t *testing.T, r result) {
	t.Helper()
	all := r.out + r.err
	for _, key := range []string{otaKIc, otaKID, "64 65 66 67 68", "80 81 82 83 84", "@ABCDEFGHIJKLMNO", "PQRSTUVWXYZ", "QEFCQ0RF", "UFFSU1RV"} {
		if strings.Contains(strings.ToUpper(all), strings.ToUpper(key)) {
			t.Errorf("a key is in the output as %s:\n%s", key, all)
		}
	}
}

func TestOTASend(t *testing.T) {
	for _, tc := range []struct {
		name, args, stdin string
		code              int
		says              []string
	}{
		{"AES", "--image everyday ota send --write --counter 2 --read EF.ICCID", otaKeys, ExitOK, []string{"8999 9900 1234 5678 9013", "comes from a card with this key"}},
		{"triple DES", "--image dual ota send --write --counter 2 --kic 3des:1 --kid 3des:1 --read EF.ICCID", otaKeys, ExitOK, []string{"8999 9900 1234 5678 9054"}},
		{"a file of the USIM", "--image everyday ota send --write --counter 2 --read EF.IMSI", otaKeys, ExitOK, []string{"999 99 0123456789", "B00010"}},
		{"expanded", "--image everyday ota send --write --counter 2 --expanded --read EF.ICCID", otaKeys, ExitOK, []string{"command 3"}},
		{"a record", "--image everyday ota send --write --counter 2 --read EF.DIR --record-number 1", otaKeys, ExitOK, []string{"A0000000871002"}},
		{"commands", "--image everyday ota send --write --counter 2 --tar rfm-uicc 00A40004023F00 00A40004022FE2 00B000000A", otaKeys, ExitOK, []string{"98999900214365870931"}},
		{"the application manager", "--image everyday ota send --write --counter 2 --ask card-data --length 64", otaKeys, ExitOK, []string{"2A864886FC6B01"}},
		{"its length", "--image everyday ota send --write --counter 2 --ask card-data", otaKeys, ExitCardError, []string{"give --length 64"}},
		{"a wrong KID", "--image everyday ota send --write --counter 2 --read EF.ICCID", otaKIc + "\n" + otaKID[2:] + "00\n", ExitCardError, []string{"does not open", "01, the checksum was wrong", "proves nothing"}},
		{"another key set", "--image everyday ota send --write --counter 2 --kic aes:2 --kid aes:2 --read EF.ICCID", otaKeys, ExitCardError, []string{"06, a security error"}},
		{"a counter that was used", "--image everyday ota send --write --counter 1 --read EF.ICCID", otaKeys, ExitCardError, []string{"counter was too low", "a card with this key"}},
		{"one that the card cannot take", "--image everyday ota send --write --counter 9 --spi cc,cipher,counter-next,por,por-cc --read EF.ICCID", otaKeys, ExitCardError, []string{"counter was too high"}},
		{"no answer asked for", "--image everyday ota send --write --counter 2 --spi cc,cipher,counter-higher --read EF.ICCID", otaKeys, ExitUnknown, []string{"silence proves nothing"}},
		{"an answer by message", "--image everyday ota send --write --counter 2 --spi cc,cipher,counter-higher,por,por-submit --read EF.ICCID", otaKeys, ExitUnknown, []string{"left waiting"}},
		{"an unknown target", "--image everyday ota send --write --counter 2 --tar B10000 00A40004023F00", otaKeys, ExitCardError, []string{"no application has this TAR"}},
		{"a command that fails", "--image everyday ota send --write --counter 2 --tar rfm-uicc 00A40004026FFF", otaKeys, ExitCardError, []string{"6A82"}},
		{"a card without OTA", "--image empty ota send --write --counter 2 --read EF.ICCID", otaKeys, ExitCardError, []string{"6D00"}},
		{"read-only", "--image everyday ota send --counter 2 --read EF.ICCID", otaKeys, ExitNotAllowed, []string{"--write"}},
		{"read-only for good", "--image everyday --read-only ota send --write --counter 2 --read EF.ICCID", otaKeys, ExitNotAllowed, []string{"--read-only"}},
		{"the far counter, not confirmed", "--image everyday ota send --write --counter 5000 --last 1 --read EF.ICCID", otaKeys, ExitNotAllowed, []string{"leaves out 4998"}},
		{"the far counter", "--image everyday ota send --write --counter 5000 --last 1 --read EF.ICCID", "send\n" + otaKeys, ExitOK, []string{"8999 9900 1234 5678 9013"}},
		{"keys of the card", "--image everyday ota send --write --counter 2 --read ADF.USIM/EF.Keys", otaKeys, ExitUsage, []string{"file of keys"}},
		{"no counter", "--image everyday ota send --write --read EF.ICCID", otaKeys, ExitUsage, []string{"--counter"}},
		{"no keys", "--image everyday ota send --write --counter 2 --read EF.ICCID", "", ExitUsage, []string{"secret"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := run(tc.stdin, strings.Fields(tc.args)...)
			if r.code != tc.code {
				t.Errorf("exit %d, want %d", r.code, tc.code)
			}
			for _, s := range tc.says {
				if !strings.Contains(r.out+r.err, s) {
					t.Errorf("%q is not told:\n%s%s", s, r.out, r.err)
				}
			}
			noOTAKeys(t, r)
			j := run(tc.stdin, append(strings.Fields(tc.args), "--json")...)
			noOTAKeys(t, j)
			var doc struct {
				State  string
				Proven bool
				Error  *app.Problem
			}
			if err := json.Unmarshal([]byte(j.out), &doc); err != nil || j.code != tc.code || doc.Error == nil && doc.State == "" {
				t.Errorf("exit %d, %v: %s", j.code, err, j.out)
			}
			if tc.code == ExitOK && !doc.Proven {
				t.Errorf("%s", j.out)
			}
		})
	}
}

// The keys come from an encrypted key file as well; the passphrase is asked for
// and the card's own entry taken.
func TestOTAKeyFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "keys.age")
	mustRun(t, "correct horse\ncorrect horse\n", "keys", "new", name)
	mustRun(t, "correct horse\n"+otaKeys, "keys", "add", name, "--iccid", "89999900123456789013", "--with", "ota1.kic", "--with", "ota1.kid")
	send := []string{"--image", "everyday", "ota", "send", "--write", "--counter", "2", "--read", "EF.ICCID", "--keys", name}
	r := mustRun(t, "correct horse\n", send...)
	if !strings.Contains(r.out, "comes from a card with this key") {
		t.Errorf("%s", r.out)
	}
	noOTAKeys(t, r)
	b := mustRun(t, "correct horse\n", "ota", "build", "--counter", "5", "--read", "EF.ICCID", "--keys", name, "--entry", "89999900123456789013", "--json")
	var doc otaBuiltJSON
	if err := json.Unmarshal([]byte(b.out), &doc); err != nil {
		t.Fatal(err)
	}
	if d := mustRun(t, "correct horse\n", "ota", "decode", "--keys", name, doc.Packet.String()); !strings.Contains(d.out, "right for these keys") {
		t.Errorf("%s", d.out)
	}
	for args, want := range map[string]string{
		"--kic aes:2 --kid aes:2":   "no OTA key set of version 2",
		"--kic 3des3:1 --kid aes:1": "is of another algorithm",
		"--entry nobody":            "no keys of this card",
	} {
		if r := run("correct horse\n", append(send, strings.Fields(args)...)...); r.code == ExitOK || !strings.Contains(r.err, want) {
			t.Errorf("%s: %d, %s", args, r.code, r.err)
		}
	}
	if r := run("", "ota", "build", "--counter", "5", "--read", "EF.ICCID", "--entry", "x"); r.code != ExitUsage || !strings.Contains(r.err, "--keys") {
		t.Errorf("%d, %s", r.code, r.err)
	}
}

// What is recorded of a session holds the packets and no key.
func TestOTARecordingHoldsNoKey(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.jsonl")
	mustRun(t, otaKeys, "--image", "everyday", "--record", name, "ota", "send", "--write", "--counter", "2", "--read", "EF.ICCID")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	noOTAKeys(t, result{out: string(b)})
	// A row of it is decoded, with the keys and without.
	for line := range strings.Lines(string(b)) {
		if !strings.Contains(line, `"cmd":"80C2`) {
			continue
		}
		if r := mustRun(t, "", "ota", "decode", line); !strings.Contains(r.out, "stays unknown") || strings.Contains(r.out, "2FE2") {
			t.Errorf("%s", r.out)
		}
		if r := mustRun(t, otaKeys, "ota", "decode", "--with-keys", line); !strings.Contains(r.out, "SELECT 2FE2") || !strings.Contains(r.out, "right for these keys") {
			t.Errorf("%s", r.out)
		}
		return
	}
	t.Errorf("no ENVELOPE was recorded:\n%s", b)
}

func TestOTABuild(t *testing.T) {
	r := mustRun(t, otaKeys, "ota", "build", "--counter", "5", "--read", "EF.IMSI", "--json")
	noOTAKeys(t, r)
	var doc otaBuiltJSON
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || doc.TAR != "B00010" || len(doc.Envelopes) != 1 || len(doc.Script) != 3 {
		t.Fatalf("%v: %s", err, r.out)
	}
	// What was built is read again.
	d := mustRun(t, otaKeys, "ota", "decode", "--with-keys", doc.Envelopes[0].String())
	for _, want := range []string{"counter   5", "SELECT 7FFF", "SELECT 6F07", "READ BINARY", "right for these keys"} {
		if !strings.Contains(d.out, want) {
			t.Errorf("%q is not told:\n%s", want, d.out)
		}
	}
	script := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(script, []byte(strings.Repeat("00A40004023F00 # MF\n", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	long := mustRun(t, otaKeys, "ota", "build", "--tar", "rfm-uicc", "--counter", "5", "--script", script, "--json")
	if err := json.Unmarshal([]byte(long.out), &doc); err != nil || len(doc.Envelopes) != 3 {
		t.Fatalf("%v: %s", err, long.out)
	}
	var words []string
	for _, e := range doc.Envelopes {
		words = append(words, e.String())
	}
	if d := mustRun(t, otaKeys, append([]string{"ota", "decode", "--with-keys"}, words[2], words[0], words[1])...); strings.Count(d.out, "SELECT 3F00") != 40 {
		t.Errorf("%s", d.out)
	}
	if d := run(otaKeys, append([]string{"ota", "decode"}, words[1:]...)...); d.code != ExitUsage || !strings.Contains(d.err, "2 of 3") {
		t.Errorf("%d %s", d.code, d.err)
	}
}

func TestOTABadInput(t *testing.T) {
	long := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(long, []byte(strings.Repeat("# a long remark\n", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ args, stdin, says string }{
		{"ota build --counter 1 --tar B0000 00A40004023F00", "", "three bytes"},
		{"ota build --counter 1 --tar rfm-uicc 00A40004023F0", "", "odd number"},
		{"ota build --counter 1 --tar rfm-uicc 00A4XX04023F00", "", "hex digits only"},
		{"ota build --counter 1 --tar rfm-uicc 00A400", "", "at least 4 bytes"},
		{"ota build --counter 1 --tar rfm-uicc 0020000108", "", "length byte"},
		{"ota build --counter 1 --tar rfm-uicc 002000010831323334FFFFFFFF", "", "PIN or a key"},
		{"ota build --counter 1 --tar rfm-uicc", "", "one script"},
		{"ota build --counter 1 --read EF.ICCID 00A40004023F00", "", "one script"},
		{"ota build --counter 1 --tar rfm-uicc --script " + long, "", "64 KiB"},
		{"ota build --tar rfm-uicc 00A40004023F00", "", "--counter"},
		{"ota build --counter 1 --tar rfm-uicc --spi ds 00A40004023F00", "", "no algorithm"},
		{"ota build --counter 1 --tar rfm-uicc --kic 10 00A40004023F00", "", "cannot cipher"},
		{"ota build --counter 1 --tar rfm-uicc 00A40004023F00", otaKIc + "0\n" + otaKID + "\n", "KIc has an odd number"},
		{"ota build --counter 1 --tar rfm-uicc 00A40004023F00", otaKIc[2:] + "\n" + otaKID + "\n", "32, 48, 64 hex digits; it has 30"},
		{"ota build --counter 1 --tar rfm-uicc --kic 3des:1 00A40004023F00", otaKIc + "0011223344556677\n" + otaKID + "\n", "takes 32 hex digits; it has 48"},
		{"ota build --counter 1 --tar rfm-uicc 00A40004023F00", otaKIc + "\n" + "XX" + otaKID[2:] + "\n", "KID takes hex digits only"},
		{"ota decode", "", "missing"},
		{"ota decode 123", "", "hex"},
		{"ota decode 00A40004023F00", "", "no secured packet"},
		{"ota decode --with-keys 027100001c12b000118bb989492c632529326a2f4681feb37c825bc9021c9f6d0b", otaKeys, "give the command packet"},
		{`ota decode {"cmd":"80C2****"}`, "", "no secured packet"},
		{`ota decode {`, "", "no secured packet"},
		{"ota", "", "command is missing"},
	} {
		for _, flags := range []string{"", " --json"} {
			r := run(tc.stdin, strings.Fields(tc.args+flags)...)
			if r.code != ExitUsage || !strings.Contains(r.out+r.err, tc.says) {
				t.Errorf("%s%s: exit %d, want %d and %q: %s%s", tc.args, flags, r.code, ExitUsage, tc.says, r.out, r.err)
			}
			noOTAKeys(t, r)
		}
	}
}

// Every published packet and response goes through the command, with its keys.
func TestOTADecodesThePublished(t *testing.T) {
	b, err := os.ReadFile("../crypto/scp80/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		OTA []struct {
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
			Response struct{ Error string }
		} `json:"scp80_ota"`
	}
	if err := json.Unmarshal(b, &f); err != nil || len(f.OTA) != 9 {
		t.Fatal(err)
	}
	for _, v := range f.OTA {
		words := []string{map[string]string{"cc": "cc", "rc": "rc"}[v.SPI.Check], "por"}
		if words[0] == "" {
			words[0] = "no-check"
		}
		needs := [2]bool{v.SPI.C || v.SPI.P, v.SPI.Check == "cc" || v.SPI.PoR == "cc"}
		if v.SPI.C {
			words = append(words, "cipher")
		}
		if p := map[string]string{"cc": "por-cc", "rc": "por-rc"}[v.SPI.PoR]; p != "" {
			words = append(words, p)
		}
		if v.SPI.P {
			words = append(words, "por-cipher")
		}
		stdin := func(commandOnly bool) string {
			var s string
			if needs[0] && (!commandOnly || v.SPI.C) {
				s += v.Keys.KIc + "\n"
			}
			if needs[1] && (!commandOnly || v.SPI.Check == "cc") {
				s += v.Keys.KID + "\n"
			}
			return s
		}
		for _, c := range []string{v.Command, v.Deliver} {
			if c == "" {
				continue
			}
			r := run(stdin(true), "ota", "decode", "--with-keys", c)
			if r.code != ExitOK || !strings.Contains(r.out, "SELECT 3F00") {
				t.Errorf("%s: %d\n%s%s", v.Name, r.code, r.out, r.err)
			}
		}
		if v.Resp == "" {
			continue
		}
		r := run(stdin(false), "ota", "decode", "--with-keys", "--spi", strings.Join(words, ","), "--kic", "3des2:3", "--kid", "3des2:3", v.Resp)
		opened := strings.Contains(r.out, "1 command was carried out")
		if r.code != ExitOK || opened != (v.Response.Error == "") || !opened && !strings.Contains(r.out, "does not open") {
			t.Errorf("%s: %d\n%s%s", v.Name, r.code, r.out, r.err)
		}
	}
}

// A PIN in a packet of somebody else's log is not shown, though all of it is
// in the clear.
func TestOTADecodeMasksPINs(t *testing.T) {
	const packet = "001d0d00010000b00000" + "000000000000" + "0020000108" + "3132333435363738"
	r := mustRun(t, "", "ota", "decode", "00"+hexByte(len(packet)/2-2)+packet[4:])
	if !strings.Contains(r.out, "VERIFY") || strings.Contains(r.out, "3132333435363738") {
		t.Errorf("%s", r.out)
	}
	j := mustRun(t, "", "ota", "decode", "--json", "00"+hexByte(len(packet)/2-2)+packet[4:])
	if strings.Contains(j.out, "3132333435363738") || !strings.Contains(j.out, `"masked": true`) {
		t.Errorf("%s", j.out)
	}
}

func hexByte(n int) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[n>>4&15], digits[n&15]})
}
