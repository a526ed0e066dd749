package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) compareCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "compare [DIRECTORY DIRECTORY]", Short: texts.Say("cmd.compare"), Long: texts.Say("cmd.compare.long"), Args: between(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return usage("compare")
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.compare(ctx, c, args, all) })
		},
	}
	c.Flags().BoolVarP(&all, "all", "a", false, texts.Say("flag.compare_all"))
	return c
}

// differenceJSON is one file of a comparison.
type differenceJSON struct {
	Name   string  `json:"name"`
	Result fs.Same `json:"result"`
	Left   string  `json:"left,omitempty"`
	Right  string  `json:"right,omitempty"`
	// LeftWhy and RightWhy say why a side was not compared.
	LeftWhy  string `json:"leftWhy,omitempty"`
	RightWhy string `json:"rightWhy,omitempty"`
	Records  []int  `json:"records,omitempty"`
}

func (p *program) compare(ctx context.Context, c *app.Card, args []string, all bool) error {
	left, right, others, err := sides(ctx, c, args)
	if err != nil {
		return err
	}
	if _, err := readAll(ctx, c, false); err != nil {
		return err
	}
	if err := onCard(c, left, right); err != nil {
		return err
	}
	rows, counts := []differenceJSON{}, map[string]int{}
	for _, d := range c.Files.Compare(left, right) {
		counts[d.Result.String()]++
		if all || d.Result != fs.SameContent {
			rows = append(rows, differenceJSON{d.Name, d.Result, d.Left, d.Right, d.LeftWhy, d.RightWhy, d.Records})
		}
	}
	names := [2]string{c.Files.Name(left), c.Files.Name(right)}
	doc := map[string]any{"left": names[0], "right": names[1], "files": rows, "counts": counts}
	if len(others) > 0 {
		doc["others"] = others
	}
	return p.emit(doc, func(w io.Writer) {
		t := newTable(w)
		t.row(texts.Say("out.compare.file"), "", safe.Text(names[0]), safe.Text(names[1]))
		for _, r := range rows {
			t.row(safe.Text(r.Name), texts.Say("compare."+r.Result.String()),
				safe.Text(cmp.Or(short(r.Left), r.LeftWhy)), safe.Text(cmp.Or(short(r.Right), r.RightWhy)))
		}
		t.flush()
		if len(others) > 0 {
			fmt.Fprintln(w, texts.Say("out.compare.others", "names", safe.Text(strings.Join(others, ", "))))
		}
	})
}

// onCard fails for a directory that the card does not have.
func onCard(c *app.Card, dirs ...card.Path) error {
	for _, d := range dirs {
		if n, _ := c.Files.Tree().Get(d); !n.State.Exists() {
			return problem("not_on_card", "", "what", c.Files.Name(d))
		}
	}
	return nil
}

// short cuts a long essence for a table of two.
func short(s string) string {
	const width = 44
	if r := []rune(s); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return s
}

// sides are the directories named, or the card's first two subscriptions with
// the names of its others.
func sides(ctx context.Context, c *app.Card, args []string) (left, right card.Path, others []string, err error) {
	if len(args) == 2 {
		if left, err = c.Files.Locate(ctx, args[0]); err != nil {
			return left, right, nil, err
		}
		right, err = c.Files.Locate(ctx, args[1])
		return left, right, nil, err
	}
	var found []card.Path
	for _, kind := range []fs.AppKind{fs.AppUSIM, fs.AppCSIM} {
		for _, a := range c.Files.Applications() {
			if a.Kind == kind {
				found = append(found, card.PathOf(a.AID))
			}
		}
	}
	if len(found) < 2 {
		return left, right, nil, problem("one_subscription", "")
	}
	for _, p := range found[2:] {
		others = append(others, c.Files.Name(p))
	}
	return found[0], found[1], others, nil
}
