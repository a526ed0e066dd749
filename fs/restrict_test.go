package fs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// services sets services of a table of one bit each.
func services(size int, on ...int) []byte {
	b := make([]byte, size)
	for _, n := range on {
		b[(n-1)/8] |= 1 << ((n - 1) % 8)
	}
	return b
}

func limitsOf(t *testing.T, f *fakeCard) map[string]Restriction {
	t.Helper()
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	out := map[string]Restriction{}
	for _, r := range c.Restrictions() {
		out[r.ID] = r
		if r.Title == "" || r.Text == "" || strings.ContainsAny(r.Title+r.Text+r.Follows+r.Why+strings.Join(r.Values, ""), "<>{}") {
			t.Errorf("%s: a sentence is missing: %+v", r.ID, r)
		}
		if r.State == Unknown && r.Why == "" {
			t.Errorf("%s is unknown without a reason", r.ID)
		}
	}
	return out
}

func TestRestrictionsOfACardWithout(t *testing.T) {
	for id, r := range limitsOf(t, usimCard()) {
		want := No
		if id == "noclass" || id == "special" {
			continue // EF.ACC is not on this card
		}
		if r.State != want || len(r.Values) > 0 {
			t.Errorf("%s: %v %v %s", id, r.State, r.Values, r.Why)
		}
	}
}

// A largest count of 0 is no limit, and a file that cannot be read is none
// that is empty.
func TestRestrictionsOfOddFiles(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F38"] = binaryFile(0x6F38, services(17, 1, 2, 12, 13, 19, 85), "6F0602")
	f.files[testUSIM+"/6F37"] = binaryFile(0x6F37, unhex("000000"), "6F0602")
	if r := limitsOf(t, f)["charge"]; r.State != No {
		t.Errorf("no limit: %v %s", r.State, r.Text)
	}
	f = usimCard()
	f.files[testUSIM+"/6F38"] = binaryFile(0x6F38, services(17, 1, 2, 12, 13, 19, 85), "6F0602")
	for _, fid := range []uint16{0x6F37, 0x6F7B, 0x6FAD} {
		f.files[fmt.Sprintf("%s/%04X", testUSIM, fid)] = &fakeFile{body: unhex("FFFFFF")} // selected, not described
	}
	for _, id := range []string{"charge", "fplmn", "operation"} {
		r, ok := limitsOf(t, f)[id]
		if !ok || r.State != Unknown || !strings.Contains(r.Why, "does not say how") {
			t.Errorf("%s of a file that is not described: %v %q", id, r.State, r.Why)
		}
	}
}

// What a deactivated file takes away is only sometimes what one can reach.
func TestDeactivatedFilesAndSafety(t *testing.T) {
	for fid, want := range map[uint16]bool{0x6F46: false, 0x6F3B: true} {
		f := usimCard()
		file := binaryFile(fid, pad([]byte("\x01Star Mobile"), 17), "6F0601")
		file.info = bytes.Replace(file.info, []byte{0x8A, 1, 5}, []byte{0x8A, 1, 4}, 1)
		f.files[fmt.Sprintf("%s/%04X", testUSIM, fid)] = file
		f.files[testUSIM+"/6F38"] = binaryFile(0x6F38, services(17, 1, 2, 12, 19, 85), "6F0602")
		if r := limitsOf(t, f)["deactivated"]; r.State != Yes || r.Safety != want {
			t.Errorf("%04X: %v, safety %v", fid, r.State, r.Safety)
		}
	}
}

func TestRestrictionsThatLimit(t *testing.T) {
	f := usimCard()
	put := func(fid uint16, b []byte) {
		f.files[fmt.Sprintf("%s/%04X", testUSIM, fid)] = binaryFile(fid, b, "6F0602")
	}
	put(0x6F38, services(17, 1, 2, 6, 12, 13, 17, 35, 36, 37, 85, 96, 117, 126))
	put(0x6F56, services(1, 1, 2, 3))
	put(0x6F57, unhex("01 DD 09 08 696E7465726E6574"))
	put(0x6F37, unhex("00000A"))
	f.files[testUSIM+"/6F39"] = recordFile(0x6F39, "6F0602", unhex("00000A"))
	put(0x6F78, unhex("4000"))
	put(0x6F7B, unhex("00F110 FFFFFF FFFFFF FFFFFF"))
	put(0x6FAD, unhex("80000002"))
	put(0x6F3E, unhex("4142FF"))
	put(0x6F32, unhex("99F999FFFFFF FFFFFFFFFFFF"))
	put(0x6F2C, unhex("12345678FFFFFFFFFFFFFFFFFFFFFFFF"))
	put(0x6FE8, unhex("800101 840101"))
	number := pad(unhex("416461FFFFFFFFFFFFFFFFFFFFFF 07 91 447700091032"), 28)
	f.files[testUSIM+"/6F3B"] = recordFile(0x6F3B, "6F0602", number, pad(nil, 28))
	f.files[testUSIM+"/6F4D"] = recordFile(0x6F4D, "6F0602", pad(number, 29))
	gone := binaryFile(0x6F46, pad([]byte("\x01Star Mobile"), 17), "6F0601")
	gone.info = fcp("4121", 0x6F46, 17, "8B036F0601")
	for i := range gone.info { // the life cycle of ISO 7816-4: deactivated
		if i > 1 && gone.info[i-2] == 0x8A && gone.info[i-1] == 1 && gone.info[i] == 5 {
			gone.info[i] = 4
		}
	}
	f.files[testUSIM+"/6F46"] = gone
	got := limitsOf(t, f)
	for id, value := range map[string]string{
		"fdn": "447700900123", "bdn": "447700900123", "acl": "internet", "charge": "reached", "noclass": "", "special": "14",
		"fplmn": "001 01", "operation": "", "gid": "4142", "cnl": "999 99", "dck": "", "nas": "bar", "deactivated": "EF.SPN",
		"switchedoff": "EF.SPN",
	} {
		r := got[id]
		if r.State != Yes || r.Follows == "" || len(r.Files) == 0 {
			t.Errorf("%s: %v, follows %q, files %v, %s", id, r.State, r.Follows, r.Files, r.Why)
		}
		if have := strings.ReplaceAll(strings.Join(r.Values, "; "), "+", ""); !strings.Contains(strings.ReplaceAll(have, " ", ""), strings.ReplaceAll(value, " ", "")) {
			t.Errorf("%s: %q, want %q", id, have, value)
		}
	}
	for _, v := range got["dck"].Values {
		t.Errorf("the control keys are told: %s", v)
	}
	if !got["fdn"].Safety || got["fplmn"].Safety {
		t.Error("what matters for safety is mixed up")
	}
}

func TestRestrictionsThatAreNotKnown(t *testing.T) {
	f := usimCard()
	for _, fid := range []string{"/6F38", "/6FAD"} {
		f.files[testUSIM+fid].readSW = 0x6982
	}
	f.files[testUSIM+"/6F56"] = binaryFile(0x6F56, unhex("01"), "6F0602")
	got := limitsOf(t, f)
	if r := got["fdn"]; r.State != Unknown || !strings.Contains(r.Why, "PIN1") {
		t.Errorf("fixed dialling: %v %q", r.State, r.Why)
	}
	if r := got["operation"]; r.State != Unknown || !strings.Contains(r.Why, "EF.AD") {
		t.Errorf("operation: %v %q", r.State, r.Why)
	}
	// Nothing but FF says nothing: else every service would be on.
	f = usimCard()
	f.files[testUSIM+"/6F38"].body = unhex("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")
	f.files[testUSIM+"/6F56"] = binaryFile(0x6F56, unhex("FF"), "6F0602")
	if r := limitsOf(t, f)["fdn"]; r.State != Unknown || !strings.Contains(r.Why, "FF") {
		t.Errorf("erased: %v %q", r.State, r.Why)
	}
}

// Bytes that are no text are content all the same: EF.ACC of class 15 and 7 is
// not erased.
func TestRestrictionsInHighBytes(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F78"] = binaryFile(0x6F78, unhex("8080"), "6F0602")
	if r := limitsOf(t, f)["special"]; r.State != Yes || !strings.Contains(strings.Join(r.Values, " "), "15") {
		t.Errorf("%v %q %q", r.State, r.Values, r.Why)
	}
}

// On 2G the invalidated phone book tells that fixed dialling is on.
func TestRestrictionsOf2G(t *testing.T) {
	header := func(fid uint16, size int, valid string) []byte {
		return unhex(fmt.Sprintf("0000%04X%04X04001AAA%s02000000", size, fid, valid))
	}
	for valid, want := range map[string]Answer{"00": Yes, "01": No} {
		f := &fakeCard{gsm: true, gen: 1, files: map[string]*fakeFile{
			"3F00":           {info: unhex("0000000A3F000100000000000913020408008383838300"), dir: true},
			"3F00/7F20":      {info: unhex("0000000A7F200200000000000913020408008383838300"), dir: true},
			"3F00/7F10":      {info: unhex("0000000A7F100200000000000913020408008383838300"), dir: true},
			"3F00/7F20/6F38": {info: header(0x6F38, 2, "01"), body: unhex("3F00")},
			"3F00/7F10/6F3A": {info: unhex("000000 1C 6F3A 04 00 11FF11 " + valid + " 02 01 1C"), recs: [][]byte{pad(nil, 28)}},
		}}
		f.forget()
		c := openFake(t, f)
		mustWalk(t, c, WalkOptions{All: true})
		var got Answer
		for _, r := range c.Restrictions() {
			if r.ID == "fdn" {
				got = r.State
				if !strings.Contains(r.Place, "GSM") {
					t.Errorf("the place is %s", r.Place)
				}
			}
		}
		if got != want {
			n, _ := c.tree.Get(c.Restrictions()[0].Files[0])
			t.Errorf("valid %s: %v, want %v (%+v)", valid, got, want, n.FCP)
		}
	}
}

// A restriction is told by what its list holds: an empty list bars no number
// and lets none be called, groups of cells limit only where others are barred.
func TestRestrictionsByTheirLists(t *testing.T) {
	number := pad(unhex("416461FFFFFFFFFFFFFFFFFFFFFF 07 91 447700091032"), 28)
	for name, tc := range map[string]struct {
		fdn, bdn, cag []byte
		closed        bool // the lists cannot be read
		want          map[string]string
	}{
		"empty lists": {pad(nil, 28), pad(nil, 29), pad(nil, 20), false, map[string]string{
			"fdn": "yes: No number can be called: the list of those that can is empty.",
			"bdn": "no: No number is barred by the card.", "cag": "no: The card lists no closed access groups.",
		}},
		"lists": {number, pad(number, 29), unhex("0008 07 99F999 01 00001001 FFFF"), false, map[string]string{
			"fdn": "yes: Only the 1 number of the list can be called and written to.",
			"bdn": "yes: The 1 number of the list cannot be called.",
			"cag": "yes: The card lists closed access groups and bars all other cells of a network.",
		}},
		"groups beside others": {number, number, unhex("0008 07 99F999 00 00001001 FFFF"), false, map[string]string{
			"cag": "no: The card lists closed access groups and bars no other cells.",
		}},
		"lists that were not read": {number, pad(number, 29), nil, true, map[string]string{
			"fdn": "yes: Only the numbers of a list can be called and written to; the list was not read.",
			"bdn": "yes: The numbers of a list cannot be called; the list was not read.",
		}},
	} {
		f := usimCard()
		f.files[testUSIM+"/6F38"] = binaryFile(0x6F38, services(18, 2, 6, 137), "6F0602")
		f.files[testUSIM+"/6F56"] = binaryFile(0x6F56, services(1, 1, 2), "6F0602")
		f.files[testUSIM+"/6F3B"] = recordFile(0x6F3B, "6F0602", tc.fdn)
		f.files[testUSIM+"/6F4D"] = recordFile(0x6F4D, "6F0602", tc.bdn)
		if tc.closed {
			f.files[testUSIM+"/6F3B"].readSW, f.files[testUSIM+"/6F4D"].readSW = 0x6982, 0x6982
		}
		if tc.cag != nil {
			f.files[testUSIM+"/5FC0"] = &fakeFile{info: fcp("7821", 0x5FC0, -1, ""), dir: true}
			f.files[testUSIM+"/5FC0/4F0D"] = binaryFile(0x4F0D, tc.cag, "6F0602")
		}
		got := limitsOf(t, f)
		for id, want := range tc.want {
			if s := fmt.Sprintf("%s: %s", got[id].State, got[id].Text); s != want {
				t.Errorf("%s: %s is %q\nnot %q", name, id, s, want)
			}
		}
	}
}
