//go:build linux && cgo

package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"simscope/card/virtual"
)

type scanDoc struct {
	Directory   string
	Done, Total int
	Found       []struct {
		Path, Structure string
		Size            int
		Access          map[string]string
	}
}

// hidden are two files that no catalogue names, one early and one late in the
// order in which a scan looks.
func hidden(img *virtual.Image) {
	adf := img.Apps[0].ADF
	late := *fileOf(img, 0, 0x6F9A)
	late.FID, late.SFI = 0xE123, 0
	late.Data = virtual.Hex("late")
	adf.Children = append(adf.Children, &late)
}

// quiet holds that a card was sent nothing but what finds and reads files:
// SELECT, the READs, GET RESPONSE, STATUS, and the queries of tries, which
// carry no PIN.
func quiet(t *testing.T, sent []string) {
	t.Helper()
	for _, line := range sent {
		ok := regexp.MustCompile(`^(00|80|A0)(A4|B0|B2|C0|F2|CB)|^(00|A0)(20|2C).{4} [45]$`).MatchString(line)
		if !ok && line != "" {
			t.Errorf("the card was sent %s", line)
		}
	}
}

// A whole scan of an application finds what no catalogue names, and nothing
// that is not there; all that it sends looks or reads.
func TestScanFindsHiddenFiles(t *testing.T) {
	s := newDesk(t)
	image := s.image("everyday", withSecrets, hidden)
	d := into[scanDoc](s, s.ok("", "--image", image, "--record", s.file("scan.jsonl"), "scan", "ADF.USIM", "--json"))
	if d.Directory != "ADF.USIM" || d.Done != d.Total || d.Total < 65000 || len(d.Found) != 2 {
		t.Fatalf("%+v", d)
	}
	if f := d.Found[0]; f.Path != "ADF.USIM/6F9A" || f.Size != 24 || f.Access["read"] != "always" {
		t.Errorf("%+v", f)
	}
	if f := d.Found[1]; f.Path != "ADF.USIM/E123" {
		t.Errorf("%+v", f)
	}
	var sent []string
	for _, c := range s.commands(s.file("scan.jsonl")) {
		sent = append(sent, c+" 5")
	}
	quiet(t, sent)
	if len(sent) < 65000 {
		t.Errorf("only %d commands for %d identifiers", len(sent), d.Total)
	}
}

// Ctrl-C in the middle of a scan tells what was found until then.
func TestScanStopped(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Image: s.image("everyday", withSecrets, hidden)})
	stop := func(args ...string) result {
		t.Helper()
		r := s.begin("", args...)
		until(t, "the scan tells how far it is", func() bool { return strings.Contains(r.errs.text(), " of 65532") })
		_ = r.cmd.Process.Signal(os.Interrupt)
		return r.end()
	}
	got := stop("scan", "ADF.USIM", "--json")
	d := into[scanDoc](s, got)
	if got.code != 130 || len(d.Found) != 1 || d.Found[0].Path != "ADF.USIM/6F9A" || d.Done == 0 || d.Done >= d.Total {
		t.Errorf("%v", got)
	}
	if n := len(sent()); n < d.Done {
		t.Errorf("%d identifiers were looked for with %d commands", d.Done, n)
	}
	text := stop("scan", "ADF.USIM")
	if text.code != 130 || !strings.Contains(text.out, "6F9A") || !regexp.MustCompile(`Looked for \d+ of 65532`).MatchString(text.out) {
		t.Errorf("%v", text)
	}
	quiet(t, sent())
}

// Finding and comparing read the card and nothing else.
func TestFindAndCompare(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	r := s.fails(8, "nothing_found", "", "find", "Alice Example")
	if !strings.Contains(r.out, "could not be looked through") {
		t.Error(r)
	}
	type hit struct {
		Path   string
		Record int
		Value  string
	}
	hits := into[struct{ Hits []hit }](s, s.withPIN("find", "Alice Example", "--json")).Hits
	where := map[string]bool{}
	for _, h := range hits {
		where[h.Path] = true
	}
	for _, want := range []string{"MF/DF.TELECOM/EF.ADN", "ADF.USIM/EF.OCI"} {
		if !where[want] {
			t.Errorf("Alice is not found in %s: %+v", want, hits)
		}
	}
	if got := s.withPIN("find", "999990123456789").out; !strings.Contains(got, "EF.IMSI") {
		t.Errorf("the IMSI:\n%s", got)
	}
	// Keys are not looked through: a piece of EF.Keys is not found there.
	if got := s.run(lines(canaryPIN), "--verify", "pin1", "find", "4E6B88A5"); strings.Contains(got.out, "EF.Keys") {
		t.Errorf("a key is found by its bytes: %v", got)
	}
	c := s.withPIN("compare", "--all").out
	if !regexp.MustCompile(`EF.SPN +differs +星辰移动 +Star Work`).MatchString(c) || !strings.Contains(c, "EF.Keys") {
		t.Errorf("the comparison:\n%s", c)
	}
	s.fails(2, "usage", "", "compare", "ADF.USIM")
	for _, line := range sent() {
		if !strings.HasPrefix(line, "00200001 13") {
			quiet(t, []string{line})
		}
	}
}

// A card that is no SIM is named by what it says of itself.
func TestTheDemonstrationCards(t *testing.T) {
	s := newDesk(t)
	r := s.ok("", "--demo", "-r", "other", "info")
	for _, want := range []string{"other card, T=0", "325041592E5359532E4444463031", "D276000124010304FF005C0E01020000", "maker FFF1, type 0001", "serial number 0A0B0C0D"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in\n%s", want, r.out)
		}
	}
	for _, args := range [][]string{{"contacts", "list"}, {"messages", "list"}, {"networks", "list"}, {"clear", "fplmn", "--yes"}, {"find", "x1"}, {"compare"}, {"read", "EF.IMSI"}, {"scan", "ADF.USIM"}} {
		if r := s.run("", append([]string{"--demo", "-r", "other"}, args...)...); r.err == "" && r.code != 0 || r.took > 5*time.Second {
			t.Errorf("a card that is no SIM: %v", r)
		}
	}
	for name, kind := range map[string]string{"everyday": "UICC", "gsm": "2G SIM", "blocked": "blocked", "empty": "UICC", "dual": "USIM", "lab": "USIM"} {
		if r := s.ok("", "--demo", "-r", name, "info"); !strings.Contains(r.out, kind) {
			t.Errorf("%s: %q is not in\n%s", name, kind, r.out)
		}
	}
	if got := s.ok("", "--demo", "readers").out; strings.Count(got, "\n") != 7 {
		t.Errorf("the demonstration cards:\n%s", got)
	}
}
