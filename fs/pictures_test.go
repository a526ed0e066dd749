package fs

import (
	"testing"

	"simscope/card"
)

func graphicsCard() (*fakeCard, card.Path) {
	f := usimCard()
	dir := "3F00/7F10"
	f.files[dir] = &fakeFile{info: fcp("7821", 0x7F10, -1, ""), dir: true}
	f.files[dir+"/5F50"] = &fakeFile{info: fcp("7821", 0x5F50, -1, ""), dir: true}
	f.files[dir+"/5F50/4F20"] = recordFile(0x4F20, "2F0601",
		unhex("01 08 08 11 4F 40 00 00 00 0A"), unhex("01 08 08 11 4F 41 00 00 00 0A"))
	f.files[dir+"/5F50/4F40"] = binaryFile(0x4F40, unhex("08 08 18 18 7E FF 3C 3C 66 42"), "2F0601")
	f.files[dir+"/5F50/4F41"] = binaryFile(0x4F41, unhex("08 08 18 18 7E FF 3C 3C 66 42"), "2F0601")
	return f, card.PathOf("", fidTelecom, fidGraphics)
}

func TestPictures(t *testing.T) {
	f, dir := graphicsCard()
	f.files["3F00/7F10/5F50/4F41"].readSW = 0x6982
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	one := c.Pictures(dir.Child(fidIMG), 1)
	if len(one) != 1 || one[0].Width != 8 || one[0].Why != "" || one[0].At(3, 0).R != 0 {
		t.Errorf("record 1: %+v", one)
	}
	two := c.Pictures(dir.Child(fidIMG), 2)
	if len(two) != 1 || len(two[0].Pixels) != 0 || two[0].Why == "" {
		t.Errorf("a picture in a closed file: %+v", two)
	}
	if at := c.Pictures(dir.Child(0x4F40), 0); len(at) != 1 || at[0].Height != 8 {
		t.Errorf("EF.IIDF: %+v", at)
	}
	for _, record := range []int{-1, 0, 3, 1 << 20} {
		if p := c.Pictures(dir.Child(fidIMG), record); len(p) != 0 {
			t.Errorf("record %d: %+v", record, p)
		}
	}
	if p := c.Pictures(usimPath(fidIMSI), 0); len(p) != 0 {
		t.Errorf("EF.IMSI: %+v", p)
	}
}
