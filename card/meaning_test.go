package card_test

import (
	"testing"

	"simscope/card"
	"simscope/texts"
)

// TestMeaningsHaveSentences: every identifier that MeaningID gives is in the
// texts, for every status word after every instruction.
func TestMeaningsHaveSentences(t *testing.T) {
	seen := map[string]bool{}
	for sw := 0x6000; sw <= 0x9FFF; sw++ {
		for _, ins := range []byte{0x20, 0x24, 0x26, 0x28, 0x2C, 0xA4, 0xB0, 0xD6, 0xDC, 0x88} {
			for _, data := range []bool{false, true} {
				seen[card.MeaningID([4]byte{0, ins, 0, 1}, data, card.SW(sw))] = true
			}
		}
	}
	delete(seen, "")
	for id := range seen {
		if !texts.Has("sw." + id) {
			t.Errorf("there is no sentence sw.%s", id)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d meanings are in use", len(seen))
	}
}
