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
	return runOnAnswer(t, func() cardtest.Answer { return f.Answer(true) }, args...)
}

func runOnAnswer(t *testing.T, answer func() cardtest.Answer, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	rs := app.NewReaders(&cardtest.Provider{T: t, Answer: answer})
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
	tt.holds(t, runOn(t, tt.card, strings.Fields(tt.args)...))
}

func (tt saying) holds(t *testing.T, r result) {
	t.Helper()
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
		{
			"chip without a profile", cardtest.EmptyChip(), "info", ExitOK,
			[]string{"eUICC (eSIM chip)", "ISD-R", "PIN1  off, 3 left"},
			[]string{"receive your codes"},
		},
		{
			"chip without a profile, in JSON", cardtest.EmptyChip(), "info --json", ExitOK,
			[]string{`"kind": "euicc"`, `"open": null`},
			nil,
		},
		{"chip without a profile and MF", cardtest.BareChip(), "info", ExitOK, []string{"eUICC (eSIM chip)", "ISD-R"}, []string{"other card"}},
		{
			"files, no SIM", cardtest.PlainFiles(), "info", ExitOK,
			[]string{"not known to be a SIM"},
			[]string{"UICC", "ADM1"},
		},
		{"files, no SIM, its PINs", cardtest.PlainFiles(), "pin status", ExitOK, []string{"names no PINs"}, []string{"ADM1"}},
		{"chip without a profile, limits", cardtest.EmptyChip(), "restrictions", ExitOK, []string{"no subscriber"}, []string{"Nothing that was read"}},
		{"chip without a profile, name", cardtest.EmptyChip(), "network-name", ExitOK, []string{"no USIM"}, nil},
		{"chip without a profile, messages", cardtest.EmptyChip(), "messages list", ExitOK, []string{"no place for messages"}, []string{"0 of 0"}},
		{"chip without a profile, contacts", cardtest.EmptyChip(), "contacts list", ExitNotFound, []string{"no phone book"}, nil},
		{"nothing to look through", cardtest.EmptyChip(), "find 0791", ExitNotFound, []string{"Nothing was found."}, []string{"0 files", "PIN"}},
		{"compare with what is not there", cardtest.EmptyChip(), "compare MF DF.TELECOM", ExitNotFound, []string{"The card has no MF/DF.TELECOM"}, nil},
		{"scan without an MF", cardtest.Token(), "scan", ExitNotFound, []string{"The card has no MF"}, []string{"65532"}},
		{"phone book without EF.PBR", plainBook(), "contacts list", ExitOK, []string{"1 contact, 2 places", "Ann"}, []string{"EF.PBR", "!"}},
		{"verify a PIN that is off", cardtest.EmptyChip(), "pin verify", ExitNotAllowed, []string{"PIN1 is off; nothing was sent"}, []string{"Type"}},
		{"chip without a profile, identity", cardtest.EmptyChip(), "suci", ExitNotFound, []string{"No subscription on this card answers"}, []string{"in the clear"}},
		{"files of a directory that is not there", cardtest.EmptyChip(), "ls DF.TELECOM", ExitNotFound, []string{"The card has no MF/DF.TELECOM"}, nil},
		{"applications by their names", cardtest.Token(), "ls", ExitOK, []string{"OpenPGP card", "PIV (US federal identity", "D27600012401"}, nil},
		{"a phone book of another kind", plainBook(), "contacts --book usim list", ExitNotFound, []string{"no phone book usim", "--book gsm"}, nil},
		{"token that knows no SELECT by identifier, contacts", tokenWith("6D00"), "contacts list", ExitNotFound, []string{"no phone book"}, []string{"6D00"}},
		{"token that knows no SELECT by identifier, messages", tokenWith("6D00"), "messages list", ExitOK, []string{"no place for messages"}, []string{"6D00"}},
		{"token that knows no SELECT by identifier, a file", tokenWith("6D00"), "read MF/EF.ICCID", ExitNotFound, []string{"not found"}, []string{"6D00"}},
		{"passport", cardtest.Passport(), "info", ExitOK, []string{"not known to be a SIM", "A0000002471001", "assport"}, nil},
		{"token", cardtest.Token(), "info", ExitOK, []string{"other card", "OpenPGP"}, []string{"PIN1"}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t) })
	}
}

// A card that answers 9000 to everything and describes nothing has nothing of
// which more is known.
func TestCardThatSaysYes(t *testing.T) {
	for _, tt := range []saying{
		{name: "info", args: "info", says: []string{"not known to be a SIM"}, not: []string{"UICC"}},
		{name: "limits", args: "restrictions", says: []string{"Limit of call costs (MF/DF.GSM): Not known", "does not say how"}, not: []string{"{used}", "nobody has filled"}},
		{name: "messages", args: "messages list", code: ExitCardError, says: []string{"what it holds is not known"}, not: []string{"0 messages", "0000"}},
		{name: "contacts", args: "contacts list", code: ExitCardError, says: []string{"what it holds is not known"}, not: []string{"0 contacts", "no phone book"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			yes := func([]byte) ([]byte, error) { return []byte{0x90, 0x00}, nil }
			tt.holds(t, runOnAnswer(t, func() cardtest.Answer { return yes }, strings.Fields(tt.args)...))
		})
	}
}

func tokenWith(sw string) cardtest.Files {
	f := cardtest.Token()
	f.NoMF = sw
	return f
}

// plainBook is a UICC with EF.ADN below DF.TELECOM and nothing beside it.
func plainBook() cardtest.Files {
	f := cardtest.EmptyChip()
	f.Files["3F00/7F10"] = cardtest.File{Info: "620B 82027821 83027F10 8A0105"}
	f.Files["3F00/7F10/6F3A"] = cardtest.File{
		Info:    "6212 82054221001102 83026F3A 8A0105 80020022",
		Records: []string{"416E6E 0391 2143" + strings.Repeat("FF", 10), strings.Repeat("FF", 17)},
	}
	return f
}

// An APDU sent by hand is the only one beside those that find out the class.
func TestAPDUAsksNothingElse(t *testing.T) {
	sent := 0
	f := cardtest.EmptyChip()
	rs := app.NewReaders(&cardtest.Provider{T: t, Answer: func() cardtest.Answer {
		answer := f.Answer(false)
		return func(apdu []byte) ([]byte, error) {
			sent++
			return answer(apdu)
		}
	}})
	var out bytes.Buffer
	p := &program{rs: rs, io: IO{In: strings.NewReader(""), Out: &out, Err: &out, Vars: func(string) string { return "" }}}
	if code := p.run([]string{"apdu", "00A40000022FE2"}); code != ExitOK || sent != 2 || !strings.Contains(out.String(), "9000") {
		t.Errorf("exit code %d, %d commands: %s", code, sent, out.String())
	}
}
