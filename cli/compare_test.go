package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"simscope/card/virtual"
)

// With more than two subscriptions it is said which were not compared, and why
// a file was not.
func TestCompareCommand(t *testing.T) {
	img, err := virtual.OpenBuiltin("dual")
	if err != nil {
		t.Fatal(err)
	}
	third := img.Apps[1]
	adf := *third.ADF
	third.AID, third.ADF = third.AID[:14]+"\x03\x00", &adf
	img.Apps = append(img.Apps, third)
	for _, f := range img.MF.Children {
		if f.FID == 0x2F00 {
			f.Records = append(f.Records, append(virtual.Hex{0x61, 0x12, 0x4F, 0x10}, third.AID...))
		}
	}
	card := imageFile(t, img)
	r := mustRun(t, "", "--image", card, "compare")
	for _, want := range []string{"Other subscriptions of this card: ADF.USIM#3.", "needs PIN1", "holds keys"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is missing in\n%s", want, r.out)
		}
	}
	if r = mustRun(t, "", "--image", card, "compare", "ADF.USIM", "ADF.USIM#3"); strings.Contains(r.out, "Other subscriptions") || !strings.Contains(r.out, "ADF.USIM#3") {
		t.Errorf("%s", r.out)
	}
	var doc struct {
		Others []string
		Files  []struct{ Name, LeftWhy string }
	}
	if err := json.Unmarshal([]byte(mustRun(t, "", "--image", card, "compare", "--json").out), &doc); err != nil || len(doc.Others) != 1 || len(doc.Files) == 0 {
		t.Errorf("%+v %v", doc, err)
	}
	if r = run("", "--image", "gsm", "compare"); r.code == ExitOK || !strings.Contains(r.err, "no second") {
		t.Errorf("%d %s", r.code, r.err)
	}
}
