// Package pcsc offers the readers of the machine's PC/SC service as
// card.Provider and their cards as card.Transport. It is the only package
// that imports github.com/ebfe/scard.
//
// It knows the service: its calls that block without limit, its states and
// codes, and what mends it. It must not know what an APDU means.
//
// Each open card has a goroutine of its own with its own context, and every
// call for that card runs there; nothing else ever touches that context,
// because libpcsclite takes its global lock before a context's and one stuck
// call would then stop the whole process. One more goroutine, the monitor,
// watches all readers: it alone asks for status changes, because ebfe/scard
// frees the names of a reader that two such calls share while C still reads
// them.
//
// Without cgo (and not on Windows) the package builds, offers no readers and
// says so: see Available.
package pcsc
