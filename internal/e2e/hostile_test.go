//go:build linux && cgo

package e2e

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"simscope/card/virtual"
)

// What a card may cost at most.
const (
	longest = 20 * time.Second
	largest = 400 << 10 // KiB
)

// bounded runs the program on what may be anything, and holds that it comes
// back in time, with words, and with nothing that a terminal would obey.
func (s *stack) bounded(args ...string) result {
	s.t.Helper()
	r := s.run("", args...)
	if r.took > longest || r.memory > largest {
		s.t.Errorf("simscope %s took %v and %d KiB", r.args, r.took, r.memory)
	}
	if strings.TrimSpace(r.out+r.err) == "" {
		s.t.Errorf("simscope %s says nothing, exit %d", r.args, r.code)
	}
	if strings.Contains(r.err, "goroutine ") || r.code == 2 && strings.Contains(r.err, "panic") {
		s.t.Errorf("it broke: %v", r)
	}
	for _, c := range r.out + r.err {
		if c != '\n' && unicode.IsControl(c) {
			s.t.Errorf("simscope %s prints the control character %U", r.args, c)
			break
		}
	}
	return r
}

// garbage is the same noise each time.
func garbage(n int) virtual.Hex {
	r := rand.New(rand.NewPCG(7, 21))
	b := make(virtual.Hex, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// refs is a record of EF.PBR in which each file of a kind is named.
func refs(pairs ...byte) virtual.Hex {
	out := virtual.Hex{0xA8, byte(len(pairs) / 3 * 4)}
	for i := 0; i+2 < len(pairs); i += 3 {
		out = append(out, pairs[i], 0x02, pairs[i+1], pairs[i+2])
	}
	return out
}

// hostileCards are images whose files contradict themselves and each other.
var hostileCards = []struct {
	name   string
	change func(img *virtual.Image)
	says   string // in the list of contacts
}{
	{"EF.PBR names itself and one file for everything", func(img *virtual.Image) {
		pbr := fileOf(img, 0, 0x5F3A, 0x4F30)
		pbr.RecordCount = 254
		pbr.Records = nil
		for range 254 {
			pbr.Records = append(pbr.Records, refs(0xC0, 0x4F, 0x30, 0xC1, 0x4F, 0x30, 0xC2, 0x4F, 0x30, 0xC0, 0x4F, 0x3A, 0xC1, 0x4F, 0x3A, 0xC2, 0x4F, 0x3A, 0xCA, 0x4F, 0x3A))
		}
	}, "contacts"},
	{"EF.IAP points nowhere", func(img *virtual.Image) {
		iap := fileOf(img, 0, 0x5F3A, 0x4F25)
		for i := range iap.Records {
			iap.Records[i] = virtual.Hex{0xFE, 0xFE}
		}
	}, "!"},
	{"EF.EXT1 turns in a circle", func(img *virtual.Image) {
		ext, adn := fileOf(img, -1, 0x7F10, 0x6F4A), fileOf(img, -1, 0x7F10, 0x6F3A)
		for i := range ext.Records {
			next := byte(i+1)%5 + 1
			ext.Records[i] = append(virtual.Hex{0x02, 0x0A}, append(bytes.Repeat([]byte{0x21}, 10), next)...)
		}
		for i := range adn.Records {
			rec := append(adn.Records[i], bytes.Repeat([]byte{0xFF}, 32-len(adn.Records[i]))...)
			rec[31] = byte(i%5 + 1)
			adn.Records[i] = rec
		}
	}, "!"},
	{"254 records of noise", func(img *virtual.Image) {
		for _, f := range []*virtual.File{
			fileOf(img, -1, 0x7F10, 0x6F3A), fileOf(img, -1, 0x7F10, 0x6F3C), fileOf(img, -1, 0x7F10, 0x6F4A),
			fileOf(img, 0, 0x5F3A, 0x4F11), fileOf(img, 0, 0x5F3A, 0x4F25), fileOf(img, 0, 0x5F3A, 0x4F50), fileOf(img, 0, 0x5F3A, 0x4F4B),
		} {
			f.RecordCount = 254
			noise := garbage(254 * f.RecordLength)
			f.Records = nil
			for i := range 254 {
				f.Records = append(f.Records, noise[i*f.RecordLength:(i+1)*f.RecordLength])
			}
		}
	}, "contacts"},
	{"images without end", func(img *virtual.Image) {
		f := fileOf(img, -1, 0x7F10, 0x5F50, 0x4F20)
		f.RecordCount, f.RecordLength, f.Records = 254, 255, nil
		for range 254 {
			rec := virtual.Hex{0xFF}
			for range 28 { // 255 by 255 points, coloured, 65535 bytes at FFFF
				rec = append(rec, 0xFF, 0xFF, 0x21, 0x4F, 0x41, 0xFF, 0xFF, 0xFF, 0xFF)
			}
			f.Records = append(f.Records, rec)
		}
		picture := fileOf(img, -1, 0x7F10, 0x5F50, 0x4F41)
		picture.Data = virtual.Hex{0xFF, 0xFF, 0x08, 0x00, 0x00, 0x06}
	}, "21 contacts"},
}

func TestHostileCards(t *testing.T) {
	for _, c := range hostileCards {
		t.Run(c.name, func(t *testing.T) {
			s := newDesk(t)
			image := s.image("everyday", withSecrets, off, c.change)
			on := func(args ...string) result {
				t.Helper()
				return s.bounded(append([]string{"--image", image}, args...)...)
			}
			if r := on("contacts", "list", "--all-books"); r.code != 0 || !strings.Contains(r.out, c.says) {
				t.Errorf("%v", r)
			}
			for _, args := range [][]string{
				{"contacts", "show", "1"},
				{"contacts", "export", "-o", s.file("c.vcf")},
				{"contacts", "delete", "1", "--dry-run"},
				{"contacts", "add", "--name", "A", "--number", strings.Repeat("1", 60), "--dry-run"},
				{"messages", "list"},
				{"messages", "show", "1"},
				{"messages", "export"},
				{"messages", "wipe", "--dry-run"},
				{"find", "Alice"},
				{"read", "MF/DF.TELECOM/EF.ADN"},
				{"read", "MF/DF.TELECOM/EF.SMS"},
				{"read", "MF/DF.TELECOM/DF.GRAPHICS/EF.IMG"},
				{"read", "ADF.USIM/DF.PHONEBOOK/EF.PBR"},
				{"compare"},
			} {
				if r := on(args...); !slices.Contains([]int{0, 7, 8, 9, 13}, r.code) {
					t.Errorf("%v", r)
				}
			}
		})
	}
}

// The screens come back too: the phone book and the files, with keys that
// still work.
func TestHostileCardsOnTheScreen(t *testing.T) {
	for _, c := range hostileCards {
		if strings.HasPrefix(c.name, "EF.IAP") {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			s := newDesk(t)
			x := s.screen(100, 30, "--image", s.image("everyday", withSecrets, off, c.change))
			x.opened()
			x.contacts()
			x.see(`\d+ contacts`)
			x.Keys("Enter", "End", "Home")
			x.help()
			x.Keys("2")
			x.see(`╭ Files ─`)
			x.choose("DF.TELECOM")
			x.Keys("Down", "Right", "End")
			x.help()
			x.quit()
		})
	}
}

// A record file of records of no length, and data objects that never end.
func TestHostileAnswers(t *testing.T) {
	s := newStack(t)
	noLength := unhex(t, "62198205422100 00FE 8302 6F3A 8A0105 8B036F0603 8002 0000 8800 9000")
	_, sent := s.deviant(deviant{
		Image: s.image("everyday", withSecrets, off), Options: virtual.Options{Direct: true},
		Rules: []deviation{
			{Prefix: unhex(t, "00A40804047F106F3A"), Answer: noLength},
			{Prefix: unhex(t, "00A40804067FFF5F3A4F3A"), Answer: bytes.Replace(noLength, []byte{0x6F, 0x3A}, []byte{0x4F, 0x3A}, 1)},
			{Prefix: unhex(t, "80CB"), Answer: append(bytes.Repeat([]byte{0x5C, 0x82, 0xFF, 0xFF}, 50), 0x62, 0xF1)},
		},
	})
	for _, args := range [][]string{
		{"contacts", "list"},
		{"contacts", "add", "--name", "A", "--dry-run"},
		{"messages", "list"},
		{"read", "MF/DF.TELECOM/EF.ADN"},
		{"read", "ADF.USIM/DF.5GS/EF.URSP"},
		{"find", "Alice"},
	} {
		before := len(sent())
		s.bounded(args...)
		if n := len(sent()) - before; n > 8000 {
			t.Errorf("%v sent %d commands", args, n)
		}
	}
}

// File system dumps that are no card: too large, too deep, of wrong types.
func TestHostileDumps(t *testing.T) {
	s := newDesk(t)
	mf := `"MF":{"fcp_raw":"622D8202782183023F00A50C800171830400018D088701018A01058B032F0601C60990014083010183010A810221FD"}`
	dumps := map[string]string{
		"16 MiB of one string": `{"files":{` + mf + `,"MF/EF.X":{"body":"` + strings.Repeat("F", 15<<20) + `"}}}`,
		"too large":            `{"files":{"MF":{"body":"` + strings.Repeat("F", 17<<20) + `"}}}`,
		"too many files":       `{"files":{` + mf + strings.Repeat(`,"MF/EF.X":{}`, 400000) + `}}`,
		"deep":                 `{"files":{"MF":{"body":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + `}}}`,
		"deep path":            `{"files":{` + mf + `,"MF` + strings.Repeat("/DF.A", 200000) + `":{"fcp_raw":"620A8202782183027F10"}}}`,
		"a number":             `{"files":{"MF":7}}`,
		"a list":               `{"files":{"MF":{"fcp_raw":["62"]}}}`,
		"wrong hex":            `{"files":{"MF":{"fcp_raw":"62ZZ"}}}`,
		"wrong body":           `{"files":{` + mf + `,"MF/EF.ICCID":{"fcp_raw":"621B8202412183022FE28A01058B032F06078002000A8102002A880110","body":{"a":[[[1]]]}}}}`,
		"endless length":       `{"files":{"MF":{"fcp_raw":"6284FFFFFFFF"}}}`,
		"escape in a name":     `{"files":{` + mf + `,"MF/\u001b[31mEF.X":{"fcp_raw":"62"}}}`,
		"ATR":                  `{"atr":"` + strings.Repeat("3B", 40) + `","files":{` + mf + `}}`,
	}
	for name, text := range dumps {
		file := filepath.Join(s.input, strings.ReplaceAll(name, " ", "-")+".json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"info"}, {"contacts", "list"}} {
			r := s.bounded(append([]string{"--image", file}, args...)...)
			if !slices.Contains([]int{0, 2, 8}, r.code) {
				t.Errorf("%s: %.400v", name, r)
			}
			if (name == "too large" || name == "a number" || name == "wrong hex" || name == "ATR") && r.code != 2 {
				t.Errorf("%s is taken: %.400v", name, r)
			}
		}
	}
}
