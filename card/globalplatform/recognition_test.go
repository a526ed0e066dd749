package globalplatform

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"simscope/card/cardtest"
)

// Card data of two real cards, published with GlobalPlatformPro (its test
// TestParseTags, testOther).
func TestRecognition(t *testing.T) {
	r, whole, err := ParseRecognition(cardtest.Hex("664C734A06072A864886FC6B01600C060A2A864886FC6B02020101630906072A864886FC6B03640B06092A864886FC6B040215650B06092B8510864864020103660C060A2B060104012A026E0102"))
	want := Recognition{
		Version: "2.1.1", Management: "1.2.840.114283.2.2.1.1", Scheme: "1.2.840.114283.3", GlobalPlatform: true,
		Protocols:     []Protocol{{ID: 2, Options: []byte{0x15}, OID: "1.2.840.114283.4.2.21"}},
		Configuration: "1.3.656.840.100.2.1.3", Chip: "1.3.6.1.4.1.42.2.110.1.2",
	}
	if err != nil || !whole || !reflect.DeepEqual(r, want) {
		t.Errorf("%+v, %v, %v\nwant %+v", r, whole, err, want)
	}
	r, whole, err = ParseRecognition(cardtest.Hex("6657735506072A864886FC6B01600B06092A864886FC6B020202630906072A864886FC6B03640B06092A864886FC6B040370640B06092A864886FC6B048000650A06082A864886FC6B0504660C060A2B060104012A026E0103"))
	if err != nil || r.Version != "2.2" || len(r.Protocols) != 2 || r.Protocols[0].Name() != "SCP03" || r.Protocols[0].Options[0] != 0x70 {
		t.Errorf("%+v, %v, %v", r, whole, err)
	}
	// This card writes the protocol 80 in one byte: 04 80 00.
	if p := r.Protocols[1]; p.Name() != "SCP80" || len(p.Options) != 1 || p.Options[0] != 0 || !whole {
		t.Errorf("%+v, %v", p, whole)
	}
	for _, bad := range []string{"", "66", "6600", "660273", "66027300", "6604730206", "73020600"} {
		if r, whole, err := ParseRecognition(cardtest.Hex(padEven(bad))); err == nil && whole && r.GlobalPlatform {
			t.Errorf("%s was taken for card data", bad)
		}
	}
}

func padEven(s string) string {
	if len(s)%2 == 1 {
		return s + "0"
	}
	return s
}

func TestObjectIdentifiers(t *testing.T) {
	for in, want := range map[string]string{
		"2A864886FC6B01": "1.2.840.114283.1", "8837": "2.999", "00": "0.0", "2A": "1.2", "": "", "80": "80", "2A86": "2A86", "2A8001": "2A8001",
		"FFFFFFFFFFFFFFFFFF7F": "FFFFFFFFFFFFFFFFFF7F", strings.Repeat("01", 40): strings.Repeat("01", 40),
	} {
		if got := dotted(cardtest.Hex(in)); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}

// The options that names as SCP02 i=15 and i=55, SCP03 i=70 stand for.
func TestProtocolOptions(t *testing.T) {
	for _, c := range []struct {
		p     Protocol
		i     byte
		want  []string
		known bool
	}{
		{Protocol{ID: 2}, 0x15, []string{"three_keys", "mac_modified", "explicit", "icv_zero", "icv_encrypted", "no_rmac", "unknown_random"}, true},
		{Protocol{ID: 2}, 0x55, []string{"three_keys", "mac_modified", "explicit", "icv_zero", "icv_encrypted", "no_rmac", "known_random"}, true},
		{Protocol{ID: 3}, 0x70, []string{"s8", "pseudo_random", "rmac_renc"}, true},
		{Protocol{ID: 3}, 0x01, []string{"s16", "random", "no_rmac"}, true},
		{Protocol{ID: 3}, 0x80, []string{"s8", "random", "no_rmac"}, false},
		{Protocol{ID: 0x80}, 0, nil, false},
	} {
		got, known := c.p.Meanings(c.i)
		if !slices.Equal(got, c.want) || known != c.known {
			t.Errorf("%s i=%02X: %v, %v", c.p.Name(), c.i, got, known)
		}
	}
	b, err := json.Marshal(Protocol{ID: 3, Options: []byte{0x70}, Keys: 5})
	if want := `{"name":"SCP03","options":[{"i":"70","says":["s8","pseudo_random","rmac_renc"]}],"keys":["aes128","aes256"]}`; err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}

// Card capabilities published with GlobalPlatformPro (TestParseTags), the
// second with its tag twice.
func TestCapabilities(t *testing.T) {
	c, whole, err := ParseCapabilities(cardtest.Hex("6735A00E8001038106001020306070820107A007800102810215558103FF9E0082031E160083010284018F8502FF028602FF028702FF02"))
	if err != nil || !whole || len(c.Protocols) != 2 || len(c.Protocols[0].Options) != 6 || c.Protocols[0].Keys != 7 || c.Protocols[1].ID != 2 {
		t.Errorf("%+v, %v, %v", c, whole, err)
	}
	if !slices.Equal(c.Hashes, []string{"sha256"}) || !slices.Equal(c.Ciphers, []string{"3des", "aes128", "aes192", "aes256"}) || len(c.DAP) != 9 {
		t.Errorf("%+v", c)
	}
	c, whole, err = ParseCapabilities(cardtest.Hex("673A6738A006800102810155A00A8001038102001082010781039EFE8082031E03008301028504010208408602040887040102084088050102030405"))
	if err != nil || !whole || len(c.Protocols) != 2 || len(c.DomainPrivileges) != 13 {
		t.Errorf("%+v, %v, %v", c, whole, err)
	}
	for _, bad := range []string{"", "66", "6600", "A000"} {
		if _, _, err := ParseCapabilities(cardtest.Hex(bad)); err == nil {
			t.Errorf("%s was taken for capabilities", bad)
		}
	}
}

// Privileges as GlobalPlatformPro's tests name them (TestParseTags,
// testPrivileges).
func TestPrivileges(t *testing.T) {
	if got := Privileges(cardtest.Hex("80C000")); !slices.Equal(got, []string{"security_domain", "trusted_path", "authorized_management"}) {
		t.Error(got)
	}
	if got := Privileges(cardtest.Hex("9EFE80")); len(got) != 13 {
		t.Error(got)
	}
	// A bit that counts only with another one.
	if got := Privileges([]byte{0x40}); len(got) != 0 {
		t.Error(got)
	}
	if got := Privileges([]byte{0xC1}); !slices.Equal(got, []string{"security_domain", "mandated_dap_verification"}) {
		t.Error(got)
	}
}

func TestResources(t *testing.T) {
	r, whole, err := ParseResources(cardtest.Hex("FF2110 810102 820400010000 83020800"))
	if err == nil && whole { // the length is one too many
		t.Errorf("%+v", r)
	}
	r, whole, err = ParseResources(cardtest.Hex("FF210D 810102 820400010000 83020800"))
	if err != nil || !whole || *r.Applications != 2 || *r.NonVolatile != 65536 || *r.Volatile != 2048 {
		t.Errorf("%+v, %v, %v", r, whole, err)
	}
	if _, whole, _ := ParseResources(cardtest.Hex("FF210A 8208FFFFFFFFFFFFFFFF")); whole {
		t.Error("a number of eight bytes is taken")
	}
}
