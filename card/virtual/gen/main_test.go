package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestImagesAreCurrent(t *testing.T) {
	files, err := filepath.Glob("../images/*.json")
	if err != nil || len(files) != len(images) {
		t.Fatalf("%d image files (%v), %d are made", len(files), err, len(images))
	}
	for id, build := range images {
		want, err := text(build())
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		got, err := os.ReadFile(filepath.Join("..", "images", id+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("images/%s.json is not what go run ./card/virtual/gen makes", id)
		}
	}
}

func TestEncodings(t *testing.T) {
	// Published values: 3GPP TS 23.040 and TS 51.011 examples as widely used.
	for _, c := range []struct {
		name      string
		got, want []byte
	}{
		{"septets of hellohello", pack(septets("hellohello"), 0), []byte{0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37}},
		{"IMSI", imsi("999990123456789"), []byte{0x08, 0x99, 0x99, 0x99, 0x10, 0x32, 0x54, 0x76, 0x98}},
		{"network code of two digits", plmn("234", "56"), []byte{0x32, 0xF4, 0x65}},
		{"network code of three digits", plmn("310", "410"), []byte{0x13, 0x00, 0x14}},
		{"Luhn digit", []byte(luhn("8999990012345678901")), []byte("3")},
		{"Luhn digit of a known number", []byte(luhn("7992739871")), []byte("3")},
		{"coding 81", alpha("Ко", coding81, 5), []byte{0x81, 0x02, 0x08, 0x9A, 0xBE}},
		{"coding 82", alpha("Ко", coding82, 6), []byte{0x82, 0x02, 0x04, 0x00, 0x9A, 0xBE}},
	} {
		if !bytes.Equal(c.got, c.want) {
			t.Errorf("%s: % X, want % X", c.name, c.got, c.want)
		}
	}
}
