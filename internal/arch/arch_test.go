package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "simscope"

// edges says what each of our packages may import of ours. "x/..." stands for
// all packages below x, not for x itself. For a package, the longest row that
// names it counts. Imports only point down; a package without a row may import
// nothing of ours, and a new one has to be given a row before it passes.
var edges = map[string][]string{
	".":       {"cli"},
	"cli":     {"tui", "tui/app", "tui/ui", "audit", "store", "store/...", "fs", "fs/...", "card", "card/...", "crypto/...", "texts"},
	"tui":     {"tui/...", "audit", "store", "fs", "fs/...", "card", "card/...", "texts"},
	"tui/...": {"tui/app", "tui/kit", "tui/ui", "tui/change", "audit", "store", "fs", "fs/...", "card", "card/tlv", "card/safe", "card/trace", "card/toolkit", "texts"},
	// The list of readers asks what lies between the program and a card.
	"tui/readers": {"tui/app", "tui/kit", "tui/ui", "card", "card/safe", "card/pcsc", "card/trace", "card/virtual", "texts"},
	// A change of a contact is shown by the dialog of every change.
	"tui/contacts": {"tui/app", "tui/change", "tui/kit", "tui/ui", "fs", "fs/...", "card", "card/safe", "texts"},
	// The algorithm of a card beside the host's, with keys from a file.
	"tui/gp":   {"tui/app", "tui/kit", "tui/ui", "card", "card/globalplatform", "card/safe", "store/keyfile", "texts"},
	"tui/auth": {"tui/app", "tui/kit", "tui/ui", "card", "card/auth", "card/safe", "crypto/aka", "store/keyfile", "texts"},
	// So is one of messages.
	"tui/messages": {"tui/app", "tui/change", "tui/kit", "tui/ui", "fs", "fs/...", "card", "card/safe", "texts"},
	// Dialogs that take keys from a file share that page.
	"tui/kit": {"tui/app", "tui/ui", "fs", "fs/ef", "card", "card/safe", "card/trace", "store/keyfile", "texts"},
	// What the tests of screens share: forTests.
	"tui/kit/kittest": {"tui/app", "tui/kit", "tui/ui", "tui/ui/uitest", "card", "card/virtual", "fs"},
	"tui/ui/uitest":   {},
	"tui/app":         {"audit", "store", "store/...", "fs", "fs/...", "card", "card/...", "crypto/...", "texts"},
	"tui/ui":          {"card/safe", "texts"},
	"tui/cells":       {}, // knows the framework's renderer alone
	// The workbench of packets speaks their terms.
	"tui/ota": {"tui/app", "tui/kit", "tui/ui", "card", "card/ota", "card/safe", "crypto/scp80", "store/keyfile", "texts"},

	"audit": {"fs", "fs/...", "card", "card/tlv", "card/safe", "texts"},
	// A person's own keys, encrypted.
	"store/keyfile": {"card/auth", "card/safe", "crypto/..."},

	"store": {"fs", "fs/...", "card", "card/tlv", "card/safe", "texts"},

	"fs":            {"fs/ef", "fs/ef/vectors", "fs/plmn", "card", "card/tlv", "card/safe", "texts"},
	"fs/ef":         {"fs/ef/vectors", "fs/plmn", "card", "card/tlv", "card/safe", "texts"},
	"fs/ef/vectors": {},
	"fs/contacts":   {"fs", "fs/ef", "fs/plmn", "card", "card/tlv", "card/safe", "texts"},
	"fs/messages":   {"fs", "fs/contacts", "fs/ef", "fs/plmn", "card", "card/tlv", "card/safe", "texts"},
	"fs/plmn":       {"texts"},
	"fs/plmn/...":   {"fs/plmn"},
	"fs/backup":     {"fs", "fs/ef", "fs/plmn", "card", "card/tlv", "card/safe", "texts"},

	"card":                {"card/tlv", "card/safe", "texts"},
	"card/tlv":            {},
	"card/safe":           {},
	"card/cardtest":       {"card", "card/tlv", "card/safe"}, // a scripted card, for tests
	"card/pcsc":           {"card", "card/tlv", "card/safe", "texts"},
	"card/virtual":        {"card", "card/tlv", "card/safe", "crypto/...", "texts"},
	"card/virtual/...":    {"card", "card/tlv", "card/safe", "card/virtual", "crypto/..."},
	"card/vpcd":           {"card", "card/tlv", "card/safe", "texts"},
	"card/trace":          {"card", "card/tlv", "card/safe", "texts"},
	"card/euicc":          {"card", "card/tlv", "card/safe", "crypto/...", "texts"},
	"card/auth":           {"card", "card/tlv", "card/safe", "crypto/...", "texts"},
	"card/globalplatform": {"card", "card/tlv", "card/safe", "crypto/...", "texts"},
	"card/toolkit":        {"card", "card/tlv", "card/safe", "texts"},
	"card/ota":            {"card", "card/tlv", "card/safe", "crypto/...", "texts"},

	"crypto/...":        {"crypto/..."}, // what algorithms share
	"crypto/cryptotest": {},             // what their tests share
	"texts":             {},

	"internal/...":    {"internal/...", "card", "card/...", "texts"}, // what tests share
	"screenshots":     {},
	"screenshots/...": {"screenshots", "screenshots/..."}, // runs the real program, never its code
}

// outside says which packages alone may import a module of others, by the
// beginning of its path. What is not named here may be imported by any but
// those of alone.
var outside = map[string][]string{
	"github.com/ebfe/scard":         {"card/pcsc"},
	"charm.land/":                   {"cli", "tui", "tui/..."},
	"github.com/spf13/":             {"cli"},
	"modernc.org/sqlite":            {"store"},
	"github.com/creack/pty":         {"screenshots/...", "internal/..."},
	"github.com/charmbracelet/x/vt": {"screenshots/...", "internal/...", "tui/cells"},
	"github.com/gopacket/":          {"card/trace"},
	"filippo.io/age":                {"store", "store/..."},
	"net/http":                      {"card/euicc"},
}

// alone may import nothing but the standard library, our packages by edges,
// and what is listed.
var alone = map[string][]string{
	"card":       {"golang.org/x/text/"},
	"card/tlv":   {},
	"crypto/...": {},
	"texts":      {},
}

func TestImportsPointDown(t *testing.T) {
	graph := readGraph(t)
	for _, name := range []string{"card", "texts", "card/tlv"} { // the graph is the real one
		if _, ok := graph[name]; !ok {
			t.Fatalf("package %s is not in the import graph: %v", name, slices.Sorted(maps.Keys(graph)))
		}
	}
	for _, fault := range faults(graph) {
		t.Error(fault)
	}
}

// faults checks a graph: package to imports, our own packages without the
// module's name before them ("." for the main package).
func faults(graph map[string][]string) []string {
	var out []string
	for _, from := range slices.Sorted(maps.Keys(graph)) {
		for _, to := range graph[from] {
			if fault := edgeFault(from, to); fault != "" {
				out = append(out, fault)
			}
		}
	}
	return out
}

func edgeFault(from, path string) string {
	to, ours := strings.CutPrefix(path, module+"/")
	if ours {
		allowed, named := row(edges, from)
		switch {
		case slices.Contains(forTests, to) && !matches("internal/...", from) && !slices.Contains(forTests, from):
			return fmt.Sprintf("%s must not import %s outside its tests", from, to)
		case !named:
			return fmt.Sprintf("%s imports %s, but has no row in edges: say what it may import", from, to)
		case !slices.ContainsFunc(allowed, func(p string) bool { return matches(p, to) }):
			return fmt.Sprintf("%s must not import %s", from, to)
		}
		return ""
	}
	for prefix, who := range outside {
		if strings.HasPrefix(path, prefix) && !slices.ContainsFunc(who, func(p string) bool { return matches(p, from) }) {
			return fmt.Sprintf("%s must not import %s: only %v may", from, path, who)
		}
	}
	if allowed, named := row(alone, from); named && strings.Contains(strings.Split(path, "/")[0], ".") &&
		!slices.ContainsFunc(allowed, func(p string) bool { return strings.HasPrefix(path, p) }) {
		return fmt.Sprintf("%s must not import %s: it stands on the standard library", from, path)
	}
	return ""
}

// forTests are packages that only tests may import, and each other.
var forTests = []string{"card/cardtest", "tui/ui/uitest", "tui/kit/kittest"}

// row finds the longest pattern of a table that names a package.
func row(table map[string][]string, name string) ([]string, bool) {
	best := ""
	for pattern := range table {
		if matches(pattern, name) && len(pattern) > len(best) {
			best = pattern
		}
	}
	if exact, ok := table[name]; ok { // "tui/ui" is as long as "tui/..." is not
		return exact, true
	}
	allowed, ok := table[best]
	return allowed, ok
}

func matches(pattern, name string) bool {
	if below, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(name, below)
	}
	return pattern == name
}

// A test that cannot fail is none: the rules themselves, on edges that are
// made up.
func TestForbiddenEdgesAreFound(t *testing.T) {
	for _, c := range []struct {
		from, to string
		bad      bool
	}{
		{".", "simscope/cli", false},
		{".", "simscope/tui", true},
		{"card/virtual", "simscope/fs", true},
		{"card/virtual", "simscope/fs/ef", true},
		{"card/virtual", "simscope/crypto/milenage", false},
		{"card/virtual/gen", "simscope/card/virtual", false},
		{"card", "simscope/card/virtual", true},
		{"card/tlv", "simscope/card", true},
		{"card/safe", "simscope/texts", true},
		{"crypto/scp", "simscope/card/tlv", true},
		{"crypto/tuak", "github.com/cloudflare/circl/simd/keccakf1600", true},
		{"crypto/tuak", "golang.org/x/crypto/sha3", true},
		{"fs", "simscope/tui/app", true},
		{"fs/ef", "simscope/fs", true},
		{"tui/files", "simscope/tui/pins", true},
		{"tui/files", "simscope/tui", true},
		{"tui/files", "simscope/tui/ui", false},
		{"tui/files", "simscope/tui/kit", false},
		{"tui/kit", "simscope/tui/files", true},
		{"tui/ui", "simscope/tui/app", true},
		{"tui/app", "simscope/tui/ui", true},
		{"tui/app", "simscope/card/pcsc", false},
		{"tui/app", "simscope/card/cardtest", true},
		{"tui", "simscope/tui/kit/kittest", true},
		{"tui/files", "simscope/tui/ui/uitest", true},
		{"tui/kit/kittest", "simscope/tui/ui/uitest", false},
		{"fs", "charm.land/lipgloss/v2", true},
		{"tui/app", "charm.land/bubbletea/v2", false},
		{"tui", "github.com/spf13/cobra", true},
		{"cli", "github.com/spf13/cobra", false},
		{"cli", "github.com/ebfe/scard", true},
		{"card/pcsc", "github.com/ebfe/scard", false},
		{"screenshots/shoot", "simscope/card", true},
		{"unknown", "simscope/card", true},
		{"card/tlv", "errors", false},
	} {
		if fault := edgeFault(c.from, c.to); (fault != "") != c.bad {
			t.Errorf("%s to %s: %q, want a fault: %v", c.from, c.to, fault, c.bad)
		}
	}
}

// listed is what go list tells of a package. Ignored files are those of other
// systems and build tags: their imports count as well.
type listed struct {
	Dir, ImportPath string
	GoFiles         []string
	CgoFiles        []string
	IgnoredGoFiles  []string
}

func readGraph(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=Dir,ImportPath,GoFiles,CgoFiles,IgnoredGoFiles", "./...")
	cmd.Dir = filepath.Join("..", "..")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	graph := map[string][]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return graph
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if name == "" {
			name = "."
		}
		graph[name] = imports(t, p)
	}
}

func imports(t *testing.T, p listed) []string {
	t.Helper()
	var out []string
	for _, file := range slices.Concat(p.GoFiles, p.CgoFiles, p.IgnoredGoFiles) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	}
	slices.Sort(out)
	return out
}
