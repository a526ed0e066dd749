package suci

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

const (
	textPrefix  = "suci-"
	realmBefore = "5gc."
	realmAfter  = ".3gppnetwork.org"
	maxKeyID    = 255
)

// String writes the SUCI as a core network does (TS 29.571 clause 5.3.2):
// suci-type-mcc-mnc-routing-scheme-key-output, with the realm in place of mcc
// and mnc for types other than an IMSI. Scheme and key identifier are the
// numbers, the output is hexadecimal, or readable with the null scheme. A null
// output that is no digits is written in hexadecimal as well.
func (s SUCI) String() string {
	home := s.Realm
	if s.Type == TypeIMSI {
		home = s.MCC + "-" + s.MNC
	}
	return fmt.Sprintf("%s%d-%s-%s-%x-%d-%s", textPrefix, s.Type, home, s.Routing, byte(s.Scheme), s.KeyID, s.output())
}

// output is the scheme output in writing.
func (s SUCI) output() string {
	if s.Scheme != Null {
		return hex.EncodeToString(s.Output)
	}
	if s.Type != TypeIMSI {
		return string(s.Output)
	}
	digits, err := DecodeDigits(s.Output)
	if err != nil {
		return hex.EncodeToString(s.Output)
	}
	return digits
}

// NAI writes the SUCI as network access identifier (TS 23.003 clause 28.7.3),
// as it stands in EAP and in AUTHENTICATE over Wi-Fi.
func (s SUCI) NAI() string {
	var b strings.Builder
	fmt.Fprintf(&b, "type%d.rid%s.schid%x", s.Type, s.Routing, byte(s.Scheme))
	switch sealed, err := s.Sealed(); {
	case err == nil:
		fmt.Fprintf(&b, ".hnkey%d.ecckey%x.cip%x.mac%x", s.KeyID, sealed.Ephemeral, sealed.Ciphertext, sealed.MAC)
	case s.Scheme == Null:
		b.WriteString(".userid" + s.output())
	default: // an operator's own scheme
		fmt.Fprintf(&b, ".hnkey%d.out%x", s.KeyID, s.Output)
	}
	return b.String() + "@" + s.realm()
}

func (s SUCI) realm() string {
	if s.Type != TypeIMSI {
		return s.Realm
	}
	return fmt.Sprintf("%smnc%03s.mcc%s%s", realmBefore, s.MNC, s.MCC, realmAfter)
}

// Parse reads what String or NAI wrote. What does not have its form is a
// *FormError that names the part.
func Parse(text string) (SUCI, error) {
	text = strings.TrimSpace(text)
	if len(text) > MaxText {
		return SUCI{}, &FormError{Part: PartForm, Fault: FaultLength, Got: len(text)}
	}
	lower := strings.ToLower(text)
	var s SUCI
	var err error
	switch {
	case strings.HasPrefix(lower, textPrefix):
		s, err = parseDashes(text[len(textPrefix):])
	case strings.HasPrefix(lower, "type") && strings.Contains(text, "@"):
		s, err = parseNAI(text)
	default:
		return SUCI{}, &FormError{Part: PartForm, Fault: FaultUnknown}
	}
	if err != nil {
		return SUCI{}, err
	}
	return s, s.Check()
}

// parseDashes reads the form with dashes, without its prefix. A realm may hold
// dashes itself, so the other parts are counted from the end.
func parseDashes(text string) (SUCI, error) {
	parts := strings.Split(text, "-")
	const after = 4 // routing, scheme, key, output
	if len(parts) < 2+after {
		return SUCI{}, &FormError{Part: PartForm, Fault: FaultMissing}
	}
	var s SUCI
	n, err := number(parts[0], 10, TypeGLI, PartSUPIType)
	if err != nil {
		return SUCI{}, err
	}
	s.Type = byte(n)
	home := parts[1 : len(parts)-after]
	switch {
	case s.Type != TypeIMSI:
		s.Realm = strings.Join(home, "-")
	case len(home) != 2:
		return SUCI{}, &FormError{Part: PartForm, Fault: FaultMissing}
	default:
		s.MCC, s.MNC = home[0], home[1]
	}
	tail := parts[len(parts)-after:]
	s.Routing = tail[0]
	if err := s.readScheme(tail[1], tail[2]); err != nil {
		return SUCI{}, err
	}
	return s, s.readOutput(tail[3])
}

func (s *SUCI) readScheme(scheme, key string) error {
	n, err := number(scheme, 16, 0x0F, PartScheme)
	if err != nil {
		return err
	}
	s.Scheme = Scheme(n)
	if n, err = number(key, 10, maxKeyID, PartKeyID); err != nil {
		return err
	}
	s.KeyID = byte(n)
	return nil
}

// readOutput reads the scheme output; the scheme must be known.
func (s *SUCI) readOutput(text string) (err error) {
	switch {
	case text == "":
		return &FormError{Part: PartOutput, Fault: FaultMissing}
	case s.Scheme == Null && s.Type == TypeIMSI:
		s.Output, err = EncodeDigits(text)
	case s.Scheme == Null:
		s.Output = []byte(text)
	default:
		s.Output, err = unhex(text, PartOutput)
	}
	return err
}

func unhex(text string, part Part) ([]byte, error) {
	b, err := hex.DecodeString(text)
	if err != nil {
		return nil, &FormError{Part: part, Fault: FaultHex}
	}
	return b, nil
}

func number(text string, base, limit int, part Part) (int, error) {
	n, err := strconv.ParseUint(text, base, 16)
	switch {
	case text == "":
		return 0, &FormError{Part: part, Fault: FaultMissing}
	case err != nil:
		return 0, &FormError{Part: part, Fault: FaultDigits}
	case int(n) > limit:
		return 0, &FormError{Part: part, Fault: FaultRange}
	}
	return int(n), nil
}

// labels are the parts of a NAI before the @, in their order. The user's name
// may hold dots and is the last of its form.
var labels = []string{"type", "rid", "schid", "hnkey", "ecckey", "cip", "mac", "out", "userid"}

func parseNAI(text string) (SUCI, error) {
	user, realm, _ := strings.Cut(text, "@")
	values := map[string]string{}
	for rest := user; rest != ""; {
		part, after, _ := strings.Cut(rest, ".")
		label := labelOf(part)
		if _, twice := values[label]; label == "" || twice {
			return SUCI{}, &FormError{Part: PartForm, Fault: FaultUnknown}
		}
		if label == "userid" { // all that is left
			part, after = rest, ""
		}
		values[label], rest = part[len(label):], after
	}
	n, err := number(values["type"], 10, TypeGLI, PartSUPIType)
	if err != nil {
		return SUCI{}, err
	}
	s := SUCI{Type: byte(n), Realm: realm, Routing: values["rid"]}
	if s.Type == TypeIMSI {
		if err := s.readRealm(realm); err != nil {
			return SUCI{}, err
		}
	}
	key, named := values["hnkey"]
	if !named {
		key = "0"
	}
	if err := s.readScheme(values["schid"], key); err != nil {
		return SUCI{}, err
	}
	switch {
	case s.Scheme == Null:
		return s, s.readOutput(values["userid"])
	case s.Scheme.Hides():
		return s, s.readOutput(values["ecckey"] + values["cip"] + values["mac"])
	}
	return s, s.readOutput(values["out"])
}

func labelOf(part string) string {
	for _, l := range labels {
		if len(part) >= len(l) && strings.EqualFold(part[:len(l)], l) {
			return l
		}
	}
	return ""
}

// readRealm takes the home network from the name of its realm. A network code
// of three digits that starts with a zero is one of two: no realm says which,
// and two are by far the more.
func (s *SUCI) readRealm(realm string) error {
	s.Realm = ""
	body, ok := strings.CutPrefix(strings.ToLower(realm), realmBefore)
	if body, found := strings.CutSuffix(body, realmAfter); ok && found {
		mnc, mcc, _ := strings.Cut(body, ".")
		mnc, okN := strings.CutPrefix(mnc, "mnc")
		mcc, okC := strings.CutPrefix(mcc, "mcc")
		if okN && okC && len(mnc) == 3 {
			if mnc[0] == '0' {
				mnc = mnc[1:]
			}
			s.MCC, s.MNC = mcc, mnc
			return nil
		}
	}
	return &FormError{Part: PartRealm, Fault: FaultUnknown}
}
