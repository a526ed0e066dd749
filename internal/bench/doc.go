// Package bench measures what the program promises to cost: the overhead of
// its session and log over a bare PC/SC binding, the time to the first frame,
// the bytes that a row of the log sends to the terminal, the time of a frame
// with a full log. Its benchmarks print ratios and budgets that were measured
// in one run, side by side, and never fail because a machine is slow; they do
// fail when what is measured is not what it says.
//
// It has no code but tests. It runs the built program, a pcscd of its own and
// the screens over virtual cards; nothing but its tests may know it.
package bench
