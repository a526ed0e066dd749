package fs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"simscope/card"
)

func TestScanFindsHiddenFiles(t *testing.T) {
	f := usimCard()
	f.files["3F00/6FEE"] = binaryFile(0x6FEE, []byte{1, 2, 3}, "2F0601")
	f.files["3F00/5F99"] = &fakeFile{info: fcp("7821", 0x5F99, -1, ""), dir: true}
	// Answers for another file than the one asked for: not believed.
	f.files["3F00/4F77"] = f.files["3F00/2FE2"]
	c := discovered(t, f)
	s := NewScan(card.Path{})
	var last ScanProgress
	if err := s.Run(context.Background(), c, func(p ScanProgress) { last = p }); err != nil {
		t.Fatal(err)
	}
	want := []card.Path{card.PathOf("", 0x6FEE), card.PathOf("", 0x5F99)}
	if !slices.Equal(s.Found, want) {
		t.Errorf("found %v, want %v", s.Found, want)
	}
	if n, ok := c.Tree().Get(want[0]); !ok || n.State != Read || len(n.Content.Binary) != 3 || n.Name != "6FEE" {
		t.Errorf("%+v", n)
	}
	if !s.Finished() || last.Done != last.Total || last.Total != 65532 || s.Known == 0 {
		t.Errorf("%+v, %d known", last, s.Known)
	}
	if f.count(card.InsUpdateBinary)+f.count(card.InsUpdateRecord) > 0 {
		t.Error("the scan wrote")
	}
}

// A scan that was stopped goes on from there, and asks for nothing twice.
func TestScanGoesOn(t *testing.T) {
	f := usimCard()
	f.files["3F00/00AB"] = binaryFile(0x00AB, []byte{1}, "2F0601")
	c := discovered(t, f)
	s := NewScan(card.Path{})
	ctx, cancel := context.WithCancel(context.Background())
	rounds := 0
	err := s.Run(ctx, c, func(ScanProgress) {
		if rounds++; rounds == 20 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || s.Finished() {
		t.Fatal(err, s.Progress())
	}
	before := len(f.log)
	if s.Progress().Done != 20*scanStep {
		t.Errorf("%+v", s.Progress())
	}
	if err := s.Run(context.Background(), c, nil); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Found, []card.Path{card.PathOf("", 0x00AB)}) {
		t.Error(s.Found)
	}
	if n := len(f.log) - before; n > 65532-20*scanStep+8 {
		t.Errorf("%d commands for %d identifiers", n, 65532-20*scanStep)
	}
}

// On a card that selects by identifier alone, directories beside the one
// scanned answer too.
func TestScanOfGSMDirectory(t *testing.T) {
	dir := func(fid uint16, kind byte) *fakeFile {
		h := make([]byte, 22)
		h[4], h[5], h[6] = byte(fid>>8), byte(fid), kind
		return &fakeFile{info: h, dir: true}
	}
	ef := func(fid uint16) *fakeFile {
		return &fakeFile{info: []byte{0, 0, 0, 2, byte(fid >> 8), byte(fid), 4, 0, 0, 0, 0, 1, 1, 0, 0}, body: []byte{1, 2}}
	}
	f := &fakeCard{gsm: true, atr: unhex("3B00"), gen: 1, files: map[string]*fakeFile{
		"3F00": dir(0x3F00, 1), "3F00/7F20": dir(0x7F20, 2), "3F00/7F10": dir(0x7F10, 2), "3F00/7F66": dir(0x7F66, 2),
		"3F00/7F20/6F07": ef(0x6F07), "3F00/7F20/6FEE": ef(0x6FEE), "3F00/7F20/5F77": dir(0x5F77, 2),
	}}
	f.forget()
	c := openFake(t, f)
	s := NewScan(card.PathOf("", 0x7F20))
	if err := s.Run(context.Background(), c, nil); err != nil {
		t.Fatal(err)
	}
	gsm := card.PathOf("", 0x7F20)
	if want := []card.Path{gsm.Child(0x6FEE), gsm.Child(0x5F77)}; !slices.Equal(s.Found, want) {
		t.Errorf("found %v, want %v", s.Found, want)
	}
	if s.Known != 1 {
		t.Errorf("%d known files, want EF.IMSI alone", s.Known)
	}
}

// A card that has whatever it is asked for has nothing to find.
func TestScanOfCardThatAnswersToEverything(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	f.hook = func(a []byte) []byte {
		if a[1] == card.InsSelect && a[2] == 0x08 {
			fid := uint16(a[5])<<8 | uint16(a[6])
			f.pending = fcp("4121", fid, 1, "")
			f.cur = &fakeFile{body: []byte{0}}
			return []byte{0x61, byte(len(f.pending))}
		}
		return nil
	}
	s := NewScan(card.Path{})
	if err := s.Run(context.Background(), c, nil); !errors.Is(err, ErrEverything) {
		t.Errorf("%v after %+v", err, s.Progress())
	}
	if len(s.Found) > maxScanFound {
		t.Error(len(s.Found))
	}
}

// Files of keys are found and not read.
func TestScanReadsNoKeys(t *testing.T) {
	f := usimCard()
	dir := testUSIM + "/5FC0"
	f.files[dir] = &fakeFile{info: fcp("7821", 0x5FC0, -1, ""), dir: true}
	f.files[dir+"/4F05"] = binaryFile(0x4F05, make([]byte, 32), "6F0601")
	c := discovered(t, f)
	s := NewScan(usimPath(0x5FC0))
	if err := s.Run(context.Background(), c, nil); err != nil {
		t.Fatal(err)
	}
	if n, _ := c.Tree().Get(usimPath(0x5FC0, 0x4F05)); n.State != Secret || n.Content != nil {
		t.Errorf("%+v", n)
	}
}

func TestScanOrder(t *testing.T) {
	s := NewScan(card.Path{})
	seen := map[card.FID]bool{}
	for _, f := range s.order {
		if seen[f] {
			t.Fatal(fmt.Sprint(f, " stands twice"))
		}
		seen[f] = true
	}
	for _, f := range []card.FID{0x3F00, 0x7FFF, 0x3FFF, 0xFFFF} {
		if seen[f] {
			t.Error(f, "is reserved")
		}
	}
}

// A scan goes on at an identifier where an earlier one stopped, looks for
// nothing before it, and reckons the time left by what it did itself.
func TestScanSkip(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/AA01"] = binaryFile(0xAA01, unhex("01"), "6F0601")
	f.files[testUSIM+"/6F9A"] = binaryFile(0x6F9A, unhex("02"), "6F0601")
	c := discovered(t, f)
	s := NewScan(usimPath())
	if s.Skip(0x3F00) || s.Skip(0xFFFF) {
		t.Error("it goes on at what is not looked for")
	}
	if !s.Skip(0xA000) {
		t.Fatal("it does not go on")
	}
	p := s.Progress()
	if p.Skipped != p.Done || p.FID != 0xA000 || p.Left != 0 {
		t.Errorf("%+v", p)
	}
	if err := s.Run(context.Background(), c, nil); err != nil {
		t.Fatal(err)
	}
	if len(s.Found) != 1 || s.Found[0].Last() != 0xAA01 || !s.Finished() {
		t.Errorf("%v", s.Found)
	}
}
