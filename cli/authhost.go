package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) authComputeCommand() *cobra.Command {
	var f authFlags
	c := &cobra.Command{
		Use: "compute", Short: texts.Say("cmd.auth.compute"), Long: texts.Say("cmd.auth.compute.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.authCompute(cmd.Context(), f) },
	}
	f.keyFlags.add(c, false)
	f.addNumbers(c, "flag.sqn_host", "flag.autn_open")
	return c
}

func (p *program) authResyncCommand() *cobra.Command {
	var f authFlags
	c := &cobra.Command{
		Use: "resync", Short: texts.Say("cmd.auth.resync"), Long: texts.Say("cmd.auth.resync.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.authResync(cmd.Context(), f) },
	}
	f.keyFlags.add(c, false)
	c.Flags().StringVar(&f.rand, "rand", "", texts.Say("flag.rand_sent"))
	c.Flags().StringVar(&f.auts, "auts", "", texts.Say("flag.auts"))
	c.Flags().StringVar(&f.autn, "autn", "", texts.Say("flag.autn_sent"))
	return c
}

// hostKeys are the keys of a command that asks no card.
func (p *program) hostKeys(ctx context.Context, f *authFlags) (*knownKeys, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	keys, err := p.loadKeys(ctx, f.keyFlags, nil, "")
	if err == nil && keys == nil {
		err = usage("no_key_source")
	}
	return keys, err
}

func (p *program) authCompute(ctx context.Context, f authFlags) error {
	f.context = "3g"
	q, err := f.question()
	if err != nil {
		return err
	}
	if f.autn != "" && f.rand == "" {
		return usage("needs_rand")
	}
	if _, err := f.sqnOf(0, true, aka.DefaultIndexBits); err != nil {
		return err
	}
	keys, err := p.hostKeys(ctx, &f)
	if err != nil {
		return err
	}
	defer keys.sub.Clear()
	if f.autn != "" {
		return p.openToken(keys, []auth.Evidence{{RAND: q.RAND, AUTN: q.AUTN}}, "AUTN")
	}
	if q.SQN, err = f.sqnOf(keys.ms, keys.hasMS, keys.indexBits); err != nil {
		return err
	}
	if q.AMF, err = f.amfOr(keys.amf); err != nil {
		return err
	}
	v, err := auth.Compute(keys.sub, q.RAND, q.SQN, q.AMF)
	if err != nil {
		return err
	}
	defer v.Clear()
	doc := vectorOf(v, f.reveal)
	derived, err := auth.Derive(auth.Outcome{RAND: v.RAND, AUTN: v.AUTN, RES: v.RES, CK: v.CK, IK: v.IK}, q.For)
	if err != nil {
		return err
	}
	defer auth.ClearDerived(derived)
	doc.Derived = derivedOf(derived, f.reveal)
	return p.emit(doc, func(w io.Writer) { doc.print(w) })
}

func (p *program) authResync(ctx context.Context, f authFlags) error {
	if f.rand == "" || f.auts == "" {
		return usage("needs_auts")
	}
	rand, err := auth.HexField("RAND", f.rand, aka.RANDSize, aka.RANDSize)
	if err != nil {
		return err
	}
	auts, err := auth.HexField("AUTS", f.auts, aka.AUTSSize, aka.SQNSize+32)
	if err != nil {
		return err
	}
	e := auth.Evidence{RAND: [aka.RANDSize]byte(rand), Answer: &auth.Answer{Result: auth.SyncFailure, AUTS: auts}}
	if f.autn != "" {
		if e.AUTN, err = auth.HexField("AUTN", f.autn, 16, 40); err != nil {
			return err
		}
	}
	keys, err := p.hostKeys(ctx, &f)
	if err != nil {
		return err
	}
	defer keys.sub.Clear()
	return p.openToken(keys, []auth.Evidence{e}, "AUTS")
}

// openToken tells what a token says, or why these keys do not open it.
func (p *program) openToken(keys *knownKeys, e []auth.Evidence, token string) error {
	found, err := auth.Explain(keys.sub, e, 0)
	if err != nil {
		return err
	}
	if !opensToken(found) {
		if err := p.emit(findJSON{ID: found.ID, Text: app.Why(found, 0), Bits: found.Bits, Others: found.Others}, func(w io.Writer) {
			fmt.Fprintln(w, app.Why(found, 0))
		}); err != nil {
			return err
		}
		return problem("auth_not_opened", texts.Say("tried.open_token", "token", token))
	}
	doc := openedOf(token, found.SQN, keys.indexBits)
	if token == "AUTN" {
		doc.AMF = hexOf(found.AMF[:])
	}
	doc.Text = texts.Say("auth.opened."+doc.Token, "sqn", doc.SQN, "seq", doc.SEQ, "ind", doc.IND, "next", doc.Next)
	return p.emit(doc, func(w io.Writer) { fmt.Fprintln(w, doc.Text) })
}

// opensToken says that the keys themselves open a token, without a mistake.
func opensToken(f auth.Finding) bool {
	return f.HasSQN && (f.ID == auth.FoundSame || f.ID == auth.FoundNotNew || f.ID == auth.FoundFar)
}

// probeJSON is what a card tells without a key.
type probeJSON struct {
	Steps  []probeStepJSON `json:"steps"`
	MAC    *bool           `json:"checksMAC"` // null: not told
	WeakKc *bool           `json:"weakKc"`    // null: not told
	Found  []string        `json:"found"`
}

type probeStepJSON struct {
	Context     string `json:"context"`
	Application string `json:"application,omitempty"`
	SW          string `json:"sw"`
	Result      string `json:"result"`
}

func (p *program) authProbeCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "probe", Short: texts.Say("cmd.auth.probe"), Long: texts.Say("cmd.auth.probe.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.f.readOnly {
				return problem("locked_read_only", texts.Say("tried.auth"))
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.authProbe(ctx, c, yes) })
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, texts.Say("flag.yes"))
	return c
}

func (p *program) authProbe(ctx context.Context, c *app.Card, yes bool) error {
	steps := c.ProbePlan()
	if len(steps) == 0 {
		return problem("auth_no_app", texts.Say("tried.auth"))
	}
	w := p.words(p.io.Err)
	fmt.Fprintln(w, texts.Say("auth.probe.before", "n", len(steps)))
	for i, s := range steps {
		fmt.Fprintf(w, "%d  %s\n", i+1, app.ProbeWords(c, s))
	}
	fmt.Fprintln(w, texts.Say("auth.probe.warn"))
	if !yes {
		ok, err := p.prompter(ctx).confirm(texts.Say("auth.probe.ask"), texts.Say("auth.probe.word"))
		if err != nil {
			return err
		}
		if !ok {
			return problem("auth_not_confirmed", texts.Say("tried.auth"))
		}
	}
	got, err := c.Probe(ctx, steps)
	if err != nil && len(got.Steps) == 0 {
		return err
	}
	doc := probeJSON{Steps: []probeStepJSON{}, Found: app.ProbeFound(c, got)}
	for _, s := range got.Steps {
		doc.Steps = append(doc.Steps, probeStepJSON{s.Context.String(), app.ProbeApp(c, s.ProbeStep), s.SW.String(), app.ProbeResult(s)})
	}
	if got.ChecksMAC || got.IgnoresMAC {
		checks := !got.IgnoresMAC // one application that does not is enough
		doc.MAC = &checks
	}
	if got.KcSeen > 1 {
		weak := got.KcSeen == got.KcZero
		doc.WeakKc = &weak
	}
	if e := p.emit(doc, func(w io.Writer) {
		t := newTable(w)
		for _, s := range got.Steps {
			t.row(app.ProbeWords(c, s.ProbeStep), app.ProbeResultWords(s), s.SW.String())
		}
		t.flush()
		for _, f := range doc.Found {
			fmt.Fprintln(w, f)
		}
	}); e != nil {
		return e
	}
	return err
}
