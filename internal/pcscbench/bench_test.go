//go:build linux

package pcscbench

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	CardMain()
	goleak.VerifyTestMain(m)
}

// TCP states as /proc/net/tcp writes them.
const (
	tcpEstablished = "01"
	tcpListen      = "0A"
)

// slotState waits until the slot's port is in a state inside b: listening
// says that pcscd has loaded the driver, established that a card is in.
func slotState(t *testing.T, b *Bench, slot int, state string) {
	t.Helper()
	port := fmt.Sprintf(":%04X", PortSlot0+slot)
	var table []byte
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var err error
		if table, err = b.Command("/bin/cat", "/proc/net/tcp").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, table)
		}
		for line := range strings.Lines(string(table)) {
			f := strings.Fields(line)
			if len(f) > 3 && strings.HasSuffix(f[1], port) && f[3] == state {
				return
			}
		}
	}
	t.Fatalf("port %s is not in state %s:\n%s\n%s", port, state, table, b.Log())
}

func TestManyAtOnce(t *testing.T) {
	one, two := Start(t), Start(t)
	if one.Socket() == two.Socket() {
		t.Fatal("two benches share a socket")
	}
	for _, b := range []*Bench{one, two} {
		slotState(t, b, 0, tcpListen)
		slotState(t, b, 1, tcpListen)
	}
}

func TestUnprivilegedNamespaces(t *testing.T) {
	b, err := start(true)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Stop()
	slotState(t, b, 0, tcpListen)
	b.Plug(t, Spec{})
	slotState(t, b, 0, tcpEstablished)
}

func TestKillAndRestart(t *testing.T) {
	b := Start(t)
	if err := b.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Dial("unix", b.Socket()); err == nil {
		t.Fatal("pcscd answers after it was killed")
	}
	if err := b.Kill(); err != nil {
		t.Errorf("a second Kill: %v", err)
	}
	if err := b.Restart(); err != nil {
		t.Fatal(err)
	}
	slotState(t, b, 0, tcpListen)
}

func TestStopLeavesNothing(t *testing.T) {
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	card, err := b.plug(Spec{})
	if err != nil {
		t.Fatal(err)
	}
	b.Stop()
	b.Stop()
	if card.cmd.ProcessState == nil {
		t.Error("the card's program runs on")
	}
	if _, err := os.Stat(b.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there", b.dir)
	}
}

func TestSlotsAreApart(t *testing.T) {
	b := Start(t)
	card := b.Plug(t, Spec{Slot: 1})
	slotState(t, b, 0, tcpListen)
	slotState(t, b, 1, tcpEstablished)
	card.Pull()
	b.Plug(t, Spec{Slot: 0})
	slotState(t, b, 0, tcpEstablished)
	slotState(t, b, 1, tcpListen)
}

func TestMissingPieces(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findIn(nil, nil, "/nonexistent/*")
	if err == nil {
		t.Fatal("nothing is missing on an empty machine")
	}
	for _, p := range []string{"pcscd", "util-linux", "iproute2", "vsmartcard-vpcd"} {
		if !strings.Contains(err.Error(), "install the package "+p) {
			t.Errorf("package %s is not named in: %v", p, err)
		}
	}
}

func TestDriverFromConfiguration(t *testing.T) {
	dir := t.TempDir()
	lib := dir + "/libifdvpcd.so"
	if err := os.WriteFile(lib, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/vpcd", []byte("# virtual\nFRIENDLYNAME \"x\"\nLIBPATH "+lib+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := findDriver(nil, dir+"/v*"); got != lib {
		t.Errorf("driver %q, want %q", got, lib)
	}
}

// The card against a bare TCP port, without pcscd.
func TestCardSpeaksVPCD(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	reader, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	p := &player{spec: Spec{ATR: ATRT1, Rules: []Rule{{Prefix: []byte{0, 1}, Answer: []byte{0x61}}}}, conn: client.(*net.TCPConn)}
	done := make(chan error, 1)
	go func() {
		for {
			msg, err := p.receive()
			if err != nil {
				done <- client.Close()
				return
			}
			if _, err := p.handle(msg); err != nil {
				done <- err
				return
			}
		}
	}()
	for _, c := range []struct{ send, want string }{
		{"\x01\x04", "\x3B\x80\x01\x81"},
		{"\x04\x80\xFE\x00\x00", "\x69\x82"},
		{"\x04\x80\x20\x00\x00", "\x90\x00"},
		{"\x04\x80\xFE\x00\x00", "\x90\x00"},
		{"\x04\x00\x01\x00\x00", "\x61"},
		{"\x04\x80\xEC\x01\x02", "\x80\xEC\x01\x02\x90\x00"},
	} {
		if _, err := reader.Write(append([]byte{0}, c.send...)); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 300)
		_ = reader.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, err := reader.Read(buf)
		if err != nil || n < 2 || string(buf[2:n]) != c.want {
			t.Errorf("%x: %x, %v, want %x", c.send, buf[:n], err, c.want)
		}
	}
	reader.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
