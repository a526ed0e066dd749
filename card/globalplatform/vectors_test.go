package globalplatform

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"simscope/fs/ef/vectors"
)

// Every fact of the published objects of this package is a value that is read
// from them.
func TestPublished(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		if !strings.HasPrefix(v.File, "TLV/global_platform") {
			continue
		}
		n++
		raw, err := hex.DecodeString(v.Hex)
		if err != nil {
			t.Fatal(err)
		}
		got := facts(t, v.File, raw)
		for name, want := range v.Facts {
			value, mapped := got[name]
			if !mapped || fmt.Sprint(value) != fmt.Sprint(want) {
				t.Errorf("%s %s: %s = %v (mapped: %v), want %v", v.File, v.Hex, name, value, mapped, want)
			}
		}
	}
	if n != 11 {
		t.Errorf("%d vectors, want 11", n)
	}
}

func facts(t *testing.T, file string, raw []byte) map[string]any {
	t.Helper()
	m := map[string]any{}
	if strings.HasSuffix(file, "KeyInformationData") {
		keys, ok := ParseKeyInformation(raw)
		if !ok || len(keys) != 1 {
			t.Fatalf("%X: %v, %v", raw, keys, ok)
		}
		m["key_identifier"], m["key_version_number"] = keys[0].Identifier, keys[0].Version
		for i, c := range keys[0].Components {
			m[fmt.Sprintf("key_types[%d].type", i)], m[fmt.Sprintf("key_types[%d].length", i)] = c.Type, c.Length
		}
		return m
	}
	a, ok := ParseAdministration(raw)
	if !ok {
		t.Fatalf("%X does not fit", raw)
	}
	switch {
	case a.Security != nil:
		m["psk_id"], m["kvn"], m["kid"], m["sha_type"] = "hex:"+a.Security.PSKIdentity, a.Security.KeyVersion, a.Security.KeyIdentifier, nil
		if a.Security.Hash != nil {
			m["sha_type"] = *a.Security.Hash
		}
	case a.Host != "":
		m["value"] = a.Host
	default:
		m["value"] = a.URI
	}
	return m
}

func TestCPLC(t *testing.T) {
	raw, _ := hex.DecodeString("4790518147912081350076110000001B0208481276128200000000041234500000000000000000000000")
	want := CPLC{
		ICFabricator: "4790", ICType: "5181", OSID: "4791", OSReleaseDate: "2081", OSReleaseLevel: "3500", ICFabrication: "7611",
		ICSerial: "0000001B", ICBatch: "0208", ModuleFabricator: "4812", ModulePackaging: "7612", ICCManufacturer: "8200", ICEmbedding: "0000",
		PrePersonalizer: "0004", PrePersoDate: "1234", PrePersoEquipment: "50000000", Personalizer: "0000", PersoDate: "0000", PersoEquipment: "00000000",
	}
	for _, in := range [][]byte{raw, append([]byte{0x9F, 0x7F, 42}, raw...)} {
		got, err := ParseCPLC(in)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%X:\n%+v, %v", in, got, err)
		}
	}
	if want.Fabricator() != "NXP" {
		t.Error(want.Fabricator())
	}
	for _, in := range [][]byte{nil, raw[:41], {0x9F, 0x7F, 0}, append([]byte{0x9F, 0x7E, 42}, raw...)} {
		if _, err := ParseCPLC(in); err == nil {
			t.Errorf("%X was taken for CPLC data", in)
		}
	}
}

func TestDates(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for d, want := range map[Date]string{
		"6001": "2026-01-01", "6329": "2016-11-24", "6328": "2026-11-24", "7001": "2017-01-01", "0366": "2020-12-31", "5366": "", "0000": "", "1A11": "", "1367": "", "": "",
	} {
		got, ok := d.Latest(now)
		if s := got.Format(time.DateOnly); ok != (want != "") || ok && s != want {
			t.Errorf("%s is %s, %v, want %s", d, s, ok, want)
		}
	}
}

func TestKeyInformation(t *testing.T) {
	raw, _ := hex.DecodeString("E012C00401018010C00402708808C004030180FFC000")
	raw[1] = byte(len(raw) - 2)
	keys, ok := ParseKeyInformation(raw)
	if ok || len(keys) != 3 || keys[0].Weak() || keys[1].Weak() || keys[2].Components[0].Length != 255 {
		t.Errorf("%+v, %v", keys, ok)
	}
	for kind := byte(0x80); kind <= 0x84; kind++ { // DES in all its modes (GlobalPlatform Card Specification 2.3.1 clause 11.1.8)
		if weak, _ := ParseKeyInformation([]byte{0xC0, 4, 1, 1, kind, 8}); !weak[0].Weak() {
			t.Errorf("a single DES key of type %02X does not stand out", kind)
		}
	}
	if weak, _ := ParseKeyInformation([]byte{0xC0, 4, 1, 1, 0x80, 8}); !weak[0].Weak() {
		t.Error("a key of single DES is not weak")
	}
	ext, ok := ParseKeyInformation([]byte{0xC0, 10, 1, 0x30, 0xFF, 0x88, 0, 32, 1, 0x18, 1, 0x14})
	if !ok || len(ext) != 1 || len(ext[0].Components) != 1 || ext[0].Components[0].Length != 32 || ext[0].Components[0].Type != "aes" {
		t.Errorf("%+v, %v", ext, ok)
	}
}

// The names of GlobalPlatform Card Specification 2.3.1 table 11-16, as
// GlobalPlatformPro (GPKeyInfo) and the GlobalPlatform library of K. Ohme
// (GP211_KEY_TYPE_...) have them.
func TestKeyTypes(t *testing.T) {
	for kind, want := range map[byte]string{
		0x80: "des", 0x81: "triple_des", 0x82: "triple_des_cbc", 0x83: "des_ecb", 0x84: "des_cbc", 0x85: "tls_psk", 0x88: "aes",
		0x86: "unknown", 0x89: "unknown", 0x90: "hmac_sha1", 0x91: "hmac_sha1_160", 0xA0: "rsa_public_exponent", 0xA1: "rsa_modulus", 0x7F: "unknown",
	} {
		for _, length := range []byte{0, 8, 16, 24} {
			keys, ok := ParseKeyInformation([]byte{0xC0, 4, 1, 0x20, kind, length})
			if !ok || len(keys) != 1 || keys[0].Components[0].Type != want {
				t.Fatalf("%02X: %+v, want %s", kind, keys, want)
			}
			des := strings.Contains(want, "des")
			if keys[0].Weak() != (des && length == 8) || keys[0].Components[0].DES() != des {
				t.Errorf("%s of %d bytes: weak %v", want, length, keys[0].Weak())
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte{0xE0, 6, 0xC0, 4, 1, 1, 0x80, 16})
	f.Add([]byte{0x85, 8, 4, 1, 2, 3, 4, 2, 0, 0x40})
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = ParseCPLC(b)
		_, _ = ParseKeyInformation(b)
		_, _ = ParseAdministration(b)
	})
}
