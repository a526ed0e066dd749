// Package vpcd plugs a card into the virtual reader of vsmartcard (vpcd), so
// that every program on a PC/SC service can use it. It is the card's side of
// the protocol: a TCP connection to the reader, messages with a 16-bit length
// in front, controls of one byte.
//
// It knows the protocol and a small interface of a card; it must not know
// what APDUs mean.
package vpcd
