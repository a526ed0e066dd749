//go:build !cgo && !windows

package pcsc

// Available reports whether this build can talk to a PC/SC service.
func Available() bool { return false }

// newService has no service to offer: libpcsclite is reached through cgo.
func newService() service { return noService{} }

type noService struct{}

func (noService) establish() (connection, error) { return nil, ErrUnavailable }
