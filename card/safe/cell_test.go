package safe

import "testing"

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Ada": "Ada", "+447700900123": "+447700900123", "0770": "0770", "=1+1": "'=1+1", "@x": "'@x", "-2": "'-2",
		"+": "'+", "+1 2": "'+1 2", "'x": "''x", "\t=1": "'\t=1", "\r": "'\r", "星": "星",
	} {
		got := Cell(in)
		if got != want || Uncell(got) != in {
			t.Errorf("%q became %q, back %q", in, got, Uncell(got))
		}
	}
	if got := Uncell("'Ada"); got != "'Ada" {
		t.Errorf("an apostrophe that nobody put there was taken: %q", got)
	}
}
