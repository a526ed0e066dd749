package cli

import (
	"fmt"
	"slices"

	"simscope/card"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/app"
)

// pinJSON is the state of one PIN. Numbers that the card did not tell are
// null.
type pinJSON struct {
	Name        string   `json:"name"`
	Reference   string   `json:"reference"` // hex
	Application string   `json:"application,omitempty"`
	In          []string `json:"in,omitempty"`
	State       string   `json:"state"` // "on", "off", "blocked", "unknown"
	TriesLeft   *int     `json:"triesLeft"`
	PUKLeft     *int     `json:"pukTriesLeft"`
	Verified    bool     `json:"verified"`
	of          string   // whose it is, where several have its name
}

func pinsJSON(c *app.Card, pins []app.PIN) []pinJSON {
	out := []pinJSON{}
	for _, p := range pins {
		j := pinJSON{
			Name: p.Ref.String(), Reference: fmt.Sprintf("%02X", byte(p.Ref)), State: pinState(p),
			TriesLeft: left(p.Tries), PUKLeft: left(p.Unblock), Verified: p.Verified,
		}
		if p.App != "" {
			j.Application = c.Files.Name(card.PathOf(p.App))
		}
		for _, a := range p.In {
			if a != "" {
				j.In = append(j.In, c.Files.Name(card.PathOf(a)))
			}
		}
		out = append(out, j)
	}
	for i, j := range out {
		if !slices.ContainsFunc(out, func(o pinJSON) bool { return o.Reference == j.Reference && o.Application != j.Application }) {
			continue
		}
		if out[i].of = j.Application; j.Application == "" {
			out[i].of = c.Files.Name(card.Path{})
		}
	}
	return out
}

func left(t card.Tries) *int {
	if !t.Known {
		return nil
	}
	return &t.Left
}

func pinState(p app.PIN) string {
	switch {
	case p.Tries.Blocked:
		return "blocked"
	case !p.Known:
		return "unknown"
	case p.Enabled:
		return "on"
	}
	return "off"
}

// line is the state in words: "PIN1 on, 3 left, PUK1 10 left"; of second PINs,
// which each application has of its own, with its name.
func (j pinJSON) line() string {
	name := j.Name
	if j.of != "" {
		name = texts.Say("pin.of", "name", name, "app", safe.Text(j.of))
	}
	s := name + "  " + texts.Say("pin."+j.State)
	if j.TriesLeft != nil && j.State != "blocked" {
		s += ", " + texts.Say("pin.left", "n", *j.TriesLeft)
	}
	if j.PUKLeft != nil {
		s += ", " + texts.Say("pin.puk_left", "n", *j.PUKLeft)
	}
	if j.Verified {
		s += ", " + texts.Say("pin.verified")
	}
	return s
}
