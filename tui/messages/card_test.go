package messages

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"simscope/card/virtual"
)

const (
	centre = "0791447700099999"
	ada    = "0C91447700091032" // +447700900123, in the phone book
	bob    = "0C91447700091042" // +447700900124
)

// Times in timestamps, all at +08:00.
const (
	morning = "62301190510023" // 2026-03-11 09:15
	noon    = "62301121000023" // 2026-03-11 12:00
	lastYr  = "52112241530023" // 2025-11-22 14:35
)

// ucs2 is user data in UCS2 with its length.
func ucs2(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return fmt.Sprintf("%02X%X", len(b), b)
}

// part is user data of one part of a longer message.
func part(ref, total, seq int, text string) string {
	body := ucs2(text)[2:]
	return fmt.Sprintf("%02X050003%02X%02X%02X%s", 6+len(body)/2, ref, total, seq, body)
}

func deliver(status, from, when, ud string) string {
	return status + centre + "04" + from + "0008" + when + ud
}

// everyday are records of every kind that a person has.
var everyday = []string{
	deliver("03", ada, noon, ucs2("今晚七点老地方见，别迟到 😀 — 李雷")), // 1 new
	"01" + centre + "44" + bob + "0008" + morning + part(7, 2, 2, "second half of it."),
	"00", // 3 free
	"01" + centre + "44" + bob + "0008" + morning + part(7, 2, 1, "The first half of a long message and the "),
	deliver("00", bob, lastYr, ucs2("482913 is your code.")),                         // 5 deleted
	"1D003105" + ada + "0008AA" + ucs2("On my way\nsee you at the station"),          // 6 sent, report kept
	"07000100" + bob + "0008" + ucs2("Draft of an answer"),                           // 7 draft
	"01" + centre + "062A" + ada + noon + noon + "00",                                // 8 report
	deliver("01", ada, lastYr, ucs2("red\x1b[31m text\x07 and \u202eright to left")), // 9 controls
	"01" + centre + "44" + ada + "0008" + lastYr + part(9, 3, 2, "middle part only"), // 10 parts missing
	"00",
}

// longName is Ada's in the phone book, which has her national number.
const longName = "Ada Augusta King, Countess of Lovelace"

func padded(s string, n int) string {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) > n {
		panic(fmt.Sprint(s, err))
	}
	return strings.ToUpper(hex.EncodeToString(append(b, bytes.Repeat([]byte{0xFF}, n-len(b))...)))
}

// cardWith is a 2G card with the records in EF.SMS, a report on the sixth, and
// a phone book of one entry; access is that of EF.SMS. Without records it has
// no such file.
func cardWith(t testing.TB, records []string, access string) *virtual.Image {
	t.Helper()
	file := func(fid string, n int, access string, list ...string) map[string]any {
		for i := range list {
			list[i] = padded(list[i], n)
		}
		return map[string]any{
			"fid": fid, "kind": "linear-fixed", "record_length": n, "record_count": len(list), "records": list, "gsm": access,
		}
	}
	var children []any
	if records != nil {
		children = append(children,
			file("6F3C", 176, access, append([]string{}, records...)...),
			file("6F47", 30, access, "0606"+"06"+ada+noon+noon+"00"))
	}
	name := hex.EncodeToString([]byte(longName))
	children = append(children, file("6F3A", len(longName)+14, "00FF44", name+"07817007900021F3"))
	return image(t, children)
}

func image(t testing.TB, children []any) *virtual.Image {
	t.Helper()
	b, err := json.Marshal(map[string]any{
		"format": "simscope-card-image", "version": 1, "mode": "gsm", "atr": "3B00",
		"pins": []any{map[string]any{"ref": "01", "value": "1234", "tries": 3, "max": 3, "enabled": true}},
		"mf": map[string]any{"fid": "3F00", "kind": "df", "children": []any{
			map[string]any{"fid": "2FE2", "kind": "transparent", "size": 10, "data": "98999900210343658709", "gsm": "0FFF44"},
			map[string]any{"fid": "7F10", "kind": "df", "children": children},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	img, err := virtual.ReadImage(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}
