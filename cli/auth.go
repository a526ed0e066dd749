package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/crypto/gba"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

// authFlags are the flags of the commands that ask an algorithm.
type authFlags struct {
	keyFlags
	eap                                 eapFlags
	context, rand, sqn, amf, autn, auts string
	naf, impi                           string
	network, imsi, service              string // what keys are derived for
	reveal, remember, yes               bool
}

func (p *program) authCommand() *cobra.Command {
	c := group("auth")
	c.AddCommand(p.authRunCommand(), p.authGSMCommand(), p.authComputeCommand(), p.authResyncCommand(), p.authEAPSIMCommand(), p.authProbeCommand())
	return c
}

func (p *program) authRunCommand() *cobra.Command {
	var f authFlags
	c := &cobra.Command{
		Use: "run", Short: texts.Say("cmd.auth.run"), Long: texts.Say("cmd.auth.run.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.authRun(cmd.Context(), f) },
	}
	f.keyFlags.add(c, true)
	c.Flags().StringVar(&f.context, "context", defaultContext, texts.Say("flag.auth_context"))
	f.addNumbers(c, "flag.sqn", "flag.autn")
	c.Flags().StringVar(&f.naf, "naf-id", "", texts.Say("flag.naf_id"))
	f.eap.add(c)
	c.Flags().BoolVar(&f.yes, "yes", false, texts.Say("flag.auth_yes"))
	c.Flags().BoolVar(&f.remember, "remember", false, texts.Say("flag.remember"))
	return c
}

// defaultContext is the context of a question where none is named.
const defaultContext = "3g"

// addNumbers adds the numbers of a question and what its answer is used for;
// what SQN and AUTN are for stands in the sentences named.
func (f *authFlags) addNumbers(c *cobra.Command, sqn, autn string) {
	c.Flags().StringVar(&f.rand, "rand", "", texts.Say("flag.rand"))
	c.Flags().StringVar(&f.sqn, "sqn", "", texts.Say(sqn))
	c.Flags().StringVar(&f.amf, "amf", "", texts.Say("flag.amf"))
	c.Flags().StringVar(&f.autn, "autn", "", texts.Say(autn))
	c.Flags().StringVar(&f.impi, "impi", "", texts.Say("flag.impi"))
	c.Flags().BoolVar(&f.reveal, "reveal", false, texts.Say("flag.reveal"))
	f.addDerived(c)
}

// addDerived adds the flags that say what keys are derived for.
func (f *authFlags) addDerived(c *cobra.Command) {
	c.Flags().StringVar(&f.network, "network", "", texts.Say("flag.derive_network"))
	c.Flags().StringVar(&f.imsi, "imsi", "", texts.Say("flag.derive_imsi"))
	c.Flags().StringVar(&f.service, "naf", "", texts.Say("flag.derive_naf"))
}

// maxName is how long the full name of a service can be in the domain name
// system (RFC 1035 clause 2.3.4), and a private identity, which is a network
// access identifier (RFC 7542 clause 2.3), in bytes.
const maxName = 253

// derived is what the flags derive keys for.
func (f *authFlags) derived() (auth.For, error) {
	out := auth.For{IMSI: f.imsi, NAF: f.service, IMPI: f.impi}
	switch {
	case f.imsi != "" && !decimal(f.imsi, 6, 15):
		return out, usage("derive_imsi")
	case len(f.service) > maxName:
		return out, usage("derive_naf", "n", len(f.service), "limit", maxName)
	case len(f.impi) > maxName:
		return out, usage("derive_impi", "n", len(f.impi), "limit", maxName)
	}
	if f.network == "" {
		return out, nil
	}
	var ok bool
	out.MCC, out.MNC, ok = strings.Cut(f.network, "-")
	if !ok || !decimal(out.MCC, 3, 3) || !decimal(out.MNC, 2, 3) {
		return out, usage("derive_network")
	}
	return out, nil
}

func decimal(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

func (p *program) authGSMCommand() *cobra.Command {
	f := authFlags{context: "gsm"}
	c := &cobra.Command{
		Use: "gsm", Short: texts.Say("cmd.auth.gsm"), Long: texts.Say("cmd.auth.gsm.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.authRun(cmd.Context(), f) },
	}
	f.keyFlags.add(c, true)
	c.Flags().StringVar(&f.rand, "rand", "", texts.Say("flag.rand"))
	c.Flags().BoolVar(&f.reveal, "reveal", false, texts.Say("flag.reveal"))
	return c
}

// question is what the flags ask, without the keys.
func (f *authFlags) question() (q app.AuthQuestion, err error) {
	var ok bool
	if q.Context, ok = auth.ParseContext(f.context); !ok {
		return q, usage("auth_context")
	}
	q.RAND = app.RandomRAND()
	if f.rand != "" {
		b, err := auth.HexField("RAND", f.rand, aka.RANDSize, aka.RANDSize)
		if err != nil {
			return q, err
		}
		q.RAND = [aka.RANDSize]byte(b)
	}
	if f.autn != "" {
		if f.sqn != "" || f.amf != "" {
			return q, usage("autn_or_sqn")
		}
		if q.AUTN, err = auth.HexField("AUTN", f.autn, 16, 40); err != nil {
			return q, err
		}
	}
	if q.AMF, err = f.amfOr(nil); err != nil {
		return q, err
	}
	if q.Context == auth.ContextNAF {
		if q.NAFID, err = f.nafID(); err != nil {
			return q, err
		}
	}
	if q.Context == auth.ContextNAF && f.rand == "" && f.hasKeys() {
		return q, usage("needs_boot_rand")
	}
	if q.For, err = f.derived(); err != nil {
		return q, err
	}
	q.IMPI = []byte(f.impi)
	return q, nil
}

// nafID is the service whose key the card is asked for: by its bytes, or by its
// name with the protocol of HTTP digest.
func (f *authFlags) nafID() ([]byte, error) {
	switch {
	case f.naf != "" && f.service != "":
		return nil, usage("naf_twice")
	case f.naf == "" && f.service == "" || f.impi == "":
		return nil, usage("needs_naf")
	case f.naf != "":
		return auth.HexField("NAF_ID", f.naf, 1, auth.MaxNAFID)
	}
	id, err := gba.NAFID(f.service, gba.HTTPDigest)
	if err == nil && len(id) > auth.MaxNAFID {
		err = &auth.FieldError{Field: "NAF_ID", Min: 1, Max: auth.MaxNAFID, Got: len(id)}
	}
	return id, err
}

// defaultAMF has the separation bit of 3GPP TS 33.401 clause 6.1 set, which
// EPS and 5G need and 3G does not look at.
var defaultAMF = [aka.AMFSize]byte{0x80, 0}

// amfOr is the AMF of the flags, else the one of the key file, else the
// default.
func (f *authFlags) amfOr(known *[aka.AMFSize]byte) ([aka.AMFSize]byte, error) {
	switch {
	case f.amf != "":
		b, err := auth.HexField("AMF", f.amf, aka.AMFSize, aka.AMFSize)
		if err != nil {
			return defaultAMF, err
		}
		return [aka.AMFSize]byte(b), nil
	case known != nil:
		return *known, nil
	}
	return defaultAMF, nil
}

// sqnOf is the sequence number that the flags mean. None is 0, which no card
// takes that looks at it: it answers with AUTS, and moves nothing.
func (f *authFlags) sqnOf(ms aka.SQN, known bool, indexBits int) (aka.SQN, error) {
	switch f.sqn {
	case "":
		return 0, nil
	case "next":
		if !known {
			return 0, problem("auth_no_ms", "")
		}
		n, ok := auth.Next(ms, auth.PlaceOf(ms, indexBits).IND, indexBits)
		if !ok {
			return 0, problem("auth_end", "")
		}
		return n, nil
	}
	b, err := auth.HexField("SQN", f.sqn, aka.SQNSize, aka.SQNSize)
	if err != nil {
		return 0, err
	}
	return aka.SQNOf([aka.SQNSize]byte(b)), nil
}

// authRun asks the card once. What is sent, and how far it moves the card's
// sequence number, stands on standard error before it is.
func (p *program) authRun(ctx context.Context, f authFlags) error {
	q, err := f.question()
	if err != nil {
		return err
	}
	if f.eap.method != "" && f.context != defaultContext {
		return usage("eap_context")
	}
	if err := f.eap.question(&q); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	if f.remember && (!f.given() || f.plain) {
		return usage("remember")
	}
	if _, err := f.sqnOf(0, true, aka.DefaultIndexBits); err != nil {
		return err
	}
	if p.f.readOnly {
		return problem("locked_read_only", texts.Say("tried.auth"))
	}
	return p.withCard(ctx, func(ctx context.Context, c *app.Card) error {
		if c.Session.Kind() == card.KindGSM && q.Context == auth.ContextGSM {
			q.Context = auth.ContextSIM
		}
		var ok bool
		if q.App, ok = c.AuthApp(q.Context, p.app); !ok {
			return problem("auth_no_app", texts.Say("tried.auth"))
		}
		if err := f.eap.named(ctx, c, &q); err != nil {
			return err
		}
		keys, err := p.loadKeys(ctx, f.keyFlags, c, q.App)
		if err != nil {
			return err
		}
		return p.ask(ctx, c, f, q, keys)
	})
}

func (p *program) ask(ctx context.Context, c *app.Card, f authFlags, q app.AuthQuestion, keys *knownKeys) error {
	var jump *auth.Jump
	bits := aka.DefaultIndexBits
	if keys != nil {
		q.Keys = &keys.sub
		bits = keys.indexBits
		defer keys.sub.Clear()
		if f.remember && keys.foreign {
			return keyfile.ErrOtherCard
		}
		var err error
		if q.AMF, err = f.amfOr(keys.amf); err != nil {
			return err
		}
		if q.SQN, err = f.sqnOf(keys.ms, keys.hasMS, bits); err != nil {
			return err
		}
		if jump, err = p.sequence(q, keys); err != nil {
			return err
		}
	}
	if err := p.warnBefore(ctx, c, f, q, jump); err != nil {
		return err
	}
	ask := c.Authenticate
	if q.EAP != nil {
		ask = c.AuthenticateEAP
	}
	res, err := ask(ctx, q, nil)
	if err != nil {
		return err
	}
	defer res.Clear()
	doc := p.authDocument(c, res, jump, bits, f.reveal)
	var kept error
	if keys != nil && f.given() && q.Context.Token() {
		doc.Known, kept = learnt(c, f, res, keys)
	}
	if err := p.emit(doc, func(w io.Writer) { doc.print(w) }); err != nil {
		return err
	}
	return cmp.Or(authOutcome(res), kept)
}

// sequence is how far a token moves the card: of one that the host makes, or
// of one given that these keys open. Nil where there is none.
func (p *program) sequence(q app.AuthQuestion, keys *knownKeys) (*auth.Jump, error) {
	if !q.Context.Token() {
		return nil, nil
	}
	n := q.SQN
	if len(q.AUTN) > 0 {
		f, err := keys.sub.Functions()
		if err != nil {
			return nil, err
		}
		defer f.Clear()
		autn := q.AUTN
		if q.Context == auth.ContextGBA {
			k, err := f.F2345(q.RAND)
			if err != nil {
				return nil, err
			}
			autn = aka.Bootstrap(autn, k.IK)
			k.Clear()
		}
		o, err := aka.OpenAUTN(f, q.RAND, autn)
		if err != nil {
			return nil, nil // what it does to the card is not known
		}
		n = o.SQN
	}
	// What a file says of the card's number bounds no jump: it may be old, or
	// of another card.
	j := auth.JumpTo(keys.told, keys.ms, n, keys.indexBits)
	return &j, nil
}

// warnBefore says what is sent. Where the card's sequence number moves it asks,
// and --yes answers; where it goes far a word is typed, which no flag stands for.
func (p *program) warnBefore(ctx context.Context, c *app.Card, f authFlags, q app.AuthQuestion, j *auth.Jump) error {
	w := p.words(p.io.Err)
	where := texts.Say("auth.where.sim")
	if q.App != "" {
		where = c.Files.Name(card.PathOf(q.App))
	}
	context := q.Context.String()
	if q.EAP != nil {
		context = string(q.EAP.Method)
	}
	fmt.Fprintln(w, texts.Say("auth.before", "context", texts.Say("auth.context."+context), "app", where, "card", cardName(c), "n", 1+len(q.More)))
	switch {
	case !q.Context.Token():
		return nil
	case j == nil && len(q.AUTN) > 0:
		fmt.Fprintln(w, texts.Say("auth.jump.foreign"))
		return p.mustType(ctx, texts.Say("auth.far.foreign"), texts.Say("auth.far.word"))
	case j == nil:
		return nil
	}
	fmt.Fprintln(w, app.JumpWords(*j))
	switch {
	case j.Far:
		return p.mustType(ctx, texts.Say("auth.far"), texts.Say("auth.far.word"))
	case j.Ahead > 0 && !f.yes:
		return p.mustType(ctx, texts.Say("auth.moves"), texts.Say("prompt.plan_word"))
	}
	return nil
}

// cardName is how a card is spoken of: its ICCID, or the reader it is in.
func cardName(c *app.Card) string {
	if id := c.Files.Identity().ICCID; id != "" {
		return grouped(id)
	}
	return safe.Text(c.Reader.ID.Name)
}

// mustType has the word typed without which nothing is sent.
func (p *program) mustType(ctx context.Context, why, word string) error {
	ok, err := p.prompter(ctx).confirm(why, word)
	if err == nil && !ok {
		err = problem("auth_not_confirmed", texts.Say("tried.auth"))
	}
	return err
}

// authOutcome is the error that an answer stands for, after it was told.
func authOutcome(r *app.AuthResult) error {
	tried := texts.Say("tried.auth")
	switch {
	case r.Answer.Result == auth.MACFailure, r.Answer.Result == auth.NoContext, r.Answer.Result == auth.NotNow:
		return problem("auth_refused", tried, "sw", r.Answer.SW)
	case r.Answer.Result == auth.SyncFailure && r.Finding.ID != "" && !r.Finding.HasSQN:
		return problem("auth_not_opened", tried)
	case r.Answer.Result == auth.SyncFailure:
		return nil
	case r.Finding.ID != "" && r.Finding.ID != auth.FoundSame && r.Finding.ID != auth.FoundNothing:
		return problem("auth_differs", tried)
	}
	return nil
}
