package milenage

import "crypto/subtle"

// resyncAMF is the AMF that f1* takes in a resynchronisation (3GPP TS 33.102
// clause 6.3.3).
var resyncAMF = [AMFSize]byte{}

// AUTN makes the network's token: SQN xor AK, AMF, MAC-A.
func (m *Milenage) AUTN(rand [KeySize]byte, sqn [SQNSize]byte, amf [AMFSize]byte) (autn [AUTNSize]byte, err error) {
	k, err := m.F2345(rand)
	if err != nil {
		return autn, err
	}
	defer k.Clear()
	mac, _, err := m.F1(rand, sqn, amf)
	if err != nil {
		return autn, err
	}
	subtle.XORBytes(autn[0:6], sqn[:], k.AK[:])
	copy(autn[6:8], amf[:])
	copy(autn[8:], mac[:])
	return autn, nil
}

// OpenAUTN takes the network's token apart. The sequence number is returned
// only with a code that matches; otherwise the error is ErrMAC.
func (m *Milenage) OpenAUTN(rand [KeySize]byte, autn [AUTNSize]byte) (sqn [SQNSize]byte, amf [AMFSize]byte, err error) {
	k, err := m.F2345(rand)
	if err != nil {
		return sqn, amf, err
	}
	defer k.Clear()
	subtle.XORBytes(sqn[:], autn[0:6], k.AK[:])
	copy(amf[:], autn[6:8])
	want, _, err := m.F1(rand, sqn, amf)
	if err == nil && !Equal(want[:], autn[8:]) {
		err = ErrMAC
	}
	if err != nil {
		return [SQNSize]byte{}, [AMFSize]byte{}, err
	}
	return sqn, amf, nil
}

// AUTS makes the card's token for a resynchronisation from its highest
// sequence number: SQN_MS xor AK*, MAC-S.
func (m *Milenage) AUTS(rand [KeySize]byte, sqnMS [SQNSize]byte) (auts [AUTSSize]byte, err error) {
	k, err := m.F2345(rand)
	if err != nil {
		return auts, err
	}
	defer k.Clear()
	_, mac, err := m.F1(rand, sqnMS, resyncAMF)
	if err != nil {
		return auts, err
	}
	subtle.XORBytes(auts[0:6], sqnMS[:], k.AKStar[:])
	copy(auts[6:], mac[:])
	return auts, nil
}

// OpenAUTS takes the card's token apart and returns SQN_MS, or ErrMAC.
func (m *Milenage) OpenAUTS(rand [KeySize]byte, auts [AUTSSize]byte) (sqnMS [SQNSize]byte, err error) {
	k, err := m.F2345(rand)
	if err != nil {
		return sqnMS, err
	}
	defer k.Clear()
	subtle.XORBytes(sqnMS[:], auts[0:6], k.AKStar[:])
	_, want, err := m.F1(rand, sqnMS, resyncAMF)
	if err == nil && !Equal(want[:], auts[6:]) {
		err = ErrMAC
	}
	if err != nil {
		return [SQNSize]byte{}, err
	}
	return sqnMS, nil
}

// GSM computes the 2G answer and key of a USIM: SRES by c2, Kc by c3
// (3GPP TS 33.102 clause 6.8.1.2, the GSM-MILENAGE of TS 55.205 with its
// second choice of SRES).
func (m *Milenage) GSM(rand [KeySize]byte) (sres [SRESSize]byte, kc [KcSize]byte, err error) {
	k, err := m.F2345(rand)
	if err != nil {
		return sres, kc, err
	}
	defer k.Clear()
	return C2(k.RES), C3(k.CK, k.IK), nil
}

// C2 folds an 8 byte RES to SRES.
func C2(res [RESSize]byte) (sres [SRESSize]byte) {
	subtle.XORBytes(sres[:], res[:4], res[4:])
	return sres
}

// C3 folds CK and IK to Kc.
func C3(ck, ik [KeySize]byte) (kc [KcSize]byte) {
	for i := range kc {
		kc[i] = ck[i] ^ ck[i+8] ^ ik[i] ^ ik[i+8]
	}
	return kc
}

// Equal compares two codes in a time that does not tell where they differ.
func Equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
