package files

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"simscope/fs"
	"simscope/fs/ef"
	"simscope/tui/app"
	"simscope/tui/ui/uitest"
)

// listing opens the editor of a list of networks by a verb of the screen.
func listing(t *testing.T, file, verb string, keys ...string) (*rig, *networks) {
	t.Helper()
	r := newRigWith(t, everyday(t), true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	r.m.View(120, 37)
	r.goTo(file)
	r.Keys(keys...)
	r.Run(r.m.Do("files."+verb, ""))
	r.Until("the list is up", func() bool { return len(r.Pushed) > 0 })
	return r, r.Pushed[0].(*networks)
}

// list sends keys to the dialog; a word of more than one letter that is no
// key's name is typed.
func (r *rig) list(e *networks, keys ...string) (done bool) {
	for _, k := range keys {
		switch k {
		case "space":
			_, cmd := e.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
			r.Run(cmd)
		case "tab", "enter", "up", "down", "left", "right":
			d, cmd := e.Update(uitest.Press(k))
			r.Run(cmd)
			done = done || d
		default:
			for _, c := range k {
				d, cmd := e.Update(tea.KeyPressMsg{Code: c, Text: string(c)})
				r.Run(cmd)
				done = done || d
			}
		}
		e.View(r.Env.Theme, 80, 24)
	}
	return done
}

func (e *networks) names() string {
	var out []string
	for _, n := range e.list.Networks {
		out = append(out, n.MCC+n.MNC)
	}
	return strings.Join(out, " ")
}

func networksView(r *rig, e *networks, w, h int) string {
	dw, dh := e.Size(w, h)
	return ansi.Strip(e.View(r.Env.Theme, dw, dh))
}

func TestNetworksPictures(t *testing.T) {
	for _, p := range []struct {
		name, verb string
		keys       []string
	}{
		{"networks", "down", nil},
		{"networks-add", "add", []string{"china", "down", "tab", "right", "space"}},
		{"networks-typed", "add", []string{"99912"}},
		{"networks-nothing", "add", []string{"zzz"}},
	} {
		t.Run(p.name, func(t *testing.T) {
			r, e := listing(t, "ADF.USIM/EF.PLMNwAcT", p.verb)
			r.list(e, p.keys...)
			uitest.Golden(t, p.name, networksView(r, e, 80, 24)+"\n")
			for _, size := range [][2]int{{100, 30}, {40, 12}, {12, 4}, {1, 1}} {
				uitest.Exact(t, p.name, e.View(r.Env.Theme, size[0], size[1]), size[0], size[1])
			}
		})
	}
}

// All that is done in the list becomes one plan, and nothing is sent before.
func TestNetworksMakeOnePlan(t *testing.T) {
	r, e := listing(t, "ADF.USIM/EF.PLMNwAcT", "add")
	was := e.names()
	r.list(e, "999 12", "tab", "space", "enter") // not for 5G
	r.list(e, "<", "-", "+", "262 01", "enter", ">")
	if e.names() == was || e.form != nil {
		t.Fatalf("%s", e.names())
	}
	got := e.names()
	sent := r.Env.Card.Log.Len()
	if !r.list(e, "enter") {
		t.Fatal("the list stays")
	}
	r.Until("the plan is shown", func() bool { return len(r.Pushed) == 2 })
	if view := ansi.Strip(r.Pushed[1].View(r.Env.Theme, 100, 30)); !strings.Contains(view, "1 step") {
		t.Errorf("%s", view)
	}
	if r.Env.Card.Log.Len() != sent {
		t.Error("something was sent")
	}
	if !strings.Contains(got, "26201") {
		t.Errorf("the list is %s", got)
	}
}

// Where the entry goes, and which one the keys are about.
func TestNetworksChanges(t *testing.T) {
	for _, tt := range []struct {
		start string
		at    int
		keys  []string
		want  string
		now   int
	}{
		{"a b c", 0, []string{">"}, "b a c", 1},
		{"a b c", 2, []string{">"}, "a b c", 2},
		{"a b c", 0, []string{"<"}, "a b c", 0},
		{"a b c", 2, []string{"<", "K"}, "c a b", 0},
		{"a b c", 2, []string{"-"}, "a b", 1},
		{"a", 0, []string{"-", "-"}, "", 0},
		{"a b c", 0, []string{"+", "99904", "enter"}, "a d b c", 1},
		{"", 0, []string{"+", "99904", "enter"}, "d", 0},
		{"a b c", 2, []string{"+", "99901", "enter"}, "b c a", 2}, // moves there
		{"a b c", 0, []string{"+", "99903", "enter"}, "a c b", 1},
		{"a b c", 1, []string{"+", "99902", "enter"}, "a b c", 1},
		{"a b c", 0, []string{"+", "enter", "zzz", "enter"}, "a b c", 0}, // the form stays
		{"a b c d", 0, []string{"+"}, "a b c d", 0},                      // full
	} {
		r := newRig(t, "everyday", false)
		var list []ef.Network
		for name := range strings.FieldsSeq(tt.start) {
			list = append(list, ef.Network{MCC: "999", MNC: fmt.Sprintf("%02d", name[0]-'a'+1), Act: []string{ef.ActGSM}})
		}
		e := newNetworks(r.Env, r.preferred(list, 4), tt.at)
		r.list(e, tt.keys...)
		got := ""
		for _, n := range e.list.Networks {
			got += string('a'+n.MNC[1]-'1') + " "
		}
		if strings.TrimSpace(got) != tt.want || e.at != tt.now {
			t.Errorf("%s at %d, %v: %sat %d, want %s at %d", tt.start, tt.at, tt.keys, got, e.at, tt.want, tt.now)
		}
		if full := tt.start == "a b c d"; full != (e.refused != "") || full && e.form != nil {
			t.Errorf("%v: %q", tt.keys, e.refused)
		}
	}
}

// A network is wanted for at least one radio, and for those that were chosen.
func TestNetworkRadios(t *testing.T) {
	r := newRig(t, "everyday", false)
	e := newNetworks(r.Env, r.preferred(nil, 4), 0)
	r.list(e, "+", "99904", "tab", "space", "right", "space", "right", "space", "right", "space", "right", "space", "enter")
	if e.form == nil || len(e.list.Networks) > 0 {
		t.Fatal("a network for no radio")
	}
	if view := networksView(r, e, 80, 24); !strings.Contains(view, "at least one") {
		t.Errorf("%s", view)
	}
	r.list(e, "space", "enter")
	if len(e.list.Networks) != 1 || fmt.Sprint(e.list.Networks[0].Act) != "[GSM]" {
		t.Errorf("%+v", e.list.Networks)
	}
	list := r.preferred(nil, 4)
	list.WithAct = false
	e = newNetworks(r.Env, list, 0)
	r.list(e, "+", "99904", "tab", "enter")
	if len(e.list.Networks) != 1 || e.list.Networks[0].Act != nil {
		t.Errorf("a list without radios: %+v", e.list.Networks)
	}
}

// The cursor on the screen says which entry is meant; unused entries between
// do not count.
func TestNetworkUnderTheCursor(t *testing.T) {
	r := newRigWith(t, everyday(t), true)
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	r.m.View(120, 37)
	r.goTo("ADF.USIM/EF.PLMNwAcT")
	if r.m.networkAt() != 0 {
		t.Error("the tree has the keys, and an entry is meant")
	}
	r.Keys("enter", "j", "j", "j", "j")
	if got := r.m.networkAt(); got != 1 {
		t.Errorf("entry %d", got)
	}
}

func TestNetworksEsc(t *testing.T) {
	r, e := listing(t, "ADF.USIM/EF.FPLMN", "add")
	if leave, _ := e.Escape(); leave || e.form != nil {
		t.Error("Esc does not close the form alone")
	}
	if leave, _ := e.Escape(); !leave {
		t.Error("a list that nobody changed is kept")
	}
	r.list(e, "+", "99907", "enter")
	if leave, _ := e.Escape(); leave {
		t.Error("a change is dropped at the first Esc")
	}
	if leave, _ := e.Escape(); !leave {
		t.Error("the second Esc does not leave")
	}
	r.list(e, "<")
	if leave, _ := e.Escape(); leave {
		t.Error("a change after the first Esc is dropped")
	}
}

// The verbs say why where there is no list, or it cannot be changed.
func TestNetworkReasons(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.View(120, 37)
	reason := func(file string) string {
		r.goTo(file)
		s := app.State{CardOpen: true}
		r.m.State(&s)
		v, _ := app.FindVerb("files.add")
		return v.Why(s)
	}
	if got := reason("ADF.USIM/EF.PLMNwAcT"); got != "reason.not_read" {
		t.Errorf("denied: %q", got)
	}
	r.verify("1234")
	r.Until("the card is read again", func() bool { return !r.reading() })
	for file, want := range map[string]string{
		"ADF.USIM/EF.PLMNwAcT": "", "ADF.USIM/EF.OPLMNwACT": "", "ADF.USIM/EF.FPLMN": "", "ADF.USIM/EF.EHPLMN": "",
		"ADF.USIM/EF.SPN": "reason.not_networks", "ADF.USIM": "reason.no_file", "MF/DF.TELECOM/EF.ADN": "reason.not_networks",
	} {
		if got := reason(file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

// preferred is a list on the card that is open.
func (r *rig) preferred(list []ef.Network, limit int) fs.Preferred {
	return fs.Preferred{Networks: list, Limit: limit, WithAct: true}
}
