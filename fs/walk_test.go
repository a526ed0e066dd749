package fs

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"simscope/card"
	"simscope/card/safe"
)

func mustWalk(t *testing.T, c *Card, o WalkOptions) {
	t.Helper()
	if err := c.Walk(context.Background(), o); err != nil {
		t.Fatal(err)
	}
}

func state(t *testing.T, c *Card, p card.Path) State {
	t.Helper()
	n, _ := c.Tree().Get(p)
	return n.State
}

func TestWalk(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F7E"].readSW = 0x6982
	c := discovered(t, f)
	var last Progress
	mustWalk(t, c, WalkOptions{Progress: func(p Progress) { last = p }})
	for p, want := range map[card.Path]State{
		card.PathOf(""):          Present,
		card.PathOf("", 0x2FE2):  Read,
		card.PathOf("", 0x2F06):  Read,
		card.PathOf("", 0x2F05):  Absent,
		card.PathOf("", 0x7F10):  Absent,
		usimPath():               Present,
		usimPath(0x6F07):         Read,
		usimPath(0x6F38):         Read,
		usimPath(0x6F05):         Read,
		usimPath(0x6F42):         Read,
		usimPath(0x6F08):         Secret,
		usimPath(0x6F7E):         Denied,
		usimPath(0x6FE3):         Absent,     // service 85 is on, the file is not there
		usimPath(0x6F3C):         ServiceOff, // service 10
		usimPath(0x6FC5):         ServiceOff,
		usimPath(0x5FC0):         ServiceOff, // no 5G service
		usimPath(0x5FC0, 0x4F01): NotLookedAt,
		usimPath(0x5FD0):         Absent, // no service governs it
		usimPath(0x5FD0, 0x4F01): NotLookedAt,
		usimPath(0x5F3A):         Present,
		usimPath(0x5F3A, 0x4F30): Read,
		usimPath(0x5F3A, 0x4F22): Absent,
		usimPath(0x5F3A, 0x4F3A): Read, // named by EF.PBR
		usimPath(0x5F3A, 0x4F09): Read,
		usimPath(0x5F3A, 0x4F58): NotLookedAt, // of a range nothing points into
	} {
		if got := state(t, c, p); got != want {
			t.Errorf("%s is %v, want %v", c.Name(p), got, want)
		}
	}
	n, _ := c.Tree().Get(usimPath(0x6F05))
	if !bytes.Equal(n.Content.Binary, f.files[testUSIM+"/6F05"].body) {
		t.Error("EF.LI was not read whole")
	}
	if last.Done != last.Total {
		t.Errorf("progress ends at %d of %d", last.Done, last.Total)
	}
	for _, a := range f.log {
		if a[1] == card.InsReadBinary && bytes.Contains(a, unhex("6F08")) {
			t.Error("EF.Keys was read")
		}
	}
}

// The floor: one SELECT for each file looked at and the fewest reads, apart
// from the application's own selections.
func TestWalkFloor(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{All: true})
	selects, reads := 0, 0
	for _, n := range c.Tree().All() {
		if n.State == NotLookedAt {
			continue
		}
		selects++
		if n.State != Read {
			continue
		}
		if n.Content.Records != nil {
			reads += len(n.Content.Records)
		} else {
			reads += (len(n.Content.Binary) + 255) / 256
		}
	}
	s := c.Stats()
	if s.Selects+s.Absent != selects || s.Reads != reads {
		t.Errorf("counted %+v, floor %d SELECTs and %d reads", s, selects, reads)
	}
	if got := f.count(card.InsReadBinary) + f.count(card.InsReadRecord); got != reads {
		t.Errorf("%d reads sent, %d are enough", got, reads)
	}
	sent := f.count(card.InsSelect) + f.count(card.InsReadBinary) + f.count(card.InsReadRecord)
	if ratio := float64(sent) / float64(selects+reads); ratio > 1.05 {
		t.Errorf("%d commands for a floor of %d: %.3f", sent, selects+reads, ratio)
	}
	before := len(f.log)
	mustWalk(t, c, WalkOptions{All: true})
	if len(f.log) != before {
		t.Errorf("a second walk sent %d commands though nothing is left to read", len(f.log)-before)
	}
}

// A file that was denied is asked for again once a PIN was verified, not
// before.
func TestWalkAfterPIN(t *testing.T) {
	f := usimCard()
	f.files[testUSIM+"/6F07"].readSW = 0x6982
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{})
	before := len(f.log)
	mustWalk(t, c, WalkOptions{})
	if len(f.log) != before {
		t.Errorf("%d commands though nothing was verified", len(f.log)-before)
	}
	f.hook = func(a []byte) []byte {
		switch {
		case a[1] == card.InsVerify && len(a) == 5:
			return sw(0x63C3)
		case a[1] == card.InsVerify:
			f.files[testUSIM+"/6F07"].readSW = 0
			return sw(0x9000)
		}
		return nil
	}
	_, err := c.Session().PIN(context.Background(), card.PINRequest{
		Op: card.PINVerify, Ref: card.RefPIN1, App: usimPath().App, Current: safe.NewSecret([]byte("1234")),
	})
	if err != nil {
		t.Fatal(err)
	}
	before = len(f.log)
	mustWalk(t, c, WalkOptions{})
	if got := state(t, c, usimPath(0x6F07)); got != Read {
		t.Errorf("EF.IMSI is %v", got)
	}
	if sent := len(f.log) - before; sent > 6 {
		t.Errorf("%d commands to read one file again", sent)
	}
}

func TestWalkSecrets(t *testing.T) {
	c := discovered(t, usimCard())
	mustWalk(t, c, WalkOptions{Secrets: true})
	if got := state(t, c, usimPath(0x6F08)); got != Read {
		t.Errorf("EF.Keys is %v", got)
	}
}

func TestWalkStopsBetweenCommands(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	f.hook = func([]byte) []byte {
		if n++; n == 12 {
			cancel()
		}
		return nil
	}
	if err := c.Walk(ctx, WalkOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if n != 12 {
		t.Errorf("%d commands after the walk was stopped", n-12)
	}
	f.hook = nil
	mustWalk(t, c, WalkOptions{})
	if got := state(t, c, usimPath(0x6F7E)); got != Read {
		t.Errorf("EF.LOCI is %v after going on", got)
	}
}

func TestWalkSurvivesForeignReset(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	n := 0
	f.fail = func([]byte) error {
		if n++; n == 30 {
			f.forget()
			return &card.TransportError{Kind: card.KindReset, Op: "transmit"}
		}
		return nil
	}
	mustWalk(t, c, WalkOptions{})
	if got := state(t, c, usimPath(0x6F07)); got != Read {
		t.Errorf("EF.IMSI is %v", got)
	}
	if n < 31 {
		t.Error("the reset never came")
	}
}

func TestWalkLimits(t *testing.T) {
	for _, l := range []Limits{{APDUs: 20}, {Nodes: 20}, {Bytes: 300}} {
		c := discovered(t, usimCard())
		var le *LimitError
		if err := c.Walk(context.Background(), WalkOptions{Limits: l}); !errors.As(err, &le) {
			t.Errorf("%+v: error %v", l, err)
		}
		if l.Nodes == 0 {
			mustWalk(t, c, WalkOptions{})
			if got := state(t, c, usimPath(0x6F46)); got != Read {
				t.Errorf("%+v: EF.SPN is %v after going on", l, got)
			}
		}
	}
}

func TestChildren(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	reads := f.count(card.InsReadBinary) + f.count(card.InsReadRecord)
	nodes, err := c.Children(context.Background(), usimPath())
	if err != nil {
		t.Fatal(err)
	}
	if got := f.count(card.InsReadBinary) + f.count(card.InsReadRecord); got != reads {
		t.Errorf("%d reads to list a directory", got-reads)
	}
	i := slices.IndexFunc(nodes, func(n Node) bool { return n.Name == "EF.IMSI" })
	if i < 0 || nodes[i].State != Present {
		t.Errorf("EF.IMSI is not listed as present")
	}
	if got := state(t, c, usimPath(0x5F3A)); got != Present {
		t.Errorf("DF.PHONEBOOK is %v", got)
	}
	if _, err := c.Children(context.Background(), usimPath(0x5F3A)); err != nil {
		t.Fatal(err)
	}
	if got := state(t, c, usimPath(0x5F3A, 0x4F3A)); got != Present {
		t.Errorf("the file EF.PBR names is %v", got)
	}
	n, err := c.ReadFile(context.Background(), usimPath(0x6F07), false)
	if err != nil || n.State != Read {
		t.Errorf("ReadFile: %v %v", n.State, err)
	}
}

func TestAccessFromRules(t *testing.T) {
	c := discovered(t, usimCard())
	ctx := context.Background()
	if _, err := c.ReadFile(ctx, usimPath(0x6F07), false); err != nil {
		t.Fatal(err)
	}
	if a := c.Access(usimPath(0x6F07)); a.Known || a.Why != "access.why.rule_not_read" {
		t.Errorf("before the rule was read: %+v", a)
	}
	a, err := c.LoadAccess(ctx, usimPath(0x6F07))
	if err != nil || Words(a.For(OpUpdate)) != "ADM1 or ADM2" || Words(a.For(OpRead)) != "PIN1" || a.Source != "EF.ARR 3" {
		t.Errorf("%v %+v", err, a)
	}
	sec := c.Security(usimPath().App)
	if got := sec.Satisfied(a.For(OpRead)); got != No {
		t.Errorf("PIN1 is on and not verified, read is %v", got)
	}
	if got := sec.Satisfied(a.For(OpUpdate)); got != No {
		t.Errorf("update is %v", got)
	}
}

func TestGSMWalk(t *testing.T) {
	dir := func(fid string, kind byte) *fakeFile {
		return &fakeFile{dir: true, info: unhex("00001234" + fid + hexByte(kind) + "0000000000 09 13 02 20 04 00 83 8A 83 8A")}
	}
	file := func(fid string, body []byte) *fakeFile {
		return &fakeFile{info: unhex("0000" + hexByte(byte(len(body)>>8)) + hexByte(byte(len(body))) + fid + "04 00 11 FF 44 01 02 00 00"), body: body}
	}
	f := &fakeCard{gsm: true, gen: 1, files: map[string]*fakeFile{
		"3F00":           dir("3F00", 1),
		"3F00/2FE2":      file("2FE2", unhex("98990921436587092143")),
		"3F00/7F20":      dir("7F20", 2),
		"3F00/7F20/6F07": file("6F07", unhex("089999991032547698")),
		"3F00/7F20/6F20": file("6F20", bytes.Repeat([]byte{0x5A}, 9)),
		"3F00/7F20/6FAD": file("6FAD", unhex("00000002")),
		"3F00/7F10":      dir("7F10", 2),
		"3F00/7F10/6F3A": {info: unhex("0000 0038 6F3A 04 00 11 FF 22 01 02 01 1C"), recs: [][]byte{bytes.Repeat([]byte{0xFF}, 28), bytes.Repeat([]byte{0xFF}, 28)}},
	}}
	f.forget()
	c := openFake(t, f)
	count := func() int { return f.count(card.InsSelect) + f.count(card.InsReadBinary) + f.count(card.InsReadRecord) }
	opened := count()
	if err := c.Discover(context.Background()); err != nil {
		t.Fatal(err)
	}
	if c.Session().Kind() != card.KindGSM {
		t.Fatalf("kind %v", c.Session().Kind())
	}
	mustWalk(t, c, WalkOptions{All: true})
	for p, want := range map[card.Path]State{
		card.PathOf("", 0x7F20, 0x6F07): Read,
		card.PathOf("", 0x7F20, 0x6F20): Secret,
		card.PathOf("", 0x7F10, 0x6F3A): Read,
		card.PathOf("", 0x7F10, 0x6F3C): Absent,
	} {
		if got := state(t, c, p); got != want {
			t.Errorf("%s is %v, want %v", c.Name(p), got, want)
		}
	}
	if a := c.Access(card.PathOf("", 0x7F10, 0x6F3A)); Words(a.For(OpUpdate)) != "PIN1" {
		t.Errorf("access %+v", a)
	}
	id := c.Identity()
	if id.IMSI != "999990123456789" || id.ICCID != "89999012345678901234" || id.MNC != "99" {
		t.Errorf("identity %+v", id)
	}
	floor := c.Stats().Total()
	if sent := count() - opened; float64(sent) > 1.05*float64(floor) {
		t.Errorf("%d commands for a floor of %d", sent, floor)
	}
}

func hexByte(b byte) string { return Hex{b}.String() }

func TestOtherCard(t *testing.T) {
	visa := "A0000000031010"
	f := &fakeCard{gen: 1, files: map[string]*fakeFile{visa: {info: unhex("6F0C8407A0000000031010A5018700")[:14], dir: true}}}
	f.forget()
	f.hook = func(a []byte) []byte {
		if a[1] == card.InsSelect && a[2] != 0x04 {
			return sw(0x6A82)
		}
		return nil
	}
	c := discovered(t, f)
	apps := c.Applications()
	if len(apps) != 1 || apps[0].AID.String() != visa || apps[0].Title == "" {
		t.Errorf("applications %+v", apps)
	}
	if n := len(KnownAIDs()); c.Stats().Ident > n+1 {
		t.Errorf("%d questions for %d known applications", c.Stats().Ident, n)
	}
	mustWalk(t, c, WalkOptions{})

	// A card that says yes to everything is not believed.
	f = &fakeCard{gen: 1, files: map[string]*fakeFile{}}
	f.hook = func(a []byte) []byte {
		if a[2] == 0x04 {
			return sw(0x9000)
		}
		return sw(0x6A82)
	}
	if c = discovered(t, f); len(c.Applications()) != 0 {
		t.Errorf("believed %d applications", len(c.Applications()))
	}
}

func TestRefreshPINs(t *testing.T) {
	f := usimCard()
	c := discovered(t, f)
	if s := c.Security(usimPath().App)[card.RefPIN1]; !s.Known || !s.Enabled {
		t.Fatalf("%+v", s)
	}
	info := f.files[testUSIM].info
	at := bytes.Index(info, unhex("9001C0"))
	info[at+2] = 0x40
	if err := c.RefreshPINs(context.Background()); err != nil {
		t.Fatal(err)
	}
	sec := c.Security(usimPath().App)
	if s := sec[card.RefPIN1]; !s.Known || s.Enabled {
		t.Errorf("%+v", s)
	}
	if s := sec[card.RefPIN2]; !s.Enabled {
		t.Errorf("PIN2 %+v", s)
	}
}

// EF.DIR names the folder of an EAP client, which is in no fixed place.
func TestEAPFolder(t *testing.T) {
	f := usimCard()
	rec := pad(unhex("61264F0C"+testUSIM+"50045553494D"+"7310A00E80011781025F608205"+"4150454150"), 48)
	f.files["3F00/2F00"] = recordFile(0x2F00, "2F0601", rec)
	f.files[testUSIM+"/5F60"] = &fakeFile{info: fcp("7821", 0x5F60, -1, ""), dir: true}
	f.files[testUSIM+"/5F60/4F02"] = binaryFile(0x4F02, []byte{1}, "6F0601")
	c := discovered(t, f)
	mustWalk(t, c, WalkOptions{})
	if got := state(t, c, usimPath(0x5F60, 0x4F02)); got != Read {
		t.Errorf("EF.EAPSTATUS is %v", got)
	}
	if n, _ := c.Tree().Get(usimPath(0x5F60, 0x4F02)); n.Catalogue != "DF.EAP/EF.EAPSTATUS" {
		t.Errorf("catalogue %q", n.Catalogue)
	}
	if got := c.Name(usimPath(0x5F60, 0x4F02)); got != "ADF.USIM/DF.EAP/EF.EAPSTATUS" {
		t.Errorf("name %q", got)
	}
}
