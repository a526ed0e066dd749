package ef

import (
	"slices"
)

// ruimSecretFiles is the files of codes and keys.
func ruimSecretFiles() []entry {
	sealedFile := func(name, spec string) Decoder { return exact(name, spec, decodeSecretBytes, encodeSecretBytes) }
	return []entry{
		inCDMA(exact("EF.SPC", ruimClause(19), decodeSPC, encodeSPC)),
		inCDMA(sealedFile("EF.SIPPAPSS", ruimSpec+", C.S0016")),
		inCSIM(exact("EF.3GCIK", csimSpec, decodeCIK, encodeCIK)),
		inCSIM(sealedFile("EF.DCK", csimSpec)),
		inCSIM(records(sealedFile("EF.BAKPARA", csimSpec), "cdma_key")),
		inCSIM(records(sealedFile("EF.UpBAKPARA", csimSpec), "cdma_key")),
	}
}

// SPC is the content of EF.SPC (3GPP2 C.S0023 clause 3.4.19): six digits that
// let someone change what the phone is programmed with.
type SPC struct {
	Code KeyBytes `json:"spc,omitzero"` // two digits a byte
}

const spcBytes = 3

func decodeSPC(data []byte, _ Context, b *builder) SPC {
	var v SPC
	if !b.exactly(data, spcBytes) {
		return v
	}
	v.Code = newKey(data[:spcBytes])
	b.secret("spc", 0, spcBytes)
	if slices.ContainsFunc(data[:spcBytes], func(c byte) bool { return c&0xF > 9 || c>>4 > 9 }) {
		b.flag("cdma.spc", 0, spcBytes)
	}
	b.Summary = word("key_stored")
	return v
}

func encodeSPC(v SPC, size int) ([]byte, error) {
	if err := sized(size, spcBytes); err != nil {
		return nil, err
	}
	return appendKey(nil, v.Code, spcBytes, "spc")
}

// CIK is the content of EF.3GCIK: the keys of the last authentication by AKA.
type CIK struct {
	CK KeyBytes `json:"ck,omitzero"`
	IK KeyBytes `json:"ik,omitzero"`
}

const cikKey = 16

func decodeCIK(data []byte, _ Context, b *builder) CIK {
	var v CIK
	if len(data) > 0 && allFF(data) {
		v.CK, v.IK = newKey(data[:min(cikKey, len(data))]), newKey(data[min(cikKey, len(data)):])
		b.erase()
		return v
	}
	if !b.exactly(data, 2*cikKey) {
		return v
	}
	v.CK, v.IK = newKey(data[:cikKey]), newKey(data[cikKey:2*cikKey])
	b.secret("ck", 0, cikKey)
	b.secret("ik", cikKey, cikKey)
	b.Summary = word("key_stored")
	return v
}

func encodeCIK(v CIK, size int) ([]byte, error) {
	out := append(opened(v.CK.Secret), opened(v.IK.Secret)...)
	if len(out) != size {
		return nil, refuse("length", "what", "ck, ik", "need", size)
	}
	return out, nil
}

// SecretBytes is the content of a file of keys or passwords whose parts are
// not told apart: what it holds is nobody's business.
type SecretBytes struct {
	Content KeyBytes `json:"content"`
}

func decodeSecretBytes(data []byte, _ Context, b *builder) SecretBytes {
	v := SecretBytes{newKey(data)}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	b.secret("cdma_secret", 0, len(data))
	b.Summary = word("key_stored")
	b.Columns[0] = b.Summary
	return v
}

func encodeSecretBytes(v SecretBytes, size int) ([]byte, error) {
	return appendKey(nil, v.Content, size, "content")
}
