package trace

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"simscope/card"
)

func TestLogRoundTrip(t *testing.T) {
	want := session(t)
	want = append(want, card.Exchange{Kind: card.ExchangeAPDU, Command: []byte{1}, Channel: 19, Err: "gone"})
	l := logOf(want...)
	if l.Len() != len(want) || l.Dropped() != 0 {
		t.Fatalf("len %d dropped %d", l.Len(), l.Dropped())
	}
	for i, w := range want {
		got, ok := l.At(i)
		if !ok {
			t.Fatalf("row %d is missing", i)
		}
		if !got.Start.Equal(w.Start) {
			t.Errorf("row %d starts %v, want %v", i, got.Start, w.Start)
		}
		got.Start, w.Start = time.Time{}, time.Time{}
		if len(w.Command) == 0 {
			w.Command = nil
		}
		if len(w.Response) == 0 {
			w.Response = nil
		}
		if !reflect.DeepEqual(got, w) {
			t.Errorf("row %d is %+v, want %+v", i, got, w)
		}
	}
	for _, i := range []int{-1, len(want), 1 << 40} {
		if _, ok := l.At(i); ok {
			t.Errorf("there is a row %d", i)
		}
	}
}

func TestLogDropsOldest(t *testing.T) {
	l := NewLog(LogOptions{MaxRows: 100})
	for i := range 1234 {
		l.Append(card.Exchange{Seq: uint64(i), Command: []byte{0, 0xB0, 0, 0, byte(i)}})
		if l.Len() > 100 {
			t.Fatalf("%d rows", l.Len())
		}
	}
	v := l.View()
	if uint64(v.Len())+l.Dropped() != 1234 || v.Len() < 90 || v.First() != l.Dropped() {
		t.Fatalf("len %d dropped %d", v.Len(), l.Dropped())
	}
	next := v.First()
	for n, e := range v.All() {
		if n != next || e.Seq != n {
			t.Fatalf("row %d has seq %d, want %d", n, e.Seq, next)
		}
		if r, ok := v.Row(n); !ok || r.Seq != n {
			t.Fatalf("Row(%d) is %d %v", n, r.Seq, ok)
		}
		next++
	}
	if _, ok := v.Row(v.First() - 1); ok {
		t.Error("a dropped row is there")
	}
}

func TestLogBoundsBytes(t *testing.T) {
	const limit = 1 << 20
	l := NewLog(LogOptions{MaxBytes: limit})
	for i := range 3000 {
		l.Append(card.Exchange{Seq: uint64(i), Step: fmt.Sprint("step ", i), Command: make([]byte, 5), Response: make([]byte, 5000)})
		if l.Bytes() > limit {
			t.Fatalf("%d bytes after %d rows", l.Bytes(), i+1)
		}
	}
	if l.Dropped() == 0 || l.Len() < 100 {
		t.Fatalf("len %d dropped %d", l.Len(), l.Dropped())
	}
	l.Append(card.Exchange{Seq: 9, Response: make([]byte, 2*limit)})
	if e, ok := l.At(l.Len() - 1); !ok || e.Seq != 9 || l.Len() != 1 {
		t.Errorf("a row beyond the limit: %d rows, the last %d", l.Len(), e.Seq)
	}
}

func TestLogReadersBesideWriter(t *testing.T) {
	l := NewLog(LogOptions{MaxRows: 500})
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				v := l.View()
				next := v.First()
				for n, e := range v.All() {
					if e.Seq != n || n != next || e.Step != fmt.Sprint(n%7) {
						t.Errorf("row %d: seq %d step %q", n, e.Seq, e.Step)
						return
					}
					next++
				}
				if int(next-v.First()) != v.Len() {
					t.Errorf("%d rows of %d", next-v.First(), v.Len())
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 5000 {
		l.Append(card.Exchange{Seq: uint64(i), Step: fmt.Sprint(i % 7), Command: []byte{0, 0xB0, 0, 0, 9}, Response: make([]byte, i%50)})
	}
	close(done)
	wg.Wait()
}

// bigLog is like a long session: some hundred files, steps and offsets.
func bigLog(t testing.TB, rows int) (*Log, int64) {
	l := NewLog(LogOptions{})
	var data int64
	kinds := session(t)
	paths := make([]card.Path, 300)
	for i := range paths {
		paths[i] = card.PathOf(usimAID, card.FID(0x6F00+i))
	}
	for i := range rows {
		e := kinds[i%len(kinds)]
		e.Seq = uint64(i)
		e.Step = fmt.Sprintf("read file %d", i%1000)
		if e.HasFile {
			e.File = paths[i%len(paths)]
		}
		data += int64(len(e.Command) + len(e.Response))
		l.Append(e)
	}
	return l, data
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestLogMemory(t *testing.T) {
	const rows = 200_000
	before := heap()
	l, data := bigLog(t, rows)
	after := heap()
	over := (float64(after) - float64(before) - float64(data)) / rows
	if over > 200 {
		t.Errorf("%.0f bytes a row beyond its data, 200 are allowed", over)
	}
	if counted := float64(l.Bytes()-data) / rows; counted > over+20 || counted < over-60 {
		t.Errorf("the log counts %.0f bytes a row, the heap says %.0f", counted, over)
	}
	if l.Len() != rows {
		t.Fatal(l.Len())
	}
}

func BenchmarkLogMemory(b *testing.B) {
	const rows = 1_000_000
	for b.Loop() {
		before := heap()
		l, data := bigLog(b, rows)
		b.ReportMetric((float64(heap())-float64(before)-float64(data))/rows, "bytes/row-beyond-data")
		b.ReportMetric(float64(l.Len()), "rows")
	}
}

func BenchmarkLogAppend(b *testing.B) {
	es := session(b)
	l := NewLog(LogOptions{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Append(es[i%len(es)])
	}
}

// BenchmarkDraw makes the lines of one 40 row window in the middle; the time
// must not depend on the number of rows.
func BenchmarkDraw(b *testing.B) {
	for _, rows := range []int{1_000, 1_000_000} {
		l, _ := bigLog(b, rows)
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			for b.Loop() {
				v := l.View()
				for i := range 40 {
					e, _ := v.At(v.Len()/2 + i)
					Summary(e, testNames)
				}
			}
		})
	}
}
