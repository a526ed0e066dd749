package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card/virtual"
)

// everyday is the built-in card with PIN1, of which little can be read
// without it.
func everyday(args ...string) []string {
	return append([]string{"--demo", "--reader", "everyday", "--json"}, args...)
}

func decoded(t *testing.T, args ...string) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(mustRun(t, "", everyday(args...)...).out), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRestrictionsCommand(t *testing.T) {
	rows, _ := decoded(t, "restrictions")["restrictions"].([]any)
	found := map[string]map[string]any{}
	for _, r := range rows {
		row, _ := r.(map[string]any)
		if row["place"] == "ADF.USIM" {
			found[row["id"].(string)] = row
		}
	}
	if fdn := found["fdn"]; fdn["state"] != "unknown" || !strings.Contains(fdn["why"].(string), "PIN1") || fdn["safety"] != true {
		t.Errorf("fixed dialling: %v", fdn)
	}
	if op := found["operation"]; op["state"] != "no" || len(op["files"].([]any)) == 0 {
		t.Errorf("operation: %v", op)
	}
	for reader, says := range map[string]string{
		"everyday": "Settings that hold the phone back (ADF.USIM)", "empty": "Nothing that was read limits this card.",
	} {
		text := mustRun(t, "", "--demo", "--reader", reader, "restrictions").out
		if !strings.Contains(text, says) || !strings.Contains(text, "is not limited by:") {
			t.Errorf("in words, of %s:\n%s", reader, text)
		}
	}
}

func TestNetworkNameCommand(t *testing.T) {
	subs, _ := decoded(t, "network-name", "001-01", "--lac", "1234")["subscribers"].([]any)
	if len(subs) != 2 {
		t.Fatalf("%d subscribers", len(subs))
	}
	first, _ := subs[0].(map[string]any)
	there, _ := first["there"].(map[string]any)
	if there["serviceProvider"] != "星辰移动" || there["area"] != "1234" || len(there["rules"].([]any)) == 0 {
		t.Errorf("there: %v", there)
	}
	for _, args := range []string{"network-name 1", "network-name 99999 --lac 1", "network-name --lac 1234", "network-name 999x9"} {
		if r := run("", append([]string{"--demo"}, strings.Fields(args)...)...); r.code != ExitUsage {
			t.Errorf("%s: exit %d", args, r.code)
		}
	}
}

func TestReadTellsServicesAndPictures(t *testing.T) {
	ust := decoded(t, "read", "ADF.USIM#2/EF.UST")
	files, _ := ust["files"].(map[string]any)
	if smsp, _ := files["12"].([]any); len(smsp) != 1 || !strings.Contains(smsp[0].(map[string]any)["path"].(string), "EF.SMSP") {
		t.Errorf("service 12 governs %v", files["12"])
	}
	of, _ := decoded(t, "read", "ADF.USIM#2/EF.SPN")["services"].([]any)
	if len(of) != 1 || of[0].(map[string]any)["table"] != "EF.UST" || of[0].(map[string]any)["on"] != "yes" {
		t.Errorf("EF.SPN belongs to %v", of)
	}
	picture := mustRun(t, "", "--demo", "--reader", "everyday", "read", "MF/DF.TELECOM/DF.GRAPHICS/EF.IMG").out
	if !strings.Contains(picture, ".######.\n") {
		t.Errorf("the picture is not drawn:\n%s", picture)
	}
}

func TestFindTellsWhatIsLeftOut(t *testing.T) {
	got := decoded(t, "find", "emergency")
	why, _ := got["why"].([]any)
	if len(why) == 0 || !strings.Contains(why[0].(string), "PIN1") {
		t.Errorf("why: %v", why)
	}
}

// Of a card made of a dump of pySim nobody knows whether its PINs are on.
func TestDumpHasUnknownPINs(t *testing.T) {
	fcp := func(s string) string { return fmt.Sprintf(`{"fcp_raw": "62%02X%s"`, len(s)/2, s) }
	uicc := `{"atr": "3B00", "files": {
	 "MF": ` + fcp("8202782183023F008A0105C60990014083010183018181022000") + `},
	 "MF/ADF.USIM": ` + fcp("8202782183027FFF8407A00000008710028A0105C60990018083010183018181022000") + `},
	 "MF/ADF.USIM/EF.IMSI": ` + fcp("8202412183026F078A01058002000981020020") + `, "body": "089999991032547698"}}}`
	gsm := `{"atr": "3B16", "files": {
	 "MF": {"fcp_raw": "00001C003F00010000000000090B02050400838A838A"},
	 "MF/DF.GSM": {"fcp_raw": "00001C007F20020000000000091302050400838A838A"},
	 "MF/DF.GSM/EF.SPN": {"fcp_raw": "000000116F46040004FF4401020000", "body": "0153746172FFFFFFFFFFFFFFFFFFFFFFFF"}}}`
	for _, dump := range []string{uicc, gsm} {
		name := filepath.Join(t.TempDir(), "dump.json")
		if err := os.WriteFile(name, []byte(dump), 0o600); err != nil {
			t.Fatal(err)
		}
		r := mustRun(t, "", "--image", name, "info")
		if !strings.Contains(r.out, "PIN1  unknown\n") || strings.Contains(r.out, "PIN1 is off") || strings.Contains(r.out, " left") {
			t.Errorf("%s", r.out)
		}
		if r = mustRun(t, "", "--image", name, "pin", "status"); !strings.Contains(r.out, "PIN1  unknown\n") {
			t.Errorf("%s", r.out)
		}
		if r = run("1234\n", "--image", name, "pin", "verify"); r.code == ExitOK || strings.Contains(r.err, " left") {
			t.Errorf("%d %s", r.code, r.err)
		}
	}
}

// A file that no decoder knows tells what it looks like, each record apart.
func TestReadSaysWhatAFileLooksLike(t *testing.T) {
	name := changed(t, "everyday", func(img *virtual.Image) {
		for _, d := range img.MF.Children {
			switch d.FID {
			case 0x7F20:
				d.Children = append(d.Children, &virtual.File{FID: 0x6F12, Kind: virtual.KindTransparent, Readable: true, Size: 3, Data: virtual.Hex("\x99\xF9\x99")})
			case 0x7F10:
				d.Children = append(d.Children, &virtual.File{
					FID: 0x6F53, Kind: virtual.KindLinearFixed, Readable: true, RecordLength: 5, RecordCount: 3,
					Records: []virtual.Hex{virtual.Hex("abcde"), virtual.Hex("\x01\x02"), virtual.Hex("\x80\x03abc")},
				})
			}
		}
	})
	for file, want := range map[string][]string{
		"MF/DF.GSM/EF.CPHS-SST": {"Not decoded. It looks like the network 999 99", "No text that simscope was made with tells its coding.", "99 F9 99"},
		"MF/DF.TELECOM/EF.RMA":  {"Not decoded. Record 1 reads as “abcde”.", "Not decoded. Record 3 looks like data objects: 80 “abc”."},
	} {
		r := mustRun(t, "", "--image", name, "read", file)
		for _, w := range want {
			if !strings.Contains(r.out, w) {
				t.Errorf("%s: no %q in\n%s", file, w, r.out)
			}
		}
		if strings.Contains(r.out, "Record 2") {
			t.Error(r.out)
		}
	}
	if r := mustRun(t, "", "--image", name, "read", "MF/EF.ICCID"); strings.Contains(r.out, "Not decoded") {
		t.Error(r.out)
	}
}

// A PIN that is blocked limits the card before all else.
func TestRestrictionsOfABlockedCard(t *testing.T) {
	r := mustRun(t, "", "--image", "blocked", "restrictions")
	first, _, _ := strings.Cut(r.out, "\n")
	if !strings.HasPrefix(first, "PIN1 is blocked (MF): No phone can use the card") || !strings.Contains(r.out, "PUK1 unblocks it") {
		t.Errorf("%s", r.out)
	}
	if r = mustRun(t, "", "--image", "everyday", "restrictions"); strings.Contains(r.out, "is blocked") {
		t.Errorf("%s", r.out)
	}
}

// A scan goes on where an earlier one stopped, and says what it left out.
func TestScanFrom(t *testing.T) {
	var doc struct {
		Done, Total int
		Found       []any
	}
	r := mustRun(t, "", "--image", "lab", "scan", "ADF.USIM", "--from", "ff00")
	if !strings.Contains(r.out, "Looked for 255 of 65532") || !strings.Contains(r.out, "65277 were left to an earlier scan.") {
		t.Errorf("%s", r.out)
	}
	r = mustRun(t, "", "--image", "lab", "scan", "ADF.USIM", "--from", "FF00", "--json")
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || doc.Done != doc.Total || len(doc.Found) != 0 {
		t.Errorf("%s", r.out)
	}
	for _, bad := range []string{"3F00", "7FFF", "6F", "xyz", "6F400"} {
		if r := run("", "--image", "lab", "scan", "--from", bad); r.code != ExitUsage || !strings.Contains(r.err, "four hex digits") {
			t.Errorf("%s: %d %s", bad, r.code, r.err)
		}
	}
}
