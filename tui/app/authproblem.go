package app

import (
	"errors"
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
		return fieldProblem("auth_answer", tried, answer), true
	case errors.As(err, &field):
		return fieldProblem("auth_field", tried, field), true
	case errors.As(err, &key):
		return fieldProblem("auth_key", tried, key), true
	case errors.Is(err, keyfile.ErrNotFile):
		return fieldProblem("keys_file", tried, err), true
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
	return Problem{ID: id, Tried: tried, Answer: texts.Say("problem."+id, "what", safe.Text(err.Error())), Next: texts.Maybe("problem." + id + ".next")}
}
