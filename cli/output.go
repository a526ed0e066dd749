package cli

import (
	"io"
	"os"
	"slices"
	"strings"

	"simscope/tui/app"
)

// newFile makes a file that only its owner can read and that was not there
// before.
func newFile(name, tried string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fileProblem(err, tried)
	}
	return f, nil
}

// closeNew closes a new file. It is taken away again where err says that it was
// not written to its end, or where closing does.
func closeNew(f *os.File, err error, tried string) error {
	if e := f.Close(); err == nil && e != nil {
		err = fileProblem(e, tried)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// formatOf is the format to write a file in: the one named, or the one that
// the end of the file's name asks for. id is the text for a format that there
// is not.
func formatOf(file, format, id string, formats ...string) (string, error) {
	if format == "" {
		format, wrong := app.Ending(file, formats...)
		if wrong != "" {
			return "", usage("ending_or_format", "why", wrong)
		}
		return format, nil
	}
	if format = strings.ToLower(format); !slices.Contains(formats, format) {
		return "", usage(id)
	}
	return format, nil
}

// writeNew makes a new file and writes it.
func writeNew(name, tried string, write func(io.Writer) error) error {
	f, err := newFile(name, tried)
	if err != nil {
		return err
	}
	if err = write(f); err != nil {
		err = fileProblem(err, tried)
	}
	return closeNew(f, err, tried)
}
