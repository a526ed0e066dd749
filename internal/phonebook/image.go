// Package phonebook makes virtual cards with a phone book for tests: two
// records of EF.PBR, files of all three types, chains of extension records.
// Its bytes are put together by hand and not by the program's encoders.
package phonebook

import (
	"bytes"
	"encoding/hex"
	"strings"

	"simscope/card/virtual"
)

// Identifiers of the files that tests look into.
const (
	ADN1  virtual.FID = 0x4F3A
	ADN2  virtual.FID = 0x4F3B
	IAP   virtual.FID = 0x4F50
	EMAIL virtual.FID = 0x4F78
	EXT1  virtual.FID = 0x4F38
	UID1  virtual.FID = 0x4F88
	PBC1  virtual.FID = 0x4F60
	PSC   virtual.FID = 0x4F22
	CC    virtual.FID = 0x4F23
	PUID  virtual.FID = 0x4F24
)

const (
	telecom   virtual.FID = 0x7F10
	phonebook virtual.FID = 0x5F3A
)

// Rules: everything always, or only after PIN1.
const (
	Always    = "8001039000"
	AfterPIN1 = "800103A406830101950108"
)

func hx(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func pad(s string, n int) virtual.Hex {
	b := hx(s)
	return append(b, bytes.Repeat([]byte{0xFF}, n-len(b))...)
}

func zeros(s string, n int) virtual.Hex {
	b := hx(s)
	return append(b, make([]byte, n-len(b))...)
}

// adn is a record: the name padded to the room, the number part of 12 bytes.
func adn(name string, room int, number, ext string) virtual.Hex {
	return append(append(pad(name, room), pad(number, 12)...), hx("FF"+ext)...)
}

func records(fid virtual.FID, name, rule string, length int, recs ...virtual.Hex) *virtual.File {
	return &virtual.File{
		FID: fid, Name: name, Kind: virtual.KindLinearFixed, Access: virtual.Access{Expanded: hx(rule)}, GSM: hx("11FF44"),
		RecordLength: length, RecordCount: len(recs), Records: recs,
	}
}

func binary(fid virtual.FID, name, rule, data string) *virtual.File {
	return &virtual.File{
		FID: fid, Name: name, Kind: virtual.KindTransparent, Access: virtual.Access{Expanded: hx(rule)}, GSM: hx("11FF44"),
		Size: len(hx(data)), Data: hx(data),
	}
}

func many(n int, r virtual.Hex) []virtual.Hex {
	out := make([]virtual.Hex, n)
	for i := range out {
		out[i] = bytes.Clone(r)
	}
	return out
}

func with(recs []virtual.Hex, at map[int]virtual.Hex) []virtual.Hex {
	for n, r := range at {
		recs[n-1] = r
	}
	return recs
}

// Image is a card with a phone book below DF.TELECOM whose files have the
// rule. PIN1 is 1234, on.
func Image(rule string) *virtual.Image {
	img, err := virtual.OpenBuiltin("empty")
	if err != nil {
		panic(err)
	}
	for i := range img.PINs {
		if img.PINs[i].Ref == 1 {
			img.PINs[i].Enabled = rule == AfterPIN1
		}
	}
	for _, f := range img.MF.Children {
		if f.FID == 0x2FE2 {
			f.Data = hx("98999900214365870931")
		}
	}
	drop(img.MF, telecom)
	for _, a := range img.Apps {
		drop(a.ADF, phonebook)
	}
	dir := virtual.Access{Expanded: hx(Always)}
	img.MF.Children = append(img.MF.Children, &virtual.File{
		FID: telecom, Name: "DF.TELECOM", Kind: virtual.KindDF, Access: dir,
		Children: []*virtual.File{{FID: phonebook, Name: "DF.PHONEBOOK", Kind: virtual.KindDF, Access: dir, Children: files(rule)}},
	})
	return img
}

func drop(dir *virtual.File, fid virtual.FID) {
	for i, f := range dir.Children {
		if f.FID == fid {
			dir.Children = append(dir.Children[:i], dir.Children[i+1:]...)
			return
		}
	}
}

// Plain is a card without EF.PBR: EF.ADN and EF.EXT1 below DF.TELECOM.
func Plain(rule string) *virtual.Image {
	img := Image(rule)
	t := img.MF.Children[len(img.MF.Children)-1]
	t.Children = []*virtual.File{
		records(0x6F3A, "EF.ADN", rule, 24, with(many(6, pad("", 24)), map[int]virtual.Hex{
			1: adn("416461", 10, "0B91 44770009 10325476 9810", "01"), // Ada, goes on in record 1
			3: adn("426561", 10, "0581 550501F0", "FF"),
		})...),
		records(0x6F4A, "EF.EXT1", rule, 13, with(many(4, pad("00", 13)), map[int]virtual.Hex{
			1: append(pad("02 02 3254", 12), 0xFF),
			2: append(pad("02 01 F7", 12), 0xFF), // EF.MSISDN's
		})...),
		records(0x6F40, "EF.MSISDN", rule, 14, adn("", 0, "0B91 44770009 10325476 9810", "02")),
	}
	return img
}

// Dir is DF.PHONEBOOK of an image of Image, or DF.TELECOM of one of Plain.
func Dir(img *virtual.Image) *virtual.File {
	t := img.MF.Children[len(img.MF.Children)-1]
	for _, f := range t.Children {
		if f.FID == phonebook {
			return f
		}
	}
	return t
}

// File finds a file of the phone book.
func File(img *virtual.Image, fid virtual.FID) *virtual.File {
	for _, f := range Dir(img).Children {
		if f.FID == fid {
			return f
		}
	}
	return nil
}

func files(rule string) []*virtual.File {
	const (
		pbr1 = "A81A C0034F3A01 C1034F5002 C5024F60 C9024F88 C6024F90 C4024F68 " +
			"A910 CA024F78 C3024F80 C4024F69 CC024F70 AA0C C2024F38 C7024F40 C8024F48"
		pbr2 = "A80D C0034F3B03 C5024F61 C9024F89 AA04 C2024F38"
	)
	return []*virtual.File{
		records(0x4F30, "EF.PBR", rule, 70, pad(pbr1, 70), pad(pbr2, 70)),
		binary(PSC, "EF.PSC", rule, "00000005"), binary(CC, "EF.CC", rule, "0009"), binary(PUID, "EF.PUID", rule, "0004"),
		records(ADN1, "EF.ADN", rule, 28, with(many(8, pad("", 28)), map[int]virtual.Hex{
			1: adn("416461", 14, "0B91 44770009 10325476 9810", "01"), // Ada: 24 digits with EF.EXT1
			2: adn("80 661F 8FB0", 14, "0791 44770009 1032", "FF"),    // 星辰
			4: adn("426561", 14, "0581 550501F0", "FF"),               // Bea
		})...),
		records(IAP, "EF.IAP", rule, 4, with(many(8, pad("", 4)), map[int]virtual.Hex{
			2: hx("0101FFFF"), 4: hx("FFFF0201"),
		})...),
		records(PBC1, "EF.PBC", rule, 2, with(many(8, zeros("", 2)), map[int]virtual.Hex{4: hx("0100")})...),
		records(UID1, "EF.UID", rule, 2, with(many(8, zeros("", 2)), map[int]virtual.Hex{
			1: hx("0001"), 2: hx("0002"), 4: hx("0003"),
		})...),
		records(0x4F90, "EF.GRP", rule, 3, with(many(8, zeros("", 3)), map[int]virtual.Hex{2: hx("010000")})...),
		records(0x4F68, "EF.ANR", rule, 15, with(many(8, pad("", 15)), map[int]virtual.Hex{
			2: append(append(hx("01"), pad("0791 44770009 4065", 12)...), 0xFF, 0xFF), // work
		})...),
		records(EMAIL, "EF.EMAIL", rule, 24, with(many(3, pad("", 24)), map[int]virtual.Hex{
			1: append(pad("78 00 79 2E 65 78", 22), 0x01, 0x02), // x@y.ex
		})...),
		records(0x4F80, "EF.SNE", rule, 12, with(many(3, pad("", 12)), map[int]virtual.Hex{
			1: append(pad("5374617279", 10), 0x01, 0x02), // Stary
		})...),
		records(0x4F69, "EF.ANR", rule, 17, with(many(3, pad("", 17)), map[int]virtual.Hex{
			2: append(append(hx("02"), pad("0581 550501F2", 12)...), 0xFF, 0xFF, 0x01, 0x04), // home
		})...),
		records(0x4F70, "EF.PURI", rule, 30, with(many(2, pad("", 30)), map[int]virtual.Hex{
			1: append(pad("80 09 7369703A6240782E79", 28), 0x01, 0x04), // sip:b@x.y
		})...),
		records(EXT1, "EF.EXT1", rule, 13, with(many(5, pad("00", 13)), map[int]virtual.Hex{
			1: append(pad("02 02 3254", 12), 0xFF), // 2345
		})...),
		records(0x4F40, "EF.AAS", rule, 8, pad("776F726B", 8), pad("686F6D65", 8), pad("", 8)),
		records(0x4F48, "EF.GAS", rule, 8, pad("467269656E6473", 8), pad("", 8)),
		records(ADN2, "EF.ADN", rule, 20, with(many(4, pad("", 20)), map[int]virtual.Hex{
			1: adn("43656D", 6, "0581 550501F3", "FF"), // Cem
		})...),
		records(0x4F61, "EF.PBC", rule, 2, many(4, zeros("", 2))...),
		records(0x4F89, "EF.UID", rule, 2, with(many(4, zeros("", 2)), map[int]virtual.Hex{1: hx("0004")})...),
	}
}
