package vpcd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Card is what is plugged in. Serve calls it from one goroutine.
type Card interface {
	PowerOn() (atr []byte)
	PowerOff()
	Reset() (atr []byte)
	// Process answers an APDU with at least two bytes.
	Process(apdu []byte) []byte
}

// DefaultAddr is where pcscd's vpcd listens for its first virtual reader.
const DefaultAddr = "localhost:35963"

// Controls of the protocol: messages of one byte.
const (
	ctrlOff   = 0x00
	ctrlOn    = 0x01
	ctrlReset = 0x02
	ctrlATR   = 0x04
)

// maxMessage is the longest message that the length field can announce.
const maxMessage = 0xFFFF

// ErrMessage says that an answer does not fit the protocol's length field.
var ErrMessage = errors.New("answer is longer than the reader can take")

// Server keeps a card plugged in.
type Server struct {
	Addr string // host:port; empty for DefaultAddr
	Card Card
	// Reconnect is how long to wait before the next attempt after the reader
	// could not be reached or went away; 0 gives up at once.
	Reconnect time.Duration
	// Notify, if set, is told when the card is plugged in (nil) and why it
	// is not any more. It is called from the goroutine of Serve.
	Notify func(err error)
}

// Serve connects the card to the reader at addr and answers until ctx ends,
// which is no error, or the reader goes away.
func Serve(ctx context.Context, addr string, c Card) error {
	s := Server{Addr: addr, Card: c}
	return s.Serve(ctx)
}

// Serve keeps the card plugged in until ctx ends, which is no error. Without
// Reconnect it returns as soon as the reader cannot be reached or goes away.
func (s *Server) Serve(ctx context.Context) error {
	for {
		err := s.once(ctx)
		s.Card.PowerOff()
		if ctx.Err() != nil {
			return nil
		}
		s.notify(err)
		if s.Reconnect <= 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(s.Reconnect):
		}
	}
}

func (s *Server) notify(err error) {
	if s.Notify != nil {
		s.Notify(err)
	}
}

// once serves one connection.
func (s *Server) once(ctx context.Context) error {
	addr := s.Addr
	if addr == "" {
		addr = DefaultAddr
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("virtual reader: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close() //nolint:errcheck // nothing is left to be done about it
	s.notify(nil)
	return serveConn(conn, s.Card)
}

// serveConn answers messages until the connection ends. The buffer is as
// large as a message can be and no length that arrives makes it grow.
func serveConn(conn net.Conn, c Card) error {
	buf := make([]byte, 2+maxMessage)
	defer clear(buf)
	for {
		msg, err := receive(conn, buf)
		if err != nil {
			return err
		}
		answer, ok := answer(c, msg)
		clear(msg)
		if !ok {
			continue
		}
		if err := send(conn, buf, answer); err != nil {
			return err
		}
	}
}

// answer is what to send back to a message; ok is false for controls, which
// have no answer but the ATR.
func answer(c Card, msg []byte) (out []byte, ok bool) {
	if len(msg) == 1 {
		switch msg[0] {
		case ctrlOff:
			c.PowerOff()
			return nil, false
		case ctrlOn:
			c.PowerOn()
			return nil, false
		case ctrlReset:
			c.Reset()
			return nil, false
		case ctrlATR:
			return atr(c), true
		}
	}
	return c.Process(msg), true
}

// atrTeller is a card that can say its ATR without being reset.
type atrTeller interface{ ATR() []byte }

// atr asks for the ATR without disturbing the card where it can tell: the
// reader asks again and again while a program uses the card.
func atr(c Card) []byte {
	if t, ok := c.(atrTeller); ok {
		return t.ATR()
	}
	return c.PowerOn()
}

// receive reads one message into buf.
func receive(conn net.Conn, buf []byte) ([]byte, error) {
	if err := readAll(conn, buf[:2]); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("virtual reader closed the connection: %w", err)
		}
		return nil, fmt.Errorf("virtual reader: %w", err)
	}
	n := int(binary.BigEndian.Uint16(buf))
	if err := readAll(conn, buf[:n]); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("virtual reader: message of %d bytes: %w", n, err)
	}
	return buf[:n], nil
}

// readAll fills b. It asks the system for quick acknowledgements before each
// receive: vpcd sends length and body apart and waits for the first to be
// acknowledged, which otherwise takes 40 ms.
func readAll(conn net.Conn, b []byte) error {
	for got := 0; got < len(b); {
		quickAck(conn)
		n, err := conn.Read(b[got:])
		got += n
		if err != nil && got < len(b) {
			if errors.Is(err, io.EOF) && got > 0 {
				return io.ErrUnexpectedEOF
			}
			return err
		}
	}
	return nil
}

// send writes one message in a single segment.
func send(conn net.Conn, buf, msg []byte) error {
	if len(msg) > maxMessage {
		return ErrMessage
	}
	binary.BigEndian.PutUint16(buf, uint16(len(msg)))
	n := copy(buf[2:], msg)
	if _, err := conn.Write(buf[:2+n]); err != nil {
		return fmt.Errorf("virtual reader: %w", err)
	}
	clear(buf[:2+n])
	return nil
}
