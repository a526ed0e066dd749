// Package trace keeps, explains, searches, records, replays and exports what
// was said between a session and its card, as card.Exchange tells it.
//
// It knows the commands of ISO/IEC 7816-4, ETSI TS 102 221 and 3GPP TS 51.011
// well enough to put them into words. It must not know what a file's bytes
// mean or what files are called (a namer comes from above), nor talk to a
// card itself. Every exchange passes Redact on its way in, so that no byte
// marked as withheld reaches memory kept, a file or a screen from here.
package trace
