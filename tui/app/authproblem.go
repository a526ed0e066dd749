package app

import (
	"errors"
	"fmt"
	"strings"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/texts"
)

// authSimple are errors of authentication and key files that are known by
// themselves.
var authSimple = []struct {
	err error
	id  string
}{
	{auth.ErrNeedsApp, "auth_app"},
	{auth.ErrNoUICC, "auth_no_uicc"},
	{auth.ErrNoSIM, "auth_no_sim"},
	{auth.ErrOnlyGSM, "auth_only_gsm"},
	{auth.ErrAlgorithm, "auth_algorithm"},
	{ErrNoToken, "auth_no_token"},
	{keyfile.ErrPlain, "keys_plain"},
	{keyfile.ErrLong, "keys_long"},
	{keyfile.ErrWrongKey, "keys_wrong"},
	{keyfile.ErrNoCard, "keys_no_card"},
	{keyfile.ErrMany, "keys_many"},
	{keyfile.ErrNoIdent, "keys_identity"},
	{keyfile.ErrOthers, "keys_others"},
	{keyfile.ErrOtherCard, "keys_other_card"},
}

// authProblem puts the errors of authentication and of key files into words.
func authProblem(err error, tried string) (Problem, bool) {
	var (
		pin    *auth.PINNeededError
		answer *auth.AnswerError
		field  *auth.FieldError
		key    *auth.KeyError
		entry  *keyfile.EntryError
	)
	switch {
	case errors.As(err, &entry):
		return fieldProblem("keys_file", tried, entry), true
	case errors.As(err, &pin):
		var names []string
		for _, r := range pin.Refs {
			names = append(names, r.String())
		}
		p := words("auth_pin", tried, "names", strings.Join(names, ", "))
		p.ID = "pin_needed"
		if pin.Answered {
			p.Answer = texts.Say("auth.pin.answered", "names", strings.Join(names, ", "))
		}
		return p, true
	case errors.As(err, &answer):
		return saidProblem("auth_answer", tried, answerWords(answer)), true
	case errors.As(err, &field):
		return saidProblem("auth_field", tried, fieldWords(field)), true
	case errors.As(err, &key):
		return saidProblem("auth_key", tried, keyWords(key)), true
	case errors.Is(err, keyfile.ErrNotFile):
		return fieldProblem("keys_file", tried, err), true
	}
	if p, ok := entryProblem(err, tried); ok {
		return p, true
	}
	for _, s := range authSimple {
		if errors.Is(err, s.err) {
			return words(s.id, tried), true
		}
	}
	return Problem{}, false
}

// fieldProblem is a problem whose error names the field itself.
func fieldProblem(id, tried string, err error) Problem {
	return saidProblem(id, tried, safe.Text(err.Error()))
}

// saidProblem is a problem with words of its own in its sentence.
func saidProblem(id, tried, what string) Problem {
	return Problem{ID: id, Tried: tried, Answer: texts.Say("problem."+id, "what", what), Next: texts.Maybe("problem." + id + ".next")}
}

// answerWords says what of a card's answer does not fit.
func answerWords(e *auth.AnswerError) string {
	switch e.Field {
	case "tag":
		return texts.Say("auth.bad.tag", "got", fmt.Sprintf("%02X", e.Got), "want", e.Want)
	case "end":
		return texts.Say("auth.bad.end", "n", e.Got)
	}
	return texts.Say("auth.bad.answer", "field", e.Field, "n", e.Got, "want", e.Want)
}

// fieldWords says what of a given value does not fit, and what would.
func fieldWords(e *auth.FieldError) string {
	size := texts.Say("auth.bad.bytes", "n", e.Min)
	if e.Max != e.Min {
		size = texts.Say("auth.bad.range", "min", e.Min, "max", e.Max)
	}
	id := "auth.bad.length"
	switch {
	case e.HasSpaces:
		id = "auth.bad.spaces"
	case e.Odd:
		id = "auth.bad.odd"
	case e.NotHex:
		id = "auth.bad.hex"
	}
	return texts.Say(id, "field", safe.Text(e.Field), "n", e.Got, "size", size, "digits", 2*e.Min)
}

func keyWords(e *auth.KeyError) string {
	if e.Other == "" {
		return texts.Say("auth.bad.missing", "field", e.Field)
	}
	return texts.Say("auth.bad.derived", "field", e.Field, "other", e.Other)
}
