package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/texts"
)

// The PIN that stands in errors where a careless caller could put one.
const leaked = "47110815"

func TestExplain(t *testing.T) {
	te := func(k card.TransportKind, err error) error {
		return &card.TransportError{Kind: k, Op: "transmit", Err: err}
	}
	abandoned := func(err error) error { return te(card.KindAbandoned, err) }
	some := []card.Reader{named("pcsc", "A\x1b[31m", 0), named("pcsc", "B", 0)}
	for _, tt := range []struct {
		err error
		id  string
		say string // part of the answer
	}{
		{&card.PINError{Ref: card.RefPIN1, Left: 2, Known: true, SW: 0x63C2}, "pin_wrong", "PIN1 is wrong. 2 tries"},
		{&card.PINError{Ref: card.RefPIN1, Blocked: true, Known: true, SW: 0x6983}, "pin_blocked", "PIN1 is blocked"},
		{&card.PINError{Ref: card.RefPIN1, Unblock: true, Blocked: true, Known: true, SW: 0x6983}, "puk_blocked", "PUK1 is blocked"},
		{&card.PINError{Ref: card.RefPIN2, Unblock: true, Left: 5, Known: true, SW: 0x63C5}, "pin_wrong", "PUK2 is wrong"},
		{&card.PINError{Ref: card.RefADM1, SW: 0x9804}, "pin_refused", "ADM1"},
		{&card.LostError{Op: "VERIFY", Err: te(card.KindGone, nil)}, "lost", "unknown"},
		{&card.GateError{Risk: card.RiskChange, Mode: card.ReadOnly}, "read_only", ""},
		{&card.GateError{Risk: card.RiskChange, Mode: card.ReadOnlyLocked}, "locked_read_only", "--read-only"},
		{&card.BudgetError{What: "bytes", Limit: 65536}, "endless", "65536 bytes"},
		{&card.StatusError{Op: "READ BINARY", Header: [4]byte{0, 0xB0}, SW: 0x6982}, "pin_needed", "6982"},
		{&card.StatusError{Op: "READ BINARY", Header: [4]byte{0xA0, 0xB0}, SW: 0x9804}, "pin_needed", "9804"},
		{&card.StatusError{Op: "SELECT", Header: [4]byte{0, 0xA4}, SW: 0x6A82}, "not_found", "6A82"},
		{&card.StatusError{Op: "SELECT", Header: [4]byte{0xA0, 0xA4}, SW: 0x9404}, "not_found", "9404"},
		{&card.StatusError{Op: "READ RECORD", Header: [4]byte{0, 0xB2}, SW: 0x6A83}, "not_found", "6A83"},
		{&card.StatusError{Op: "VERIFY", Header: [4]byte{0, 0x20}, SW: 0x6A88}, "not_found", "6A88"},
		{&card.StatusError{Op: "X", SW: 0x6FFF, File: card.PathOf("", card.FIDICCID), HasFile: true}, "card_error", "6FFF"},
		{&card.StatusError{Op: "X", SW: 0x0001}, "card_error", "0001"},
		{&ChoiceError{Asked: leaked, All: some}, "reader_unknown", "B"},
		{&ChoiceError{Asked: leaked, Fits: some, All: some}, "reader_ambiguous", "B"},
		{&fs.LimitError{What: "files", Limit: 2000}, "limit", "2000 files"},
		{&trace.RecordingError{ID: "line", Line: 3, Err: errors.New(leaked)}, "not_recording", "3"},
		{&fs.AmbiguousError{Typed: leaked, Names: []string{"EF.A", "EF.B"}}, "ambiguous_file", "EF.A, EF.B"},
		{&InternalError{Verb: "x", Kind: "string"}, "internal", "string"},
		{card.ErrLastTry, "last_try", ""},
		{card.ErrOtherCard, "other_card", ""},
		{te(card.KindGone, card.ErrOtherCard), "other_card", ""},
		{card.ErrNotInGSM, "not_in_gsm", ""},
		{card.ErrPINForm, "pin_form", ""},
		{card.ErrPINRef, "pin_ref", ""},
		{card.ErrNeedsApp, "needs_app", "application"},
		{card.ErrLocked, "locked_read_only", ""},
		{card.ErrNotAPDU, "not_apdu", ""},
		{card.ErrPath, "not_path", ""},
		{card.ErrAID, "not_aid", ""},
		{fmt.Errorf("%q: %w", leaked, fs.ErrNoSuchFile), "not_found", ""},
		{fs.ErrNotAFile, "not_file", ""},
		{fmt.Errorf("VERIFY: %w", ErrGuarded), "guarded", ""},
		{fmt.Errorf("%w: pins[2]", virtual.ErrImage), "not_image", ""},
		{te(card.KindProtocol, trace.ErrNotRecorded), "not_in_recording", "recording"},
		{te(card.KindProtocol, trace.ErrWithheld), "not_in_recording", "without its secrets"},
		{&card.LostError{Op: "VERIFY", Err: te(card.KindProtocol, trace.ErrWithheld)}, "not_in_recording", ""},
		{context.Canceled, "stopped", "Stopped"},
		{context.DeadlineExceeded, "no_answer", ""},
		{abandoned(context.Canceled), "stopped", ""},
		{abandoned(context.DeadlineExceeded), "no_answer", ""},
		{abandoned(nil), "abandoned", ""},
		// What a call waited for when it was given up says more than that it was.
		{te(card.KindBusy, context.DeadlineExceeded), "busy", "Another program"},
		{te(card.KindBusy, context.Canceled), "busy", "Another program"},
		{te(card.KindMute, context.DeadlineExceeded), "mute", "does not answer"},
		{te(card.KindServiceDown, context.DeadlineExceeded), "service_down", "pcscd"},
		{te(card.KindUnknown, context.DeadlineExceeded), "no_answer", ""},
		{te(card.KindUnknown, nil), "unknown", ""},
		{te(card.KindGone, nil), "gone", ""},
		{te(card.KindDenied, nil), "denied", ""},
		{te(card.KindReset, nil), "reset", ""},
		{te(card.KindNoReader, nil), "no_reader", ""},
		{te(card.KindNoCard, nil), "no_card", ""},
		{te(card.KindProtocol, errors.New("broken")), "protocol", ""},
		{&card.TransportError{Kind: card.KindDenied, Op: "connect", Code: 0x8010006A}, "denied", "0x8010006A"},
		{errors.New("else\x1b[2J"), "error", "else"},
	} {
		for _, err := range []error{tt.err, fmt.Errorf("while at it: %w", tt.err)} {
			for _, tried := range []string{"", "read EF.IMSI"} {
				p := Explain(err, tried)
				s := p.String()
				if p.ID != tt.id || !strings.Contains(p.Answer, tt.say) || p.Answer == "" {
					t.Errorf("%v: %+v, want %s: %s", tt.err, p, tt.id, tt.say)
				}
				if strings.ContainsAny(s, "<>{}\x1b\n") {
					t.Errorf("%v: not fit to be shown: %q", tt.err, s)
				}
				if strings.Contains(s, leaked) {
					t.Errorf("%v: what was typed is told: %q", tt.err, s)
				}
				if tried != "" && (p.Tried != tried || !strings.HasPrefix(s, tried+": ")) {
					t.Errorf("%v: what was tried is lost: %q", tt.err, s)
				}
				if tt.id != "error" && tt.id != "internal" && tt.id != "card_error" && tt.id != "stopped" &&
					tt.id != "not_in_gsm" && tt.id != "pin_needed" && p.Next == "" {
					t.Errorf("%v: %s says nothing of what to do next", tt.err, p.ID)
				}
			}
		}
	}
}

// Every kind of transport error has its words, also one that comes later.
func TestEveryTransportKindHasWords(t *testing.T) {
	for k := card.KindUnknown; k <= card.KindAbandoned; k++ {
		for _, id := range []string{"problem.transport." + k.ID(), "problem.transport." + k.ID() + ".next"} {
			if !texts.Has(id) {
				t.Errorf("%s is missing", id)
			}
		}
	}
}

// Every status word after every command gives a sentence with the code in it.
func TestStatusOfEverything(t *testing.T) {
	instructions := []byte{
		card.InsVerify, card.InsUnblockPIN, card.InsSelect, card.InsReadBinary, card.InsReadRecord,
		card.InsUpdateBinary, card.InsUpdateRecord, card.InsAuthenticate, 0xFF,
	}
	sw2 := []byte{0x00, 0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x62, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x88, 0xC0, 0xC3, 0xF1, 0xFF}
	for i := range 256 * len(sw2) {
		sw := i/len(sw2)<<8 | int(sw2[i%len(sw2)])
		for _, ins := range instructions {
			for _, data := range []bool{false, true} {
				s := Status([4]byte{0, ins}, data, card.SW(sw))
				if strings.ContainsAny(s, "<>{}") || !strings.HasSuffix(s, fmt.Sprintf("(%04X)", sw)) || strings.HasPrefix(s, " ") {
					t.Fatalf("%02X, data %v: %q", ins, data, s)
				}
			}
		}
	}
	for _, tt := range []struct {
		ins  byte
		data bool
		sw   card.SW
		want string
	}{
		{card.InsVerify, false, 0x63C2, "2 tries left (63C2)"},
		{card.InsSelect, true, 0x6A82, "not found (6A82)"},
		{card.InsReadBinary, false, 0x0001, texts.Say("trace.sw.unknown")},
	} {
		if got := Status([4]byte{0, tt.ins}, tt.data, tt.sw); !strings.Contains(got, tt.want) {
			t.Errorf("%02X %s: %q", tt.ins, tt.sw, got)
		}
	}
}

// What a real wrong PIN leads to, from the card to the words.
func TestExplainWhatACardSays(t *testing.T) {
	c := opened(t, cards(t), "everyday", OpenOptions{})
	_, err := verify1("4711")(t.Context(), c)
	p := Explain(err, "verify PIN1")
	if p.ID != "pin_wrong" || !strings.Contains(p.Answer, "2 tries are left") || strings.Contains(p.String(), "4711") {
		t.Errorf("%+v", p)
	}
	_, err = imsi(t.Context(), c)
	if p := Explain(err, ""); p.ID != "pin_needed" || !strings.Contains(p.Answer, "6982") {
		t.Errorf("%+v", p)
	}
	if _, err := c.Files.Resolve("EF.NOSUCH"); Explain(err, "").ID != "not_found" {
		t.Errorf("%v", err)
	}
}

// What is to be done next is a sentence of its own.
func TestProblemInSentences(t *testing.T) {
	for _, c := range []struct {
		p    Problem
		want string
	}{
		{Problem{Tried: "EF.PBR", Answer: "reading needs a right that is missing (6982)", Next: "It needs PIN1."}, "EF.PBR: reading needs a right that is missing (6982). It needs PIN1."},
		{Problem{Tried: "read", Answer: "There is none.", Next: "Look again."}, "read: There is none. Look again."},
		{Problem{Answer: "There is none"}, "There is none"},
		{Problem{Next: "Look again."}, "Look again."},
	} {
		if got := c.p.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
