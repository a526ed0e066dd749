//go:build linux

package pcscbench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// ATRs of the three kinds of cards that protocol choice has to tell apart.
var (
	ATRT0   = []byte{0x3B, 0x9F, 0x96, 0x80, 0x1F, 0xC7, 0x80, 0x31, 0xA0, 0x73, 0xBE, 0x21, 0x13, 0x67, 0x43, 0x20, 0x07, 0x18, 0x00, 0x00, 0x01, 0xA5}
	ATRT1   = []byte{0x3B, 0x80, 0x01, 0x81}
	ATRBoth = []byte{0x3B, 0x80, 0x80, 0x01, 0x01}
)

// Fault is what a Card does with a command instead of answering it.
type Fault string

// The faults.
const (
	FaultNone Fault = ""     // answer with Rule.Answer
	FaultMute Fault = "mute" // never answer, and nothing after it either
	FaultDie  Fault = "die"  // leave the reader in the middle of the command
)

// Rule says how a Card meets commands that begin with Prefix. The first rule
// that fits counts.
type Rule struct {
	Prefix []byte
	Fault  Fault
	Answer []byte        // with the status word; any length, for a card that breaks the rules
	Delay  time.Duration // before the answer
}

// Instructions that a Card knows beyond its Rules, all of class 80. Every
// other command is answered 9000.
const (
	InsVerify = 0x20 // "verifies": remembered until the card is reset or loses power
	InsAsk    = 0xFE // 9000 while verified, else 6982
	InsCount  = 0xFC // two bytes: how often it was switched on, and reset while on
	InsEcho   = 0xEC // the command's own bytes
)

// Spec describes a Card.
type Spec struct {
	Slot  int    // 0 or 1
	ATR   []byte // ATRT0 where empty
	Rules []Rule
}

// Card is a running card program.
type Card struct {
	cmd  *exec.Cmd
	pull sync.Once
}

// cardVariable carries a Spec to the copy of the test binary that plays it.
const cardVariable = "PCSCBENCH_CARD"

// CardMain plays a card and ends the process where this process was started
// for that; else it returns at once. It stands first in the TestMain of every
// package that plugs cards in.
func CardMain() {
	s := os.Getenv(cardVariable)
	if s == "" {
		return
	}
	var spec Spec
	err := json.Unmarshal([]byte(s), &spec)
	if err == nil {
		err = play(spec, func() { fmt.Println("plugged") })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Plug puts a card into a slot for the rest of the test or until it is
// pulled. It returns when the reader's port has taken the connection; clients
// see the card within half a second.
func (b *Bench) Plug(tb testing.TB, s Spec) *Card {
	tb.Helper()
	c, err := b.plug(s)
	if err != nil {
		tb.Fatalf("card cannot be plugged in: %v", err)
	}
	tb.Cleanup(c.Pull)
	return c
}

func (b *Bench) plug(s Spec) (*Card, error) {
	spec, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := b.Command(exe)
	cmd.Env = append(os.Environ(), cardVariable+"="+string(spec))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Card{cmd: cmd}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "plugged\n" {
		c.Pull()
		return nil, fmt.Errorf("the card program says %q; does TestMain call pcscbench.CardMain?", line)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	b.mu.Lock()
	b.cards = append(b.cards, c)
	b.mu.Unlock()
	return c, nil
}

// Pull takes the card out, at once and without a word, as a hand would.
func (c *Card) Pull() {
	c.pull.Do(func() {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	})
}
