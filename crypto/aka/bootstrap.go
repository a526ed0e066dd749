package aka

import (
	"crypto/sha1" // TS 33.220 demands it
	"crypto/subtle"
)

// bootstrapMask is how much of SHA-1(IK) changes the MAC of AUTN*.
const bootstrapMask = 8

// Bootstrap turns AUTN to AUTN*, with which a card is asked for a
// bootstrapping run of GBA_U, and AUTN* to AUTN again: the first 64 bits of
// SHA-1(IK) are added to the MAC (3GPP TS 33.220 clause 5.3.2). A phone that
// does not know how, and so could show CK and IK, gets no valid token. A token
// that is too short is returned as it is.
func Bootstrap(autn, ik []byte) []byte {
	out := append([]byte(nil), autn...)
	if len(out) < SQNSize+AMFSize+bootstrapMask {
		return out
	}
	mask := sha1.Sum(ik)
	mac := out[SQNSize+AMFSize:]
	subtle.XORBytes(mac[:bootstrapMask], mac[:bootstrapMask], mask[:])
	clear(mask[:])
	return out
}
