package ui

import (
	"fmt"
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Token names what a piece of text is; a theme says how it looks.
type Token uint8

// The tokens. Text is the zero value.
const (
	Text        Token = iota // what is read
	Muted                    // secondary: identifiers, offsets, times
	Accent                   // where one is: keys, the active tab
	Good                     // fine
	Warn                     // look here
	Bad                      // danger
	Secret                   // something that is hidden on purpose
	Selection                // the selected row
	Border                   // thin lines
	BorderFocus              // the lines of the pane that has the keys
	Title                    // names of panes, first lines
	Mark                     // bytes of the selected field, matched letters
	Cursor                   // the one cell that the keys act on
	Dim                      // the screen behind a dialog
	tokens
)

// Style is how a token looks. A nil colour is the terminal's own.
type Style struct {
	Fg, Bg                          color.Color
	Bold, Faint, Reverse, Underline bool
}

// Theme is a table of styles and a set of glyphs. It is not changed after it
// was made.
type Theme struct {
	Name   string
	Glyphs Glyphs
	// Mono says that no colour may be sent at all.
	Mono   bool
	ascii  bool
	styles [tokens]Style
	prefix [2][tokens]string // opening sequence, [1]: on the selected row
}

// Glyphs are the signs of a theme, each one cell wide.
type Glyphs struct {
	Good, Bad, Warn, None         string
	Cursor, Expanded, Collapsed   string
	Secret, Denied, Absent        string
	Dot, Ellipsis, Crumb, Sep     string
	BarFull, BarEmpty             string
	H, V, TL, TR, BL, BR, TeeLeft string
	Up, Down, Left, Right         string
}

// GlyphsUnicode is the ordinary set: plain Unicode, no private use area.
var GlyphsUnicode = Glyphs{
	Good: "✓", Bad: "✗", Warn: "!", None: "·",
	Cursor: "▌", Expanded: "▾", Collapsed: "▸",
	Secret: "∎", Denied: "#", Absent: "–",
	Dot: "•", Ellipsis: "…", Crumb: "›", Sep: "·",
	BarFull: "▰", BarEmpty: "▱",
	H: "─", V: "│", TL: "╭", TR: "╮", BL: "╰", BR: "╯", TeeLeft: "├",
	Up: "↑", Down: "↓", Left: "←", Right: "→",
}

// GlyphsASCII is for terminals and fonts that have nothing else, and for
// those that show ambiguous characters two cells wide.
var GlyphsASCII = Glyphs{
	Good: "+", Bad: "x", Warn: "!", None: ".",
	Cursor: ">", Expanded: "v", Collapsed: "/",
	Secret: "*", Denied: "#", Absent: "-",
	Dot: "*", Ellipsis: "~", Crumb: ">", Sep: "-",
	BarFull: "#", BarEmpty: ".",
	H: "-", V: "|", TL: "+", TR: "+", BL: "+", BR: "+", TeeLeft: "+",
	Up: "^", Down: "v", Left: "<", Right: ">",
}

// ThemeNames are the names that NewTheme knows, besides auto.
var ThemeNames = []string{"dark", "light", "high-contrast", "monochrome"}

func hex(s string) color.Color { return lipgloss.Color(s) }

// palettes are the themes in full colour. Text has no colour of its own, so
// that it is readable on any background the person chose.
var palettes = map[string][tokens]Style{
	"dark": {
		Muted: {Fg: hex("#858d9b")}, Accent: {Fg: hex("#6cb6ff")}, Good: {Fg: hex("#7ec699")},
		Warn: {Fg: hex("#e5c07b")}, Bad: {Fg: hex("#f47067"), Bold: true}, Secret: {Fg: hex("#c39ddb")},
		Selection: {Fg: hex("#f0f3f6"), Bg: hex("#2b3b52")}, Border: {Fg: hex("#4b5362")},
		BorderFocus: {Fg: hex("#6cb6ff")}, Title: {Bold: true},
		Mark: {Fg: hex("#ffffff"), Bg: hex("#35557a")}, Cursor: {Reverse: true}, Dim: {Fg: hex("#565d6a")},
	},
	"light": {
		Muted: {Fg: hex("#6a727d")}, Accent: {Fg: hex("#0550ae")}, Good: {Fg: hex("#116329")},
		Warn: {Fg: hex("#8a5300")}, Bad: {Fg: hex("#b3261e"), Bold: true}, Secret: {Fg: hex("#7a3e9d")},
		Selection: {Fg: hex("#1f2328"), Bg: hex("#d5e5fa")}, Border: {Fg: hex("#bcc4ce")},
		BorderFocus: {Fg: hex("#0550ae")}, Title: {Bold: true},
		Mark: {Fg: hex("#0a2540"), Bg: hex("#b6d5f7")}, Cursor: {Reverse: true}, Dim: {Fg: hex("#b0b7c0")},
	},
	"high-contrast": {
		Muted: {Fg: hex("#d0d0d0")}, Accent: {Fg: hex("#00ffff"), Bold: true}, Good: {Fg: hex("#5fff5f"), Bold: true},
		Warn: {Fg: hex("#ffff00"), Bold: true}, Bad: {Fg: hex("#ff8787"), Bold: true}, Secret: {Fg: hex("#ff87ff")},
		Selection: {Fg: hex("#000000"), Bg: hex("#ffffff"), Bold: true}, Border: {Fg: hex("#a8a8a8")},
		BorderFocus: {Fg: hex("#00ffff"), Bold: true}, Title: {Bold: true, Underline: true},
		Mark: {Fg: hex("#000000"), Bg: hex("#ffff00")}, Cursor: {Reverse: true, Bold: true}, Dim: {Fg: hex("#808080")},
	},
	"monochrome": monochrome,
}

// monochrome says with weight and reversal what the others say with colour;
// glyphs and words carry the rest.
var monochrome = [tokens]Style{
	Accent: {Bold: true}, Warn: {Bold: true}, Bad: {Bold: true}, Selection: {Reverse: true},
	BorderFocus: {Bold: true}, Title: {Bold: true}, Mark: {Reverse: true},
	Cursor: {Reverse: true, Bold: true}, Dim: {Faint: true},
}

// basic holds the themes for terminals of 16 colours, where the nearest of
// the sixteen would often be black on black.
var basic = map[string][tokens]Style{
	"dark": {
		Muted: {Fg: ansi.White}, Accent: {Fg: ansi.BrightCyan}, Good: {Fg: ansi.BrightGreen}, Warn: {Fg: ansi.BrightYellow},
		Bad: {Fg: ansi.BrightRed, Bold: true}, Secret: {Fg: ansi.BrightMagenta}, Selection: {Reverse: true},
		Border: {Fg: ansi.BrightBlack}, BorderFocus: {Fg: ansi.BrightCyan}, Title: {Bold: true},
		Mark: {Fg: ansi.BrightWhite, Bg: ansi.Blue}, Cursor: {Reverse: true, Bold: true}, Dim: {Fg: ansi.BrightBlack},
	},
	"light": {
		Muted: {Fg: ansi.BrightBlack}, Accent: {Fg: ansi.Blue}, Good: {Fg: ansi.Green}, Warn: {Fg: ansi.Magenta},
		Bad: {Fg: ansi.Red, Bold: true}, Secret: {Fg: ansi.Magenta}, Selection: {Reverse: true},
		Border: {Fg: ansi.BrightBlack}, BorderFocus: {Fg: ansi.Blue}, Title: {Bold: true},
		Mark: {Fg: ansi.Black, Bg: ansi.Cyan}, Cursor: {Reverse: true, Bold: true}, Dim: {Fg: ansi.BrightBlack},
	},
	"high-contrast": {
		Accent: {Fg: ansi.BrightCyan, Bold: true}, Good: {Fg: ansi.BrightGreen, Bold: true}, Warn: {Fg: ansi.BrightYellow, Bold: true},
		Bad: {Fg: ansi.BrightRed, Bold: true}, Secret: {Fg: ansi.BrightMagenta}, Selection: {Reverse: true, Bold: true},
		BorderFocus: {Fg: ansi.BrightCyan, Bold: true}, Title: {Bold: true, Underline: true},
		Mark: {Fg: ansi.Black, Bg: ansi.BrightYellow}, Cursor: {Reverse: true, Bold: true}, Dim: {Fg: ansi.White},
	},
}

// ThemeOptions are what a person can say about the look.
type ThemeOptions struct {
	// Name is auto (or empty), dark, light, high-contrast or monochrome.
	Name string
	// ASCII keeps every sign of the program itself within ASCII.
	ASCII bool
	// NoColor is the value of NO_COLOR: any non-empty value means that no
	// colour is sent, unless Name asks for a theme.
	NoColor string
	// LightBackground is what the terminal said of itself; it matters for auto
	// alone. Unknown is dark.
	LightBackground bool
}

// NewTheme makes a theme. The error names the themes that exist.
func NewTheme(o ThemeOptions) (*Theme, error) {
	name := o.Name
	switch {
	case name != "" && name != "auto":
	case o.NoColor != "":
		name = "monochrome"
	case o.LightBackground:
		name = "light"
	default:
		name = "dark"
	}
	styles, ok := palettes[name]
	if !ok {
		return nil, fmt.Errorf("unknown theme %q; known: auto, %s", name, strings.Join(ThemeNames, ", "))
	}
	return makeTheme(name, styles, o.ASCII), nil
}

// ForProfile is the theme for a terminal of fewer colours: its own table of
// 16, or monochrome where there is none. 256 colours come by conversion.
func (th *Theme) ForProfile(p colorprofile.Profile) *Theme {
	switch {
	case th.Mono || p >= colorprofile.ANSI256 || p == colorprofile.Unknown:
		return th
	case p == colorprofile.ANSI:
		return makeTheme(th.Name, basic[th.Name], th.ascii)
	default:
		return makeTheme("monochrome", monochrome, th.ascii)
	}
}

func makeTheme(name string, styles [tokens]Style, ascii bool) *Theme {
	th := &Theme{Name: name, styles: styles, ascii: ascii, Mono: name == "monochrome", Glyphs: GlyphsUnicode}
	if ascii {
		th.Glyphs = GlyphsASCII
	}
	for t, s := range styles {
		th.prefix[0][t] = s.open()
		th.prefix[1][t] = s.selected(styles[Selection]).open()
	}
	return th
}

// Style is how a token looks in this theme.
func (th *Theme) Style(t Token) Style { return th.styles[min(t, tokens-1)] }

// selected is s on the row under the selection: its background, and its own
// colour where it has one that shows on it.
func (s Style) selected(sel Style) Style {
	if sel.Reverse {
		return Style{Reverse: !s.Reverse, Bold: s.Bold || sel.Bold, Underline: s.Underline}
	}
	if s.Bg == nil {
		s.Bg = sel.Bg
		if s.Fg == nil || sel.Bold {
			s.Fg = sel.Fg
		}
	}
	s.Bold = s.Bold || sel.Bold
	return s
}

func (s Style) open() string {
	if s == (Style{}) {
		return ""
	}
	a := ansi.NewStyle()
	if s.Bold {
		a = a.Bold()
	}
	if s.Faint {
		a = a.Faint()
	}
	if s.Underline {
		a = a.Underline(true)
	}
	if s.Reverse {
		a = a.Reverse(true)
	}
	if s.Fg != nil {
		a = a.ForegroundColor(s.Fg)
	}
	if s.Bg != nil {
		a = a.BackgroundColor(s.Bg)
	}
	return a.String()
}

// Paint gives text in the look of a token. The text is cleaned.
func (th *Theme) Paint(t Token, text string) string { return th.paint(t, Clean(text), false) }

func (th *Theme) paint(t Token, clean string, selected bool) string {
	i := 0
	if selected {
		i = 1
	}
	open := th.prefix[i][min(t, tokens-1)]
	if open == "" || clean == "" {
		return clean
	}
	return open + clean + ansi.ResetStyle
}
