//go:build unix

package scripts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a made-up machine: a folder of programs that is all of PATH.
type machine struct {
	t    *testing.T
	bin  string
	log  string // one line for each call of a made-up program that keeps a log
	env  []string
	root string // the project
}

// tools are the real programs that the scripts may count on everywhere.
var tools = []string{"sh", "bash", "awk", "sed", "head", "env", "dirname", "cat", "grep", "cut", "sort", "xargs", "printf"}

func newMachine(t *testing.T) *machine {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, bin: t.TempDir(), log: filepath.Join(t.TempDir(), "log"), root: root}
	for _, tool := range tools {
		if path, err := exec.LookPath(tool); err == nil {
			if err := os.Symlink(path, filepath.Join(m.bin, tool)); err != nil {
				t.Fatal(err)
			}
		}
	}
	m.put("id", `echo 0`)
	m.put("uname", `echo Linux`)
	m.put("sleep", ``)
	return m
}

// put makes up a program from a line of shell. $LOG is the log's name.
func (m *machine) put(name, script string) {
	m.t.Helper()
	text := "#!/bin/sh\nLOG=" + m.log + "\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(m.bin, name), []byte(text), 0o755); err != nil {
		m.t.Fatal(err)
	}
}

// debian makes the machine a Debian on which the packages named are installed.
func (m *machine) debian(installed ...string) {
	m.put("dpkg-query", `for p; do :; done; case " `+strings.Join(installed, " ")+` " in *" $p "*) printf installed;; *) echo "no packages found matching $p" >&2; exit 1;; esac`)
	m.put("apt-get", `echo "apt-get $*" >>"$LOG"`)
	m.put("sudo", `echo "sudo $*" >>"$LOG"; while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"`)
}

// run starts a script and gives its output and exit code.
func (m *machine) run(script string, args ...string) (string, int) {
	m.t.Helper()
	cmd := exec.Command(filepath.Join(m.root, script), args...)
	cmd.Env = append([]string{"PATH=" + m.bin, "HOME=" + m.bin, "DEPS_PAUSE=0"}, m.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		if _, ran := err.(*exec.ExitError); !ran {
			m.t.Fatal(err)
		}
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func (m *machine) logged() string {
	b, _ := os.ReadFile(m.log)
	return string(b)
}

// expect runs a script and looks at its exit code and for words in its output.
func (m *machine) expect(code int, words []string, script string, args ...string) string {
	m.t.Helper()
	out, got := m.run(script, args...)
	if got != code {
		m.t.Errorf("%s %v: exit code %d, want %d; it said:\n%s", script, args, got, code, out)
	}
	for _, w := range words {
		if !strings.Contains(out, w) {
			m.t.Errorf("%s %v does not say %q, but:\n%s", script, args, w, out)
		}
	}
	return out
}

func TestGoIsMissingOrOld(t *testing.T) {
	for name, c := range map[string]struct {
		fake  string // what go does; empty: there is none
		code  int
		words []string
	}{
		"none":      {"", 1, []string{"Go is missing", "Go 1.26", "https://go.dev/dl/"}},
		"old":       {"echo go version go1.19.8 linux/amd64", 1, []string{"Go 1.19.8 is older than the 1.26", "https://go.dev/dl/"}},
		"almost":    {"echo go version go1.25.11 linux/amd64", 1, []string{"older"}},
		"broken":    {"echo 'go: go.mod requires go >= 1.26.0' >&2; exit 1", 1, []string{"does not start", "requires go >= 1.26.0"}},
		"right":     {"echo go version go1.26.0 linux/amd64", 0, nil},
		"patch":     {"echo go version go1.26.8 linux/amd64", 0, nil},
		"newer":     {"echo go version go1.30 linux/amd64", 0, nil},
		"candidate": {"echo go version go1.27rc1 darwin/arm64", 0, nil},
		"devel":     {"echo go version devel go1.28-abc123 linux/amd64", 0, nil},
		"next":      {"echo go version go2.0 linux/amd64", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			if c.fake != "" {
				m.put("go", c.fake)
			}
			out := m.expect(c.code, c.words, "scripts/go.sh")
			if c.code == 0 && out != "" {
				t.Errorf("all is well, and it says:\n%s", out)
			}
		})
	}
}

func TestNothingIsMissing(t *testing.T) {
	m := newMachine(t)
	m.debian("libpcsclite-dev", "pkg-config", "gcc", "libc6-dev", "pcscd", "vsmartcard-vpcd", "tmux", "util-linux",
		"mount", "iproute2", "librsvg2-bin", "fonts-jetbrains-mono", "fonts-noto-cjk", "make")
	for _, task := range []string{"run", "test", "screenshots", "make"} {
		if out := m.expect(0, nil, "scripts/deps.sh", task); out != "" || m.logged() != "" {
			t.Errorf("%s: nothing is missing, and it says %q and does %q", task, out, m.logged())
		}
	}
}

func TestMissingPackagesAreNamedAndInstalled(t *testing.T) {
	m := newMachine(t)
	m.debian("gcc", "pkg-config", "libc6-dev", "pcscd", "util-linux", "mount", "iproute2")
	m.expect(0, []string{"libpcsclite-dev vsmartcard-vpcd tmux"}, "scripts/deps.sh", "test")
	want := "apt-get -o DPkg::Lock::Timeout=120 update\n" +
		"apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends libpcsclite-dev vsmartcard-vpcd tmux\n"
	if m.logged() != want {
		t.Errorf("it did\n%swant\n%s", m.logged(), want)
	}
}

func TestSudoWhenNotRoot(t *testing.T) {
	m := newMachine(t)
	m.debian()
	m.put("id", `echo 1000`)
	m.expect(0, nil, "scripts/deps.sh", "make")
	if !strings.Contains(m.logged(), "sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends make\n") {
		t.Errorf("it did\n%s", m.logged())
	}
	m.env = []string{"CI=true"}
	m.expect(0, nil, "scripts/deps.sh", "make")
	if !strings.Contains(m.logged(), "sudo -n env") {
		t.Errorf("in CI sudo may ask for a password:\n%s", m.logged())
	}
	if err := os.Remove(filepath.Join(m.bin, "sudo")); err != nil {
		t.Fatal(err)
	}
	m.expect(1, []string{"There is no sudo", "apt-get install make"}, "scripts/deps.sh", "make")
}

func TestUpdateIsTriedTwiceAndErrorsAreShown(t *testing.T) {
	m := newMachine(t)
	m.debian()
	m.put("apt-get", `echo "apt-get $*" >>"$LOG"
case "$*" in *update) [ $(grep -c update "$LOG") -gt 1 ] || { echo "E: mirror is away" >&2; exit 100; };; esac`)
	m.expect(0, []string{"E: mirror is away", "trying once more"}, "scripts/deps.sh", "make")
	if got := strings.Count(m.logged(), "update"); got != 2 {
		t.Errorf("%d updates, want 2:\n%s", got, m.logged())
	}

	m.put("apt-get", `echo "apt-get $*" >>"$LOG"; case "$*" in *update) echo "E: no network" >&2; exit 100;; esac`)
	m.expect(0, []string{"E: no network", "failed again"}, "scripts/deps.sh", "make")
}

func TestInstallFails(t *testing.T) {
	m := newMachine(t)
	m.debian()
	m.put("apt-get", `case "$*" in *install*) echo "E: Unable to locate package" >&2; exit 100;; esac`)
	m.expect(1, []string{"E: Unable to locate package", "could not install", "vsmartcard-vpcd"}, "scripts/deps.sh", "test")
	m.expect(0, []string{"E: Unable to locate package", "Going on without them"}, "scripts/deps.sh", "run")
}

func TestOtherSystems(t *testing.T) {
	fedora := newMachine(t)
	fedora.put("dnf", `echo dnf >>"$LOG"`)
	fedora.expect(0, []string{"gcc", "Fedora", "dnf install", "pcsc-lite-devel", "Going on"}, "scripts/deps.sh", "run")
	fedora.expect(1, []string{"tmux", "Fedora", "vpcd"}, "scripts/deps.sh", "test")

	arch := newMachine(t)
	arch.put("pacman", `echo pacman >>"$LOG"`)
	arch.expect(0, []string{"Arch", "pacman -S", "pcsclite"}, "scripts/deps.sh", "run")
	arch.expect(1, []string{"rsvg-convert", "pacman -S librsvg"}, "scripts/deps.sh", "screenshots")

	mac := newMachine(t)
	mac.put("uname", `echo Darwin`)
	mac.expect(0, []string{"macOS", "xcode-select --install"}, "scripts/deps.sh", "run")
	mac.expect(1, []string{"need Linux"}, "scripts/deps.sh", "test")
	mac.put("cc", ``)
	if out := mac.expect(0, nil, "scripts/deps.sh", "run"); out != "" {
		t.Errorf("nothing is missing on macOS, and it says %q", out)
	}

	other := newMachine(t)
	other.expect(0, []string{"pcsc-lite with its headers"}, "scripts/deps.sh", "run")
	for _, m := range []*machine{fedora, arch, mac, other} {
		if m.logged() != "" {
			t.Errorf("something was installed: %s", m.logged())
		}
	}
}

func TestUnknownTask(t *testing.T) {
	m := newMachine(t)
	m.expect(2, []string{"say run"}, "scripts/deps.sh", "everything")
	m.expect(2, []string{"say run"}, "scripts/deps.sh")
}

func TestBuildWithAndWithoutPCSC(t *testing.T) {
	const goTool = `case "$*" in
"env GOOS") echo ${GOOS:-linux};;
"env CGO_ENABLED") echo ${CGO_ENABLED:-1};;
build*) echo "CGO_ENABLED=$CGO_ENABLED $*" >>"$LOG";;
esac`
	for name, c := range map[string]struct {
		pkg  string // what pkg-config does; empty: there is none
		env  []string
		gcc  bool
		said string // empty: built with PC/SC
	}{
		"all there":      {"exit 0", nil, true, ""},
		"no library":     {"exit 1", nil, true, "no libpcsclite"},
		"no pkg-config":  {"", nil, true, "no libpcsclite"},
		"no compiler":    {"exit 0", nil, false, "no C compiler"},
		"asked for":      {"exit 0", []string{"CGO_ENABLED=0"}, true, "CGO_ENABLED=0"},
		"other compiler": {"exit 0", []string{"CC=sh"}, false, ""},
		"macOS":          {"", []string{"GOOS=darwin"}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.put("go", goTool)
			m.env = c.env
			if c.pkg != "" {
				m.put("pkg-config", c.pkg)
			}
			if c.gcc {
				m.put("gcc", "")
			}
			out := m.expect(0, nil, "scripts/build.sh", "out/there")
			without := strings.Contains(m.logged(), "CGO_ENABLED=0 ")
			if without != (c.said != "") || without != strings.Contains(out, "without PC/SC") || !strings.Contains(out, c.said) {
				t.Errorf("it said %q and did %q", out, m.logged())
			}
			if !strings.Contains(m.logged(), "build -trimpath -buildvcs=false -o out/there .") { // there is no git
				t.Errorf("it did %q", m.logged())
			}
		})
	}
}

func TestCIRunsMakeTest(t *testing.T) {
	m := newMachine(t)
	m.put("make", `echo "make $* CI=$CI stdin=$(cat) PATH=$PATH" >>"$LOG"; exit 3`)
	m.expect(3, nil, ".ci/run") // the exit code is make's
	if got := m.logged(); !strings.HasPrefix(got, "make test CI=true stdin= ") || !strings.Contains(got, ":/usr/local/go/bin") {
		t.Errorf("it did %q", got)
	}
}

func TestCIInstallsMake(t *testing.T) {
	m := newMachine(t)
	m.debian()
	m.put("apt-get", `case "$*" in *"install -y"*) printf '#!/bin/sh\necho make "$@" >>'"$LOG" >`+m.bin+`/make; /bin/chmod +x `+m.bin+`/make;; esac`)
	m.expect(0, []string{"needs these packages, which are not installed: make"}, ".ci/run")
	if m.logged() != "make test\n" {
		t.Errorf("it did %q", m.logged())
	}
}
