package fs

import (
	"encoding/json"
	"slices"
	"testing"

	"simscope/card"
)

func flagIDs(fs []Flag) []string {
	out := []string{}
	for _, f := range fs {
		out = append(out, f.ID)
	}
	return out
}

func TestParseFCP(t *testing.T) {
	tests := []struct {
		name, hex string
		want      FCP
		flags     []string
	}{
		{
			"transparent", "621E 82024121 83026F07 A506C00100CA0180 8A0105 8B036F0604 80020009 880138",
			FCP{Structure: Transparent, FID: 0x6F07, HasFID: true, Size: 9, SFI: 7, LifeCycle: LifeActivated, Shareable: true},
			nil,
		},
		{
			"linear fixed", "6217 82054221001C0A 83026F3A 8A0105 8B032F0602 80020118",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 280, RecordLen: 28, Records: 10, LifeCycle: LifeActivated, Shareable: true},
			nil,
		},
		{
			"ADF", "6217 82027821 8410A0000000871002FF44FF128900000100",
			FCP{Structure: StructureADF, DFName: card.AID(unhex("A0000000871002FF44FF128900000100")), Shareable: true},
			[]string{"fcp.missing"},
		},
		{"BER-TLV", "620E 82027921 83026FF8 8A0105 80020100", FCP{Structure: BERTLV, FID: 0x6FF8, HasFID: true, Size: 256, LifeCycle: LifeActivated, Shareable: true}, nil},
		{"deactivated", "620E 82024121 83026F07 8A0104 80020009", FCP{Structure: Transparent, FID: 0x6F07, HasFID: true, Size: 9, LifeCycle: LifeDeactivated, Shareable: true}, nil},
		{ // HC-18
			"size of 7 bytes", "6213 82024121 83026F07 8A0105 8007FFFFFFFFFFFFFF",
			FCP{Structure: Transparent, FID: 0x6F07, HasFID: true, Size: MaxFileSize, LifeCycle: LifeActivated, Shareable: true},
			[]string{"fcp.long_size", "fcp.clamped"},
		},
		{
			"size FFFFFFFF", "6210 82024121 83026F07 8A0105 8004FFFFFFFF",
			FCP{Structure: Transparent, FID: 0x6F07, HasFID: true, Size: MaxFileSize, LifeCycle: LifeActivated, Shareable: true},
			[]string{"fcp.clamped"},
		},
		{ // HC-19
			"record length 0", "6211 820542210000FF 83026F3A 8A0105 80020118",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 280, LifeCycle: LifeActivated, Shareable: true},
			[]string{"fcp.record_length"},
		},
		{ // HC-21
			"counts disagree", "6211 82054221001C0A 83026F3A 8A0105 80020054",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 84, RecordLen: 28, Records: 3, LifeCycle: LifeActivated, Shareable: true},
			[]string{"fcp.records_disagree"},
		},
		{
			"size not told", "620D 82054221001C0A 83026F3A 8A0105",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 280, RecordLen: 28, Records: 10, LifeCycle: LifeActivated, Shareable: true},
			[]string{"fcp.missing"},
		},
		// The other forms of tag 82 (ISO/IEC 7816-4 table 12).
		{
			"descriptor alone", "620E 820141 83026F07 8A0105 80020009",
			FCP{Structure: Transparent, FID: 0x6F07, HasFID: true, Size: 9, LifeCycle: LifeActivated, Shareable: true},
			nil,
		},
		{
			"record length in one byte", "6210 820342211C 83026F3A 8A0105 80020054",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 84, RecordLen: 28, Records: 3, LifeCycle: LifeActivated, Shareable: true},
			nil,
		},
		{
			"record length and no number", "6211 82044221001C 83026F3A 8A0105 80020054",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 84, RecordLen: 28, Records: 3, LifeCycle: LifeActivated, Shareable: true},
			nil,
		},
		{
			"number in two bytes", "6213 82064221001C0003 83026F3A 8A0105 80020054",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 84, RecordLen: 28, Records: 3, LifeCycle: LifeActivated, Shareable: true},
			nil,
		},
		{
			"record length not told", "620F 82024221 83026F3A 8A0105 80020054",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 84, LifeCycle: LifeActivated, Shareable: true},
			nil,
		},
		{
			"descriptor of seven bytes", "6213 82074221001C000300 83026F3A 8A0105 80020054",
			FCP{Structure: LinearFixed, FID: 0x6F3A, HasFID: true, Size: 84, RecordLen: 28, Records: 3, LifeCycle: LifeActivated, Shareable: true},
			[]string{"fcp.bad_length"},
		},
		{"empty template", "6200", FCP{}, []string{"fcp.missing", "fcp.missing", "fcp.missing"}}, // HC-22
		{"nothing", "", FCP{}, []string{"fcp.no_template"}},
		{"first of two wins", "6212 82024121 82054221001C0A 83026F07 80020009", FCP{Structure: Transparent, FID: 0x6F07, HasFID: true, Size: 9, Shareable: true}, []string{"fcp.duplicate", "fcp.missing"}},
		{"cut short", "6220 82024121 8302", FCP{}, []string{"fcp.malformed", "fcp.no_template"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := unhex(tt.hex)
			if len(b) > 1 && tt.name != "cut short" {
				b[1] = byte(len(b) - 2)
			}
			f := ParseFCP(b)
			if got := flagIDs(f.Flags); !slices.Equal(got, tt.flags) && len(got)+len(tt.flags) > 0 {
				t.Errorf("flags %v, want %v", got, tt.flags)
			}
			f.Raw, f.Flags, f.References, f.Proprietary = nil, nil, nil, nil
			got, _ := json.Marshal(f)
			want, _ := json.Marshal(tt.want)
			if string(got) != string(want) || f.FID != tt.want.FID || f.HasFID != tt.want.HasFID || f.DFName != tt.want.DFName {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestRuleReferences(t *testing.T) {
	f := ParseFCP(fcp("4121", 0x6F07, 9, "8B03 6F0604"))
	if want := []RuleReference{{0x6F06, -1, 4}}; !slices.Equal(f.References, want) {
		t.Errorf("got %v, want %v", f.References, want)
	}
	f = ParseFCP(fcp("4121", 0x6F07, 9, "8B06 6F06 0102 000B"))
	if want := []RuleReference{{0x6F06, 1, 2}, {0x6F06, 0, 11}}; !slices.Equal(f.References, want) {
		t.Errorf("got %v, want %v", f.References, want)
	}
	f = ParseFCP(fcp("4121", 0x6F07, 9, "8B05 6F06 0102 00"))
	if len(f.References) != 1 || !slices.Contains(flagIDs(f.Flags), "fcp.bad_length") {
		t.Errorf("half a pair: %v %v", f.References, flagIDs(f.Flags))
	}
}

func TestParseGSM(t *testing.T) {
	f := ParseGSM(unhex("0000 0118 6F3A 04 00 11 0F 22 01 02 01 1C"))
	if f.Structure != LinearFixed || f.RecordLen != 28 || f.Records != 10 || f.FID != 0x6F3A || f.LifeCycle != LifeActivated {
		t.Errorf("EF.ADN: %+v", f)
	}
	if f.GSMInfo.Access != [6]byte{1, 1, 0, 15, 2, 2} {
		t.Errorf("access nibbles %v", f.GSMInfo.Access)
	}
	f = ParseGSM(unhex("0000 1234 7F20 02 0000000000 09 13 02 20 04 00 83 8A 83 8A"))
	if f.Structure != StructureDF || f.GSMInfo.CHV == nil || !f.GSMInfo.CHV.CHV1Enabled || f.GSMInfo.CHV.CHV1.Left != 3 || f.GSMInfo.EFs != 0x20 {
		t.Errorf("DF.GSM: %+v", f.GSMInfo)
	}
	for _, short := range []string{"", "00000009", "000000096F0704", "000000096F07040011FF"} {
		if f := ParseGSM(unhex(short)); len(f.Flags) == 0 {
			t.Errorf("%q: no flag", short)
		}
	}
	if f := ParseGSM(unhex("0000 0118 6F3A 04 00 11 0F 22 01 02 01 00")); f.Records != 0 || !slices.Contains(flagIDs(f.Flags), "fcp.record_length") {
		t.Errorf("record length 0: %+v", f)
	}
}

func checkBounds(t *testing.T, f FCP) {
	t.Helper()
	if f.Size < 0 || f.Size > MaxFileSize || f.Records < 0 || f.Records > maxRecords || f.RecordLen < 0 || f.RecordLen > 255 {
		t.Fatalf("size %d, %d records of %d", f.Size, f.Records, f.RecordLen)
	}
	if f.Structure.HasRecords() && f.RecordLen > 0 && f.Records*f.RecordLen != f.Size {
		t.Fatalf("%d records of %d are not %d bytes", f.Records, f.RecordLen, f.Size)
	}
}

func FuzzParseFCP(f *testing.F) {
	f.Add(fcp("4121", 0x6F07, 9, "8B036F0604"))
	f.Add(fcp("4221001C0A", 0x6F3A, 280, "8B066F0601020001"))
	f.Add(unhex("0000 0118 6F3A 04 00 11 0F 22 01 02 01 1C"))
	f.Fuzz(func(t *testing.T, b []byte) {
		checkBounds(t, ParseFCP(b))
		checkBounds(t, ParseGSM(b))
	})
}
