package ef

import (
	"strings"
	"testing"
)

// What is said of gaps is said of files that there are, of each once.
func TestGapsHaveTheirFiles(t *testing.T) {
	known, reasons := registry()
	seen := map[string]bool{}
	for _, g := range gaps {
		if s := g.String(); strings.ContainsAny(s, "<{") || !strings.HasSuffix(s, ".") {
			t.Errorf("%s: %q", g.id, s)
		}
		for _, p := range g.paths {
			prefix, many := strings.CutSuffix(p, "*")
			n := 0
			for path := range known {
				if path == p || many && strings.HasPrefix(path, prefix) {
					n++
					if seen[path] {
						t.Errorf("%s stands twice", path)
					}
					seen[path] = true
				}
			}
			if n == 0 && reasons[p] == "" {
				t.Errorf("%s is no file", p)
			}
		}
	}
}
