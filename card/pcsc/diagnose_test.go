package pcsc

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"simscope/card"
	"simscope/texts"
)

// hostWith is a machine with the given files and variables.
func hostWith(goos string, env map[string]string, files ...string) host {
	root := fstest.MapFS{}
	for _, f := range files {
		name, content, _ := strings.Cut(f, "=")
		root[name] = &fstest.MapFile{Data: []byte(content)}
		if strings.HasSuffix(name, "/") {
			delete(root, name)
			root[strings.TrimSuffix(name, "/")] = &fstest.MapFile{Mode: fs.ModeDir}
		}
	}
	dial := func(string) error {
		if env["listens"] == "" {
			return fs.ErrNotExist
		}
		return nil
	}
	return host{goos: goos, getenv: func(k string) string { return env[k] }, root: root, dial: dial}
}

const (
	debianRelease = "etc/os-release=PRETTY_NAME=\"Debian\"\nID=debian\n"
	ubuntuRelease = "etc/os-release=ID=ubuntu\nID_LIKE=debian\n"
	rockyRelease  = "etc/os-release=ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"
	archRelease   = "etc/os-release=ID=arch\n"
	otherRelease  = "etc/os-release=ID=void\n"
	daemon        = "usr/sbin/pcscd"
	driver        = "usr/lib/pcsc/drivers/ifd-ccid.bundle/"
	policy        = "usr/share/polkit-1/actions/org.debian.pcsc-lite.policy"
	socketFile    = "run/pcscd/pcscd.comm"
	systemdDir    = "run/systemd/system/"
	usbReader     = "sys/bus/usb/devices/1-2:1.0/bInterfaceClass=0b\n"
	usbKeyboard   = "sys/bus/usb/devices/1-3:1.0/bInterfaceClass=03\n"
)

func debianHost() host { return hostWith("linux", nil, debianRelease, daemon, driver, systemdDir) }

func TestDiagnose(t *testing.T) {
	noService, denied := code(0x8010001D), code(0x8010006A)
	ssh := map[string]string{"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
	for _, c := range []struct {
		name     string
		host     host
		err      error
		states   map[string]uint32
		want     string // identifier of what is missing; empty: nothing
		commands string // some command of its fixes
	}{
		{"debian without pcscd", hostWith("linux", nil, debianRelease, systemdDir), noService, nil, "pcsc.service.absent", "sudo apt install pcscd libccid"},
		{"ubuntu without pcscd", hostWith("linux", nil, ubuntuRelease, systemdDir), noService, nil, "pcsc.service.absent", "sudo apt install pcscd libccid"},
		{"rocky without pcscd", hostWith("linux", nil, rockyRelease), noService, nil, "pcsc.service.absent", "sudo dnf install pcsc-lite pcsc-lite-ccid"},
		{"arch without pcscd", hostWith("linux", nil, archRelease), noService, nil, "pcsc.service.absent", "sudo pacman -S pcsclite ccid"},
		{"another without pcscd", hostWith("linux", nil, otherRelease), noService, nil, "pcsc.service.absent", "sudo pcscd"},
		{"no os-release", hostWith("linux", nil), noService, nil, "pcsc.service.absent", "sudo pcscd"},
		{"not started, systemd", debianHost(), noService, nil, "pcsc.service.down", "sudo systemctl enable --now pcscd.socket"},
		{"not started, none", hostWith("linux", nil, debianRelease, daemon), noService, nil, "pcsc.service.down", "sudo pcscd"},
		{"socket left behind", hostWith("linux", nil, daemon, socketFile, systemdDir), noService, nil, "pcsc.service.stale", "sudo systemctl restart pcscd.socket pcscd"},
		{"socket elsewhere", hostWith("linux", map[string]string{"PCSCLITE_CSOCK_NAME": "/tmp/no.comm"}, daemon), noService, nil, "pcsc.service.elsewhere", "unset PCSCLITE_CSOCK_NAME"},
		{"mac", hostWith("darwin", nil), noService, nil, "pcsc.service.down", ""},
		{"windows", hostWith("windows", nil), noService, nil, "pcsc.service.down", "Start-Service SCardSvr"},
		{"denied at the seat", hostWith("linux", nil, debianRelease, daemon, policy), denied, nil, "pcsc.access.denied", "org.debian.pcsc-lite.access_card"},
		{"denied over SSH", hostWith("linux", ssh, debianRelease, daemon, policy), denied, nil, "pcsc.access.denied.ssh", "sudo groupadd --force simcard"},
		{"denied without polkit", hostWith("linux", ssh, daemon), denied, nil, "pcsc.access.denied.ssh", "journalctl -u pcscd -n 20"},
		{"hung up on", hostWith("linux", map[string]string{"listens": "1"}, daemon, policy, socketFile), code(0x80100013), nil, "pcsc.access.denied", "sudo groupadd --force simcard"},
		{"another version", hostWith("linux", map[string]string{"listens": "1"}, daemon, socketFile, systemdDir), codeStopped, nil, "pcsc.service.mismatch", "sudo systemctl restart pcscd.socket pcscd"},
		{"strange answer", debianHost(), code(0x53204253), nil, "pcsc.service.error", "sudo systemctl restart pcscd.socket pcscd"},
		{"no reader", hostWith("linux", nil, usbKeyboard), nil, nil, "pcsc.reader.none", ""},
		{"no driver", hostWith("linux", nil, debianRelease, usbReader, usbKeyboard), nil, nil, "pcsc.reader.driver", "sudo apt install pcscd libccid"},
		{"reader taken", hostWith("linux", nil, debianRelease, usbReader, driver), nil, nil, "pcsc.reader.taken", "sudo killall pcscd"},
		{"no card", debianHost(), nil, map[string]uint32{"A": stateEmpty}, "pcsc.card.none", ""},
		{"mute card", debianHost(), nil, map[string]uint32{"A": statePresent | stateMute, "B": stateEmpty}, "pcsc.card.mute", ""},
		{"taken card", debianHost(), nil, map[string]uint32{"A": statePresent | stateExclusive}, "pcsc.card.exclusive", ""},
		{"all is well", debianHost(), nil, map[string]uint32{"A": statePresent, "B": statePresent | stateMute}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fakeService{t: t, pnp: true, establishErr: c.err, states: c.states}
			for n := range c.states {
				f.names = append(f.names, n)
			}
			d := newProvider(f).diagnose(within(t, 5*time.Second), c.host, true)
			m, missing := d.Missing()
			if missing != (c.want != "") || m.ID != c.want {
				t.Fatalf("missing is %q, want %q, of %+v", m.ID, c.want, d)
			}
			if !strings.Contains(commandsOf(m), c.commands) {
				t.Errorf("no %q among %q", c.commands, commandsOf(m))
			}
			checkTexts(t, d)
		})
	}
}

func commandsOf(f Fact) string {
	var all []string
	for _, x := range f.Fixes {
		all = append(all, x.Commands...)
	}
	return strings.Join(all, "\n")
}

var openArgument = regexp.MustCompile(`\{[a-z]+\}`)

// checkTexts holds that every fact and fix has its sentence, fully filled in,
// and that the diagnosis can be written as JSON.
func checkTexts(t *testing.T, d Diagnosis) {
	t.Helper()
	for _, f := range d.Facts {
		if s := texts.Say(f.ID, f.Args...); !texts.Has(f.ID) || openArgument.MatchString(s) {
			t.Errorf("%s: %q", f.ID, s)
		}
		for _, x := range f.Fixes {
			if !texts.Has(x.ID) {
				t.Errorf("no sentence for %s", x.ID)
			}
		}
	}
	if _, err := json.Marshal(d); err != nil {
		t.Error(err)
	}
}

func TestDiagnoseWithoutPCSC(t *testing.T) {
	d := newProvider(&fakeService{t: t}).diagnose(within(t, time.Second), debianHost(), false)
	m, ok := d.Missing()
	if !ok || m.ID != TextUnavailable || !strings.Contains(commandsOf(m), "libpcsclite-dev") {
		t.Errorf("%+v", d)
	}
	checkTexts(t, d)
}

func TestDiagnoseHints(t *testing.T) {
	env := map[string]string{"PCSCLITE_CSOCK_NAME": "/run/far.comm", "LIBPCSCLITE_DELEGATE": "/usr/lib/libpcscspy.so"}
	f := &fakeService{t: t, pnp: true, names: []string{"A"}, states: map[string]uint32{"A": statePresent}}
	d := newProvider(f).diagnose(within(t, time.Second), hostWith("linux", env), true)
	var ids []string
	for _, x := range d.Facts {
		ids = append(ids, x.ID)
	}
	got := strings.Join(ids, " ")
	if !strings.Contains(got, "pcsc.host.socket") || !strings.Contains(got, "pcsc.host.delegate") {
		t.Errorf("facts %s", got)
	}
	if _, missing := d.Missing(); missing || len(d.Readers) != 1 {
		t.Errorf("%+v", d)
	}
	checkTexts(t, d)
}

// Whatever a worker can be busy with has a sentence.
func TestWaitTexts(t *testing.T) {
	for _, op := range []string{"establish", "list", "connect", "status", "begin", "end", "transmit", "reset", "close"} {
		if !texts.Has("pcsc.wait." + op) {
			t.Errorf("no sentence for %s", op)
		}
	}
}

// The rule lets in one group, names both actions and never says no.
func TestPolkitRule(t *testing.T) {
	for _, s := range []string{"access_pcsc", "access_card", `isInGroup("simcard")`, "Result.YES"} {
		if !strings.Contains(PolkitRule, s) {
			t.Errorf("the rule lacks %s", s)
		}
	}
	if strings.Contains(PolkitRule, "Result.NO") || strings.Count(PolkitRule, "{") != strings.Count(PolkitRule, "}") {
		t.Errorf("rule:\n%s", PolkitRule)
	}
}

var _ card.Provider = (*Provider)(nil)
