package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/plmn"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) networkNameCommand() *cobra.Command {
	var lac string
	c := &cobra.Command{
		Use: "network-name [PLMN]", Short: texts.Say("cmd.network_name"), Long: texts.Say("cmd.network_name.long"), Args: between(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			at, area, err := registered(args, lac)
			if err != nil {
				return err
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.networkName(ctx, c, at, area) })
		},
	}
	c.Flags().StringVar(&lac, "lac", "", texts.Say("flag.lac"))
	return c
}

// registered reads a network ("999 99", "99999", "999-99") and an area of two
// bytes, of 5G three.
func registered(args []string, lac string) (plmn.PLMN, []byte, error) {
	digits := strings.NewReplacer(" ", "", "-", "", "/", "").Replace(strings.Join(args, ""))
	var at plmn.PLMN
	if len(args) > 0 {
		if len(digits) != 5 && len(digits) != 6 {
			return at, nil, usage("plmn")
		}
		at = plmn.PLMN{MCC: digits[:3], MNC: digits[3:]}
		if _, err := at.Encode(); err != nil {
			return at, nil, usage("plmn")
		}
	}
	if lac == "" {
		return at, nil, nil
	}
	area, err := hex.DecodeString(strings.TrimPrefix(strings.ToLower(lac), "0x"))
	if err != nil || len(area) < 2 || len(area) > 3 || at.Empty() {
		return at, nil, usage("lac")
	}
	return at, area, nil
}

// namesJSON is what a phone shows with one subscriber.
type namesJSON struct {
	fs.NetworkNames
	There *fs.NameAt `json:"there,omitempty"` // in the network that was asked for
}

func (p *program) networkName(ctx context.Context, c *app.Card, at plmn.PLMN, area []byte) error {
	var limit *fs.LimitError
	if err := c.Files.Walk(ctx, fs.WalkOptions{}); err != nil && !errors.As(err, &limit) {
		return err
	}
	rows := []namesJSON{}
	for _, dir := range c.Files.Subscribers() {
		row := namesJSON{NetworkNames: c.Files.NetworkNames(dir)}
		if !at.Empty() {
			there := c.Files.NameIn(dir, at, area)
			row.There = &there
		}
		rows = append(rows, row)
	}
	return p.emit(map[string]any{"subscribers": rows}, func(w io.Writer) {
		if len(rows) == 0 {
			fmt.Fprintln(w, texts.Say("out.netname.none"))
		}
		for _, r := range rows {
			printNames(w, r)
		}
	})
}

func printNames(w io.Writer, r namesJSON) {
	fmt.Fprintln(w, safe.Text(r.Place))
	places := []struct {
		id string
		n  *fs.NameAt
	}{{"home", r.Home}, {"now", r.Now}}
	if r.There != nil {
		places = places[:0]
		places = append(places, struct {
			id string
			n  *fs.NameAt
		}{"there", r.There})
	}
	for _, x := range places {
		if x.n == nil {
			fmt.Fprintln(w, "  "+texts.Say("netname."+x.id+".unknown"))
			continue
		}
		fmt.Fprintln(w, "  "+safe.Text(texts.Say("netname."+x.id, "where", x.n.Where(), "name", x.n.Shown())))
		for _, s := range x.n.Why {
			fmt.Fprintln(w, "    "+s)
		}
	}
	for _, s := range r.Unread {
		fmt.Fprintln(w, "  "+safe.Text(s))
	}
}
