//go:build cgo || windows

package pcsc

import (
	"errors"
	"slices"
	"time"

	"github.com/ebfe/scard"

	"simscope/card"
)

// Available reports whether this build can talk to a PC/SC service.
func Available() bool { return true }

func newService() service { return scardService{} }

// codeOf makes our code of the binding's. The binding's own Error method
// writes into a buffer of the C library that all threads share.
func codeOf(err error) error {
	var e scard.Error
	if errors.As(err, &e) {
		return code(e)
	}
	return err
}

type scardService struct{}

func (scardService) establish() (connection, error) {
	var c *scard.Context
	err := guard("SCardEstablishContext", func() (err error) {
		c, err = scard.EstablishContext()
		return err
	})
	if err != nil {
		return nil, refused(codeOf(err), thisHost())
	}
	return &scardConnection{c}, nil
}

// refused tells a service that refuses this program from one that does not
// run: pcscd hangs up on a client that it refuses, and it depends on the
// moment which of several codes the library makes of that.
func refused(err error, h host) error {
	var c code
	if !errors.As(err, &c) || c == codeStopped {
		return err
	}
	if r, ok := lookUp(c); ok && r.open == card.KindServiceDown && h.listens() {
		return codeDenied
	}
	return err
}

type scardConnection struct{ ctx *scard.Context }

// readers tries again where a reader came between the two halves of the
// question: the binding asks for the size and for the names apart.
func (c *scardConnection) readers() ([]string, error) {
	var names []string
	var err error
	for range 3 {
		err = guard("SCardListReaders", func() (err error) {
			names, err = c.ctx.ListReaders()
			return err
		})
		if !errors.Is(err, scard.ErrInsufficientBuffer) {
			break
		}
	}
	var crash *crashError
	switch {
	case errors.Is(err, scard.ErrNoReadersAvailable):
		return nil, nil
	case errors.As(err, &crash):
		// A list of zero bytes: some services say "none" that way.
		return nil, nil
	case err != nil:
		return nil, codeOf(err)
	}
	return names[:min(len(names), maxReaders)], nil
}

// statusChange is called by the monitor alone. The binding keeps one buffer
// for each name alive, so no name may stand twice in the list; it panics on
// an empty list; and it keeps an ATR it was given where there is none now.
func (c *scardConnection) statusChange(states []readerState, timeout time.Duration) error {
	if len(states) == 0 {
		return nil
	}
	rows := make([]scard.ReaderState, len(states))
	for i, s := range states {
		if slices.ContainsFunc(states[:i], func(o readerState) bool { return o.name == s.name }) {
			return errDuplicate
		}
		rows[i] = scard.ReaderState{Reader: s.name, CurrentState: scard.StateFlag(s.current)}
	}
	err := guard("SCardGetStatusChange", func() error { return c.ctx.GetStatusChange(rows, timeout) })
	if err != nil {
		return codeOf(err)
	}
	for i, r := range rows {
		states[i].event = uint32(r.EventState)
		states[i].atr = nil
		if uint32(r.EventState)&statePresent != 0 && len(r.Atr) <= maxATR {
			states[i].atr = slices.Clone(r.Atr)
		}
	}
	return nil
}

func (c *scardConnection) connect(reader string, exclusive bool, protocols uint32) (handle, error) {
	var h *scard.Card
	err := guard("SCardConnect", func() (err error) {
		h, err = c.ctx.Connect(reader, shareMode(exclusive), scard.Protocol(protocols))
		return err
	})
	if err != nil {
		return nil, codeOf(err)
	}
	return &scardHandle{h, newSender(h)}, nil
}

func shareMode(exclusive bool) scard.ShareMode {
	if exclusive {
		return scard.ShareExclusive
	}
	return scard.ShareShared
}

func (c *scardConnection) release() error {
	return codeOf(guard("SCardReleaseContext", c.ctx.Release))
}

type scardHandle struct {
	card *scard.Card
	out  *sender
}

func (h *scardHandle) protocol() uint32 { return uint32(h.card.ActiveProtocol()) }

func (h *scardHandle) status() (cardStatus, error) {
	var s *scard.CardStatus
	err := guard("SCardStatus", func() (err error) {
		s, err = h.card.Status()
		return err
	})
	if err != nil {
		return cardStatus{}, codeOf(err)
	}
	return cardStatus{
		state:    uint32(s.State),
		protocol: uint32(s.ActiveProtocol),
		atr:      slices.Clone(s.Atr[:min(len(s.Atr), maxATR)]),
	}, nil
}

// transmit copies the answer out of the 64 KiB that were made for it and wipes
// that: it would live longer than the answer, and holds what the card said.
// The binding panics on an empty command and on a protocol that is neither T=0
// nor T=1, and a command of one byte stops vpcd's reader thread.
func (h *scardHandle) transmit(apdu []byte) ([]byte, error) {
	if len(apdu) < minCommand || len(apdu) > maxCommand {
		return nil, errCommandLength
	}
	if p := h.protocol(); p != protocolT0 && p != protocolT1 {
		return nil, errNoProtocol
	}
	var answer []byte
	err := guard("SCardTransmit", func() error {
		raw, err := h.out.transmit(apdu)
		answer = slices.Clone(raw)
		clear(raw[:cap(raw)])
		return err
	})
	if err != nil {
		return nil, codeOf(err)
	}
	return answer, nil
}

func (h *scardHandle) begin() error {
	return codeOf(guard("SCardBeginTransaction", h.card.BeginTransaction))
}

func (h *scardHandle) end() error {
	return codeOf(guard("SCardEndTransaction", func() error { return h.card.EndTransaction(scard.LeaveCard) }))
}

func (h *scardHandle) reconnect(exclusive bool, protocols, disposition uint32) error {
	return codeOf(guard("SCardReconnect", func() error {
		return h.card.Reconnect(shareMode(exclusive), scard.Protocol(protocols), scard.Disposition(disposition))
	}))
}

func (h *scardHandle) disconnect(disposition uint32) error {
	return codeOf(guard("SCardDisconnect", func() error { return h.card.Disconnect(scard.Disposition(disposition)) }))
}
