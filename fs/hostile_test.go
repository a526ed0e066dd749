package fs

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"simscope/card"
)

// readOne reads EF.SPN of a card whose answers hook changes.
func readOne(t *testing.T, f *fakeCard, hook func([]byte) []byte) Node {
	t.Helper()
	c := discovered(t, f)
	f.hook = hook
	n, err := c.ReadFile(context.Background(), usimPath(0x6F46), false)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func hasFlag(n Node, id string) bool { return slices.Contains(flagIDs(n.Flags), id) }

// HC-15: more than was asked for.
func TestReadMoreThanAsked(t *testing.T) {
	n := readOne(t, usimCard(), func(a []byte) []byte {
		if a[1] != card.InsReadBinary {
			return nil
		}
		return append(bytes.Repeat([]byte{7}, 200), 0x90, 0)
	})
	if len(n.Content.Binary) != 17 || !hasFlag(n, "read.more_than_asked") {
		t.Errorf("%d bytes, flags %v", len(n.Content.Binary), n.Flags)
	}
}

// HC-16: fewer bytes with 9000; the offset moves by what came, nothing stops.
func TestReadFewer(t *testing.T) {
	var offsets []byte
	n := readOne(t, usimCard(), func(a []byte) []byte {
		if a[1] != card.InsReadBinary {
			return nil
		}
		offsets = append(offsets, a[3])
		if a[3] == 9 {
			return sw(0x9000)
		}
		return []byte{1, 2, 3, 0x90, 0}
	})
	if !bytes.Equal(offsets, []byte{0, 3, 6, 9}) || len(n.Content.Binary) != 9 || !n.Content.Partial || !hasFlag(n, "read.no_progress") {
		t.Errorf("offsets %v, content %+v, flags %v", offsets, n.Content, n.Flags)
	}
}

// HC-17: end of file early.
func TestReadEarlyEnd(t *testing.T) {
	n := readOne(t, usimCard(), func(a []byte) []byte {
		if a[1] != card.InsReadBinary {
			return nil
		}
		return []byte{1, 2, 3, 0x62, 0x82}
	})
	if len(n.Content.Binary) != 3 || !n.Content.Partial || !hasFlag(n, "read.early_end") {
		t.Errorf("content %+v, flags %v", n.Content, n.Flags)
	}
}

// HC-13: a response without a status word ends in an error, not in a panic.
func TestReadShortResponse(t *testing.T) {
	for _, resp := range [][]byte{{}, {0x90}} {
		f := usimCard()
		c := discovered(t, f)
		f.hook = func([]byte) []byte { return resp }
		if len(resp) == 0 {
			f.hook = func([]byte) []byte { return []byte{} }
		}
		if _, err := c.ReadFile(context.Background(), usimPath(0x6F46), false); err == nil {
			t.Errorf("%d bytes: no error", len(resp))
		}
	}
}

// HC-14: 64 KiB where 17 bytes were asked for.
func TestReadHugeResponse(t *testing.T) {
	n := readOne(t, usimCard(), func(a []byte) []byte {
		if a[1] != card.InsReadBinary {
			return nil
		}
		return append(make([]byte, 65536), 0x90, 0)
	})
	if len(n.Content.Binary) != 17 {
		t.Errorf("%d bytes kept", len(n.Content.Binary))
	}
}

// HC-18: a huge declared size costs no memory and stops with the file.
func TestReadHugeSize(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F46"].info = fcp("4121", 0x6F46, -1, "8004FFFFFFFF")
	n := readOne(t, f, nil)
	if len(n.Content.Binary) != 17 || !n.Content.Partial {
		t.Errorf("%d bytes, partial %v", len(n.Content.Binary), n.Content.Partial)
	}
}

// HC-19: record length 0 with 255 records reads nothing, and is not empty.
func TestReadRecordLengthZero(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F42"].info = fcp("42210000FF", 0x6F42, 56, "")
	c := discovered(t, f)
	before := f.count(card.InsReadRecord)
	n, err := c.ReadFile(context.Background(), usimPath(0x6F42), false)
	if err != nil || f.count(card.InsReadRecord) != before || n.State != Failed || len(n.FCP.Flags) == 0 {
		t.Errorf("%v, %d reads, %v, %v", err, f.count(card.InsReadRecord)-before, n.State, n.FCP.Flags)
	}
}

// HC-21 on the wire: the card has fewer records than it says.
func TestReadRecordsEndEarly(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F42"].info = fcp("4221001C0A", 0x6F42, 280, "")
	c := discovered(t, f)
	n, err := c.ReadFile(context.Background(), usimPath(0x6F42), false)
	if err != nil || len(n.Content.Records) != 2 || !n.Content.Partial || !hasFlag(n, "read.record_refused") {
		t.Errorf("%v %+v %v", err, n.Content, n.Flags)
	}
}

// HC-23: a directory that selects something else is not believed, and the
// walk ends.
func TestWalkCycle(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/5F3A"].info = f.files["3F00"].info
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	n, _ := c.Tree().Get(usimPath(0x5F3A))
	if n.State != Absent || !hasFlag(n, "walk.other_file") {
		t.Errorf("%v %v", n.State, n.Flags)
	}
	if len(c.Tree().Children(usimPath(0x5F3A))) != 0 {
		t.Error("files were looked for below it")
	}
}

// A card that answers everything with the same FCP is not believed either.
func TestWalkYesCard(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	f.hook = func(a []byte) []byte {
		if a[1] == card.InsSelect && a[2] != 0x04 {
			return append(bytes.Clone(f.files["3F00/2FE2"].info), 0x90, 0)
		}
		return nil
	}
	mustWalk(t, c, WalkOptions{All: true, Again: true})
	for _, n := range c.Tree().All() {
		if n.State.Exists() && n.Path.App != "" && !n.Path.IsRoot() {
			t.Errorf("%s is %v", c.Name(n.Path), n.State)
		}
	}
}

// HC-20: many large files stop at the budget, not before and not never.
func TestWalkByteBudget(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	f.hook = func(a []byte) []byte {
		switch a[1] {
		case card.InsSelect:
			if a[2] == 0x08 {
				fid := uint16(a[len(a)-2])<<8 | uint16(a[len(a)-1])
				return append(fcp("4221 00FF FE", fid, 255*254, ""), 0x90, 0)
			}
		case card.InsReadRecord:
			return append(make([]byte, 255), 0x90, 0)
		}
		return nil
	}
	err := c.Walk(context.Background(), WalkOptions{All: true})
	var le *LimitError
	if !errors.As(err, &le) || le.What != "bytes" {
		t.Fatalf("error %v", err)
	}
	if s := c.Stats(); s.Bytes > DefaultLimits.Bytes+256 || s.Total() > DefaultLimits.APDUs {
		t.Errorf("%+v", s)
	}
}

// HC-01 in a walk: one file whose answer never ends costs that file only; a
// card that does it everywhere ends the walk.
func TestWalkEndlessAnswers(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	endless := false
	all := false
	f.hook = func(a []byte) []byte {
		if a[1] == card.InsSelect {
			endless = all || bytes.HasSuffix(a[:5+a[4]], unhex("6F7E"))
		}
		if endless {
			return []byte{1, 2, 3, 0x61, 0x10}
		}
		return nil
	}
	mustWalk(t, c, WalkOptions{})
	n, _ := c.Tree().Get(usimPath(0x6F7E))
	if n.State != Failed || !hasFlag(n, "read.endless") {
		t.Errorf("EF.LOCI is %v, flags %v", n.State, n.Flags)
	}
	if got := state(t, c, usimPath(0x6F42)); got != Read {
		t.Errorf("EF.SMSP is %v", got)
	}
	all = true
	before := len(f.log)
	var be *card.BudgetError
	if err := c.Walk(context.Background(), WalkOptions{Again: true}); !errors.As(err, &be) {
		t.Errorf("error %v", err)
	}
	if sent := len(f.log) - before; sent > 70*(maxEndless+1) {
		t.Errorf("%d commands", sent)
	}
}

// Cards that do not tell the length of a record, or not how many there are:
// both are found by reading, with no command more than that takes.
func TestReadUntoldRecords(t *testing.T) {
	recs := [][]byte{pad([]byte{1}, 28), pad([]byte{2}, 28), pad([]byte{3}, 28)}
	for _, tt := range []struct {
		name, desc string
		size       int // -1: not told
		wrongLe    bool
		reads      int // with the follow-up of 6Cxx
		want       int
	}{
		{"length from the size", "4221001C", 84, false, 3, 3},
		{"no number and no size", "42211C", -1, false, 4, 3},
		{"total size only", "4221", 84, false, 3, 3},
		{"total size only, T=0", "4221", 84, true, 4, 3},
		{"nothing told", "42", -1, true, 5, 3},
		{"size not of whole records", "4221", 60, false, 2, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := usimCard()
			f.files[testUSIM+"/6F42"] = &fakeFile{info: fcp(tt.desc, 0x6F42, tt.size, ""), recs: recs}
			c := discovered(t, f)
			if tt.wrongLe {
				f.hook = func(a []byte) []byte {
					if a[1] == card.InsReadRecord && a[4] != 28 && a[2] <= 3 {
						return sw(0x6C1C)
					}
					return nil
				}
			}
			before := f.count(card.InsReadRecord)
			n, err := c.ReadFile(context.Background(), usimPath(0x6F42), false)
			reads := f.count(card.InsReadRecord) - before
			if err != nil || n.State != Read || reads != tt.reads || len(n.Content.Records) != tt.want || n.Content.Partial ||
				n.FCP.Records != tt.want || n.FCP.RecordLen != 28 {
				t.Errorf("%v, %v, %d reads, content %+v, flags %v, %d x %d", err, n.State, reads, n.Content, n.Flags, n.FCP.Records, n.FCP.RecordLen)
			}
		})
	}
}

// A card that answers every record number of a file without a size is bounded
// by the numbers there are; one that has none has none.
func TestReadUntoldRecordsEnd(t *testing.T) {
	for _, tt := range []struct {
		answer string
		want   int
	}{{"01029000", maxRecords}, {"6A83", 0}} {
		f := usimCard()
		f.files[testUSIM+"/6F42"].info = fcp("4221", 0x6F42, -1, "")
		c := discovered(t, f)
		f.hook = func(a []byte) []byte {
			if a[1] == card.InsReadRecord {
				return unhex(tt.answer)
			}
			return nil
		}
		n, err := c.ReadFile(context.Background(), usimPath(0x6F42), false)
		if err != nil || n.State != Read || len(n.Content.Records) != tt.want {
			t.Errorf("%s: %v, %v, %d records", tt.answer, err, n.State, len(n.Content.Records))
		}
	}
}
