package pcsc

import (
	"io/fs"
	"net"
	"os"
	"path"
	"runtime"
	"strings"
	"time"
)

// host is what Diagnose looks at on the machine. Tests give one of their own.
type host struct {
	goos   string
	getenv func(string) string
	root   fs.FS // of "/"
	dial   func(socket string) error
}

func thisHost() host {
	return host{goos: runtime.GOOS, getenv: os.Getenv, root: os.DirFS("/"), dial: dialSocket}
}

// dialTimeout bounds the look whether anybody listens on the socket.
const dialTimeout = time.Second

func dialSocket(name string) error {
	c, err := net.DialTimeout("unix", name, dialTimeout)
	if err != nil {
		return err
	}
	return c.Close()
}

// defaultSocket is where libpcsclite looks for pcscd.
const defaultSocket = "/run/pcscd/pcscd.comm"

// socket is the path where libpcsclite looks for pcscd, as it is set up.
func (h host) socket() string {
	if s := h.getenv("PCSCLITE_CSOCK_NAME"); s != "" {
		return s
	}
	return defaultSocket
}

// listens reports whether the service's socket takes connections.
func (h host) listens() bool { return h.goos == "linux" && h.dial(h.socket()) == nil }

// ssh reports whether the user sits at another machine: polkit's defaults
// allow the service to the seat of this one only.
func (h host) ssh() bool { return h.getenv("SSH_CONNECTION") != "" || h.getenv("SSH_TTY") != "" }

func (h host) exists(name string) bool {
	name = strings.TrimPrefix(path.Clean(name), "/")
	if !fs.ValidPath(name) {
		return false
	}
	_, err := fs.Stat(h.root, name)
	return err == nil
}

func (h host) any(patterns ...string) bool {
	for _, p := range patterns {
		if m, _ := fs.Glob(h.root, strings.TrimPrefix(p, "/")); len(m) > 0 {
			return true
		}
	}
	return false
}

func (h host) installed() bool {
	return h.any("/usr/sbin/pcscd", "/usr/bin/pcscd", "/usr/local/sbin/pcscd")
}

// hasDriver looks for the driver of ordinary USB readers.
func (h host) hasDriver() bool {
	return h.any("/usr/lib/pcsc/drivers/ifd-ccid.bundle", "/usr/lib64/pcsc/drivers/ifd-ccid.bundle",
		"/usr/lib/*/pcsc/drivers/ifd-ccid.bundle", "/usr/local/lib/pcsc/drivers/ifd-ccid.bundle")
}

func (h host) systemd() bool { return h.exists("/run/systemd/system") }

// usbClassCCID is the USB interface class of smart card readers.
const usbClassCCID = "0b"

// usbReaders counts the USB interfaces that call themselves smart card
// readers, whether the service sees them or not.
func (h host) usbReaders() int {
	files, _ := fs.Glob(h.root, "sys/bus/usb/devices/*/bInterfaceClass")
	n := 0
	for _, f := range files {
		if b, err := fs.ReadFile(h.root, f); err == nil && strings.TrimSpace(string(b)) == usbClassCCID {
			n++
		}
	}
	return n
}

// distribution is the family that os-release names: "debian", "fedora",
// "arch", or "" for any other.
func (h host) distribution() string {
	b, err := fs.ReadFile(h.root, "etc/os-release")
	if err != nil {
		return ""
	}
	var words []string
	for line := range strings.Lines(string(b)) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		if k == "ID" || k == "ID_LIKE" {
			words = append(words, strings.Fields(strings.Trim(v, `"'`))...)
		}
	}
	for _, w := range words {
		if f, ok := families[w]; ok {
			return f
		}
	}
	return ""
}

// families maps the words of ID and ID_LIKE to the distributions whose
// commands are known.
var families = map[string]string{
	"debian": "debian", "ubuntu": "debian",
	"fedora": "fedora", "rhel": "fedora", "centos": "fedora",
	"arch": "arch",
}
