package virtual

import (
	"simscope/card"
	"simscope/card/tlv"
	"simscope/crypto/suci"
)

// Contexts of GET IDENTITY (P2, 3GPP TS 31.102 clause 7.5).
const contextSUCI = 0x01

// Files and services that the hidden identity stands on.
const (
	fidIMSI     card.FID = 0x6F07
	fidAD       card.FID = 0x6FAD
	fidUST      card.FID = 0x6F38
	fid5GS      card.FID = 0x5FC0
	fidRouting  card.FID = 0x4F0A
	fidSAIP     card.FID = 0x5FD0
	fidSAIPSUCI card.FID = 0x4F01

	serviceHiding = 124 // subscription identifier privacy
	serviceByCard = 125 // and the card computes it
)

// Tags (3GPP TS 31.102 clauses 4.4.11.8 and 7.5.2).
const (
	tagSUCI      = 0xA1
	tagSchemes   = 0xA0
	tagKeys      = 0xA1
	tagPublicKey = 0x81
	tagKeyID     = 0x80
)

// getIdentity is GET IDENTITY (3GPP TS 31.102 clause 7.5): the SUCI, computed
// anew each time with a key of its own.
func getIdentity(c *Card, ch *channel, cmd card.Command) reply {
	switch {
	case cmd.P1 != 0 || cmd.P2 != contextSUCI:
		return c.badParameters()
	case len(cmd.Data) > 0:
		return status(card.SWWrongLength)
	case ch.app == nil || ch.df.app != ch.app:
		return status(card.SWConditions)
	case !service(ch.app.adf, serviceHiding) || !service(ch.app.adf, serviceByCard):
		return status(swNotSupported)
	case !c.satisfied(ch, ch.app.adf, c.applicationPIN(ch.app.adf)):
		return status(card.SWNotSatisfied)
	}
	home, imsi, ok := ch.app.home()
	if !ok {
		return status(card.SWConditions)
	}
	s, err := home.Conceal(imsi, c.opt.Rand)
	if err != nil {
		return status(card.SWConditions)
	}
	value, err := s.Octets()
	if err != nil {
		return status(card.SWConditions)
	}
	return done(tlv.Append(nil, tagSUCI, value))
}

// service reports whether a service of EF.UST is available (3GPP TS 31.102
// clause 4.2.8).
func service(adf *node, n int) bool {
	b := content(adf, fidUST)
	at := (n - 1) / 8
	return at < len(b) && b[at]>>((n-1)%8)&1 != 0
}

// content is what a transparent file below dir holds, nil where there is none.
func content(dir *node, path ...card.FID) []byte {
	for _, f := range path {
		if dir == nil {
			return nil
		}
		dir = dir.child(f)
	}
	if dir == nil || dir.spec.Kind != KindTransparent {
		return nil
	}
	return dir.body.data
}

// home gathers what the application's SUCI is made of. It is not ok where the
// IMSI or the length of its network code is missing.
func (a *application) home() (h suci.Home, imsi string, ok bool) {
	b, ad := content(a.adf, fidIMSI), content(a.adf, fidAD)
	const lengthAt = 3
	if len(b) < 2 || int(b[0]) > len(b)-1 || b[0] == 0 || len(ad) <= lengthAt {
		return h, "", false
	}
	digits, err := suci.DecodeDigits(b[1 : 1+b[0]])
	n := 3 + int(ad[lengthAt]&0x0F)
	if err != nil || n < 5 || n > 6 || len(digits) < 1+n {
		return h, "", false
	}
	imsi = digits[1:] // the first half byte is the parity
	h = suci.Home{MCC: imsi[:3], MNC: imsi[3:n], Routing: routing(content(a.adf, fid5GS, fidRouting))}
	info := []byte(a.suci)
	if len(info) == 0 {
		info = content(a.adf, fidSAIP, fidSAIPSUCI)
	}
	h.Scheme, h.KeyID, h.Key = calculation(info)
	return h, imsi, true
}

// routing are the digits of EF.Routing_Indicator (3GPP TS 31.102 clause
// 4.4.11.11).
func routing(b []byte) string {
	var out []byte
	for _, c := range b[:min(len(b), 2)] {
		for _, half := range []byte{c & 0x0F, c >> 4} {
			if half > 9 {
				return string(out)
			}
			out = append(out, '0'+half)
		}
	}
	return string(out)
}

// calculation takes the first scheme of EF.SUCI_Calc_Info that can be used
// (3GPP TS 31.102 clause 4.4.11.8), the null scheme where there is none.
func calculation(info []byte) (suci.Scheme, byte, suci.PublicKey) {
	type publicKey struct {
		id  byte
		key []byte
	}
	var schemes []byte
	var keys []publicKey
	nodes, _ := tlv.ParseFlat(info)
	for _, n := range nodes {
		switch n.Tag {
		case tagSchemes:
			schemes = n.Value
		case tagKeys:
			parts, _ := tlv.ParseFlat(n.Value)
			for i := 0; i+1 < len(parts); i += 2 {
				if parts[i].Tag == tagKeyID && len(parts[i].Value) == 1 && parts[i+1].Tag == tagPublicKey {
					keys = append(keys, publicKey{parts[i].Value[0], parts[i+1].Value})
				}
			}
		}
	}
	for i := 0; i+1 < len(schemes); i += 2 {
		s, at := suci.Scheme(schemes[i]), int(schemes[i+1])
		if s == suci.Null {
			break
		}
		if at < 1 || at > len(keys) {
			continue
		}
		if key, err := suci.NewPublicKey(s, keys[at-1].key); err == nil {
			return s, keys[at-1].id, key
		}
	}
	return suci.Null, 0, suci.PublicKey{}
}
