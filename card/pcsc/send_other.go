//go:build windows || (cgo && darwin)

package pcsc

import "github.com/ebfe/scard"

// sender sends commands to one card.
type sender struct{ card *scard.Card }

func newSender(c *scard.Card) *sender { return &sender{c} }

// transmit returns an answer that the caller copies and clears.
func (s *sender) transmit(apdu []byte) ([]byte, error) { return s.card.Transmit(apdu) }
