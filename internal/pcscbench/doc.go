// Package pcscbench starts private PC/SC services for tests: pcscd with the
// vpcd virtual reader, each in namespaces of its own, any number at once, and
// cards to plug into them.
//
// It knows namespaces, pcscd's files and the vpcd protocol. It must not know
// anything of SIM cards or of this program's packages: whatever can speak
// vpcd can be plugged in, its own small Card or a program of the caller's.
//
// A client finds the service by PCSCLITE_CSOCK_NAME, which libpcsclite reads
// once: set it to Socket() before the first PC/SC call of a process, so one
// process talks to one Bench. Test binaries that use Bench.Plug call CardMain
// at the top of TestMain.
package pcscbench
