package virtual

import (
	"strings"
	"testing"
)

// withTable adds a linear fixed file 2F77 of six records to the MF, SFI 17,
// and cyclic 2F78, SFI 18, whose access rules a test may change.
func withTable(change func(table, counter *File)) func(*Image) {
	open := Hex{0x80, 0x01, 0x1B, 0x90, 0x00, 0x84, 0x01, 0x32, 0x90, 0x00}
	return func(i *Image) {
		table := &File{
			FID: 0x2F77, Kind: KindLinearFixed, SFI: 0x17, Access: Access{Expanded: open}, GSM: Hex{0x00, 0x00, 0x00},
			RecordLength: 6, RecordCount: 6,
			Records: []Hex{{1, 2, 3, 4}, {9, 1, 2, 9}, {1, 2}, {7, 7}, {2, 9, 1, 2}},
		}
		counter := &File{
			FID: 0x2F78, Kind: KindCyclic, SFI: 0x18, Access: Access{Expanded: open}, GSM: Hex{0x00, 0x00, 0x00},
			RecordLength: 3, RecordCount: 3, Records: []Hex{{0, 0, 0x12}, {0, 0, 0x02}, {0, 0, 0x01}},
		}
		if change != nil {
			change(table, counter)
		}
		i.MF.Children = append(i.MF.Children, table, counter)
	}
}

func TestSearchRecord(t *testing.T) {
	r := plug(t, "everyday", withTable(nil), Options{})
	r.want("00A2010402 0102", "6986") // nothing selected
	r.ok("00A40004022F77")
	r.want("00A2000402 0102", "6A83") // no current record yet
	r.gives("00A2010402 0102", "01 02 03 05")
	r.gives("00B2000406", "01020304FFFF") // the first one found is current
	r.gives("00A2060502 0102", "05 03 02 01")
	r.gives("00B2000406", "02090102FFFF")
	r.gives("00A2000502 0102", "05 03 02 01") // from the current one
	r.gives("00A2020402 0102", "02 03 05")
	r.want("00A2010402 0A0B", "6282")
	r.gives("00B2000406", "09010209FFFF") // a search in vain leaves it
	r.gives("00A2010406 FFFFFFFFFFFF", "06")
	// Enhanced: from a byte on, behind a value, beside the current record.
	r.gives("00A2010604 0400 0102", "01 02 03 05")
	r.gives("00A2010604 0401 0102", "02 05")
	r.gives("00A2060604 0502 0102", "05")
	r.gives("00A2010604 0C09 0102", "02 05")
	r.gives("00A2010604 0C02 09 FF", "02")
	r.gives("00A2000604 0600 0102", "03 05") // from behind record 2
	r.gives("00A2000604 0700 0102", "02 01") // from before record 3
	r.want("00A2010603 04FF FF", "6282")
	r.want("00A2010603 0C77 FF", "6282")
	// By SFI there is no current record: beside it begins at an end.
	r.gives("00A201BC02 0102", "01 02 03 05")
	r.gives("00A200BE04 0700 0102", "05 03 02 01")
	r.gives("00A200BE04 0600 0102", "01 02 03 05")
	r.want("00A200BC02 0102", "6A83")
	r.gives("00A201C401 02", "02") // a cyclic file has records too
}

func TestSearchRecordRefused(t *testing.T) {
	r := plug(t, "everyday", withTable(func(table, _ *File) { table.State = StateDeactivated }), Options{})
	r.want("00A4000C022F77", "6283")
	r.want("00A2010402 0102", "6984")
	r.want("00A201F501 F7", "6282") // EF.DIR
	for _, c := range [][2]string{
		{"00A2010301 01", "6A86"},
		{"00A2010001 01", "6A86"},
		{"00A2010701 01", "6A86"},
		{"00A2010201 01", "6A86"},
		{"00A201F4", "6700"},
		{"00A201F429" + strings.Repeat("01", 41), "6700"},
		{"00A207F401 01", "6A83"},
		{"00A2FFF401 01", "6A83"},
		{"00A201EC01 01", "6A82"},
		{"00A201FC01 01", "6A82"},
		{"00A2012C01 01", "6981"},
		{"00A201F602 0400", "6700"},
		{"00A201F603 0300 01", "6A80"},
		{"00A201F603 1400 01", "6A80"},
		{"00A201F603 0600 01", "6A86"},
		{"00A201F603 0F00 01", "6A86"},
		{"80A201F401 01", "6E00"},
	} {
		r.want(c[0], c[1])
	}
	r.ok("00A40804047F106F3A")
	r.want("00A2010401 01", "6982")
	r.pin1()
	r.gives("00A2010404 07 91 44 77", strings.TrimSpace(everyNumber(t, r)))
}

// everyNumber lists the records of EF.ADN that hold the pattern of the test
// above, found by reading them all.
func everyNumber(t *testing.T, r *rig) string {
	t.Helper()
	var out strings.Builder
	for n := byte(1); n <= 50; n++ {
		rec := r.raw("00B2" + hexByte(n) + "0420")
		if strings.Contains(rec, "07914477") {
			out.WriteString(hexByte(n))
		}
	}
	return out.String()
}

func hexByte(b byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[b>>4], digits[b&0x0F]})
}

func TestSeek(t *testing.T) {
	r := plug(t, "gsm", withTable(nil), Options{})
	r.want("A0A2000001 01", "9400")
	r.ok("A0A40000022F77")
	r.gives("A0A2001002 0102", "01")
	r.gives("A0A2001202 0102", "03") // the next one: record 2 only holds it
	r.want("A0A2000202 0102", "9404")
	r.want("A0A2000302 0102", "9000") // backward from record 3: no number
	r.gives("A0B2000406", "01020304FFFF")
	r.want("A0A2000302 0102", "9404")
	r.gives("A0A2001101 01", "03") // from the end
	r.ok("A0A40000022F77")
	r.gives("A0A2001301 01", "03") // no current record: from the end
	r.ok("A0A40000022F77")
	r.gives("A0A2001201 01", "01") // and from the beginning
	for _, c := range [][2]string{
		{"A0A2010001 01", "6B00"},
		{"A0A2000401 01", "6B00"},
		{"A0A2002001 01", "6B00"},
		{"A0A20000", "6700"},
		{"A0A2000007 01020304050607", "6700"},
	} {
		r.want(c[0], c[1])
	}
	r.ok("A0A40000022F78")
	r.want("A0A2000001 01", "9408") // cyclic
	r.ok("A0A40000027F10")
	r.ok("A0A40000026F3A")
	r.want("A0A2000001 01", "9804")
}

func TestIncrease(t *testing.T) {
	r := plug(t, "everyday", withTable(nil), Options{})
	r.want("8032000001 01", "6986")
	r.ok("00A40004022F78")
	r.gives("8032000002 0105", "000117 0105")
	r.gives("00B2000403", "000117") // it is the current one
	r.gives("00B2010403", "000117")
	r.gives("00B2020403", "000012")
	r.gives("00B2030403", "000002") // the oldest is gone
	r.want("8032000003 FFFEE9", "9850")
	r.gives("00B2010403", "000117")
	r.gives("8032000003 FFFEE8", "FFFFFF FFFEE8")
	r.want("8032000001 01", "9850")
	for _, c := range [][2]string{
		{"80320000", "6700"},
		{"8032000004 00000001", "6700"},
		{"8032000101 01", "6A86"},
		{"8032010001 01", "6A86"},
		{"8032800001 01", "6A86"},
		{"8032B80001 01", "6A86"},
		{"8032F80001 01", "6A86"},
		{"8032830001 01", "6A82"},
		{"8032970001 01", "6981"},
		{"8032820001 01", "6981"},
		{"0032000001 01", "6E00"},
	} {
		r.want(c[0], c[1])
	}
	r.ok("00A40004022F05")
	r.want("8032000001 00", "6981")
	r.gives("8032980001 00", "FFFFFF 00") // by SFI, which makes it current
	r.gives("00B2010403", "FFFFFF")
}

// INCREASE has an access rule of its own: neither reading nor updating stands
// for it.
func TestIncreaseAccess(t *testing.T) {
	for _, c := range []struct {
		name   string
		access Access
		state  State
		want   string
	}{
		{"read and update", Access{Expanded: Hex{0x80, 0x01, 0x7F, 0x90, 0x00}}, "", "6982"},
		{"compact", Access{Compact: Hex{0x7F, 0, 0, 0, 0, 0, 0, 0}}, "", "6982"},
		{"never", Access{Expanded: Hex{0x84, 0x01, 0x32, 0x97, 0x00}}, "", "6982"},
		{"its instruction", Access{Expanded: Hex{0x84, 0x01, 0x32, 0x90, 0x00}}, "", "000013019000"},
		{"deactivated", Access{Expanded: Hex{0x84, 0x01, 0x32, 0x90, 0x00}}, StateDeactivated, "6984"},
	} {
		r := plug(t, "everyday", withTable(func(_, f *File) { f.Access, f.State = c.access, c.state }), Options{Direct: true})
		r.raw("00A4000C022F78")
		r.want("803200000101", c.want)
	}
	long := plug(t, "everyday", withTable(func(_, f *File) { f.RecordLength = 0x80 }), Options{})
	long.want("8032980001 01", "6981") // records longer than INCREASE can work on
	none := plug(t, "everyday", withTable(func(_, f *File) { f.RecordCount, f.Records = 0, nil }), Options{})
	none.want("8032980001 01", "6A83")
}

func TestIncreaseOfA2GCard(t *testing.T) {
	r := plug(t, "gsm", withTable(nil), Options{})
	r.want("A032000003 000001", "9400")
	r.ok("A0A40000022F78")
	r.gives("A032000003 000001", "000013 000001")
	r.want("A032000003 FFFFFF", "9850")
	r.want("A032000002 0001", "6703")
	r.want("A032980003 000001", "6B00")
	r.ok("A0A40000022F77")
	r.want("A032000003 000001", "9408")
	denied := plug(t, "gsm", withTable(func(_, f *File) { f.GSM = Hex{0x00, 0xFF, 0x00} }), Options{})
	denied.ok("A0A40000022F78")
	denied.want("A032000003 000001", "9804")
	shut := plug(t, "gsm", withTable(func(_, f *File) { f.State = StateDeactivated }), Options{})
	shut.ok("A0A40000022F78")
	shut.want("A032000003 000001", "9810")
}
