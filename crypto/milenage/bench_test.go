package milenage

import (
	"slices"
	"testing"
	"time"

	other "github.com/wmnsk/milenage"

	"simscope/crypto/aka"
	"simscope/crypto/cryptotest"
)

// BenchmarkMilenage computes f1 to f5* of one RAND with keys that are ready.
func BenchmarkMilenage(b *testing.B) {
	v := vectors(b)[0]
	m, err := New(cryptotest.Bytes(b, v.K), cryptotest.Bytes(b, v.OPC))
	if err != nil {
		b.Fatal(err)
	}
	rand, sqn, amf := v.inputs(b)
	for b.Loop() {
		if _, _, err := m.F1(rand, sqn, amf); err != nil {
			b.Fatal(err)
		}
		if _, err := m.F2345(rand); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBesideWmnsk computes the whole vector from K and OPc, by us and by
// github.com/wmnsk/milenage, turn by turn in the same run. ratio is the median
// of ours over theirs.
func BenchmarkBesideWmnsk(b *testing.B) {
	v := vectors(b)[0]
	k, opc := cryptotest.Bytes(b, v.K), cryptotest.Bytes(b, v.OPC)
	rand, sqn, amf := v.inputs(b)
	ours := func() {
		m, err := New(k, opc)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := m.F1(rand, sqn, amf); err != nil {
			b.Fatal(err)
		}
		if _, err := m.F2345(rand); err != nil {
			b.Fatal(err)
		}
	}
	theirs := func() {
		m := other.NewWithOPc(k, opc, rand[:], uint64(sqn), uint16(amf[0])<<8|uint16(amf[1]))
		if err := m.ComputeAll(); err != nil {
			b.Fatal(err)
		}
	}
	checkSame(b, k, opc, rand, sqn, amf)
	const calls = 200
	var ratios, mine, yours []float64
	for b.Loop() {
		a, z := timed(ours, calls), timed(theirs, calls)
		mine, yours, ratios = append(mine, a), append(yours, z), append(ratios, a/z)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(mine), "ours-ns")
	b.ReportMetric(median(yours), "wmnsk-ns")
	b.ReportMetric(median(ratios), "ratio")
}

func timed(f func(), calls int) float64 {
	start := time.Now()
	for range calls {
		f()
	}
	return float64(time.Since(start).Nanoseconds()) / float64(calls)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// checkSame holds that both compute the same before they are compared.
func checkSame(b *testing.B, k, opc []byte, rand [16]byte, sqn aka.SQN, amf [2]byte) {
	b.Helper()
	m, err := New(k, opc)
	if err != nil {
		b.Fatal(err)
	}
	o := other.NewWithOPc(k, opc, rand[:], uint64(sqn), uint16(amf[0])<<8|uint16(amf[1]))
	if err := o.ComputeAll(); err != nil {
		b.Fatal(err)
	}
	macA, macS, _ := m.F1(rand, sqn, amf)
	keys, _ := m.F2345(rand)
	got := slices.Concat(macA, macS, keys.RES, keys.CK, keys.IK, keys.AK[:], keys.AKStar[:])
	want := slices.Concat(o.MACA, o.MACS, o.RES, o.CK, o.IK, o.AK, o.AKS)
	if d := cryptotest.Differences(got, want); d != "" {
		b.Fatal(d)
	}
}
