package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

// verifyRefs are the PINs that --verify names.
func (p *program) verifyRefs() ([]card.PINRef, error) {
	var refs []card.PINRef
	for _, name := range p.f.verify {
		ref, err := card.ParsePINRef(name)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// verifyFirst does what has to stand before a command's work: it finds the
// application that is meant, and verifies the PINs in the order they were
// named, on the same way as `pin verify`. Each takes its secret, a line of
// standard input too, also where the PIN is off and nothing is compared: the
// next line is another secret then.
func (p *program) verifyFirst(ctx context.Context, c *app.Card, refs []card.PINRef) error {
	p.app = ""
	if p.f.app != "" {
		path, err := c.Files.Locate(ctx, p.f.app)
		if err != nil {
			return err
		}
		p.app = path.App
	}
	if len(refs) == 0 {
		return nil
	}
	if _, err := c.ReadPINs(ctx); err != nil {
		return err
	}
	for _, ref := range refs {
		if err := p.verifyOne(ctx, c, ref); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) verifyOne(ctx context.Context, c *app.Card, ref card.PINRef) error {
	pin, err := p.pinMeant(ctx, c, ref)
	if err != nil {
		return err
	}
	words := p.words(p.io.Err)
	if pin.Known && !pin.Enabled && !pin.Tries.Blocked {
		q := p.prompter(ctx)
		if _, tty := q.terminal(); !tty {
			s, err := q.secret(ref.String())
			s.Clear()
			if err != nil {
				return err
			}
		}
		fmt.Fprintln(words, texts.Say("out.verify_off", "name", ref))
		return nil
	}
	out, err := p.guarded(ctx, c, card.PINVerify, pin, fileFlags{})
	if err := pinFailed(card.PINVerify, out, err); err != nil {
		return err
	}
	fmt.Fprintln(words, texts.Say("out.pin.verify", "name", ref))
	return nil
}

// verifyFlags writes the flags that would verify what is needed.
func verifyFlags(c *app.Card, needs []fs.Need) string {
	var parts []string
	inApp := ""
	for _, n := range needs {
		parts = append(parts, "--verify "+strings.ToLower(n.Ref.String()))
		if n.App != "" {
			inApp = " --app " + safe.Text(c.Files.Name(card.PathOf(n.App)))
		}
	}
	return strings.Join(parts, " ") + inApp
}

// withFlags has an error that a PIN is missing say which flag would help.
func (p *program) withFlags(c *app.Card, err error) error {
	var re *fs.RightError
	var pe *problemError
	if !errors.As(err, &re) || errors.As(err, &pe) {
		return err
	}
	pr := app.Explain(re.Err, texts.Say("tried.file", "file", c.Files.Name(re.File)))
	if len(re.Needs) > 0 {
		pr.Next = needWords(re.Needs) + " " + texts.Say("plan.next.verify", "flags", verifyFlags(c, re.Needs))
	}
	return &problemError{pr}
}

func needWords(needs []fs.Need) string {
	var names []string
	for _, n := range needs {
		names = append(names, n.Ref.String())
	}
	return texts.Say("plan.needs", "names", strings.Join(names, ", "))
}

// needed is the problem of work that waits for PINs.
func needed(c *app.Card, tried string, needs []fs.Need) error {
	return &problemError{app.Problem{
		ID: "pin_needed", Tried: tried,
		Answer: needWords(needs),
		Next:   texts.Say("plan.next.verify", "flags", verifyFlags(c, needs)),
	}}
}
