package cli

import (
	"context"

	"github.com/spf13/cobra"

	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/texts"
	"simscope/tui/app"
)

// eapFlags say for which log-on a card is asked.
type eapFlags struct {
	method, identity, network, nonce string
	rand2, rand3                     string
}

func (f *eapFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.method, "eap", "", texts.Say("flag.eap"))
	c.Flags().StringVar(&f.identity, "eap-identity", "", texts.Say("flag.eap_identity_card"))
	c.Flags().StringVar(&f.network, "eap-network", auth.WLANName, texts.Say("flag.eap_network"))
	c.Flags().StringVar(&f.nonce, "nonce", "", texts.Say("flag.nonce_random"))
	c.Flags().StringVar(&f.rand2, "rand2", "", texts.Say("flag.rand2"))
	c.Flags().StringVar(&f.rand3, "rand3", "", texts.Say("flag.rand3"))
}

// methods are the names that --eap takes.
var eapMethods = map[string]auth.EAPMethod{"sim": auth.EAPSIM, "aka": auth.EAPAKA, "aka-prime": auth.EAPAKAPrime}

// question adds the log-on to a question; without --eap there is none, and
// nothing of it may be given.
func (f *eapFlags) question(q *app.AuthQuestion) error {
	if f.method == "" {
		if f.identity+f.nonce+f.rand2+f.rand3 != "" {
			return usage("eap_alone")
		}
		return nil
	}
	method, ok := eapMethods[f.method]
	if !ok {
		return usage("eap_method")
	}
	q.EAP, q.Context = &auth.EAP{Method: method, Identity: f.identity}, auth.Context3G
	switch {
	case method == auth.EAPAKAPrime:
		q.EAP.Network = f.network
	case method.Triplets():
		q.Context = auth.ContextGSM
		return f.triplets(q)
	}
	if f.nonce+f.rand2+f.rand3 != "" {
		return usage("eap_triplets")
	}
	return nil
}

// triplets reads the nonce and the further challenges of EAP-SIM.
func (f *eapFlags) triplets(q *app.AuthQuestion) error {
	read := func(name, s string) ([aka.RANDSize]byte, error) {
		if s == "" {
			return app.RandomRAND(), nil
		}
		b, err := auth.HexField(name, s, aka.RANDSize, aka.RANDSize)
		if err != nil {
			return [aka.RANDSize]byte{}, err
		}
		return [aka.RANDSize]byte(b), nil
	}
	var err error
	if q.EAP.Nonce, err = read("NONCE_MT", f.nonce); err != nil {
		return err
	}
	names := []struct{ name, value string }{{"RAND 2", f.rand2}}
	if f.rand3 != "" {
		names = append(names, struct{ name, value string }{"RAND 3", f.rand3})
	}
	for _, n := range names {
		r, err := read(n.name, n.value)
		if err != nil {
			return err
		}
		q.More = append(q.More, r)
	}
	return nil
}

// named fills in the identity of the open card where none was given, and checks
// what there is before a key is asked for.
func (f *eapFlags) named(ctx context.Context, c *app.Card, q *app.AuthQuestion) error {
	if q.EAP == nil {
		return nil
	}
	if q.EAP.Identity == "" {
		q.EAP.Identity = c.EAPIdentity(ctx, q.EAP.Method)
	}
	if q.EAP.Identity == "" {
		return usage("eap_identity")
	}
	return q.EAP.Check()
}

// eapJSON is the log-on that a question was for.
type eapJSON struct {
	Method   auth.EAPMethod `json:"method"`
	Identity string         `json:"identity"`
	Network  string         `json:"network,omitempty"`
	Nonce    string         `json:"nonce,omitempty"`
	RANDs    []string       `json:"rands,omitempty"` // before the last one
}

func eapOf(r *app.AuthResult) *eapJSON {
	if r.EAP == nil {
		return nil
	}
	d := &eapJSON{Method: r.EAP.Method, Identity: r.EAP.Identity, Network: r.EAP.Network}
	if d.Method.Triplets() {
		d.Nonce = hexOf(r.EAP.Nonce[:])
	}
	for _, before := range r.Rounds {
		d.RANDs = append(d.RANDs, hexOf(before.RAND[:]))
	}
	return d
}
