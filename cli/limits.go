package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) restrictionsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "restrictions", Short: texts.Say("cmd.restrictions"), Long: texts.Say("cmd.restrictions.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.withCard(cmd.Context(), p.restrictions) },
	}
}

// restrictionJSON is a restriction with the names of its files.
type restrictionJSON struct {
	fs.Restriction
	Files []string `json:"files"`
}

func (p *program) restrictions(ctx context.Context, c *app.Card) error {
	var limit *fs.LimitError
	if err := c.Files.Walk(ctx, fs.WalkOptions{}); err != nil && !errors.As(err, &limit) {
		return err
	}
	if _, err := c.ReadPINs(ctx); err != nil {
		return err
	}
	rows := []restrictionJSON{}
	for _, r := range c.Restrictions() {
		row := restrictionJSON{r, []string{}}
		for _, f := range r.Files {
			row.Files = append(row.Files, c.Files.Name(f))
		}
		rows = append(rows, row)
	}
	return p.emit(map[string]any{"restrictions": rows}, func(w io.Writer) { printRestrictions(w, rows) })
}

// printRestrictions tells what limits and what is not known in full; of the
// rest the name is enough.
func printRestrictions(w io.Writer, rows []restrictionJSON) {
	off, places := map[string][]string{}, []string{}
	on := 0
	if len(rows) == 0 {
		fmt.Fprintln(w, texts.Say("limits.none"))
		return
	}
	for _, r := range rows {
		if r.State == fs.No {
			if off[r.Place] == nil {
				places = append(places, r.Place)
			}
			off[r.Place] = append(off[r.Place], r.Title)
			continue
		}
		if r.State == fs.Yes {
			on++
		}
		fmt.Fprintf(w, "%s (%s): %s\n", safe.Text(r.Title), safe.Text(r.Place), r.Text)
		for _, s := range []string{r.Why, r.Follows, strings.Join(r.Values, "; ")} {
			if s != "" {
				fmt.Fprintln(w, "  "+safe.Text(s))
			}
		}
		if len(r.Files) > 0 {
			fmt.Fprintln(w, "  "+safe.Text(texts.Say("limits.files", "files", strings.Join(r.Files, ", "))))
		}
	}
	if on == 0 {
		fmt.Fprintln(w, texts.Say("limits.answer.none"))
	}
	for _, at := range places {
		fmt.Fprintln(w, safe.Text(texts.Say("out.limits.off", "place", at, "names", strings.Join(off[at], ", "))))
	}
}
