package virtual

import (
	"bytes"
	"embed"
	"fmt"
)

//go:generate sh -c "cd ../.. && go run ./card/virtual/gen"

//go:embed images/*.json
var builtinFiles embed.FS

// BuiltinInfo names an embedded image.
type BuiltinInfo struct {
	ID   string
	Mode Mode
}

// Builtin lists the embedded images in the order they are offered: a lively
// UICC, a 2G card, one whose PIN1 is blocked, an erased one, one with two
// subscriptions, one for trying authentication, and one that is no SIM.
func Builtin() []BuiltinInfo {
	return []BuiltinInfo{
		{"everyday", ModeUICC},
		{"gsm", ModeGSM},
		{"blocked", ModeUICC},
		{"empty", ModeUICC},
		{"dual", ModeUICC},
		{"lab", ModeUICC},
		{"other", ModeOther},
	}
}

// OpenBuiltin reads an embedded image.
func OpenBuiltin(id string) (*Image, error) {
	for _, b := range Builtin() {
		if b.ID != id {
			continue
		}
		text, err := builtinFiles.ReadFile("images/" + id + ".json")
		if err != nil {
			return nil, err
		}
		return ReadImage(bytes.NewReader(text))
	}
	return nil, fmt.Errorf("%w: there is no built-in card %q", ErrImage, id)
}
