// Package change is the dialog in which every change of a card is seen,
// confirmed, carried out and taken back: a plan, what stands against it, and
// what became of each step.
package change
