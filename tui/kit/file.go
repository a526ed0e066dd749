package kit

import "os"

// WriteNew writes a file that only its owner can read and that was not there
// before. What could not be written to its end is taken away again.
func WriteNew(name string, b []byte) (err error) {
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
	_, err = f.Write(b)
	return err
}
