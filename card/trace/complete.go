package trace

import (
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
)

// Suggestion is one way to go on with a filter.
type Suggestion struct {
	Text  string // the whole filter so far, completed
	Word  string // the part that is new or replaced
	About string // what it does
}

// Vocabulary is what a log offers for completion.
type Vocabulary struct {
	Files, Steps []string
}

const (
	maxVocabulary  = 500
	maxSuggestions = 20
)

// VocabularyOf gathers the names of files and steps in a view, newest blocks
// first, up to 500 of each.
func VocabularyOf(v View, name Namer) Vocabulary {
	var out Vocabulary
	files, steps := map[card.Path]bool{}, map[string]bool{}
	blocks := slices.Collect(v.each())
	for _, b := range slices.Backward(blocks) {
		for i := range b.rows {
			r := &b.rows[i]
			if p := b.paths[r.file]; r.hasFile && !files[p] && len(files) < maxVocabulary {
				files[p] = true
				out.Files = append(out.Files, name.leaf(p))
			}
			if s := b.strs[r.step]; s != "" && !steps[s] && len(steps) < maxVocabulary {
				steps[s] = true
				out.Steps = append(out.Steps, safe.Text(s))
			}
		}
	}
	for _, l := range []*[]string{&out.Files, &out.Steps} {
		slices.Sort(*l)
		*l = slices.Compact(*l)
	}
	return out
}

// conditions are offered at the start of a word, in this order.
var conditions = []struct{ word, about string }{
	{"sw:", "sw"},
	{"file:", "file"},
	{"ins:", "ins"},
	{"err", "err"},
	{"step:", "step"},
	{">10ms", "slow"},
	{"<10ms", "fast"},
	{"ch:", "ch"},
	{"cla:", "cla"},
	{"note", "note"},
	{"reset", "reset"},
	{"hidden", "hidden"},
}

var commonSW = []card.SW{0x9000, 0x6A82, 0x6982, 0x6283, 0x6983, 0x6A83, 0x6A86, 0x6D00, 0x6E00, 0x9862}

// Complete says how the filter text before the cursor may go on, at most 20
// ways, the likeliest first.
func Complete(prefix string, voc Vocabulary) []Suggestion {
	start := wordStart(prefix)
	head, word := prefix[:start], prefix[start:]
	for strings.HasPrefix(word, "!") {
		head, word = head+"!", word[1:]
	}
	key, value, isValue := strings.Cut(word, ":")
	if !isValue {
		var out []Suggestion
		for _, c := range conditions {
			if strings.HasPrefix(c.word, strings.ToLower(word)) && c.word != word {
				out = append(out, Suggestion{head + c.word, c.word, texts.Say("trace.filter.about." + c.about)})
			}
		}
		return out
	}
	return values(head, strings.ToLower(key), strings.Trim(value, `"`), voc)
}

func values(head, key, value string, voc Vocabulary) []Suggestion {
	var words []string
	about := func(string) string { return "" }
	switch key {
	case "sw":
		for _, sw := range commonSW {
			words = append(words, sw.String())
		}
		about = func(w string) string {
			v, _ := hexWord(w)
			return general(card.SW(v)).Text
		}
	case "ins":
		words = Instructions()
	case "file":
		words = voc.Files
	case "step":
		words = voc.Steps
	}
	var begins, holds []Suggestion
	lower := strings.ToLower(value)
	for _, w := range words {
		i := strings.Index(strings.ToLower(w), lower)
		if i < 0 || w == value {
			continue
		}
		s := Suggestion{head + key + ":" + quote(w), quote(w), about(w)}
		if i == 0 {
			begins = append(begins, s)
		} else {
			holds = append(holds, s)
		}
	}
	out := append(begins, holds...)
	return out[:min(len(out), maxSuggestions)]
}

func hexWord(w string) (uint16, bool) {
	_, v, ok := hexPattern(w, 4)
	return v, ok
}

// quote writes a value so that ParseFilter reads it as one.
func quote(w string) string {
	if w != "" && !strings.ContainsAny(w, " \t\n\r|():\"\\!<>") {
		return w
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w) + `"`
}

// wordStart is where the last word of s begins, quotes respected.
func wordStart(s string) int {
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (isSpace(c) || c == '|' || c == '(' || c == ')'):
			start = i + 1
		}
	}
	return start
}
