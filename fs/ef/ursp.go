package ef

import (
	"strings"

	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// URSP is the content of EF.URSP (TS 31.102 clause 4.4.11.12): for each
// network the rules by which a phone picks a slice and a data session for the
// traffic of an application (TS 24.526 clause 5.2).
type URSP struct {
	Policies []URSPPolicy `json:"ursp_rules"`
	Carry
}

// URSPPolicy is the rules of one network.
type URSPPolicy struct {
	MCC   string     `json:"mcc"`
	MNC   string     `json:"mnc"`
	Rules []URSPRule `json:"rules"`
}

// URSPRule sends what its traffic descriptor matches by the first of its
// routes that can be had. The rule of the lowest precedence value is tried
// first.
type URSPRule struct {
	Precedence byte               `json:"precedence_value"`
	Traffic    []TrafficComponent `json:"traffic_descriptor"`
	Routes     []RouteSelection   `json:"route_selection_descriptors"`
}

// RouteSelection is one way to send traffic.
type RouteSelection struct {
	Precedence byte             `json:"precedence_value"`
	Components []RouteComponent `json:"contents"`
}

const tagURSP = 0x80

// How much a line tells of a list: rules and routes, and the parts of one.
const (
	urspShown = 2
	urspParts = 4
)

func decodeURSP(data []byte, _ Context, b *builder) URSP {
	v := URSP{Policies: []URSPPolicy{}, Carry: Carry{data}}
	n := b.nested(data)
	var told []string
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		if tag != tagURSP {
			n.strange(tag, part, from)
			continue
		}
		part.depth = 0
		for part.left() > 0 {
			p, words := part.urspPolicy()
			v.Policies = append(v.Policies, p)
			told = append(told, words...)
		}
	}
	if len(v.Policies) == 0 {
		b.erase()
		return v
	}
	if b.Summary = sentences(told, urspShown); len(told) == 0 {
		b.Summary = texts.Say("ef.ursp.norules")
	}
	return v
}

// urspPolicy reads a network, the length of its rules and the rules.
func (n *nested) urspPolicy() (URSPPolicy, []string) {
	v := URSPPolicy{Rules: []URSPRule{}}
	p, ok := n.network("ursp_network")
	if !ok {
		return v, nil
	}
	v.MCC, v.MNC = p.MCC, p.MNC
	length, ok := n.berLength()
	if !ok {
		return v, nil
	}
	rules := n.roof(length)
	var told []string
	for rules.left() > 0 {
		r, words := rules.urspRule()
		v.Rules = append(v.Rules, r)
		told = append(told, words)
	}
	return v, told
}

// urspRule reads a rule (TS 24.526 figure 5.2.2).
func (n *nested) urspRule() (URSPRule, string) {
	v := URSPRule{Traffic: []TrafficComponent{}, Routes: []RouteSelection{}}
	from := n.at
	say := n.head("ursp_rule", from)
	length, _ := n.number(2)
	in := n.roof(int(length))
	precedence, _ := in.number(1)
	v.Precedence = byte(precedence)

	from = in.at
	sayTraffic := in.head("ursp_traffic_descriptor", from)
	length, _ = in.number(2)
	descriptor := in.roof(int(length))
	var what []string
	for descriptor.left() > 0 {
		c, words := descriptor.trafficComponent()
		v.Traffic = append(v.Traffic, c)
		what = append(what, words)
	}
	traffic := trafficWords(v.Traffic, what)
	sayTraffic(traffic, "")
	if len(v.Traffic) == 0 {
		n.b.flag("ursp.traffic", from, min(2, n.end-from))
	}

	length, _ = in.number(2)
	list := in.roof(int(length))
	list.depth--
	var ways []string
	for list.left() > 0 {
		r, words := list.routeSelection()
		v.Routes = append(v.Routes, r)
		ways = append(ways, words)
	}
	if len(v.Routes) == 0 {
		n.b.flag("ursp.route", list.at, 0)
	}
	if in.left() > 0 {
		n.b.flag("ursp.trailing", in.at, in.left())
	}
	words := texts.Say("ef.ursp.rule", "traffic", traffic, "route", wayWords(ways))
	say(words, texts.Say("ef.ursp.precedence", "n", v.Precedence))
	return v, words
}

// trafficWords tells what a descriptor matches.
func trafficWords(parts []TrafficComponent, words []string) string {
	switch {
	case len(parts) == 0:
		return texts.Say("ef.ursp.nothing")
	case len(parts) == 1 && parts[0].Type == "match_all":
		return words[0]
	}
	return texts.Say("ef.ursp.traffic", "list", shorten(words, urspParts))
}

// wayWords tells the routes of a rule, best first.
func wayWords(ways []string) string {
	or := texts.Say("ef.ursp.or")
	if extra := len(ways) - urspShown; extra > 0 {
		return texts.Say("ef.ursp.moreroutes", "list", strings.Join(ways[:urspShown], or), "n", extra)
	}
	return strings.Join(ways, or)
}

// routeSelection reads a route selection descriptor (TS 24.526 figure 5.2.4).
func (n *nested) routeSelection() (RouteSelection, string) {
	v := RouteSelection{Components: []RouteComponent{}}
	from := n.at
	say := n.head("ursp_route_selection_descriptor", from)
	length, _ := n.number(2)
	in := n.roof(int(length))
	precedence, _ := in.number(1)
	v.Precedence = byte(precedence)
	length, _ = in.number(2)
	contents := in.roof(int(length))
	contents.depth--
	var words []string
	for contents.left() > 0 {
		c, w := contents.routeComponent()
		v.Components = append(v.Components, c)
		words = append(words, w)
	}
	if in.left() > 0 {
		n.b.flag("ursp.trailing", in.at, in.left())
	}
	route := texts.Say("ef.ursp.anyroute")
	if len(words) > 0 {
		route = shorten(words, urspParts)
	}
	say(route, texts.Say("ef.ursp.precedence", "n", v.Precedence))
	return v, route
}

func encodeURSP(v URSP, size int) ([]byte, error) {
	if len(v.Policies) == 0 {
		return fill(size), nil
	}
	var all []byte
	for _, p := range v.Policies {
		network, err := networkBytes(p.MCC, p.MNC)
		if err != nil {
			return nil, err
		}
		var rules []byte
		for _, r := range p.Rules {
			rule, err := r.bytes()
			if err != nil {
				return nil, err
			}
			rules = append(rules, rule...)
		}
		// A length field of BER stands before the rules, without a tag.
		all = append(append(all, network...), tlv.Append(nil, 0x80, rules)[1:]...)
	}
	return padded(tlv.Append(nil, tagURSP, all), size)
}

func (r URSPRule) bytes() ([]byte, error) {
	if len(r.Traffic) == 0 || len(r.Routes) == 0 {
		return nil, refuse("ursp.empty", "n", r.Precedence)
	}
	var descriptor, list []byte
	for _, c := range r.Traffic {
		b, err := c.bytes()
		if err != nil {
			return nil, err
		}
		descriptor = append(descriptor, b...)
	}
	for _, s := range r.Routes {
		b, err := s.bytes()
		if err != nil {
			return nil, err
		}
		list = append(list, b...)
	}
	descriptor, err := longLengthAndBytes("traffic_descriptor", descriptor)
	if err != nil {
		return nil, err
	}
	list, err = longLengthAndBytes("route_selection_descriptors", list)
	if err != nil {
		return nil, err
	}
	out := append([]byte{r.Precedence}, descriptor...)
	return longLengthAndBytes("rules", append(out, list...))
}

func (s RouteSelection) bytes() ([]byte, error) {
	var contents []byte
	for _, c := range s.Components {
		b, err := c.bytes()
		if err != nil {
			return nil, err
		}
		contents = append(contents, b...)
	}
	contents, err := longLengthAndBytes("contents", contents)
	if err != nil {
		return nil, err
	}
	return longLengthAndBytes("route_selection_descriptors", append([]byte{s.Precedence}, contents...))
}

// plmnOf is the network of a pair of codes.
func plmnOf(mcc, mnc string) plmn.PLMN { return plmn.PLMN{MCC: mcc, MNC: mnc} }
