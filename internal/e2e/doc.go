// Package e2e drives the built program as a person does: on a real terminal,
// by keys, reading the screen; as a script does, by arguments and pipes; and
// against a real PC/SC service with cards of every kind in it. It is for tests
// alone.
//
// It must not know the code of the program's faces, only what is typed and
// what is seen. The cards that the program is tried on are made of
// card/virtual and plugged in by card/vpcd.
package e2e
