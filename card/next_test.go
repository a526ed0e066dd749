package card_test

import (
	"testing"

	"simscope/card"
	"simscope/texts"
)

// TestNextStepsHaveSentences: every identifier that NextID gives is in the
// texts, for every status word after every instruction.
func TestNextStepsHaveSentences(t *testing.T) {
	seen := map[string]bool{}
	for sw := 0x6000; sw <= 0x9FFF; sw++ {
		for _, ins := range []byte{0x20, 0x24, 0x26, 0x28, 0x2C, 0xA4, 0xB0, 0xD6, 0xDC, 0x88} {
			for _, data := range []bool{false, true} {
				seen[card.NextID([4]byte{0, ins, 0, 1}, data, card.SW(sw))] = true
			}
		}
	}
	delete(seen, "")
	for id := range seen {
		if !texts.Has("next." + id) {
			t.Errorf("there is no sentence next.%s", id)
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d next steps are in use", len(seen))
	}
}
