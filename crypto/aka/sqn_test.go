package aka_test

import (
	"testing"

	"simscope/crypto/aka"
)

func TestSQNBytes(t *testing.T) {
	for _, c := range []struct {
		b    [6]byte
		n    aka.SQN
		text string
	}{
		{[6]byte{}, 0, "000000000000"},
		{[6]byte{0xFF, 0x9B, 0xB4, 0xD0, 0xB6, 0x07}, 0xFF9BB4D0B607, "FF9BB4D0B607"},
		{[6]byte{5: 1}, 1, "000000000001"},
		{[6]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, aka.MaxSQN, "FFFFFFFFFFFF"},
	} {
		if got := aka.SQNOf(c.b); got != c.n {
			t.Errorf("%X is read as %v, want %v", c.b, got, c.n)
		}
		if got := c.n.Bytes(); got != c.b {
			t.Errorf("%v is written as %X, want %X", c.n, got, c.b)
		}
		if got := c.n.String(); got != c.text {
			t.Errorf("%d is shown as %s, want %s", uint64(c.n), got, c.text)
		}
	}
	if got := (aka.MaxSQN + 2).Bytes(); got != [6]byte{5: 1} {
		t.Errorf("bits above 48 are written: %X", got)
	}
}

// array has four slots of two index bits, with SEQ 100, 90, 80 and nothing.
func array(delta, age uint64) aka.Array {
	return aka.Array{IndexBits: 2, Slots: []aka.SQN{100 << 2, 90<<2 | 1, 80<<2 | 2, 0}, Delta: delta, Age: age}
}

func number(seq uint64, index aka.SQN) aka.SQN { return aka.SQN(seq<<2) | index }

func TestJudge(t *testing.T) {
	full := aka.Array{IndexBits: 2, Slots: []aka.SQN{aka.MaxSQN - 3, 0, 0, aka.MaxSQN}}
	for _, c := range []struct {
		name string
		a    aka.Array
		n    aka.SQN
		want aka.Verdict
	}{
		{"the next one", array(10, 0), number(101, 0), aka.Fresh},
		{"the highest again", array(10, 0), number(100, 0), aka.NotNew},
		{"below the slot", array(10, 0), number(89, 1), aka.NotNew},
		{"the slot's own", array(10, 0), number(90, 1), aka.NotNew},
		{"above the slot, below the highest", array(10, 0), number(91, 1), aka.Fresh},
		{"an empty slot, far back", array(10, 0), number(1, 3), aka.Fresh},
		{"zero in an empty slot", array(10, 0), number(0, 3), aka.NotNew},
		{"as far ahead as allowed", array(10, 0), number(110, 2), aka.Fresh},
		{"one too far", array(10, 0), number(111, 2), aka.FarAhead},
		{"far with no limit", array(0, 0), number(1<<40, 2), aka.Fresh},
		{"as old as allowed", array(10, 15), number(85, 2), aka.Fresh},
		{"one too old", array(10, 15), number(84, 2), aka.TooOld},
		{"too old and not new", array(10, 15), number(70, 1), aka.TooOld},
		{"old with no limit", array(10, 0), number(81, 2), aka.Fresh},
		{"the highest of all", array(0, 0), aka.MaxSQN, aka.Fresh},
		{"above 48 bits", array(0, 0), aka.MaxSQN + 1, aka.FarAhead},
		{"after the highest of all", full, 0, aka.NotNew},
		{"the last SEQ in an older slot", full, aka.MaxSQN - 1, aka.Fresh},
		{"the highest of all again", full, aka.MaxSQN, aka.NotNew},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := append([]aka.SQN(nil), c.a.Slots...)
			if got := c.a.Judge(c.n); got != c.want {
				t.Errorf("Judge says %v, want %v", got, c.want)
			}
			for i, n := range c.a.Slots {
				if n != before[i] {
					t.Fatalf("Judge changed slot %d", i)
				}
			}
			if got := c.a.Accept(c.n); got != c.want {
				t.Errorf("Accept says %v, want %v", got, c.want)
			}
			for i, n := range c.a.Slots {
				if kept := c.want == aka.Fresh && i == c.a.IND(c.n); kept && n != c.n || !kept && n != before[i] {
					t.Errorf("slot %d holds %v after Accept", i, n)
				}
			}
			if got := c.a.Accept(c.n); got == aka.Fresh {
				t.Error("the same number is fresh twice")
			}
		})
	}
}

func TestNewArray(t *testing.T) {
	a := aka.NewArray()
	if len(a.Slots) != 32 || a.Highest() != 0 {
		t.Fatalf("a new array has %d slots and %v", len(a.Slots), a.Highest())
	}
	const limit = 1 << 28
	for n, want := range map[aka.SQN]aka.Verdict{
		0: aka.NotNew, 31: aka.NotNew, 32: aka.Fresh, limit << 5: aka.Fresh, (limit + 1) << 5: aka.FarAhead,
	} {
		if got := a.Judge(n); got != want {
			t.Errorf("%v is %v to a new array, want %v", n, got, want)
		}
	}
}

func TestNext(t *testing.T) {
	a := array(10, 15)
	for index := range 4 {
		n, ok := a.Next(index)
		if !ok || a.IND(n) != index || a.SEQ(n) != 101 || a.Judge(n) != aka.Fresh {
			t.Errorf("the next at %d is %v, %v: %v", index, n, ok, a.Judge(n))
		}
	}
	a.Slots[3] = aka.MaxSQN
	if n, ok := a.Next(0); ok {
		t.Errorf("after the highest of all comes %v", n)
	}
}

func TestVerdictsHaveWords(t *testing.T) {
	for v, want := range map[aka.Verdict]string{aka.Fresh: "fresh", aka.NotNew: "not new", aka.FarAhead: "far ahead", aka.TooOld: "too old"} {
		if v.String() != want {
			t.Errorf("%d is %q, want %q", int(v), v, want)
		}
	}
}
