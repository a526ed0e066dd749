package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/fs/plmn"
	"simscope/texts"
	"simscope/tui/app"
)

// making makes the plan of a command from the open card.
type making func(ctx context.Context, c *app.Card) (*fs.Plan, error)

// changing is a command that makes a plan and carries it out.
func (p *program) changing(c *cobra.Command, make func(args []string) (making, error)) *cobra.Command {
	var f planFlags
	c.RunE = func(cmd *cobra.Command, args []string) error {
		m, err := make(args)
		if err != nil {
			return err
		}
		return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error {
			plan, err := m(ctx, c)
			if err != nil {
				return err
			}
			return p.carryOut(ctx, c, plan, f)
		})
	}
	f.add(c)
	return c
}

// group is a command that only holds others.
func group(name string) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: texts.Say("cmd." + name), Long: texts.Say("cmd." + name + ".long"), Args: exactly(0),
		RunE: func(*cobra.Command, []string) error { return usage("subcommand") },
	}
}

func (p *program) clearCommand() *cobra.Command {
	c := group("clear")
	add := func(name string, plan func(*fs.Card, context.Context, card.AID) (*fs.Plan, error)) {
		c.AddCommand(p.changing(
			&cobra.Command{Use: name, Short: texts.Say("cmd.clear." + name), Long: texts.Say("cmd.clear." + name + ".long"), Args: exactly(0)},
			func([]string) (making, error) {
				return func(ctx context.Context, c *app.Card) (*fs.Plan, error) { return plan(c.Files, ctx, p.app) }, nil
			}))
	}
	add("fplmn", (*fs.Card).PlanClearFPLMN)
	add("location", (*fs.Card).PlanClearLocation)
	return c
}

func (p *program) networksCommand() *cobra.Command {
	c := group("networks")
	c.AddCommand(&cobra.Command{
		Use: "list", Short: texts.Say("cmd.networks.list"), Long: texts.Say("cmd.networks.list.long"), Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.withCard(cmd.Context(), p.listNetworks) },
	})
	var at int
	var act []string
	var add *cobra.Command
	add = p.changing(&cobra.Command{
		Use: "add MCC-MNC", Short: texts.Say("cmd.networks.add"), Long: texts.Say("cmd.networks.add.long"), Args: exactly(1),
	}, func(args []string) (making, error) {
		n, err := parseNetwork(args[0])
		if err != nil {
			return nil, err
		}
		if n.Act, err = parseAct(act); err != nil {
			return nil, err
		}
		if add.Flags().Changed("at") && at < 1 {
			return nil, usage("position")
		}
		return networksPlan(p, func(pref fs.Preferred) ([]ef.Network, error) {
			entry := n
			if len(entry.Act) == 0 && pref.WithAct {
				entry.Act = fs.EveryRadio()
			}
			return pref.Add(entry, at)
		}), nil
	})
	add.Flags().IntVar(&at, "at", 0, texts.Say("flag.at"))
	add.Flags().StringSliceVar(&act, "act", nil, texts.Say("flag.radio", "names", strings.Join(actNames(), ", ")))
	remove := p.changing(&cobra.Command{
		Use: "remove MCC-MNC|POSITION", Short: texts.Say("cmd.networks.remove"), Long: texts.Say("cmd.networks.remove.long"), Args: exactly(1),
	}, func(args []string) (making, error) {
		place, err := parseEntry(args[0])
		if err != nil {
			return nil, err
		}
		return networksPlan(p, func(pref fs.Preferred) ([]ef.Network, error) {
			i, err := place(pref)
			if err != nil {
				return nil, err
			}
			return pref.Remove(i)
		}), nil
	})
	move := p.changing(&cobra.Command{
		Use: "move MCC-MNC|POSITION TO", Short: texts.Say("cmd.networks.move"), Long: texts.Say("cmd.networks.move.long"), Args: exactly(2),
	}, func(args []string) (making, error) {
		place, err := parseEntry(args[0])
		if err != nil {
			return nil, err
		}
		to, err := strconv.Atoi(args[1])
		if err != nil || to < 1 {
			return nil, usage("position")
		}
		return networksPlan(p, func(pref fs.Preferred) ([]ef.Network, error) {
			i, err := place(pref)
			if err != nil {
				return nil, err
			}
			return pref.Move(i, to)
		}), nil
	})
	c.AddCommand(add, remove, move)
	return c
}

func networksPlan(p *program, change func(fs.Preferred) ([]ef.Network, error)) making {
	return func(ctx context.Context, c *app.Card) (*fs.Plan, error) {
		pref, err := c.Files.PreferredNetworks(ctx, p.app)
		if err != nil {
			return nil, err
		}
		list, err := change(pref)
		if err != nil {
			return nil, err
		}
		return c.Files.PlanNetworks(pref, list)
	}
}

func actNames() []string {
	var out []string
	for _, a := range fs.Radios {
		out = append(out, a.Short)
	}
	return out
}

func parseAct(words []string) ([]string, error) {
	var out []string
next:
	for _, w := range words {
		for _, a := range fs.Radios {
			if strings.EqualFold(strings.TrimSpace(w), a.Short) {
				out = append(out, a.Name)
				continue next
			}
		}
		return nil, usage("act", "names", strings.Join(actNames(), ", "))
	}
	return out, nil
}

// parseNetwork reads 999-99, 999 99 or, where the length of the network code
// is told by the country, 99999.
func parseNetwork(s string) (ef.Network, error) {
	n, ok := plmn.Parse(s)
	if !ok {
		return ef.Network{}, usage("network")
	}
	return ef.Network{MCC: n.MCC, MNC: n.MNC}, nil
}

// parseEntry reads how an entry of a list is named, by the network or by its
// position, and gives what finds its place.
func parseEntry(s string) (func(fs.Preferred) (int, error), error) {
	if i, err := strconv.Atoi(s); err == nil && len(s) < 5 {
		if i < 1 {
			return nil, usage("position")
		}
		return func(fs.Preferred) (int, error) { return i, nil }, nil
	}
	n, err := parseNetwork(s)
	if err != nil {
		return nil, err
	}
	return func(pref fs.Preferred) (int, error) {
		i := pref.Find(n.MCC, n.MNC)
		if i == 0 {
			return 0, problem("not_listed", n.PLMN().String())
		}
		return i, nil
	}, nil
}

func (p *program) listNetworks(ctx context.Context, c *app.Card) error {
	pref, err := c.Files.PreferredNetworks(ctx, p.app)
	if err != nil {
		return err
	}
	doc := map[string]any{"file": c.Files.Name(pref.Path), "limit": pref.Limit, "networks": append([]ef.Network{}, pref.Networks...)}
	return p.emit(doc, func(w io.Writer) {
		t := newTable(w)
		for i, n := range pref.Networks {
			t.row(fmt.Sprint(i+1), n.PLMN().String(), n.PLMN().Describe(), strings.Join(n.Act, ", "))
		}
		t.flush()
		fmt.Fprintln(w, texts.Say("out.networks", "n", len(pref.Networks), "limit", pref.Limit, "file", safe.Text(c.Files.Name(pref.Path))))
	})
}

func (p *program) setCommand() *cobra.Command {
	c := group("set")
	var show, hide bool
	spn := p.changing(&cobra.Command{
		Use: "spn NAME", Short: texts.Say("cmd.set.spn"), Long: texts.Say("cmd.set.spn.long"), Args: exactly(1),
	}, func(args []string) (making, error) {
		return func(ctx context.Context, c *app.Card) (*fs.Plan, error) {
			return c.Files.PlanSPN(ctx, p.app, args[0], show, hide)
		}, nil
	})
	spn.Flags().BoolVar(&show, "show-in-home", false, texts.Say("flag.show_in_home"))
	spn.Flags().BoolVar(&hide, "hide-roaming", false, texts.Say("flag.hide_roaming"))
	pnn := p.changing(&cobra.Command{
		Use: "pnn RECORD FULL [SHORT]", Short: texts.Say("cmd.set.pnn"), Long: texts.Say("cmd.set.pnn.long"), Args: between(2, 3),
	}, func(args []string) (making, error) {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 {
			return nil, usage("record")
		}
		short := ""
		if len(args) == 3 {
			short = args[2]
		}
		return func(ctx context.Context, c *app.Card) (*fs.Plan, error) {
			return c.Files.PlanPNN(ctx, p.app, n, args[1], short)
		}, nil
	})
	c.AddCommand(spn, pnn)
	return c
}

// placeFlags say which part of a file is meant.
type placeFlags struct {
	record int
	tag    tlv.Tag
}

func (f *placeFlags) add(c *cobra.Command) {
	c.Flags().Var((*recordNumber)(&f.record), "record-number", texts.Say("flag.record_number"))
	c.Flags().Var((*tagNumber)(&f.tag), "tag", texts.Say("flag.tag"))
}

func (f *placeFlags) place(ctx context.Context, c *app.Card, typed string) (fs.Place, error) {
	path, err := c.Files.Locate(ctx, typed)
	if err != nil {
		return fs.Place{}, err
	}
	return f.at(path), nil
}

// at is the place in a file that the flags name.
func (f *placeFlags) at(path card.Path) fs.Place {
	return fs.Place{Path: path, Record: f.record, Tag: f.tag}
}

// maxValue bounds the JSON of a value.
const maxValue = 1 << 20

// readValue reads a file, or standard input for "-".
func (p *program) readValue(name string) ([]byte, error) {
	in := p.io.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fileProblem(err, texts.Say("tried.read_value"))
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxValue+1))
	if err != nil || len(b) > maxValue {
		return nil, problem("file_error", texts.Say("tried.read_value"))
	}
	return b, nil
}

func (p *program) editCommand() *cobra.Command {
	var place placeFlags
	var from string
	c := p.changing(&cobra.Command{
		Use: "edit PATH --from FILE", Short: texts.Say("cmd.edit"), Long: texts.Say("cmd.edit.long"), Args: exactly(1),
	}, func(args []string) (making, error) {
		if from == "" {
			return nil, usage("from")
		}
		return func(ctx context.Context, c *app.Card) (*fs.Plan, error) {
			at, err := place.place(ctx, c, args[0])
			if err != nil {
				return nil, err
			}
			// After the card was opened, so that lines of secrets come first.
			value, err := p.readValue(from)
			if err != nil {
				return nil, err
			}
			return c.Files.PlanEdit(ctx, at, value)
		}, nil
	})
	place.add(c)
	c.Flags().StringVar(&from, "from", "", texts.Say("flag.from"))
	return c
}

func (p *program) writeCommand() *cobra.Command {
	var place placeFlags
	var offset int
	var remove bool
	c := p.changing(&cobra.Command{
		Use: "write PATH HEX…", Short: texts.Say("cmd.write"), Long: texts.Say("cmd.write.long"), Args: between(1, -1),
	}, func(args []string) (making, error) {
		var b []byte
		var err error
		switch {
		case offset < 0:
			return nil, usage("offset")
		case remove && (place.tag == 0 || len(args) > 1):
			return nil, usage("delete")
		case !remove && len(args) == 1:
			return nil, usage("few", "use", "simscope write PATH HEX…")
		case !remove:
			b, err = parseHex(args[1:]...)
		}
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, c *app.Card) (*fs.Plan, error) {
			at, err := place.place(ctx, c, args[0])
			if err != nil {
				return nil, err
			}
			return c.Files.PlanBytes(ctx, at, offset, b)
		}, nil
	})
	place.add(c)
	c.Flags().IntVar(&offset, "offset", 0, texts.Say("flag.offset"))
	c.Flags().BoolVar(&remove, "delete", false, texts.Say("flag.delete"))
	return c
}

func (p *program) encodeCommand() *cobra.Command {
	var size int
	c := &cobra.Command{
		Use: "encode PATH JSON", Short: texts.Say("cmd.encode"), Long: texts.Say("cmd.encode.long"), Args: exactly(2),
		RunE: func(_ *cobra.Command, args []string) error { return p.encode(args[0], args[1], size) },
	}
	c.Flags().IntVar(&size, "size", 0, texts.Say("flag.size"))
	return c
}

// maxSize bounds --size: what READ BINARY can address.
const maxSize = 1 << 15

// encode writes the bytes of a value, without a card.
func (p *program) encode(typed, value string, size int) error {
	if size < 1 || size > maxSize {
		return usage("size")
	}
	entry, err := findEntry(typed)
	if err != nil {
		return err
	}
	if card.SecretFile(pathOfEntry(entry)) {
		return problem("secret_file", entry.Path)
	}
	d, ok := ef.Lookup(entry.Path)
	if !ok || d.Encode == nil || d.Parse == nil {
		return problem("no_encoder", entry.Path)
	}
	b := []byte(value)
	if value == "-" {
		if b, err = p.readValue("-"); err != nil {
			return err
		}
	}
	v, err := d.Parse(b)
	if err != nil {
		return err
	}
	out, err := d.Encode(v, size)
	if err != nil {
		return err
	}
	return p.emit(map[string]any{"path": entry.Path, "hex": fs.Hex(out)}, func(w io.Writer) { fmt.Fprintln(w, fs.Hex(out)) })
}
