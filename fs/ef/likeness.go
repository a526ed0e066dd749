package ef

import (
	"strings"
	"time"

	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// Limits of what is offered as a likeness: less than three bytes read as text
// by chance, and a list of more networks than that only fills the line.
const (
	shortestLikeness = 3
	maxLikeNetworks  = 4
)

// Years in which a time in a file of settings can lie.
const (
	earliestLikeYear = 2010
	latestLikeYear   = 2099
)

// likeness says what a value of unknown meaning looks like; it is empty where
// it looks like nothing. It is offered, never claimed: a number may look like
// a network by chance, so only codes that a country has count.
func likeness(value []byte) string {
	if len(value) < shortestLikeness || allFF(value) || allZero(value) {
		return ""
	}
	if printable(value) {
		text := string(value)
		if p, ok := plmn.Parse(text); ok && (len(text) == 5 || len(text) == 6) {
			if named, ok := likeNetwork(p); ok {
				return texts.Say("ef.likeness.text_network", "text", text, "network", named)
			}
		}
		return texts.Say("ef.likeness.text", "text", text)
	}
	if list, ok := likeNetworks(value); ok {
		return texts.Say("ef.likeness.networks", "n", len(list), "list", shorten(list, maxLikeNetworks))
	}
	if name, ok := dnsLabels(value); ok && strings.Contains(name, ".") {
		return texts.Say("ef.likeness.name", "name", name)
	}
	if utc, ok := utcSeconds(value); ok {
		if t, err := time.Parse(time.RFC3339, utc); err == nil && t.Year() >= earliestLikeYear && t.Year() <= latestLikeYear {
			return texts.Say("ef.likeness.time", "time", utc)
		}
	}
	return ""
}

// Looks says what the content of a file, record or data object that no decoder
// knows looks like: what likeness finds, or data objects that fill it. It is
// empty where it looks like nothing, and fit for a terminal.
func Looks(data []byte) string {
	value := trimFF(data)
	if s := likeness(value); s != "" {
		return s
	}
	const shortest, lowestTag = 4, 0x40 // less and lower fits by chance
	if len(value) < shortest || value[0] < lowestTag {
		return ""
	}
	nodes, err := tlv.Parse(value)
	if err != nil || len(nodes) == 0 {
		return ""
	}
	return texts.Say("ef.likeness.objects", "list", parameterSummary((&builder{}).parameterNodes(nodes, value, 0, 0, nil)))
}

// likeNetworks reads a list of networks of three bytes each (TS 24.008 clause
// 10.5.1.13); unused places may follow them.
func likeNetworks(value []byte) ([]string, bool) {
	if len(value)%3 != 0 {
		return nil, false
	}
	var out []string
	for len(value) > 0 && !allFF(value) {
		p, ok := plmn.ParsePLMN([3]byte(value))
		named, known := likeNetwork(p)
		if !ok || !known {
			return nil, false
		}
		out, value = append(out, named), value[3:]
	}
	return out, len(out) > 0
}

// likeNetwork names a network of a country that there is, with a code as long
// as that country's are.
func likeNetwork(p plmn.PLMN) (string, bool) {
	if _, ok := plmn.Country(p.MCC); !ok {
		return "", false
	}
	_, named := plmn.Operator(p.MCC, p.MNC)
	if n := plmn.MNCLength(p.MCC); !named && n != 0 && n != len(p.MNC) {
		return "", false
	}
	return p.String() + " (" + p.Describe() + ")", true
}
