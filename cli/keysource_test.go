package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card/virtual"
)

// cardKeys holds the keys of the demonstration card "everyday" in an encrypted
// file, with what cannot be taken beside it.
func cardKeys(t *testing.T) (name, plain string) {
	t.Helper()
	dir := t.TempDir()
	plain = filepath.Join(dir, "plain.json")
	text := `{"format":"simscope-keys","version":1,"cards":[
{"label":"bench","iccid":"89999900123456789013","adm":[{"pin":"adm1","hex":"9F1C20D47A3B55E8"}],
 "gp":[{"version":48,"enc":"` + demoKey + `","mac":"` + demoKey + `"}],
 "ota":[{"version":1,"kic":"` + demoKey + `","kid":"505152535455565758595A5B5C5D5E5F"},
        {"version":2,"kic":"4041424344454647"},{"version":3,"kid":"505152535455565758595A5B5C5D5E5F"}]},
{"label":"two sets","gp":[{"version":48,"enc":"` + demoKey + `","mac":"` + demoKey + `"},{"version":49,"enc":"` + demoKey + `"}]},
{"label":"other card","iccid":"89990000000000000001","adm":[{"pin":"adm1","digits":"80706049"}],
 "gp":[{"version":48,"enc":"` + demoKey + `","mac":"` + demoKey + `"}],"ota":[{"version":1,"kic":"` + demoKey + `","kid":"` + demoKey + `"}]},
{"label":"bare","adm":[]},
{"label":"wrong","adm":[{"pin":"adm1","digits":"80706049"}],"gp":[{"version":48,"enc":"` + otherKey + `","mac":"` + otherKey + `"}]}]}`
	if err := os.WriteFile(plain, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(dir, "keys.age")
	mustRun(t, "words\nwords\n", "keys", "new", name)
	mustRun(t, "words\n9F1C20D47A3B55E8\n"+demoKey+"\n"+demoKey+"\n"+demoKey+"\n505152535455565758595A5B5C5D5E5F\n", "keys", "add", name,
		"--label", "bench", "--iccid", "89999900123456789013", "--with", "adm1", "--with", "gp48.enc", "--with", "gp48.mac", "--with", "ota1.kic", "--with", "ota1.kid")
	return name, plain
}

// TestKeysFromFile: all three commands find the card by its ICCID, the set by
// its version, and refuse the rest in a sentence.
func TestKeysFromFile(t *testing.T) {
	name, plain := cardKeys(t)
	const sel = " 00A40004023F00"
	for _, tc := range []struct {
		stdin, args string
		code        int
		id, says    string
	}{
		{"words\n", "gp auth --keys AGE", ExitOK, "", `"key_version": 48`},
		{"words\n", "gp list --keys AGE --key-version 0x30", ExitOK, "", "A00000015141434C00"},
		{"", "gp auth --keys PLAIN --plain --entry bench", ExitOK, "", ""},
		{"", "gp auth --keys PLAIN", ExitNotAllowed, "keys_plain", ""},
		{"other\n", "gp auth --keys AGE", ExitPINWrong, "keys_wrong", ""},
		{"", "gp auth --keys PLAIN --plain --key-version 49", ExitNotFound, "keys_no_set", "no security domain key set of version 49 (0x31) of this card, but of 48 (0x30)"},
		{"", "gp auth --keys PLAIN --plain --entry two_sets", ExitUsage, "keys_many_sets", "48 (0x30), 49 (0x31)"},
		{"", "gp auth --keys PLAIN --plain --entry two_sets --key-version 48", ExitOK, "", ""},
		{"", "gp auth --keys PLAIN --plain --entry two_sets --key-version 49", ExitNotFound, "keys_no_part", "has no MAC"},
		{"", "gp auth --keys PLAIN --plain --entry other_card", ExitNotAllowed, "keys_other_card", ""},
		{"", "gp auth --keys PLAIN --plain --entry bare", ExitNotFound, "keys_no_sets", "no security domain keys"},
		{"", "gp auth --keys PLAIN --plain --entry nobody", ExitNotFound, "keys_no_card", ""},
		{"", "gp auth --keys PLAIN --plain --entry wrong", ExitPINWrong, "gp_cryptogram", ""},
		{"", "gp auth --entry x", ExitUsage, "usage", "--keys"},
		{"", "-r two gp auth --keys PLAIN --plain", ExitNotFound, "keys_no_card", ""},

		{"words\n", "ota send --write --tar rfm-uicc --counter 5 --last 4 --keys AGE" + sel, ExitOK, "", ""},
		{"words\n", "ota build --tar ram --counter 5 --last 4 --keys AGE" + sel, ExitOK, "", ""},
		{"", "ota build --tar ram --counter 5 --last 4 --keys PLAIN --plain" + sel, ExitUsage, "keys_many", ""},
		{"", "ota build --tar ram --counter 5 --last 4 --keys PLAIN --plain --entry bench --kic aes:4" + sel, ExitNotFound, "keys_no_set", "OTA key set of version 4 of this card"},
		{"", "ota build --tar ram --counter 5 --last 4 --keys PLAIN --plain --entry bench --kic aes:2" + sel, ExitUsage, "keys_algorithm", "KIc of version 2 in the key file is of another algorithm: it has 8 bytes"},
		{"", "ota build --tar ram --counter 5 --last 4 --keys PLAIN --plain --entry bench --kid aes:2" + sel, ExitNotFound, "keys_no_part", "has no KID"},
		{"", "ota build --tar ram --counter 5 --last 4 --keys PLAIN --plain --entry bench --kic 3des:3" + sel, ExitNotFound, "keys_no_part", "has no KIc"},
		{"", "ota send --write --tar rfm-uicc --counter 5 --last 4 --keys PLAIN --plain --entry other_card" + sel, ExitNotAllowed, "keys_other_card", ""},
		{"", "ota send --write --plain" + sel, ExitUsage, "usage", "--keys"},

		{"words\n", "pin verify adm1 --keys AGE", ExitOK, "", `"done": true`},
		{"", "pin verify adm1 --keys PLAIN --plain", ExitOK, "", ""},
		{"", "pin verify adm1 --keys PLAIN --plain --entry wrong", ExitPINWrong, "pin_wrong", ""},
		{"", "pin verify adm1 --keys PLAIN --plain --entry bare", ExitNotFound, "keys_no_adm", "no ADM1"},
		{"", "pin verify adm1 --keys PLAIN --plain --entry other_card", ExitNotAllowed, "keys_other_card", ""},
		{"", "pin verify pin1 --keys PLAIN --plain", ExitUsage, "usage", "adm1 to adm10"},
		{"", "pin verify adm1 --plain", ExitUsage, "usage", ""},
		{"", "pin change adm1 --keys PLAIN", ExitUsage, "usage", ""},
	} {
		args := strings.Fields(tc.args)
		for i := range args {
			args[i] = strings.NewReplacer("AGE", name, "PLAIN", plain, "_", " ").Replace(args[i])
		}
		r := run(tc.stdin, append([]string{"--demo", "--json"}, args...)...)
		if r.code != tc.code || !strings.Contains(r.out, tc.says) || tc.id != "" && !strings.Contains(r.out, `"id": "`+tc.id+`"`) {
			t.Errorf("%s: exit %d, want %d: %s%s", tc.args, r.code, tc.code, r.out, r.err)
		}
		for _, key := range []string{demoKey[:12], "505152535455", "9F1C20D4", "80706049"} {
			if strings.Contains(strings.ReplaceAll(r.out+r.err, " ", ""), key) && !strings.Contains(tc.args, "ota build") {
				t.Errorf("%s: a key is told: %s%s", tc.args, r.out, r.err)
			}
		}
	}
}

// TestEntryOfAnotherCard: a subscriber's keys of an entry that is of another
// card by its ICCID are taken, with one sentence beside the answer.
func TestEntryOfAnotherCard(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain.json")
	text := `{"format":"simscope-keys","version":1,"cards":[
{"label":"bench","iccid":"89999900123456789013","algorithm":"milenage","k":"` + demoK + `","opc":"` + demoOPc + `"},
{"label":"other","iccid":"89990000000000000001","algorithm":"milenage","k":"` + demoK + `","opc":"` + demoOPc + `"},
{"label":"any","algorithm":"milenage","k":"` + demoK + `","opc":"` + demoOPc + `"}]}`
	if err := os.WriteFile(plain, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const says = "The entry other of the key file is of another card: its ICCID is 89990000000000000001, and this card's is 89999900123456789013.\n"
	for args, want := range map[string]int{"--entry other": 1, "--entry bench": 0, "--entry any": 0, "": 0} {
		r := run("1234\n", append([]string{"--demo", "auth", "run", "--verify", "pin1", "--keys", plain, "--plain"}, strings.Fields(args)...)...)
		if r.code != ExitOK || strings.Count(r.err, says) != want || strings.Count(r.out+r.err, "of another card") != want {
			t.Errorf("%q: exit %d: %s%s", args, r.code, r.out, r.err)
		}
	}
	if r := run("", "auth", "compute", "--keys", plain, "--plain", "--entry", "other", "--rand", strings.Repeat("00", 16), "--sqn", "000000000001"); strings.Contains(r.err, "of another card") {
		t.Errorf("without a card: %s%s", r.out, r.err)
	}
}

// TestPacketFromFileOpens: decode takes the keys that build took.
func TestPacketFromFileOpens(t *testing.T) {
	_, plain := cardKeys(t)
	from := []string{"--keys", plain, "--plain", "--entry", "bench"}
	r := mustRun(t, "", append([]string{"--json", "ota", "build", "--tar", "ram", "--counter", "5", "--last", "4", "80F28000024F00"}, from...)...)
	at := strings.Index(r.out, `"envelopes"`)
	if at < 0 {
		t.Fatal(r.out)
	}
	envelope := strings.Split(r.out[at:], `"`)[3]
	r = mustRun(t, "", append([]string{"--json", "ota", "decode", envelope}, from...)...)
	if !strings.Contains(r.out, `"counter": 5`) || !strings.Contains(strings.ReplaceAll(r.out, " ", ""), "80F28000024F00") {
		t.Errorf("%s", r.out)
	}
	r = run("", append([]string{"ota", "decode", envelope}, "--keys", plain)...)
	if r.code != ExitNotAllowed {
		t.Errorf("%+v", r)
	}
}

// TestAdminFromFileOnTheLastTry needs the typed word, as a typed code does:
// the tries are told before it, and without it nothing is sent.
func TestAdminFromFileOnTheLastTry(t *testing.T) {
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	for i := range img.PINs {
		if img.PINs[i].Ref == virtual.RefADM1 {
			img.PINs[i].Tries = 1
		}
	}
	name := filepath.Join(t.TempDir(), "last.json")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := virtual.WriteImage(f, img); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	_, plain := cardKeys(t)
	args := []string{"--image", name, "pin", "verify", "adm1", "--keys", plain, "--plain"}
	for _, word := range []string{"", "yes\n"} {
		r := run(word, args...)
		if r.code != ExitNotAllowed || !strings.Contains(r.err, "ADM1") {
			t.Errorf("%q: %+v", word, r)
		}
	}
	r := run("LAST\n", args...)
	if r.code != ExitOK {
		t.Errorf("%+v", r)
	}
}
