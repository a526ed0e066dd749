package files

import (
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/ui"
	"simscope/tui/ui/uitest"
)

// hidden is the built-in card with a file in the USIM that no catalogue names.
func hidden(t *testing.T) *virtual.Image {
	t.Helper()
	img := everyday(t)
	for _, f := range img.Apps[0].ADF.Children {
		if f.FID == 0x6F46 { // a copy of EF.SPN, with its rights
			copied := *f
			copied.FID, copied.Name, copied.SFI = 0x6F99, "", 0
			img.Apps[0].ADF.Children = append(img.Apps[0].ADF.Children, &copied)
			return img
		}
	}
	t.Fatal("no EF.SPN to copy")
	return nil
}

// notice is the dialog that was pushed last.
func (r *rig) notice() ui.Dialog {
	if len(r.Pushed) == 0 {
		return nil
	}
	return r.Pushed[len(r.Pushed)-1]
}

// ask presses s and says yes to the page that explains.
func (r *rig) askScan(yes bool) *ui.Confirm {
	r.T.Helper()
	n := len(r.Pushed)
	r.Keys("s")
	r.Until("the page comes", func() bool { return len(r.Pushed) > n })
	page, ok := r.notice().(*ui.Confirm)
	if !ok {
		r.T.Fatalf("%T", r.notice())
	}
	r.Feed(ui.ConfirmedMsg{ID: page.ID, OK: yes})
	return page
}

func TestScanFindsWhatNoCatalogueNames(t *testing.T) {
	r := newRigWith(t, hidden(t), true)
	r.goTo("ADF.USIM")
	page := r.askScan(false)
	if r.m.scan.id != 0 {
		t.Fatal("it began without a yes")
	}
	for _, want := range []string{"65532", "nothing is changed", "it may last"} {
		if !strings.Contains(page.Text, want) || !strings.Contains(page.Title, "ADF.USIM") {
			t.Errorf("%q is not said: %s, %s", want, page.Title, page.Text)
		}
	}
	before := r.Env.Card.Log.Len()
	r.askScan(true)
	if r.m.scan.id == 0 {
		t.Fatal("it does not begin")
	}
	// It is shown how far it is, and others are served meanwhile.
	r.Until("it has begun", func() bool { return r.m.scan.at.Done > 0 })
	if l := r.m.Right().Plain(); !strings.Contains(l, "scanning") {
		t.Errorf("the last line says %q", l)
	}
	if h := r.m.Hints(); len(h) == 0 || h[0] != "stop" {
		t.Errorf("how it is stopped is not said first: %v", h)
	}
	r.has(80, 21, "% looked through")
	r.goTo("MF/EF.ICCID")
	pushed := len(r.Pushed)
	r.Until("it has ended", func() bool { return len(r.Pushed) > pushed })
	done, ok := r.notice().(*ui.Notice)
	if !ok || !strings.Contains(done.Text, "6F99") || !strings.Contains(done.Text, "always") {
		t.Fatalf("%T %+v", r.notice(), done)
	}
	r.goTo("ADF.USIM/6F99")
	uitest.Golden(t, "unlisted", r.screen(120, 37)+"\n"+r.screen(80, 21)+"\n")
	r.Keys("backspace")
	r.has(80, 21, "6F99 in no catalogue")
	for i := before; i < r.Env.Card.Log.Len(); i++ {
		e, _ := r.Env.Card.Log.At(i)
		if len(e.Command) < 2 {
			continue
		}
		switch e.Command[1] {
		case card.InsUpdateBinary, card.InsUpdateRecord, card.InsVerify:
			t.Errorf("sent % X", e.Command)
		}
	}
}

// Stopped, it keeps what it knows and goes on where it was.
func TestScanStopsAndGoesOn(t *testing.T) {
	r := newRigWith(t, hidden(t), true)
	r.goTo("ADF.USIM")
	r.askScan(true)
	r.Until("it has begun", func() bool { return r.m.scan.at.Done > 0 })
	r.Hub.Cancel(r.m.scan.id)
	r.Until("it has stopped", func() bool { return r.m.scan.id == 0 })
	// Where it stopped stands on the row of the directory.
	if s := r.See(80, 21); !strings.Contains(s, " % looked through, s goes on") {
		t.Errorf("it does not say that it can go on:\n%s", s)
	}
	at := r.m.scan.at.Done
	if at == 0 || at == r.m.scan.at.Total {
		t.Fatalf("%+v", r.m.scan.at)
	}
	page := r.askScan(true)
	if !strings.Contains(page.Text, "The rest may last") {
		t.Errorf("the second page says %s", page.Text)
	}
	r.Until("it goes on", func() bool { return r.m.scan.at.Done > at })
	r.Hub.Cancel(r.m.scan.id)
	r.Until("it has stopped", func() bool { return r.m.scan.id == 0 })
}

func TestScanOfACardThatAnswersToEverything(t *testing.T) {
	r := newRig(t, "everyday", true)
	r.m.scan.id = 77
	r.Feed(app.AnswerEvent{Answer: app.Answer{ID: 77, Card: r.Env.Number, Err: fs.ErrEverything}})
	r.Until("it is told", func() bool { return len(r.Pushed) > 0 })
	if n, ok := r.notice().(*ui.Notice); !ok || !strings.Contains(n.Text, "answers to every identifier") {
		t.Errorf("%T %+v", r.notice(), n)
	}
}
