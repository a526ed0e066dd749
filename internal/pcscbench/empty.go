//go:build linux

package pcscbench

import (
	"os"
	"path/filepath"
)

// RemoveReaders takes the virtual reader out of pcscd's configuration and
// restarts it: a service without any reader. Cards cannot be plugged in after
// it.
func (b *Bench) RemoveReaders() error {
	if err := os.Remove(filepath.Join(b.dir, "conf", "vpcd")); err != nil {
		return err
	}
	return b.Restart()
}
