//go:build linux

package pcscbench

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Ports on which the virtual reader's slots wait for a card, on 127.0.0.1
// inside the Bench's network namespace.
const (
	PortSlot0 = 35963
	PortSlot1 = 35964
)

// Names of the two slots as PC/SC lists them.
const (
	Reader0 = "Virtual PCD 00 00"
	Reader1 = "Virtual PCD 00 01"
)

// startTimeout bounds how long pcscd may take to answer on its socket.
const startTimeout = 15 * time.Second

// Bench is a private pcscd with a virtual reader of two slots. Its methods
// may be called from any goroutine, Kill and Restart from one at a time.
type Bench struct {
	dir    string
	tools  tools
	user   bool      // it has a user namespace of its own
	holder *exec.Cmd // keeps the namespaces; when its input ends, all inside dies
	hold   io.Closer
	stop   sync.Once

	mu    sync.Mutex
	pcscd *exec.Cmd
	cards []*Card
}

// Start brings a Bench up for a test and stops it with the test. A missing
// piece fails the test and names the package that holds it.
func Start(tb testing.TB) *Bench {
	tb.Helper()
	b, err := New()
	if err != nil {
		tb.Fatalf("no private PC/SC service: %v", err)
	}
	tb.Cleanup(b.Stop)
	return b
}

// New brings a Bench up, for a TestMain; Stop ends it. As root it needs no
// user namespace, else it makes one.
func New() (*Bench, error) { return start(os.Geteuid() != 0) }

func start(user bool) (*Bench, error) {
	t, err := findTools()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pcscbench-") // short: a socket's path has 108 bytes
	if err != nil {
		return nil, err
	}
	b := &Bench{dir: dir, tools: t, user: user}
	for _, step := range []func() error{b.files, b.namespaces, b.Restart} {
		if err := step(); err != nil {
			b.Stop()
			return nil, err
		}
	}
	return b, nil
}

// Socket is the path of pcscd's socket, for PCSCLITE_CSOCK_NAME.
func (b *Bench) Socket() string { return filepath.Join(b.dir, "run", "pcscd.comm") }

// files lays out the directory: run becomes /run/pcscd, conf holds the one
// reader, and the driver is copied because the installed ones are hidden.
func (b *Bench) files() error {
	for _, d := range []string{"run", "conf"} {
		if err := os.Mkdir(filepath.Join(b.dir, d), 0o755); err != nil {
			return err
		}
	}
	lib, err := os.ReadFile(b.tools.driver)
	if err != nil {
		return err
	}
	driver := filepath.Join(b.dir, "vpcd.so")
	if err := os.WriteFile(driver, lib, 0o755); err != nil {
		return err
	}
	conf := fmt.Sprintf("FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x%04X\nLIBPATH %s\nCHANNELID 0x%04X\n",
		PortSlot0, driver, PortSlot0)
	return os.WriteFile(filepath.Join(b.dir, "conf", "vpcd"), []byte(conf), 0o644)
}

// namespaceScript runs as the first process of the namespaces. /run is hidden
// so that pcscd finds its directory, and the installed USB drivers are, so
// that it leaves the machine's real readers alone. cat ends with its input:
// when the test's process dies, the kernel ends everything inside.
const namespaceScript = `set -e
"$IP" link set lo up
"$MOUNT" -t tmpfs tmpfs /run
mkdir -p /run/pcscd
"$MOUNT" --bind "$BENCH/run" /run/pcscd
if [ -d "$DRIVERS" ]; then "$MOUNT" -t tmpfs tmpfs "$DRIVERS"; fi
echo ready
exec cat`

func (b *Bench) namespaces() error {
	args := []string{"--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation", "private"}
	if b.user {
		args = append(args, "--map-root-user")
	}
	c := exec.Command(b.tools.path["unshare"], append(args, "/bin/sh", "-c", namespaceScript)...)
	c.Env = append(os.Environ(),
		"IP="+b.tools.path["ip"], "MOUNT="+b.tools.path["mount"], "BENCH="+b.dir,
		"DRIVERS="+filepath.Dir(filepath.Dir(b.tools.driver)))
	var complaint strings.Builder
	c.Stderr = &complaint
	in, err := c.StdinPipe()
	if err != nil {
		return err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	b.holder, b.hold = c, in
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		_ = in.Close()
		_ = c.Wait()
		b.holder = nil
		return fmt.Errorf("namespaces cannot be made (root, or the right to unprivileged user namespaces is needed): %s",
			strings.TrimSpace(complaint.String()))
	}
	return nil
}

// NSEnter is the command line that runs a program in the Bench's network
// namespace, where 127.0.0.1 is the virtual reader's: append the program and
// its arguments. Files and processes stay those of the machine.
func (b *Bench) NSEnter() []string {
	argv := []string{b.tools.path["nsenter"], "-t", strconv.Itoa(b.holder.Process.Pid), "-n"}
	if b.user {
		argv = append(argv, "-U", "--preserve-credentials")
	}
	return argv
}

// Command is a program to run in the Bench's network namespace.
func (b *Bench) Command(name string, args ...string) *exec.Cmd {
	argv := append(append(b.NSEnter(), name), args...)
	return exec.Command(argv[0], argv[1:]...)
}

// inside is a program to run in all of the Bench's namespaces.
func (b *Bench) inside(name string, args ...string) *exec.Cmd {
	argv := append(b.NSEnter(), "-m",
		fmt.Sprintf("--pid=/proc/%d/ns/pid_for_children", b.holder.Process.Pid), name)
	return exec.Command(argv[0], append(argv[1:], args...)...)
}

// Kill ends pcscd as a crash would: its socket's file stays behind.
func (b *Bench) Kill() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kill()
}

func (b *Bench) kill() error {
	if b.pcscd == nil {
		return nil
	}
	out, err := b.inside("/bin/sh", "-c", "kill -9 $(cat /run/pcscd/pcscd.pid)").CombinedOutput()
	if err != nil {
		return fmt.Errorf("pcscd cannot be ended: %w: %s", err, out)
	}
	_ = b.pcscd.Wait()
	b.pcscd = nil
	return nil
}

// Restart starts pcscd, ending it first where it runs, and returns when it
// answers. Cards that are plugged in lose their reader with it.
func (b *Bench) Restart() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.kill(); err != nil {
		return err
	}
	for _, f := range []string{"pcscd.comm", "pcscd.pid"} {
		_ = os.Remove(filepath.Join(b.dir, "run", f))
	}
	log, err := os.OpenFile(b.logName(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"--foreground", "--config", filepath.Join(b.dir, "conf")}
	if help, _ := exec.Command(b.tools.path["pcscd"], "--help").CombinedOutput(); strings.Contains(string(help), "--disable-polkit") {
		args = append(args, "--disable-polkit")
	}
	c := b.inside(b.tools.path["pcscd"], args...)
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		return err
	}
	b.pcscd = c
	return b.answering()
}

// answering waits until pcscd takes connections.
func (b *Bench) answering() error {
	for end := time.Now().Add(startTimeout); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", b.Socket()); err == nil {
			return c.Close()
		}
	}
	return fmt.Errorf("pcscd does not answer within %v; it says:\n%s", startTimeout, b.Log())
}

func (b *Bench) logName() string { return filepath.Join(b.dir, "pcscd.log") }

// Log is what pcscd has said so far.
func (b *Bench) Log() string {
	s, _ := os.ReadFile(b.logName())
	return string(s)
}

// Stop ends pcscd, the cards and the namespaces and removes their files.
func (b *Bench) Stop() {
	b.stop.Do(func() {
		b.mu.Lock()
		cards := b.cards
		b.mu.Unlock()
		for _, c := range cards {
			c.Pull()
		}
		if b.holder != nil {
			_ = b.hold.Close()
			_ = b.holder.Wait()
		}
		if b.pcscd != nil {
			_ = b.pcscd.Wait()
		}
		_ = os.RemoveAll(b.dir)
	})
}
