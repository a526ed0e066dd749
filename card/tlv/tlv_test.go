package tlv_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"simscope/card/tlv"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// dump writes objects as TAG@offset:value, or TAG@offset[…] for constructed ones.
func dump(nodes []tlv.Node) string {
	parts := make([]string, 0, len(nodes))
	for _, n := range nodes {
		s := n.Tag.String() + "@" + hex.EncodeToString([]byte{byte(n.Offset)})
		if len(n.Children) > 0 {
			s += "[" + dump(n.Children) + "]"
		} else {
			s += ":" + hex.EncodeToString(n.Value)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"primitive", "80 02 0010", "80@00:0010"},
		{"empty", "80 00", "80@00:"},
		{"an FCP", "62 0B 82 02 4121 83 02 6F07 8A 01 05", "62@00[82@02:4121 83@06:6f07 8A@0a:05]"},
		{"tags of two and three bytes", "9F7F 01 AA 5F2D 02 656E DFFF10 01 BB", "9F7F@00:aa 5F2D@04:656e DFFF10@09:bb"},
		{"a length of one, two and three bytes", "80 81 01 AA 81 82 0001 BB 82 83 000001 CC", "80@00:aa 81@04:bb 82@09:cc"},
		{"padding", "00 00 80 01 AA FF FF 00 81 01 BB FF", "80@02:aa 81@08:bb"},
		{"only padding", "FF FF FF FF", ""},
		{"FF as the first byte of a tag", "FF40 06 FF50 03 80 01 AA", "FF40@00[FF50@03[80@06:aa]]"},
		{"FF before a tag of one byte", "80 01 AA FF 81 01 BB", "80@00:aa 81@04:bb"},
		{"nested and beside", "A0 03 80 01 AA A1 00", "A0@00[80@02:aa] A1@05:"},
	} {
		nodes, err := tlv.Parse(unhex(t, tt.in))
		if got := dump(nodes); err != nil || got != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.name, got, err, tt.want)
		}
	}
	nodes, err := tlv.ParseFlat(unhex(t, "62 04 82 02 4121"))
	if err != nil || len(nodes) != 1 || nodes[0].Children != nil || len(nodes[0].Value) != 4 {
		t.Errorf("flat: %s, %v", dump(nodes), err)
	}
}

func TestParseMalformed(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     error
		before   string // what is read before the fault
	}{
		{"HC-25 longer than its buffer", "80 05 AABB", tlv.ErrTruncated, ""},
		{"HC-25 after a good one", "81 01 AA 80 05 AABB", tlv.ErrTruncated, "81@00:aa"},
		{"HC-25 5F84FFFFFFFF", "5F 84 FF FF FF FF", tlv.ErrTag, ""},
		{"HC-25 length FFFFFF", "80 83 FF FF FF", tlv.ErrTruncated, ""},
		{"HC-25 in a constructed one", "62 04 82 05 4121", tlv.ErrTruncated, "62@00:82054121"},
		{"HC-26 indefinite", "62 80 80 01 AA 00 00", tlv.ErrLength, ""},
		{"HC-26 four length bytes", "80 84 00 00 00 01 AA", tlv.ErrLength, ""},
		{"HC-26 five length bytes", "80 85 00 00 00 00 01 AA", tlv.ErrLength, ""},
		{"HC-26 a tag without end", "9F 81 82 83 84 01 AA", tlv.ErrTag, ""},
		{"HC-26 a tag cut short", "9F", tlv.ErrTruncated, ""},
		{"HC-26 a tag cut short later", "9F 81", tlv.ErrTruncated, ""},
		{"a tag alone", "80", tlv.ErrTruncated, ""},
		{"a length cut short", "80 82 01", tlv.ErrTruncated, ""},
		{"HC-27 7FFFFFFF", "80 84 7F FF FF FF AA", tlv.ErrLength, ""},
		{"reserved FF", "80 FF", tlv.ErrLength, ""},
	} {
		nodes, err := tlv.Parse(unhex(t, tt.in))
		if got := dump(nodes); !errors.Is(err, tt.want) || got != tt.before {
			t.Errorf("%s: %q, %v; want %v", tt.name, got, err, tt.want)
		}
	}
}

// nested is a constructed object within another, depth of them.
func nested(depth int) []byte {
	b := []byte{}
	for range depth {
		b = tlv.Append(nil, 0xE0, b)
	}
	return b
}

func TestDepth(t *testing.T) { // HC-24
	if _, err := tlv.Parse(nested(tlv.MaxDepth)); err != nil {
		t.Errorf("%d deep: %v", tlv.MaxDepth, err)
	}
	for _, n := range []int{tlv.MaxDepth + 2, 10000} {
		if _, err := tlv.Parse(nested(n)); !errors.Is(err, tlv.ErrTooDeep) {
			t.Errorf("%d deep: %v", n, err)
		}
		if _, err := tlv.ParseFlat(nested(n)); err != nil {
			t.Errorf("%d deep, flat: %v", n, err)
		}
	}
}

func TestNumber(t *testing.T) { // HC-28
	for _, b := range [][]byte{
		bytes.Repeat([]byte{0x80, 0x00}, 100000),
		tlv.Append(nil, 0xE0, bytes.Repeat([]byte{0x80, 0x00}, 100000)),
		bytes.Repeat([]byte{0xE0, 0x02, 0x80, 0x00}, 50000),
	} {
		nodes, err := tlv.Parse(b)
		n := 0
		var count func([]tlv.Node)
		count = func(ns []tlv.Node) {
			n += len(ns)
			for _, x := range ns {
				count(x.Children)
			}
		}
		count(nodes)
		if !errors.Is(err, tlv.ErrTooMany) || n != tlv.MaxNodes {
			t.Errorf("%d objects, %v", n, err)
		}
	}
	if _, err := tlv.Parse(bytes.Repeat([]byte{0x80, 0x00}, tlv.MaxNodes)); err != nil {
		t.Error(err)
	}
	if nodes, err := tlv.Parse(make([]byte, 1<<20)); err != nil || nodes != nil {
		t.Errorf("padding only: %d, %v", len(nodes), err)
	}
}

func TestNothingIsAllocatedByDeclaredSize(t *testing.T) {
	b := unhex(t, "80 83 FF FF FF 01")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		_, _ = tlv.Parse(b)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes for 100 runs", n)
	}
}

func TestValueCannotGrowIntoTheNext(t *testing.T) {
	b := unhex(t, "80 01 AA 81 01 BB")
	nodes, _ := tlv.Parse(b)
	_ = append(nodes[0].Value, 0xEE)
	if b[3] != 0x81 {
		t.Error("appending to a value overwrites the next object")
	}
}

func TestAppendRoundTrip(t *testing.T) {
	tags := []tlv.Tag{0x80, 0x5C, 0x5F2D, 0x9F7F, 0xBF2D, 0xFF40, 0xE0, 0xDFFF10}
	rapid.Check(t, func(t *rapid.T) {
		tag := rapid.SampledFrom(tags).Draw(t, "tag")
		n := rapid.OneOf(rapid.IntRange(0, 300), rapid.SampledFrom([]int{127, 128, 255, 256, 65535, 65536})).Draw(t, "length")
		b := tlv.Append([]byte{0x00}, tag, bytes.Repeat([]byte{0x11}, n))
		nodes, err := tlv.ParseFlat(b)
		if err != nil || len(nodes) != 1 || nodes[0].Tag != tag || len(nodes[0].Value) != n || nodes[0].Offset != 1 {
			t.Fatalf("%s of %d: %d objects, %v", tag, n, len(nodes), err)
		}
	})
}

func TestFindAndConstructed(t *testing.T) {
	nodes, _ := tlv.Parse(unhex(t, "80 01 01 81 01 02 80 01 03"))
	if n, ok := tlv.Find(nodes, 0x80); !ok || n.Value[0] != 1 {
		t.Errorf("the first of two is %+v", n)
	}
	if _, ok := tlv.Find(nodes, 0x82); ok {
		t.Error("found what is not there")
	}
	for tag, want := range map[tlv.Tag]bool{0x62: true, 0x80: false, 0xBF2D: true, 0x9F7F: false, 0x5F2D: false, 0xFF40: true, 0x7F2100: true} {
		if tag.Constructed() != want {
			t.Errorf("%s", tag)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"620B8202412183026F078A0105", "5F84FFFFFFFF", "6280", "FF40020000", "9F818283", "80837FFFFF", "E0E0E0E0"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		nodes, err := tlv.Parse(b)
		total := 0
		var walk func(ns []tlv.Node, depth, from, to int)
		walk = func(ns []tlv.Node, depth, from, to int) {
			if depth > tlv.MaxDepth {
				t.Fatalf("%d deep", depth)
			}
			for _, n := range ns {
				total++
				if n.Offset < from || n.Offset+len(n.Value) > to {
					t.Fatalf("object at %d of %d bytes in %d to %d", n.Offset, len(n.Value), from, to)
				}
				walk(n.Children, depth+1, n.Offset, n.Offset+8+len(n.Value))
			}
		}
		walk(nodes, 0, 0, len(b))
		if total > tlv.MaxNodes {
			t.Fatalf("%d objects", total)
		}
		if err == nil && len(nodes) == 0 && len(bytes.Trim(b, "\x00\xff")) > 0 {
			t.Fatalf("% X: nothing read and no error", b)
		}
	})
}
