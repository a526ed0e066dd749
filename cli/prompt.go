package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/x/term"

	"simscope/card/safe"
	"simscope/texts"
)

// prompter asks the person on the terminal, or reads lines of standard input
// when that is not one.
type prompter struct {
	ctx context.Context // of the command; when it ends, so does the asking
	in  io.Reader
	out io.Writer // questions go to standard error
	dog *watchdog
}

func (p *program) prompter(ctx context.Context) *prompter {
	return &prompter{ctx: ctx, in: p.io.In, out: p.io.Err, dog: p.dog}
}

// typed is what a person gave, or why not.
type typed struct {
	b   []byte
	err error
}

// read waits for what read brings, or for the end of the command: a read from
// a terminal cannot be called back, and Ctrl-C must end it all the same.
func (q *prompter) read(read func() ([]byte, error)) ([]byte, error) {
	got := make(chan typed, 1)
	go func() {
		b, err := read()
		got <- typed{b, err}
	}()
	select {
	case t := <-got:
		return t.b, t.err
	case <-q.ctx.Done():
		return nil, context.Canceled
	}
}

func (q *prompter) terminal() (*os.File, bool) {
	f, ok := q.in.(*os.File)
	return f, ok && term.IsTerminal(f.Fd())
}

// maxSecretLine bounds a line that holds a secret.
const maxSecretLine = 64

// How an answer can be none, beside the problem that it is: a caller may let an
// empty line stand for something, but never the end of the input.
var (
	errEmptyLine = errors.New("the line is empty")
	errInputEnd  = errors.New("the input has ended")
)

// noSecret is the problem that no secret came, for that reason.
func noSecret(why error) error { return fmt.Errorf("%w: %w", problem("no_secret", ""), why) }

// secret asks for a secret: hidden on a terminal, else a line of standard
// input.
func (q *prompter) secret(question string) (safe.Secret, error) {
	return q.secretOf(question, maxSecretLine)
}

// secretOf is secret for a line of another length.
func (q *prompter) secretOf(question string, limit int) (safe.Secret, error) {
	var s safe.Secret
	err := q.dog.asking(func() error {
		f, tty := q.terminal()
		if !tty {
			b, err := q.read(func() ([]byte, error) { return q.lineOf(limit) })
			s = safe.NewSecret(b)
			return err
		}
		fmt.Fprint(q.out, question+": ")
		b, err := q.hidden(f.Fd())
		fmt.Fprintln(q.out)
		if errors.Is(err, context.Canceled) {
			return err
		}
		if err != nil {
			return noSecret(errInputEnd)
		}
		s = safe.NewSecret(b)
		return nil
	})
	if err == nil && s.Len() == 0 {
		return s, noSecret(errEmptyLine)
	}
	return s, err
}

// hidden reads a line that is not shown, and leaves the terminal as it was.
func (q *prompter) hidden(fd uintptr) ([]byte, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	b, err := q.read(func() ([]byte, error) { return term.ReadPassword(fd) })
	if errors.Is(err, context.Canceled) {
		_ = term.Restore(fd, before)
	}
	return b, err
}

// line reads one line of standard input byte by byte, so that nothing of the
// next secret is buffered in places that are not cleared.
func (q *prompter) line() ([]byte, error) { return q.lineOf(maxSecretLine) }

func (q *prompter) lineOf(limit int) ([]byte, error) {
	b := make([]byte, 0, limit)
	one := make([]byte, 1)
	for {
		n, err := q.in.Read(one)
		if n == 1 {
			if one[0] == '\n' {
				break
			}
			if len(b) == limit {
				clear(b)
				return nil, problem("no_secret", "")
			}
			b = append(b, one[0])
		}
		if err != nil {
			if errors.Is(err, io.EOF) && len(b) > 0 {
				break
			}
			clear(b)
			return nil, noSecret(errInputEnd)
		}
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return b, nil
}

// confirm asks for a word to be typed. Standard input that is no terminal
// gives it as a line too.
func (q *prompter) confirm(question, word string) (bool, error) {
	var ok bool
	err := q.dog.asking(func() error {
		fmt.Fprintln(q.out, question)
		fmt.Fprint(q.out, texts.Say("prompt.word", "word", word)+" ")
		b, err := q.read(q.line)
		if errors.Is(err, context.Canceled) {
			return err
		}
		if err != nil {
			return nil // no answer is no confirmation
		}
		ok = string(b) == word
		return nil
	})
	return ok, err
}
