// Package card talks to one smart card: commands and responses, status words,
// the ATR, the session that owns a card, and the PIN commands.
//
// It knows ISO/IEC 7816-4, ETSI TS 102 221 and 3GPP TS 51.011 as far as the
// exchange of APDUs goes. It must not know what a file's bytes mean (package
// fs does), where readers come from (card/pcsc, card/virtual) or how anything
// is shown.
package card
