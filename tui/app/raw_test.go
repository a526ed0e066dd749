package app

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every way to write a command that holds a secret or spends one is refused:
// on any logical channel, chained, secured, in class A0, in extended length,
// with and without data.
func TestCheckRawGuardsEveryForm(t *testing.T) {
	secret := []byte("31323334")
	var classes []byte
	for i := range 256 {
		classes = append(classes, byte(i))
	}
	for _, cla := range classes {
		for _, ins := range []byte{0x20, 0x21, 0x24, 0x26, 0x28, 0x2C, 0x82, 0x86, 0x87, 0x88, 0x89, 0x2A} {
			short := append([]byte{cla, ins, 0, 1, byte(len(secret))}, secret...)
			extended := append([]byte{cla, ins, 0, 1, 0, 0, byte(len(secret))}, secret...)
			for name, apdu := range map[string][]byte{
				"short": short, "short with Le": append(bytes.Clone(short), 0),
				"extended": extended, "extended with Le": append(bytes.Clone(extended), 0, 0),
			} {
				c, err := CheckRaw(apdu)
				if !errors.Is(err, ErrGuarded) || c.Data != nil {
					t.Fatalf("%02X %02X %s: %+v, %v", cla, ins, name, c, err)
				}
				if told := fmt.Sprint(err, Explain(err, "")); strings.Contains(told, "31323334") || strings.Contains(told, hex.EncodeToString(secret)) {
					t.Fatalf("%02X %02X: the bytes are told: %s", cla, ins, told)
				}
			}
		}
	}
}

func TestCheckRaw(t *testing.T) {
	for _, tt := range []struct {
		apdu string
		want error
	}{
		{"00A40004023F00", nil},
		{"00B0000000", nil},
		{"A0C000000A", nil},
		{"0020000100", nil},               // asks for tries
		{"00200001", nil},                 // the same, case 1
		{"002C000100", nil},               // of the PUK
		{"4020000100", nil},               // on a further channel
		{"A020000100", ErrGuarded},        // class A0 has no such question
		{"0020030100", ErrGuarded},        // another P1 is another command
		{"8020000100", ErrGuarded},        // nor has a proprietary class
		{"0024000100", ErrGuarded},        // CHANGE without data
		{"00D600000101", nil},             // a write: the session's mode decides
		{"80E60C0000", nil},               // the same for GlobalPlatform
		{"", card.ErrNotAPDU},             // nothing
		{"0020", card.ErrNotAPDU},         // too short
		{"00B0", card.ErrNotAPDU},         // too short
		{"00A4000402", nil},               // five bytes are case 2: what would be Lc is Le
		{"002000010831", card.ErrNotAPDU}, // cut short: not repeated either
	} {
		c, err := CheckRaw(unhex(t, tt.apdu))
		if !errors.Is(err, tt.want) || tt.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", tt.apdu, err, tt.want)
		}
		if err == nil {
			if b, err := c.Bytes(); err != nil || !strings.EqualFold(hex.EncodeToString(b), tt.apdu) {
				t.Errorf("%s became %X, %v", tt.apdu, b, err)
			}
		}
	}
}

func TestSendRaw(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	cmds := func(apdus ...string) []card.Command {
		var out []card.Command
		for _, s := range apdus {
			cmd, err := CheckRaw(unhex(t, s))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, cmd)
		}
		return out
	}
	got, err := c.SendRaw(t.Context(), cmds("00A40804022FE2", "00B000000A", "00B0FF0001"))
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got[0].SW != card.SWDone || len(got[0].Data) == 0 || got[0].Data[0] != 0x62 {
		t.Errorf("SELECT: %+v", got[0])
	}
	if got[1].SW != card.SWDone || len(got[1].Data) != 10 || got[1].Masked {
		t.Errorf("READ BINARY: %+v", got[1])
	}
	if got[2].SW.OK() || got[2].Command.INS != card.InsReadBinary {
		t.Errorf("a refusal is an answer: %+v", got[2])
	}
	if _, err := c.SendRaw(t.Context(), nil); err != nil {
		t.Errorf("nothing to send: %v", err)
	}

	// A write stops at the mode; what was answered before it is there.
	before := len(p.log())
	got, err = c.SendRaw(t.Context(), cmds("00A40804022FE2", "00D6000001FF", "00B000000A"))
	var ge *card.GateError
	if !errors.As(err, &ge) || len(got) != 1 || got[0].SW != card.SWDone {
		t.Errorf("%+v, %v", got, err)
	}
	for _, s := range p.log()[before:] {
		if s.apdu[1] == card.InsUpdateBinary {
			t.Error("a write was sent while the session is read-only")
		}
	}
	if err := c.Session.SetMode(card.WriteArmed); err != nil {
		t.Fatal(err)
	}
	got, err = c.SendRaw(t.Context(), cmds("00A40804022FE2", "00D6000001FF"))
	if err != nil || len(got) != 2 || got[1].SW.OK() {
		t.Errorf("armed, but not permitted by the card: %+v, %v", got, err)
	}
	if ops := c.Ops.Rows(); len(ops) != 1 || !ops[0].Done || ops[0].Result.SW != got[1].SW {
		t.Errorf("recorded: %+v", ops)
	}
}

// Content of files of keys is marked, so that a screen does not print it.
func TestSendRawMarksKeys(t *testing.T) {
	c := opened(t, cards(t), "everyday", OpenOptions{})
	if _, err := verify1("1234")(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	sel := append([]byte{0, 0xA4, 4, 4, byte(len(usim1))}, usim1...)
	var cmds []card.Command
	for _, b := range [][]byte{sel, unhex(t, "00A40004026F08"), unhex(t, "00B0000021")} {
		cmd, err := CheckRaw(b)
		if err != nil {
			t.Fatal(err)
		}
		cmds = append(cmds, cmd)
	}
	got, err := c.SendRaw(t.Context(), cmds)
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	if !got[2].Masked || len(got[2].Data) == 0 || got[0].Masked {
		t.Errorf("EF.Keys: %+v", got[2])
	}
}

func TestSendRawFromACardThatIsGone(t *testing.T) {
	p := cards(t)
	c := opened(t, p, "everyday", OpenOptions{})
	if _, err := p.Remove("everyday"); err != nil {
		t.Fatal(err)
	}
	cmd, err := CheckRaw(unhex(t, "00B000000A"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.SendRaw(t.Context(), []card.Command{cmd}); !errors.Is(err, &card.TransportError{Kind: card.KindGone}) || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// A command that acts on what is current says on which file of an earlier step
// it counts; one behind a SELECT of its own step, or with a SELECT refused,
// says so too or not.
func TestRawSaysWhatItCountsOn(t *testing.T) {
	_, c := authCard(t, "lab")
	for _, tc := range []struct {
		send string
		want []bool
	}{
		{"00A40004023F00 00A40004022FE2 00B000000A", []bool{false, false, false}},
		{"00B000000A", []bool{true}},
		{"00A4000C02EEEE 00B000000A", []bool{false, true}}, // refused
		{"00F2000000", []bool{false}},                      // it asks what is current
		{"00B0820001", []bool{true}},                       // by SFI, in the current directory
	} {
		var cmds []card.Command
		for _, s := range strings.Fields(tc.send) {
			cmd, err := CheckRaw(unhex(t, s))
			if err != nil {
				t.Fatal(err)
			}
			cmds = append(cmds, cmd)
		}
		got, err := c.SendRaw(t.Context(), cmds)
		if err != nil || len(got) != len(tc.want) {
			t.Fatalf("%s: %+v %v", tc.send, got, err)
		}
		for i, r := range got {
			if r.HasEarlier != tc.want[i] {
				t.Errorf("%s: the %d. says %v (%s)", tc.send, i+1, r.HasEarlier, c.Files.Name(r.Earlier))
			}
		}
	}
}
