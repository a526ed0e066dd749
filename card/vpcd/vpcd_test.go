package vpcd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// fakeCard answers with what it got, behind a mark, and notes what happened.
type fakeCard struct {
	mu     sync.Mutex
	events []string
	long   int // length of every answer, if set
}

func (c *fakeCard) note(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, s)
}

func (c *fakeCard) seen() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.events...)
}

func (c *fakeCard) PowerOn() []byte { c.note("on"); return []byte{0x3B, 0x00} }
func (c *fakeCard) PowerOff()       { c.note("off") }
func (c *fakeCard) Reset() []byte   { c.note("reset"); return []byte{0x3B, 0x00} }

func (c *fakeCard) Process(apdu []byte) []byte {
	c.note("apdu")
	if c.long > 0 {
		return make([]byte, c.long)
	}
	return append(bytes.Clone(apdu), 0x90, 0x00)
}

// tellingCard also says its ATR without a reset.
type tellingCard struct{ *fakeCard }

func (c tellingCard) ATR() []byte { return []byte{0x3B, 0x01, 0x55} }

// reader is the other side: vpcd.
type reader struct {
	t    *testing.T
	l    net.Listener
	conn net.Conn
}

func listen(t *testing.T) *reader {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &reader{t: t, l: l}
}

func (r *reader) accept() {
	r.t.Helper()
	_ = r.l.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second))
	conn, err := r.l.Accept()
	if err != nil {
		r.t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	r.t.Cleanup(func() { _ = conn.Close() })
	r.conn = conn
}

// tell sends length and body in two writes, as vpcd does.
func (r *reader) tell(msg ...byte) {
	r.t.Helper()
	if _, err := r.conn.Write(binary.BigEndian.AppendUint16(nil, uint16(len(msg)))); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.conn.Write(msg); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) hear() []byte {
	r.t.Helper()
	var head [2]byte
	if _, err := io.ReadFull(r.conn, head[:]); err != nil {
		r.t.Fatal(err)
	}
	b := make([]byte, binary.BigEndian.Uint16(head[:]))
	if _, err := io.ReadFull(r.conn, b); err != nil {
		r.t.Fatal(err)
	}
	return b
}

func (r *reader) ask(want []byte, msg ...byte) {
	r.t.Helper()
	r.tell(msg...)
	if got := r.hear(); !bytes.Equal(got, want) {
		r.t.Errorf("% X is answered % X, want % X", msg, got, want)
	}
}

func start(t *testing.T, s *Server) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(10 * time.Second):
			return errors.New("Serve does not end")
		}
	})
	t.Cleanup(func() { _ = stop() })
	return stop
}

func TestConversation(t *testing.T) {
	r, c := listen(t), &fakeCard{}
	stop := start(t, &Server{Addr: r.l.Addr().String(), Card: tellingCard{c}})
	r.accept()
	r.ask([]byte{0x3B, 0x01, 0x55}, ctrlATR)
	r.tell(ctrlOn)
	r.tell(ctrlReset)
	r.ask([]byte{0, 0xA4, 0, 0x0C, 0x90, 0x00}, 0, 0xA4, 0, 0x0C)
	r.ask([]byte{0x3B, 0x01, 0x55}, ctrlATR)
	r.tell(ctrlOff)
	r.ask([]byte{0x05, 0x90, 0x00}, 0x05) // no control: the reader waits for an answer
	r.ask([]byte{0x90, 0x00})             // neither is nothing
	big := bytes.Repeat([]byte{0xA5}, 0xFFFD)
	r.ask(append(bytes.Clone(big), 0x90, 0x00), big...)
	if err := stop(); err != nil {
		t.Errorf("Serve ends with %v when it is told to stop", err)
	}
	want := []string{"on", "reset", "apdu", "off", "apdu", "apdu", "apdu", "off"}
	if got := c.seen(); !equal(got, want) {
		t.Errorf("the card saw %v, want %v", got, want)
	}
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestATRFromACardThatOnlyAnswersToPower(t *testing.T) {
	r, c := listen(t), &fakeCard{}
	start(t, &Server{Addr: r.l.Addr().String(), Card: c})
	r.accept()
	r.ask([]byte{0x3B, 0x00}, ctrlATR)
}

func TestMessageInPieces(t *testing.T) {
	r := listen(t)
	start(t, &Server{Addr: r.l.Addr().String(), Card: &fakeCard{}})
	r.accept()
	for _, b := range []byte{0x00, 0x04, 0x00, 0xB0, 0x00, 0x00} {
		if _, err := r.conn.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond)
	}
	if got := r.hear(); !bytes.Equal(got, []byte{0, 0xB0, 0, 0, 0x90, 0}) {
		t.Errorf("answer % X", got)
	}
}

func TestGarbageLengths(t *testing.T) {
	for name, c := range map[string]struct {
		bytes []byte
		want  error
	}{
		"nothing":                        {nil, io.EOF},
		"half a length":                  {[]byte{0x12}, io.ErrUnexpectedEOF},
		"length without body":            {[]byte{0xFF, 0xFF}, io.ErrUnexpectedEOF},
		"length with too little body":    {append([]byte{0xFF, 0xFF}, make([]byte, 1000)...), io.ErrUnexpectedEOF},
		"a text protocol":                {[]byte("GET / HTTP/1.0\r\n\r\n"), io.ErrUnexpectedEOF},
		"a message and half of the next": {[]byte{0, 4, 0, 0xB0, 0, 0, 0, 4, 0}, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			r, fake := listen(t), &fakeCard{}
			ended := make(chan error, 1)
			go func() { ended <- Serve(t.Context(), r.l.Addr().String(), fake) }()
			r.accept()
			if _, err := r.conn.Write(c.bytes); err != nil {
				t.Fatal(err)
			}
			_ = r.conn.(*net.TCPConn).CloseWrite()
			select {
			case err := <-ended:
				if !errors.Is(err, c.want) {
					t.Errorf("Serve ends with %v, want %v", err, c.want)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("Serve hangs")
			}
			if got := fake.seen(); got[len(got)-1] != "off" {
				t.Errorf("the card keeps its supply: %v", got)
			}
		})
	}
}

func TestAnswerTooLong(t *testing.T) {
	r := listen(t)
	ended := make(chan error, 1)
	go func() { ended <- Serve(t.Context(), r.l.Addr().String(), &fakeCard{long: 0x10000}) }()
	r.accept()
	r.tell(0, 0xB0, 0, 0)
	if err := <-ended; !errors.Is(err, ErrMessage) {
		t.Errorf("Serve ends with %v", err)
	}
}

func TestStopWhileNothingHappens(t *testing.T) {
	r := listen(t)
	stop := start(t, &Server{Addr: r.l.Addr().String(), Card: &fakeCard{}, Reconnect: time.Hour})
	r.accept()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestReconnect(t *testing.T) {
	r := listen(t)
	var mu sync.Mutex
	ups, downs := 0, 0
	stop := start(t, &Server{
		Addr: r.l.Addr().String(), Card: &fakeCard{}, Reconnect: time.Millisecond,
		Notify: func(err error) {
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				ups++
			} else {
				downs++
			}
		},
	})
	for range 3 {
		r.accept()
		r.ask([]byte{0, 0xB0, 0, 0, 0x90, 0}, 0, 0xB0, 0, 0)
		_ = r.conn.Close()
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if ups < 3 || downs < 2 {
		t.Errorf("%d times up, %d times down", ups, downs)
	}
}

func TestNobodyListens(t *testing.T) {
	r := listen(t)
	addr := r.l.Addr().String()
	_ = r.l.Close()
	if err := Serve(t.Context(), addr, &fakeCard{}); err == nil {
		t.Error("Serve succeeds without a reader")
	}
	stop := start(t, &Server{Addr: addr, Card: &fakeCard{}, Reconnect: time.Millisecond})
	time.Sleep(20 * time.Millisecond)
	if err := stop(); err != nil {
		t.Errorf("stopping while it tries again: %v", err)
	}
}

func FuzzConn(f *testing.F) {
	f.Add([]byte{0, 1, 4, 0, 4, 0, 0xB0, 0, 0})
	f.Add([]byte{0xFF, 0xFF, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, z := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, a) }()
		go func() { _, _ = a.Write(b); _ = a.Close() }()
		if err := serveConn(z, &fakeCard{}); err == nil {
			t.Error("serveConn ends without a reason")
		}
		_ = z.Close()
	})
}
