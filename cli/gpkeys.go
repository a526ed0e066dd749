package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/globalplatform"
	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

// gpKeyFlags say how a secure channel is opened; the keys are no flags.
type gpKeyFlags struct {
	fileFlags
	domain, version, security, kdf string
}

func (p *program) gpKeyCommand(name string, list bool) *cobra.Command {
	var f gpKeyFlags
	c := &cobra.Command{
		Use: name, Short: texts.Say("cmd.gp." + name), Long: texts.Say("cmd.gp." + name + ".long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			req, err := f.request()
			if err != nil {
				return err
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.gpOpen(ctx, c, req, f.fileFlags, list) })
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.domain, "domain", "", texts.Say("flag.gp_domain"))
	c.Flags().StringVar(&f.version, "key-version", "", texts.Say("flag.gp_version"))
	c.Flags().StringVar(&f.security, "security", string(globalplatform.SecurityMAC), texts.Say("flag.gp_security"))
	c.Flags().StringVar(&f.kdf, "kdf", "", texts.Say("flag.gp_kdf"))
	return c
}

// request reads the flags.
func (f gpKeyFlags) request() (globalplatform.Request, error) {
	r := globalplatform.Request{Security: globalplatform.Security(f.security), KDF: globalplatform.KDF(f.kdf)}
	if f.domain != "" {
		aid, err := card.ParseAID(f.domain)
		if err != nil {
			return r, err
		}
		r.Domain = aid
	}
	if f.version != "" {
		n, err := strconv.ParseUint(strings.ToLower(f.version), 0, 8)
		if err != nil || n < 1 || n > 0x7F {
			return r, usage("gp_version")
		}
		r.Version = byte(n)
	}
	if !slices.Contains(globalplatform.Securities, r.Security) {
		return r, usage("gp_security")
	}
	if r.KDF != globalplatform.KDFNone && !slices.Contains(globalplatform.KDFs, r.KDF) {
		return r, usage("gp_kdf")
	}
	return r, f.check()
}

// channelJSON is a secure channel that was opened.
type channelJSON struct {
	Domain     string                `json:"security_domain"`
	Protocol   string                `json:"secure_channel_protocol"`
	I          globalplatform.Hex    `json:"i"`
	Told       bool                  `json:"i_told"` // false: taken for granted
	KeyVersion int                   `json:"key_version"`
	Level      globalplatform.Hex    `json:"security_level"`
	Registry   []globalplatform.Part `json:"registry,omitempty"`
}

func (p *program) gpOpen(ctx context.Context, c *app.Card, req globalplatform.Request, f fileFlags, list bool) error {
	if c.Session.Mode() == card.ReadOnlyLocked {
		return card.ErrLocked
	}
	fmt.Fprintln(p.words(p.io.Err), texts.Say("out.gp.warning"))
	var err error
	if req.Keys, req.Version, err = p.gpKeysFor(ctx, c, req.Version, f); err != nil {
		return err
	}
	defer req.Keys.Clear()
	s, err := c.OpenDomain(ctx, req, list)
	if err != nil {
		return err
	}
	out := channelJSON{
		Domain: s.Domain.String(), Protocol: s.Protocol, I: globalplatform.Hex{s.I}, Told: s.Told, KeyVersion: int(s.KeyVersion),
		Level: globalplatform.Hex{byte(s.Level)},
	}
	if s.Registry != nil {
		out.Registry = s.Registry.Parts
	}
	return p.emit(out, func(w io.Writer) { printTree(w, s.Lines(), "") })
}

// printTree tells lines and what belongs to each, further in.
func printTree(w io.Writer, lines []app.GPLine, indent string) {
	for _, l := range lines {
		printLine(w, l, indent)
		printTree(w, l.Children, indent+"  ")
	}
}

// gpKeysFor gets the keys of a version, 0 leaving that to the card or to the
// key file, and tells which it is.
func (p *program) gpKeysFor(ctx context.Context, c *app.Card, version byte, f fileFlags) (keys globalplatform.KeySet, _ byte, err error) {
	if !f.given() {
		keys, err = p.gpKeySet(ctx)
		return keys, version, err
	}
	var n int
	err = p.useOwnEntry(ctx, f, c, func(e *keyfile.Card) error {
		keys, n, err = app.EntryGP(e, int(version))
		return err
	})
	return keys, byte(n), err
}

// gpKeySet asks for the keys. An empty line repeats the key before; the end of
// the input does not: in SCP02 the card's cryptogram proves ENC alone, and a
// MAC that nobody gave would cost an EXTERNAL AUTHENTICATE.
func (p *program) gpKeySet(ctx context.Context) (globalplatform.KeySet, error) {
	q := p.prompter(ctx)
	var set globalplatform.KeySet
	var before safe.Secret
	for _, k := range []struct {
		id string
		to *safe.Secret
	}{{"enc", &set.ENC}, {"mac", &set.MAC}, {"dek", &set.DEK}} {
		key, err := p.gpKey(q, k.id, before)
		if err != nil {
			set.Clear()
			return set, err
		}
		*k.to, before = key, key
	}
	if err := set.Check(); err != nil {
		set.Clear()
		return set, &globalplatform.ChannelError{Step: globalplatform.StepKeys, Err: err}
	}
	return set, nil
}

// gpKey asks for one key: "enc", "mac" or "dek".
func (p *program) gpKey(q *prompter, id string, before safe.Secret) (safe.Secret, error) {
	typed, err := q.secretOf(texts.Say("prompt.gp."+id), maxKeyLine)
	empty := errors.Is(err, errEmptyLine)
	switch {
	case empty && before.Len() > 0:
		return before, nil
	case empty, errors.Is(err, errInputEnd):
		return safe.Secret{}, problem("gp_key_missing", "", "name", strings.ToUpper(id))
	case err != nil:
		return safe.Secret{}, err
	}
	return app.GPKey(strings.ToUpper(id), typed)
}
