package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"simscope/card/virtual"
)

// TestSecondPINOfTwoApplications: a try is not spent on an application that
// was not named.
func TestSecondPINOfTwoApplications(t *testing.T) {
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	for i := range img.PINs {
		if img.PINs[i].Ref == 0x82 {
			img.PINs[i].Ref = 0x81
		}
	}
	for _, app := range img.Apps {
		for i, ref := range app.ADF.PINs {
			if ref == 0x82 {
				app.ADF.PINs[i] = 0x81
			}
		}
	}
	name := filepath.Join(t.TempDir(), "two.json")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := virtual.WriteImage(f, img); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	r := run("5678\n", "--image", name, "pin", "verify", "pin2")
	if r.code != ExitUsage || !strings.Contains(r.err, "--app") || !strings.Contains(r.err, "ADF.USIM#2") {
		t.Errorf("%+v", r)
	}
	mustRun(t, "5678\n", "--image", name, "pin", "verify", "pin2", "--app", "ADF.USIM")
}
