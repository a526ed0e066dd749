//go:build linux

package pcscbench

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pieces are the programs that a Bench needs and the Debian packages that
// hold them.
var pieces = []struct{ program, pkg string }{
	{"pcscd", "pcscd"},
	{"unshare", "util-linux"},
	{"nsenter", "util-linux"},
	{"ip", "iproute2"},
	{"mount", "mount"},
}

// driverPackage holds the virtual reader's driver.
const driverPackage = "vsmartcard-vpcd"

// programDirs are looked through after PATH: administrators' programs are
// often not on a user's PATH.
var programDirs = []string{"/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"}

// driverPlaces are where distributions put the driver.
var driverPlaces = []string{
	"/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
	"/usr/lib64/pcsc/drivers/serial/libifdvpcd.so",
	"/usr/lib/*/pcsc/drivers/serial/libifdvpcd.so",
	"/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so",
}

// tools are the places of everything that a Bench runs.
type tools struct {
	path   map[string]string
	driver string
}

// findTools finds every piece, or says in one error which are missing and
// which packages hold them.
func findTools() (tools, error) {
	return findIn(programDirs, driverPlaces, "/etc/reader.conf.d/*")
}

func findIn(dirs, drivers []string, configs string) (tools, error) {
	t := tools{path: map[string]string{}}
	var errs []error
	for _, p := range pieces {
		if t.path[p.program] = findProgram(p.program, dirs); t.path[p.program] == "" {
			errs = append(errs, fmt.Errorf("%s is missing: install the package %s", p.program, p.pkg))
		}
	}
	if t.driver = findDriver(drivers, configs); t.driver == "" {
		errs = append(errs, fmt.Errorf("the vpcd driver libifdvpcd.so is missing: install the package %s", driverPackage))
	}
	return t, errors.Join(errs...)
}

func findProgram(name string, dirs []string) string {
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	for _, d := range dirs {
		p := filepath.Join(d, name)
		if st, err := os.Stat(p); err == nil && st.Mode()&0o111 != 0 && !st.IsDir() {
			return p
		}
	}
	return ""
}

// findDriver looks where distributions install the driver, then where the
// installed reader configurations say it is.
func findDriver(places []string, configs string) string {
	for _, pattern := range places {
		if m, _ := filepath.Glob(pattern); len(m) > 0 {
			return m[0]
		}
	}
	files, _ := filepath.Glob(configs)
	for _, name := range files {
		if p := driverInConfig(name); p != "" {
			return p
		}
	}
	return ""
}

func driverInConfig(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		w := strings.Fields(s.Text())
		if len(w) == 2 && w[0] == "LIBPATH" && strings.Contains(w[1], "vpcd") {
			if _, err := os.Stat(w[1]); err == nil {
				return w[1]
			}
		}
	}
	return ""
}
