// Package globalplatform reads what a GlobalPlatform card says of itself and
// of who may manage it: without keys the production data of its chip (CPLC),
// the card recognition data, which keys a security domain has, its counters
// and certificates, the parameters of remote administration over HTTP, and the
// rules by which apps of a phone reach the card (ARA-M and access rule files);
// with keys the registry of domains, packages and applications. Its sources
// are the GlobalPlatform Card Specification 2.3.1 with its Amendments, and
// Secure Element Access Control 1.1.
//
// Parsers work on bytes; what reads takes a card.Tx. It shows nothing, and
// knows no sentence: what is to be said is given by identifiers.
package globalplatform
