package scp80

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

const gsm0348Key = "11223344556677889910111213141516"

// Packets of other programs' tests: the AES card of pySim's test_ota.py, and
// the Gsm0348Test of opentelecoms gsm0348.
var otherCommands = []struct {
	source, kic, kid string
	spi              SPI
	kicByte, kidByte byte
	tar              string
	counter          uint64
	data, packet     string
}{
	{
		"pySim AES128-SJA5-CIPHERED-CC", "200102030405060708090a0b0c0d0e0f", "201102030405060708090a0b0c0d0e0f",
		SPI{0x06, 0x19},
		0x22, 0x22, "b00011", 0, "00a40004023f00",
		"00281506192222b00011e87cceebb2d93083011ce294f93fc4d8de80da1abae8c37ca3e72ec4432e5058",
	},
	{
		"gsm0348 no security", "", "",
		SPI{0x00, 0x22},
		0x00, 0x00, "010203", 0, "aabb",
		"00100d00220000010203000000000000aabb",
	},
	{
		"gsm0348 triple DES, signed", gsm0348Key, gsm0348Key,
		SPI{0x12, 0x21},
		0x10, 0x15, "b00010", 0x156c, "a0a40000022f05a0d6000001aa",
		"00231512211015b00010000000156c008c75df0ccb3b7628a0a40000022f05a0d6000001aa",
	},
	{
		"gsm0348 AES", gsm0348Key, gsm0348Key,
		SPI{0x06, 0x21},
		0x12, 0x12, "010203", 0, "aabb",
		"00181506211212010203" + "4814ce84cbdebc1a0df20a5ee20e74c6",
	},
	{
		"gsm0348 AES, 256 bytes", gsm0348Key, gsm0348Key,
		SPI{0x06, 0x21},
		0x12, 0x12, "010203", 0, allBytes(),
		"01181506211212010203a73baeb588b7b3b6c0bb9c2fefae845a9fadb52ff04ed32607e1cfe6eaa8bdc990b8f0683fb6526fabca13b1ccb0e11c988f891a9b3b39c815d71f8ae0b279d680916fa0d861d788148b503b5fe332ea4d3fc152061de47b3f96c28a2112ede44d9eae8dcff7b1cdb6f7ea2c73649e41abfaa10b8b5a89fc8c0dd9e044ee923f92b81db72a08025fceb2387d7da1dcb7bdfe9590687b91b8d227e3596d4f1c49b878590c0a2a8eb054a8bf5aca7b74405b996dbeeb16b2cc816d5788f43f128d46035108fac047d9e621f23e466a705e4280e1061a9fb59fe3e2aa3b1dc02f9844263cd8cfa89405a7160b0d98275ad4ee5a88a4fcbd06d36837cc3596b5e9b824c931a43df4fad1bd245520a0e2cae3",
	},
}

func allBytes() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return hex.EncodeToString(b)
}

func keysOf(t *testing.T, kic, kid string) Keys {
	t.Helper()
	k, err := NewKeys(unhex(t, kic), unhex(t, kid))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestCommandsOfOthers(t *testing.T) {
	for _, v := range otherCommands {
		k := keysOf(t, v.kic, v.kid)
		c := Command{SPI: v.spi, KIc: v.kicByte, KID: v.kidByte, TAR: TAR(unhex(t, v.tar)), Counter: v.counter, Data: unhex(t, v.data)}
		b, err := c.Seal(k)
		if err != nil {
			t.Fatalf("%s: %v", v.source, err)
		}
		check(t, v.source, b, v.packet)
		p, err := ParsePacket(unhex(t, v.packet))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Open(k); err != nil || fmt.Sprint(got) != fmt.Sprint(c) {
			t.Errorf("%s opens to %v, %v", v.source, got, err)
		}
	}
}

var otherResponses = []struct {
	source, kic, kid string
	spi              SPI
	kicByte, kidByte byte
	packet           string
	want             Response
}{
	{
		"pySim AES128-SJA5-CIPHERED-CC", "200102030405060708090a0b0c0d0e0f", "201102030405060708090a0b0c0d0e0f",
		SPI{0x06, 0x19},
		0x22, 0x22,
		"027100002412b00011ebc6b497e2cad7aedf36ace0e3a29b38853f0fe9ccde81913be5702b73abce1f",
		Response{TAR: TAR{0xB0, 0x00, 0x11}, Data: []byte{0x01, 0x61, 0x32}},
	},
	{
		"pySim test_resp_3des_ciphered", "c21dd66acac13cb3bc8b331b24afb57b", "12110c78e678c25408233076aa033615",
		SPI{0x06, 0x19},
		0x35, 0x35,
		"027100001c12b000119660ebdb81be189b5e4389e9e7ab2bc0954f963ad869ed7c",
		Response{TAR: TAR{0xB0, 0x00, 0x11}, Data: []byte{0x01, 0x61, 0x2F}},
	},
	{
		"gsm0348 AES, signed", "", gsm0348Key,
		SPI{0x02, 0x29},
		0x12, 0x12,
		"027100" + "001c1200000100000000000000f5ab90fe3aabb6c3ab0780010123029000",
		Response{TAR: TAR{0x00, 0x00, 0x01}, Data: []byte{0xAB, 0x07, 0x80, 0x01, 0x01, 0x23, 0x02, 0x90, 0x00}},
	},
	{
		"gsm0348 triple DES, ciphered", "fbf4f3446b85a11ba5c2203425babe4e", "82d42649147ee723260f957786edb172",
		SPI{0x16, 0x11},
		0x15, 0x15,
		"027100" + "00140a00000048b0e9a947eee0a66d05d526a6e7eb44",
		Response{TAR: TAR{}, Counter: 0x1A, Data: []byte{0x01, 0x6E, 0x00}},
	},
	{
		"gsm0348 no security", "", "",
		SPI{0x00, 0x01},
		0x00, 0x00,
		"027100" + "000e0ab0001000000000010000016e00",
		Response{TAR: TAR{0xB0, 0x00, 0x10}, Counter: 1, Data: []byte{0x01, 0x6E, 0x00}},
	},
}

func TestResponsesOfOthers(t *testing.T) {
	for _, v := range otherResponses {
		k := keysOf(t, v.kic, v.kid)
		r, err := ParseReply(unhex(t, v.packet))
		if err != nil {
			t.Fatalf("%s: %v", v.source, err)
		}
		got, err := r.Open(v.spi, v.kicByte, v.kidByte, k)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(v.want) {
			t.Errorf("%s opens to %v, %v, want %v", v.source, got, err, v.want)
		}
		back, err := v.want.Seal(v.spi, v.kicByte, v.kidByte, k)
		if err != nil {
			t.Fatal(err)
		}
		check(t, v.source, back, strings.ToLower(v.packet))
	}
}

// SignatureManagerTest of opentelecoms gsm0348.
func TestChecksOfOthers(t *testing.T) {
	for a, want := range map[Algorithm]string{CRC16: "6dd4", CRC32: "3fca88c5"} {
		got, err := redundancy(a, []byte{1, 2, 3, 4, 5, 6, 7, 8})
		if err != nil {
			t.Fatal(err)
		}
		check(t, a.String(), got, want)
	}
	fips113 := []byte("7654321 Now is the time for ")
	for _, kid := range []byte{0x11, 0x15, 0x19} {
		a := Checksum(CC, kid)
		n := map[Algorithm]int{DESCBC: 1, TripleDES2: 2, TripleDES3: 3}[a]
		k := keysOf(t, "", strings.Repeat("0123456789abcdef", n))
		got, err := checksum(k, CC, kid, 8, fips113)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "FIPS 113 with "+a.String(), got, "f1d30f6849312ca4")
	}
}
