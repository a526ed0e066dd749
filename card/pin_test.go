package card_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/safe"
)

func secret(s string) safe.Secret { return safe.NewSecret([]byte(s)) }

func TestPINRefNames(t *testing.T) {
	for _, tt := range []struct {
		ref   card.PINRef
		kind  card.PINKind
		local bool
		name  string
		puk   string
	}{
		{0x01, card.PINApplication, false, "PIN1", "PUK1"},
		{0x02, card.PINApplication, false, "PIN appl 2", "PUK of PIN appl 2"},
		{0x08, card.PINApplication, false, "PIN appl 8", ""},
		{0x11, card.PINUniversal, false, "Universal PIN", "PUK of Universal PIN"},
		{0x0A, card.PINAdm, false, "ADM1", ""},
		{0x0E, card.PINAdm, false, "ADM5", ""},
		{0x8A, card.PINAdm, true, "ADM6", ""},
		{0x8E, card.PINAdm, true, "ADM10", ""},
		{0x81, card.PINSecond, true, "PIN2", "PUK2"},
		{0x82, card.PINSecond, true, "PIN2 appl 2", ""},
		{0x88, card.PINSecond, true, "PIN2 appl 8", ""},
		{0x00, card.PINUnknown, false, "reference 00", ""},
		{0x09, card.PINUnknown, false, "reference 09", ""},
		{0x0F, card.PINUnknown, false, "reference 0F", ""},
		{0x8F, card.PINUnknown, true, "reference 8F", ""},
	} {
		if tt.ref.Kind() != tt.kind || tt.ref.Local() != tt.local || tt.ref.String() != tt.name {
			t.Errorf("%02X: kind %d, local %v, %s", byte(tt.ref), tt.ref.Kind(), tt.ref.Local(), tt.ref)
		}
		if tt.puk != "" && tt.ref.UnblockName() != tt.puk {
			t.Errorf("%02X: PUK is %s", byte(tt.ref), tt.ref.UnblockName())
		}
	}
}

func TestParsePINRef(t *testing.T) {
	for s, want := range map[string]card.PINRef{
		"pin1": 0x01, "PIN": 0x01, " chv1 ": 0x01, "pin2": 0x81, "CHV2": 0x81, "universal": 0x11, "upin": 0x11,
		"adm1": 0x0A, "ADM5": 0x0E, "adm6": 0x8A, "adm10": 0x8E, "0x81": 0x81, "0X0a": 0x0A, "0x02": 0x02,
	} {
		if got, err := card.ParsePINRef(s); err != nil || got != want {
			t.Errorf("%q: %02X, %v", s, byte(got), err)
		}
	}
	for _, s := range []string{"", "pin3", "adm", "adm0", "adm11", "adm-1", "0x", "0x00", "0x101", "0xzz", "81", "1234"} {
		if got, err := card.ParsePINRef(s); !errors.Is(err, card.ErrPINRef) {
			t.Errorf("%q: %02X, %v", s, byte(got), err)
		}
	}
}

func TestParsePINStatus(t *testing.T) {
	for _, tt := range []struct {
		name, hex string
		want      []card.PINState
		bad       bool
	}{
		{"nothing", "", nil, false},
		{"PIN1 on", "90 01 80 83 01 01", []card.PINState{{Ref: 1, Enabled: true}}, false},
		{
			"PIN1 off, PIN2 on, universal off with usage", "90 01 40 83 01 01 83 01 81 95 01 08 83 01 11",
			[]card.PINState{{Ref: 1}, {Ref: 0x81, Enabled: true}, {Ref: 0x11, Usage: 8, HasUsage: true}},
			false,
		},
		{
			"a usage belongs to one reference", "90 01 E0 95 01 00 83 01 01 83 01 0A 95 01 08 83 01 11",
			[]card.PINState{{Ref: 1, Enabled: true, HasUsage: true}, {Ref: 0x0A, Enabled: true}, {Ref: 0x11, Enabled: true, Usage: 8, HasUsage: true}},
			false,
		},
		{
			"nine references", "90 02 00 80" + strings.Repeat("83 01 0A", 8) + "83 01 81",
			append(slices.Repeat([]card.PINState{{Ref: 0x0A}}, 8), card.PINState{Ref: 0x81, Enabled: true}),
			false,
		},
		{"too few bits", "90 01 80" + strings.Repeat("83 01 01", 9), slices.Concat([]card.PINState{{Ref: 1, Enabled: true}}, slices.Repeat([]card.PINState{{Ref: 1}}, 7)), true},
		{"no PS_DO", "83 01 01 95 01 08 83 01 11", []card.PINState{{Ref: 1, Unknown: true}, {Ref: 0x11, Usage: 8, HasUsage: true, Unknown: true}}, false},
		{"an empty PS_DO", "90 00 83 01 01", nil, true},
		{"a long reference", "90 01 80 83 02 01 01", nil, true},
		{"an empty reference", "90 01 80 83 00", nil, true},
		{"cut short", "90 01 80 83 01 01 83", []card.PINState{{Ref: 1, Enabled: true}}, true},
		{"an empty usage", "90 01 80 95 00 83 01 01", []card.PINState{{Ref: 1, Enabled: true}}, false},
	} {
		got, err := card.ParsePINStatus(cardtest.Hex(tt.hex))
		if !slices.Equal(got, tt.want) || errors.Is(err, card.ErrPINTemplate) != tt.bad || (err != nil) != tt.bad {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
	info := cardtest.Hex("62 0E 82 02 78 21 83 02 3F 00 C6 06 90 01 80 83 01 01")
	info[1] = byte(len(info) - 2)
	if got, err := card.PINStatusOf(info); err != nil || len(got) != 1 || !got[0].Enabled {
		t.Errorf("in an FCP: %+v, %v", got, err)
	}
	if got, err := card.PINStatusOf(cardtest.Hex("62 04 82 02 78 21")); got != nil || err != nil {
		t.Errorf("without C6: %+v, %v", got, err)
	}
	if got, err := card.PINStatusOf(nil); got != nil || err != nil {
		t.Errorf("without an FCP: %+v, %v", got, err)
	}
}

func TestParseGSMStatus(t *testing.T) {
	header := cardtest.Hex("0000 0000 7F20 02 00 00 00 00 00 0A 13 05 0A 04 00 83 8A 82 8A 00")
	st, ok := card.ParseGSMStatus(header)
	want := card.GSMStatus{
		CHV1Enabled: true, HasSecond: true,
		CHV1: card.Tries{Known: true, Left: 3}, Unblock1: card.Tries{Known: true, Left: 10},
		CHV2: card.Tries{Known: true, Left: 2}, Unblock2: card.Tries{Known: true, Left: 10},
	}
	if !ok || st != want {
		t.Errorf("%+v, %v", st, ok)
	}
	header[13], header[18], header[20] = 0x93, 0x80, 0x03
	st, _ = card.ParseGSMStatus(header)
	if st.CHV1Enabled || !st.CHV1.Blocked || !st.CHV1.Known || st.CHV2.Known || st.CHV2.Blocked {
		t.Errorf("off, blocked, not initialised: %+v", st)
	}
	if st, ok := card.ParseGSMStatus(header[:20]); !ok || st.HasSecond || st.CHV2.Known {
		t.Errorf("20 bytes: %+v, %v", st, ok)
	}
	if _, ok := card.ParseGSMStatus(header[:19]); ok {
		t.Error("19 bytes are taken")
	}
}

func TestPadPIN(t *testing.T) {
	for _, tt := range []struct {
		ref     card.PINRef
		unblock bool
		in      string
		want    string // empty: refused
	}{
		{card.RefPIN1, false, "1234", "1234\xff\xff\xff\xff"},
		{card.RefPIN1, false, "12345678", "12345678"},
		{card.RefPIN2, false, "00000", "00000\xff\xff\xff"},
		{card.RefPIN1, false, "", ""},
		{card.RefPIN1, false, "123", ""},
		{card.RefPIN1, false, "123456789", ""},
		{card.RefPIN1, false, "12a4", ""},
		{card.RefPIN1, false, "12 4", ""},
		{card.RefPIN1, false, "１２３４", ""},
		{card.RefPIN1, true, "12345678", "12345678"},
		{card.RefPIN1, true, "1234567", ""},
		{card.RefPIN1, true, "123456789", ""},
		{card.RefADM1, false, "\x01\x02\x03\x04\x05\x06\x07\x08", "\x01\x02\x03\x04\x05\x06\x07\x08"},
		{card.RefADM1, false, "abcd", "abcd\xff\xff\xff\xff"},
		{card.RefADM1, false, "0123456789ABCDEF", "0123456789ABCDEF"},
		{card.RefADM1, false, "0123456789ABCDEF0", ""},
		{card.RefADM1, false, "", ""},
		{card.RefADM1, true, "abcdefgh", ""},
	} {
		s, err := card.PadPIN(tt.ref, tt.unblock, secret(tt.in))
		var got string
		s.Use(func(b []byte) { got = string(b) })
		if got != tt.want || (tt.want == "") != errors.Is(err, card.ErrPINForm) {
			t.Errorf("%s unblock %v %q: %q, %v", tt.ref, tt.unblock, tt.in, got, err)
		}
		if err != nil && tt.in != "" && strings.Contains(err.Error(), tt.in) {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	if _, err := card.PadPIN(card.RefPIN1, false, safe.Secret{}); !errors.Is(err, card.ErrPINForm) {
		t.Errorf("no secret at all: %v", err)
	}
}

func TestPINErrorText(t *testing.T) {
	for _, tt := range []struct {
		e    card.PINError
		want string
	}{
		{card.PINError{Ref: card.RefPIN1, Known: true, Left: 2, SW: 0x63C2}, "PIN1 is wrong, 2 tries left (63C2)"},
		{card.PINError{Ref: card.RefPIN2, Unblock: true, Known: true, Blocked: true, SW: 0x6983}, "PUK2 is blocked (6983)"},
		{card.PINError{Ref: card.RefADM1, SW: 0x9804}, "ADM1 was refused (9804)"},
	} {
		if tt.e.Error() != tt.want {
			t.Errorf("%q, want %q", tt.e.Error(), tt.want)
		}
	}
}
