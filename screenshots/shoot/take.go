//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"simscope/screenshots"
	"simscope/screenshots/svg"
	"simscope/screenshots/term"
)

// patience is how long one step may take.
const patience = 15 * time.Second

// take runs a scene and gives its picture.
func take(s screenshots.Scene, program string) ([]byte, error) {
	theme, ok := svg.Themes[s.Theme]
	if !ok {
		return nil, fmt.Errorf("there is no theme %q", s.Theme)
	}
	home, err := os.MkdirTemp("", "shoot")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	t, err := term.Start(term.Options{
		Cols: s.Cols, Rows: s.Rows, Dir: home,
		Argv: append([]string{program}, s.Args...), Env: append(environment(home), s.Env...),
		Foreground: theme.Foreground, Background: theme.Background,
	})
	if err != nil {
		return nil, err
	}
	defer t.Close()
	for i, step := range append([]screenshots.Step{{}}, s.Steps...) {
		if err := do(t, step); err != nil {
			return nil, fmt.Errorf("step %d: %w", i, err)
		}
	}
	return svg.Draw(t.Screen(), theme, s.Title), nil
}

func do(t *term.Terminal, step screenshots.Step) error {
	if err := t.Press(step.Keys...); err != nil {
		return err
	}
	if step.Wait != "" {
		re, err := regexp.Compile(step.Wait)
		if err != nil {
			return err
		}
		if err := t.WaitFor(re, patience); err != nil {
			return err
		}
	}
	return t.Settle(patience)
}

// environment is all that the program sees of this machine: the same on
// every machine, but for the place of an empty home folder.
func environment(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "TZ=UTC",
		"TERM=xterm-256color", "COLORTERM=truecolor",
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
		"XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"XDG_STATE_HOME=" + filepath.Join(home, "state"),
		"XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"XDG_RUNTIME_DIR=" + home,
	}
}
