// Package screenshots lists the pictures that are taken of the real program.
// The program that takes them is screenshots/shoot.
//
// It holds data alone: what to start, which keys to press, what to wait for.
package screenshots

// Scene is one picture: a program on a terminal of a size, and the keys that
// lead to what is to be shown.
type Scene struct {
	Name       string // of the file, without ending
	Cols, Rows int
	Args       []string // of the program
	Env        []string // besides the common one
	Theme      string   // of the terminal: dark or light
	Title      string   // in the window's bar
	Steps      []Step
}

// Step is some keys and what is awaited after them. With no Wait the screen
// only has to settle.
type Step struct {
	Keys []string // Enter, Down, C-c, ... or text, pressed one after the other
	Wait string   // a regular expression that the screen's text has to match
}
