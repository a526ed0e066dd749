package ef

import (
	"strings"

	"simscope/texts"
)

// gap is what is not known of some files, and why: texts "ef.gap.…". A path
// that ends in a star stands for all that begin with it.
type gap struct {
	id    string
	args  []any
	paths []string
}

const (
	usimProSe   = "ADF.USIM/DF.ProSe/EF."
	usim5GProSe = "ADF.USIM/DF.5G_ProSe/EF."
	telecomV2X  = "MF/DF.TELECOM/DF.V2X/EF."
	telecomA2X  = "MF/DF.TELECOM/DF.A2X/EF."
)

// gaps is every file that is not opened whole, and every one whose coding
// stands here without a text that says so. Where another program reads the same
// file, that is a source; a likeness to another file is none.
var gaps = []gap{
	objectsOnly("PROSE_POLICY", "8"), objectsOnly("PROSE_PLMN", "9"), objectsOnly("PROSE_GC", "10"), objectsOnly("UIRC", "12"),
	objectsOnly("PROSE_GM_DISCOVERY", "13"), objectsOnly("PROSE_RELAY", "14"), objectsOnly("PROSE_RELAY_DISCOVERY", "15"),
	{"head", []any{"spec", "C.S0016 clause 3.5.10"}, []string{"ADF.CSIM/EF.GROUP_TAG", "ADF.CSIM/EF.SPECIFIC_TAG", "ADF.CSIM/EF.CALL_PROMPT"}},
	{"contradiction", []any{"spec", csimSpec}, []string{csimHome + "EF.LCSVER"}},
	{"unpublished", nil, []string{"MF/DF.TELECOM/EF.RMA", "MF/DF.GSM/EF.CPHS-SST"}},
	{"inner", []any{"spec", "TS 24.555 clause 5"}, []string{
		usim5GProSe + "5G_PROSE_DD", usim5GProSe + "5G_PROSE_DC", usim5GProSe + "5G_PROSE_U2NRU", usim5GProSe + "5G_PROSE_RU",
		usim5GProSe + "5G_PROSE_UIR", usim5GProSe + "5G_PROSE_U2URU", usim5GProSe + "5G_PROSE_EU",
	}},
	{"inner", []any{"spec", "TS 24.588 clause 5"}, []string{telecomV2X + "V2XP_*"}},
	{"inner_by_program", []any{"spec", "TS 24.578", "program", "UiccBrowser", "clause", "TS 31.102 clause 4.6.6"}, []string{telecomA2X + "A2XP_*", telecomA2X + "A2X_D*"}},
	{"policy", []any{"spec", "TS 24.578"}, []string{telecomA2X + "A2X_CONFIG"}},
	{"radio", []any{"spec", "TS 36.331"}, []string{usimProSe + "PROSE_RADIO_ANN"}},
	// Clause 4.4.8.7 was to be had, 4.4.8.5 and 4.4.8.6 were not.
	{"radio_like", []any{"spec", "TS 36.331", "file", "EF.PROSE_RADIO_ANN"}, []string{usimProSe + "PROSE_RADIO_COM", usimProSe + "PROSE_RADIO_MON"}},
	// Clause 4.4.8.2 has 80 and 82; what an announcing phone has besides is its range.
	{"like", []any{"what", "81", "file", "EF.PROSE_MON"}, []string{usimProSe + "PROSE_ANN"}},
	{"unchecked", []any{"what", "ef.gap.what.objects", "spec", "TS 31.102 clause 4.4.8.4"}, []string{usimProSe + "PROSEFUNC"}},
	{"unchecked", []any{"what", "ef.gap.what.criteria", "spec", "TS 24.501 clause 9.11.3.51"}, []string{"ADF.USIM/DF.5GS/EF.SOR-CMCI"}},
	{"unchecked", []any{"what", "ef.gap.what.mml", "spec", "TS 31.102 clause 4.6.3.1"}, []string{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MML"}},
	// TS 36.579-1 clause 5.5.10 has 80 and the services in this order.
	{"unchecked", []any{"what", "ef.gap.what.mcs", "spec", "TS 31.102 clause 4.6.4.2"}, []string{"MF/DF.TELECOM/DF.MCS/EF.MCS_CONFIG"}},
	{"launch", []any{"spec", "TS 102 221 clause 13.5"}, []string{"MF/DF.CD/EF.LAUNCHPAD", "MF/DF.TELECOM/DF.GRAPHICS/EF.LAUNCH_SCWS"}},
}

// objectsOnly is a file of DF.ProSe whose clause has a text that was not to be
// had.
func objectsOnly(name, number string) gap {
	return gap{"objects", []any{"spec", "TS 31.102 clause 4.4.8." + number}, []string{usimProSe + name}}
}

// Gap says in a sentence what of a file of the catalogue is not known here, or
// not checked, and why. It is empty where the whole file is read by a text that
// tells its coding.
func Gap(path string) string {
	for _, g := range gaps {
		for _, p := range g.paths {
			prefix, many := strings.CutSuffix(p, "*")
			if p == path || many && strings.HasPrefix(path, prefix) {
				return g.String()
			}
		}
	}
	return ""
}

func (g gap) String() string {
	args := append([]any{}, g.args...)
	for i, a := range args {
		if s, ok := a.(string); ok && strings.HasPrefix(s, "ef.gap.") {
			args[i] = texts.Say(s)
		}
	}
	return texts.Say("ef.gap."+g.id, args...)
}
