//go:build unix

package term

import "strings"

// named holds the bytes that an xterm sends for keys that have names.
var named = map[string]string{
	"Enter": "\r", "Tab": "\t", "BTab": "\x1b[Z", "Esc": "\x1b", "Space": " ", "BSpace": "\x7f",
	"Up": "\x1b[A", "Down": "\x1b[B", "Right": "\x1b[C", "Left": "\x1b[D",
	"Home": "\x1b[H", "End": "\x1b[F", "PgUp": "\x1b[5~", "PgDn": "\x1b[6~", "Del": "\x1b[3~",
	"F1": "\x1bOP", "F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS",
}

// keyBytes gives the bytes of a key: a name of the table, C-x for a control
// key, and otherwise the text itself.
func keyBytes(key string) string {
	if b, ok := named[key]; ok {
		return b
	}
	if rest, ok := strings.CutPrefix(key, "C-"); ok && len(rest) == 1 {
		return string(rune(rest[0] & 0x1f))
	}
	return key
}
