package globalplatform

import (
	"encoding/hex"

	"simscope/card/tlv"
)

// SecurityParameters name the key with which a card opens its session to a
// remote administration server (Amendment B clause 3.3.2, tag 85). The PSK
// identity is sent in the clear; it is no key.
type SecurityParameters struct {
	PSKIdentity   string `json:"psk_id"` // hex
	KeyVersion    int    `json:"kvn"`
	KeyIdentifier int    `json:"kid"`
	Hash          *byte  `json:"sha_type,omitempty"` // of the session, where it is told
}

// Administration is the part of a remote administration request that says
// where to go (Amendment B clause 3.3.2): tags 8A, 8C and 85.
type Administration struct {
	Host     string              `json:"admin_host,omitempty"`
	URI      string              `json:"admin_uri,omitempty"`
	Security *SecurityParameters `json:"security_parameters,omitempty"`
}

// ParseAdministration reads the objects it knows of b. The texts are as the
// card or server sent them. ok is false where an object does not fit.
func ParseAdministration(b []byte) (a Administration, ok bool) {
	nodes, err := tlv.ParseFlat(b)
	ok = err == nil
	for _, n := range nodes {
		switch n.Tag {
		case 0x8A:
			a.Host = string(n.Value)
		case 0x8C:
			a.URI = string(n.Value)
		case 0x85:
			s, fits := securityParameters(n.Value)
			ok = ok && fits
			if fits {
				a.Security = &s
			}
		}
	}
	return a, ok
}

func securityParameters(v []byte) (SecurityParameters, bool) {
	var s SecurityParameters
	if len(v) < 1 || len(v) < 1+int(v[0])+3 {
		return s, false
	}
	n := int(v[0])
	s.PSKIdentity = hex.EncodeToString(v[1 : 1+n])
	rest := v[1+n:]
	if rest[0] != 2 {
		return s, false
	}
	s.KeyVersion, s.KeyIdentifier = int(rest[1]), int(rest[2])
	if len(rest) == 4 {
		s.Hash = &rest[3]
	}
	return s, len(rest) <= 4
}
