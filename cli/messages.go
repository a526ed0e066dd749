package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/messages"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) messagesCommand() *cobra.Command {
	c := group("messages")
	c.AddCommand(p.messagesList(), p.messagesShow(), p.messagesExport(), p.messagesDelete(), p.messagesMarkRead(), p.messagesWipe())
	return c
}

// withMessages reads the files of messages and the phone books, and nothing
// else.
func (p *program) withMessages(ctx context.Context, f func(ctx context.Context, c *app.Card, l messages.List) error) error {
	return p.withCard(ctx, func(ctx context.Context, c *app.Card) error {
		l, err := c.LoadMessages(ctx)
		if err != nil {
			return err
		}
		if len(l.Files) == 0 && len(l.Closed) > 0 {
			return p.deniedFile(ctx, c, l.Closed[0])
		}
		return f(ctx, c, l)
	})
}

// picked are the messages that a search, a box and the wish for deleted ones
// leave.
type picked struct {
	box     string
	deleted bool
}

func (k *picked) flags(c *cobra.Command) {
	c.Flags().StringVar(&k.box, "box", "", texts.Say("flag.box"))
	c.Flags().BoolVar(&k.deleted, "deleted", false, texts.Say("flag.deleted"))
}

// check refuses a box that there is not, before the card is asked.
func (k picked) check() error {
	boxes := []messages.Box{messages.Inbox, messages.Sent, messages.Drafts, messages.Reports, messages.Other}
	if k.box != "" && !slices.Contains(boxes, messages.Box(k.box)) {
		return usage("box")
	}
	return nil
}

func (k picked) of(l messages.List, search string) []messages.Message {
	out := []messages.Message{}
	for _, m := range l.Messages {
		if (k.box == "" || string(m.Box) == k.box) && (!k.deleted || m.Deleted) && m.Matches(search) {
			out = append(out, m)
		}
	}
	return out
}

func (p *program) messagesList() *cobra.Command {
	var k picked
	c := &cobra.Command{
		Use: "list [SEARCH]", Short: texts.Say("cmd.messages.list"), Long: texts.Say("cmd.messages.list.long"), Args: between(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := k.check(); err != nil {
				return err
			}
			return p.withMessages(cmd.Context(), func(_ context.Context, c *app.Card, l messages.List) error {
				list := k.of(l, strings.Join(args, ""))
				closed := closedMessages(c, l)
				doc := map[string]any{"messages": list, "files": filesJSON(c, l)}
				if len(closed) > 0 {
					doc["denied"] = closed
				}
				return p.emit(doc, func(w io.Writer) {
					printMessages(w, list, l)
					for _, file := range closed {
						fmt.Fprintln(w, "! "+texts.Say("out.contacts.denied", "file", safe.Text(file)))
					}
				})
			})
		},
	}
	k.flags(c)
	return c
}

// messageFileJSON is one EF.SMS.
type messageFileJSON struct {
	Path    string   `json:"path"`
	Also    []string `json:"also,omitempty"`
	Slots   int      `json:"slots"`
	Free    int      `json:"free"`
	Deleted int      `json:"deleted"`
}

// closedMessages are the files of messages that could not be read.
func closedMessages(c *app.Card, l messages.List) []string {
	var out []string
	for _, path := range l.Closed {
		out = append(out, c.Files.Name(path))
	}
	return out
}

func filesJSON(c *app.Card, l messages.List) []messageFileJSON {
	out := []messageFileJSON{}
	for _, f := range l.Files {
		row := messageFileJSON{Path: c.Files.Name(f.Path), Slots: f.Slots, Free: f.Free, Deleted: f.Deleted}
		for _, a := range f.Also {
			row.Also = append(row.Also, c.Files.Name(a))
		}
		out = append(out, row)
	}
	return out
}

func printMessages(w io.Writer, list []messages.Message, l messages.List) {
	t := newTable(w)
	for _, m := range list {
		text := m.Essence()
		if m.Total > 0 && len(m.Missing) > 0 {
			text += " " + texts.Say("out.messages.missing", "n", len(m.Missing), "total", m.Total)
		}
		t.row(fmt.Sprint(m.N), state(m), m.Time, safe.Text(m.Who()), safe.Text(text))
	}
	t.flush()
	if len(l.Files)+len(l.Closed) == 0 {
		fmt.Fprintln(w, texts.Say("out.messages.none"))
		return
	}
	slots, free := 0, 0
	for _, f := range l.Files {
		slots, free = slots+f.Slots, free+f.Free
	}
	id := "out.messages.room"
	if len(l.Closed) > 0 {
		id = "out.messages.read"
	}
	fmt.Fprintln(w, texts.Say(id, "n", len(list), "free", free, "slots", slots))
	if n := l.Deleted(); n > 0 {
		fmt.Fprintln(w, texts.Say("out.messages.deleted", "n", n))
	}
}

// state is the box, or the more telling state, of a message in a word.
func state(m messages.Message) string {
	switch {
	case m.Deleted:
		return texts.Say("ef.word.sms.deleted")
	case m.Unread():
		return texts.Say("ef.word.sms.received_unread")
	}
	return texts.Say("messages.box." + string(m.Box))
}

func (p *program) messagesShow() *cobra.Command {
	return &cobra.Command{
		Use: "show N", Short: texts.Say("cmd.messages.show"), Long: texts.Say("cmd.messages.show.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			numbers, err := messageNumbers(args)
			if err != nil {
				return err
			}
			return p.withMessages(cmd.Context(), func(_ context.Context, c *app.Card, l messages.List) error {
				m, ok := l.Get(numbers[0])
				if !ok {
					return problem("no_message", "")
				}
				return p.emit(m, func(w io.Writer) { printMessage(w, c, m) })
			})
		},
	}
}

func printMessage(w io.Writer, c *app.Card, m messages.Message) {
	// The text alone has line breaks that stay; Write makes it fit to be shown.
	if err := messages.Write(w, messages.Text, []messages.Message{m}); err != nil {
		return
	}
	t := newTable(w)
	for _, d := range m.Details() {
		t.row(safe.Text(d.Label), safe.Text(d.Value))
	}
	for _, part := range m.Parts {
		t.row(texts.Say("messages.detail.record"), safe.Text(texts.Say("out.find.record", "path", c.Files.Name(part.Path), "n", part.Record)))
	}
	for _, f := range m.Flags {
		t.row("!", safe.Text(f))
	}
	t.flush()
}

func messageNumbers(args []string) ([]int, error) {
	var out []int
	for _, a := range args {
		n, err := strconv.Atoi(a)
		if err != nil || n < 1 {
			return nil, usage("number")
		}
		out = append(out, n)
	}
	return out, nil
}

func (p *program) messagesExport() *cobra.Command {
	var k picked
	var file, format string
	c := &cobra.Command{
		Use: "export [SEARCH]", Short: texts.Say("cmd.messages.export"), Long: texts.Say("cmd.messages.export.long"), Args: between(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := formatOf(file, format, "messages_format", messages.Formats()...)
			if err != nil {
				return err
			}
			f := messages.Format(format)
			if err := k.check(); err != nil {
				return err
			}
			return p.withMessages(cmd.Context(), func(_ context.Context, _ *app.Card, l messages.List) error {
				list := k.of(l, strings.Join(args, ""))
				return p.export(file, texts.Say("tried.messages"), len(list), func(w io.Writer) error { return messages.Write(w, f, list) })
			})
		},
	}
	k.flags(c)
	c.Flags().StringVarP(&file, "output", "o", "", texts.Say("flag.output"))
	c.Flags().StringVar(&format, "format", "", texts.Say("flag.messages_format"))
	return c
}

// export writes a file that only its owner can read, a new one, or standard
// output where no name is given.
func (p *program) export(file, tried string, n int, write func(io.Writer) error) error {
	if file == "" {
		p.problem = true // standard output holds the document itself
		return write(p.io.Out)
	}
	if err := writeNew(file, tried, write); err != nil {
		return err
	}
	return p.emit(map[string]any{"written": file, "n": n}, func(w io.Writer) { fmt.Fprintln(w, texts.Say("out.exported", "n", n)) })
}

func (p *program) messagesDelete() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use: "delete N…", Short: texts.Say("cmd.messages.delete"), Long: texts.Say("cmd.messages.delete.long"), Args: between(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			numbers, err := messageNumbers(args)
			if err != nil {
				return err
			}
			return p.changeMessages(cmd.Context(), f, func(l messages.List) (*fs.Plan, error) { return l.Delete(numbers...) })
		},
	}
	f.add(c)
	return c
}

func (p *program) messagesMarkRead() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use: "mark-read N", Short: texts.Say("cmd.messages.mark_read"), Long: texts.Say("cmd.messages.mark_read.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			numbers, err := messageNumbers(args)
			if err != nil {
				return err
			}
			return p.changeMessages(cmd.Context(), f, func(l messages.List) (*fs.Plan, error) { return l.MarkRead(numbers[0]) })
		},
	}
	f.add(c)
	return c
}

func (p *program) messagesWipe() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use: "wipe", Short: texts.Say("cmd.messages.wipe"), Long: texts.Say("cmd.messages.wipe.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.changeMessages(cmd.Context(), f, messages.List.Wipe)
		},
	}
	f.add(c)
	return c
}

func (p *program) changeMessages(ctx context.Context, f planFlags, make func(messages.List) (*fs.Plan, error)) error {
	return p.withMessages(ctx, func(ctx context.Context, c *app.Card, l messages.List) error {
		plan, err := make(l)
		if errors.Is(err, messages.ErrNoMessage) {
			return problem("no_message", "")
		}
		if err != nil {
			return err
		}
		return p.carryOut(ctx, c, plan, f)
	})
}

// deniedFile is the error for a file that the card refused to read, with the
// PINs that would open it.
func (p *program) deniedFile(ctx context.Context, c *app.Card, path card.Path) error {
	n, _ := c.Files.Tree().Get(path)
	if n.State == fs.Failed && n.SW == 0 {
		return problem("file_undescribed", "", "file", c.Files.Name(path))
	}
	return p.closed(ctx, c, n, &card.StatusError{Op: "READ " + c.Files.Name(path), Header: [4]byte{0, card.InsReadRecord}, SW: n.SW})
}
