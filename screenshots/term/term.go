//go:build unix

package term

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"simscope/screenshots/svg"
)

// quiet is how long nothing may be written for a screen to count as settled.
const quiet = 250 * time.Millisecond

// look is how often the screen is looked at while waiting.
const look = 20 * time.Millisecond

// Terminal is a program that runs and the screen it draws on.
type Terminal struct {
	cmd     *exec.Cmd
	pty     *os.File
	ended   chan struct{} // closed when the program has closed its side
	replies sync.WaitGroup

	mu     sync.Mutex
	screen *vt.Emulator
	cursor bool
	last   time.Time // when something was last written; zero before that
}

// Options say what to run and on what terminal.
type Options struct {
	Cols, Rows int
	Argv       []string
	Env        []string // the whole environment of the program
	Dir        string
	// Foreground and Background are what the terminal tells a program that
	// asks for its colours.
	Foreground, Background color.Color
}

// Start runs a program. Close must be called in the end.
func Start(o Options) (*Terminal, error) {
	if len(o.Argv) == 0 {
		return nil, errors.New("term: no program named")
	}
	if o.Cols < 1 || o.Rows < 1 || o.Cols > 500 || o.Rows > 500 {
		return nil, fmt.Errorf("term: a terminal of %d by %d cells cannot be had", o.Cols, o.Rows)
	}
	t := &Terminal{
		cmd: exec.Command(o.Argv[0], o.Argv[1:]...), ended: make(chan struct{}),
		screen: vt.NewEmulator(o.Cols, o.Rows), cursor: true,
	}
	t.cmd.Env, t.cmd.Dir = o.Env, o.Dir
	if o.Foreground != nil {
		t.screen.SetDefaultForegroundColor(o.Foreground)
	}
	if o.Background != nil {
		t.screen.SetDefaultBackgroundColor(o.Background)
	}
	t.screen.SetCallbacks(vt.Callbacks{CursorVisibility: func(on bool) { t.cursor = on }})
	var err error
	t.pty, err = pty.StartWithSize(t.cmd, &pty.Winsize{Cols: uint16(o.Cols), Rows: uint16(o.Rows)})
	if err != nil {
		return nil, fmt.Errorf("term: %s does not start: %w", o.Argv[0], err)
	}
	t.replies.Add(1)
	go t.answer()
	go t.read()
	return t, nil
}

// answer carries the emulator's replies to the program; without it the
// emulator would stop at the first query.
func (t *Terminal) answer() {
	defer t.replies.Done()
	buf := make([]byte, 1024)
	for {
		n, err := t.screen.Read(buf)
		if n > 0 {
			_, _ = t.pty.Write(buf[:n]) // a program that has ended needs no answer
		}
		if err != nil {
			return
		}
	}
}

func (t *Terminal) read() {
	defer close(t.ended)
	buf := make([]byte, 32*1024)
	for {
		n, err := t.pty.Read(buf)
		if n > 0 {
			t.mu.Lock()
			_, _ = t.screen.Write(buf[:n])
			t.last = time.Now()
			t.mu.Unlock()
		}
		if err != nil {
			return // EIO when the program has ended
		}
	}
}

// Press sends keys, by name (Enter, Down, C-c, ...) or as they are.
func (t *Terminal) Press(keys ...string) error {
	for _, k := range keys {
		if _, err := io.WriteString(t.pty, keyBytes(k)); err != nil {
			return fmt.Errorf("term: key %q: %w", k, err)
		}
		// Keys of a person come one by one; an Esc that is followed at once
		// would be read as the start of a sequence.
		time.Sleep(look)
	}
	if len(keys) > 0 {
		t.mu.Lock()
		t.last = time.Now() // the program has its time to answer before the screen counts as settled
		t.mu.Unlock()
	}
	return nil
}

// WaitFor waits until the text of the screen matches.
func (t *Terminal) WaitFor(re *regexp.Regexp, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		over := t.over() // before looking: what was written last is on the screen then
		text := t.Text()
		if re.MatchString(text) {
			return nil
		}
		if over {
			return fmt.Errorf("term: the program ended before %q was seen; the screen:\n%s", re, text)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("term: %q was not seen within %v; the screen:\n%s", re, patience, text)
		}
		time.Sleep(look)
	}
}

// Settle waits until the program has written something, and then nothing more
// for a while.
func (t *Terminal) Settle(patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		t.mu.Lock()
		settled := !t.last.IsZero() && time.Since(t.last) >= quiet
		t.mu.Unlock()
		if settled || t.over() {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("term: the screen did not settle within %v", patience)
		}
		time.Sleep(look)
	}
}

func (t *Terminal) over() bool {
	select {
	case <-t.ended:
		return true
	default:
		return false
	}
}

// Screen copies what the screen shows.
func (t *Terminal) Screen() svg.Screen {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := svg.Screen{Cells: make([][]uv.Cell, t.screen.Height())}
	for y := range s.Cells {
		row := make([]uv.Cell, t.screen.Width())
		for x := range row {
			if c := t.screen.CellAt(x, y); c != nil {
				row[x] = *c
			}
		}
		s.Cells[y] = row
	}
	at := t.screen.CursorPosition()
	s.Cursor = svg.Cursor{X: at.X, Y: at.Y, Visible: t.cursor && !t.over()}
	return s
}

// Text is the screen's text, a line for each row, without trailing blanks.
func (t *Terminal) Text() string {
	var out strings.Builder
	for _, row := range t.Screen().Cells {
		var line strings.Builder
		for _, c := range row {
			line.WriteString(c.Content)
		}
		out.WriteString(strings.TrimRight(line.String(), " "))
		out.WriteByte('\n')
	}
	return out.String()
}

// Close hangs up, as a closed window does, and ends a program that stays on.
func (t *Terminal) Close() {
	_ = t.cmd.Process.Signal(syscall.SIGHUP)
	done := make(chan struct{})
	go func() { _ = t.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
		_ = t.cmd.Process.Kill()
		<-done
	}
	_ = t.pty.Close()
	<-t.ended
	if in, ok := t.screen.InputPipe().(io.Closer); ok {
		_ = in.Close() // ends answer; the emulator's own Close races with Read
	}
	t.replies.Wait()
}
