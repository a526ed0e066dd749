// Package cli is the command line: flags, exit codes, text and JSON output,
// and the start of the screens. It asks for secrets only at a prompt or on
// standard input, never in arguments, and never repeats an argument that it
// refuses: it could be a secret typed in the wrong place.
package cli
