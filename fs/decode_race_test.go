package fs_test

import (
	"bytes"
	"sync"
	"testing"

	"simscope/fs/ef"
)

// Decoders are called from the card's worker and from the screens at once. The
// tests of fs/ef run without the race detector; this one is for it.
func TestDecodersAtOnce(t *testing.T) {
	data := bytes.Repeat([]byte{0x81, 0x01, 0x61}, 20)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, path := range ef.Paths() {
				d, _ := ef.Lookup(path)
				got := d.Decode(data, ef.Context{})
				if d.Encode != nil {
					_, _ = d.Encode(got.Value, len(data))
				}
			}
		})
	}
	all.Wait()
}
