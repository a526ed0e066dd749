package cli

import (
	"errors"

	"simscope/card/pcsc"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/app"
)

// Exit codes. They are part of the interface and documented in the README.
const (
	ExitOK         = 0
	ExitError      = 1  // anything not named below
	ExitUsage      = 2  // arguments or flags
	ExitNoService  = 3  // pcscd does not run
	ExitNoReader   = 4  // no reader, or none of that name
	ExitNoCard     = 5  // the reader is empty, or the card was taken out
	ExitDenied     = 6  // the card service refused this program
	ExitPINNeeded  = 7  // a PIN or key must be verified first
	ExitNotFound   = 8  // no such file, record, PIN or application
	ExitCardError  = 9  // the card or reader refused or broke the exchange
	ExitInUse      = 10 // another program keeps the card
	ExitPINWrong   = 11 // a PIN, PUK or key was wrong, or is blocked
	ExitUnknown    = 12 // no answer came: whether it took effect is unknown
	ExitNotAllowed = 13 // read-only, or a confirmation is missing
	ExitStopped    = 130
)

// exitCodes says how each problem ends the program, by its identifier; what
// is not in it is in authExitCodes or an ordinary error.
var exitCodes = map[string]int{
	"usage":            ExitUsage,
	"reader_unknown":   ExitNoReader,
	"reader_ambiguous": ExitUsage,
	"not_apdu":         ExitUsage,
	"not_path":         ExitUsage,
	"not_file":         ExitUsage,
	"ambiguous_file":   ExitUsage,
	"not_aid":          ExitUsage,
	"not_hex":          ExitUsage,
	"not_image":        ExitUsage,
	"not_recording":    ExitUsage,
	"pin_form":         ExitUsage,
	"pin_off":          ExitNotAllowed,
	"pin_ambiguous":    ExitUsage,
	"pin_ref":          ExitUsage,
	"needs_app":        ExitUsage,
	"guarded":          ExitUsage,
	"no_secret":        ExitUsage,
	"no_decoder":       ExitNotFound,
	"not_plan":         ExitUsage,
	"no_encoder":       ExitNotFound,
	"not_listed":       ExitNotFound,
	"refused":          ExitUsage,
	"secret_plan":      ExitNotAllowed,
	"key_plan":         ExitNotAllowed,
	"read_back":        ExitCardError,
	"service_down":     ExitNoService,
	"no_reader":        ExitNoReader,
	"no_card":          ExitNoCard,
	"gone":             ExitNoCard,
	"other_card":       ExitNoCard,
	"denied":           ExitDenied,
	"busy":             ExitInUse,
	"reset":            ExitCardError,
	"mute":             ExitCardError,
	"protocol":         ExitCardError,
	"unknown":          ExitCardError,
	"abandoned":        ExitCardError,
	"no_answer":        ExitCardError,
	"card_error":       ExitCardError,
	"endless":          ExitCardError,
	"limit":            ExitCardError,
	"not_in_recording": ExitNotFound,
	"pin_needed":       ExitPINNeeded,
	"secret_file":      ExitNotAllowed,
	"hidden_contact":   ExitNotAllowed,
	"not_found":        ExitNotFound,
	"nothing_found":    ExitNotFound,
	"found_nowhere":    ExitNotFound,
	"not_on_card":      ExitNotFound,
	"file_undescribed": ExitCardError,
	"no_message":       ExitNotFound,
	"one_subscription": ExitNotFound,
	"no_usim":          ExitNotFound,
	"no_subscriber":    ExitNotFound,
	"home_key":         ExitUsage,
	"suci_form":        ExitUsage,
	"identity_answer":  ExitCardError,
	"suci_not_proved":  ExitError,
	"ota_input":        ExitUsage,
	"ota_not_packet":   ExitUsage,
	"ota_refused":      ExitCardError,
	"ota_silent":       ExitUnknown,
	"pin_wrong":        ExitPINWrong,
	"pin_blocked":      ExitPINWrong,
	"puk_blocked":      ExitPINWrong,
	"pin_refused":      ExitPINWrong,
	"lost":             ExitUnknown,
	"lost_counts":      ExitUnknown,
	"read_only":        ExitNotAllowed,
	"locked_read_only": ExitNotAllowed,
	"last_try":         ExitNotAllowed,
	"not_confirmed":    ExitNotAllowed,
	"not_in_gsm":       ExitCardError,
	"withheld":         ExitNotFound,
	"no_phone_book":    ExitNotFound,
	"no_such_book":     ExitNotFound,
	"no_contact":       ExitNotFound,
	"contact_refused":  ExitNotAllowed,
	"contact_file":     ExitUsage,
	"stopped":          ExitStopped,

	"no_rule":                  ExitNotFound,
	"gp_select":                ExitNotFound,
	"gp_offer":                 ExitCardError,
	"gp_initialize_update":     ExitCardError,
	"gp_response":              ExitCardError,
	"gp_keys":                  ExitUsage,
	"gp_key_missing":           ExitUsage,
	"gp_cryptogram":            ExitPINWrong,
	"gp_external_authenticate": ExitPINWrong,
}

// codeOf is the exit code of a problem.
func codeOf(p app.Problem) int {
	if c, ok := exitCodes[p.ID]; ok {
		return c
	}
	if c, ok := authExitCodes[p.ID]; ok {
		return c
	}
	return ExitError
}

// problemError carries a problem that is in words already.
type problemError struct{ p app.Problem }

func (e *problemError) Error() string { return e.p.String() }

// problemOf puts any error of a command into words.
func problemOf(err error, tried string) app.Problem {
	var pe *problemError
	if errors.As(err, &pe) {
		return pe.p
	}
	if r, ok := refusedBy(err); ok {
		return app.Problem{ID: "refused", Tried: tried, Answer: safe.Text(r)}
	}
	if errors.Is(err, pcsc.ErrUnavailable) {
		return app.Problem{ID: "service_down", Tried: tried, Answer: texts.Say(pcsc.TextUnavailable), Next: texts.Say("problem.no_pcsc.next")}
	}
	return app.Explain(err, tried)
}

// refusedBy is why a value or a change was not taken: the limit in words.
func refusedBy(err error) (string, bool) {
	var value *ef.EncodeError
	var change *fs.RefusalError
	switch {
	case errors.As(err, &value):
		return value.Error(), true
	case errors.As(err, &change):
		return change.Error(), true
	}
	return "", false
}
