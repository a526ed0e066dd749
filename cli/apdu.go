package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) apduCommand() *cobra.Command {
	var together bool
	c := &cobra.Command{
		Use: "apdu HEX…", Short: texts.Say("cmd.apdu"), Long: texts.Say("cmd.apdu.long"), Args: between(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.apdu(cmd.Context(), args, together) },
	}
	c.Flags().BoolVar(&p.f.write, "write", false, texts.Say("flag.write"))
	c.Flags().BoolVar(&p.f.secrets, "secrets", false, texts.Say("flag.apdu_secrets"))
	c.Flags().BoolVar(&together, "join", false, texts.Say("flag.join"))
	return c
}

// apduJSON is one command and its answer. Withheld bytes are not in it.
type apduJSON struct {
	Command fs.Hex `json:"command"`
	Name    string `json:"name"`
	Data    fs.Hex `json:"data,omitempty"`
	SW      string `json:"sw"`
	Meaning string `json:"meaning"`
	Masked  bool   `json:"masked,omitempty"`
	// Earlier is the file that an earlier step made current and that the command
	// acted on, unless another program selected another since.
	Earlier string `json:"assumedFile,omitempty"`
}

// apdu sends commands as they are. All are checked before the first is sent.
func (p *program) apdu(ctx context.Context, args []string, together bool) error {
	if together {
		b, err := parseHex(args...)
		if err != nil {
			return err
		}
		return p.sendAPDUs(ctx, [][]byte{b})
	}
	var raw [][]byte
	for _, a := range args {
		b, err := parseHex(a)
		if err != nil {
			return err
		}
		raw = append(raw, b)
	}
	// Words of one byte each are one command, written with spaces.
	if len(raw) > 1 && allSingle(raw) {
		var one []byte
		for _, b := range raw {
			one = append(one, b...)
		}
		raw = [][]byte{one}
	}
	return p.sendAPDUs(ctx, raw)
}

func allSingle(raw [][]byte) bool {
	for _, b := range raw {
		if len(b) != 1 {
			return false
		}
	}
	return true
}

func (p *program) sendAPDUs(ctx context.Context, raw [][]byte) error {
	var cmds []card.Command
	for _, b := range raw {
		c, err := app.CheckRaw(b)
		if err != nil {
			return err
		}
		cmds = append(cmds, c)
	}
	p.bare = true
	return p.withCard(ctx, func(ctx context.Context, c *app.Card) error {
		got, err := c.SendRaw(ctx, cmds)
		rows := []apduJSON{}
		for _, g := range got {
			row := p.apduRow(g)
			if g.HasEarlier {
				row.Earlier = c.Files.Name(g.Earlier)
			}
			rows = append(rows, row)
		}
		if err != nil && len(rows) == 0 {
			return err
		}
		if e := p.emit(map[string]any{"exchanges": rows}, func(w io.Writer) { printAPDUs(w, rows) }); e != nil {
			return e
		}
		return err
	})
}

func (p *program) apduRow(g app.Raw) apduJSON {
	b, _ := g.Command.Bytes()
	r := apduJSON{
		Command: b, Name: card.InsName(g.Command), Data: g.Data, SW: g.SW.String(),
		Meaning: app.Status([4]byte{g.Command.CLA, g.Command.INS, g.Command.P1, g.Command.P2}, len(g.Command.Data) > 0, g.SW),
		Masked:  g.Masked && !p.f.secrets,
	}
	if r.Masked {
		r.Data = nil
	}
	// Keys that were written are withheld as in the log: only the header stays.
	writesKeys := g.Masked || g.Command.INS == 0xD8 || g.Command.INS == 0xE2
	if writesKeys && !p.f.secrets && len(g.Command.Data) > 0 {
		r.Command = r.Command[:4]
	}
	return r
}

func printAPDUs(w io.Writer, rows []apduJSON) {
	for _, r := range rows {
		fmt.Fprintf(w, "> %s  %s\n", r.Command, r.Name)
		data := r.Data.String()
		if r.Masked {
			data = texts.Say("out.masked")
		}
		if data != "" {
			fmt.Fprintf(w, "< %s\n", data)
		}
		fmt.Fprintf(w, "< %s  %s\n", r.SW, r.Meaning)
		if r.Earlier != "" {
			fmt.Fprintln(w, "! "+safe.Text(texts.Say("log.send.earlier", "file", r.Earlier)))
		}
	}
}
