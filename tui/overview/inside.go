package overview

import (
	"strings"

	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// kept are the things people keep on a card, and the files they lie in. A
// phone book of its own in DF.PHONEBOOK comes before the old list in
// DF.TELECOM, which often is the same.
var kept = []struct {
	id     string
	screen string // that shows them, if any
	file   string
	places [][]string
}{
	{"contacts", app.ScreenContacts, "EF.ADN", [][]string{{"ADF.USIM/DF.PHONEBOOK", "MF/DF.TELECOM/DF.PHONEBOOK"}, {"MF/DF.TELECOM"}}},
	{"messages", app.ScreenMessages, "EF.SMS", [][]string{nil}},
	{"dialled", "", "EF.LND", [][]string{nil}},
}

// tally is what the files of one kind hold together.
type tally struct {
	known                bool // at least one was read
	used, total, deleted int
	fresh                int // messages not read yet
	files                []digest
	denied               []digest
}

func (k *known) tally(file string, places []string) tally {
	t := tally{files: k.of(file, places...)}
	for _, d := range t.files {
		switch d.state {
		case fs.Read:
			t.known = true
			t.used, t.total, t.deleted = t.used+d.used, t.total+d.total, t.deleted+d.deleted
			t.fresh += d.fresh
		case fs.Denied:
			t.denied = append(t.denied, d)
		}
	}
	return t
}

// things is the tally of one kind, from the first group of places that has
// its files.
func (k *known) things(i int) tally {
	var t tally
	for _, places := range kept[i].places {
		if t = k.tally(kept[i].file, places); len(t.files) > 0 {
			break
		}
	}
	if kept[i].id == "contacts" {
		k.book.into(&t)
	}
	return t
}

// inside counts what people keep on the card.
func (k *known) inside() row {
	r := row{id: "inside", label: label("inside")}
	var behind []string // what could not be counted
	var needs string
	for i, what := range kept {
		t := k.things(i)
		if len(t.files) > 0 && (r.to.screen == "" || t.fresh > 0 || t.deleted > 0) {
			r.to = toThings(what.screen, t)
		}
		if t.known && (t.used > 0 || len(t.denied) == 0) {
			r.all = append(r.all, count(what.id, t))
		}
		switch {
		case len(t.denied) > 0:
			name := texts.Say("overview." + what.id)
			if t.known && t.used > 0 {
				name = texts.Say("overview.more_of", "what", name)
			}
			behind = append(behind, name)
			needs = k.needs(t.denied[0].path)
		case !t.known && k.reading():
			r.all = append(r.all, group{muted(texts.Say("overview." + what.id)), word{mark: markMore}})
		case !t.known && len(t.files) > 0 && t.files[0].state == fs.Failed:
			r.all = append(r.all, group{muted(texts.Say("overview." + what.id)), muted(texts.Say("overview.not_read"))})
		}
	}
	if len(behind) > 0 {
		r.all = append(r.all, group{muted(texts.Say("overview.behind", "what", strings.Join(behind, ", "), "needs", needs))})
	}
	if len(r.all) == 0 {
		why := "overview.nothing_inside"
		if !k.env.Walk.Finished {
			why = "overview.not_read"
		}
		r.all = []group{{muted(texts.Say(why))}}
	}
	return r
}

// toThings is the screen for things of a kind, or their file where they have
// none; of messages what is new or was deleted, if there is nothing else to see.
func toThings(screen string, t tally) target {
	switch {
	case screen == "":
		return toFile(t.files[0].path)
	case t.deleted > 0 && t.fresh == 0:
		return toDeleted()
	}
	return toScreen(screen)
}

// count is "42 of 50 contacts" or "7 messages, 1 new (2 deleted, still
// readable) !".
func count(id string, t tally) group {
	text := texts.Say("overview.count."+id, "n", t.used, "of", t.total)
	if t.fresh > 0 {
		text = texts.Say("overview.fresh", "what", text, "n", t.fresh)
	}
	out := group{say(text)}
	if t.deleted > 0 {
		out = append(out, word{tok: ui.Warn, text: texts.Say("overview.deleted", "n", t.deleted), mark: markWarn})
	}
	return out
}
