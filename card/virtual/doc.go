// Package virtual is a software card: a UICC with its applications, or a 2G
// SIM, built from a card image.
//
// It knows the bytes of ETSI TS 102 221, 3GPP TS 31.102 (AUTHENTICATE) and
// 3GPP TS 51.011 (class A0) as a card's operating system does: files, access
// rules, PINs and status words. Beside the files it may have a security domain
// with keys, applications without files and rules for a phone's apps
// (GlobalPlatform Card Specification 2.3), and be managed by secured packets in
// short messages (ETSI TS 102 225 and TS 102 226). It must not know what the
// bytes of a file mean, and nothing here decodes an EF. IMAGE.md describes the
// image format.
package virtual
