package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/suci"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

// suciFlags are those of "suci".
type suciFlags struct {
	homeKey, decode, imsi string
	nswo                  bool
}

func (p *program) suciCommand() *cobra.Command {
	var f suciFlags
	long := []string{texts.Say("cmd.suci.long"), texts.Say("cmd.suci.long.key"), texts.Say("cmd.suci.long.demo"), texts.Say("cmd.suci.long.decode")}
	c := &cobra.Command{
		Use: "suci", Short: texts.Say("cmd.suci"), Long: strings.Join(long, "\n\n"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.suci(cmd.Context(), f) },
	}
	c.Flags().StringVarP(&f.homeKey, "home-key", "k", "", texts.Say("flag.home_key"))
	c.Flags().StringVarP(&f.decode, "decode", "d", "", texts.Say("flag.suci_decode"))
	c.Flags().StringVar(&f.imsi, "imsi", "", texts.Say("flag.suci_imsi"))
	c.Flags().BoolVar(&f.nswo, "nswo", false, texts.Say("flag.suci_nswo"))
	return c
}

func (p *program) suci(ctx context.Context, f suciFlags) error {
	switch {
	case f.decode != "" && f.nswo:
		return usage("suci_decode")
	case f.imsi != "" && (f.decode == "" || len(f.imsi) < 6 || len(f.imsi) > 15 || strings.Trim(f.imsi, "0123456789") != ""):
		return usage("suci_imsi")
	}
	key, err := homeKey(f.homeKey)
	if err != nil {
		return err
	}
	defer key.Clear()
	if f.decode != "" {
		s, err := parseSUCI(f.decode)
		if err != nil {
			return err
		}
		h := app.HiddenIdentity{SUCI: s, Own: f.imsi}
		return p.showIdentity(h, key, f.homeKey != "")
	}
	want := app.WantSUCI
	if f.nswo {
		want = app.WantNSWO
	}
	return p.withCard(ctx, func(ctx context.Context, c *app.Card) error {
		h, err := c.HiddenIdentity(ctx, p.usim(c), want)
		if err != nil {
			return err
		}
		return p.showIdentity(h, key, f.homeKey != "")
	})
}

// usim is the subscription that is meant: that of --app, else the one the
// program speaks of.
func (p *program) usim(c *app.Card) card.Path {
	if p.app != "" {
		return card.PathOf(p.app)
	}
	dir, _ := c.Files.Subscriber()
	return dir
}

// homeKey reads the key file before any card is looked at.
func homeKey(name string) (app.HomeKey, error) {
	if name == "" {
		return app.HomeKey{}, nil
	}
	key, err := app.ReadHomeKey(name)
	if err != nil {
		if pr := problemOf(err, texts.Say("tried.home_key")); pr.ID == "home_key" {
			return key, &problemError{pr}
		}
		return key, fileProblem(err, texts.Say("tried.home_key"))
	}
	return key, nil
}

// parseSUCI reads a SUCI in any of its forms.
func parseSUCI(text string) (suci.SUCI, error) {
	if b, err := hex.DecodeString(strings.Join(strings.Fields(text), "")); err == nil && len(b) > 0 {
		return suci.ParseOctets(b)
	}
	return suci.Parse(text)
}

// identityJSON is what the command found out.
type identityJSON struct {
	Place   string     `json:"place,omitempty"`
	Own     string     `json:"identity,omitempty"`
	Hidden  fs.Answer  `json:"hidden"`
	Answer  string     `json:"answer"`
	Service *fs.Answer `json:"service_124,omitempty"`
	ByCard  *fs.Answer `json:"service_125,omitempty"`
	From    string     `json:"computed_by,omitempty"`
	SUCI    *suciJSON  `json:"suci,omitempty"`
	Keys    []keyJSON  `json:"home_network_keys,omitempty"`
	Notes   []string   `json:"notes"`
	Proof   *proofJSON `json:"proof,omitempty"`
}

type suciJSON struct {
	Text      string `json:"suci"`
	NAI       string `json:"nai"`
	Type      byte   `json:"supi_type"`
	MCC       string `json:"mcc,omitempty"`
	MNC       string `json:"mnc,omitempty"`
	Realm     string `json:"realm,omitempty"`
	Routing   string `json:"routing_indicator"`
	Scheme    byte   `json:"protection_scheme_identifier"`
	KeyID     byte   `json:"home_network_public_key_identifier"`
	Output    string `json:"scheme_output"`
	Ephemeral string `json:"ephemeral_public_key,omitempty"`
	Cipher    string `json:"ciphertext,omitempty"`
	MAC       string `json:"mac,omitempty"`
}

type keyJSON struct {
	ID  byte   `json:"identifier"`
	Key string `json:"public_key"`
}

type proofJSON struct {
	Verdict  auth.IdentityVerdict `json:"verdict"`
	Works    bool                 `json:"works"`
	Identity string               `json:"identity,omitempty"`
	Fits     *byte                `json:"key_belongs_to,omitempty"`
	Text     string               `json:"text"`
	Next     string               `json:"next,omitempty"`
}

func suciOf(s suci.SUCI) *suciJSON {
	out := &suciJSON{
		Text: s.String(), NAI: s.NAI(), Type: s.Type, MCC: s.MCC, MNC: s.MNC, Realm: s.Realm,
		Routing: s.Routing, Scheme: byte(s.Scheme), KeyID: s.KeyID, Output: hex.EncodeToString(s.Output),
	}
	if sealed, err := s.Sealed(); err == nil {
		out.Ephemeral, out.Cipher, out.MAC = hex.EncodeToString(sealed.Ephemeral), hex.EncodeToString(sealed.Ciphertext), hex.EncodeToString(sealed.MAC)
	}
	return out
}

// showIdentity tells what was found; with a key also whether it opens. An
// identity without a card has no place.
func (p *program) showIdentity(h app.HiddenIdentity, key app.HomeKey, prove bool) error {
	offline := h.Place == ""
	out := identityJSON{Place: h.Place, Own: h.Own, Hidden: h.Hidden(), Answer: h.Answer(), From: h.From, Notes: h.Notes()}
	if offline {
		out.Hidden, out.Answer, out.Notes = app.HiddenBy(h.SUCI), app.IdentitySays(h.SUCI), []string{}
	} else {
		out.Service, out.ByCard = &h.Hiding, &h.ByCard
	}
	some := offline || h.From != ""
	if some {
		out.SUCI = suciOf(h.SUCI)
	}
	if h.Calc != nil {
		for _, k := range h.Calc.Keys {
			out.Keys = append(out.Keys, keyJSON{k.ID, hex.EncodeToString(k.Key)})
		}
	}
	if prove && some {
		proof := h.Prove(key)
		say, next := app.ProofWords(proof, h.SUCI, h.Own)
		if offline && proof.Verdict == auth.IdentityOpened {
			next = texts.Say("identity.proof.opened.offline")
		}
		out.Proof = &proofJSON{proof.Verdict, proof.Works(), proof.Identity, proof.Fits, say, next}
	}
	if err := p.emit(out, func(w io.Writer) { printIdentity(w, out, h) }); err != nil {
		return err
	}
	if prove && (out.Proof == nil || !out.Proof.Works && (out.Proof.Verdict != auth.IdentityOpened || !offline)) {
		return problem("suci_not_proved", "")
	}
	return nil
}

func printIdentity(w io.Writer, out identityJSON, h app.HiddenIdentity) {
	if out.Place != "" {
		fmt.Fprintln(w, safe.Text(out.Place))
	}
	fmt.Fprintln(w, out.Answer)
	for _, n := range out.Notes {
		fmt.Fprintln(w, "  "+safe.Text(n))
	}
	if out.SUCI != nil {
		fmt.Fprintln(w)
		t := newTable(w)
		t.row("SUCI", out.SUCI.Text)
		for _, part := range app.IdentityParts(h.SUCI) {
			value := part.Value
			if part.Note != "" {
				value += "  (" + part.Note + ")"
			}
			t.row("  "+part.Name, value)
		}
		t.row("NAI", out.SUCI.NAI)
		t.flush()
	}
	if out.Proof != nil {
		fmt.Fprintln(w)
		fmt.Fprintln(w, safe.Text(out.Proof.Text))
		if out.Proof.Next != "" {
			fmt.Fprintln(w, "  "+out.Proof.Next)
		}
	}
}
