//go:build linux && cgo

package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"simscope/card/virtual"
)

// The secrets of the cards under test. They are long enough not to occur by
// chance, and only ever given on standard input or by single keys.
const (
	canaryPIN   = "73918264"
	canaryNew   = "58203917"
	canaryWrong = "27640918"
	canaryPIN2  = "60482915"
	canaryPUK   = "94817265"
	canaryPUK2  = "35160749"
)

// canaryKey is ADM1, canaryFile the keys in EF.Keys of the built-in cards
// behind the key set identifier.
var (
	canaryKey  = []byte{0xD3, 0x7C, 0x91, 0x4E, 0xA8, 0x25, 0xF0, 0x6B}
	canaryFile = []byte{
		0x31, 0x4E, 0x6B, 0x88, 0xA5, 0xC2, 0xDF, 0xFC, 0x19, 0x36, 0x53, 0x70, 0x8D, 0xAA, 0xC7, 0xE4,
		0x01, 0x1E, 0x3B, 0x58, 0x75, 0x92, 0xAF, 0xCC, 0xE9, 0x06, 0x23, 0x40, 0x5D, 0x7A, 0x97, 0xB4,
	}
)

type form struct {
	name string
	text []byte // lower case where it is hexadecimal
	raw  bool   // compared as it is
}

var forms = canaryForms()

// canaryPassword stands in the files of passwords that withPasswords adds.
const canaryPassword = "Kestrel-Quartz-7Vb"

// builtinKeys are the keys in files of the everyday card: where they lie, in
// which record, and the bytes of it.
var builtinKeys = []struct {
	name     string
	fids     []virtual.FID
	record   int
	from, to int
}{
	{"EF.KeysPS", []virtual.FID{0x6F09}, 0, 1, 17},
	{"second half of EF.KeysPS", []virtual.FID{0x6F09}, 0, 17, 33},
	{"EF.EPSNSC", []virtual.FID{0x6FE4}, 1, 7, 23},
	{"second half of EF.EPSNSC", []virtual.FID{0x6FE4}, 1, 23, 39},
	{"EF.5GS3GPPNSC", []virtual.FID{0x5FC0, 0x4F03}, 1, 7, 23},
	{"second half of EF.5GS3GPPNSC", []virtual.FID{0x5FC0, 0x4F03}, 1, 23, 39},
	{"first of EF.5GAUTHKEYS", []virtual.FID{0x5FC0, 0x4F05}, 0, 2, 18},
	{"second of EF.5GAUTHKEYS", []virtual.FID{0x5FC0, 0x4F05}, 0, 36, 52},
	{"EF.Kc", []virtual.FID{0x5F3B, 0x4F20}, 0, 0, 8},
	{"EF.KcGPRS", []virtual.FID{0x5F3B, 0x4F52}, 0, 0, 8},
}

// canaryForms are the ways in which a secret could leave the program: digits,
// bytes, hexadecimal, numbers, base64, and the padded block.
func canaryForms() []form {
	var out []form
	add := func(name string, b []byte) {
		out = append(out, form{name + " as bytes", b, true})
		out = append(out, form{name + " in hex", []byte(hex.EncodeToString(b)), false})
		list := strings.Trim(fmt.Sprint(b), "[]")
		for _, sep := range []string{" ", ",", ", "} {
			out = append(out, form{name + " as numbers", []byte(strings.ReplaceAll(list, " ", sep)), true})
		}
		for before := range 3 { // base64 depends on what stands before
			text := base64.StdEncoding.EncodeToString(append(make([]byte, before), b...))
			out = append(out, form{name + " in base64", []byte(text[(8*before+5)/6 : 8*(before+len(b))/6]), true})
		}
	}
	add("a password", []byte(canaryPassword))
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		panic(err)
	}
	for _, k := range builtinKeys {
		f := fileOf(img, 0, k.fids...)
		b := f.Data
		if k.record > 0 {
			b = f.Records[k.record-1]
		}
		add(k.name, b[k.from:k.to])
	}
	for i, s := range img.Subscribers {
		s.K.Use(func(b []byte) { add(fmt.Sprintf("K of subscriber %d", i+1), bytes.Clone(b)) })
		s.OPc.Use(func(b []byte) { add(fmt.Sprintf("OPc of subscriber %d", i+1), bytes.Clone(b)) })
	}
	for name, digits := range map[string]string{
		"PIN1": canaryPIN, "new PIN1": canaryNew, "wrong PIN": canaryWrong,
		"PIN2": canaryPIN2, "PUK1": canaryPUK, "PUK2": canaryPUK2,
	} {
		add(name, []byte(digits))
		padded := append([]byte(digits), bytes.Repeat([]byte{0xFF}, 8-len(digits))...)
		add(name+" padded", padded)
	}
	add("ADM1", canaryKey)
	add("first half of EF.Keys", canaryFile[:16])
	add("second half of EF.Keys", canaryFile[16:])
	return out
}

// leaks names the secrets that b holds, also where colours or blanks stand
// between their digits.
func leaks(b []byte) []string {
	lower := bytes.ToLower(b)
	var bare []byte
	for _, c := range []byte(strings.ToLower(ansi.Strip(string(b)))) {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			bare = append(bare, c)
		}
	}
	var out []string
	for _, f := range forms {
		if f.raw && bytes.Contains(b, f.text) || !f.raw && (bytes.Contains(lower, f.text) || bytes.Contains(bare, f.text)) {
			out = append(out, f.name)
		}
	}
	for _, digits := range []string{canaryPIN, canaryNew, canaryWrong, canaryPIN2, canaryPUK, canaryPUK2} {
		if bytes.Contains(bare, []byte(digits)) {
			out = append(out, "digits that spell a PIN or PUK")
		}
	}
	return out
}

// noSecret fails the test where b holds a secret. It does not repeat it.
func noSecret(t testing.TB, what string, b []byte) {
	t.Helper()
	if found := leaks(b); len(found) > 0 {
		t.Errorf("%s holds %s", what, strings.Join(found, "; "))
	}
}

// noSecretFiles searches every file below a folder, and their names.
func noSecretFiles(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		noSecret(t, "the name "+d.Name(), []byte(d.Name()))
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		noSecret(t, "the file "+d.Name(), b)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTheSearchFindsSecrets(t *testing.T) {
	padded := "31323334FFFFFFFF"
	for _, s := range []string{
		canaryPIN, "x" + canaryNew + "y", hex.EncodeToString([]byte(canaryPUK)),
		strings.ToUpper(hex.EncodeToString(canaryKey)), "d3 7c 91 4e a8 25 f0 6b", "D3:7C:91:4E:A8:25:F0:6B",
		"d3-7c-91-4e-a8-25-f0-6b", "211, 124, 145, 78, 168, 37, 240, 107", fmt.Sprint(canaryKey), base64.StdEncoding.EncodeToString(canaryKey),
		base64.StdEncoding.EncodeToString(append([]byte("ab"), canaryKey...)), `{"password":"` + canaryPassword + `"}`,
		string(canaryKey), "\x1b[1m7391\x1b[0m\x1b[31m8264", "7 3 9 1 8 2 6 4",
		"37 33 39 31 38 32 36 34", "37 33\n39 31 38 32 36 34", strings.ToUpper(hex.EncodeToString(canaryFile)),
	} {
		if len(leaks([]byte(s))) == 0 {
			t.Errorf("a secret written as %q is not found", s)
		}
	}
	for _, s := range []string{"", padded, "PIN1 on, 3 left", "999 99 0123456789"} {
		if found := leaks([]byte(s)); len(found) > 0 {
			t.Errorf("%q is no secret: %v", s, found)
		}
	}
}

// commandLines looks at what every process of the machine shows of itself.
type commandLines struct {
	stop chan struct{}
	done sync.WaitGroup
	mu   sync.Mutex
	seen map[string]bool
}

// watchCommandLines looks at /proc/*/cmdline until end is called.
func watchCommandLines() *commandLines {
	w := &commandLines{stop: make(chan struct{}), seen: map[string]bool{}}
	w.done.Add(1)
	go func() {
		defer w.done.Done()
		for {
			w.look()
			select {
			case <-w.stop:
				return
			case <-time.After(60 * time.Millisecond):
			}
		}
	}()
	return w
}

func (w *commandLines) look() {
	names, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range names {
		if b, err := os.ReadFile(name); err == nil && len(b) > 0 {
			w.mu.Lock()
			w.seen[string(b)] = true
			w.mu.Unlock()
		}
	}
}

func (w *commandLines) saw(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for line := range w.seen {
		if strings.Contains(line, text) {
			return true
		}
	}
	return false
}

func TestCommandLinesAreSeen(t *testing.T) {
	t.Parallel()
	w := watchCommandLines()
	defer w.end()
	c := exec.Command("sh", "-c", "read x", "a-word-to-be-seen")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = in.Close()
		_ = c.Wait()
	}()
	until(t, "a command line is seen", func() bool { return w.saw("a-word-to-be-seen") })
}

// end gives what was found, without the secrets themselves.
func (w *commandLines) end() []string {
	close(w.stop)
	w.done.Wait()
	var out []string
	for line := range w.seen {
		for _, name := range leaks([]byte(line)) {
			word, _, _ := strings.Cut(line, "\x00")
			out = append(out, word+": "+name)
		}
	}
	return out
}
