package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

// lockFlags open a key file.
type lockFlags struct {
	identity string // file of age identities; without it a passphrase is asked for
	plain    bool   // the file is not encrypted
}

func (f *lockFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.identity, "identity", "", texts.Say("flag.identity"))
	c.Flags().BoolVar(&f.plain, "plain", false, texts.Say("flag.plain"))
}

// fileFlags name a key file, and the card in it that is meant.
type fileFlags struct {
	lockFlags
	file, entry string
}

func (f *fileFlags) add(c *cobra.Command) { f.addAs(c, "flag.keys") }

// addAs adds the flags with another sentence for --keys.
func (f *fileFlags) addAs(c *cobra.Command, id string) {
	f.lockFlags.add(c)
	c.Flags().StringVar(&f.file, "keys", "", texts.Say(id))
	c.Flags().StringVar(&f.entry, "entry", "", texts.Say("flag.entry"))
}

// given says that keys come from a file.
func (f *fileFlags) given() bool { return f.file != "" }

// check refuses flags that speak of no file.
func (f *fileFlags) check() error {
	if !f.given() && (f.entry != "" || f.identity != "" || f.plain) {
		return usage("key_file_flags")
	}
	return nil
}

// keyFlags say where a subscriber's keys come from. Keys themselves are never
// arguments.
type keyFlags struct {
	fileFlags
	own       bool   // the virtual card's own
	algorithm string // typed keys, of this algorithm
	operator  string // which value of the operator is typed
}

func (f *keyFlags) add(c *cobra.Command, withCard bool) {
	f.fileFlags.add(c)
	c.Flags().StringVar(&f.algorithm, "algorithm", "", texts.Say("flag.algorithm"))
	c.Flags().StringVar(&f.operator, "operator", "", texts.Say("flag.operator"))
	if withCard {
		c.Flags().BoolVar(&f.own, "key-from-card", false, texts.Say("flag.key_from_card"))
	}
}

// hasKeys reports whether a source is named.
func (f *keyFlags) hasKeys() bool { return f.given() || f.own || f.algorithm != "" }

// check refuses sources that contradict each other, before a card is opened.
func (f *keyFlags) check() error {
	n := 0
	for _, given := range []bool{f.given(), f.own, f.algorithm != ""} {
		if given {
			n++
		}
	}
	switch {
	case n > 1:
		return usage("key_source")
	case f.algorithm != "" && !slices.Contains(auth.Algorithms, auth.Algorithm(f.algorithm)):
		return usage("algorithm", "names", algorithmNames())
	case f.algorithm == "" && f.operator != "":
		return usage("operator_alone")
	}
	if _, ok := operators[f.operator]; f.operator != "" && !ok {
		return usage("operator")
	}
	return f.fileFlags.check()
}

func algorithmNames() string {
	var out []string
	for _, a := range auth.Algorithms {
		out = append(out, string(a))
	}
	return strings.Join(out, ", ")
}

// knownKeys are a subscriber's keys and what their source knows beside them.
type knownKeys struct {
	sub auth.Subscriber
	ms  aka.SQN // SQN_MS
	// hasMS says that ms is known, told that it is the card's own word and not
	// a file's; indexBits is of the card's array.
	hasMS, told bool
	indexBits   int
	amf         *[aka.AMFSize]byte
	lock        keyfile.Lock // of the file they came from
	foreign     bool         // the entry they came from names another card
}

// load gets the keys; nil where no source is named. c is nil without a card.
func (p *program) loadKeys(ctx context.Context, f keyFlags, c *app.Card, in card.AID) (*knownKeys, error) {
	out := &knownKeys{indexBits: aka.DefaultIndexBits}
	switch {
	case f.own:
		own, ok := p.rs.OwnKeys(c.Reader.ID, in)
		if !ok {
			return nil, problem("auth_no_own", "")
		}
		out.sub, out.ms, out.hasMS, out.told, out.indexBits = own.Keys, own.SQN, true, true, own.IndexBits
	case f.given():
		if err := p.keysOfFile(ctx, f.fileFlags, c, out); err != nil {
			return nil, err
		}
	case f.algorithm != "":
		var err error
		if out.sub, err = typedKeys(p.prompter(ctx), auth.Algorithm(f.algorithm), f.operator); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	if err := out.sub.Check(); err != nil {
		out.sub.Clear()
		return nil, err
	}
	return out, nil
}

func (p *program) keysOfFile(ctx context.Context, f fileFlags, c *app.Card, out *knownKeys) error {
	return p.useEntry(ctx, f, c, func(e *keyfile.Card, lock keyfile.Lock) error {
		if e.Subscriber.Algorithm == "" {
			return keyfile.ErrNoCard
		}
		out.lock, out.foreign = lock, c != nil && !e.Of(c.Files.Identity().ICCID)
		p.warnOtherCard(e, c)
		out.sub, out.amf = e.Subscriber.Clone(), e.AMF
		if e.SQN != nil {
			out.indexBits, out.ms, out.hasMS = e.SQN.IndexBits, e.SQN.Last, e.SQN.HasLast
		}
		return nil
	})
}

// warnOtherCard says that a subscriber's keys were kept for another card. They
// are taken all the same: the person named the entry, and a card may be made
// anew with the keys of an old one.
func (p *program) warnOtherCard(e *keyfile.Card, c *app.Card) {
	if c == nil {
		return
	}
	if this := c.Files.Identity().ICCID; !e.Of(this) {
		fmt.Fprintln(p.words(p.io.Err), texts.Say("out.keys.other_card", "name", safe.Text(e.Name()), "iccid", safe.Text(e.ICCID), "this", safe.Text(this)))
	}
}

// useEntry opens a key file and lends the entry of the card that is meant, and
// the lock that opens the file again. c is nil where no card is open.
func (p *program) useEntry(ctx context.Context, f fileFlags, c *app.Card, take func(*keyfile.Card, keyfile.Lock) error) error {
	file, lock, err := p.openKeys(ctx, f.file, f.lockFlags)
	if err != nil {
		return err
	}
	defer file.Clear()
	e, err := entryFor(file, f.entry, c)
	if err != nil {
		return err
	}
	return take(e, lock)
}

// useOwnEntry is useEntry for keys that cost the card something when they are
// wrong: one that is named must not be of another card.
func (p *program) useOwnEntry(ctx context.Context, f fileFlags, c *app.Card, take func(*keyfile.Card) error) error {
	return p.useEntry(ctx, f, c, func(e *keyfile.Card, _ keyfile.Lock) error {
		if c != nil && !e.Of(c.Files.Identity().ICCID) {
			return keyfile.ErrOtherCard
		}
		return take(e)
	})
}

// entryFor is the card of a key file that is meant: by name, or by what the
// open card says of itself, or the only one.
func entryFor(file *keyfile.File, name string, c *app.Card) (*keyfile.Card, error) {
	switch {
	case name != "":
		return file.Find(name)
	case c != nil:
		id := c.Files.Identity()
		return file.ForCard(id.ICCID, id.IMSI)
	case len(file.Cards) == 1:
		return &file.Cards[0], nil
	case len(file.Cards) == 0:
		return nil, keyfile.ErrNoCard
	}
	return nil, keyfile.ErrMany
}

// maxPassphrase bounds a passphrase that comes as a line.
const maxPassphrase = 1024

// openKeys reads a key file, asking for the passphrase where it needs one.
// The lock opens it again.
func (p *program) openKeys(ctx context.Context, name string, f lockFlags) (*keyfile.File, keyfile.Lock, error) {
	b, err := keyfile.Load(name)
	if err != nil {
		return nil, keyfile.Lock{}, keysProblem(err, texts.Say("tried.keys"))
	}
	if !keyfile.Encrypted(b) {
		if !f.plain {
			clear(b)
			return nil, keyfile.Lock{}, keyfile.ErrPlain
		}
		file, err := keyfile.OpenPlain(b)
		return file, keyfile.Lock{}, err
	}
	lock, err := p.lockFor(ctx, f, keyfile.NeedsPassphrase(b))
	if err != nil {
		return nil, lock, err
	}
	file, err := keyfile.Open(b, lock)
	return file, lock, err
}

// keysProblem is an error of key files as it is, and one of the system in
// words.
func keysProblem(err error, tried string) error {
	if strings.HasPrefix(app.Explain(err, "").ID, "keys_") {
		return err
	}
	return fileProblem(err, tried)
}

// lockFor makes the lock of an identity file, or of a passphrase.
func (p *program) lockFor(ctx context.Context, f lockFlags, passphrase bool) (keyfile.Lock, error) {
	if f.identity != "" {
		r, err := os.Open(f.identity)
		if err != nil {
			return keyfile.Lock{}, fileProblem(err, texts.Say("tried.identity"))
		}
		defer r.Close()
		return keyfile.Identities(r)
	}
	if !passphrase {
		return keyfile.Lock{}, usage("needs_identity")
	}
	s, err := p.prompter(ctx).secretOf(texts.Say("prompt.passphrase"), maxPassphrase)
	if err != nil {
		return keyfile.Lock{}, err
	}
	defer s.Clear()
	return keyfile.Passphrase(s)
}

// operators are the values that an operator chooses for Milenage and TUAK:
// their name and size in bytes.
var operators = map[string]struct {
	name  string
	bytes int
	into  func(*auth.Subscriber) *safe.Secret
}{
	"op":   {"OP", 16, func(s *auth.Subscriber) *safe.Secret { return &s.OP }},
	"opc":  {"OPc", 16, func(s *auth.Subscriber) *safe.Secret { return &s.OPc }},
	"top":  {"TOP", 32, func(s *auth.Subscriber) *safe.Secret { return &s.TOP }},
	"topc": {"TOPc", 32, func(s *auth.Subscriber) *safe.Secret { return &s.TOPc }},
}

// typedKeys asks for the keys of an algorithm, each as hex digits: K, and the
// operator's value where there is one.
func typedKeys(q *prompter, a auth.Algorithm, operator string) (s auth.Subscriber, err error) {
	s.Algorithm = a
	if operator == "" {
		operator = map[auth.Algorithm]string{auth.Milenage: "opc", auth.TUAK: "topc"}[a]
	}
	sizes := []int{16}
	if a == auth.TUAK {
		sizes = []int{16, 32}
	}
	if s.K, err = q.key("K", sizes...); err != nil || operator == "" {
		return s, err
	}
	op := operators[operator]
	*op.into(&s), err = q.key(op.name, op.bytes)
	if err != nil {
		s.Clear()
	}
	return s, err
}

// maxKeyLine bounds a key's line, so that one with spaces is told as such.
const maxKeyLine = 256

// key asks for a key in hex digits of one of the sizes in bytes.
func (q *prompter) key(name string, sizes ...int) (out safe.Secret, err error) {
	digits := 2 * sizes[0]
	s, err := q.secretOf(texts.Say("prompt.key", "name", name, "n", digits), maxKeyLine)
	if err != nil {
		return out, err
	}
	defer s.Clear()
	s.Use(func(b []byte) { out, err = auth.HexKey(name, b, sizes...) })
	return out, err
}
