package kit

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"simscope/card/safe"
)

// FileName is the file that a person means by what was typed, a leading ~ filled
// in as a shell does.
func (e *Env) FileName(typed string) string {
	name := strings.TrimSpace(typed)
	if rest, ok := strings.CutPrefix(name, "~/"); ok && e.Var("HOME") != "" {
		return filepath.Join(e.Var("HOME"), rest)
	}
	return name
}

// Reason is why a file could not be read or written, without its name.
func Reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return safe.Text(err.Error())
}

// WriteNew is WriteNewBy for bytes that are there.
func WriteNew(name string, b []byte) error {
	return WriteNewBy(name, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// WriteNewBy writes a file that only its owner can read and that was not there
// before. What could not be written to its end is taken away again.
func WriteNewBy(name string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			_ = os.Remove(name)
		}
	}()
	return write(f)
}
