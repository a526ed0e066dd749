package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) pinCommand() *cobra.Command {
	c := group("pin")
	c.AddCommand(&cobra.Command{
		Use: "status", Short: texts.Say("cmd.pin.status"), Long: texts.Say("cmd.pin.status.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.withCard(cmd.Context(), p.pinStatus) },
	})
	for _, op := range []card.PINOp{card.PINVerify, card.PINChange, card.PINDisable, card.PINEnable, card.PINUnblock} {
		c.AddCommand(p.pinOpCommand(op))
	}
	return c
}

func (p *program) pinStatus(ctx context.Context, c *app.Card) error {
	pins, err := c.ReadPINs(ctx)
	if err != nil {
		return err
	}
	rows := pinsJSON(c, pins)
	return p.emit(map[string]any{"pins": rows}, func(w io.Writer) {
		if len(rows) == 0 {
			fmt.Fprintln(w, texts.Say("out.no_pins"))
		}
		for _, r := range rows {
			fmt.Fprintln(w, r.line())
		}
	})
}

func (p *program) pinOpCommand(op card.PINOp) *cobra.Command {
	var f fileFlags
	c := &cobra.Command{
		Use: op.String() + " [PIN]", Short: texts.Say("cmd.pin." + op.String()), Long: texts.Say("cmd.pin.op.long"),
		Args: between(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref := card.RefPIN1
			if len(args) == 1 {
				var err error
				if ref, err = card.ParsePINRef(args[0]); err != nil {
					return err
				}
			}
			if f.given() && ref.Kind() != card.PINAdm {
				return usage("keys_adm")
			}
			if err := f.check(); err != nil {
				return err
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error {
				return p.pinOp(ctx, c, op, ref, f)
			})
		},
	}
	if op == card.PINVerify {
		f.addAs(c, "flag.keys_adm")
	}
	return c
}

// pinOutcomeJSON is what an operation on a PIN brought.
type pinOutcomeJSON struct {
	Operation string `json:"operation"`
	PIN       string `json:"pin"`
	SW        string `json:"sw"`
	TriesLeft *int   `json:"triesLeft"`
	Done      bool   `json:"done"`
}

// pinOp is one operation on a PIN and what is told of it.
func (p *program) pinOp(ctx context.Context, c *app.Card, op card.PINOp, ref card.PINRef, f fileFlags) error {
	if op != card.PINVerify && p.f.readOnly {
		return problem("locked_read_only", "pin "+op.String())
	}
	if _, err := c.ReadPINs(ctx); err != nil {
		return err
	}
	pin, err := p.pinMeant(ctx, c, ref)
	if err != nil {
		return err
	}
	out, err := p.guarded(ctx, c, op, pin, f)
	return p.pinResult(op, ref, out, err)
}

// pinMeant is the one PIN that a reference means on this card, with its tries.
func (p *program) pinMeant(ctx context.Context, c *app.Card, ref card.PINRef) (app.PIN, error) {
	if err := onePIN(c, ref, p.app); err != nil {
		return app.PIN{}, err
	}
	pin, known := c.FindPIN(ref, p.app)
	// The row of a key that no template names has no count yet.
	if !known || pin.Tries == (card.Tries{}) {
		var err error
		if pin.Tries, err = c.ReadTries(ctx, pin); err != nil {
			return pin, err
		}
	}
	return pin, nil
}

// guarded leads through one operation: the state and the tries first, then
// the secrets, typed or an ADM code of a key file, then the card.
func (p *program) guarded(ctx context.Context, c *app.Card, op card.PINOp, pin app.PIN, f fileFlags) (card.PINOutcome, error) {
	req := card.PINRequest{Op: op, Ref: pin.Ref, App: pin.App}
	q := p.prompter(ctx)
	if err := p.showBefore(c, op, pin); err != nil {
		return card.PINOutcome{}, err
	}
	var err error
	if req.LastTry, err = p.lastTry(q, op, pin); err != nil {
		return card.PINOutcome{}, err
	}
	defer func() {
		req.Current.Clear()
		req.New.Clear()
	}()
	if f.given() {
		err = p.useOwnEntry(ctx, f, c, func(e *keyfile.Card) error {
			req.Current, err = app.EntryAdmin(e, pin.Ref)
			return err
		})
	} else {
		err = p.askSecrets(q, &req)
	}
	if err != nil {
		return card.PINOutcome{}, err
	}
	return c.DoPIN(ctx, req)
}

// onePIN refuses a name that several applications have a PIN for: a try must
// not be spent on one that was not meant.
func onePIN(c *app.Card, ref card.PINRef, in card.AID) error {
	var names []string
	for _, p := range c.PINs() {
		if p.Ref == ref && in == "" {
			names = append(names, c.Files.Name(card.PathOf(p.App)))
		}
	}
	if len(names) < 2 {
		return nil
	}
	return problem("pin_ambiguous", ref.String(), "names", strings.Join(names, ", "))
}

// showBefore tells the tries that are left before a secret is asked for, and
// stops where none is left, or where the PIN is off: what a card does with one
// that is off differs, and nothing is gained.
func (p *program) showBefore(c *app.Card, op card.PINOp, pin app.PIN) error {
	tries := pin.Tries
	if op == card.PINUnblock {
		tries = pin.Unblock
	}
	if tries.Blocked {
		return &card.PINError{Ref: pin.Ref, Unblock: op == card.PINUnblock, Known: true, Blocked: true, SW: card.SWBlocked}
	}
	if tries.Absent {
		return problem("not_found", pin.Ref.String())
	}
	off := pin.Known && !pin.Enabled && pin.Ref.Kind() != card.PINAdm
	if off && (op == card.PINVerify || op == card.PINChange || op == card.PINDisable) {
		return problem("pin_off", pin.Ref.String(), "name", pin.Ref)
	}
	row := pinsJSON(c, []app.PIN{pin})[0]
	fmt.Fprintf(p.io.Err, "%s %s: %s\n", texts.Say("info.iccid"), grouped(c.Files.Identity().ICCID), row.line())
	return nil
}

// lastTry asks for the typed word where a try may be the last, or one of the
// last of a PUK.
func (p *program) lastTry(q *prompter, op card.PINOp, pin app.PIN) (bool, error) {
	tries, limit, name := pin.Tries, 1, pin.Ref.String()
	if op == card.PINUnblock {
		tries, limit, name = pin.Unblock, 3, pin.Ref.UnblockName()
	}
	// A card that calls the PIN open may say so because it is off; its count
	// is not known then.
	if tries.Known && tries.Left > limit {
		return false, nil
	}
	question := texts.Say("prompt.last", "name", name, "left", tries.Left)
	if !tries.Known {
		question = texts.Say("prompt.last_unknown", "name", name)
	}
	ok, err := q.confirm(question, texts.Say("prompt.last_word"))
	if err != nil {
		return false, err
	}
	if !ok {
		return false, card.ErrLastTry
	}
	return true, nil
}

func (p *program) askSecrets(q *prompter, req *card.PINRequest) error {
	name := req.Ref.String()
	if req.Op == card.PINUnblock {
		name = req.Ref.UnblockName()
	}
	var err error
	if req.Current, err = q.secret(texts.Say("prompt.current", "name", name)); err != nil {
		return err
	}
	if req.Ref.Kind() == card.PINAdm {
		if req.Current, err = adminKey(req.Current); err != nil {
			return err
		}
	}
	if req.Op != card.PINChange && req.Op != card.PINUnblock {
		return nil
	}
	if req.New, err = q.secret(texts.Say("prompt.new", "name", req.Ref)); err != nil {
		return err
	}
	again, err := q.secret(texts.Say("prompt.again", "name", req.Ref))
	if err != nil {
		return err
	}
	defer again.Clear()
	if !same(req.New, again) {
		return problem("not_same", "")
	}
	return nil
}

// adminKey turns the 16 hex digits of an ADM key into its bytes; 4 to 8
// decimal digits are taken as they are. Anything else is a slip of the finger
// and would cost a try that nothing brings back.
func adminKey(s safe.Secret) (safe.Secret, error) {
	var out []byte
	digits := false
	s.Use(func(b []byte) {
		if len(b) == 2*card.PINField {
			key := make([]byte, card.PINField)
			if _, err := hex.Decode(key, b); err == nil {
				out = key
			} else {
				clear(key)
			}
			return
		}
		digits = len(b) >= card.MinPIN && len(b) <= card.MaxPIN
		for _, c := range b {
			digits = digits && c >= '0' && c <= '9'
		}
	})
	if digits {
		return s, nil
	}
	s.Clear()
	if out == nil {
		return safe.Secret{}, card.ErrPINForm
	}
	return safe.NewSecret(out), nil
}

func same(a, b safe.Secret) bool {
	equal := false
	a.Use(func(x []byte) { b.Use(func(y []byte) { equal = string(x) == string(y) }) })
	return equal
}

// pinFailed is the error of an operation, nil where the card took it: what
// failed after the card's answer does not change that answer.
func pinFailed(op card.PINOp, out card.PINOutcome, err error) error {
	if err == nil || out.Sent && out.SW.OK() && !out.Lost {
		return nil
	}
	var lost *card.LostError
	if errors.As(err, &lost) && out.After.Known {
		return problem("lost_counts", "pin "+op.String(), "left", out.After.Left)
	}
	return err
}

func (p *program) pinResult(op card.PINOp, ref card.PINRef, out card.PINOutcome, err error) error {
	if err := pinFailed(op, out, err); err != nil {
		return err
	}
	res := pinOutcomeJSON{
		Operation: op.String(), PIN: ref.String(), SW: out.SW.String(),
		TriesLeft: left(out.After), Done: true,
	}
	return p.emit(res, func(w io.Writer) {
		fmt.Fprintln(w, texts.Say("out.pin."+op.String(), "name", ref))
	})
}
