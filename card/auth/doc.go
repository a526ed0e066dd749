// Package auth has a card run its authentication algorithm, and a host beside
// it that does the same and says why the two differ.
//
// A Request is one AUTHENTICATE (ETSI TS 102 221 clause 11.1.16, 3GPP
// TS 31.102 and TS 31.103 clause 7.1) or RUN GSM ALGORITHM (3GPP TS 51.011
// clause 9.2.16). It is sent exactly once, as a step that moves sequence
// numbers, and its answer is taken apart strictly: a value that does not fit
// is an error that names it, and nothing of such an answer is given on.
//
// The host's part knows numbers only. It holds a Subscriber's keys, makes
// tokens, computes vectors, compares them with what the card said and tries
// the mistakes that people make with keys: each alone, on the host, never on
// the card.
package auth
