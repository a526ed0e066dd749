package app

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"simscope/card/safe"
)

// Limits of the table of ATRs, which is not ours: its size in bytes, and how
// many names of one ATR are shown.
const (
	maxATRTable = 16 << 20
	maxATRNames = 6
)

// atrTables are the places of the table that the Debian package pcsc-tools
// installs and its program updates, the newer first.
func atrTables(vars func(string) string) []string {
	var out []string
	cache := vars("XDG_CACHE_HOME")
	if cache == "" && vars("HOME") != "" {
		cache = filepath.Join(vars("HOME"), ".cache")
	}
	if cache != "" {
		out = append(out, filepath.Join(cache, "smartcard_list.txt"))
	}
	return append(out, "/usr/local/share/pcsc/smartcard_list.txt", "/usr/share/pcsc/smartcard_list.txt")
}

// ATRNames looks an ATR up in the table of known ATRs, if one is installed
// (package pcsc-tools). The table says what others saw with that ATR; many
// cards share one. Nothing found and no table both give nothing.
func ATRNames(ctx context.Context, vars func(string) string, atr []byte) []string {
	for _, name := range atrTables(vars) {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		if i, err := f.Stat(); err != nil || !i.Mode().IsRegular() || i.Size() > maxATRTable {
			continue
		}
		return atrNames(ctx, bufio.NewScanner(f), atr)
	}
	return nil
}

// atrNames reads the table: a line with a pattern, then lines with names that
// begin with a tab. A pattern is hex with a dot for any digit, now and then a
// regular expression.
func atrNames(ctx context.Context, lines *bufio.Scanner, atr []byte) []string {
	want := fmt.Sprintf("% X", atr)
	var out []string
	hit := false
	for lines.Scan() && ctx.Err() == nil {
		line := lines.Text()
		switch {
		case line == "" || line[0] == '#':
			hit = false
		case line[0] == '\t':
			if hit && len(out) < maxATRNames {
				out = append(out, safe.Text(strings.TrimSpace(line)))
			}
		default:
			hit = fitsATR(strings.TrimSpace(line), want)
		}
	}
	return out
}

func fitsATR(pattern, atr string) bool {
	if strings.ContainsAny(pattern, "[(|*+?\\") {
		// The first byte is never a class: most lines are done with it.
		if len(pattern) < 2 || len(atr) < 2 || pattern[:2] != atr[:2] {
			return false
		}
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		return err == nil && re.MatchString(atr)
	}
	if len(pattern) != len(atr) {
		return false
	}
	for i := range len(atr) {
		if pattern[i] != '.' && pattern[i] != atr[i] {
			return false
		}
	}
	return true
}
