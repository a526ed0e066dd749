package ef

import (
	"strings"
	"testing"

	"simscope/fs/plmn"
)

func label(s string) PNN { return PNN{Full: &NetworkLabel{Text: s}} }

func area(mcc, mnc, from, to string, record int) OPL {
	var o OPL
	o.MCC, o.MNC, o.Record = mcc, mnc, record
	_ = o.From.UnmarshalText([]byte(from))
	_ = o.To.UnmarshalText([]byte(to))
	return o
}

// Which names a phone shows, and by which rules.
func TestNetworkName(t *testing.T) {
	home, other := plmn.PLMN{MCC: "999", MNC: "99"}, plmn.PLMN{MCC: "999", MNC: "70"}
	spn := func(show, hide bool) *SPN { return &SPN{SPN: "Nova", ShowInHPLMN: show, HideInOPLMN: hide} }
	names := []PNN{label("Nova Net"), label("Nova Partner"), {}}
	list := []OPL{
		area("999", "99", "0001", "00FF", 2), area("999", "99", "0100", "01FF", 0), area("999", "99", "0000", "FFFE", 1),
		area("999", "7D", "0000", "FFFE", 2), area("DDD", "DDD", "0000", "FFFE", 3),
	}
	partner := &SPDI{Networks: []Network{{}, {MCC: "999", MNC: "70"}}}
	lac, tac5 := []byte{0x10, 0x00}, []byte{0, 0x10, 0}
	for _, c := range []struct {
		name         string
		f            NameFiles
		r            Registration
		spn, network string
		card         bool
		steps        string
	}{
		{"no files", NameFiles{HPLMN: home}, Registration{PLMN: home, Area: lac}, "", "999 99", false, "home.hplmn pnn.none code spn.none"},
		{"nothing known", NameFiles{}, Registration{PLMN: home}, "", "999 99", false, "visited pnn.none code spn.none"},
		{
			"home, operator's name alone",
			NameFiles{HPLMN: home, SPN: spn(false, false), PNN: names},
			Registration{PLMN: home, Area: lac},
			"Nova", "", true, "home.hplmn pnn.first spn.alone",
		},
		{
			"home, both",
			NameFiles{HPLMN: home, SPN: spn(true, false), PNN: names},
			Registration{PLMN: home, Area: lac},
			"Nova", "Nova Net", true, "home.hplmn pnn.first spn.both",
		},
		{
			"home, both the same",
			NameFiles{HPLMN: home, SPN: spn(true, false), PNN: []PNN{label("Nova")}},
			Registration{PLMN: home, Area: lac},
			"Nova", "Nova", true, "home.hplmn pnn.first spn.both same",
		},
		{
			"roaming, hidden",
			NameFiles{HPLMN: home, SPN: spn(true, true), PNN: names},
			Registration{PLMN: other, Area: lac},
			"", "999 70", false, "visited opl.none code spn.hidden",
		},
		{
			"roaming, shown",
			NameFiles{HPLMN: home, SPN: spn(false, false)},
			Registration{PLMN: other, Area: lac},
			"Nova", "999 70", false, "visited pnn.none code spn.abroad",
		},
		{
			"partner",
			NameFiles{HPLMN: home, SPN: spn(false, true), SPDI: partner},
			Registration{PLMN: other, Area: lac},
			"Nova", "", false, "partner pnn.none code spn.alone",
		},
		{
			"partner, named by the list",
			NameFiles{HPLMN: home, SPN: spn(true, true), SPDI: partner, PNN: names, OPL: list},
			Registration{PLMN: other, Area: lac},
			"Nova", "Nova Partner", true, "partner opl.match spn.both",
		},
		{
			"first area",
			NameFiles{HPLMN: home, PNN: names, OPL: list},
			Registration{PLMN: home, Area: []byte{0, 0xFF}},
			"", "Nova Partner", true, "home.hplmn opl.match spn.none",
		},
		{
			"record 0 stops the search",
			NameFiles{HPLMN: home, PNN: names, OPL: list},
			Registration{PLMN: home, Area: []byte{1, 0}},
			"", "999 99", false, "home.hplmn opl.zero code spn.none",
		},
		{
			"the rest",
			NameFiles{HPLMN: home, PNN: names, OPL: list},
			Registration{PLMN: home, Area: lac},
			"", "Nova Net", true, "home.hplmn opl.match spn.none",
		},
		{
			"an erased name",
			NameFiles{HPLMN: home, PNN: names, OPL: list},
			Registration{PLMN: plmn.PLMN{MCC: "001", MNC: "01"}, Area: lac},
			"", "001 01", false, "visited pnn.missing code spn.none",
		},
		{
			"a list that covers nothing",
			NameFiles{HPLMN: home, PNN: names, OPL: []OPL{{}}},
			Registration{PLMN: home, Area: lac},
			"", "999 99", false, "home.hplmn opl.nothing code spn.none",
		},
		{
			"5G has its own list",
			NameFiles{HPLMN: home, PNN: names, OPL: list, OPL5G: []OPL{area("999", "99", "000000", "FFFFFE", 2)}},
			Registration{PLMN: home, Area: tac5, NGRAN: true},
			"", "Nova Partner", true, "home.hplmn opl.match spn.none",
		},
		{
			"5G without its list",
			NameFiles{HPLMN: home, PNN: names, OPL: list},
			Registration{PLMN: home, Area: tac5, NGRAN: true},
			"", "Nova Net", true, "home.hplmn pnn.first spn.none",
		},
		{
			"equivalent home",
			NameFiles{HPLMN: home, EHPLMN: []plmn.PLMN{other}, PNN: names},
			Registration{PLMN: other, Area: lac},
			"", "Nova Net", true, "home.ehplmn pnn.first spn.none",
		},
		{
			"the list of home networks replaces the IMSI's",
			NameFiles{HPLMN: home, EHPLMN: []plmn.PLMN{other}, PNN: names},
			Registration{PLMN: home, Area: lac},
			"", "999 99", false, "visited opl.none code spn.none",
		},
		{
			"the phone's own list",
			NameFiles{HPLMN: home},
			Registration{PLMN: plmn.PLMN{MCC: "460", MNC: "00"}, Area: lac},
			"", "China Mobile", false, "visited pnn.none elsewhere spn.none",
		},
	} {
		got := NetworkName(c.f, c.r)
		var steps []string
		for _, s := range got.Steps {
			steps = append(steps, strings.TrimPrefix(s.ID, "ef.netname."))
			if text := s.String(); strings.ContainsAny(text, "<{") {
				t.Errorf("%s: %s reads %q", c.name, s.ID, text)
			}
		}
		if got.ServiceProvider != c.spn || got.Network != c.network || got.FromCard != c.card || strings.Join(steps, " ") != c.steps {
			t.Errorf("%s: %q, %q, of the card %v, by %s", c.name, got.ServiceProvider, got.Network, got.FromCard, strings.Join(steps, " "))
		}
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		mcc, mnc string
		p        plmn.PLMN
		want     bool
	}{
		{"999", "99", plmn.PLMN{MCC: "999", MNC: "99"}, true},
		{"999", "99", plmn.PLMN{MCC: "999", MNC: "990"}, false},
		{"999", "990", plmn.PLMN{MCC: "999", MNC: "99"}, false},
		{"999", "99D", plmn.PLMN{MCC: "999", MNC: "99"}, true},
		{"999", "99D", plmn.PLMN{MCC: "999", MNC: "995"}, true},
		{"9D9", "DD", plmn.PLMN{MCC: "919", MNC: "07"}, true},
		{"9D9", "DD", plmn.PLMN{MCC: "910", MNC: "07"}, false},
		{"", "", plmn.PLMN{}, false},
	} {
		if got := area(c.mcc, c.mnc, "0000", "FFFE", 1).Covers(c.p, []byte{0, 1}); got != c.want {
			t.Errorf("%s %s covers %s: %v", c.mcc, c.mnc, c.p, got)
		}
	}
	if area("999", "99", "0010", "0020", 1).Covers(plmn.PLMN{MCC: "999", MNC: "99"}, []byte{0, 0, 0x15}) {
		t.Error("a 5G area is covered by a record of two bytes")
	}
}
