package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

// planFlags are the flags of every command that changes files.
type planFlags struct {
	yes    bool   // do not ask
	dryRun bool   // show the plan and stop
	plan   string // write the plan into this new file instead
	undo   string // write the plan that takes it back into this new file
}

func (f *planFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.yes, "yes", false, texts.Say("flag.yes"))
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, texts.Say("flag.dry_run"))
	c.Flags().StringVar(&f.plan, "plan", "", texts.Say("flag.plan"))
	c.Flags().StringVar(&f.undo, "undo", "", texts.Say("flag.undo"))
}

// carryOut is how every command changes files: the plan is shown with what
// stands against it, confirmed, applied and read back. It ends in one of
// these ways: done (0), a PIN is missing (7), not permitted or not confirmed
// (13), the plan does not fit the card (1, or 5 for another card), the card
// refused a step (9), a step has no answer (12).
func (p *program) carryOut(ctx context.Context, c *app.Card, plan *fs.Plan, f planFlags) error {
	if p.f.readOnly && f.plan == "" && !f.dryRun {
		return problem("locked_read_only", plan.Title)
	}
	if err := c.Files.Prepare(ctx, plan); err != nil {
		return err
	}
	doc := describe(c, plan)
	switch {
	case f.plan != "":
		return p.keepPlan(plan, f.plan)
	case f.dryRun:
		if err := p.emit(doc, func(w io.Writer) { doc.print(w) }); err != nil {
			return err
		}
		return obstacle(c, plan)
	case len(plan.Steps) == 0:
		doc.Done = true
		return p.emit(doc, func(w io.Writer) { fmt.Fprintln(w, texts.Say("plan.out.nothing")) })
	}
	doc.print(p.words(p.io.Err))
	if err := obstacle(c, plan); err != nil {
		return err
	}
	if err := p.agreed(ctx, plan, f); err != nil {
		return err
	}
	return p.apply(ctx, c, plan, &doc, f)
}

// obstacle is why a plan is not begun: it writes keys, what makes it
// impossible, or the PINs it waits for.
func obstacle(c *app.Card, plan *fs.Plan) error {
	if i := slices.IndexFunc(plan.Steps, func(s fs.Step) bool { return fs.Hidden(s.Path) }); i >= 0 {
		return problem("key_plan", safe.Text(plan.Title), "file", c.Files.Name(plan.Steps[i].Path))
	}
	needs, possible := plan.Needs(c.Files)
	if pr, fatal := fs.FatalIn(plan.Check(c.Files)); fatal {
		id := "plan_unfit"
		if pr.Step < 0 {
			id = "other_card"
		}
		return &problemError{app.Problem{ID: id, Tried: safe.Text(plan.Title), Answer: safe.Text(pr.String()), Next: texts.Maybe("problem." + id + ".next")}}
	}
	if possible && len(needs) > 0 {
		return needed(c, safe.Text(plan.Title), needs)
	}
	return nil
}

// agreed asks the person, who has seen the plan. Without a terminal only
// --yes is an answer.
func (p *program) agreed(ctx context.Context, plan *fs.Plan, f planFlags) error {
	if f.yes {
		return nil
	}
	q := p.prompter(ctx)
	if _, tty := q.terminal(); tty {
		ok, err := q.confirm(texts.Say("prompt.plan", "n", len(plan.Steps)), texts.Say("prompt.plan_word"))
		if ok || err != nil {
			return err
		}
	}
	return problem("not_confirmed", safe.Text(plan.Title))
}

// apply carries out a plan that was agreed to. The file for taking it back is
// written first: nothing is changed for a name that cannot be used, and a
// program that is ended in the middle leaves the way back.
func (p *program) apply(ctx context.Context, c *app.Card, plan *fs.Plan, doc *planJSON, f planFlags) error {
	undo, err := newPlanFile(plan, f.undo)
	if err != nil {
		return err
	}
	if undo != nil {
		if err := undo.write(plan.Undo(fs.AllDone(plan))); err != nil {
			return errors.Join(fileProblem(err, texts.Say("tried.plan")), undo.finish(&fs.Plan{}))
		}
	}
	words := p.words(p.io.Err)
	res, failed := c.Files.Apply(ctx, plan, func(i int, r fs.StepResult) {
		if !p.f.json {
			fmt.Fprintf(words, "%d/%d %s: %s\n", i+1, len(plan.Steps), doc.Steps[i].File, texts.Say("plan.state."+stateID(r.State)))
		}
	})
	doc.take(res)
	if undo != nil {
		doc.Undo = f.undo
		back := plan.Undo(res)
		if err := undo.finish(back); err != nil {
			failed = errors.Join(failed, err)
		}
		if len(back.Steps) == 0 {
			doc.Undo = ""
		}
	}
	if failed != nil {
		failed = p.withFlags(c, failed)
		pr := problemOf(failed, safe.Text(plan.Title))
		doc.Error = &pr
		if p.f.json {
			p.printJSON(doc)
		} else {
			doc.printStates(words)
		}
		return failed
	}
	return p.emit(doc, func(w io.Writer) { fmt.Fprintln(w, texts.Say("out.plan_done", "n", len(res.Steps))) })
}

// planFile is a new file for a plan, readable by its owner only.
type planFile struct {
	f    *os.File
	name string
}

// newPlanFile makes the file, or none for an empty name. Keys are not written
// into files.
func newPlanFile(plan *fs.Plan, name string) (*planFile, error) {
	if name == "" {
		return nil, nil
	}
	if plan.Secret() {
		return nil, problem("secret_plan", safe.Text(plan.Title))
	}
	f, err := newFile(name, texts.Say("tried.plan"))
	if err != nil {
		return nil, err
	}
	return &planFile{f, name}, nil
}

// write makes the plan the file's content.
func (f *planFile) write(plan *fs.Plan) error {
	if err := f.f.Truncate(0); err != nil {
		return err
	}
	if _, err := f.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	e := json.NewEncoder(f.f)
	e.SetIndent("", "  ")
	return errors.Join(e.Encode(plan), f.f.Sync())
}

// finish writes the plan and closes the file. A plan without steps leaves no
// file behind.
func (f *planFile) finish(plan *fs.Plan) error {
	var err error
	if len(plan.Steps) > 0 {
		err = f.write(plan)
	}
	err = errors.Join(err, f.f.Close())
	if len(plan.Steps) == 0 || err != nil {
		_ = os.Remove(f.name)
	}
	if err != nil {
		return fileProblem(err, texts.Say("tried.plan"))
	}
	return nil
}

// keepPlan writes the plan into a file instead of carrying it out.
func (p *program) keepPlan(plan *fs.Plan, name string) error {
	if len(plan.Steps) == 0 {
		return p.emit(map[string]any{"written": "", "steps": 0}, func(w io.Writer) { fmt.Fprintln(w, texts.Say("plan.out.nothing")) })
	}
	f, err := newPlanFile(plan, name)
	if err != nil {
		return err
	}
	if err := f.finish(plan); err != nil {
		return err
	}
	return p.emit(map[string]any{"written": name, "steps": len(plan.Steps)}, func(w io.Writer) {
		fmt.Fprintln(w, texts.Say("plan.out.kept", "n", len(plan.Steps)))
	})
}

func readPlanFile(name string) (*fs.Plan, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fileProblem(err, texts.Say("tried.read_plan"))
	}
	defer f.Close()
	plan, err := fs.ReadPlan(f)
	if err != nil {
		return nil, problem("not_plan", texts.Say("tried.read_plan"))
	}
	return plan, nil
}

// planJSON is a plan for people and scripts, and what became of it.
type planJSON struct {
	Title    string        `json:"title"`
	ICCID    string        `json:"iccid"`
	Steps    []stepJSON    `json:"steps"`
	Problems []problemJSON `json:"problems,omitempty"`
	Done     bool          `json:"done"`
	Undo     string        `json:"undo,omitempty"` // the file that takes it back
	Error    *app.Problem  `json:"error,omitempty"`
}

type stepJSON struct {
	File    string      `json:"file"`
	Path    string      `json:"path"`
	Record  int         `json:"record,omitempty"`
	Offset  int         `json:"offset,omitempty"`
	Tag     tlv.Tag     `json:"tag,omitempty"`
	Old     string      `json:"old"`
	New     string      `json:"new"`
	Before  string      `json:"before,omitempty"`
	After   string      `json:"after,omitempty"`
	Fields  []fs.Change `json:"fields,omitempty"`
	Why     string      `json:"why,omitempty"`
	State   string      `json:"state"`
	SW      string      `json:"sw,omitempty"`
	place   string
	decoded bool
}

type problemJSON struct {
	Step     int         `json:"step"` // from 1 on; 0 for the plan itself
	Severity fs.Severity `json:"severity"`
	ID       string      `json:"id"`
	Text     string      `json:"text"`
}

// describe makes a plan fit for output. c is nil where no card is open.
func describe(c *app.Card, plan *fs.Plan) planJSON {
	doc := planJSON{Title: safe.Text(plan.Title), ICCID: safe.Text(plan.ICCID), Steps: []stepJSON{}}
	var files *fs.Card
	if c != nil {
		files = c.Files
	}
	for i, v := range plan.View(files) {
		s := plan.Steps[i]
		doc.Steps = append(doc.Steps, stepJSON{
			File: v.File, Path: s.Path.String(), Record: s.Record, Offset: s.Offset, Tag: s.Tag,
			Old: v.OldHex, New: v.NewHex, Before: v.Old, After: v.New, Fields: v.Fields, Why: v.Why,
			State: stateID(fs.StepTodo), place: v.Place, decoded: v.Decoded,
		})
	}
	if c == nil {
		return doc
	}
	for _, pr := range plan.Check(files) {
		doc.Problems = append(doc.Problems, problemJSON{pr.Step + 1, pr.Severity, pr.ID, safe.Text(pr.String())})
	}
	return doc
}

func stateID(s fs.StepState) string {
	b, _ := s.MarshalText()
	return string(b)
}

// take notes what became of each step.
func (d *planJSON) take(res fs.Result) {
	for i, r := range res.Steps {
		d.Steps[i].State = stateID(r.State)
		if r.SW != card.SW(0) {
			d.Steps[i].SW = r.SW.String()
		}
	}
	d.Done = res.Done()
}

// print writes the plan for people: each step with its file, why, what its
// bytes mean before and after, the bytes, and what stands against it.
func (d *planJSON) print(w io.Writer) {
	fmt.Fprintln(w, texts.Say("plan.out.title", "title", d.Title, "iccid", grouped(d.ICCID)))
	if len(d.Steps) == 0 {
		fmt.Fprintln(w, texts.Say("plan.out.nothing"))
	}
	why := ""
	for i, s := range d.Steps {
		fmt.Fprintf(w, "%3d  %s, %s\n", i+1, s.File, s.place)
		if s.Why != "" && s.Why != why {
			fmt.Fprintln(w, "     "+s.Why)
			why = s.Why
		}
		if s.decoded && s.Before != s.After {
			fmt.Fprintf(w, "     %s → %s\n", s.Before, s.After)
		}
		for _, c := range s.Fields {
			fmt.Fprintf(w, "     %s: %s → %s\n", c.Label, noField(c.Old), noField(c.New))
		}
		fmt.Fprintf(w, "     %s → %s\n", orNone(s.Old), orNone(s.New))
		d.printProblems(w, i+1)
	}
	d.printProblems(w, 0)
}

func (d *planJSON) printProblems(w io.Writer, step int) {
	for _, pr := range d.Problems {
		if pr.Step != step {
			continue
		}
		sign := "!"
		if pr.Severity == fs.Note {
			sign = "·"
		}
		fmt.Fprintf(w, "   %s %s\n", sign, pr.Text)
	}
}

func (d *planJSON) printStates(w io.Writer) {
	for i, s := range d.Steps {
		line := fmt.Sprintf("%3d  %s, %s: %s", i+1, s.File, s.place, texts.Say("plan.state."+s.State))
		if s.SW != "" {
			line += " (" + s.SW + ")"
		}
		fmt.Fprintln(w, line)
	}
}

func orNone(s string) string {
	if s == "" {
		return texts.Say("plan.no_object")
	}
	return s
}

func noField(s string) string {
	if s == "" {
		return texts.Say("plan.no_field")
	}
	return s
}

func (p *program) planCommand() *cobra.Command {
	c := group("plan")
	c.AddCommand(&cobra.Command{
		Use: "show FILE", Short: texts.Say("cmd.plan.show"), Long: texts.Say("cmd.plan.show.long"), Args: exactly(1),
		RunE: func(_ *cobra.Command, args []string) error {
			plan, err := readPlanFile(args[0])
			if err != nil {
				return err
			}
			doc := describe(nil, plan)
			return p.emit(doc, func(w io.Writer) { doc.print(w) })
		},
	})
	use := func(name string, change func(*fs.Plan) *fs.Plan) *cobra.Command {
		var f planFlags
		cmd := &cobra.Command{
			Use: name + " FILE", Short: texts.Say("cmd.plan." + name), Long: texts.Say("cmd.plan." + name + ".long"), Args: exactly(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				plan, err := readPlanFile(args[0])
				if err != nil {
					return err
				}
				plan = change(plan)
				return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error {
					return p.carryOut(ctx, c, plan, f)
				})
			},
		}
		f.add(cmd)
		return cmd
	}
	c.AddCommand(
		use("apply", func(plan *fs.Plan) *fs.Plan { return plan }),
		use("undo", (*fs.Plan).Reverse),
	)
	return c
}
