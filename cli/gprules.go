package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"simscope/card/globalplatform"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) gpRulesCommand() *cobra.Command {
	var aid, signer string
	c := &cobra.Command{
		Use: "rules", Short: texts.Say("cmd.gp.rules"), Long: texts.Say("cmd.gp.rules.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if aid == "" && signer == "" {
				return p.withCard(cmd.Context(), p.gpRules)
			}
			ref, err := ruleReference(aid, signer)
			if err != nil {
				return err
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.gpAskRules(ctx, c, ref) })
		},
	}
	c.Flags().StringVar(&aid, "aid", "", texts.Say("flag.rules_aid"))
	c.Flags().StringVar(&signer, "signer", "", texts.Say("flag.rules_signer"))
	return c
}

// ruleReference is what is asked about.
func ruleReference(aid, signer string) (globalplatform.Reference, error) {
	ref, err := globalplatform.ParseReference(aid, signer)
	var odd *globalplatform.ReferenceError
	if errors.As(err, &odd) {
		return ref, usage("rules_" + odd.Field)
	}
	return ref, err
}

// ruleJSON is a rule with its sentence.
type ruleJSON struct {
	globalplatform.Rule
	Everyone bool   `json:"admits_everyone"`
	Text     string `json:"text"`
}

type rulesJSON struct {
	Found   bool               `json:"found"`
	SW      string             `json:"sw,omitempty"`
	Whole   bool               `json:"complete"`
	Fault   string             `json:"fault,omitempty"`
	Refresh globalplatform.Hex `json:"refresh_tag,omitempty"`
	Changed bool               `json:"changed_meanwhile,omitempty"`
	Place   string             `json:"place,omitempty"`
	Rules   []ruleJSON         `json:"rules"`
}

func (p *program) gpRules(ctx context.Context, c *app.Card) error {
	g, err := c.ReadRules(ctx)
	if err != nil {
		return err
	}
	rules := func(list []globalplatform.Rule) []ruleJSON {
		out := []ruleJSON{}
		for _, r := range list {
			out = append(out, ruleJSON{r, r.Everyone(), app.RuleWords(r)})
		}
		return out
	}
	m, f := g.Master, g.Files
	ara := rulesJSON{Found: m.Found, SW: globalplatform.SWText(m.SW), Whole: m.Found && m.Whole, Refresh: m.Refresh, Changed: m.Changed, Rules: rules(m.Rules)}
	if m.Fault != nil {
		ara.Fault = safe.Text(m.Fault.Error())
	}
	arf := rulesJSON{Found: f.Found, SW: globalplatform.SWText(f.SW), Whole: f.Found && f.Whole, Refresh: f.Refresh, Rules: rules(f.Rules), Fault: f.Stopped}
	if f.Found {
		arf.Place = f.Base.String()
	}
	return p.emit(map[string]any{"ara_m": ara, "arf": arf}, func(w io.Writer) { printSections(w, g, app.GPARA, app.GPARF) })
}

// askedJSON is what the card said of one reference.
type askedJSON struct {
	Target globalplatform.Target `json:"target"`
	AID    globalplatform.Hex    `json:"aid,omitempty"`
	Device globalplatform.Hex    `json:"device_app_id,omitempty"`
	SW     string                `json:"sw"`
	State  string                `json:"state"` // "rule", "none", "refused"
	Rule   *ruleJSON             `json:"rule,omitempty"`
	Text   string                `json:"text"`
}

// gpAskRules asks for the rules that a phone looks up for an app, in its order.
func (p *program) gpAskRules(ctx context.Context, c *app.Card, ref globalplatform.Reference) error {
	asked, found, sw, err := c.AskRules(ctx, ref)
	if err != nil {
		return err
	}
	rows := []askedJSON{}
	decided := false
	for _, a := range asked {
		row := askedJSON{Target: a.Target, AID: a.AID, Device: a.Device, SW: a.SW.String(), State: "refused", Text: app.AskedWords(a)}
		switch {
		case a.Rule != nil:
			row.State, row.Rule = "rule", &ruleJSON{*a.Rule, a.Rule.Everyone(), app.RuleWords(*a.Rule)}
			decided = a.Rule.Whole
		case a.None():
			row.State = "none"
		}
		rows = append(rows, row)
	}
	doc := map[string]any{"found": found, "answers": rows}
	if !found {
		doc["sw"] = globalplatform.SWText(sw)
	}
	if err := p.emit(doc, func(w io.Writer) {
		for _, r := range rows {
			fmt.Fprintln(w, r.Text)
		}
		fmt.Fprintln(w, app.AskedVerdict(asked, found, sw))
	}); err != nil {
		return err
	}
	if !found || !decided {
		return problem("no_rule", texts.Say("tried.rules"))
	}
	return nil
}
