package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/crypto/eap"
	"simscope/texts"
)

// simFlags are of EAP-SIM, which takes several triplets.
type simFlags struct {
	keyFlags
	rands    []string
	nonce    string
	identity string
	reveal   bool
}

func (p *program) authEAPSIMCommand() *cobra.Command {
	var f simFlags
	c := &cobra.Command{
		Use: "eap-sim", Short: texts.Say("cmd.auth.eap-sim"), Long: texts.Say("cmd.auth.eap-sim.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.authEAPSIM(cmd.Context(), f) },
	}
	f.keyFlags.add(c, false)
	c.Flags().StringArrayVar(&f.rands, "rand", nil, texts.Say("flag.rands"))
	c.Flags().StringVar(&f.nonce, "nonce", "", texts.Say("flag.nonce"))
	c.Flags().StringVar(&f.identity, "eap-identity", "", texts.Say("flag.eap_identity"))
	c.Flags().BoolVar(&f.reveal, "reveal", false, texts.Say("flag.reveal"))
	return c
}

// eapSIMVersion is the only version of EAP-SIM there is (RFC 4186 clause
// 10.8), and with it the list that a server offers.
const eapSIMVersion = 1

// authEAPSIM derives the keys of EAP-SIM on this host.
func (p *program) authEAPSIM(ctx context.Context, f simFlags) error {
	if len(f.rands) < 2 || len(f.rands) > 3 || f.nonce == "" || f.identity == "" {
		return usage("eap_sim")
	}
	nonce, err := auth.HexField("NONCE_MT", f.nonce, eap.NonceSize, eap.NonceSize)
	if err != nil {
		return err
	}
	var rands [][aka.RANDSize]byte
	for _, s := range f.rands {
		b, err := auth.HexField("RAND", s, aka.RANDSize, aka.RANDSize)
		if err != nil {
			return err
		}
		rands = append(rands, [aka.RANDSize]byte(b))
	}
	keys, err := p.hostKeys(ctx, &authFlags{keyFlags: f.keyFlags})
	if err != nil {
		return err
	}
	defer keys.sub.Clear()
	var kcs [][]byte
	defer func() {
		for _, kc := range kcs {
			clear(kc)
		}
	}()
	for _, r := range rands {
		_, kc, err := keys.sub.GSM(r)
		if err != nil {
			return err
		}
		kcs = append(kcs, kc[:])
	}
	k, err := eap.SIM(f.identity, kcs, [eap.NonceSize]byte(nonce), []byte{0, eapSIMVersion}, eapSIMVersion)
	if err != nil {
		return err
	}
	derived := auth.EAPKeys("EAP-SIM", f.identity, &k)
	defer auth.ClearDerived(derived)
	doc := derivedOf(derived, f.reveal)
	return p.emit(map[string]any{"derived": doc}, func(w io.Writer) {
		t := newTable(w)
		for _, k := range doc {
			t.row(k.Name, k.Value, k.For)
		}
		t.flush()
	})
}
