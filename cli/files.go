package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/card/trace"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) lsCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "ls [PATH]", Short: texts.Say("cmd.ls"), Long: texts.Say("cmd.ls.long"), Args: between(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error {
				return p.ls(ctx, c, args, all)
			})
		},
	}
	c.Flags().BoolVarP(&all, "all", "a", false, texts.Say("flag.ls_all"))
	return c
}

// lsRow is one file of a listing.
type lsRow struct {
	Path      string `json:"path"`
	FIDs      string `json:"fids"`
	Name      string `json:"name"`
	State     string `json:"state"`
	Structure string `json:"structure,omitempty"`
	Size      int    `json:"size,omitempty"`
	RecordLen int    `json:"recordLength,omitempty"`
	Records   int    `json:"records,omitempty"`
	SFI       byte   `json:"sfi,omitempty"`
	depth     int
	title     string // of an application that has no name of its own here
}

func (p *program) ls(ctx context.Context, c *app.Card, args []string, all bool) error {
	dirs := []card.Path{}
	if len(args) == 1 {
		dir, err := c.Files.Locate(ctx, args[0])
		if err != nil {
			return err
		}
		if _, err := c.Files.Children(ctx, dir); err != nil {
			return err
		}
		if err := onCard(c, dir); err != nil {
			return err
		}
		dirs = append(dirs, dir)
	} else if err := c.Files.Walk(ctx, fs.WalkOptions{All: all, SelectOnly: true}); err != nil {
		return err
	}
	rows := []lsRow{}
	for _, n := range c.Files.Tree().All() {
		if len(dirs) == 1 && (!n.Path.Within(dirs[0]) || n.Path.Depth() > dirs[0].Depth()+1) {
			continue
		}
		if !n.State.Exists() && !(all && n.State != fs.NotLookedAt) {
			continue
		}
		rows = append(rows, rowOf(c, n))
	}
	return p.emit(map[string]any{"files": rows}, func(w io.Writer) { printFiles(w, rows) })
}

func rowOf(c *app.Card, n fs.Node) lsRow {
	r := lsRow{
		Path: c.Files.Name(n.Path), FIDs: n.Path.String(), Name: n.Name, State: n.State.String(),
		depth: n.Path.Depth(),
	}
	if s := n.Structure(); s != fs.StructureUnknown {
		r.Structure = s.String()
	}
	if a, ok := c.Files.Application(n.Path.App); ok && n.Path.IsRoot() && a.Name == a.AID.String() {
		r.title = a.Title
	}
	if n.FCP != nil {
		r.Size, r.RecordLen, r.Records, r.SFI = n.FCP.Size, n.FCP.RecordLen, n.FCP.Records, n.FCP.SFI
	}
	return r
}

func printFiles(w io.Writer, rows []lsRow) {
	t := newTable(w)
	for _, r := range rows {
		size := ""
		switch {
		case r.Records > 0:
			size = fmt.Sprintf("%d x %d", r.Records, r.RecordLen)
		case r.Size > 0:
			size = fmt.Sprint(r.Size)
		}
		fid := r.FIDs[strings.LastIndexByte(r.FIDs, '/')+1:]
		name := r.Name
		if r.title != "" { // the identifier stands beside it
			name = safe.Text(short(r.title))
		}
		t.row(strings.Repeat("  ", r.depth)+name, fid, r.Structure, size, texts.Say("state."+r.State))
	}
	t.flush()
}

// readJSON is one file that was read.
type readJSON struct {
	lsRow
	Record  int               `json:"record,omitempty"` // where one was asked for
	Tag     tlv.Tag           `json:"tag,omitempty"`
	Access  map[string]string `json:"access,omitempty"`
	Content *fs.Content       `json:"content,omitempty"`
	Decoded json.RawMessage   `json:"decoded,omitempty"`
	Flags   []string          `json:"flags,omitempty"`
	About   string            `json:"about,omitempty"`
	Gap     string            `json:"gap,omitempty"` // what of the file is not known or not checked
	// Services are those that the file belongs to; Files, of a service table,
	// the files that each of its services governs, by number.
	Services []fs.FileService          `json:"services,omitempty"`
	Files    map[int][]fs.GovernedFile `json:"files,omitempty"`
	// Numbers are those that go on in extension records, whole, by record.
	Numbers map[int]fs.WholeNumber `json:"numbers,omitempty"`
}

func (p *program) readCommand() *cobra.Command {
	var secrets bool
	var part readFlags
	c := &cobra.Command{
		Use: "read PATH", Short: texts.Say("cmd.read"), Long: texts.Say("cmd.read.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error {
				return p.read(ctx, c, args[0], secrets, part)
			})
		},
	}
	c.Flags().BoolVar(&secrets, "secrets", false, texts.Say("flag.secrets"))
	part.add(c)
	return c
}

func (p *program) read(ctx context.Context, c *app.Card, typed string, secrets bool, part readFlags) error {
	path, err := c.Files.Locate(ctx, typed)
	if err != nil {
		return err
	}
	n, err := c.Files.ReadFile(ctx, path, secrets)
	if err != nil {
		return err
	}
	if err := readable(c, n, secrets); err != nil {
		return p.closed(ctx, c, n, err)
	}
	if _, err := c.Files.LoadAccess(ctx, path); err != nil && !card.Refused(err) {
		return err
	}
	if err := c.Files.LoadExtensions(ctx, path); err != nil {
		return err
	}
	n, _ = c.Files.Tree().Get(path)
	out := readJSON{lsRow: rowOf(c, n), Content: n.Content, About: aboutFile(n), Gap: ef.Gap(n.Catalogue)}
	if a := c.Files.Access(path); a.Known {
		out.Access = map[string]string{}
		for _, g := range a.Grants {
			out.Access[g.Op.String()] = fs.Words(g.Condition)
		}
	}
	out.Services = c.Files.ServicesOf(path)
	if c.Files.TableName(path) != "" {
		// How the files stand is only known when they were looked for.
		if _, err := c.Files.Children(ctx, path.Parent()); err != nil && !card.Refused(err) {
			return err
		}
		out.Files = c.Files.ServiceFiles(path)
	}
	if err := loadPictures(ctx, c, path); err != nil {
		return err
	}
	d, decoded := c.Files.Decode(path)
	if decoded {
		out.Decoded = decodedJSON(d)
	}
	for _, f := range append(n.Flags, flagsOf(n)...) {
		out.Flags = append(out.Flags, texts.Say(f.ID, f.Args...))
	}
	out.Numbers = c.Files.WholeNumbers(path)
	if err := part.narrow(c, n, &out, &d); err != nil {
		return err
	}
	out.tell(d)
	if part.raw {
		return p.emit(out, func(w io.Writer) { printRaw(w, out.Content) })
	}
	return p.emit(out, func(w io.Writer) {
		printRead(w, out, d)
		p.printPictures(w, c, path, len(d.Parts))
	})
}

// maxReadFlags bounds what is told of a file whose records do not fit.
const maxReadFlags = 50

// tell adds what does not fit in the parts that are shown, with the record or
// object that it is about.
func (r *readJSON) tell(d fs.Decoded) {
	add := func(i int, s string) {
		switch {
		case len(r.Flags) >= maxReadFlags:
			return
		case r.Tag != 0 || r.Content != nil && i < len(r.Content.Objects):
			s = texts.Say("out.find.object", "path", "", "tag", r.Content.Objects[i].Tag) + ": " + s
		case d.Decoder.Record:
			s = texts.Say("ef.record", "n", max(r.Record, i+1)) + ": " + s
		}
		r.Flags = append(r.Flags, strings.TrimSpace(s))
	}
	for i, part := range d.Parts {
		for _, f := range part.Flags {
			add(i, texts.Say(f.ID, f.Args...))
		}
	}
}

// closed adds to the refusal of a file which PINs would open it.
func (p *program) closed(ctx context.Context, c *app.Card, n fs.Node, refused error) error {
	if n.State != fs.Denied {
		return refused
	}
	if _, err := c.Files.LoadAccess(ctx, n.Path); err != nil && !card.Refused(err) {
		return err
	}
	needs, _ := c.Files.NeedsFor(n.Path, fs.OpRead)
	return &fs.RightError{File: n.Path, Needs: needs, Err: refused}
}

func flagsOf(n fs.Node) []fs.Flag {
	if n.FCP == nil {
		return nil
	}
	return n.FCP.Flags
}

// readable says why a file that was asked for was not read.
func readable(c *app.Card, n fs.Node, secrets bool) error {
	name := c.Files.Name(n.Path)
	refused := func(op string) error {
		return &card.StatusError{Op: op + " " + name, Header: [4]byte{0, card.InsReadBinary}, SW: n.SW}
	}
	switch n.State {
	case fs.NotLookedAt:
		return trace.ErrNotRecorded
	case fs.Absent:
		return &card.StatusError{Op: "SELECT " + name, Header: [4]byte{0, card.InsSelect}, SW: card.SWNotFound}
	case fs.Failed:
		if n.SW != 0 { // else its flags say why
			return refused("READ")
		}
	case fs.Denied:
		return refused("READ")
	case fs.Secret:
		if !secrets {
			return problem("secret_file", name)
		}
	}
	return nil
}

// aboutFile is the plain sentence about a file.
func aboutFile(n fs.Node) string {
	if s := texts.Maybe("file." + n.Name); s != "" {
		return s
	}
	e, _ := n.Entry()
	return e.Description
}

func printRead(w io.Writer, r readJSON, d fs.Decoded) {
	fmt.Fprintf(w, "%s  %s\n", safe.Text(r.Path), safe.Text(r.FIDs))
	if r.About != "" {
		fmt.Fprintln(w, safe.Text(r.About))
	}
	for _, s := range r.Services {
		fmt.Fprintln(w, safe.Text(s.String()))
	}
	used := 0
	for i, part := range d.Parts {
		if part.Empty {
			continue
		}
		used++
		if d.Decoder.Record && r.Record == 0 {
			fmt.Fprintf(w, "%3d  %s\n", i+1, safe.Text(part.Summary))
			continue
		}
		t := newFields(w)
		for _, f := range part.Fields {
			note := f.Note
			if files := r.governed(f.ID); files != "" {
				note = files
			}
			t.row("  "+strings.Repeat("  ", f.Depth)+f.Label, f.Value, note)
		}
		t.flush()
	}
	switch n := len(d.Parts); {
	case used == 0 && len(r.Flags) > 0: // it says by itself what is wrong
	case n > 0 && used == 0 && r.Record == 0:
		fmt.Fprintln(w, texts.Say("out.read.empty"))
	case n > 0 && used == 0:
		fmt.Fprintln(w, texts.Say("out.read.free", "n", r.Record))
	case d.Decoder.Record && r.Record == 0 && used < n:
		fmt.Fprintln(w, texts.Say("out.read.used", "used", used, "n", n))
	}
	for _, op := range slices.Sorted(maps.Keys(r.Access)) {
		fmt.Fprintf(w, "%s: %s\n", op, safe.Text(r.Access[op]))
	}
	for _, f := range r.Flags {
		fmt.Fprintln(w, "! "+safe.Text(f))
	}
	if r.Gap != "" {
		fmt.Fprintln(w, r.Gap)
	}
	if r.Content != nil {
		if r.Decoded == nil {
			printLooks(w, r.Content, max(r.Record, 1))
		}
		printContent(w, r.Content, max(r.Record, 1))
	}
}

// printLooks says what content that no decoder knows looks like.
func printLooks(w io.Writer, c *fs.Content, first int) {
	say := func(data []byte, id string, args ...any) {
		if s := ef.Looks(data); s != "" {
			fmt.Fprintln(w, texts.Say(id, append(args, "what", s)...))
		}
	}
	say(c.Binary, "out.looks")
	for i, r := range c.Records {
		say(r, "out.looks.record", "n", first+i)
	}
	for _, o := range c.Objects {
		say(o.Value, "out.looks.object", "tag", o.Tag.String())
	}
}

// governed names the files of a service, given by the identifier of its field.
func (r readJSON) governed(field string) string {
	number, ok := strings.CutPrefix(field, "service.")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return ""
	}
	var names []string
	for _, f := range r.Files[n] {
		names = append(names, f.String())
	}
	return safe.Text(strings.Join(names, ", "))
}

// printContent writes the bytes; the first record has the number first.
func printContent(w io.Writer, c *fs.Content, first int) {
	for at := 0; at < len(c.Binary); at += bytesRow {
		fmt.Fprintf(w, "%04X  % X\n", at, []byte(c.Binary[at:min(at+bytesRow, len(c.Binary))]))
	}
	for i, r := range c.Records {
		printBytes(w, fmt.Sprintf("%3d", first+i), r)
	}
	for _, o := range c.Objects {
		printBytes(w, o.Tag.String(), o.Value)
	}
}

// bytesRow is how many bytes stand in a row: they have room on a terminal of
// 80.
const bytesRow = 16

// printBytes writes a record or object in rows, its number or tag before the
// first. Bytes at its end that are all FF are left to a word.
func printBytes(w io.Writer, head string, b fs.Hex) {
	for at := 0; at < max(len(b), 1); at += bytesRow {
		if at > 0 {
			head = strings.Repeat(" ", len(head))
		}
		if rest := b[at:]; at > 0 && len(rest) > bytesRow && bytes.Count(rest, []byte{0xFF}) == len(rest) {
			fmt.Fprintf(w, "%s  %s\n", head, texts.Say("out.read.ff", "n", len(rest)))
			return
		}
		fmt.Fprintf(w, "%s  % X\n", head, []byte(b[at:min(at+bytesRow, len(b))]))
	}
}

func (p *program) dumpCommand() *cobra.Command {
	var secrets bool
	var file string
	c := &cobra.Command{
		Use: "dump", Short: texts.Say("cmd.dump"), Long: texts.Say("cmd.dump.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, wrong := app.Ending(file, "json"); wrong != "" {
				return usage("ending", "why", wrong)
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error {
				return p.dump(ctx, c, file, secrets)
			})
		},
	}
	c.Flags().BoolVar(&secrets, "secrets", false, texts.Say("flag.secrets"))
	c.Flags().StringVarP(&file, "output", "o", "", texts.Say("flag.output"))
	return c
}

// dump writes a snapshot: on standard output, or into a new file that only
// its owner can read.
func (p *program) dump(ctx context.Context, c *app.Card, file string, secrets bool) error {
	if file == "" {
		snap, err := readAll(ctx, c, secrets)
		if snap == nil {
			return err
		}
		p.problem = true
		return errors.Join(err, snap.Write(jsonWriter{p.io.Out}))
	}
	// The file first: a card is not read for a name that cannot be used.
	tried := texts.Say("tried.dump")
	f, err := newFile(file, tried)
	if err != nil {
		return err
	}
	snap, err := readAll(ctx, c, secrets)
	if snap == nil {
		return closeNew(f, err, tried)
	}
	// Of a card with more than a walk may read, what was read is kept.
	if write := closeNew(f, snap.Write(f), tried); write != nil || err != nil {
		return errors.Join(err, write)
	}
	return p.emit(map[string]any{"written": file, "files": len(snap.Files), "complete": snap.Complete}, func(w io.Writer) {
		fmt.Fprintln(w, texts.Say("out.dumped", "n", len(snap.Files)))
	})
}

// readAll reads the whole card. A snapshot comes together with a *fs.LimitError
// when the card has more than a walk may read.
func readAll(ctx context.Context, c *app.Card, secrets bool) (*fs.Snapshot, error) {
	err := c.Files.Walk(ctx, fs.WalkOptions{All: true, Secrets: secrets})
	var limit *fs.LimitError
	if err != nil && !errors.As(err, &limit) {
		return nil, err
	}
	return c.Files.Snapshot(fs.SnapshotOptions{Secrets: secrets, Taken: time.Now(), Complete: err == nil}), err
}
