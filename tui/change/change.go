package change

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// DoneMsg says that a plan was carried out, or as far as it came, so that a
// screen can show what the card holds now.
type DoneMsg struct {
	Plan   *fs.Plan
	Result fs.Result
}

// page is what the dialog is at.
type page int

const (
	pagePermit page = iota // the session is READ-ONLY: this change is permitted, or not
	pagePlan
	pageResult
)

var pageNames = [...]string{"permit", "plan", "result"}

// prepared is the answer of the request that reads what the plan is about.
type prepared struct{}

// applied is the answer of the request that carries the plan out.
type applied struct{ res fs.Result }

// progressMsg tells how far the plan came. It says of all steps, so that of
// several the last one is enough.
type progressMsg struct {
	plan  *fs.Plan
	steps []fs.StepResult
	n     int // steps that ended
}

// dialog is one plan before the screen.
type dialog struct {
	env    *kit.Env
	plan   *fs.Plan
	number int // of the card it is about
	iccid  string
	mode   card.WriteMode

	at       page
	permit   bool // the page of permission stands before the plan
	preparer uint64
	looked   chan error // what came of it, also where the answer passed by before the dialog stood
	ready    bool       // what the plan is about was read
	failed   error

	views    []fs.StepView
	problems []fs.Problem
	needs    []fs.Need
	possible bool

	onDo bool // the button that does it has the focus
	held bool // Enter was pressed on it when it could not be done
	top  int  // first line shown
	rows int  // lines of the body, as drawn last
	room int  // lines that are shown of them

	ended   bool // the card went away before anything was sent
	sent    bool
	request kit.Sent
	asked   bool // Esc was pressed while the answer is awaited
	done    int  // steps that ended so far
	res     fs.Result
	told    bool
	err     error
	runs    int       // how often it was carried out
	earlier fs.Result // of the run before
}

// New makes the dialog of a plan for the open card. It is put up with
// kit.Push; when the plan was carried out it tells of it by a DoneMsg.
func New(env *kit.Env, plan *fs.Plan) ui.Dialog {
	d := &dialog{env: env, plan: plan, number: env.Number, iccid: env.Identity.ICCID, possible: true}
	if env.Card == nil {
		d.ended = true
		return d
	}
	d.mode = env.Card.Session.Mode()
	if d.mode != card.WriteArmed {
		d.permit, d.at = true, pagePermit
	} else {
		d.at = pagePlan
	}
	d.prepare()
	return d
}

// prepare reads what is not known yet of the files, and looks at the plan
// with what is.
func (d *dialog) prepare() {
	plan, number := d.plan, d.number
	looked := make(chan error, 1)
	d.looked = looked
	d.preparer = d.env.Submit("prepare", func(ctx context.Context, c *app.Card) (any, error) {
		err := error(card.ErrOtherCard)
		if c.Number == number {
			err = c.Files.Prepare(ctx, plan)
		}
		looked <- err
		return prepared{}, err
	})
	d.look()
}

// take notices that the card was looked at. The dialog stands only a message
// after it was made, and the answer may have come before.
func (d *dialog) take() {
	select {
	case err := <-d.looked:
		d.prepared(err)
	default:
	}
}

func (d *dialog) prepared(err error) {
	if d.preparer == 0 || d.sent {
		return
	}
	d.preparer, d.ready = 0, true
	if d.failed = err; err == nil {
		d.look()
	}
}

// look takes over what is known of the card, without asking it.
func (d *dialog) look() {
	if d.env.Card == nil || d.env.Number != d.number {
		return
	}
	files := d.env.Card.Files
	if !d.sent {
		d.problems = d.plan.Check(files)
		d.needs, d.possible = d.plan.Needs(files)
		d.views = d.plan.View(files)
	}
}

// can reports whether the plan may be carried out now.
func (d *dialog) can() bool {
	_, fatal := fs.FatalIn(d.problems)
	return d.ready && d.failed == nil && !fatal && len(d.needs) == 0 && d.possible && len(d.plan.Steps) > 0 && d.mode != card.ReadOnlyLocked
}

func (d *dialog) waiting() bool { return d.sent && !d.told }

// checkCard ends the dialog when its card is no longer the open one. What was
// sent is still waited for.
func (d *dialog) checkCard() {
	if !d.sent && (d.env.Card == nil || d.env.Number != d.number) {
		d.ended = true
	}
}

// Escape implements ui.Escaper. Before sending it leaves; after it, it waits
// for the truth. A request that does not come back can be given up after a
// while, and the dialog left when even that has no answer.
func (d *dialog) Escape() (leave bool, cmd tea.Cmd) {
	if !d.waiting() {
		return true, nil
	}
	d.asked = true
	return d.request.Escape(d.env), nil
}

// Update implements ui.Dialog.
func (d *dialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	d.take()
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		d.checkCard()
		return d.key(msg)
	case progressMsg:
		if msg.plan == d.plan && d.waiting() {
			d.done = msg.n
			d.res = fs.Result{Steps: msg.steps}
		}
	case app.AnswerEvent:
		return false, d.answered(msg.Answer)
	case kit.PINsMsg:
		// Another PIN was verified, perhaps: more can be read, and written.
		if !d.sent && !d.ended && d.env.Card != nil && d.env.Number == d.number {
			d.prepare()
		}
	default:
		d.checkCard()
	}
	return false, nil
}

func (d *dialog) answered(a app.Answer) tea.Cmd {
	switch {
	case a.Card != d.number:
	case a.ID == d.preparer && !d.sent:
		d.prepared(a.Err)
	case d.waiting() && a.ID == d.request.ID:
		got, ok := a.Value.(applied)
		if !ok {
			// The request was given up, or never begun: what was told counts.
			got.res = d.lostResult()
		}
		return d.finish(got.res, a.Err)
	}
	return nil
}

// lostResult is the result of a request that did not answer: the step under
// way may have been done.
func (d *dialog) lostResult() fs.Result {
	res := fs.Result{Steps: make([]fs.StepResult, len(d.plan.Steps))}
	copy(res.Steps, d.res.Steps)
	if d.request.GaveUp && d.done < len(res.Steps) {
		res.Steps[d.done].State = fs.StepUnknown
	}
	return res
}

func (d *dialog) finish(res fs.Result, err error) tea.Cmd {
	if d.runs > 1 {
		res = res.After(d.earlier)
	}
	d.res, d.err, d.told = res, err, true
	d.top, d.onDo = 0, false
	msg := DoneMsg{d.plan, res}
	return func() tea.Msg { return msg }
}

func (d *dialog) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	k := msg.Keystroke()
	switch {
	case k == "ctrl+c":
		return !d.waiting(), kit.Do("quit")
	case d.scroll(k):
		return false, nil
	case d.ended:
		return k == "enter", nil
	case d.waiting():
		return false, nil
	}
	switch d.at {
	case pageResult:
		return d.resultKey(k)
	case pagePermit:
		if d.mode == card.ReadOnlyLocked {
			return k == "enter", nil
		}
	}
	switch k {
	case "tab", "shift+tab", "left", "right", "h", "l":
		d.onDo, d.held = !d.onDo, false
	case "p":
		if d.at == pagePlan && len(d.needs) > 0 {
			return false, kit.Verify(d.needs[0].Ref, d.needs[0].App)
		}
	case "enter":
		return d.enter()
	}
	return false, nil
}

func (d *dialog) enter() (done bool, cmd tea.Cmd) {
	switch {
	case !d.onDo:
		return true, nil
	case d.at == pagePermit:
		d.at, d.onDo, d.top = pagePlan, false, 0
	case d.can():
		d.send()
	default:
		// A key is not kept for later: what the plan says may have changed by
		// then, and nobody looked at it. That it was not taken is said.
		d.held = true
	}
	return false, nil
}

func (d *dialog) resultKey(k string) (done bool, cmd tea.Cmd) {
	switch {
	case k == "enter":
		return true, nil
	case k == "u" && d.undoable():
		back := d.plan.Undo(d.res)
		back.Title = texts.Say("change.undo.title", "title", d.plan.Title)
		return true, kit.Push(New(d.env, back))
	case k == "a" && d.again():
		d.send()
	}
	return false, nil
}

// undoable reports whether something was done that can be taken back.
func (d *dialog) undoable() bool {
	return d.told && d.res.Any(fs.StepDone) && d.env.Card != nil && d.env.Number == d.number
}

// again reports whether carrying the plan out once more can bring it further:
// what is there already is passed over.
func (d *dialog) again() bool {
	return d.told && !d.res.Done() && d.env.Card != nil && d.env.Number == d.number
}

// scroll moves about in what is shown.
func (d *dialog) scroll(k string) bool {
	by := map[string]int{"down": 1, "j": 1, "up": -1, "k": -1, "pgdown": d.room, "pgup": -d.room, "end": d.rows, "home": -d.rows, "G": d.rows, "g": -d.rows}[k]
	if by == 0 {
		return false
	}
	d.top = max(min(d.top+by, d.rows-d.room), 0)
	return true
}

// send hands the plan to the card's worker.
func (d *dialog) send() {
	plan, number, hub := d.plan, d.number, d.env.Hub
	d.at, d.onDo, d.held, d.top = pageResult, false, false, 0
	d.earlier = d.res
	d.runs++
	d.told, d.err, d.done, d.asked = false, nil, 0, false
	d.res = fs.Result{Steps: make([]fs.StepResult, len(plan.Steps))}
	d.request = kit.Sent{At: d.env.Now()}
	d.request.ID = hub.SubmitCritical("change", func(ctx context.Context, c *app.Card) (any, error) {
		if c.Number != number {
			return applied{fs.Result{Steps: make([]fs.StepResult, len(plan.Steps))}}, card.ErrOtherCard
		}
		steps := make([]fs.StepResult, len(plan.Steps))
		res, err := c.Files.Apply(ctx, plan, func(i int, r fs.StepResult) {
			steps[i] = r
			hub.Tell(progressMsg{plan, append([]fs.StepResult(nil), steps...), i + 1})
		})
		return applied{res}, err
	})
	d.sent = true
	if d.request.ID == 0 {
		d.res, d.err, d.told = fs.Result{Steps: make([]fs.StepResult, len(plan.Steps))}, card.ErrOtherCard, true
	}
}

// Size implements ui.Dialog: the same for all pages.
func (d *dialog) Size(w, h int) (dw, dh int) { return min(100, w), min(max(h-4, 18), h, 32) }

// String keeps what the plan holds out of prints.
func (d *dialog) String() string { return strings.TrimSpace("change " + d.plan.Title) }
