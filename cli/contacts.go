package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/contacts"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) contactsCommand() *cobra.Command {
	c := group("contacts")
	book := c.PersistentFlags().String("book", "", texts.Say("flag.book"))
	c.PersistentFlags().BoolVar(&p.f.hidden, "hidden", false, texts.Say("flag.hidden"))
	c.AddCommand(
		p.contactsList(book), p.contactsShow(book), p.contactsAdd(book), p.contactsEdit(book),
		p.contactsDelete(book), p.contactsExport(book), p.contactsImport(book),
	)
	return c
}

// withBooks reads the phone books of the card and gives the one that is meant:
// the one named, or the first with contacts, or the first.
func (p *program) withBooks(ctx context.Context, name string, f func(ctx context.Context, c *app.Card, s contacts.Survey, b *contacts.Book) error) error {
	switch contacts.Kind(name) {
	case "", contacts.Global, contacts.USIM, contacts.GSM:
	default:
		return usage("book")
	}
	return p.withCard(ctx, func(ctx context.Context, c *app.Card) error {
		s, err := contacts.Load(ctx, c.Files, false)
		if err != nil {
			return err
		}
		b := s.Pick(contacts.Kind(name))
		switch {
		case b != nil && len(b.Denied) > 0 && b.Slots == 0:
			return p.deniedFile(ctx, c, b.Denied[0])
		case b != nil:
			return f(ctx, c, s, b)
		case len(s.Denied) > 0:
			return p.deniedFile(ctx, c, s.Denied[0])
		case len(s.Unread) > 0:
			return p.deniedFile(ctx, c, s.Unread[0])
		}
		if len(s.Books) > 0 {
			return problem("no_such_book", texts.Say("tried.contacts"), "book", name, "has", s.Books[0].Kind)
		}
		return problem("no_phone_book", texts.Say("tried.contacts"))
	})
}

// bookJSON is one phone book.
type bookJSON struct {
	Book     contacts.Kind      `json:"book"`
	Path     string             `json:"path"`
	Slots    int                `json:"slots"`
	Free     int                `json:"free"`
	Hidden   int                `json:"hidden,omitempty"` // not shown
	Denied   []string           `json:"denied,omitempty"`
	Faults   []contacts.Fault   `json:"faults,omitempty"`
	Contacts []contacts.Contact `json:"contacts"`
}

func (p *program) toBookJSON(c *app.Card, b *contacts.Book, search string) bookJSON {
	out := bookJSON{Book: b.Kind, Path: b.Name(), Slots: b.Slots, Free: b.Free(), Faults: b.Faults, Contacts: []contacts.Contact{}}
	for _, d := range b.Denied {
		out.Denied = append(out.Denied, c.Files.Name(d))
	}
	shown := b.Shown(p.f.hidden)
	out.Hidden = len(b.Contacts) - len(shown)
	for _, x := range shown {
		if x.Matches(search) {
			out.Contacts = append(out.Contacts, x)
		}
	}
	return out
}

func (p *program) contactsList(book *string) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "list [SEARCH]", Short: texts.Say("cmd.contacts.list"), Long: texts.Say("cmd.contacts.list.long"), Args: between(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withBooks(cmd.Context(), *book, func(_ context.Context, c *app.Card, s contacts.Survey, b *contacts.Book) error {
				list := []*contacts.Book{b}
				if all {
					list = s.Books
				}
				return p.listBooks(c, s, list, strings.Join(args, " "))
			})
		},
	}
	c.Flags().BoolVar(&all, "all-books", false, texts.Say("flag.all_books"))
	return c
}

func (p *program) listBooks(c *app.Card, s contacts.Survey, list []*contacts.Book, search string) error {
	var out []bookJSON
	for _, b := range list {
		out = append(out, p.toBookJSON(c, b, search))
	}
	return p.emit(map[string]any{"books": out}, func(w io.Writer) {
		told := map[string]bool{}
		for _, b := range out {
			printBook(w, b)
			for _, d := range b.Denied {
				told[d] = true
			}
		}
		for _, d := range s.Denied {
			if name := c.Files.Name(d); !told[name] {
				fmt.Fprintln(w, "! "+texts.Say("out.contacts.denied", "file", safe.Text(name)))
			}
		}
		if more := len(s.Books) - len(list); more > 0 {
			fmt.Fprintln(w, texts.Say("out.contacts.more", "n", more))
		}
	})
}

func printBook(w io.Writer, b bookJSON) {
	fmt.Fprintln(w, texts.Say("out.contacts.book", "book", safe.Text(b.Path), "n", b.Slots-b.Free, "slots", b.Slots))
	t := newTable(w)
	for _, x := range b.Contacts {
		number, more := "", []string{}
		for i, n := range x.Numbers {
			if i == 0 {
				number = n.Number
				continue
			}
			more = append(more, labelled(n.Number, n.Label))
		}
		for _, list := range [][]contacts.Text{x.Nicknames, x.Emails, x.URIs} {
			for _, s := range list {
				more = append(more, s.Text)
			}
		}
		for _, g := range x.Groups {
			more = append(more, "["+g.Name+"]")
		}
		if len(x.Faults) > 0 {
			more = append(more, "!")
		}
		t.row(fmt.Sprintf("%3d", x.N), x.Name, number, strings.Join(more, ", "))
	}
	t.flush()
	if b.Hidden > 0 {
		fmt.Fprintln(w, texts.Say("out.contacts.hidden", "n", b.Hidden))
	}
	for _, d := range b.Denied {
		fmt.Fprintln(w, "! "+texts.Say("out.contacts.denied", "file", safe.Text(d)))
	}
	for _, f := range b.Faults {
		fmt.Fprintln(w, "! "+safe.Text(f.String()))
	}
}

func labelled(number, label string) string {
	if label == "" {
		return number
	}
	return number + " (" + label + ")"
}

// contactNumber reads the number of a contact.
func contactNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, usage("contact_number")
	}
	return n, nil
}

// withContact is withBooks for a command about one contact.
func (p *program) withContact(ctx context.Context, book, number string, f func(ctx context.Context, c *app.Card, b *contacts.Book, x contacts.Contact) error) error {
	n, err := contactNumber(number)
	if err != nil {
		return err
	}
	return p.withBooks(ctx, book, func(ctx context.Context, c *app.Card, _ contacts.Survey, b *contacts.Book) error {
		x, ok := b.Get(n)
		if !ok {
			return problem("no_contact", texts.Say("tried.contacts"), "n", n)
		}
		if x.Hidden && !p.f.hidden {
			return problem("hidden_contact", texts.Say("tried.contacts"), "n", n)
		}
		return f(ctx, c, b, x)
	})
}

func (p *program) contactsShow(book *string) *cobra.Command {
	return &cobra.Command{
		Use: "show N", Short: texts.Say("cmd.contacts.show"), Long: texts.Say("cmd.contacts.show.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withContact(cmd.Context(), *book, args[0], func(_ context.Context, c *app.Card, _ *contacts.Book, x contacts.Contact) error {
				return p.emit(x, func(w io.Writer) { printContact(w, c, x) })
			})
		},
	}
}

func printContact(w io.Writer, c *app.Card, x contacts.Contact) {
	t := newTable(w)
	row := func(id, value, note string) {
		if value != "" {
			t.row(texts.Say("contacts.show."+id), value, note)
		}
	}
	row("name", x.Name, "")
	for _, n := range x.Numbers {
		row("number", n.Number, strings.TrimSpace(n.Label+" "+n.Bearer))
		if n.Subaddress != nil {
			row("subaddress", n.Subaddress.String(), "")
		}
	}
	for _, s := range x.Nicknames {
		row("nickname", s.Text, "")
	}
	for _, s := range x.Emails {
		row("email", s.Text, "")
	}
	for _, s := range x.URIs {
		row("uri", s.Text, "")
	}
	for _, g := range x.Groups {
		row("group", g.Name, texts.Say("ef.record", "n", g.Record))
	}
	if x.UID > 0 {
		row("uid", strconv.Itoa(x.UID), "")
	}
	if x.Hidden {
		row("hidden", texts.Say("contacts.show.yes"), "")
	}
	for _, part := range x.Parts {
		row("part", c.Files.Name(part.Path), texts.Say("ef.record", "n", part.Record))
	}
	t.flush()
	for _, f := range x.Faults {
		fmt.Fprintln(w, "! "+safe.Text(f.String()))
	}
}

// entryFlags are what a contact is made of on the command line.
type entryFlags struct {
	name, number, nickname string
	more, label            [2]string // numbers 2 and 3
	emails, uris, groups   []string
}

func (f *entryFlags) add(c *cobra.Command) {
	s := c.Flags()
	s.StringVar(&f.name, "name", "", texts.Say("flag.contact_name"))
	s.StringVar(&f.number, "number", "", texts.Say("flag.contact_number"))
	for i := range f.more {
		n := i + 2
		s.StringVar(&f.more[i], fmt.Sprintf("number%d", n), "", texts.Say("flag.contact_more"))
		s.StringVar(&f.label[i], fmt.Sprintf("label%d", n), "", texts.Say("flag.contact_label", "n", n))
	}
	s.StringVar(&f.nickname, "nickname", "", texts.Say("flag.contact_nickname"))
	s.StringArrayVar(&f.emails, "email", nil, texts.Say("flag.contact_email"))
	s.StringArrayVar(&f.uris, "uri", nil, texts.Say("flag.contact_uri"))
	s.StringArrayVar(&f.groups, "group", nil, texts.Say("flag.contact_group"))
}

// over puts what was given on the command line over an entry.
func (f *entryFlags) over(c *cobra.Command, e contacts.Entry) contacts.Entry {
	given := c.Flags().Changed
	number := func(i int) *contacts.EntryNumber {
		for len(e.Numbers) <= i {
			e.Numbers = append(e.Numbers, contacts.EntryNumber{})
		}
		return &e.Numbers[i]
	}
	if given("name") {
		e.Name = f.name
	}
	if given("number") {
		number(0).Number = f.number
	}
	for i := range f.more {
		if given(fmt.Sprintf("number%d", i+2)) {
			number(i + 1).Number = f.more[i]
		}
		if given(fmt.Sprintf("label%d", i+2)) {
			number(i + 1).Label = f.label[i]
		}
	}
	if given("nickname") {
		e.Nickname = f.nickname
	}
	if given("email") {
		e.Emails = f.emails
	}
	if given("uri") {
		e.URIs = f.uris
	}
	if given("group") {
		e.Groups = f.groups
	}
	return e
}

// change carries out a plan of contacts.
func (p *program) change(ctx context.Context, c *app.Card, plan *fs.Plan, err error, f planFlags) error {
	var refused *contacts.RefusedError
	if errors.As(err, &refused) {
		return problem("contact_refused", texts.Say("tried.contacts"), "why", refused.Error())
	}
	if err != nil {
		return err
	}
	if len(plan.Steps) == 0 {
		return p.emit(map[string]any{"steps": 0}, func(w io.Writer) { fmt.Fprintln(w, texts.Say("out.contacts.same")) })
	}
	if err := contacts.LoadRights(ctx, c.Files, plan); err != nil {
		return err
	}
	return p.carryOut(ctx, c, plan, f)
}

func (p *program) contactsAdd(book *string) *cobra.Command {
	var e entryFlags
	var f planFlags
	c := &cobra.Command{
		Use: "add", Short: texts.Say("cmd.contacts.add"), Long: texts.Say("cmd.contacts.add.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withBooks(cmd.Context(), *book, func(ctx context.Context, c *app.Card, _ contacts.Survey, b *contacts.Book) error {
				plan, err := b.Create(e.over(cmd, contacts.Entry{}))
				return p.change(ctx, c, plan, err, f)
			})
		},
	}
	e.add(c)
	f.add(c)
	return c
}

func (p *program) contactsEdit(book *string) *cobra.Command {
	var e entryFlags
	var f planFlags
	c := &cobra.Command{
		Use: "edit N", Short: texts.Say("cmd.contacts.edit"), Long: texts.Say("cmd.contacts.edit.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withContact(cmd.Context(), *book, args[0], func(ctx context.Context, c *app.Card, b *contacts.Book, x contacts.Contact) error {
				plan, err := b.Edit(x.N, e.over(cmd, x.Entry()))
				return p.change(ctx, c, plan, err, f)
			})
		},
	}
	e.add(c)
	f.add(c)
	return c
}

func (p *program) contactsDelete(book *string) *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use: "delete N", Short: texts.Say("cmd.contacts.delete"), Long: texts.Say("cmd.contacts.delete.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withContact(cmd.Context(), *book, args[0], func(ctx context.Context, c *app.Card, b *contacts.Book, x contacts.Contact) error {
				plan, err := b.Delete(x.N)
				return p.change(ctx, c, plan, err, f)
			})
		},
	}
	f.add(c)
	return c
}

func (p *program) contactsExport(book *string) *cobra.Command {
	var file, format string
	c := &cobra.Command{
		Use: "export", Short: texts.Say("cmd.contacts.export"), Long: texts.Say("cmd.contacts.export.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usage("output")
			}
			format, err := formatOf(file, format, "contact_format", contacts.Formats()...)
			if err != nil {
				return err
			}
			f := contacts.Format(format)
			return p.withBooks(cmd.Context(), *book, func(_ context.Context, _ *app.Card, _ contacts.Survey, b *contacts.Book) error {
				return p.writeContacts(file, f, b)
			})
		},
	}
	c.Flags().StringVarP(&file, "output", "o", "", texts.Say("flag.output"))
	c.Flags().StringVar(&format, "format", "", texts.Say("flag.contact_format"))
	return c
}

// writeContacts writes a new file that only its owner can read.
func (p *program) writeContacts(file string, format contacts.Format, b *contacts.Book) error {
	shown := b.Shown(p.f.hidden)
	list := contacts.Entries(shown)
	hidden := len(b.Contacts) - len(shown)
	err := writeNew(file, texts.Say("tried.contacts_export"), func(w io.Writer) error { return contacts.Write(w, format, list) })
	if err != nil {
		return err
	}
	return p.emit(map[string]any{"written": file, "contacts": len(list), "hidden": hidden}, func(w io.Writer) {
		fmt.Fprintln(w, texts.Say("out.contacts.written", "n", len(list)))
		if hidden > 0 {
			fmt.Fprintln(w, texts.Say("out.contacts.hidden", "n", hidden))
		}
	})
}

func (p *program) contactsImport(book *string) *cobra.Command {
	var shorten bool
	var f planFlags
	c := &cobra.Command{
		Use: "import FILE", Short: texts.Say("cmd.contacts.import"), Long: texts.Say("cmd.contacts.import.long"), Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := readContacts(args[0])
			if err != nil {
				return err
			}
			return p.withBooks(cmd.Context(), *book, func(ctx context.Context, c *app.Card, _ contacts.Survey, b *contacts.Book) error {
				m, err := b.Import(file.Entries, shorten)
				if err == nil {
					p.tellImport(file, m, shorten)
				}
				return p.change(ctx, c, m.Plan, err, f)
			})
		},
	}
	c.Flags().BoolVar(&shorten, "shorten", false, texts.Say("flag.shorten"))
	f.add(c)
	return c
}

func readContacts(name string) (contacts.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return contacts.File{}, fileProblem(err, texts.Say("tried.contacts_import"))
	}
	defer f.Close()
	list, err := contacts.Read(f)
	if err != nil {
		why := contacts.Problem(err)
		if why == "" {
			why = safe.Text(err.Error())
		}
		return contacts.File{}, problem("contact_file", texts.Say("tried.contacts_import"), "why", why)
	}
	return list, nil
}

// tellImport says on standard error what of the file was not understood, and
// what becomes of each entry that is not simply added.
func (p *program) tellImport(file contacts.File, m contacts.Import, shorten bool) {
	w := p.words(p.io.Err)
	for _, l := range file.Left {
		fmt.Fprintln(w, safe.Text(l.String()))
	}
	for i, it := range m.Items {
		if it.State == contacts.Added {
			continue
		}
		line := texts.Say("out.contacts."+it.State, "line", file.Lines[i], "name", safe.Text(it.Entry.Name))
		for _, n := range it.Notes {
			line += " " + safe.Text(n.String())
		}
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w, m.Summary(file))
	if m.Count(contacts.Skipped) > 0 && !shorten {
		fmt.Fprintln(w, texts.Say("out.contacts.take"))
	}
}
