//go:build linux && cgo

package bench

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/internal/pcscbench"
)

// call is one call to the card's service: an APDU and its answer, or the
// beginning or the end of a transaction.
type call struct {
	op           string // "begin", "end", "transmit"
	apdu, answer []byte
}

// tape is a transport that notes what passes, when it is told to.
type tape struct {
	card.Transport
	on    bool
	calls []call
}

func (t *tape) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	sent := apdu
	if t.on {
		sent = slices.Clone(apdu)
	}
	r, err := t.Transport.Transmit(ctx, apdu)
	if t.on {
		t.calls = append(t.calls, call{"transmit", sent, slices.Clone(r)})
	}
	return r, err
}

func (t *tape) Begin(ctx context.Context) error {
	if t.on {
		t.calls = append(t.calls, call{op: "begin"})
	}
	return t.Transport.Begin(ctx)
}

func (t *tape) End(ctx context.Context) error {
	if t.on {
		t.calls = append(t.calls, call{op: "end"})
	}
	return t.Transport.End(ctx)
}

// place is a file and what there is to read in it.
type place struct {
	path    card.Path
	size    int // of a transparent file
	records int
	length  int
}

// places are the files of the card that can be read without a PIN.
func places(b *testing.B, s *card.Session) []place {
	b.Helper()
	ctx := context.Background()
	c := fs.New(s, nil)
	if err := c.Discover(ctx); err != nil {
		b.Fatal(err)
	}
	if err := c.Walk(ctx, fs.WalkOptions{All: true}); err != nil {
		b.Fatal(err)
	}
	var out []place
	for _, n := range c.Tree().All() {
		switch {
		case n.Dir || n.State != fs.Read || n.FCP == nil || card.SecretFile(n.Path):
		case n.FCP.Structure == fs.Transparent && n.FCP.Size > 0 && n.FCP.Size <= 200:
			out = append(out, place{path: n.Path, size: n.FCP.Size})
		case n.FCP.Structure.HasRecords():
			out = append(out, place{path: n.Path, records: n.FCP.Records, length: n.FCP.RecordLen})
		}
	}
	if len(out) < 20 {
		b.Fatalf("only %d files can be read", len(out))
	}
	return out
}

// readOne reads a file in one step, which is one transaction.
func readOne(b *testing.B, s *card.Session, f place) {
	err := s.Read(context.Background(), "read", func(x *card.Tx) error {
		if _, err := x.Select(f.path); err != nil {
			return err
		}
		if f.size > 0 {
			_, err := x.ReadBinary(0, f.size)
			return err
		}
		for r := range f.records {
			if _, err := x.ReadRecord(r+1, f.length); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// replay makes the same calls with the bare binding. The answers must be the
// same: else it is not the same work.
func replay(b *testing.B, c *scard.Card, calls []call) {
	for _, k := range calls {
		var err error
		var answer []byte
		switch k.op {
		case "begin":
			err = c.BeginTransaction()
		case "end":
			err = c.EndTransaction(scard.LeaveCard)
		default:
			answer, err = c.Transmit(k.apdu)
		}
		if err != nil {
			b.Fatal(err)
		}
		if !bytes.Equal(answer, k.answer) {
			b.Fatalf("% X was answered % X, then % X", k.apdu, k.answer, answer)
		}
	}
}

// bare connects with the binding alone.
func bare(b *testing.B) *scard.Card {
	b.Helper()
	ctx, err := scard.EstablishContext()
	if err != nil {
		b.Fatal(err)
	}
	c, err := ctx.Connect(pcscbench.Reader0, scard.ShareShared, scard.ProtocolT0)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = c.Disconnect(scard.LeaveCard)
		_ = ctx.Release()
	})
	return c
}

// openSession opens the card in the virtual reader with a log, as the program
// does.
func openSession(b *testing.B, observe func(card.Exchange)) (*card.Session, *tape) {
	b.Helper()
	ctx := context.Background()
	tr, err := pcsc.New().Open(ctx, slot0, card.OpenOptions{})
	if err != nil {
		b.Fatal(err)
	}
	t := &tape{Transport: tr}
	s, err := card.Open(ctx, t, card.Options{Observe: observe})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close(ctx) })
	return s, t
}

// carry makes the same calls over card/pcsc, without a session.
func carry(b *testing.B, t card.Transport, calls []call) {
	ctx := context.Background()
	for _, k := range calls {
		var err error
		var answer []byte
		switch k.op {
		case "begin":
			err = t.Begin(ctx)
		case "end":
			err = t.End(ctx)
		default:
			answer, err = t.Transmit(ctx, k.apdu)
		}
		if err != nil {
			b.Fatal(err)
		}
		if !bytes.Equal(answer, k.answer) {
			b.Fatalf("% X was answered % X, then % X", k.apdu, k.answer, answer)
		}
	}
}

// The contestants.
const (
	bySession = iota
	byTransport
	byBinding
	contestants
)

// over are the ratios of one contestant's passes to those of the binding.
func over(took [contestants][]time.Duration, who int) []float64 {
	var out []float64
	for i, d := range took[who] {
		out = append(out, float64(d)/float64(took[byBinding][i]))
	}
	return out
}

const minPairs = 40

// BenchmarkSessionOverhead reads the same files with the session and its log
// over card/pcsc, and with the bare binding sending the same APDUs in the same
// transactions through the same pcscd; besides with card/pcsc alone, whose
// calls run on a worker so that they can be given up. They take turns file by
// file, in another order each time, so that what else the machine does meets
// all. A pair is one pass over all files by each.
func BenchmarkSessionOverhead(b *testing.B) {
	plug(b, "everyday")
	log := trace.NewLog(trace.LogOptions{})
	s, t := openSession(b, log.Append)
	files := places(b, s)
	raw := bare(b)
	plain, err := pcsc.New().Open(context.Background(), slot0, card.OpenOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = plain.Close(context.Background(), false) })
	for _, f := range files { // from here on every pass begins where it ends
		readOne(b, s, f)
	}
	calls := make([][]call, len(files))
	apdus := 0
	for i, f := range files {
		t.on, t.calls = true, nil
		readOne(b, s, f)
		t.on, calls[i] = false, t.calls
		apdus += len(t.calls) - 2
	}
	rows := log.Len()

	var took [contestants][]time.Duration
	passes := 0
	pass := func() {
		var sum [contestants]time.Duration
		for i, f := range files {
			for turn := range contestants {
				who := (i + passes + turn) % contestants
				start := time.Now()
				switch who {
				case bySession:
					readOne(b, s, f)
				case byTransport:
					carry(b, plain, calls[i])
				case byBinding:
					replay(b, raw, calls[i])
				}
				sum[who] += time.Since(start)
			}
		}
		for who, d := range sum {
			took[who] = append(took[who], d)
		}
		passes++
	}
	for b.Loop() {
		pass()
	}
	for passes < minPairs {
		pass()
	}
	if got := (log.Len() - rows) / passes; got != apdus {
		b.Fatalf("%d rows of the log for %d APDUs", got, apdus)
	}
	ratios := over(took, bySession)
	only(b)
	b.ReportMetric(median(ratios), "ratio(budget:1.15)")
	b.ReportMetric(quantile(ratios, 0.1), "ratio-p10")
	b.ReportMetric(quantile(ratios, 0.9), "ratio-p90")
	b.ReportMetric(median(over(took, byTransport)), "ratio-transport-alone")
	b.ReportMetric(float64(median(took[bySession]).Microseconds())/float64(apdus), "µs/APDU")
	b.ReportMetric(float64(median(took[byBinding]).Microseconds())/float64(apdus), "µs/APDU-bare")
	b.ReportMetric(float64(apdus), "APDUs")
	b.ReportMetric(float64(passes), "pairs")
}

// BenchmarkWholeCardByReader reads each built-in card whole through pcscd.
// What that is measured by, the floor, and the ratio to it stand in the
// benchmark of package fs: here it is the time.
func BenchmarkWholeCardByReader(b *testing.B) {
	for _, img := range virtual.Builtin() {
		b.Run(img.ID, func(b *testing.B) {
			plug(b, img.ID)
			var took []time.Duration
			var commands, followUps, files int
			for b.Loop() {
				commands, followUps = 0, 0
				log := trace.NewLog(trace.LogOptions{})
				s, _ := openSession(b, func(e card.Exchange) {
					log.Append(e)
					switch e.Kind {
					case card.ExchangeAPDU:
						commands++
					case card.ExchangeFollowUp:
						followUps++
					}
				})
				ctx := context.Background()
				c := fs.New(s, nil)
				start := time.Now()
				if err := c.Discover(ctx); err != nil {
					b.Fatal(err)
				}
				if err := c.Walk(ctx, fs.WalkOptions{All: true}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				files = 0
				for _, n := range c.Tree().All() {
					if n.State == fs.Read {
						files++
					}
				}
				_ = s.Close(ctx)
			}
			if files < 5 && img.ID != "other" { // which is no SIM and has none
				b.Fatalf("only %d files were read", files)
			}
			only(b)
			b.ReportMetric(ms(median(took)), "ms/card")
			b.ReportMetric(float64(commands), "commands")
			b.ReportMetric(float64(followUps), "follow-ups")
			b.ReportMetric(float64(files), "files-read")
		})
	}
}
