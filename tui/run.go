package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"simscope/tui/cells"
)

// exitTime bounds how long the program waits, on its way out, for a change to
// come to its end and for the card to be reset.
const exitTime = 8 * time.Second

// drawTime bounds how long a terminal may take for the last of what is drawn,
// once the program was asked to end and the cards are let go of.
const drawTime = 2 * time.Second

// frames per second: enough for the eye, and kind to a slow line.
const frames = 30

// Run shows the screens until the person leaves, the line is hung up or the
// program is asked to end. However it ends, the terminal is restored, a
// change that has begun comes to its end, and a card on which a PIN was
// verified is reset.
func Run(ctx context.Context, o Options, in io.Reader, out io.Writer) (err error) {
	m := New(o)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer closeCards(o)
	var root tea.Model = m
	if f, ok := out.(term.File); ok {
		root, out = painted{m}, cells.File{File: f}
	}
	p := tea.NewProgram(root, programOptions(o, in, out)...)
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP, syscall.SIGTERM)
	defer signal.Stop(hangup)
	var asked atomic.Bool
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-hangup:
		case <-ctx.Done(): // the same signal may end the context first
		case <-over:
			return
		}
		asked.Store(true)
		// The terminal may be gone and no longer take what Quit draws, so
		// the cards are let go of first.
		closeCards(o)
		go p.Kill()
		select {
		case <-over:
		case <-time.After(drawTime):
			os.Exit(0) // what is on its way to a stalled terminal holds the framework for ever
		}
	}()
	go func() {
		defer func() {
			if r := recover(); r != nil {
				p.Kill()
			}
		}()
		o.Hub.Run(ctx, func(e any) { p.Send(e) })
	}()
	_, err = p.Run()
	if m.quit || err == nil || asked.Load() {
		return nil
	}
	return fmt.Errorf("the screen ended: %w", err)
}

func closeCards(o Options) {
	ctx, cancel := context.WithTimeout(context.Background(), exitTime)
	defer cancel()
	o.Hub.Close(ctx)
}

// painted is the root model with its frames made ready for the renderer
// (package cells).
type painted struct{ *Model }

// Update implements tea.Model.
func (p painted) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := p.Model.Update(msg)
	return p, cmd
}

// View implements tea.Model.
func (p painted) View() tea.View {
	v := p.Model.View()
	v.Content = cells.Split(v.Content, p.w)
	return v
}

func programOptions(o Options, in io.Reader, out io.Writer) []tea.ProgramOption {
	opts := []tea.ProgramOption{
		tea.WithInput(in), tea.WithOutput(out), tea.WithFPS(frames),
	}
	// The framework reads NO_COLOR as a truth value; any value counts.
	if o.Vars("NO_COLOR") != "" && !o.ThemeFixed {
		opts = append(opts, tea.WithColorProfile(colorprofile.Ascii))
	}
	return opts
}
