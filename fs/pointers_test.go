package fs

import (
	"testing"

	"simscope/card"
)

// EF.ACDC_LIST names the files of applications, whatever their identifiers.
func TestACDCFiles(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F38"].body[13] |= 1 << 3 // service 108
	dir := testUSIM + "/5FA0"
	f.files[dir] = &fakeFile{info: fcp("7821", 0x5FA0, -1, ""), dir: true}
	const android, other = "97A498E3FC925C9489860333D06E4E47", "000102030405060708090A0B0C0D0E0F"
	f.files[dir+"/4F01"] = binaryFile(0x4F01, unhex("A013"+android+"4F0A0A"+"A013"+other+"6F1100"+"FFFF"), "6F0602")
	apps := unhex("A006800101810161")
	f.files[dir+"/4F0A"] = binaryFile(0x4F0A, apps, "6F0602")
	f.files[dir+"/6F11"] = binaryFile(0x6F11, apps, "6F0602")
	f.files[dir+"/4F0B"] = binaryFile(0x4F0B, apps, "6F0602")
	f.forget()
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{})
	for _, fid := range []card.FID{0x4F0A, 0x6F11} {
		n, _ := c.Tree().Get(usimPath(0x5FA0, fid))
		if n.State != Read || n.Catalogue != "ADF.USIM/DF.ACDC/EF.ACDC_OS_CONFIG" {
			t.Errorf("%04X is %v as %q", fid, n.State, n.Catalogue)
		}
	}
	if s := state(t, c, usimPath(0x5FA0, 0x4F0B)); s != NotLookedAt {
		t.Errorf("a file that nothing names is %v", s)
	}
}
