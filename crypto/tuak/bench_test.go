package tuak

import (
	"fmt"
	"testing"

	"simscope/crypto/cryptotest"
)

// BenchmarkTuak computes f1 to f5* of one RAND.
func BenchmarkTuak(b *testing.B) {
	sets, _ := vectors(b)
	for _, v := range sets {
		b.Run(fmt.Sprintf("K%d_MAC%d_x%d", len(v.K)*4, v.MACBits, v.Iterations), func(b *testing.B) {
			f, err := New(cryptotest.Bytes(b, v.K), cryptotest.Bytes(b, v.TOPC), v.params())
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, _, err := f.F1([16]byte{}, 1, [2]byte{}); err != nil {
					b.Fatal(err)
				}
				if _, err := f.F2345([16]byte{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
