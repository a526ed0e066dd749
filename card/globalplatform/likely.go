package globalplatform

import (
	"simscope/card/safe"
	"simscope/crypto/scp"
)

// Mistake identifies what keys are instead of the card's.
type Mistake string

// The mistakes that are looked for. All are tried on the host, against the
// answer that the card gave already.
const (
	// A key stands in another one's place. Which one is named by the key that
	// proves the card: ENC in SCP02, MAC in SCP03.
	MistakeENC Mistake = "enc_place" // what was given as ENC is that key
	MistakeMAC Mistake = "mac_place"
	MistakeDEK Mistake = "dek_place"

	MistakeEMV    Mistake = "emv"    // a master key, the card's made by EMV's way
	MistakeVISA2  Mistake = "visa2"  // by Visa's
	MistakeKDF3   Mistake = "kdf3"   // by NIST's counter mode
	MistakeDirect Mistake = "direct" // the card's own keys, taken for master keys
	MistakeHalves Mistake = "halves" // the two halves of each key exchanged
)

// likely finds the one mistake that makes the card's cryptogram that of the
// keys. Two at once are not looked for.
func likely(k KeySet, used KDF, i byte, challenge []byte, r scp.Response) Mistake {
	fits := func(set KeySet) bool {
		c, err := openHost(set, i, challenge, r, scp.CMAC)
		if err == nil {
			c.Clear()
		}
		return err == nil
	}
	if used != KDFNone && fits(k) {
		return MistakeDirect
	}
	for _, kdf := range KDFs {
		set, err := k.Derive(kdf, r.Protocol, r.Diversification)
		if err != nil || kdf == used {
			continue
		}
		ok := fits(set)
		set.Clear()
		if ok {
			return Mistake(kdf)
		}
	}
	for _, m := range []struct {
		id  Mistake
		key safe.Secret
	}{{MistakeENC, k.ENC}, {MistakeMAC, k.MAC}, {MistakeDEK, k.DEK}} {
		if fits(One(m.key)) {
			return m.id
		}
	}
	halves, ok := exchanged(k)
	defer halves.Clear()
	if ok && fits(halves) {
		return MistakeHalves
	}
	return ""
}
