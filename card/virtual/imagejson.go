package virtual

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"simscope/card/safe"
)

// What the head of every image file says.
const (
	imageFormat  = "simscope-card-image"
	imageVersion = 1
	maxJSONDepth = 4*MaxDepth + 8
)

type wireImage struct {
	Format      string           `json:"format"`
	Version     int              `json:"version"`
	Note        string           `json:"note,omitempty"`
	Mode        Mode             `json:"mode"`
	ATR         Hex              `json:"atr"`
	PINs        []wirePIN        `json:"pins,omitempty"`
	Subscribers []wireSubscriber `json:"subscribers,omitempty"`
	Apps        []App            `json:"applications,omitempty"`
	MF          *File            `json:"mf,omitempty"`
	Objects     []DataObject     `json:"data_objects,omitempty"`
	GP          *wireGP          `json:"globalplatform,omitempty"`
}

type wirePIN struct {
	Ref          Ref    `json:"ref"`
	App          AID    `json:"application,omitempty"`
	Value        string `json:"value"`
	Enabled      bool   `json:"enabled"`
	Unknown      bool   `json:"unknown,omitempty"`
	Tries        int    `json:"tries"`
	Max          int    `json:"max"`
	Fixed        bool   `json:"fixed,omitempty"`
	Usage        Ref    `json:"usage,omitempty"`
	Unblock      string `json:"unblock,omitempty"`
	UnblockTries int    `json:"unblock_tries,omitempty"`
	UnblockMax   int    `json:"unblock_max,omitempty"`
}

// ReadImage reads a card image, or makes one of a file system dump of pySim
// (the output of its "fsdump"). What is neither, is too large, too deep,
// carries unknown or doubled fields or contradicts itself gives an error that
// wraps ErrImage and names the place, never a value.
func ReadImage(r io.Reader) (*Image, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxImageBytes+1))
	if err != nil {
		return nil, fmt.Errorf("card image: %w", err)
	}
	if len(b) > MaxImageBytes {
		return nil, imageError("it is larger than %d MiB", MaxImageBytes>>20)
	}
	if err := checkJSON(b); err != nil {
		return nil, err
	}
	if isDump(b) {
		return readDump(b)
	}
	var w wireImage
	if err := checkHead(b); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return nil, imageError("%s", jsonPlace(err))
	}
	img, err := w.image()
	if err != nil {
		return nil, err
	}
	return img, img.Validate()
}

// checkHead reads the two fields that say what a file is, before its shape
// is judged: a later version may have fields that this one does not know.
func checkHead(b []byte) error {
	var head struct {
		Format  string
		Version int
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return imageError("%s", jsonPlace(err))
	}
	if head.Format != imageFormat {
		return imageError("the field \"format\" is not %q", imageFormat)
	}
	if head.Version != imageVersion {
		return imageError("version %d, this program reads version %d", head.Version, imageVersion)
	}
	return nil
}

// checkJSON refuses what is no JSON object, nests too deeply or names a field
// twice, which readers of JSON understand in different ways.
func checkJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	var s jsonScan
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return imageError("the file is empty or cut short")
		}
		if err != nil {
			return imageError("%s", jsonPlace(err))
		}
		if err := s.token(tok); err != nil {
			return fmt.Errorf("%w near byte %d", err, d.InputOffset())
		}
		if len(s.stack) == 0 {
			return checkTail(b[d.InputOffset():])
		}
	}
}

// jsonScan follows the nesting of a JSON text token by token.
type jsonScan struct{ stack []jsonLevel }

type jsonLevel struct {
	keys    map[string]bool // nil in a list
	wantKey bool            // the next token of an object is a key
}

func (s *jsonScan) token(tok json.Token) error {
	if len(s.stack) == 0 && tok != json.Delim('{') {
		return imageError("it is no JSON object")
	}
	switch tok {
	case json.Delim('{'):
		s.stack = append(s.stack, jsonLevel{keys: map[string]bool{}, wantKey: true})
	case json.Delim('['):
		s.stack = append(s.stack, jsonLevel{})
	case json.Delim('}'), json.Delim(']'):
		s.stack = s.stack[:len(s.stack)-1]
		s.value()
	default:
		return s.scalar(tok)
	}
	if len(s.stack) > maxJSONDepth {
		return imageError("it is nested more than %d deep", maxJSONDepth)
	}
	return nil
}

func (s *jsonScan) scalar(tok json.Token) error {
	top := &s.stack[len(s.stack)-1]
	if !top.wantKey {
		s.value()
		return nil
	}
	key, _ := tok.(string) // the decoder lets nothing else stand here
	if top.keys[key] {
		return imageError("a field is named twice")
	}
	top.keys[key], top.wantKey = true, false
	return nil
}

// value ends a value: in an object a key is next.
func (s *jsonScan) value() {
	if len(s.stack) > 0 {
		top := &s.stack[len(s.stack)-1]
		top.wantKey = top.keys != nil
	}
}

func checkTail(b []byte) error {
	if len(bytes.TrimSpace(b)) != 0 {
		return imageError("something follows the end of the object")
	}
	return nil
}

// jsonPlace says where JSON is wrong without repeating what stands there,
// which may be a key.
func jsonPlace(err error) string {
	var syn *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syn):
		return fmt.Sprintf("no valid JSON at byte %d", syn.Offset)
	case errors.As(err, &typ):
		return fmt.Sprintf("the field %q holds the wrong type at byte %d", safe.Text(typ.Field), typ.Offset)
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return safe.Text(strings.TrimPrefix(err.Error(), "json: "))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the file is cut short"
	}
	return "a field holds a value of the wrong form"
}

func (w *wireImage) image() (*Image, error) {
	img := &Image{Note: w.Note, Mode: w.Mode, ATR: w.ATR, Apps: w.Apps, MF: w.MF, Objects: w.Objects}
	var err error
	if img.GP, err = w.GP.gp(); err != nil {
		return nil, err
	}
	for i := range w.PINs {
		p, err := w.PINs[i].pin()
		if err != nil {
			return nil, err
		}
		img.PINs = append(img.PINs, p)
	}
	for i := range w.Subscribers {
		sub, err := w.Subscribers[i].subscriber()
		if err != nil {
			return nil, err
		}
		img.Subscribers = append(img.Subscribers, sub)
	}
	return img, nil
}

func (w *wirePIN) pin() (PIN, error) {
	p := PIN{
		Ref: w.Ref, App: w.App, Enabled: w.Enabled, Unknown: w.Unknown, Tries: w.Tries, Max: w.Max, Fixed: w.Fixed,
		Usage: byte(w.Usage), UnblockTries: w.UnblockTries, UnblockMax: w.UnblockMax,
	}
	v, err := parsePINValue(w.Value)
	if err != nil {
		return p, imageError("PIN %02X: %s", byte(w.Ref), err)
	}
	p.Value = safe.NewSecret(v)
	if w.Unblock != "" {
		if v, err = parsePINValue(w.Unblock); err != nil {
			return p, imageError("PUK of %02X: %s", byte(w.Ref), err)
		}
		p.Unblock = safe.NewSecret(v)
	}
	return p, nil
}

const hexPrefix = "hex:"

// parsePINValue reads 4 to 8 digits, which are padded with FF, or "hex:" and
// 16 hex digits.
func parsePINValue(s string) ([]byte, error) {
	bad := errors.New("the value is neither 4 to 8 digits nor \"hex:\" and 16 hex digits")
	if h, ok := strings.CutPrefix(s, hexPrefix); ok {
		b, err := hex.DecodeString(h)
		if err != nil || len(b) != pinBytes {
			return nil, bad
		}
		return b, nil
	}
	b := bytes.Repeat([]byte{0xFF}, pinBytes)
	if len(s) > len(b) {
		return nil, bad
	}
	copy(b, s)
	if !goodPIN(b) {
		return nil, bad
	}
	return b, nil
}

func formatPINValue(s safe.Secret) string {
	var out string
	s.Use(func(b []byte) {
		if len(b) == 0 {
			return
		}
		if goodPIN(b) {
			if n := bytes.IndexByte(b, 0xFF); n >= 0 {
				b = b[:n]
			}
			out = string(b)
			return
		}
		out = hexPrefix + strings.ToUpper(hex.EncodeToString(b))
	})
	return out
}

// WriteImage writes the image as ReadImage reads it, with its PINs and keys:
// the file is as secret as the card.
func WriteImage(w io.Writer, img *Image) error {
	if err := img.Validate(); err != nil {
		return err
	}
	out := wireImage{
		Format: imageFormat, Version: imageVersion, Note: img.Note,
		Mode: img.Mode, ATR: img.ATR, Apps: img.Apps, MF: img.MF, Objects: img.Objects, GP: wireOfGP(img.GP),
	}
	for _, p := range img.PINs {
		out.PINs = append(out.PINs, wirePIN{
			Ref: p.Ref, App: p.App, Value: formatPINValue(p.Value), Enabled: p.Enabled, Unknown: p.Unknown, Tries: p.Tries, Max: p.Max,
			Fixed: p.Fixed, Usage: Ref(p.Usage), Unblock: formatPINValue(p.Unblock),
			UnblockTries: p.UnblockTries, UnblockMax: p.UnblockMax,
		})
	}
	for i := range img.Subscribers {
		out.Subscribers = append(out.Subscribers, wireSub(&img.Subscribers[i]))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}
