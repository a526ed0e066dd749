package card

import "time"

// SetBusyPause shortens the pause after 9300 and returns what restores it.
func SetBusyPause(d time.Duration) (restore func()) {
	old := busyPause
	busyPause = d
	return func() { busyPause = old }
}

// PINData is the data field of the command that a request leads to.
func (s *Session) PINData(req PINRequest) (Command, error) { return s.pinCommand(req) }

// SecretPairs lists the key files as directory and file.
func SecretPairs() (pairs [][2]FID) {
	for _, s := range secretFiles {
		pairs = append(pairs, [2]FID{s.parent, s.fid})
	}
	return pairs
}
