package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
)

// IO is what the program reads and writes.
type IO struct {
	In   io.Reader
	Out  io.Writer
	Err  io.Writer
	Vars func(string) string // environment variables
}

// Main runs the command line and returns the exit code.
func Main(args []string, streams IO) int {
	// A panic's trace shows arguments of functions; one frame's worth of
	// goroutines is enough to find the fault.
	debug.SetTraceback("single")
	p := &program{io: streams}
	if len(args) == 1 && args[0] == "--version" {
		// The question scripts ask most: answered before anything is built.
		p.printVersion()
		return ExitOK
	}
	return p.run(args)
}

// run is one run with these arguments, and its exit code.
func (p *program) run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(p.io.In)
	root.SetOut(p.io.Out)
	root.SetErr(p.io.Err)
	cmd, err := root.ExecuteContextC(ctx)
	if e := p.finish(); err == nil {
		err = e
	}
	if err == nil {
		return ExitOK
	}
	// A flag that cannot be read may stand before --json.
	p.f.json = p.f.json || slices.Contains(args, "--json")
	return p.fail(cmd, err)
}

// program is one run of the command line.
type program struct {
	io       IO
	f        flags
	rs       *app.Readers
	recorder *recorder
	dog      *watchdog
	app      card.AID // that --app names on the open card
	bare     bool     // nothing is to be read but what the command itself asks
	problem  bool     // the JSON document was printed already
}

// flags are the global ones.
type flags struct {
	reader, image, replay, record  string
	theme                          string
	demo, readOnly, write, secrets bool
	json, noColor, ascii, version  bool
	hidden                         bool // contacts that are marked as hidden are shown
	protocol                       string
	app                            string   // the application that is meant
	verify                         []string // PINs to verify before the command's work
}

func (p *program) printVersion() { fmt.Fprintln(p.io.Out, "simscope "+Version) }

// usage makes the error for words or flags that do not fit. The words
// themselves are not repeated.
func usage(id string, args ...any) error {
	return &problemError{app.Problem{ID: "usage", Answer: texts.Say("usage."+id, args...), Next: texts.Say("usage.next", "command", "simscope")}}
}

// problem makes an error from the texts "problem.<id>".
func problem(id, tried string, args ...any) error {
	return &problemError{app.Problem{
		ID: id, Tried: tried,
		Answer: texts.Say("problem."+id, args...), Next: texts.Maybe("problem."+id+".next", args...),
	}}
}

// fail tells of an error and returns the exit code.
func (p *program) fail(cmd *cobra.Command, err error) int {
	pr := problemOf(err, p.tried(cmd))
	if pr.ID == "usage" && cmd != nil { // the help of the command that was meant
		pr.Next = texts.Say("usage.next", "command", cmd.CommandPath())
	}
	if p.f.json {
		if !p.problem {
			p.printJSON(map[string]any{"error": pr})
		}
	} else {
		fmt.Fprintf(p.words(p.io.Err), "simscope: %s\n", pr)
	}
	return codeOf(pr)
}

// tried is what the person wanted, for an error: the command's name.
func (p *program) tried(cmd *cobra.Command) string {
	if cmd == nil || cmd.Parent() == nil {
		return ""
	}
	name := cmd.Name()
	if cmd.Parent().Parent() != nil {
		name = cmd.Parent().Name() + " " + name
	}
	return name
}

// printJSON writes the one document of a command.
func (p *program) printJSON(v any) {
	p.problem = true
	e := json.NewEncoder(jsonWriter{p.io.Out})
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(v)
}

// jsonWriter escapes what encoding/json leaves as it is and a terminal may
// obey or hide: DEL, C1 controls, direction marks. Documents come whole.
type jsonWriter struct{ w io.Writer }

// Write implements io.Writer. It reports what it was given as written.
func (j jsonWriter) Write(b []byte) (int, error) {
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		switch {
		case r < 0x7F || r > 0x7F && unicode.IsPrint(r):
			out = utf8.AppendRune(out, r)
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	if _, err := j.w.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// emit prints v as JSON, or calls text.
func (p *program) emit(v any, text func(w io.Writer)) error {
	if p.f.json {
		p.printJSON(v)
		return nil
	}
	text(p.words(p.io.Out))
	return nil
}

// words is where sentences are written: with --ascii, the few signs beyond
// ASCII that they are written with are replaced.
func (p *program) words(w io.Writer) io.Writer {
	if p.useASCII() {
		return plainWriter{w}
	}
	return w
}

type plainWriter struct{ w io.Writer }

var plainSigns = strings.NewReplacer("…", "...", "·", "-", "•", "*", "–", "-", "—", "-", "→", "->", "✓", "+", "✗", "x")

// Write implements io.Writer. It reports what it was given as written.
func (p plainWriter) Write(b []byte) (int, error) {
	if _, err := plainSigns.WriteString(p.w, string(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// mode is what the flags permit.
func (p *program) mode() card.WriteMode {
	switch {
	case p.f.readOnly:
		return card.ReadOnlyLocked
	case p.f.write:
		return card.WriteArmed
	}
	return card.ReadOnly
}

// finish closes what outlives a command.
func (p *program) finish() error {
	if p.recorder == nil {
		return nil
	}
	return p.recorder.stop()
}
