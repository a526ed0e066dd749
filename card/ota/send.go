package ota

import (
	"bytes"
	"context"

	"simscope/card"
)

// Outcome is what sending a packet brought.
type Outcome struct {
	Sent int     // messages that the card took or refused
	SW   card.SW // of the last one
	Data []byte  // what came back, a response packet where there is one
	// Pending says that the card has a toolkit command waiting, which may be
	// the answer; it is left waiting.
	Pending bool
}

// Send hands a packet to the card, each message once. iccid is EF.ICCID's
// content of the card that is meant; with another one nothing is sent, empty
// is not compared. allow is what the person has permitted beyond the mode of
// the session: card.RiskChange after a guided confirmation, else RiskNone.
//
// A refusal is a *card.StatusError. A lost answer is a *card.LostError: the
// card may have done what the packet says.
func Send(ctx context.Context, s *card.Session, b *Built, iccid []byte, allow card.Risk) (out Outcome, err error) {
	err = s.Act(ctx, "ota", allow, func(x *card.Tx) error {
		out = Outcome{}
		if err := sameCard(x, iccid); err != nil {
			return err
		}
		for i := range b.Envelopes {
			if err := sendPart(x, b.Command(i, s.Kind()), &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func sendPart(x *card.Tx, c card.Command, out *Outcome) error {
	r, err := x.Send(c)
	if err != nil {
		return err
	}
	out.Sent++
	out.SW, out.Data = r.SW, r.Data
	out.Pending = out.Pending || r.SW.Proactive()
	le, waits := waiting(r, x.Session().Info().Protocol)
	if waits {
		// The answer of a packet that was refused, with a status word that is
		// not followed by itself.
		cla := byte(0)
		if c.CLA == 0xA0 {
			cla = 0xA0
		}
		got, err := x.Send(card.Command{CLA: cla, INS: card.InsGetResponse, Le: le})
		if err != nil {
			return &card.LostError{Op: card.InsName(c), Err: err}
		}
		if len(got.Data) > 0 {
			out.Data = got.Data
			out.Pending = out.Pending || got.SW.Proactive()
			return nil
		}
	}
	if !r.SW.OK() && len(out.Data) == 0 {
		return &card.StatusError{Op: card.InsName(c), Header: [4]byte{c.CLA, c.INS, c.P1, c.P2}, SW: r.SW}
	}
	return nil
}

// waiting reports whether data can be fetched behind a status word: 9Exx in
// class A0 (3GPP TS 51.011 clause 9.4.1), a warning in the others (ETSI TS 102
// 221 clause 7.3.1.1.5). On T=1 it came with it.
func waiting(r card.Response, p card.Protocol) (le int, ok bool) {
	switch {
	case len(r.Data) > 0 || p == card.ProtocolT1:
		return 0, false
	case r.SW.SW1() == 0x9E:
		le = int(r.SW.SW2())
	case r.SW.SW1() == 0x62 || r.SW.SW1() == 0x63:
	default:
		return 0, false
	}
	if le == 0 {
		le = card.MaxShortLe
	}
	return le, true
}

// sameCard compares EF.ICCID with what it was when the person was asked.
func sameCard(x *card.Tx, want []byte) error {
	if len(want) == 0 {
		return nil
	}
	if _, err := x.Select(card.PathOf("", card.FIDICCID)); err != nil {
		return err
	}
	got, err := x.ReadBinary(0, len(want))
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return card.ErrOtherCard
	}
	return nil
}
