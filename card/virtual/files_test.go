package virtual

import (
	"fmt"
	"strings"
	"testing"

	"simscope/card"
)

const imsiBytes = "089999991032547698"

func TestReadBinary(t *testing.T) {
	r := everyday(t)
	r.want("00B0000009", "6986") // nothing selected
	r.usim()
	r.pin1()
	r.want("00B0870009", imsiBytes+"9000") // by SFI 07
	r.want("00B0000009", imsiBytes+"9000") // now it is the current one
	r.want("00B0000004", "08999999 9000")
	r.want("00B0000805", "6C01")
	r.want("00B0000801", "98 9000")
	r.want("00B0000000", "6C09")
	r.want("00B00000", "6C09")
	r.want("00B0000901", "6B00")
	r.want("00B07FFF01", "6B00")
	r.want("00B09F0001", "6A82") // SFI 1F is of no file
	r.want("00B000000100", "6700")
	r.want("00B0000002FFFF", "6700")
	r.ok("00A40004026F40")
	r.want("00B0000009", "6981") // a record file
	r.ok("00A40004025FC0")
	r.want("00B0000009", "6986") // a directory
}

func TestUpdateBinary(t *testing.T) {
	r := everyday(t)
	r.usim()
	r.ok("00A40004026F7B")
	r.want("00D6000003 99F999", "6982")
	r.want("00D6000003 99F999", "6982")
	r.pin1()
	r.want("00D6000303 00F120", "9000")
	r.want("00B000000C", "00F110 00F120 FFFFFFFFFFFF 9000")
	r.want("00D6000A03 010203", "6700") // over the end
	r.want("00D6000C01 00", "6B00")
	r.want("00D60000", "6700")
	r.want("00B000000C", "00F110 00F120 FFFFFFFFFFFF 9000")
	r.want("00D68D0003 FFFFFF", "9000") // SFI 0D
	r.want("00B0000003", "FFFFFF 9000")
	r.card.Reset() // the file stays
	r.usim()
	r.pin1()
	r.want("00B08D0006", "FFFFFF 00F120 9000")
}

func TestLinkedFilesShareTheirBytes(t *testing.T) {
	r := everyday(t)
	r.pin1()
	r.ok("00A40804047F106F43")
	r.want("00D6000002 0A FF", "9000")
	r.usim()
	r.ok("00A40004026F43")
	r.want("00B0000002", "0AFF 9000")
}

func TestReadRecord(t *testing.T) {
	r := everyday(t)
	r.want("00B2010420", "6986")
	r.ok("00A40804047F106F3A")
	r.pin1()
	first := r.raw("00B2010420")
	if !strings.HasPrefix(first, "80661F8FB0") || !strings.HasSuffix(first, "9000") {
		t.Fatalf("record 1 is %s", first)
	}
	r.want("00B2000420", "6A83") // no current record yet
	r.want("00B2000200", "6C20") // a corrected length does not move the pointer
	r.want("00B2000220", first)
	second := r.raw("00B2000220")
	r.want("00B2000420", second)
	r.want("00B2010420", first)
	r.want("00B2000420", second) // absolute reading does not move it either
	r.want("00B2000320", first)
	r.want("00B2000320", "6A83")
	r.want("00B2320420", strings.Repeat("FF", 32)+"9000")
	r.want("00B2330420", "6A83")
	r.want("00B2FF0420", "6A83")
	r.want("00B2010120", "6A86")
	r.want("00B2010520", "6A86")
	r.want("00B2010220", "6A86")
	r.want("00B2010421", "6C20")
	r.want("00B20104", "6C20")
	r.want("00B2010401FF", "6700")
	r.want("00A4000C022FE2", "6A82")
	r.ok("00A4000C023F00")
	r.ok("00A40004022FE2")
	r.want("00B2010420", "6981")
}

func TestRecordsBySFI(t *testing.T) {
	r := everyday(t)
	if got := r.ok("00B201F428"); got[0] != 0x61 {
		t.Errorf("EF.DIR by SFI 1E: % X", got)
	}
	r.want("00B2000428", "6A83")
	r.want("00B2000228", r.raw("00B201F428"))
	r.want("00B201EC28", "6A82")
	r.want("00B2012C28", "6981") // EF.PL is transparent
}

func TestUpdateRecord(t *testing.T) {
	r := everyday(t)
	r.ok("00A40804047F106F40")
	rec := strings.Repeat("A5", 32)
	r.want("00DC020420"+rec, "6982")
	r.pin1()
	r.want("00DC020420"+rec, "9000")
	r.want("00B2020420", rec+"9000")
	r.want("00DC02041F"+rec[2:], "6700")
	r.want("00DC0204", "6700")
	r.want("00DC030420"+rec, "6A83")
	r.want("00DC000220"+strings.Repeat("11", 32), "9000") // next: record 1
	r.want("00DC000220"+strings.Repeat("22", 32), "9000")
	r.want("00B2000420", strings.Repeat("22", 32)+"9000")
	r.want("00DC000220"+rec, "6A83")
}

func TestCyclicFile(t *testing.T) {
	r := everyday(t)
	r.ok("00A40804047F106F44")
	r.pin1()
	first := r.raw("00B2010420")
	rec := strings.Repeat("5A", 32)
	r.want("00DC010420"+rec, "6A86")
	r.want("00DC000220"+rec, "6A86")
	r.want("00DC000320"+rec[2:], "6700")
	r.want("00DC000320"+rec, "9000")
	r.want("00B2010420", rec+"9000")
	r.want("00B2020420", first)
	r.want("00B2000420", rec+"9000")
	r.want("00B2000320", r.raw("00B2050420")) // it goes round
	r.want("00B2000220", rec+"9000")
	r.want("00B2060420", "6A83")
}

func TestDeactivateAndActivate(t *testing.T) {
	r := everyday(t)
	r.want("00040000", "6986")
	r.usim()
	r.pin1()
	r.ok("00A40004026F07")
	r.want("00040000", "6982")
	r.adm()
	r.want("00040100", "6A86")
	r.want("0004000001FF", "6700")
	r.want("0004000000", "9000")
	r.want("0004000000", "9000")
	r.want("00B0000009", "6984")
	r.want("00D6000001 08", "6984")
	r.card.Reset() // it stays so
	r.usim()
	r.pin1()
	r.want("00B0870009", "6984")
	r.want("00A4000C026F07", "6283") // selectable
	r.want("0044000000", "6982")
	r.adm()
	r.want("00440000", "9000")
	r.want("00B0000009", imsiBytes+"9000")
}

func TestTerminatedFile(t *testing.T) {
	r := plug(t, "everyday", func(i *Image) { i.MF.Children[1].State = StateTerminated }, Options{})
	r.pin1()
	r.adm()
	r.ok("00A40004022F05")
	r.want("00B0000004", "6984")
	r.want("00440000", "6984")
	if got := tag(r.template(r.ok("00A40004022F05")), 0x8A); got != "0C" {
		t.Errorf("state is %s", got)
	}
}

func TestDirectCard(t *testing.T) {
	r := plug(t, "everyday", nil, Options{Direct: true})
	a := r.raw("00A4040407A000000087100200")
	if !strings.HasPrefix(a, "62") || !strings.HasSuffix(a, "9000") {
		t.Errorf("SELECT answers %s", a)
	}
	r.pin1()
	r.want("00B0870000", imsiBytes+"9000")
	r.want("00B0000009", imsiBytes+"9000")
	r.want("00B0000010", imsiBytes+"6282")
	r.want("00B0000805", "98 6282")
	r.want("00B0000905", "6B00")
	if a = r.raw("00B2010C05"); len(a) != 2*20+4 {
		t.Errorf("a wrong Le for a record gives %s", a)
	}
	r.want("00C0000000", "6985")
}

func TestProactiveCard(t *testing.T) {
	r := plug(t, "everyday", nil, Options{Proactive: true})
	r.want("80F2000C00", "9180")
	r.want("00B0000001", "6986")
	r.want("8010000001FF", "9180")
	r.want("8012000010", "6C80")
	got := r.raw("8012000080")
	if len(got) != 2*130 || !strings.HasPrefix(got, "D07E8103012100") || !strings.HasSuffix(got, "9180") {
		t.Errorf("FETCH gives %s", got)
	}
	r.want("801400000C 810301210002028281830100", "9180")
	quiet := everyday(t)
	quiet.want("8012000080", "6985")
	quiet.want("801400000C 810301210002028281830100", "6985")
}

func TestOtherCommands(t *testing.T) {
	r := plug(t, "everyday", nil, Options{Rand: strings.NewReader("abcdefghijklmnop")})
	r.want("0084000008", "6162636465666768 9000")
	r.want("0084000000", "6C08")
	r.want("0084000020", "6F00") // the source of random bytes is empty
	r.want("0084000100", "6A86")
	r.want("80AA000005A903830180", "9000")
	r.want("80AA0000", "6700")
	r.want("80AA000105A903830180", "6A86")
	r.want("8010000003FFFFFF", "9000")
	r.want("00FF000000", "6D00")
	r.want("00E2000000", "6D00")
}

func TestClasses(t *testing.T) {
	r := everyday(t)
	for cla, sw := range map[byte]string{
		0x04: "6882", 0x0C: "6882", 0x60: "6882", 0xE0: "6882", 0x10: "6884", 0x01: "6881", 0x03: "6881",
		0x40: "6881", 0xC0: "6881", 0x90: "6E00", 0xA1: "6E00", 0xA4: "6E00", 0xB0: "6E00", 0xD0: "6E00",
		0xF0: "6E00", 0xFF: "6E00", 0x20: "6E00", 0x30: "6E00", 0x80: "6E00",
	} {
		r.want(fmt.Sprintf("%02XA4000C023F00", cla), sw)
	}
	r.want("00A4000C023F00", "9000")
}

func TestMalformedCommands(t *testing.T) {
	r := everyday(t)
	for _, apdu := range []string{"", "00", "00A4", "00A400", "00A4000C05 3F00", "00A4000C02 3F00 0000", "00A4000C00 0002 3F00", "00B00000000000"} {
		if a := r.card.Process(unhex(t, apdu)); swOf(a) != card.SWWrongLength {
			t.Errorf("%q answers % X", apdu, a)
		}
	}
	r.card.PowerOff()
	r.want("00A4000C023F00", "6F00")
	r.card.PowerOn()
	r.want("00A4000C023F00", "9000")
}

func TestGetResponse(t *testing.T) {
	r := everyday(t)
	r.want("00C0000010", "6985")
	first := r.raw("00A40004022FE2")
	if first[:2] != "61" {
		t.Fatalf("SELECT answers %s", first)
	}
	r.want("00C0000100", "6A86")
	n := int(unhex(t, first[2:])[0])
	r.want("00C0000000", fmt.Sprintf("6C%02X", n))
	part := r.raw("00C0000004")
	if want := fmt.Sprintf("61%02X", n-4); !strings.HasSuffix(part, want) {
		t.Errorf("a part of the answer ends in %s, want %s", part, want)
	}
	r.want("80F2000C00", "9000") // any other command drops the rest
	r.want("00C0000004", "6985")
}

func TestChannels(t *testing.T) {
	r := everyday(t)
	r.want("0070000000", "6C01")
	r.want("0070000001", "01 9000")
	r.want("0070000200", "9000")
	r.want("0070000200", "6881")
	r.want("0070000001", "03 9000")
	r.want("0070000001", "6A81")
	r.usim()
	r.ok("00A40004026F07")
	if got := tag(r.template(r.ok("81F2000000")), 0x83); got != "3F00" {
		t.Errorf("channel 1 is at %s", got)
	}
	r.ok("01A40804047F106F3A")
	r.ok("02A4040C07A0000000871004")
	r.pin1() // PINs are the card's, not the channel's
	r.want("00B0000009", imsiBytes+"9000")
	if got := r.ok("01B2010420"); got[0] != 0x80 {
		t.Errorf("channel 1 reads % X", got)
	}
	r.want("0070800300", "9000")
	r.want("0170000001", "03 9000") // opened from channel 1: the same place
	if got := r.ok("03B2010420"); got[0] != 0x80 {
		t.Errorf("channel 3 reads % X", got)
	}
	r.want("0070800100", "9000")
	r.want("01B2010420", "6881")
	r.want("0070800100", "6881")
	r.want("0070800000", "6A86")
	r.want("0070800400", "6A86")
	r.want("0070000400", "6A86")
	r.want("0070400000", "6A86")
	r.want("0070000001FF", "6700")
	r.card.Reset()
	r.want("02B2010420", "6881")
}
