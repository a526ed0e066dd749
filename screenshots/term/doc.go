//go:build unix

// Package term runs a real program on a pseudo terminal, shows what it writes
// on an emulated screen, presses keys and waits for what is awaited.
//
// It must not know what the program is about, nor how a picture is drawn.
package term
