package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/store/keyfile"
	"simscope/texts"
)

func (p *program) keysCommand() *cobra.Command {
	c := group("keys")
	c.AddCommand(p.keysNewCommand(), p.keysAddCommand(), p.keysListCommand(), p.keysShowCommand())
	return c
}

func (p *program) keysNewCommand() *cobra.Command {
	var f lockFlags
	c := &cobra.Command{
		Use: "new FILE", Short: texts.Say("cmd.keys.new"), Long: texts.Say("cmd.keys.new.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.keysNew(cmd.Context(), args[0], f) },
	}
	c.Flags().StringVar(&f.identity, "identity", "", texts.Say("flag.identity"))
	return c
}

func (p *program) keysNew(ctx context.Context, name string, f lockFlags) error {
	lock, err := p.newLock(ctx, f)
	if err != nil {
		return err
	}
	if err := keyfile.Create(name, &keyfile.File{}, lock); err != nil {
		return fileProblem(err, texts.Say("tried.keys_new"))
	}
	return p.emit(map[string]any{"file": name, "cards": 0}, func(w io.Writer) {
		fmt.Fprintln(w, texts.Say("out.keys.made", "file", safe.Text(name)))
	})
}

// newLock is the lock of an identity file, or of a passphrase that is typed
// twice.
func (p *program) newLock(ctx context.Context, f lockFlags) (keyfile.Lock, error) {
	if f.identity != "" {
		return p.lockFor(ctx, f, false)
	}
	q := p.prompter(ctx)
	s, err := q.secretOf(texts.Say("prompt.passphrase_new"), maxPassphrase)
	if err != nil {
		return keyfile.Lock{}, err
	}
	defer s.Clear()
	again, err := q.secretOf(texts.Say("prompt.passphrase_again"), maxPassphrase)
	if err != nil {
		return keyfile.Lock{}, err
	}
	defer again.Clear()
	if !same(s, again) {
		return keyfile.Lock{}, problem("not_same", "")
	}
	return keyfile.Passphrase(s)
}

// addFlags say what is known of a new card.
type addFlags struct {
	lockFlags
	label, iccid, imsi, algorithm, operator, amf string
	with                                         []string
}

func (p *program) keysAddCommand() *cobra.Command {
	var f addFlags
	c := &cobra.Command{
		Use: "add FILE", Short: texts.Say("cmd.keys.add"), Long: texts.Say("cmd.keys.add.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.keysAdd(cmd.Context(), args[0], f) },
	}
	c.Flags().StringVar(&f.identity, "identity", "", texts.Say("flag.identity"))
	c.Flags().StringVar(&f.label, "label", "", texts.Say("flag.label"))
	c.Flags().StringVar(&f.iccid, "iccid", "", texts.Say("flag.iccid"))
	c.Flags().StringVar(&f.imsi, "imsi", "", texts.Say("flag.imsi"))
	c.Flags().StringVar(&f.algorithm, "algorithm", "", texts.Say("flag.algorithm"))
	c.Flags().StringVar(&f.operator, "operator", "", texts.Say("flag.operator"))
	c.Flags().StringVar(&f.amf, "amf", "", texts.Say("flag.card_amf"))
	c.Flags().StringArrayVar(&f.with, "with", nil, texts.Say("flag.with"))
	return c
}

func (f *addFlags) check() error {
	k := keyFlags{algorithm: f.algorithm, operator: f.operator}
	switch {
	case f.label == "" && f.iccid == "" && f.imsi == "":
		return usage("keys_name")
	case f.algorithm == "" && len(f.with) == 0:
		return usage("keys_none")
	}
	for _, w := range f.with {
		if _, ok := parseWith(w); !ok {
			return usage("keys_with")
		}
	}
	if err := k.check(); err != nil {
		return err
	}
	names := keyfile.File{Cards: []keyfile.Card{{Label: f.label, ICCID: f.iccid, IMSI: f.imsi}}}
	return names.Check()
}

func (p *program) keysAdd(ctx context.Context, name string, f addFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	e := keyfile.Card{Label: f.label, ICCID: f.iccid, IMSI: f.imsi}
	defer e.Clear()
	if f.amf != "" {
		b, err := auth.HexField("AMF", f.amf, aka.AMFSize, aka.AMFSize)
		if err != nil {
			return err
		}
		amf := [aka.AMFSize]byte(b)
		e.AMF = &amf
	}
	file, lock, err := p.openKeys(ctx, name, f.lockFlags)
	if err != nil {
		return err
	}
	defer file.Clear()
	if err := addable(file, &e); err != nil {
		return err
	}
	q := p.prompter(ctx)
	if f.algorithm != "" {
		if e.Subscriber, err = typedKeys(q, auth.Algorithm(f.algorithm), f.operator); err != nil {
			return err
		}
	}
	for _, w := range f.with {
		if err := askWith(q, &e, w); err != nil {
			return err
		}
	}
	file.Cards = append(file.Cards, e)
	if err := file.Check(); err != nil {
		return err
	}
	if err := keyfile.Replace(name, file, lock); err != nil {
		return keysProblem(err, texts.Say("tried.keys"))
	}
	return p.emit(entryJSON(&e, false), func(w io.Writer) {
		fmt.Fprintln(w, texts.Say("out.keys.added", "name", safe.Text(e.Name()), "file", safe.Text(name)))
	})
}

// addable refuses, before a key is asked for, what could not be found again.
func addable(file *keyfile.File, e *keyfile.Card) error {
	rival, by := file.Rival(e)
	if rival == nil {
		return nil
	}
	var names []string
	for _, s := range []string{rival.Label, rival.ICCID, rival.IMSI} {
		if s != "" {
			names = append(names, safe.Text(s))
		}
	}
	return problem("keys_twice", "", "entry", strings.Join(names, ", "), "by", texts.Say("keys.by."+strings.ToLower(by)))
}

// with is a key beyond the subscriber's: of an administrator, of OTA or of a
// security domain.
type with struct {
	kind, part string // "adm", "ota", "gp"; "kic", "enc", …
	number     int
}

// keyParts are the names of the three keys of a set.
var keyParts = map[string][]string{"ota": {"kic", "kid", "dek"}, "gp": {"enc", "mac", "dek"}}

func parseWith(s string) (w with, ok bool) {
	name, part, dotted := strings.Cut(s, ".")
	for _, kind := range []string{"adm", "ota", "gp"} {
		digits, found := strings.CutPrefix(name, kind)
		if !found {
			continue
		}
		n, err := strconv.Atoi(digits)
		w = with{kind, part, n}
		if kind == "adm" {
			return w, err == nil && !dotted && n >= 1 && n <= 10
		}
		return w, err == nil && n >= 0 && n <= 127 && slices.Contains(keyParts[kind], part)
	}
	return w, false
}

// askWith asks for one more key and puts it into the card's entry.
func askWith(q *prompter, e *keyfile.Card, name string) error {
	w, _ := parseWith(name)
	if w.kind == "adm" {
		s, err := q.secretOf(texts.Say("prompt.digits", "name", strings.ToUpper(name)), maxKeyLine)
		if err != nil {
			return err
		}
		digits := s.Len() <= 8
		if s, err = adminKey(s); err != nil {
			return err
		}
		e.ADM = append(e.ADM, keyfile.ADM{PIN: name, Value: s, Digits: digits})
		return nil
	}
	key, err := q.key(strings.ToUpper(w.part)+" "+strconv.Itoa(w.number), 16, 8, 24, 32)
	if err != nil {
		return err
	}
	sets := &e.OTA
	if w.kind == "gp" {
		sets = &e.GP
	}
	i := slices.IndexFunc(*sets, func(k keyfile.KeySet) bool { return k.Version == w.number })
	if i < 0 {
		*sets = append(*sets, keyfile.KeySet{Version: w.number})
		i = len(*sets) - 1
	}
	set := &(*sets)[i]
	*[]*safe.Secret{&set.KIC, &set.KID, &set.DEK}[slices.Index(keyParts[w.kind], w.part)] = key
	return nil
}

func (p *program) keysListCommand() *cobra.Command {
	var f lockFlags
	c := &cobra.Command{
		Use: "list FILE", Short: texts.Say("cmd.keys.list"), Long: texts.Say("cmd.keys.list.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, _, err := p.openKeys(cmd.Context(), args[0], f)
			if err != nil {
				return err
			}
			defer file.Clear()
			return p.keysList(file)
		},
	}
	f.add(c)
	return c
}

func (p *program) keysList(file *keyfile.File) error {
	rows := []keysJSON{}
	for i := range file.Cards {
		rows = append(rows, entryJSON(&file.Cards[i], false))
	}
	return p.emit(map[string]any{"cards": rows}, func(w io.Writer) {
		if len(rows) == 0 {
			fmt.Fprintln(w, texts.Say("out.keys.none"))
			return
		}
		t := newTable(w)
		t.row(texts.Say("keys.col.name"), "ICCID", "IMSI", texts.Say("keys.col.algorithm"), texts.Say("keys.col.has"))
		for _, r := range rows {
			var has []string
			for _, k := range r.Keys {
				has = append(has, k.Name)
			}
			t.row(orDash(r.Label), orDash(r.ICCID), orDash(r.IMSI), orDash(r.Algorithm), strings.Join(has, ", "))
		}
		t.flush()
	})
}

func (p *program) keysShowCommand() *cobra.Command {
	var f lockFlags
	var reveal bool
	c := &cobra.Command{
		Use: "show FILE CARD", Short: texts.Say("cmd.keys.show"), Long: texts.Say("cmd.keys.show.long"), Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, _, err := p.openKeys(cmd.Context(), args[0], f)
			if err != nil {
				return err
			}
			defer file.Clear()
			e, err := file.Find(args[1])
			if err != nil {
				return err
			}
			doc := entryJSON(e, reveal)
			return p.emit(doc, func(w io.Writer) { doc.print(w) })
		},
	}
	f.add(c)
	c.Flags().BoolVar(&reveal, "reveal", false, texts.Say("flag.reveal"))
	return c
}

// keysJSON is what a key file knows of one card. Keys are dots unless they
// were asked for.
type keysJSON struct {
	Label     string      `json:"label,omitempty"`
	ICCID     string      `json:"iccid,omitempty"`
	IMSI      string      `json:"imsi,omitempty"`
	Algorithm string      `json:"algorithm,omitempty"`
	AMF       string      `json:"amf,omitempty"`
	SQN       string      `json:"sqn,omitempty"`
	Keys      []valueJSON `json:"keys"`
}

func entryJSON(e *keyfile.Card, reveal bool) keysJSON {
	s := e.Subscriber
	d := keysJSON{Label: e.Label, ICCID: e.ICCID, IMSI: e.IMSI, Algorithm: string(s.Algorithm), Keys: []valueJSON{}}
	if e.AMF != nil {
		d.AMF = hexOf(e.AMF[:])
	}
	if e.SQN != nil && e.SQN.HasLast {
		d.SQN = e.SQN.Last.String()
	}
	add := func(name string, k safe.Secret) {
		if k.Len() > 0 {
			d.Keys = append(d.Keys, valueJSON{name, shownSecret(k, reveal)})
		}
	}
	add("K", s.K)
	add("OP", s.OP)
	add("OPc", s.OPc)
	add("TOP", s.TOP)
	add("TOPc", s.TOPc)
	for _, a := range e.ADM {
		name := strings.ToUpper(a.PIN)
		if a.Digits && reveal {
			a.Value.Use(func(b []byte) { d.Keys = append(d.Keys, valueJSON{name, string(b)}) })
			continue
		}
		add(name, a.Value)
	}
	for _, kind := range []struct {
		name string
		sets []keyfile.KeySet
	}{{"ota", e.OTA}, {"gp", e.GP}} {
		for _, set := range kind.sets {
			for i, k := range []safe.Secret{set.KIC, set.KID, set.DEK} {
				add(fmt.Sprintf("%s%d.%s", kind.name, set.Version, keyParts[kind.name][i]), k)
			}
		}
	}
	return d
}

func (d keysJSON) print(w io.Writer) {
	t := newTable(w)
	for _, r := range [][2]string{
		{texts.Say("keys.col.name"), d.Label},
		{"ICCID", d.ICCID},
		{"IMSI", d.IMSI},
		{texts.Say("keys.col.algorithm"), d.Algorithm},
		{"AMF", d.AMF},
		{"SQN", d.SQN},
	} {
		if r[1] != "" {
			t.row(r[0], r[1])
		}
	}
	for _, k := range d.Keys {
		t.row(k.Name, k.Value)
	}
	t.flush()
}
