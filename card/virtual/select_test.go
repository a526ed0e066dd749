package virtual

import (
	"bytes"
	"testing"

	"simscope/card"
)

func TestSelectByFID(t *testing.T) {
	r := everyday(t)
	here := func(fid string) {
		t.Helper()
		if got := tag(r.template(r.ok("80F2000000")), 0x83); got != fid {
			t.Fatalf("the current directory is %s, want %s", got, fid)
		}
	}
	here("3F00")
	r.ok("00A40004027F10") // child
	here("7F10")
	r.ok("00A40004025F50") // child of the child
	here("5F50")
	r.ok("00A40004027F10") // parent
	here("7F10")
	r.ok("00A40004027F20") // sibling
	here("7F20")
	r.ok("00A40004027F20") // itself
	r.fails("00A40004025F50", card.SWNotFound)
	here("7F20") // a failed selection changes nothing
	r.fails("00A40004022FE2", card.SWNotFound)
	r.ok("00A40004023F00")
	here("3F00")
	r.fails("00A40004027FFF", card.SWNotFound) // no application yet
	r.usim()
	here("7FFF")
	r.ok("00A40004023F00")
	r.ok("00A40004027F20")
	r.ok("00A40004027FFF") // the application stays current
	here("7FFF")
	r.ok("00A40004026F07")
	here("7FFF")
	r.ok("00A40004027F10") // sibling of the ADF below the MF
	here("7F10")
}

func TestSelectByPath(t *testing.T) {
	r := everyday(t)
	r.ok("00A40804047F106F3A")
	r.ok("00A40804063F007F106F3A")
	r.ok("00A40804022FE2")
	r.fails("00A40804047FFF6F07", card.SWNotFound) // no application
	r.usim()
	r.ok("00A40804047FFF6F07")
	if got := tag(r.template(r.ok("00A40804067FFF5F3B4F20")), 0x83); got != "4F20" {
		t.Errorf("selected %s", got)
	}
	r.ok("00A40804027F20")
	r.ok("00A40804047FFF5FC0")
	r.ok("00A40904024F07") // from the current directory
	r.fails("00A40904026F07", card.SWNotFound)
	r.fails("00A40804037FFF6F", card.SWWrongLength)
	r.fails("00A4080400", card.SWWrongLength)
	r.fails("00A40804067F107F207F10", card.SWNotFound)
	r.fails("00A40804046F073F00", card.SWNotFound)
	r.ok("00A4030400") // parent
	if got := tag(r.template(r.ok("80F2000000")), 0x83); got != "7FFF" {
		t.Errorf("the parent of 5FC0 is %s", got)
	}
	r.ok("00A40104025F3B") // child directory
	r.fails("00A40104024F20", card.SWNotFound)
	r.ok("00A40804023F00")
	r.fails("00A4030400", card.SWNotFound) // the MF has no parent
}

func TestSelectByAID(t *testing.T) {
	r := everyday(t)
	const (
		one  = "A0000000871002FF86FFFF8900000100"
		two  = "A0000000871002FF86FFFF8900000200"
		isim = "A0000000871004FF86FFFF8900000100"
	)
	name := func(apdu, want string) {
		t.Helper()
		if got := tag(r.template(r.ok(apdu)), 0x84); got != want {
			t.Errorf("%s selects %s, want %s", apdu, got, want)
		}
	}
	name("00A4040410"+two, two)
	name("00A4040407A0000000871002", one) // first
	name("00A4040607A0000000871002", two) // next
	r.fails("00A4040607A0000000871002", card.SWNotFound)
	name("00A4040707A0000000871002", one) // previous
	r.fails("00A4040707A0000000871002", card.SWNotFound)
	name("00A4040507A0000000871002", two) // last
	name("00A4040605A000000087", isim)
	r.fails("00A4040601A0", card.SWNotFound) // there is none after the last
}

func TestSelectAIDRefusals(t *testing.T) {
	r := everyday(t)
	r.fails("00A4040407A0000000871009", card.SWNotFound)
	r.fails("00A4040400", card.SWWrongLength)
	r.fails("00A4041007A0000000871002", card.SWWrongP1P2)
	r.fails("00A4040811A0000000871002FF86FFFF890000010000", card.SWWrongP1P2)
	r.usim()
	r.ok("00A4044407A0000000871002") // terminate
	r.fails("00A40004027FFF", card.SWNotFound)
	r.want("00A4040C07A0000000871002", "9000") // nothing to return
	if got := r.ok("00A4040007A0000000871002"); !bytes.HasPrefix(got, []byte{0x6F, 0x12, 0x84, 0x10, 0xA0}) {
		t.Errorf("FCI is % X", got)
	}
	r.ok("00A4000C023F00")
	if got := r.ok("00A40000022FE2"); len(got) == 0 || got[0] != 0x6F {
		r.Errorf("FCI of a file is % X", got)
	}
}

func TestSelectParameters(t *testing.T) {
	r := everyday(t)
	for apdu, sw := range map[string]card.SW{
		"00A402040 22FE2":   card.SWWrongP1P2,
		"00A40504022FE2":    card.SWWrongP1P2,
		"00A40008022FE2":    card.SWWrongP1P2,
		"00A40014022FE2":    card.SWWrongP1P2,
		"00A4000403 2FE200": card.SWWrongLength,
		"00A4000401 2F":     card.SWWrongLength,
		"00A40004":          card.SWWrongLength,
		"00A4000400":        card.SWWrongLength,
		"00A40304022FE2":    card.SWWrongLength,
	} {
		r.fails(apdu, sw)
	}
}

func TestStatus(t *testing.T) {
	r := everyday(t)
	r.want("80F2000C00", "9000")
	r.want("80F20100", "6C"+lengthOf(r, "80F2000000"))
	r.fails("80F2000100", card.SWConditions)
	r.usim()
	r.gives("80F2000100", "8410 A0000000871002FF86FFFF8900000100")
	r.fails("80F2030000", card.SWWrongP1P2)
	r.fails("80F2000200", card.SWWrongP1P2)
	r.fails("80F2000001FF", card.SWWrongLength)
	r.fails("00F2000000", card.SWNoClass)
}

func lengthOf(r *rig, apdu string) string {
	r.Helper()
	return string("0123456789ABCDEF"[len(r.ok(apdu))>>4]) + string("0123456789ABCDEF"[len(r.ok(apdu))&15])
}
