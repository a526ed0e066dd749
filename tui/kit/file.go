package kit

import (
	"io"
	"os"
)

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
