package globalplatform

import (
	"errors"
	"fmt"

	"simscope/crypto/scp"
	"simscope/crypto/scp02"
	"simscope/crypto/scp03"
)

// begun are the protocols that INITIALIZE UPDATE begins (GlobalPlatform Card
// Specification 2.3.1 annexes D and E, Amendment D). Others, such as SCP80, say
// nothing about it.
var begun = []byte{0x01, scp02.Protocol, scp03.Protocol}

// offered refuses, before anything that counts, what the card recognition data
// says cannot come about: none of the protocols it names can be done with these
// keys. Where it names none, or leaves out an i, only the answer to INITIALIZE
// UPDATE tells.
func (r Request) offered(protocols []Protocol) error {
	var first error
	for _, id := range begun {
		var options []byte
		named, open := false, false
		for _, p := range protocols {
			if p.ID == id {
				named, open = true, open || len(p.Options) == 0
				options = append(options, p.Options...)
			}
		}
		if !named {
			continue
		}
		err := r.fits(id, options, open)
		if err == nil {
			return nil
		}
		if !errorOfKeys(first) { // what the person can mend is told first
			first = err
		}
	}
	if first == nil {
		return nil
	}
	step := StepOffer
	if errorOfKeys(first) {
		step = StepKeys
	}
	return &ChannelError{Step: step, Asked: r.Version, Err: first}
}

func errorOfKeys(err error) bool { return errors.Is(err, scp.ErrKeySize) || errors.Is(err, ErrKDF) }

// fits says whether a protocol can be done with one of its options; open says
// that it may have others, which are not told.
func (r Request) fits(protocol byte, options []byte, open bool) (err error) {
	switch protocol {
	case scp02.Protocol:
		for _, i := range options {
			if err = scp02.CheckParameter(i); err == nil {
				break
			}
		}
	case scp03.Protocol:
	default:
		return fmt.Errorf("%w: %02X", scp.ErrProtocol, protocol)
	}
	if err != nil && !open {
		return err
	}
	return r.Keys.usable(r.KDF, protocol)
}

// usable says whether the keys, or keys made of them, are of the protocol.
func (k KeySet) usable(kdf KDF, protocol byte) (err error) {
	if kdf != KDFNone {
		if k, err = k.Derive(kdf, protocol, [10]byte{}); err != nil {
			return err
		}
		defer k.Clear()
	}
	k.with(func(enc, mac, dek []byte) {
		if protocol == scp02.Protocol {
			var keys scp02.Keys
			if keys, err = scp02.NewKeys(enc, mac, dek); err == nil {
				keys.Clear()
			}
			return
		}
		var keys scp03.Keys
		if keys, err = scp03.NewKeys(enc, mac, dek); err == nil {
			keys.Clear()
		}
	})
	return err
}
