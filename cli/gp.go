package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"simscope/card/globalplatform"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

func (p *program) gpCommand() *cobra.Command {
	c := group("gp")
	for _, sub := range []struct {
		name string
		run  func(context.Context, *app.Card) error
	}{{"info", p.gpInfo}, {"keys", p.gpKeys}, {"certs", p.gpCerts}} {
		c.AddCommand(&cobra.Command{
			Use: sub.name, Short: texts.Say("cmd.gp." + sub.name), Long: texts.Say("cmd.gp." + sub.name + ".long"), Args: exactly(0),
			RunE: func(cmd *cobra.Command, _ []string) error { return p.withCard(cmd.Context(), sub.run) },
		})
	}
	c.AddCommand(p.gpRulesCommand(), p.gpKeyCommand("auth", false), p.gpKeyCommand("list", true))
	return c
}

func (p *program) gpInfo(ctx context.Context, c *app.Card) error {
	domains, err := c.ReadDomains(ctx)
	if err != nil {
		return err
	}
	g := app.GP{Domains: domains}
	return p.emit(map[string]any{"domains": domains}, func(w io.Writer) {
		fmt.Fprintln(w, texts.Say("gp.question"))
		printLine(w, g.Answer(), "  ")
		fmt.Fprintln(w)
		printSections(w, g, app.GPDomain, app.GPKeys, app.GPChip)
	})
}

// domainKeysJSON are the keys a domain lists, and how it was asked.
type domainKeysJSON struct {
	ID    string                          `json:"id"`
	AID   globalplatform.Hex              `json:"aid,omitempty"`
	State string                          `json:"state"` // of the template; "absent" and "refused" leave the keys unknown
	SW    string                          `json:"sw,omitempty"`
	Keys  []globalplatform.KeyInformation `json:"keys"`
	Weak  *bool                           `json:"single_des"` // null: not known
}

func (p *program) gpKeys(ctx context.Context, c *app.Card) error {
	domains, err := c.ReadDomains(ctx)
	if err != nil {
		return err
	}
	rows := []domainKeysJSON{}
	for _, d := range domains {
		if !d.Selected {
			continue
		}
		row := domainKeysJSON{ID: d.ID, AID: d.AID, State: d.State(globalplatform.TagKeyInformation), SW: d.SWFor(globalplatform.TagKeyInformation), Keys: d.Keys}
		if row.Keys == nil {
			row.Keys = []globalplatform.KeyInformation{}
		}
		if weak := d.Weak(); weak || row.State == globalplatform.StateRead {
			row.Weak = &weak
		}
		rows = append(rows, row)
	}
	return p.emit(map[string]any{"domains": rows}, func(w io.Writer) { printSections(w, app.GP{Domains: domains}, app.GPKeys) })
}

func (p *program) gpCerts(ctx context.Context, c *app.Card) error {
	domains, err := c.ReadDomains(ctx)
	if err != nil {
		return err
	}
	type row struct {
		ID           string                       `json:"id"`
		Selected     bool                         `json:"selected"`
		State        string                       `json:"state,omitempty"`
		SW           string                       `json:"sw,omitempty"`
		Certificates []globalplatform.Certificate `json:"certificates"`
	}
	rows := []row{}
	for _, d := range domains {
		sw := d.SWFor(globalplatform.TagCertificate)
		if !d.Selected {
			sw = d.SW
		}
		rows = append(rows, row{d.ID, d.Selected, d.State(globalplatform.TagCertificate), sw, slices.Concat([]globalplatform.Certificate{}, d.Certificates)})
	}
	return p.emit(map[string]any{"domains": rows}, func(w io.Writer) { printSections(w, app.GP{Domains: domains}, app.GPCertificates) })
}

// printSections tells the sections named, with a blank line between them.
func printSections(w io.Writer, g app.GP, ids ...string) {
	first := true
	for _, s := range g.Sections(time.Now()) {
		if !slices.Contains(ids, s.ID) {
			continue
		}
		if !first {
			fmt.Fprintln(w)
		}
		first = false
		fmt.Fprintln(w, s.Title)
		if len(s.Lines) == 0 {
			fmt.Fprintln(w, "  "+texts.Say("gp.untold"))
		}
		for _, l := range s.Lines {
			printLine(w, l, "  ")
		}
	}
}

// lineLabel is the width of a label.
const lineLabel = 24

func printLine(w io.Writer, l app.GPLine, indent string) {
	sign := map[app.Level]string{app.LevelLook: "! ", app.LevelUnknown: "? "}[l.Level]
	label := ""
	if l.Label != "" {
		label = fmt.Sprintf("%-*s", lineLabel, safe.Text(l.Label))
	}
	fmt.Fprintln(w, indent+label+sign+safe.Text(l.Text))
	for _, s := range l.More {
		fmt.Fprintln(w, indent+fmt.Sprintf("%-*s", ui.Width(label), "")+"  "+safe.Text(s))
	}
}
