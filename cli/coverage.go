package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"simscope/fs"
	"simscope/texts"
)

func (p *program) filesCommand() *cobra.Command {
	var raw bool
	c := &cobra.Command{
		Use: "files [TEXT]", Short: texts.Say("cmd.files"), Long: texts.Say("cmd.files.long"), Args: between(0, 1),
		RunE: func(_ *cobra.Command, args []string) error { return p.files(strings.Join(args, ""), raw) },
	}
	c.Flags().BoolVar(&raw, "raw", false, texts.Say("flag.files_raw"))
	return c
}

// files prints what is known of every file in the catalogue. No card is asked.
func (p *program) files(part string, raw bool) error {
	rows, err := fs.Covered()
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(c fs.Coverage) bool {
		return raw && c.Decoded || !strings.Contains(strings.ToUpper(c.Path), strings.ToUpper(part))
	})
	if len(rows) == 0 {
		return fs.ErrNoSuchFile
	}
	return p.emit(rows, func(w io.Writer) { printCoverage(w, rows) })
}

func printCoverage(w io.Writer, rows []fs.Coverage) {
	t := newTable(w)
	t.row(texts.Say("out.files.path"), texts.Say("out.files.structure"), texts.Say("out.files.knows"), texts.Say("out.files.vectors"), texts.Say("out.files.spec"))
	var decoded, encoded, proven int
	for _, r := range rows {
		knows := texts.Say("out.files.named")
		switch {
		case r.Encoded && r.Decoded:
			knows = texts.Say("out.files.encoded")
		case r.Decoded:
			knows = texts.Say("out.files.decoded")
		case r.Reason != "":
			knows = texts.Say("out.files.only", "why", texts.Say("ef.reason."+r.Reason))
		}
		if r.Gap != "" && r.Reason == "" {
			knows = texts.Say("out.files.below", "what", knows)
		}
		if r.Decoded {
			decoded++
		}
		if r.Encoded {
			encoded++
		}
		if r.Vectors > 0 {
			proven++
		}
		count := fmt.Sprint(r.Vectors)
		if r.SelfMade > 0 {
			count += fmt.Sprintf(" + %d", r.SelfMade)
		}
		t.row(r.Path, r.Structure, knows, count, r.Spec)
	}
	t.flush()
	fmt.Fprintln(w, texts.Say("out.files.total", "n", len(rows), "decoded", decoded, "encoded", encoded, "proven", proven))
	printGaps(w, rows)
}

// printGaps says what is not known of some files, one sentence for all of
// which it is true.
func printGaps(w io.Writer, rows []fs.Coverage) {
	var said []string
	files := map[string][]string{}
	for _, r := range rows {
		if r.Gap == "" {
			continue
		}
		if files[r.Gap] == nil {
			said = append(said, r.Gap)
		}
		files[r.Gap] = append(files[r.Gap], r.Path)
	}
	if len(said) > 0 {
		fmt.Fprintf(w, "\n%s\n", texts.Say("out.files.gaps"))
	}
	for _, s := range said {
		fmt.Fprintf(w, "\n  %s\n  %s\n", strings.Join(files[s], ", "), s)
	}
}
