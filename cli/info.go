package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

// infoJSON is what `info` tells.
type infoJSON struct {
	Reader   card.ReaderID `json:"reader"`
	Kind     string        `json:"kind"`
	Protocol string        `json:"protocol"`
	ATR      atrJSON       `json:"atr"`
	Identity fs.Identity   `json:"identity"`
	PINs     []pinJSON     `json:"pins"`
	Open     *bool         `json:"open"` // a phone could use it without a PIN; null: not known
	Chip     *app.Chip     `json:"chip,omitempty"`
}

type atrJSON struct {
	Raw        fs.Hex        `json:"raw"`
	Bytes      []atrByteJSON `json:"bytes,omitempty"`
	Protocols  []int         `json:"protocols,omitempty"`
	Historical fs.Hex        `json:"historical,omitempty"`
	Problem    string        `json:"problem,omitempty"`
}

type atrByteJSON struct {
	Name    string `json:"name"`
	Value   fs.Hex `json:"value"`
	Meaning string `json:"meaning"`
}

func (p *program) infoCommand() *cobra.Command {
	var chip bool
	c := &cobra.Command{
		Use: "info", Short: texts.Say("cmd.info"), Long: texts.Say("cmd.info.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.infoOf(ctx, c, chip) })
		},
	}
	c.Flags().BoolVar(&chip, "chip", false, texts.Say("flag.chip"))
	return c
}

func (p *program) info(ctx context.Context, c *app.Card) error { return p.infoOf(ctx, c, false) }

// infoOf tells of the card; of one that is no SIM always what its chip says.
func (p *program) infoOf(ctx context.Context, c *app.Card, chip bool) error {
	id, err := c.Files.Identify(ctx)
	if err != nil && !card.Refused(err) {
		return err
	}
	pins, err := c.ReadPINs(ctx)
	if err != nil && !card.Refused(err) {
		return err
	}
	out := infoJSON{
		Reader: safeID(c.Reader.ID), Kind: kindName(c), Protocol: c.Session.Info().Protocol.String(),
		ATR: describeATR(c.Session.Info().ATR), Identity: id, PINs: pinsJSON(c, pins),
	}
	if open, known := c.Open(); known {
		out.Open = &open
	}
	if chip || c.Session.Kind() == card.KindOther || c.Files.Nature() == fs.NatureFiles {
		found, err := c.ReadChip(ctx, p.io.Vars)
		if err != nil && !card.Refused(err) {
			return err
		}
		if found.Known() {
			out.Chip = &found
		}
	}
	return p.emit(out, func(w io.Writer) { printInfo(w, out) })
}

func safeID(id card.ReaderID) card.ReaderID {
	id.Name, id.Host = safe.Text(id.Name), safe.Text(id.Host)
	return id
}

func kindName(c *app.Card) string {
	return c.Files.Nature().String()
}

func describeATR(raw []byte) atrJSON {
	a, err := card.ParseATR(raw)
	out := atrJSON{Raw: raw, Protocols: a.Protocols, Historical: a.Historical}
	for _, b := range a.Bytes {
		out.Bytes = append(out.Bytes, atrByteJSON{b.Name, fs.Hex{b.Value}, texts.Say("atr."+b.ID, b.Args...)})
	}
	if err != nil {
		out.Problem = safe.Text(err.Error())
	}
	return out
}

// grouped writes digits in fours, from the left.
func grouped(s string) string {
	var parts []string
	for len(s) > 4 {
		parts, s = append(parts, s[:4]), s[4:]
	}
	return strings.Join(append(parts, s), " ")
}

func printInfo(w io.Writer, i infoJSON) {
	id := i.Identity
	t := newTable(w)
	line := func(key, value string) {
		if value != "" {
			t.row(texts.Say("info."+key), value)
		}
	}
	line("reader", i.Reader.Name)
	line("card", texts.Say("kind."+i.Kind)+", "+i.Protocol)
	line("iccid", grouped(id.ICCID))
	imsi := id.IMSI
	if id.MNC != "" {
		imsi = id.MCC + " " + id.MNC + " " + id.IMSI[3+len(id.MNC):]
	}
	if sw := id.Denied["imsi"]; imsi == "" && sw != "" {
		imsi = texts.Say("info.needs_pin", "sw", sw)
	}
	line("imsi", imsi)
	line("network", strings.Join(nonEmpty(id.SPN, id.Operator, id.Country), " · "))
	for _, n := range id.Numbers {
		line("number", n)
	}
	for _, a := range id.Apps {
		name := a.Name
		if name == a.AID { // of one that has no name of its own here
			name = a.Title
		}
		line("application", strings.Join(nonEmpty(name, a.Label, a.AID), "  "))
	}
	for _, pin := range i.PINs {
		line("lock", pin.line())
	}
	if i.Open != nil && *i.Open {
		line("note", texts.Say("info.open"))
	}
	if i.Chip != nil {
		for _, s := range i.Chip.Words(time.Now()) {
			line("chip", s)
		}
	}
	line("atr", fmt.Sprintf("% X", []byte(i.ATR.Raw)))
	t.flush()
	for _, b := range i.ATR.Bytes {
		fmt.Fprintf(w, "  %-4s %s  %s\n", b.Name, b.Value, b.Meaning)
	}
	if i.ATR.Problem != "" {
		fmt.Fprintln(w, "  "+i.ATR.Problem)
	}
}

func nonEmpty(s ...string) []string {
	var out []string
	for _, v := range s {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}
