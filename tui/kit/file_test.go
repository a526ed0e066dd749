package kit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A file is new and its owner's alone; one that is there stays as it is.
func TestWriteNew(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := WriteNew(name, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if i, err := os.Stat(name); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", i, err)
	}
	if err := WriteNew(name, []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	if b, err := os.ReadFile(name); err != nil || string(b) != "one" {
		t.Errorf("%q %v", b, err)
	}
}
