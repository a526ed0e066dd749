package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/tui/app"
)

// pictureWidth bounds a picture in columns, for a terminal of 80.
const pictureWidth = 76

// loadPictures reads the files that EF.IMG points to.
func loadPictures(ctx context.Context, c *app.Card, p card.Path) error {
	if e, ok := c.Files.Entry(p); !ok || e.Name != "EF.IMG" && e.Name != "EF.IIDF" {
		return nil
	}
	if _, err := c.Files.Children(ctx, p.Parent()); err != nil && !card.Refused(err) {
		return err
	}
	for _, n := range c.Files.Tree().Children(p.Parent()) {
		if n.State == fs.Present && !n.Dir {
			if _, err := c.Files.ReadFile(ctx, n.Path, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// printPictures draws the pictures of a file.
func (p *program) printPictures(w io.Writer, c *app.Card, path card.Path, records int) {
	for i := range max(records, 1) {
		for _, pic := range c.Files.Pictures(path, i+1) {
			fmt.Fprintln(w, safe.Text(strings.TrimSpace(pic.Title+"  "+pic.Why)))
			for _, row := range p.drawn(w, pic.Image) {
				fmt.Fprintln(w, row)
			}
		}
	}
}

// drawn is a picture in half blocks where a terminal shows it and two colours
// are enough, else in plain characters.
func (p *program) drawn(w io.Writer, m ef.Image) []string {
	if f, ok := w.(*os.File); !m.Mono || p.useASCII() || !ok || !term.IsTerminal(f.Fd()) {
		return m.ASCII(pictureWidth, 0)
	}
	var out []string
	for _, row := range m.HalfBlocks(pictureWidth, 0) {
		var line strings.Builder
		for _, c := range row {
			line.WriteRune(c.Mono())
		}
		out = append(out, strings.TrimRight(line.String(), " "))
	}
	return out
}
