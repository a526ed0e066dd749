//go:build linux && cgo

package e2e

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"simscope/internal/pcscbench"
)

// clientVariable makes the test binary another PC/SC program: the place of
// the service's socket is read once in a process.
const clientVariable = "E2E_CLIENT"

func clientMain() {
	if os.Getenv(clientVariable) == "" {
		return
	}
	var c other
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		verb, rest, _ := strings.Cut(in.Text(), " ")
		answer, err := c.do(verb, rest)
		if err != nil {
			var code scard.Error
			if errors.As(err, &code) {
				answer = fmt.Sprintf("error 0x%08X", uint32(code))
			} else {
				answer = "error " + err.Error()
			}
		}
		fmt.Println("= " + answer)
	}
	os.Exit(0)
}

// other is another program that uses the card.
type other struct {
	ctx  *scard.Context
	card *scard.Card
}

func (o *other) do(verb, rest string) (answer string, err error) {
	share := scard.ShareShared
	switch verb {
	case "exclusive":
		share = scard.ShareExclusive
		fallthrough
	case "connect":
		if o.ctx, err = scard.EstablishContext(); err == nil {
			o.card, err = o.ctx.Connect(rest, share, scard.ProtocolT0)
		}
	case "begin":
		err = o.card.BeginTransaction()
	case "end":
		err = o.card.EndTransaction(scard.LeaveCard)
	case "reset":
		err = o.card.Reconnect(scard.ShareShared, scard.ProtocolT0, scard.ResetCard)
	case "again":
		err = o.card.Reconnect(scard.ShareShared, scard.ProtocolT0, scard.LeaveCard)
	case "leave":
		err = o.card.Disconnect(scard.LeaveCard)
	case "apdu":
		var b []byte
		if b, err = hex.DecodeString(rest); err == nil {
			b, err = o.card.Transmit(b)
		}
		answer = strings.ToUpper(hex.EncodeToString(b))
	default:
		err = errors.New("no such verb")
	}
	return answer, err
}

// client is another PC/SC program under the test's control.
type client struct {
	t       testing.TB
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers chan string
}

// client starts another program; it ends with the test.
func (s *stack) client() *client {
	s.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	c := &client{t: s.t, cmd: exec.Command(exe), answers: make(chan string, 1)}
	c.cmd.Env = s.env(clientVariable + "=1")
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		s.t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		for sc := bufio.NewScanner(out); sc.Scan(); {
			c.answers <- strings.TrimPrefix(sc.Text(), "= ")
		}
		close(c.answers)
	}()
	s.t.Cleanup(c.die)
	return c
}

// ask lets the program do something and gives what came of it.
func (c *client) ask(format string, args ...any) string {
	c.t.Helper()
	line := fmt.Sprintf(format, args...)
	if _, err := fmt.Fprintln(c.in, line); err != nil {
		c.t.Fatalf("the other program: %s: %v", line, err)
	}
	select {
	case answer, ok := <-c.answers:
		if !ok {
			c.t.Fatalf("the other program ended at %s", line)
		}
		return answer
	case <-time.After(soon):
		c.t.Fatalf("the other program does not come back from %s", line)
	}
	return ""
}

// must is ask for what must succeed.
func (c *client) must(format string, args ...any) string {
	c.t.Helper()
	answer := c.ask(format, args...)
	if strings.HasPrefix(answer, "error") {
		c.t.Fatalf("the other program: %s: %s", fmt.Sprintf(format, args...), answer)
	}
	return answer
}

// die ends the other program as a crash does.
func (c *client) die() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// The first application of the built-in cards.
const usimAID = "A0000000871002FF86FFFF8900000100"

// imsi lets the other program read EF.IMSI and gives the answer to READ
// BINARY.
func (c *client) imsi() string {
	c.t.Helper()
	c.must("begin") // the program under test may be reading beside it
	defer c.must("end")
	if sw := c.must("apdu 00A4040010%s", usimAID); !strings.HasPrefix(sw, "61") {
		c.t.Fatalf("SELECT ADF.USIM: %s", sw)
	}
	if sw := c.must("apdu 00A4000C026F07"); sw != "9000" {
		c.t.Fatalf("SELECT EF.IMSI: %s", sw)
	}
	return c.must("apdu 00B0000009")
}

// record lets the other program read a record of a file below the MF.
func (c *client) record(path string, n, length int) string {
	c.t.Helper()
	c.must("begin")
	defer c.must("end")
	if sw := c.must("apdu 00A40804%02X%s", len(path)/2, path); !strings.HasPrefix(sw, "61") {
		c.t.Fatalf("SELECT %s: %s", path, sw)
	}
	return strings.TrimSuffix(c.must("apdu 00B2%02X04%02X", n, length), "9000")
}

// connected is another program that is connected to slot 0.
func (s *stack) connected() *client {
	s.t.Helper()
	c := s.client()
	c.must("connect %s", pcscbench.Reader0)
	return c
}
