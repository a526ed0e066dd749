package virtual

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestBuiltinImagesRoundTrip(t *testing.T) {
	for _, b := range Builtin() {
		img, err := OpenBuiltin(b.ID)
		if err != nil {
			t.Fatalf("%s: %v", b.ID, err)
		}
		if img.Mode != b.Mode {
			t.Errorf("%s: the image is %s, the list says %s", b.ID, img.Mode, b.Mode)
		}
		if !strings.Contains(img.Note, "go run ./card/virtual/gen") {
			t.Errorf("%s: the note %q does not say what made it", b.ID, img.Note)
		}
		text := write(t, img)
		c, err := New(img, Options{})
		if err != nil {
			t.Fatalf("%s: %v", b.ID, err)
		}
		if saved := write(t, c.Image()); saved != text {
			t.Errorf("%s: a card that nobody touched saves another image", b.ID)
		}
	}
	if _, err := OpenBuiltin("nothing"); !errors.Is(err, ErrImage) {
		t.Errorf("a built-in card that is not there: %v", err)
	}
}

func write(t *testing.T, img *Image) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteImage(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSavedCardGoesOn(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.want(verify(1, "0000"), "63C2")
	r.pin1()
	r.want(verify(0x81, "0000"), "63C2")
	r.ok("00A40804047F106F44")
	rec := strings.Repeat("5A", 32)
	r.want("00DC000320"+rec, "9000")
	r.ok("00A40004026F43")
	r.want("00D6000002 FF01", "9000")
	r.adm()
	r.want("00040000", "9000")
	img, err := ReadImage(strings.NewReader(write(t, r.card.Image())))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(img, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.PowerOn()
	again := &rig{t, c}
	again.usim()
	again.want("0020008100", "63C2")
	again.pin1()
	again.ok("00A40804047F106F44")
	again.want("00B2010420", rec+"9000")
	again.want("00A4000C026F43", "6283")
	again.adm()
	again.want("00440000", "9000")
	again.want("00B0000002", "FF01 9000")
}

func TestImageIsCopied(t *testing.T) {
	img, err := OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	before := write(t, img)
	c, err := New(img, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.PowerOn()
	r := &rig{t, c}
	r.pin1()
	r.ok("00A40004022F05")
	r.want("00D6000001 00", "9000")
	r.want("0024000110"+pinHex("1234")+pinHex("9876"), "9000")
	if write(t, img) != before {
		t.Error("commands changed the image the card was made from")
	}
	saved := c.Image()
	saved.MF.Children[1].Data[0] = 0x55
	r.want("00B0000001", "00 9000")
}

// small is a valid image to break.
const small = `{"format":"simscope-card-image","version":1,"mode":"uicc","atr":"3B00","mf":{"fid":"3F00","kind":"df","children":[
{"fid":"2FE2","kind":"transparent","size":10,"data":"98 99"}]},"pins":[{"ref":"01","value":"1234","enabled":true,"tries":3,"max":3}]}`

func TestBadImages(t *testing.T) {
	if _, err := ReadImage(strings.NewReader(small)); err != nil {
		t.Fatalf("the image that the cases below break is bad: %v", err)
	}
	swap := func(old, new string) string {
		t.Helper()
		if !strings.Contains(small, old) {
			t.Fatalf("%q is not in the image", old)
		}
		return strings.Replace(small, old, new, 1)
	}
	file := func(s string) string { return swap(`{"fid":"2FE2","kind":"transparent","size":10,"data":"98 99"}`, s) }
	pin := func(s string) string { return swap(`{"ref":"01","value":"1234","enabled":true,"tries":3,"max":3}`, s) }
	app := func(s string) string { return swap(`"pins":`, s+`,"pins":`) }
	deep := strings.Repeat(`{"fid":"5F00","kind":"df","children":[`, 12) + strings.Repeat(`]}`, 12)
	many := strings.TrimSuffix(strings.Repeat(`{"fid":"5F00","kind":"df"},`, 3), ",")
	for name, text := range map[string]string{
		"nothing":                    "",
		"spaces":                     "  \n",
		"a picture":                  "\x89PNG\r\n\x1a\n",
		"a list":                     "[]",
		"a string":                   `"simscope-card-image"`,
		"another JSON":               `{"name":"x"}`,
		"another version":            swap(`"version":1`, `"version":2`),
		"no version":                 swap(`"version":1,`, ``),
		"cut short":                  small[:len(small)-40],
		"followed by something":      small + "{}",
		"unknown field":              swap(`"mode"`, `"colour":1,"mode"`),
		"unknown field in a file":    file(`{"fid":"2FE2","kind":"transparent","wide":1}`),
		"field named twice":          swap(`"mode":"uicc"`, `"mode":"uicc","mode":"gsm"`),
		"unknown mode":               swap(`"uicc"`, `"nfc"`),
		"ATR too short":              swap(`3B00`, `3B`),
		"ATR too long":               swap(`3B00`, strings.Repeat("3B", 34)),
		"no hex":                     swap(`98 99`, `98 9Z`),
		"number for hex":             swap(`"98 99"`, `9899`),
		"no MF":                      `{"format":"simscope-card-image","version":1,"mode":"uicc","atr":"3B00"}`,
		"another root":               swap(`"fid":"3F00"`, `"fid":"3F01"`),
		"data longer than size":      file(`{"fid":"2FE2","kind":"transparent","size":1,"data":"0102"}`),
		"size too large":             file(`{"fid":"2FE2","kind":"transparent","size":70000}`),
		"negative size":              file(`{"fid":"2FE2","kind":"transparent","size":-1}`),
		"unknown kind":               file(`{"fid":"2FE2","kind":"round"}`),
		"unknown state":              file(`{"fid":"2FE2","kind":"transparent","state":"asleep"}`),
		"no record length":           file(`{"fid":"2FE2","kind":"cyclic","records":["00"]}`),
		"record too long":            file(`{"fid":"2FE2","kind":"cyclic","record_length":1,"records":["0000"]}`),
		"too many records":           file(`{"fid":"2FE2","kind":"linear-fixed","record_length":1,"record_count":255}`),
		"records in bytes":           file(`{"fid":"2FE2","kind":"transparent","records":["00"]}`),
		"children of a file":         file(`{"fid":"2FE2","kind":"transparent","children":[{"fid":"2FE2","kind":"transparent"}]}`),
		"data of a directory":        file(`{"fid":"7F10","kind":"df","data":"00"}`),
		"empty entry":                file(`null`),
		"identifier doubled":         file(many),
		"identifier reserved":        file(`{"fid":"3F00","kind":"df"}`),
		"SFI 31":                     file(`{"fid":"2FE2","kind":"transparent","sfi":31}`),
		"SFI doubled":                file(`{"fid":"2FE2","kind":"transparent","sfi":3},{"fid":"2FE3","kind":"transparent","sfi":3}`),
		"class A0 access":            file(`{"fid":"2FE2","kind":"transparent","gsm":"00"}`),
		"two forms of access":        file(`{"fid":"2FE2","kind":"transparent","access":{"compact":"0100","expanded":"800101"}}`),
		"rule without record":        file(`{"fid":"2FE2","kind":"transparent","access":{"arr":"2F06"}}`),
		"rule with record 0":         file(`{"fid":"2FE2","kind":"transparent","access":{"arr":"2F06","rules":[{"record":0}]}}`),
		"rules without environments": file(`{"fid":"2FE2","kind":"transparent","access":{"arr":"2F06","rules":[{"record":1},{"record":2}]}}`),
		"too deep":                   file(deep),
		"far too deep":               strings.Repeat(`{"a":`, 100000),
		"link beside content":        file(`{"fid":"2FE2","kind":"transparent","link":"3F00/2FE3","data":"00"}`),
		"link of nonsense":           file(`{"fid":"2FE2","kind":"transparent","link":"somewhere"}`),
		"PIN without digits":         pin(`{"ref":"01","value":"12a4","enabled":true,"tries":3,"max":3}`),
		"PIN too long":               pin(`{"ref":"01","value":"123456789","enabled":true,"tries":3,"max":3}`),
		"PIN hex too short":          pin(`{"ref":"01","value":"hex:0102","enabled":true,"tries":3,"max":3}`),
		"PIN doubled":                pin(`{"ref":"01","value":"1234","enabled":true,"tries":3,"max":3},{"ref":"01","value":"1234","enabled":true,"tries":3,"max":3}`),
		"more tries than most":       pin(`{"ref":"01","value":"1234","enabled":true,"tries":4,"max":3}`),
		"no tries":                   pin(`{"ref":"01","value":"1234","enabled":true,"tries":0,"max":0}`),
		"16 tries":                   pin(`{"ref":"01","value":"1234","enabled":true,"tries":3,"max":16}`),
		"PUK without tries":          pin(`{"ref":"01","value":"1234","enabled":true,"tries":3,"max":3,"unblock":"12345678"}`),
		"global PIN of an app":       pin(`{"ref":"01","application":"A000000087","value":"1234","enabled":true,"tries":3,"max":3}`),
		"reference 00":               pin(`{"ref":"00","value":"1234","enabled":true,"tries":3,"max":3}`),
		"short AID":                  app(`"applications":[{"aid":"A000","adf":{"fid":"7FFF","kind":"df"}}]`),
		"application without ADF":    app(`"applications":[{"aid":"A000000087"}]`),
		"short key":                  app(`"subscribers":[{"applications":[],"algorithm":"milenage","k":"00","opc":"00"}]`),
		"unknown algorithm":          app(`"subscribers":[{"applications":[],"algorithm":"rot13","k":"00","opc":"00"}]`),
		"one sequence number":        app(`"subscribers":[{"applications":[],"algorithm":"milenage","k":"` + strings.Repeat("00", 16) + `","opc":"` + strings.Repeat("00", 16) + `","sqn":["000000000020"]}]`),
	} {
		img, err := ReadImage(strings.NewReader(text))
		if err == nil {
			_, err = New(img, Options{})
		}
		if !errors.Is(err, ErrImage) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestLinksToNowhere(t *testing.T) {
	for _, link := range []string{"3F00/2FE9", "3F00/7F10", "3F00/2FE2", "A0000000871002/6F07", "3F00/2FE2/2FE2"} {
		text := strings.Replace(small, `"size":10,"data":"98 99"`, `"link":"`+link+`"`, 1)
		img, err := ReadImage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(img, Options{}); !errors.Is(err, ErrImage) {
			t.Errorf("link to %s: %v", link, err)
		}
	}
}

func TestImageSizeCap(t *testing.T) {
	endless := io.MultiReader(strings.NewReader(`{"note":"`), &repeat{'x'})
	if _, err := ReadImage(endless); !errors.Is(err, ErrImage) {
		t.Errorf("an endless file: %v", err)
	}
	broken := io.MultiReader(strings.NewReader(small), &failing{})
	if _, err := ReadImage(broken); !errors.Is(err, errBroken) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

type repeat struct{ c byte }

func (r *repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = r.c
	}
	return len(b), nil
}

var errBroken = errors.New("broken")

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errBroken }

// Errors and printed forms must not repeat what may be a secret.
func TestImageErrorsAndPrintingKeepSecrets(t *testing.T) {
	for _, bad := range []string{
		strings.Replace(small, `"1234"`, `"1234x7391"`, 1),
		strings.Replace(small, `"1234"`, `73917391`, 1),
		strings.Replace(small, `"pins":`, `"subscribers":[{"algorithm":"milenage","k":"7391","opc":"7391"}],"pins":`, 1),
		strings.Replace(small, `"pins":`, `"subscribers":[{"algorithm":"milenage","k":"7391Z","opc":"7391"}],"pins":`, 1),
	} {
		_, err := ReadImage(strings.NewReader(bad))
		if err == nil || strings.Contains(err.Error(), "7391") {
			t.Errorf("error %v", err)
		}
	}
	img, err := OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	js, err := json.Marshal(img.PINs)
	if err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprintf("%v %+v %#v %s", img.PINs, img.Subscribers, img.Subscribers, js)
	for _, secret := range []string{"31323334", "49 50 51 52", "12345678", "465b5c", "70 91 92"} {
		if strings.Contains(strings.ToLower(printed), secret) {
			t.Errorf("the printed image holds %q", secret)
		}
	}
}

// What the images promise to everybody who tries the program with them.
func TestEverydayContents(t *testing.T) {
	r := everyday(t)
	r.ok("00A40004022FE2")
	r.want("00B000000A", "98999900214365870931 9000")
	r.usim()
	r.pin1()
	r.want("00B0870009", imsiBytes+"9000")
	r.ok("00A40004026F46")
	r.want("00B0000011", "0180661F8FB079FB52A8FFFFFFFFFFFFFF 9000")
	r.ok("00A40004026F40")
	if got := r.raw("00B2010420"); !strings.HasSuffix(got, "0791447700091032FFFFFFFFFFFF9000") {
		t.Errorf("own number: %s", got)
	}
	r.ok("00A40004026F3C")
	free, deleted, used := 0, 0, 0
	for n := 1; n <= 20; n++ {
		switch rec := r.ok(fmt.Sprintf("00B2%02X04B0", n)); {
		case rec[0] != 0:
			used++
		case rec[1] != 0xFF:
			deleted++
		default:
			free++
		}
	}
	if free != 7 || deleted != 2 || used != 11 {
		t.Errorf("%d messages, %d deleted, %d free", used, deleted, free)
	}
	img := r.card.Image()
	if img.PINs[0].Max != 3 || !img.PINs[0].Enabled || len(img.Apps) != 3 {
		t.Error("PIN1 is off or applications are missing")
	}
	if reflect.DeepEqual(img.Apps[0].ADF, img.Apps[1].ADF) {
		t.Error("both USIMs are the same")
	}
}

func TestEmptyCard(t *testing.T) {
	r := plug(t, "empty", nil, Options{})
	r.ok("00A40004022FE2")
	r.want("00B000000A", strings.Repeat("FF", 10)+"9000")
	r.usim()
	r.want("00B0870009", strings.Repeat("FF", 9)+"9000")
	if got := tag(r.template(r.ok("80F2000000")), 0xC6); got[:6] != "900160" {
		t.Errorf("PIN1 is not off: %s", got)
	}
}

// The example of IMAGE.md is an image, and its ATR the one of the text.
func TestDocumentedExample(t *testing.T) {
	text, err := os.ReadFile("IMAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```json\n")
	example, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("IMAGE.md has no example")
	}
	img, err := ReadImage(strings.NewReader(example))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(img, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.PowerOn()
	r := &rig{t, c}
	r.ok("00A40004022FE2")
	r.want("00B000000A", "98999900214365870931 9000")
}
