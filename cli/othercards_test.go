package cli

import (
	"bytes"
	"strings"
	"testing"

	"simscope/card/cardtest"
	"simscope/tui/app"
)

// runOn runs a command on a card.
func runOn(t *testing.T, f cardtest.Files, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	rs := app.NewReaders(&cardtest.Provider{T: t, Answer: func() cardtest.Answer { return f.Answer(true) }})
	p := &program{rs: rs, io: IO{In: strings.NewReader(""), Out: &out, Err: &err, Vars: func(string) string { return "" }}}
	return result{p.run(args), out.String(), err.String()}
}

// saying is a command on a card, and what it must and must not say.
type saying struct {
	name string
	card cardtest.Files
	args string
	code int
	says []string
	not  []string
}

func (tt saying) check(t *testing.T) {
	t.Helper()
	r := runOn(t, tt.card, strings.Fields(tt.args)...)
	all := r.out + r.err
	if r.code != tt.code {
		t.Errorf("exit code %d, want %d", r.code, tt.code)
	}
	for _, s := range tt.says {
		if !strings.Contains(all, s) {
			t.Errorf("%q is not said", s)
		}
	}
	for _, s := range tt.not {
		if strings.Contains(all, s) {
			t.Errorf("%q is said", s)
		}
	}
	if t.Failed() {
		t.Log(all)
	}
}

// What is said of cards that are no SIM in use is what they answered.
func TestOtherCards(t *testing.T) {
	for _, tt := range []saying{
		{"chip without a profile", cardtest.EmptyChip(), "info", ExitOK,
			[]string{"eUICC (eSIM chip)", "ISD-R", "PIN1  off, 3 left"}, []string{"receive your codes"}},
		{"chip without a profile, in JSON", cardtest.EmptyChip(), "info --json", ExitOK,
			[]string{`"kind": "euicc"`, `"open": null`}, nil},
		{"files, no SIM", cardtest.PlainFiles(), "info", ExitOK,
			[]string{"not known to be a SIM"}, []string{"UICC", "ADM1"}},
		{"files, no SIM, its PINs", cardtest.PlainFiles(), "pin status", ExitOK, []string{"names no PINs"}, []string{"ADM1"}},
		{"token", cardtest.Token(), "info", ExitOK, []string{"other card", "OpenPGP"}, []string{"PIN1"}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t) })
	}
}
