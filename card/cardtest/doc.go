// Package cardtest holds cards for tests: one that expects an exact order of
// APDUs, and one whose answers a function gives. Both are card.Transports that
// count transactions and resets, and report an APDU outside a transaction.
//
// It knows the exchange of APDUs and nothing of what they mean.
package cardtest
