package card_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
)

// canary is what must never be told: 16 bytes that nothing else has.
const canary = "C0FFEE11D00DFEEDC0FFEE22D00DFEED"

// leaky is a card that answers every read and GET RESPONSE with the canary and
// takes everything else; a SELECT of an EF named in sfis tells its SFI.
func leaky(t *testing.T, sfis map[string]string) *cardtest.Func {
	t.Helper()
	return cardtest.NewFunc(t, func(b []byte) ([]byte, error) {
		switch b[1] {
		case 0xA4, 0x04, 0x44, 0xE0:
			if tag, ok := sfis[fmt.Sprintf("%X", b[len(b)-2:])]; ok {
				return cardtest.Hex("62 07 8202 4121 8801" + tag + "9000"), nil
			}
			return cardtest.Hex("9000"), nil
		case 0x70:
			return cardtest.Hex("01 9000"), nil
		case 0xB0:
			if b[2]&0x80 != 0 && b[2]&0x1F == 0x1E {
				return cardtest.Hex("6A82"), nil // no such SFI
			}
		}
		return cardtest.Hex(canary + "9000"), nil
	})
}

// tell sends APDUs in one armed step and returns whether the canary is told,
// and the rows.
func tell(t *testing.T, f card.Transport, apdus string) (bool, []card.Exchange) {
	t.Helper()
	s, o, err := openOn(t, f, card.Options{Mode: card.WriteArmed})
	if err != nil {
		t.Fatal(err)
	}
	err = read(t, s, func(x *card.Tx) error {
		for _, a := range strings.Fields(apdus) {
			if _, err := x.Send(raw(t, a)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, e := range o.rows {
		for _, part := range [][]byte{e.Command, e.Response} {
			told = told || bytes.Contains(part, cardtest.Hex(canary)[:4])
		}
		for _, h := range e.Hidden {
			field := e.Command
			if h.Response {
				field = e.Response
			}
			if h.Off < 0 || h.Len < 1 || h.Off+h.Len > len(field) || h.Word == "" {
				t.Errorf("span %+v of %d bytes", h, len(field))
			}
		}
	}
	return told, o.rows
}

const (
	aidSel   = "00A4040410" + usim
	readAll  = "00B0000010"
	readRec  = "00B2010410"
	writeAll = "00D6000010" + canary
	writeRec = "00DC010410" + canary
)

// secretPaths lists, for each key file, the APDUs that make it current.
func secretPaths() []string {
	out := []string{aidSel + " 00A40804067FFF5F334F01"} // a DF.EAP
	for _, p := range card.SecretPairs() {
		switch {
		case p[0] == card.FIDADF:
			out = append(out, fmt.Sprintf("%s 00A40804047FFF%s", aidSel, p[1]))
		case p[0]>>8 == 0x5F:
			out = append(out, fmt.Sprintf("%s 00A40804067FFF%s%s", aidSel, p[0], p[1]))
		default:
			out = append(out, fmt.Sprintf("00A4080404%s%s", p[0], p[1]))
		}
	}
	return out
}

func TestSecretFilesAreNotTold(t *testing.T) {
	for _, way := range secretPaths() {
		for _, then := range []string{
			readAll, readRec, writeAll, writeRec, "80CB800010", "80DB800010" + canary, "00A2010410" + canary,
			"80CB000010", "80DB000010" + canary, "8032000010" + canary, "00A2010612" + "0400" + canary,
			"00D0000010" + canary, "00D2010410" + canary, "00DD010410" + canary, "00E2000010" + canary,
			readAll + " 00C0000010", readAll + " 00C0000010 00C0000010",
			"00B0FF0010 " + readAll, // SFI 1F: whatever it is, not the end of it
			"00B09E0010 " + readAll, // no such SFI: the file stays current
			"00CB3FFF10 " + readAll, // not a file command on other cards
			"80F2000010 " + readAll, // STATUS in between
		} {
			if strings.Contains(then, "80F2") || strings.Contains(then, "00CB") || strings.Contains(then, "B0FF") {
				// The one in between is not about the file of keys; only what
				// comes after it counts.
				checkLast(t, way+" "+then)
				continue
			}
			if told, _ := tell(t, leaky(t, nil), way+" "+then); told {
				t.Errorf("%s %s tells the secret", way, then)
			}
		}
	}
}

// checkLast looks at the last exchange only.
func checkLast(t *testing.T, apdus string) {
	t.Helper()
	_, rows := tell(t, leaky(t, nil), apdus)
	if e := rows[len(rows)-1]; bytes.Contains(e.Response, cardtest.Hex(canary)[:4]) && !strings.Contains(apdus, "B0FF") {
		t.Errorf("%s tells the secret", apdus)
	}
}

func TestSecretFilesOtherwiseReached(t *testing.T) {
	for _, tt := range []struct{ name, apdus string }{
		{"by FID", aidSel + " 00A40004026F08 " + readAll},
		{"by FID below a DF", aidSel + " 00A40004025F3B 00A40004024F20 " + readAll},
		{"by FID from a DF beside it", aidSel + " 00A40004025F3A 00A40004025F3B 00A40004024F52 " + readAll},
		{"by FID and back up", aidSel + " 00A40004025F3B 00A40004027FFF 00A40004026F08 " + readAll},
		{"by path from the current DF", aidSel + " 00A40904026F08 " + readAll},
		{"in no known directory", "00A40004027FFF 00A40004026F08 " + readAll},
		{"without a known application", "00A40804047FFF6F08 " + readAll},
		{"as child of an unknown one", "00A4020C026F08 " + readAll},
		{"2G EF.Kc", "A0A40000027F20 A0A40000026F20 A0B0000009"},
		{"2G EF.Kc from a DF beside", "A0A40000027F10 A0A40000027F20 A0A40000026F20 A0B0000009"},
		{"2G, updated", "A0A40000027F20 A0A40000026F20 A0D6000010" + canary},
		{"by SFI", aidSel + " 00B0880010"},
		{"by SFI, KeysPS", aidSel + " 00B0890010"},
		{"by SFI, NSC record", aidSel + " 00B201C410"},
		{"by SFI below a DF", aidSel + " 00A40004025F3B 00B0810010"},
		{"by SFI, 5G keys", aidSel + " 00A40004025FC0 00B201" + "2C" + "10"},
		{"by SFI of the FID's low bits", "00A4000402A515 00B08A0010"},
		{"by SFI, EAP keys", aidSel + " 00A40004025F33 00B0810010"},
		{"by SFI, updated", aidSel + " 00D6880010" + canary},
		{"by SFI, then the current EF", aidSel + " 00B0880010 " + readAll},
		{"by SFI, then one that is not there, then the current EF", aidSel + " 00B0880010 00B09E0010 " + readAll},
		{"by SFI, then GET RESPONSE", aidSel + " 00B0880010 00C0000010"},
		{"by SFI from nowhere", "01B0880010"},
		{"by odd instruction and FID", aidSel + " 00B16F08045402000000"},
		{"by odd instruction, updated", aidSel + " 00D76F0810" + canary},
		{"by odd instruction and SFI", aidSel + " 00B10008045402000000"},
		{"on channel 1", "01A4040410" + usim + " 01A40004026F08 01B0000010"},
		{"on channel 5", "41A4040410" + usim + " 41A40004026F08 41B0000010"},
		{"on a channel that took it over", aidSel + " 00A40004026F08 0070000001 01B0000010"},
		{"on a channel opened again", aidSel + " 01A40004026F07 0170800100 0070000001 01B0000010"},
		{"with secure messaging", aidSel + " 00A40004026F08 0CB0000010"},
		{"made current by DEACTIVATE", aidSel + " 0004000002" + "6F08 " + readAll},
		{"made current by ACTIVATE, path", aidSel + " 0044080004" + "7FFF6F08 " + readAll},
		{"after CREATE FILE", aidSel + " 00A40004026F07 00E000000462028300 " + readAll},
		{"after an ended application session", aidSel + " 00A4044410" + usim + " " + readAll},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if told, rows := tell(t, leaky(t, nil), tt.apdus); told {
				for _, e := range rows {
					t.Logf("% X | % X", e.Command, e.Response)
				}
				t.Error("it is told")
			}
		})
	}
	t.Run("by an SFI that the card gave", func(t *testing.T) {
		f := leaky(t, map[string]string{"6F08": "98"}) // SFI 13
		if told, _ := tell(t, f, aidSel+" 00A40004026F08 00A40004026F07 00B0930010"); told {
			t.Error("it is told")
		}
	})
}

// TestOtherFilesAreTold keeps the tests above honest.
func TestOtherFilesAreTold(t *testing.T) {
	for _, apdus := range []string{
		aidSel + " 00A40804047FFF6F07 " + readAll,
		aidSel + " 00A40804047FFF6F07 " + writeAll,
		aidSel + " 00A40804067FFF5F3A4F20 " + readAll, // Kc's FID in the phone book
		aidSel + " 00A40804067FFF5FC04F01 " + readAll,
		"00A40804047F106F08 " + readAll,
		aidSel + " 00B0870010",
		aidSel + " 00A40804047FFF6F08 00B0870010 " + readAll,
		aidSel + " 00A40804047FFF6F08 00A40804047FFF6F07 " + readAll,
		aidSel + " 00A40804047FFF6F08 00A40804047FFF6F07 00C0000010",
		"80CA9F7F00",
		"80E2910003BF2E00",
	} {
		if told, _ := tell(t, leaky(t, nil), apdus); !told {
			t.Errorf("%s: nothing is told", apdus)
		}
	}
}

func TestSecretCommandsAreNotTold(t *testing.T) {
	for _, ins := range []byte{0x20, 0x21, 0x24, 0x25, 0x2D, 0x26, 0x28, 0x2C, 0x88, 0x89, 0x82, 0x86, 0x87, 0x2A, 0xD8, 0xE2} {
		for _, cla := range []byte{0x00, 0x01, 0x0C, 0x41, 0x80, 0x84, 0xC2, 0xA0, 0x10} {
			// STORE DATA and PUT KEY may answer in clear.
			answers := ins != 0xD8 && ins != 0xE2
			f := cardtest.NewFunc(t, func(b []byte) ([]byte, error) {
				if b[1] == 0xA4 || !answers && b[1] != 0xC0 {
					return cardtest.Hex("9000"), nil
				}
				if !answers {
					return cardtest.Hex("00 9000"), nil
				}
				return cardtest.Hex(canary + "6F00"), nil
			})
			apdu := fmt.Sprintf("%02X%02X000110%s", cla, ins, canary)
			if told, rows := tell(t, f, apdu+" "+apdu+"00 "+fmt.Sprintf("%02XC0000010", cla&0x03)); told {
				for _, e := range rows {
					t.Logf("% X | % X", e.Command, e.Response)
				}
				t.Errorf("%02X %02X is told", cla, ins)
			}
			long := fmt.Sprintf("%02X%02X0001000101%s%s", cla, ins, canary, strings.Repeat("C0FFEE11", 60)+"11")
			if told, _ := tell(t, f, long); told {
				t.Errorf("%02X %02X in its extended form is told", cla, ins)
			}
		}
	}
}

func TestHiddenWords(t *testing.T) {
	for apdu, want := range map[string]string{
		"002000010831323334FFFFFFFF":      "PIN",
		"0020000A08" + "0102030405060708": "key",
		"A020000A08" + "0102030405060708": "PIN",
		"0088008102" + "0102":             "challenge",
		"80D8000002" + "0102":             "key data",
		"0082000002" + "0102":             "key",
	} {
		f := cardtest.NewFunc(t, func([]byte) ([]byte, error) { return cardtest.Hex("9000"), nil })
		_, rows := tell(t, f, apdu)
		e := rows[len(rows)-1]
		if len(e.Hidden) != 1 || e.Hidden[0].Word != want || e.Hidden[0].Off != 5 || e.Hidden[0].Len != len(e.Command)-5 {
			t.Errorf("%s: %+v", apdu, e.Hidden)
		}
		if !bytes.Equal(e.Command[:5], cardtest.Hex(apdu)[:5]) {
			t.Errorf("the header of %s became % X", apdu, e.Command)
		}
	}
}

func TestSecretFile(t *testing.T) {
	app := aid(t, usim)
	for _, tt := range []struct {
		p    card.Path
		want bool
	}{
		{card.PathOf(app, 0x6F08), true},
		{card.PathOf(app, 0x6F07), false},
		{card.PathOf("", 0x7F20, 0x6F20), true},
		{card.PathOf("", 0x7F10, 0x6F20), false},
		{card.PathOf("", 0x6F08), false},
		{card.PathOf(app, 0x5F3B, 0x4F20), true},
		{card.PathOf(app, 0x5F3A, 0x4F20), false},
		{card.PathOf(app, 0x5F33, 0x4F01), true}, // a DF.EAP
		{card.PathOf(app, 0x5F3A, 0x4F01), false},
		{card.PathOf("", 0x7F10, 0x4F01), false},
		{card.Path{}, false},
		{card.Path{App: app}, false},
	} {
		if card.SecretFile(tt.p) != tt.want {
			t.Errorf("%s", tt.p)
		}
	}
}

func TestHiddenSpanOfExtendedCommands(t *testing.T) {
	for _, tt := range []struct {
		data int
		le   string
	}{{257, ""}, {257, "0000"}, {8, "0101"}} {
		f := cardtest.NewFunc(t, func([]byte) ([]byte, error) { return cardtest.Hex("9000"), nil })
		apdu := fmt.Sprintf("0020000100%04X%s%s", tt.data, strings.Repeat("EE", tt.data), tt.le)
		_, rows := tell(t, f, apdu)
		e := rows[len(rows)-1]
		if len(e.Hidden) != 1 || e.Hidden[0].Off != 7 || e.Hidden[0].Len != tt.data || bytes.Contains(e.Command, []byte{0xEE}) {
			t.Errorf("%d bytes, Le %q: %+v", tt.data, tt.le, e.Hidden)
		}
		if want := cardtest.Hex(apdu); !bytes.Equal(e.Command[:7], want[:7]) || !bytes.Equal(e.Command[7+tt.data:], want[7+tt.data:]) {
			t.Errorf("%d bytes: the rest of the command became % X", tt.data, e.Command[:8])
		}
	}
}
