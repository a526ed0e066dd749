package cli

import "maps"

// authExitCodes says how the problems of authentication and of key files end
// the program.
var authExitCodes = map[string]int{
	"auth_app":           ExitUsage,
	"auth_no_app":        ExitNotFound,
	"auth_no_ms":         ExitNotAllowed,
	"auth_end":           ExitNotAllowed,
	"auth_not_confirmed": ExitNotAllowed,
	"auth_pin":           ExitPINNeeded,
	"auth_field":         ExitUsage,
	"auth_key":           ExitUsage,
	"auth_algorithm":     ExitUsage,
	"auth_no_token":      ExitUsage,
	"auth_only_gsm":      ExitUsage,
	"auth_no_uicc":       ExitCardError,
	"auth_no_sim":        ExitCardError,
	"auth_answer":        ExitCardError,
	"auth_refused":       ExitCardError,
	"auth_differs":       ExitError,
	"auth_not_opened":    ExitError,
	"auth_no_own":        ExitNotFound,
	"keys_plain":         ExitNotAllowed,
	"keys_long":          ExitUsage,
	"keys_wrong":         ExitPINWrong,
	"keys_no_card":       ExitNotFound,
	"keys_many":          ExitUsage,
	"keys_identity":      ExitUsage,
	"keys_file":          ExitUsage,
	"keys_no_set":        ExitNotFound,
	"keys_no_sets":       ExitNotFound,
	"keys_many_sets":     ExitUsage,
	"keys_no_part":       ExitNotFound,
	"keys_no_adm":        ExitNotFound,
	"keys_algorithm":     ExitUsage,
	"keys_others":        ExitNotAllowed,
	"keys_other_card":    ExitNotAllowed,
	"keys_twice":         ExitUsage,
}

func init() { maps.Copy(exitCodes, authExitCodes) }
