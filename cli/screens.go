package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/charmbracelet/x/term"

	"simscope/card"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/texts"
	"simscope/tui"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// screens starts the full-screen program, or, where there is no terminal for
// one, says what to use instead.
func (p *program) screens(ctx context.Context) error {
	if p.f.json {
		return usage("json_screens")
	}
	in, out, ok := p.terminal()
	if !ok {
		return p.plain(ctx)
	}
	if len(p.f.verify) > 0 || p.f.app != "" {
		return usage("verify_screens")
	}
	rs, err := p.readers(true)
	if err != nil {
		return err
	}
	extra := &extraReaders{}
	theme, err := ui.NewTheme(ui.ThemeOptions{Name: p.themeName(), ASCII: p.useASCII(), NoColor: p.io.Vars("NO_COLOR")})
	if err != nil {
		return err
	}
	p.recorder = &recorder{}
	if p.f.record != "" {
		if err := p.recorder.start(p.f.record, trace.Header{Time: time.Now()}); err != nil {
			return err
		}
	}
	protocol, err := parseProtocol(p.f.protocol)
	if err != nil {
		return err
	}
	rs.Add(extra)
	hub := app.NewHub(rs, app.OpenOptions{
		Mode: p.mode(), Protocol: protocol, Observe: p.recorder.observe, Now: cardClock(p.io.Vars),
	})
	first, err := p.firstReader(ctx, rs)
	if err != nil {
		return err
	}
	err = tui.Run(ctx, tui.Options{
		Hub: hub, Theme: theme, ThemeFixed: p.themeName() != "auto", ASCII: p.useASCII(),
		Now: clock(p.io.Vars), Vars: p.io.Vars, Open: first, Recording: p.f.record,
		OpenFile: extra.open, Record: p.record, Demo: p.f.demo,
	}, in, out)
	if hub.LeftOpen() {
		p.linger()
	}
	return err
}

// terminal is where the screens can be shown: both ends a terminal that
// understands more than lines.
func (p *program) terminal() (in, out *os.File, ok bool) {
	in, inOK := p.io.In.(*os.File)
	out, outOK := p.io.Out.(*os.File)
	if !inOK || !outOK || p.io.Vars("TERM") == "dumb" {
		return nil, nil, false
	}
	return in, out, term.IsTerminal(in.Fd()) && term.IsTerminal(out.Fd())
}

// plain is what remains without a terminal: what `info` says of the card, or
// what is missing.
func (p *program) plain(ctx context.Context) error {
	fmt.Fprintln(p.io.Err, texts.Say("out.plain"))
	return p.withCard(ctx, p.info)
}

func (p *program) themeName() string {
	if p.f.noColor {
		return "monochrome"
	}
	return p.f.theme
}

// useASCII reports whether signs beyond ASCII are to be avoided: asked for,
// or a locale that is not UTF-8.
func (p *program) useASCII() bool {
	if p.f.ascii {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := p.io.Vars(name); v != "" {
			l := strings.ToLower(v)
			return !strings.Contains(l, "utf-8") && !strings.Contains(l, "utf8")
		}
	}
	return false
}

// clock is the time the screens show; SIMSCOPE_CLOCK fixes it for pictures.
func clock(vars func(string) string) func() time.Time {
	at, err := time.Parse(time.RFC3339, vars("SIMSCOPE_CLOCK"))
	if err != nil {
		return time.Now
	}
	return func() time.Time { return at }
}

// cardClock is the time exchanges with a card carry. With SIMSCOPE_CLOCK it
// goes on by the same step at every look, so that pictures show durations and
// are the same from run to run.
func cardClock(vars func(string) string) func() time.Time {
	if vars("SIMSCOPE_CLOCK") == "" {
		return time.Now
	}
	var looks atomic.Int64
	start := clock(vars)()
	return func() time.Time { return start.Add(time.Duration(looks.Add(1)) * clockStep) }
}

// clockStep is about half of what a command to a real card takes.
const clockStep = 3700 * time.Microsecond

// firstReader is the reader whose card is opened at once: the one asked for,
// that of a recording or image, or the only real one with a card.
func (p *program) firstReader(ctx context.Context, rs *app.Readers) (*card.Reader, error) {
	ctx, cancel := context.WithTimeout(ctx, app.NameAfter)
	defer cancel()
	list, err := rs.List(ctx)
	if p.f.reader != "" {
		if len(list) == 0 && err != nil {
			return nil, err
		}
		r, err := app.Choose(list, p.f.reader)
		return &r, err
	}
	if p.f.replay != "" || p.f.image != "" {
		r, err := app.Choose(list, "")
		return &r, err
	}
	var full []card.Reader
	for _, r := range list {
		if r.ID.Provider == "pcsc" && r.State.HasCard() && r.State != card.ReaderExclusive {
			full = append(full, r)
		}
	}
	if len(full) != 1 {
		return nil, nil
	}
	return &full[0], nil
}

// record starts recording to a file, or stops with an empty name.
func (p *program) record(name string) error {
	if name == "" {
		return p.recorder.stop()
	}
	return p.recorder.start(name, trace.Header{Time: time.Now()})
}

// extraReaders are the recordings and card images opened while the screens
// are shown.
type extraReaders struct{ app.Extra }

// open makes a reader of a file: a recording, else a card image.
func (e *extraReaders) open(name string) (card.Reader, error) {
	f, err := os.Open(name)
	if err != nil {
		return card.Reader{}, fileProblem(err, texts.Say("tried.open"))
	}
	defer f.Close()
	rec, err := trace.ReadRecording(f)
	if err == nil {
		return e.Use(trace.NewProvider(rec))
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return card.Reader{}, fileProblem(err, texts.Say("tried.open"))
	}
	img, err := virtual.ReadImage(f)
	if err != nil {
		return card.Reader{}, err
	}
	v, err := virtual.NewProvider(virtual.Slot{Name: filepath.Base(name), About: "image", Image: img})
	if err != nil {
		return card.Reader{}, err
	}
	return e.Use(v)
}
