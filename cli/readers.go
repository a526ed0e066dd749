package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/texts"
)

// readerJSON is one reader in JSON.
type readerJSON struct {
	Number int           `json:"number"`
	ID     card.ReaderID `json:"id"`
	State  string        `json:"state"`
	ATR    fs.Hex        `json:"atr,omitempty"`
	About  string        `json:"about,omitempty"`
}

func (p *program) readersCommand() *cobra.Command {
	return &cobra.Command{
		Use: "readers", Short: texts.Say("cmd.readers"), Long: texts.Say("cmd.readers.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rs, err := p.readers(false)
			if err != nil {
				return err
			}
			list, err := listReaders(cmd.Context(), rs)
			if err != nil {
				return err
			}
			return p.emit(map[string]any{"readers": readersJSON(list)}, func(w io.Writer) { printReaders(w, list) })
		},
	}
}

func readersJSON(list []card.Reader) []readerJSON {
	out := []readerJSON{}
	for i, r := range list {
		r.ID.Name = safe.Text(r.ID.Name)
		out = append(out, readerJSON{i + 1, r.ID, r.State.String(), r.ATR, safe.Text(r.About)})
	}
	return out
}

func printReaders(w io.Writer, list []card.Reader) {
	if len(list) == 0 {
		fmt.Fprintln(w, texts.Say("out.no_readers"))
		return
	}
	t := newTable(w)
	for i, r := range list {
		state := texts.Say("reader." + r.State.String())
		t.row(fmt.Sprint(i+1), r.ID.Name, state, fs.Hex(r.ATR).String())
	}
	t.flush()
}
