//go:build linux

package pcscbench

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// Controls of the vpcd protocol: messages of one byte.
const (
	vpcdOff   = 0x00
	vpcdOn    = 0x01
	vpcdReset = 0x02
	vpcdATR   = 0x04
)

// plugTimeout bounds how long the reader's port may be closed: pcscd opens it
// a moment after it starts.
const plugTimeout = 10 * time.Second

// play connects to the slot's port and is a card until the reader goes away.
func play(s Spec, plugged func()) error {
	conn, err := dial(PortSlot0 + s.Slot)
	if err != nil {
		return err
	}
	defer conn.Close()
	plugged()
	if len(s.ATR) == 0 {
		s.ATR = ATRT0
	}
	p := &player{spec: s, conn: conn}
	for {
		msg, err := p.receive()
		if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, unix.ECONNRESET) {
			return nil
		}
		if err != nil {
			return err
		}
		if leave, err := p.handle(msg); leave || err != nil {
			return err
		}
	}
}

func dial(port int) (*net.TCPConn, error) {
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	for end := time.Now().Add(plugTimeout); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			return c.(*net.TCPConn), nil
		}
		if time.Now().After(end) {
			return nil, err
		}
	}
}

type player struct {
	spec       Spec
	conn       *net.TCPConn
	verified   bool
	muted      bool
	on, resets byte
}

// receive reads one message. vpcd sends its length and its body apart, and
// the kernel goes back to delaying acknowledgements by itself: without quick
// ones every command would take 44 ms.
func (p *player) receive() ([]byte, error) {
	var head [2]byte
	if err := p.full(head[:]); err != nil {
		return nil, err
	}
	msg := make([]byte, binary.BigEndian.Uint16(head[:]))
	return msg, p.full(msg)
}

func (p *player) full(b []byte) error {
	raw, err := p.conn.SyscallConn()
	if err != nil {
		return err
	}
	err = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1)
	})
	if err != nil {
		return err
	}
	_, err = io.ReadFull(p.conn, b)
	return err
}

func (p *player) send(b []byte) error {
	_, err := p.conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
	return err
}

// handle meets one message; leave says that the card goes.
func (p *player) handle(msg []byte) (leave bool, err error) {
	if len(msg) == 1 {
		return false, p.control(msg[0])
	}
	if p.muted || len(msg) < 4 {
		return false, nil
	}
	for _, r := range p.spec.Rules {
		if !bytes.HasPrefix(msg, r.Prefix) {
			continue
		}
		time.Sleep(r.Delay)
		switch r.Fault {
		case FaultDie:
			return true, nil
		case FaultMute:
			p.muted = true
			return false, nil
		}
		return false, p.send(r.Answer)
	}
	return false, p.send(p.answer(msg))
}

func (p *player) control(b byte) error {
	switch b {
	case vpcdOff:
		p.verified = false
	case vpcdOn:
		p.verified, p.muted = false, false
		p.on++
	case vpcdReset:
		p.verified, p.muted = false, false
		p.resets++
	case vpcdATR:
		return p.send(p.spec.ATR)
	}
	return nil
}

func (p *player) answer(cmd []byte) []byte {
	ok := []byte{0x90, 0x00}
	if cmd[0] != 0x80 {
		return ok
	}
	switch cmd[1] {
	case InsVerify:
		p.verified = true
	case InsAsk:
		if !p.verified {
			return []byte{0x69, 0x82}
		}
	case InsCount:
		return append([]byte{p.on, p.resets}, ok...)
	case InsEcho:
		return append(bytes.Clone(cmd), ok...)
	}
	return ok
}
