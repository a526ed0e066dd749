package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card/virtual"
)

// The public test keys of 3GPP TS 33.501 annex C.4.
const (
	keyA = "c53c22208b61860b06c62e5406a7b330c2b577aa5558981510d128247d38bd1d"
	keyB = "f1ab1074477ebcc7f554ea1c5fc368b1616730155e0041ac447d6301975fecda"
	// The example of annex C.4.3.
	exampleSUCI = "suci-0-274-012-678-1-27-b2e92f836055a255837debf850b528997ce0201cb82adfe4be1f587d07d8457dcb02352410cddd9e730ef3fa87"
)

func keyFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "home.key")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

type suciResult struct {
	Hidden   string
	Identity string
	By       string `json:"computed_by"`
	Notes    []string
	SUCI     *suciJSON
	Keys     []keyJSON `json:"home_network_keys"`
	Proof    *struct {
		Verdict, Identity, Text string
		Works                   bool
		Fits                    *int `json:"key_belongs_to"`
	}
	Error *struct{ ID, Answer string }
}

// suciRun asks for the identity of a demonstration card.
func suciRun(t *testing.T, stdin string, args ...string) (suciResult, int) {
	t.Helper()
	r := run(stdin, append([]string{"--json", "suci"}, args...)...)
	var out suciResult
	if err := json.Unmarshal([]byte(r.out), &out); err != nil {
		t.Fatalf("%v: %s%s", err, r.out, r.err)
	}
	return out, r.code
}

func TestSUCIOfTheFiles(t *testing.T) {
	everyday := []string{"--demo", "-r", "everyday", "--verify", "pin1"}
	out, code := suciRun(t, "1234\n", append(everyday, "--home-key", keyFile(t, keyA))...)
	if code != ExitOK || out.Hidden != "yes" || out.By != "host" || out.SUCI.Scheme != 1 || out.SUCI.KeyID != 27 ||
		out.Proof.Verdict != "proved" || !out.Proof.Works || out.Proof.Identity != "999990123456789" || *out.Proof.Fits != 27 {
		t.Errorf("exit %d: %+v %+v", code, out, out.Proof)
	}
	out, code = suciRun(t, "1234\n", append(everyday, "-k", keyFile(t, keyB))...)
	if code != ExitError || out.Proof.Verdict != "unknown_key" || out.Proof.Works || out.Proof.Identity != "" {
		t.Errorf("another key: exit %d, %+v", code, out.Proof)
	}
	out, code = suciRun(t, "1234\n", everyday...)
	if code != ExitOK || out.Proof != nil || len(out.Keys) != 1 {
		t.Errorf("without a key: exit %d, %+v", code, out)
	}
}

func TestSUCINeedsPIN(t *testing.T) {
	out, code := suciRun(t, "", "--demo", "-r", "everyday")
	if code != ExitOK || out.Hidden != "unknown" || out.SUCI != nil || !strings.Contains(strings.Join(out.Notes, " "), "EF.IMSI is not read: that needs PIN1.") {
		t.Errorf("exit %d: %+v", code, out)
	}
	if _, code = suciRun(t, "", "--demo", "-r", "everyday", "-k", keyFile(t, keyA)); code != ExitError {
		t.Errorf("nothing to open: exit %d", code)
	}
}

func TestSUCIOfTheCard(t *testing.T) {
	office := []string{"--demo", "-r", "two subscriptions", "--app", "ADF.USIM#2", "--verify", "0x02"}
	out, code := suciRun(t, "2580\n", append(office, "-k", keyFile(t, keyB))...)
	if code != ExitOK || out.By != "card" || out.SUCI.Scheme != 2 || out.SUCI.KeyID != 30 || !out.Proof.Works || out.Proof.Identity != "001010555000202" {
		t.Errorf("exit %d: %+v %+v", code, out, out.Proof)
	}
	out, code = suciRun(t, "2580\n", append(office, "--nswo")...)
	if code != ExitOK || out.Hidden != "unknown" || out.SUCI != nil || !strings.Contains(strings.Join(out.Notes, " "), "6A86") {
		t.Errorf("for Wi-Fi: exit %d, %+v", code, out)
	}
	text := mustRun(t, "2580\n", append([]string{"suci"}, office...)...).out
	for _, want := range []string{"GET IDENTITY", "(profile B, key 30)", "Ephemeral key"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// changed is a demonstration card with other files, as an image.
func changed(t *testing.T, id string, change func(img *virtual.Image)) string {
	t.Helper()
	img, err := virtual.OpenBuiltin(id)
	if err != nil {
		t.Fatal(err)
	}
	change(img)
	name := filepath.Join(t.TempDir(), "card.json")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := virtual.WriteImage(f, img); err != nil {
		t.Fatal(err)
	}
	return name
}

func fileOf(t *testing.T, dir *virtual.File, path ...virtual.FID) *virtual.File {
	t.Helper()
	for _, fid := range path {
		at := -1
		for i, c := range dir.Children {
			if c.FID == fid {
				at = i
			}
		}
		if at < 0 {
			t.Fatalf("no file %04X", uint16(fid))
		}
		dir = dir.Children[at]
	}
	return dir
}

// Each way of being provisioned wrongly is told.
func TestSUCIProvisionedWrongly(t *testing.T) {
	calc := func(img *virtual.Image) *virtual.File { return fileOf(t, img.Apps[0].ADF, 0x5FC0, 0x4F07) }
	for name, c := range map[string]struct {
		change func(img *virtual.Image)
		hidden string
		note   string
		proof  string
	}{
		"service off":        {func(img *virtual.Image) { fileOf(t, img.Apps[0].ADF, 0x6F38).Data[15] &^= 1 << 3 }, "no", "Service 124", "clear"},
		"list erased":        {func(img *virtual.Image) { calc(img).Data = nil }, "no", "missing or empty", "clear"},
		"null first":         {func(img *virtual.Image) { calc(img).Data[2], calc(img).Data[3] = 0, 0 }, "no", "null scheme is choice 1", "clear"},
		"no such key":        {func(img *virtual.Image) { calc(img).Data[3] = 7 }, "no", "its key 7 is not in the list", "clear"},
		"one bit of the key": {func(img *virtual.Image) { calc(img).Data[20] ^= 1 }, "yes", "", "unknown_key"},
		"no IMSI":            {func(img *virtual.Image) { fileOf(t, img.Apps[0].ADF, 0x6F07).Data = nil }, "unknown", "EF.IMSI", ""},
		"the card refuses": {func(img *virtual.Image) {
			fileOf(t, img.Apps[0].ADF, 0x6F38).Data[15] |= 1 << 4
			fileOf(t, img.Apps[0].ADF, 0x6F07).Data = []byte{0x08}
		}, "unknown", "and refuses", ""},
	} {
		image := changed(t, "everyday", c.change)
		out, code := suciRun(t, "1234\n", "--image", image, "--verify", "pin1", "-k", keyFile(t, keyA))
		if code != ExitError || out.Hidden != c.hidden || !strings.Contains(strings.Join(out.Notes, " "), c.note) {
			t.Errorf("%s: exit %d, %+v", name, code, out)
		}
		if got := out.Proof; (got == nil) != (c.proof == "") || got != nil && (got.Verdict != c.proof || got.Works) {
			t.Errorf("%s: the proof is %+v, want %s", name, got, c.proof)
		}
	}
}

func TestSUCIDecode(t *testing.T) {
	out, code := suciRun(t, "", "--decode", exampleSUCI, "-k", keyFile(t, keyA), "--imsi", "274012001002086")
	if code != ExitOK || out.Proof.Verdict != "proved" || out.Hidden != "yes" {
		t.Errorf("exit %d: %+v %+v", code, out, out.Proof)
	}
	out, code = suciRun(t, "", "--decode", exampleSUCI, "-k", keyFile(t, keyA))
	if code != ExitOK || out.Proof.Verdict != "opened" || out.Proof.Identity != "274012001002086" {
		t.Errorf("nothing to compare with: exit %d, %+v", code, out.Proof)
	}
	out, code = suciRun(t, "", "--decode", exampleSUCI, "-k", keyFile(t, keyA), "--imsi", "274012001002087")
	if code != ExitError || out.Proof.Verdict != "other_imsi" {
		t.Errorf("another IMSI: exit %d, %+v", code, out.Proof)
	}
	for _, form := range []string{"0199f999 f0ff 0000 1032547698", "type0.rid0.schid0.userid0123456789@5gc.mnc099.mcc999.3gppnetwork.org", "suci-0-999-99-0-0-0-0123456789"} {
		if out, code = suciRun(t, "", "-d", form); code != ExitOK || out.SUCI.Text != "suci-0-999-99-0-0-0-0123456789" || out.Hidden != "no" {
			t.Errorf("%s: exit %d, %+v", form, code, out)
		}
	}
}

func TestSUCIBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
		id   string
		says string
	}{
		"a key too short":       {[]string{"-k", keyFile(t, keyA[2:]), "-d", exampleSUCI}, ExitUsage, "home_key", "length is 31"},
		"a key with spaces":     {[]string{"-k", keyFile(t, keyA[:8]+" "+keyA[8:]), "-d", exampleSUCI}, ExitUsage, "home_key", "hexadecimal"},
		"text for a key":        {[]string{"-k", keyFile(t, "secret"), "-d", exampleSUCI}, ExitUsage, "home_key", "Private key"},
		"an empty key file":     {[]string{"-k", keyFile(t, ""), "-d", exampleSUCI}, ExitUsage, "home_key", "missing"},
		"a public key in PEM":   {[]string{"-k", keyFile(t, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), "-d", exampleSUCI}, ExitUsage, "home_key", "public key"},
		"no file":               {[]string{"-k", "/nonexistent", "-d", exampleSUCI}, ExitError, "no_such_file", ""},
		"a folder":              {[]string{"-k", t.TempDir(), "-d", exampleSUCI}, ExitError, "file_error", ""},
		"a SUCI cut short":      {[]string{"-d", exampleSUCI[:60]}, ExitUsage, "suci_form", "Scheme output"},
		"an IMSI":               {[]string{"-d", "999990123456789"}, ExitUsage, "suci_form", "SUCI"},
		"bytes that are none":   {[]string{"-d", "0102"}, ExitUsage, "suci_form", "SUCI"},
		"IMSI without decode":   {[]string{"--imsi", "999990123456789"}, ExitUsage, "usage", "--decode"},
		"an IMSI of letters":    {[]string{"-d", exampleSUCI, "--imsi", "99999x"}, ExitUsage, "usage", "digits"},
		"decode with a card":    {[]string{"-d", exampleSUCI, "--nswo"}, ExitUsage, "usage", "--nswo"},
		"words":                 {[]string{"x"}, ExitUsage, "usage", ""},
		"a card that is no SIM": {[]string{"--demo", "-r", "no SIM"}, ExitNotFound, "no_subscriber", ""},
		"a 2G SIM":              {[]string{"--demo", "-r", "2G"}, ExitNotFound, "no_usim", "USIM"},
	} {
		out, code := suciRun(t, "", c.args...)
		if code != c.code || out.Error == nil || out.Error.ID != c.id || !strings.Contains(out.Error.Answer, c.says) {
			t.Errorf("%s: exit %d, %+v", name, code, out.Error)
		}
		for _, half := range []string{keyA[4:20], "secret"} {
			if text := run("", append([]string{"suci"}, c.args...)...); strings.Contains(text.out+text.err, half) {
				t.Errorf("%s: the key is told: %s%s", name, text.out, text.err)
			}
		}
	}
}
