package keyfile

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/milenage"
	"simscope/crypto/tuak"
)

// The names of the format.
const (
	formatName    = "simscope-keys"
	formatVersion = 1
)

type wireFile struct {
	Format  string     `json:"format"`
	Version int        `json:"version"`
	Cards   []wireCard `json:"cards"`
}

type wireCard struct {
	Label     string        `json:"label,omitempty"`
	ICCID     string        `json:"iccid,omitempty"`
	IMSI      string        `json:"imsi,omitempty"`
	Algorithm string        `json:"algorithm,omitempty"`
	K         *key          `json:"k,omitempty"`
	OP        *key          `json:"op,omitempty"`
	OPc       *key          `json:"opc,omitempty"`
	TOP       *key          `json:"top,omitempty"`
	TOPc      *key          `json:"topc,omitempty"`
	Milenage  *wireMilenage `json:"milenage,omitempty"`
	TUAK      *wireTUAK     `json:"tuak,omitempty"`
	AMF       string        `json:"amf,omitempty"`
	SQN       *wireSQN      `json:"sqn,omitempty"`
	ADM       []wireADM     `json:"adm,omitempty"`
	OTA       []wireOTA     `json:"ota,omitempty"`
	GP        []wireGP      `json:"gp,omitempty"`
}

type wireMilenage struct {
	C []string `json:"c"`
	R []int    `json:"r"`
}

type wireTUAK struct {
	RES        int `json:"res,omitempty"`
	MAC        int `json:"mac,omitempty"`
	CK         int `json:"ck,omitempty"`
	IK         int `json:"ik,omitempty"`
	Iterations int `json:"iterations,omitempty"`
}

type wireSQN struct {
	IndexBits *int   `json:"indexBits,omitempty"`
	Last      string `json:"last,omitempty"`
}

type wireADM struct {
	PIN    string   `json:"pin"`
	Hex    *key     `json:"hex,omitempty"`
	Digits *digits8 `json:"digits,omitempty"`
}

type wireOTA struct {
	Version int  `json:"version"`
	KIC     *key `json:"kic,omitempty"`
	KID     *key `json:"kid,omitempty"`
	DEK     *key `json:"dek,omitempty"`
}

type wireGP struct {
	Version int  `json:"version"`
	ENC     *key `json:"enc,omitempty"`
	MAC     *key `json:"mac,omitempty"`
	DEK     *key `json:"dek,omitempty"`
}

// key is a secret as the file writes it: hex digits. It is shown only by its
// MarshalJSON, which nothing but encode calls.
type key struct{ safe.Secret }

// Errors of keys in a file. They name no value.
var (
	errSpaces = errors.New("a key has spaces in it: write it as hex digits without spaces")
	errHex    = errors.New("a key is not written in hex digits")
)

// UnmarshalJSON implements json.Unmarshaler. No string is made of the digits.
func (k *key) UnmarshalJSON(b []byte) error {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return errHex
	}
	b = b[1 : len(b)-1]
	if bytes.ContainsAny(b, " \t") {
		return errSpaces
	}
	out := make([]byte, hex.DecodedLen(len(b)))
	if _, err := hex.Decode(out, b); err != nil {
		clear(out)
		return errHex
	}
	k.Secret = safe.NewSecret(out)
	return nil
}

// MarshalJSON implements json.Marshaler.
func (k *key) MarshalJSON() (out []byte, err error) {
	k.Use(func(b []byte) {
		out = append(out, '"')
		out = hex.AppendEncode(out, b)
		out = append(out, '"')
	})
	return out, nil
}

// digits8 is an administrative code of decimal digits.
type digits8 struct{ safe.Secret }

// UnmarshalJSON implements json.Unmarshaler.
func (d *digits8) UnmarshalJSON(b []byte) error {
	if len(b) < 2 || b[0] != '"' || len(bytes.Trim(b[1:len(b)-1], "0123456789")) > 0 {
		return errors.New("digits of adm are decimal digits")
	}
	d.Secret = safe.NewSecret(bytes.Clone(b[1 : len(b)-1]))
	return nil
}

// MarshalJSON implements json.Marshaler.
func (d *digits8) MarshalJSON() (out []byte, err error) {
	d.Use(func(b []byte) { out = append(append([]byte{'"'}, b...), '"') })
	return out, nil
}

func keyOf(s safe.Secret) *key {
	if s.Len() == 0 {
		return nil
	}
	return &key{s}
}

func (k *key) secret() safe.Secret {
	if k == nil {
		return safe.Secret{}
	}
	return k.Secret
}

// parse reads the text of a key file and overwrites it.
func parse(b []byte) (*File, error) {
	defer clear(b)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var w wireFile
	if err := d.Decode(&w); err != nil {
		return nil, jsonError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something stands behind its end", ErrNotFile)
	}
	if w.Format != formatName || w.Version != formatVersion {
		return nil, fmt.Errorf("%w: format is %q and version %d", ErrNotFile, formatName, formatVersion)
	}
	f := &File{}
	for i, c := range w.Cards {
		out, err := c.card()
		f.Cards = append(f.Cards, out)
		if err != nil {
			f.Clear()
			return nil, &EntryError{i + 1, err.Error()}
		}
	}
	if err := f.Check(); err != nil {
		f.Clear()
		return nil, err
	}
	return f, nil
}

// jsonError tells of a fault without repeating what was read, which may be a
// key.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%w: it is no JSON from byte %d on", ErrNotFile, syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("%w: %s has another kind of value than it must have", ErrNotFile, safe.Text(kind.Field))
	case errors.Is(err, errSpaces), errors.Is(err, errHex):
		return fmt.Errorf("%w: %w", ErrNotFile, err)
	}
	return fmt.Errorf("%w: it has a name that is not of this format, or ends too early", ErrNotFile)
}

func (w wireCard) card() (Card, error) {
	c := Card{
		Label: w.Label, ICCID: w.ICCID, IMSI: w.IMSI,
		Subscriber: auth.Subscriber{
			Algorithm: auth.Algorithm(w.Algorithm),
			K:         w.K.secret(), OP: w.OP.secret(), OPc: w.OPc.secret(), TOP: w.TOP.secret(), TOPc: w.TOPc.secret(),
		},
	}
	var err error
	if w.Milenage != nil {
		if c.Subscriber.Constants, err = w.Milenage.constants(); err != nil {
			return c, err
		}
	}
	if t := w.TUAK; t != nil {
		if c.Subscriber.Params, err = t.params(); err != nil {
			return c, err
		}
	}
	if w.AMF != "" {
		b, err := hex.DecodeString(w.AMF)
		if err != nil || len(b) != aka.AMFSize {
			return c, errors.New("amf is 4 hex digits")
		}
		amf := [aka.AMFSize]byte(b)
		c.AMF = &amf
	}
	if w.SQN != nil {
		if c.SQN, err = w.SQN.sqn(); err != nil {
			return c, err
		}
	}
	for _, a := range w.ADM {
		switch {
		case a.Hex != nil && a.Digits == nil:
			c.ADM = append(c.ADM, ADM{PIN: a.PIN, Value: a.Hex.Secret})
		case a.Digits != nil && a.Hex == nil:
			c.ADM = append(c.ADM, ADM{PIN: a.PIN, Value: a.Digits.Secret, Digits: true})
		default:
			return c, errors.New("adm has hex or digits, one of them")
		}
	}
	for _, o := range w.OTA {
		c.OTA = append(c.OTA, KeySet{o.Version, o.KIC.secret(), o.KID.secret(), o.DEK.secret()})
	}
	for _, g := range w.GP {
		c.GP = append(c.GP, KeySet{g.Version, g.ENC.secret(), g.MAC.secret(), g.DEK.secret()})
	}
	return c, nil
}

func (w *wireMilenage) constants() (*milenage.Constants, error) {
	out := &milenage.Constants{}
	if len(w.C) != 5 || len(w.R) != 5 {
		return nil, errors.New("milenage has five constants c and five rotations r")
	}
	for i := range out.C {
		b, err := hex.DecodeString(w.C[i])
		if err != nil || len(b) != 16 {
			return nil, errors.New("a constant c of milenage is 32 hex digits")
		}
		if w.R[i] < 0 || w.R[i] > 127 {
			return nil, errors.New("a rotation r of milenage is 0 to 127 bits")
		}
		out.C[i], out.R[i] = [16]byte(b), uint8(w.R[i])
	}
	return out, nil
}

// params are the lengths in bytes; what is not given is as cards have it.
func (w *wireTUAK) params() (tuak.Params, error) {
	out := tuak.Default()
	for _, f := range []struct {
		bits int
		to   *int
	}{{w.RES, &out.RES}, {w.MAC, &out.MAC}, {w.CK, &out.CK}, {w.IK, &out.IK}} {
		if f.bits%8 != 0 {
			return out, errors.New("a length of tuak is in bits, a multiple of 8")
		}
		if f.bits != 0 {
			*f.to = f.bits / 8
		}
	}
	if w.Iterations != 0 {
		out.Iterations = w.Iterations
	}
	return out, out.Check()
}

func (w *wireSQN) sqn() (*SQN, error) {
	out := &SQN{IndexBits: aka.DefaultIndexBits}
	if w.IndexBits != nil {
		out.IndexBits = *w.IndexBits
	}
	if w.Last != "" {
		b, err := hex.DecodeString(w.Last)
		if err != nil || len(b) != aka.SQNSize {
			return nil, errors.New("last of sqn is 12 hex digits")
		}
		out.Last, out.HasLast = aka.SQNOf([aka.SQNSize]byte(b)), true
	}
	return out, nil
}

// encode writes the text of a key file. The caller overwrites it.
func encode(f *File) ([]byte, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	w := wireFile{Format: formatName, Version: formatVersion, Cards: []wireCard{}}
	for i := range f.Cards {
		w.Cards = append(w.Cards, wireOf(&f.Cards[i]))
	}
	return json.MarshalIndent(w, "", "  ")
}

func wireOf(c *Card) wireCard {
	s := c.Subscriber
	w := wireCard{
		Label: c.Label, ICCID: c.ICCID, IMSI: c.IMSI, Algorithm: string(s.Algorithm),
		K: keyOf(s.K), OP: keyOf(s.OP), OPc: keyOf(s.OPc), TOP: keyOf(s.TOP), TOPc: keyOf(s.TOPc),
	}
	if s.Constants != nil {
		w.Milenage = &wireMilenage{}
		for i, k := range s.Constants.C {
			w.Milenage.C = append(w.Milenage.C, fmt.Sprintf("%X", k))
			w.Milenage.R = append(w.Milenage.R, int(s.Constants.R[i]))
		}
	}
	if t := s.Params; t != (tuak.Params{}) {
		w.TUAK = &wireTUAK{8 * t.RES, 8 * t.MAC, 8 * t.CK, 8 * t.IK, t.Iterations}
	}
	if c.AMF != nil {
		w.AMF = fmt.Sprintf("%X", *c.AMF)
	}
	if c.SQN != nil {
		w.SQN = &wireSQN{IndexBits: &c.SQN.IndexBits}
		if c.SQN.HasLast {
			w.SQN.Last = c.SQN.Last.String()
		}
	}
	for _, a := range c.ADM {
		if a.Digits {
			w.ADM = append(w.ADM, wireADM{PIN: a.PIN, Digits: &digits8{a.Value}})
		} else {
			w.ADM = append(w.ADM, wireADM{PIN: a.PIN, Hex: keyOf(a.Value)})
		}
	}
	for _, o := range c.OTA {
		w.OTA = append(w.OTA, wireOTA{o.Version, keyOf(o.KIC), keyOf(o.KID), keyOf(o.DEK)})
	}
	for _, g := range c.GP {
		w.GP = append(w.GP, wireGP{g.Version, keyOf(g.KIC), keyOf(g.KID), keyOf(g.DEK)})
	}
	return w
}
