package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) findCommand() *cobra.Command {
	return &cobra.Command{
		Use: "find TEXT", Short: texts.Say("cmd.find"), Long: texts.Say("cmd.find.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, ok := fs.ParseQuery(args[0])
			if !ok {
				return usage("find")
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.find(ctx, c, q) })
		},
	}
}

// hitJSON is one place where what was looked for stands.
type hitJSON struct {
	Path   string `json:"path"`
	FIDs   string `json:"fids"`
	Record int    `json:"record,omitempty"`
	Object string `json:"object,omitempty"`
	Field  string `json:"field,omitempty"`
	Value  string `json:"value"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
}

// find reads the whole card and looks through it. Finding nothing is an
// error, as in other tools that look for something.
func (p *program) find(ctx context.Context, c *app.Card, q fs.Query) error {
	var limit *fs.LimitError
	if err := c.Files.Walk(ctx, fs.WalkOptions{All: true}); err != nil && !errors.As(err, &limit) {
		return err
	}
	hits := c.Files.Find(ctx, q)
	rows := make([]hitJSON, 0, len(hits))
	for _, h := range hits {
		rows = append(rows, hitJSON{c.Files.Name(h.Path), h.Path.String(), h.Record, h.Object, h.Field, h.Value, h.Offset, h.Length})
	}
	left := c.Files.Unsearched()
	switch {
	case len(rows) > 0:
	case left.Files() == 0:
		return problem("found_nowhere", "")
	default:
		return problem("nothing_found", "", "closed", left.Files())
	}
	why := left.Reasons()
	return p.emit(map[string]any{"hits": rows, "notReadable": left.Files(), "why": why}, func(w io.Writer) {
		t := newTable(w)
		for _, r := range rows {
			t.row(safe.Text(place(r)), safe.Text(r.Field), safe.Text(r.Value))
		}
		t.flush()
		for _, s := range why {
			fmt.Fprintln(w, safe.Text(s))
		}
	})
}

func place(h hitJSON) string {
	switch {
	case h.Record > 0:
		return texts.Say("out.find.record", "path", h.Path, "n", h.Record)
	case h.Object != "":
		return texts.Say("out.find.object", "path", h.Path, "tag", h.Object)
	}
	return h.Path
}

func (p *program) scanCommand() *cobra.Command {
	var from string
	c := &cobra.Command{
		Use: "scan [DIRECTORY]", Short: texts.Say("cmd.scan"), Long: texts.Say("cmd.scan.long"), Args: between(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var first card.FID
			if from != "" {
				b, err := hex.DecodeString(from)
				if err != nil || len(b) != 2 {
					return usage("scan_from")
				}
				if first = card.FID(b[0])<<8 | card.FID(b[1]); !fs.NewScan(card.Path{}).Skip(first) {
					return usage("scan_from")
				}
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.scan(ctx, c, args, first) })
		},
	}
	c.Flags().StringVar(&from, "from", "", texts.Say("flag.scan_from"))
	return c
}

// scanRow is a file that no catalogue names.
type scanRow struct {
	lsRow
	Access map[string]string `json:"access,omitempty"`
}

// scan looks for every identifier below one directory. What was found by the
// time it is stopped is told too.
func (p *program) scan(ctx context.Context, c *app.Card, args []string, from card.FID) error {
	dir := card.Path{}
	if len(args) == 1 {
		var err error
		if dir, err = c.Files.Locate(ctx, args[0]); err != nil {
			return err
		}
	}
	if _, err := c.Files.Children(ctx, dir); err != nil {
		return err
	}
	if err := onCard(c, dir); err != nil {
		return err
	}
	s := fs.NewScan(dir)
	if from != 0 {
		s.Skip(from)
	}
	told := time.Now()
	err := s.Run(ctx, c.Files, func(g fs.ScanProgress) {
		if time.Since(told) < time.Second {
			return
		}
		told = time.Now()
		fmt.Fprintln(p.words(p.io.Err), texts.Say("out.scan.progress", "done", g.Done, "total", g.Total, "found", g.Found, "left", g.Left.Round(time.Second)))
	})
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, fs.ErrEverything) {
		return err
	}
	rows := []scanRow{}
	for _, f := range s.Found {
		row := scanRow{}
		if err == nil {
			if a, e := c.Files.LoadAccess(ctx, f); e == nil && a.Known {
				row.Access = map[string]string{}
				for _, g := range a.Grants {
					row.Access[g.Op.String()] = fs.Words(g.Condition)
				}
			}
		}
		n, _ := c.Files.Tree().Get(f)
		row.lsRow = rowOf(c, n)
		rows = append(rows, row)
	}
	g := s.Progress()
	out := map[string]any{"directory": c.Files.Name(dir), "done": g.Done, "total": g.Total, "known": s.Known, "found": rows}
	if !s.Finished() {
		out["next"] = g.FID
	}
	return errors.Join(err, p.emit(out, func(w io.Writer) {
		printScan(w, rows, g, s.Known)
		if g.Skipped > 0 {
			fmt.Fprintln(w, texts.Say("out.scan.skipped", "n", g.Skipped))
		}
		if !s.Finished() && !errors.Is(err, fs.ErrEverything) {
			fmt.Fprintln(w, texts.Say("out.scan.next", "dir", safe.Text(c.Files.Name(dir)), "fid", g.FID))
		}
	}))
}

func printScan(w io.Writer, rows []scanRow, g fs.ScanProgress, known int) {
	t := newTable(w)
	for _, r := range rows {
		read := r.Access[fs.OpRead.String()]
		if read != "" {
			read = texts.Say("out.scan.read", "who", read)
		}
		t.row(safe.Text(r.Path), r.FIDs, r.Structure, fmt.Sprint(r.Size), safe.Text(read))
	}
	t.flush()
	fmt.Fprintln(w, texts.Say("out.scan.done", "done", g.Done-g.Skipped, "total", g.Total, "found", len(rows), "known", known))
}
