//go:build linux && cgo

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"simscope/card/virtual"
	"simscope/card/vpcd"
	"simscope/internal/pcscbench"
)

// deviantVariable makes the test binary a virtual card that differs from its
// image in the ways that it is told.
const deviantVariable = "E2E_DEVIANT"

// deviation is how a card meets commands that begin with Prefix.
type deviation struct {
	Prefix []byte
	Len    int // of the whole command; 0: any
	Answer []byte
	After  bool          // the card's own answer is made first: the command takes effect
	Delay  time.Duration // before anything; with nothing else the answer is the card's own
	Fault  string        // "die", "mute"
	Once   bool
	// Armed and Times hold the rule back until so many commands that begin
	// with Armed were met.
	Armed []byte
	Times int
	used  bool
}

// deviant describes such a card.
type deviant struct {
	Image   string // file
	Options virtual.Options
	Strict  bool // a card without APDU level: no 4-byte command, no case 4 with Le
	Rules   []deviation
	Log     string // file of the headers it was sent, a line each
	Save    string // file for the image when the card dies
	Slot    int
}

func deviantMain() {
	text := os.Getenv(deviantVariable)
	if text == "" {
		return
	}
	if err := playDeviant(text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func playDeviant(text string) error {
	var d deviant
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return err
	}
	f, err := os.Open(d.Image)
	if err != nil {
		return err
	}
	img, err := virtual.ReadImage(f)
	if err != nil {
		return err
	}
	c, err := virtual.New(img, d.Options)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(d.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	s := vpcd.Server{
		Addr: fmt.Sprint("127.0.0.1:", pcscbench.PortSlot0+d.Slot), Card: &deviantCard{Card: c, d: d, log: log},
		Reconnect: 20 * time.Millisecond,
	}
	return s.Serve(context.Background())
}

// deviantCard is a virtual card with deviations. What it does not deviate in
// is the virtual card's.
type deviantCard struct {
	*virtual.Card
	d     deviant
	log   *os.File
	muted bool
}

func (c *deviantCard) Process(apdu []byte) []byte {
	if len(apdu) < 4 {
		return []byte{0x6F, 0x00}
	}
	// Never the data: it may be a PIN.
	fmt.Fprintf(c.log, "%X %d\n", apdu[:4], len(apdu))
	if c.muted {
		select {}
	}
	if c.d.Strict && !tpdu(apdu) {
		return []byte{0x67, 0x00} // and the log has it
	}
	for i := range c.d.Rules {
		r := &c.d.Rules[i]
		if r.Times == 0 && bytes.HasPrefix(apdu, r.Prefix) && (r.Len == 0 || r.Len == len(apdu)) && !(r.Once && r.used) {
			r.used = true
			return c.deviate(r, apdu)
		}
	}
	for i := range c.d.Rules {
		if r := &c.d.Rules[i]; r.Times > 0 && bytes.HasPrefix(apdu, r.Armed) {
			r.Times--
		}
	}
	return c.Card.Process(apdu)
}

// tpdu reports whether a reader can send a command as a T=0 TPDU as it is.
func tpdu(apdu []byte) bool {
	return len(apdu) == 5 || len(apdu) > 5 && len(apdu) == 5+int(apdu[4])
}

func (c *deviantCard) deviate(r *deviation, apdu []byte) []byte {
	time.Sleep(r.Delay)
	if r.After {
		c.Card.Process(apdu)
	}
	switch r.Fault {
	case "die":
		c.save()
		os.Exit(0)
	case "mute":
		c.muted = true
		select {}
	}
	if r.Answer == nil {
		return c.Card.Process(apdu)
	}
	return r.Answer
}

// save keeps what the card holds, for one that is put in again.
func (c *deviantCard) save() {
	if c.d.Save == "" {
		return
	}
	f, err := os.Create(c.d.Save)
	if err == nil {
		err = errors.Join(virtual.WriteImage(f, c.Card.Image()), f.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// deviant plugs such a card in and waits until it is seen.
func (s *stack) deviant(d deviant) (*plugged, func() []string) {
	s.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	if d.Image == "" {
		d.Image = s.image("everyday", withSecrets)
	}
	d.Log = s.file(fmt.Sprintf("sent-%d.txt", time.Now().UnixNano()))
	text, err := json.Marshal(d)
	if err != nil {
		s.t.Fatal(err)
	}
	p := s.spawn(d.Slot, []string{deviantVariable + "=" + string(text)}, exe)
	s.seen(d.Slot)
	return p, func() []string {
		b, _ := os.ReadFile(d.Log)
		return strings.Split(strings.TrimSpace(string(b)), "\n")
	}
}

// count is how often a header was sent with at least so many bytes.
func count(sent []string, header string, least int) int {
	n := 0
	for _, line := range sent {
		var head string
		var size int
		if _, err := fmt.Sscan(line, &head, &size); err == nil && strings.HasPrefix(head, header) && size >= least {
			n++
		}
	}
	return n
}
