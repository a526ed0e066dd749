package globalplatform

import "simscope/card/tlv"

// TagCapabilities asks GET DATA for the card capability information.
const TagCapabilities tlv.Tag = 0x0067

// Capabilities is the card capability information (GlobalPlatform Card
// Specification 2.3.1 annex H.4, tag 67). Lists are identifiers: "sha256",
// "aes128".
type Capabilities struct {
	Protocols []Protocol `json:"secure_channel_protocols,omitempty"`
	// DomainPrivileges and ApplicationPrivileges are those that may be given.
	DomainPrivileges      []string  `json:"security_domain_privileges,omitempty"`
	ApplicationPrivileges []string  `json:"application_privileges,omitempty"`
	Hashes                []string  `json:"load_file_data_block_hashes,omitempty"`
	Ciphers               []string  `json:"load_file_ciphers,omitempty"`
	Tokens                []string  `json:"token_signatures,omitempty"`
	Receipts              []string  `json:"receipt_signatures,omitempty"`
	DAP                   []string  `json:"dap_signatures,omitempty"`
	Curves                Hex       `json:"key_parameter_references,omitempty"`
	Other                 []Unnamed `json:"other,omitempty"`
}

var (
	hashNames   = map[byte]string{1: "sha1", 2: "sha256", 3: "sha384", 4: "sha512"}
	cipherNames = []string{"3des", "aes128", "aes192", "aes256", "icv"}
	// signatureNames are the bits of two bytes, from the first one's lowest.
	signatureNames = []string{
		"rsa1024_sha1", "rsapss_sha256", "des_mac", "cmac_aes128", "cmac_aes192", "cmac_aes256", "ecc256_sha256", "ecc384_sha384",
		"ecc512_sha512", "ecc521_sha512",
	}
)

// bitNames are the names of the bits that are set, lowest of the first byte
// first; bits without a name are left out.
func bitNames(b []byte, names []string) []string {
	var out []string
	for i, name := range names {
		if at := i / 8; at < len(b) && b[at]>>(i%8)&1 == 1 && name != "" {
			out = append(out, name)
		}
	}
	return out
}

// ParseCapabilities reads the answer to GET DATA 0067. Some cards put the tag
// around it twice.
func ParseCapabilities(b []byte) (c Capabilities, whole bool, err error) {
	whole = true
	for range 2 {
		nodes, parseErr := tlv.ParseFlat(b)
		n, found := tlv.Find(nodes, 0x67)
		if !found {
			break
		}
		b, whole, c.Other = n.Value, whole && parseErr == nil, []Unnamed{}
	}
	if c.Other == nil {
		return c, false, ErrObject
	}
	c.Other = nil
	nodes, parseErr := tlv.ParseFlat(b)
	whole = whole && parseErr == nil
	for _, n := range nodes {
		c.take(n)
	}
	return c, whole, nil
}

func (c *Capabilities) take(n tlv.Node) {
	switch n.Tag {
	case 0xA0:
		c.Protocols = append(c.Protocols, offered(n.Value))
	case 0x81:
		c.DomainPrivileges = Privileges(n.Value)
	case 0x82:
		c.ApplicationPrivileges = Privileges(n.Value)
	case 0x83:
		for _, h := range n.Value {
			if name, ok := hashNames[h]; ok {
				c.Hashes = append(c.Hashes, name)
			}
		}
	case 0x84:
		c.Ciphers = bitNames(n.Value, cipherNames)
	case 0x85:
		c.Tokens = bitNames(n.Value, signatureNames)
	case 0x86:
		c.Receipts = bitNames(n.Value, signatureNames)
	case 0x87:
		c.DAP = bitNames(n.Value, signatureNames)
	case 0x88:
		c.Curves = Hex(n.Value)
	default:
		c.Other = append(c.Other, Unnamed{n.Tag.String(), Hex(n.Value)})
	}
}

// offered reads one secure channel protocol with its options and key lengths.
func offered(v []byte) Protocol {
	var p Protocol
	nodes, _ := tlv.ParseFlat(v)
	for _, n := range nodes {
		switch {
		case n.Tag == 0x80 && len(n.Value) == 1:
			p.ID = n.Value[0]
		case n.Tag == 0x81:
			p.Options = n.Value
		case n.Tag == 0x82 && len(n.Value) == 1:
			p.Keys = n.Value[0]
		}
	}
	return p
}
