package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"simscope/card"
)

func run(t testing.TB, l *Log, text string) []uint64 {
	t.Helper()
	f, err := ParseFilter(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	m := f.Matcher(testNames)
	got, err := m.Run(context.Background(), l.View(), 0)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	// One by one must say the same.
	for n, e := range l.View().All() {
		if m.Match(e) != slices.Contains(got, n) {
			t.Errorf("%s: Match of row %d contradicts Run", text, n)
		}
	}
	return got
}

func TestFilter(t *testing.T) {
	l := logOf(session(t)...)
	for text, want := range map[string][]uint64{
		"":                         {0, 1, 2, 3, 4, 5, 6, 7},
		"sw:9000":                  {2},
		"sw:6xxx":                  {1, 3, 4, 5},
		"sw:63":                    {3, 4},
		"sw:63cX":                  {3, 4},
		"!sw:9000 sw:xxxx":         {1, 3, 4, 5},
		"file:imsi":                {1, 2},
		"file:7f10":                {5},
		`file:"EF.IMSI"`:           {1, 2},
		"ins:select":               {1},
		"ins:read":                 {2, 5},
		"ins:B2":                   {5},
		"INS:verify":               {3, 4},
		"step:read":                {0, 1, 2, 3, 4, 5, 6, 7},
		"step:write":               nil,
		"err":                      {4, 5, 7},
		"note":                     {6},
		"reset":                    {0},
		"hidden":                   {4},
		">1s":                      {7},
		">10ms":                    {1, 2, 3, 4, 5, 7},
		"<20 ins:xx":               {1, 2, 3, 4, 5},
		"ch:0":                     {1, 2, 3, 4, 5, 7},
		"ch:1":                     nil,
		"cla:8x":                   {7},
		"imsi read":                {2},
		`"read binary"`:            {2},
		"reset|note":               {0, 6},
		"(sw:9000 | note) !imsi":   {6},
		"!(sw:6xxx|sw:9)":          {0, 6, 7},
		"991032":                   {2},
		`"99 10 32"`:               {2},
		"99103":                    {2},
		"99104":                    nil,
		"3b9f":                     {0},
		"right":                    {5},
		"answer":                   {7},
		`"err"`:                    nil,
		"!!note":                   {6},
		"tries|ins:sel":            {1, 3, 4},
		`"tries left" !"wrong, 2"`: {3},
		"000000":                   {7},
	} {
		if got := run(t, l, text); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	for text, want := range map[string]FilterError{
		"a sw:zz":                     {Off: 2, ID: "sw", Token: "zz"},
		"sw:":                         {Off: 0, ID: "sw"},
		"sw:12345":                    {Off: 0, ID: "sw", Token: "12345"},
		"cla:123":                     {Off: 0, ID: "cla", Token: "123"},
		"ins:nothing":                 {Off: 0, ID: "ins", Token: "nothing"},
		"ins:":                        {Off: 0, ID: "ins"},
		"ch:20":                       {Off: 0, ID: "channel", Token: "20"},
		">fast":                       {Off: 0, ID: "time", Token: "fast"},
		">":                           {Off: 0, ID: "time"},
		"> 1":                         {Off: 0, ID: "time"},
		"a:b":                         {Off: 0, ID: "key", Token: "a"},
		":b":                          {Off: 0, ID: "key"},
		"(a":                          {Off: 0, ID: "paren"},
		"a)":                          {Off: 1, ID: "paren"},
		"a|":                          {Off: 2, ID: "empty"},
		"|a":                          {Off: 0, ID: "empty"},
		"()":                          {Off: 1, ID: "empty"},
		"!":                           {Off: 1, ID: "empty"},
		`x "a`:                        {Off: 2, ID: "quote"},
		`""`:                          {Off: 0, ID: "empty"},
		"file:":                       {Off: 0, ID: "empty"},
		strings.Repeat("!", 70) + "a": {Off: 65, ID: "deep"},
		strings.Repeat("(", 70) + "a": {Off: 65, ID: "deep"},
		strings.Repeat("a", 1025):     {Off: 1024, ID: "long"},
	} {
		_, err := ParseFilter(text)
		var fe *FilterError
		if !errors.As(err, &fe) {
			t.Errorf("%q: %v is no FilterError", text, err)
			continue
		}
		if *fe != want {
			t.Errorf("%q: %+v, want %+v", text, *fe, want)
		}
		if s := fe.Error(); strings.Contains(s, "<") || strings.Contains(s, "{") {
			t.Errorf("%q: %s", text, s)
		}
	}
}

func TestComplete(t *testing.T) {
	l := logOf(session(t)...)
	voc := VocabularyOf(l.View(), testNames)
	for _, c := range []struct{ prefix, want string }{
		{"", "sw:"},
		{"f", "file:"},
		{"sw:9000 !s", "sw:9000 !sw:"},
		{"sw:63", "sw:"},
		{"sw:69", "sw:6982"},
		{"ins:sel", "ins:SELECT"},
		{"ins:bin", `ins:"READ BINARY"`},
		{"(file:im", "(file:EF.IMSI"},
		{"a|step:", `a|step:"read card"`},
		{`step:"read c`, `step:"read card"`},
	} {
		found := false
		got := Complete(c.prefix, voc)
		for _, s := range got {
			found = found || s.Text == c.want
			if _, err := ParseFilter(s.Text); err != nil && !strings.HasSuffix(s.Text, ":") && !strings.Contains(s.Text, "(") {
				t.Errorf("%q suggests %q: %v", c.prefix, s.Text, err)
			}
		}
		if !found && c.prefix != "sw:63" || c.prefix == "sw:63" && len(got) != 0 {
			t.Errorf("%q suggests %v, not %q", c.prefix, got, c.want)
		}
	}
}

func TestFilterIsCancelled(t *testing.T) {
	l, _ := bigLog(t, 50_000)
	ctx, cancel := context.WithCancel(context.Background())
	rows := 0
	f, err := ParseFilter("file:imsi")
	if err != nil {
		t.Fatal(err)
	}
	m := f.Matcher(func(p card.Path) string {
		if rows++; rows == 2 {
			cancel()
		}
		return p.String()
	})
	got, err := m.Run(ctx, l.View(), 0)
	if !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("%d rows, %v", len(got), err)
	}
	if rows > 1000 {
		t.Errorf("%d names were asked for after the end", rows)
	}
}

func TestFilterFrom(t *testing.T) {
	l := NewLog(LogOptions{MaxRows: 64})
	for i := range 200 {
		l.Append(apdu(t, fmt.Sprintf("00 B0 00 %02X 01", i), "", 0x9000))
	}
	f, _ := ParseFilter("ins:read")
	m := f.Matcher(nil)
	v := l.View()
	all, _ := m.Run(context.Background(), v, 0)
	if len(all) != v.Len() || all[0] != v.First() {
		t.Errorf("%d rows from %d", len(all), all[0])
	}
	if tail, _ := m.Run(context.Background(), v, 197); !slices.Equal(tail, []uint64{197, 198, 199}) {
		t.Errorf("from 197: %v", tail)
	}
}

// BenchmarkFilter must stay below 250 ms for a full log.
func BenchmarkFilter(b *testing.B) {
	const budget = 250 * time.Millisecond
	l, _ := bigLog(b, 1_000_000)
	for _, text := range []string{"sw:9000", "file:6F07", "ins:read", "err", ">10ms", "select", "imsi", "991032", "!sw:9000 file:6F | note"} {
		b.Run(text, func(b *testing.B) {
			f, err := ParseFilter(text)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := f.Matcher(nil).Run(context.Background(), l.View(), 0); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(budget), "of-budget")
		})
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"", "a b|!c", `sw:6x "q\" " file:x`, "((a)|b)", ">10ms <1 ch:1 ins:b0 cla:8x err"} {
		f.Add(s)
	}
	es := append(session(f), canaries(f)...)
	l := logOf(es...)
	f.Fuzz(func(t *testing.T, s string) {
		Complete(s, Vocabulary{Files: []string{"EF.IMSI"}})
		fl, err := ParseFilter(s)
		if err != nil {
			var fe *FilterError
			if !errors.As(err, &fe) || fe.Off < 0 || fe.Off > len(s) || fe.Error() == "" {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if _, err := fl.Matcher(nil).Run(context.Background(), l.View(), 0); err != nil {
			t.Fatal(err)
		}
	})
}
