package auth

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Sources of keys beside the algorithms whose keys are typed.
const (
	fromHeld = "held"
	fromCard = "own"
	fromFile = "file"
	fromNone = "none"
)

// typedKind is an algorithm whose keys are typed, with the operator's value
// that it takes.
type typedKind struct {
	id        string // "auth.source.<id>" of the texts
	algorithm auth.Algorithm
	operator  string // its name, empty: none
	into      func(*auth.Subscriber) *safe.Secret
	bytes     int
}

var typedKinds = []typedKind{
	{"milenage.opc", auth.Milenage, "OPc", func(s *auth.Subscriber) *safe.Secret { return &s.OPc }, 16},
	{"milenage.op", auth.Milenage, "OP", func(s *auth.Subscriber) *safe.Secret { return &s.OP }, 16},
	{"tuak.topc", auth.TUAK, "TOPc", func(s *auth.Subscriber) *safe.Secret { return &s.TOPc }, 32},
	{"tuak.top", auth.TUAK, "TOP", func(s *auth.Subscriber) *safe.Secret { return &s.TOP }, 32},
	{"xor", auth.XOR, "", nil, 0},
	{"comp128-v1", auth.COMP128v1, "", nil, 0},
	{"comp128-v2", auth.COMP128v2, "", nil, 0},
	{"comp128-v3", auth.COMP128v3, "", nil, 0},
	{"xor-2g", auth.XOR2G, "", nil, 0},
}

// part is what of a source is being typed.
type part int

const (
	partChoice part = iota
	partK
	partOperator
	partFile
)

// source is the page on which keys are chosen and typed.
type source struct {
	choices []string
	choice  int
	part    part
	in      ui.KeyInput
	file    kit.KeyFile[*held]
	sub     auth.Subscriber // typed so far
	none    bool            // the question goes without keys
}

func (s *source) wipe() {
	s.in.Reset()
	s.file.Wipe()
	s.sub.Clear()
	s.sub = auth.Subscriber{}
}

// offer lists the sources that fit a question.
func (s *source) offer(m *Model, a ask) {
	s.wipe()
	s.part, s.choices, s.choice, s.none = partChoice, nil, 0, false
	if m.keys != nil && (!a.noGSM() || !m.keys.sub.Algorithm.OnlyGSM()) {
		s.choices = append(s.choices, fromHeld)
	}
	if own, ok := m.env.Hub.Readers().OwnKeys(m.env.Reader.ID, a.app); ok {
		own.Keys.Clear()
		s.choices = append(s.choices, fromCard)
	}
	s.choices = append(s.choices, fromFile)
	for _, t := range typedKinds {
		if !a.noGSM() || !t.algorithm.OnlyGSM() {
			s.choices = append(s.choices, t.id)
		}
	}
	s.choices = append(s.choices, fromNone)
}

// kind is the typed algorithm that was chosen.
func (s *source) kind() (typedKind, bool) {
	for _, t := range typedKinds {
		if t.id == s.choices[s.choice] {
			return t, true
		}
	}
	return typedKind{}, false
}

func (s *source) paste(msg tea.PasteMsg) {
	switch s.part {
	case partK, partOperator:
		s.in.Update(msg)
	case partFile:
		s.file.Paste(msg)
	}
}

// back goes to the choice; false says that it was there.
func (s *source) back() bool {
	if s.part == partChoice {
		return false
	}
	s.wipe()
	s.part = partChoice
	return true
}

// key handles a key; ok says that the keys are there, nil for none or those
// in use.
func (s *source) key(d *guide, k string, msg tea.KeyPressMsg) (got *held, ok bool, cmd tea.Cmd, err error) {
	if s.part == partFile {
		id := d.env.Identity
		return nil, false, s.file.Key(k, msg, id.ICCID, id.IMSI, heldIn), nil
	}
	if k != "enter" {
		switch s.part {
		case partChoice:
			s.choice = move(s.choice, len(s.choices), k)
		case partK, partOperator:
			s.in.Update(msg)
		}
		return nil, false, nil, nil
	}
	switch s.part {
	case partChoice:
		return s.chosen(d)
	case partK:
		return s.takeK(d)
	case partOperator:
		return s.takeOperator(d)
	}
	return nil, false, nil, nil
}

func (s *source) chosen(d *guide) (got *held, ok bool, cmd tea.Cmd, err error) {
	switch s.choices[s.choice] {
	case fromHeld:
		return nil, true, nil, nil
	case fromNone:
		s.none = true
		return nil, true, nil, nil
	case fromFile:
		s.part = partFile
		s.file.Start()
		return nil, false, nil, nil
	case fromCard:
		own, found := d.env.Hub.Readers().OwnKeys(d.env.Reader.ID, d.ask().app)
		if !found {
			return nil, false, nil, card.ErrOtherCard
		}
		return &held{sub: own.Keys, from: texts.Say("auth.source.own"), indexBits: own.IndexBits, ms: own.SQN, hasMS: true, told: true}, true, nil, nil
	}
	s.part = partK
	return nil, false, nil, nil
}

func (s *source) takeK(d *guide) (got *held, ok bool, cmd tea.Cmd, err error) {
	t, _ := s.kind()
	k, err := s.inUse(d, partK), error(nil)
	if k.Len() == 0 || s.in.Len() > 0 {
		k, err = takeKey(&s.in, "K", t.sizesOfK()...)
	} else {
		k = k.Clone()
	}
	if err != nil {
		return nil, false, nil, err
	}
	s.sub = auth.Subscriber{Algorithm: t.algorithm, K: k}
	if t.operator == "" {
		return s.typed(t)
	}
	s.part = partOperator
	return nil, false, nil, nil
}

func (s *source) takeOperator(d *guide) (got *held, ok bool, cmd tea.Cmd, err error) {
	t, _ := s.kind()
	if in := s.inUse(d, partOperator); in.Len() > 0 && s.in.Len() == 0 {
		*t.into(&s.sub) = in.Clone()
	} else if *t.into(&s.sub), err = takeKey(&s.in, t.operator, t.bytes); err != nil {
		return nil, false, nil, err
	}
	return s.typed(t)
}

// sizesOfK are the lengths that K has in bytes.
func (t typedKind) sizesOfK() []int {
	if t.algorithm == auth.TUAK {
		return []int{16, 32}
	}
	return []int{16}
}

// inUse is what of the keys in use Enter alone takes on a page of typing: K,
// or the operator's value whatever it was given as. It is how a mistake that
// was named is mended without typing both again.
func (s *source) inUse(d *guide, p part) safe.Secret {
	t, _ := s.kind()
	if d.m.keys == nil {
		return safe.Secret{}
	}
	sub := &d.m.keys.sub
	if p == partK {
		if slices.Contains(t.sizesOfK(), sub.K.Len()) {
			return sub.K
		}
		return safe.Secret{}
	}
	for _, v := range []safe.Secret{sub.OPc, sub.OP, sub.TOPc, sub.TOP} {
		if v.Len() == t.bytes && v.Len() > 0 {
			return v
		}
	}
	return safe.Secret{}
}

// typed hands over keys that were typed.
func (s *source) typed(t typedKind) (got *held, ok bool, cmd tea.Cmd, err error) {
	if err := s.sub.Check(); err != nil {
		s.wipe()
		s.part = partK
		return nil, false, nil, err
	}
	got = &held{sub: s.sub, from: texts.Say("auth.source." + t.id), indexBits: aka.DefaultIndexBits}
	s.sub = auth.Subscriber{}
	return got, true, nil, nil
}

// takeKey reads what was typed as hex digits and empties the input.
func takeKey(in *ui.KeyInput, name string, sizes ...int) (out safe.Secret, err error) {
	s := in.Take()
	defer s.Clear()
	if s.Len() == 0 {
		return out, &auth.KeyError{Field: name}
	}
	s.Use(func(b []byte) { out, err = auth.HexKey(name, b, sizes...) })
	return out, err
}

// heldIn are the subscriber's keys in an entry of a key file.
func heldIn(e *keyfile.Card) (*held, error) {
	if e.Subscriber.Algorithm == "" {
		return nil, keyfile.ErrNoCard
	}
	k := &held{sub: e.Subscriber.Clone(), from: texts.Say("auth.source.file.of", "name", e.Name()), amf: e.AMF, indexBits: aka.DefaultIndexBits}
	if e.SQN != nil {
		k.indexBits, k.ms, k.hasMS = e.SQN.IndexBits, e.SQN.Last, e.SQN.HasLast
	}
	return k, nil
}

// fileOpened takes over the keys of a file.
func (d *guide) fileOpened(msg kit.KeyFileMsg[*held]) {
	keys, ok, fault := d.source.file.Opened(msg)
	switch {
	case fault != "":
		d.fault = fault
	case ok && d.ask().noGSM() && keys.sub.Algorithm.OnlyGSM():
		keys.Clear()
		d.fault = faultWords(auth.ErrOnlyGSM)
	case ok:
		d.m.use(keys)
		d.toNumbers()
	}
}
