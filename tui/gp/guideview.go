package gp

import (
	"fmt"

	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// View implements ui.Dialog.
func (d *guide) View(th *ui.Theme, w, h int) string {
	d.Title = texts.Say("gp.guide.title")
	d.Steps = d.Steps[:0]
	for _, id := range stepIDs {
		d.Steps = append(d.Steps, texts.Say("gp.step."+id))
	}
	d.Current = int(d.at)
	d.Failed = d.ended || d.told != nil
	if d.done != nil {
		d.Current++
	}
	d.Standing = ui.L(ui.S(ui.Warn, th.Glyphs.Warn+" "), ui.S(ui.Text, texts.Say("gp.guide.standing")))
	d.Hints = d.hints()
	d.Body = d.body
	return d.StepDialog.View(th, w, h)
}

func (d *guide) hints() []ui.Hint {
	hint := func(key, id string) ui.Hint { return ui.Hint{Key: key, Does: texts.Say("gp.hint." + id)} }
	switch {
	case d.ended || d.at == stepResult && !d.waiting():
		return []ui.Hint{hint("enter", "close")}
	case d.waiting() && d.request.Queued(d.m.env):
		return []ui.Hint{kit.WithdrawHint()}
	case d.waiting():
		return []ui.Hint{{Key: "esc", Does: texts.Say("gp.hint.give_up"), Off: d.request.TooEarly(d.m.env)}}
	case d.at == stepSet:
		return []ui.Hint{hint("enter", "on"), hint("f", "file"), hint("down", "other_set"), hint("esc", "leave")}
	case d.typing(), d.filing():
		return []ui.Hint{hint("enter", "on"), hint("shift+tab", "back"), hint("esc", "leave")}
	}
	enter := "leave_check"
	if d.onSend {
		enter = "send"
	}
	return []ui.Hint{hint("enter", enter), hint("tab", "other"), hint("p", "protection"), hint("m", "master"), hint("esc", "leave")}
}

// body draws what the step says.
func (d *guide) body(th *ui.Theme, w int) []ui.Line {
	g := &th.Glyphs
	var out []ui.Line
	say := func(tok ui.Token, text string) { out = append(out, ui.Paragraph(tok, text, w)...) }
	switch {
	case d.ended:
		say(ui.Bad, texts.Say("gp.guide.gone"))
	case d.at == stepSet:
		say(ui.Text, texts.Say("gp.guide.set"))
		out = append(out, nil)
		for i, v := range d.sets {
			sign, tok := "  ", ui.Muted
			if i == d.set {
				sign, tok = g.Cursor+" ", ui.Text
			}
			out = append(out, ui.L(ui.S(ui.Accent, sign), ui.S(tok, setName(v))))
		}
		out = append(out, nil)
		say(ui.Muted, texts.Say("gp.guide.file"))
	case d.filing():
		out = append(out, d.file.Lines(g, w)...)
		if d.fault != "" {
			out = append(out, nil)
			say(ui.Warn, d.fault)
		}
	case d.typing():
		say(ui.Text, texts.Say("gp.guide."+stepIDs[d.at]))
		if d.at > stepENC {
			say(ui.Muted, texts.Say("gp.guide.same"))
		}
		out = append(out, nil, append(d.in.Line(g), ui.S(ui.Muted, "  "+texts.Say("gp.guide.digits", "n", d.in.Len()))))
		if d.fault != "" {
			out = append(out, nil)
			say(ui.Warn, d.fault)
		}
	case d.at == stepCheck:
		say(ui.Text, texts.Say("gp.guide.check", "card", d.card(g)))
		out = append(
			out, nil,
			ui.L(ui.S(ui.Muted, g.Pad(texts.Say("gp.guide.keys"), 14)), ui.S(ui.Text, setName(d.version)+", "+texts.Say("gp.guide.length", "n", d.keys[0].Len()))),
			ui.L(ui.S(ui.Muted, g.Pad(texts.Say("gp.guide.made"), 14)), ui.S(ui.Text, texts.Say("gp.guide.kdf."+kdfID(d.kdf)))),
			ui.L(ui.S(ui.Muted, g.Pad(texts.Say("gp.guide.protection"), 14)), ui.S(ui.Text, texts.Say("gp.guide.security."+string(app.GPSecurities[d.security])))),
			nil, d.buttons(g),
		)
	case d.waiting() && d.request.Queued(d.m.env):
		say(ui.Text, texts.Say("wait.turn"))
	case d.waiting():
		say(ui.Text, texts.Say("gp.guide.waiting"))
	case d.told != nil:
		say(ui.Bad, d.told.Answer)
		if d.told.Next != "" {
			out = append(out, nil)
			say(ui.Text, d.told.Next)
		}
	default:
		say(ui.Good, g.Good+" "+d.done.Lines()[0].Text)
		out = append(out, nil)
		say(ui.Muted, texts.Say("gp.guide.listed"))
	}
	return out
}

func kdfID(i int) string {
	if app.GPKDFs[i] == "" {
		return "none"
	}
	return string(app.GPKDFs[i])
}

func setName(version int) string {
	if version == 0 {
		return texts.Say("gp.guide.any_set")
	}
	return texts.Say("gp.guide.version", "version", fmt.Sprintf("0x%02X", version))
}

// card names the card the keys are for.
func (d *guide) card(g *ui.Glyphs) string {
	if id := d.m.env.Identity.ICCID; id != "" {
		return g.TruncateMiddle(id, 9)
	}
	return d.m.env.Reader.ID.Name
}

func (d *guide) buttons(g *ui.Glyphs) ui.Line {
	button := func(id string, on bool) ui.Line {
		if on {
			return ui.L(ui.S(ui.Cursor, " "+g.Cursor+" "+texts.Say("gp.guide."+id)+" "))
		}
		return ui.L(ui.S(ui.Text, "   "+texts.Say("gp.guide."+id)+" "))
	}
	return append(button("no", !d.onSend).Gap(2), button("yes", d.onSend)...)
}
