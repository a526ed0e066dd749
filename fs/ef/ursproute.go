package ef

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"simscope/texts"
)

// RouteComponent is one wish of a route selection descriptor (TS 24.526 table
// 5.2.1). Type says which of the other members count.
type RouteComponent struct {
	Type           string         `json:"type"`
	SSCMode        *int           `json:"ssc_mode,omitempty"` // 1 to 3: how the address stays when the phone moves
	SNSSAI         *SNSSAI        `json:"s_nssai,omitempty"`
	DNN            string         `json:"dnn,omitempty"`
	PDUSessionType string         `json:"pdu_session_type,omitempty"`
	AccessType     string         `json:"preferred_access_type,omitempty"`
	Location       []LocationArea `json:"location_criteria,omitempty"`
	StartTime      string         `json:"start_time,omitempty"` // RFC 3339
	StopTime       string         `json:"stop_time,omitempty"`
	PairID         *int           `json:"pdu_session_pair_id,omitempty"`
	RSN            *int           `json:"rsn,omitempty"`
	Value          Hex            `json:"value,omitempty"` // of a type that is not known: all that follows
}

// SNSSAI names a network slice (TS 24.501 clause 9.11.2.8): the kind of
// service, a number among slices of that kind, and what both are called in the
// home network.
type SNSSAI struct {
	SST       int  `json:"sst"`
	SD        Hex  `json:"sd,omitempty"` // 3 bytes
	MappedSST *int `json:"mapped_hplmn_sst,omitempty"`
	MappedSD  Hex  `json:"mapped_hplmn_sd,omitempty"`
}

func (s SNSSAI) String() string {
	out := fmt.Sprintf("SST %d", s.SST)
	if len(s.SD) > 0 {
		out += " SD " + s.SD.String()
	}
	return out
}

var (
	pduSessionTypes = codes{1: "ipv4", 2: "ipv6", 3: "ipv4v6", 4: "unstructured", 5: "ethernet"}
	accessTypes     = codes{1: "3gpp_access", 2: "non_3gpp_access"}
)

var routeKinds = []componentKind[RouteComponent]{
	{0x01, "ssc_mode", readSSCMode, writeSSCMode},
	{0x02, "s_nssai", readRouteSlice, writeRouteSlice},
	{0x04, "dnn", readRouteDNN, func(c RouteComponent) ([]byte, error) { return dnnWithLength(c.DNN) }},
	{0x08, "pdu_session_type", readSessionType, writeSessionType},
	{0x10, "preferred_access_type", readAccessType, writeAccessType},
	{0x11, "multi_access_preference", flagOnly, nothing[RouteComponent]},
	{0x20, "non_seamless_offload", flagOnly, nothing[RouteComponent]},
	{0x40, "location_criteria", readLocation, writeLocation},
	{0x80, "time_window", readTimeWindow, writeTimeWindow},
	{0x81, "prose_relay_offload", flagOnly, nothing[RouteComponent]},
	{0x82, "pdu_session_pair_id", readPairID, writePairID},
	{0x83, "rsn", readRSN, writeRSN},
	{0x84, "prose_multi_path", flagOnly, nothing[RouteComponent]},
}

// flagOnly is for components that say all by being there.
func flagOnly(*nested, *RouteComponent) string { return "" }

func (n *nested) routeComponent() (RouteComponent, string) {
	from := n.at
	code, _ := n.number(1)
	for _, k := range routeKinds {
		if k.code != byte(code) {
			continue
		}
		c := RouteComponent{Type: k.name}
		say := n.head("ursp_component", from)
		words := texts.Say("ef.ursp.rsd."+k.name, "value", k.read(n, &c))
		note := ""
		if c.SNSSAI != nil {
			note = c.SNSSAI.note()
		}
		say(words, note)
		return c, words
	}
	name, value, words := n.otherComponent(from, byte(code))
	return RouteComponent{Type: name, Value: value}, words
}

func (c RouteComponent) bytes() ([]byte, error) {
	return componentBytes(routeKinds, c, c.Type, c.Value)
}

func readSSCMode(n *nested, c *RouteComponent) string {
	from := n.at
	v := n.spare(1, 3)
	c.SSCMode = new(v)
	if v < 1 || v > 3 {
		n.b.flag("nested.reserved", from, n.at-from, "value", v)
	}
	return strconv.Itoa(v)
}

func writeSSCMode(c RouteComponent) ([]byte, error) {
	v, err := numberUpTo("ssc_mode", c.SSCMode, 3)
	return []byte{byte(v)}, err
}

func readRouteSlice(n *nested, c *RouteComponent) string {
	length, _ := n.number(1)
	c.SNSSAI = n.slice(int(length))
	if c.SNSSAI == nil {
		return ""
	}
	return c.SNSSAI.String()
}

// slice reads an S-NSSAI of 1, 2, 4, 5 or 8 bytes.
func (n *nested) slice(length int) *SNSSAI {
	from := n.at
	raw, ok := n.take(length)
	if !ok {
		return nil
	}
	s := &SNSSAI{}
	switch length {
	case 1:
		s.SST = int(raw[0])
	case 2:
		s.SST, s.MappedSST = int(raw[0]), new(int(raw[1]))
	case 4:
		s.SST, s.SD = int(raw[0]), raw[1:4]
	case 5:
		s.SST, s.SD, s.MappedSST = int(raw[0]), raw[1:4], new(int(raw[4]))
	case 8:
		s.SST, s.SD, s.MappedSST, s.MappedSD = int(raw[0]), raw[1:4], new(int(raw[4])), raw[5:8]
	default:
		n.b.flag("nested.slice", from, length, "n", length)
		return nil
	}
	return s
}

// note is what the kind of service is for, by TS 23.501 table 5.15.2.2-1.
func (s SNSSAI) note() string {
	note := texts.Maybe("ef.word.slice." + strconv.Itoa(s.SST))
	if s.MappedSST != nil {
		at := SNSSAI{SST: *s.MappedSST, SD: s.MappedSD}
		note = strings.TrimSpace(note + " " + texts.Say("ef.slice.home", "slice", at.String()))
	}
	return note
}

// bytes is the S-NSSAI without its length.
func (s SNSSAI) bytes() ([]byte, error) {
	sst, err := numberUpTo("sst", &s.SST, 0xFF)
	if err != nil {
		return nil, err
	}
	out := []byte{byte(sst)}
	switch {
	case len(s.SD) != 0 && len(s.SD) != 3:
		return nil, refuse("length", "what", "sd", "need", 3)
	case len(s.MappedSD) != 0 && (len(s.MappedSD) != 3 || len(s.SD) == 0 || s.MappedSST == nil):
		return nil, badValue("mapped_hplmn_sd", s.MappedSD)
	}
	out = append(out, s.SD...)
	if s.MappedSST != nil {
		mapped, err := numberUpTo("mapped_hplmn_sst", s.MappedSST, 0xFF)
		if err != nil {
			return nil, err
		}
		out = append(append(out, byte(mapped)), s.MappedSD...)
	}
	return out, nil
}

func writeRouteSlice(c RouteComponent) ([]byte, error) {
	if c.SNSSAI == nil {
		return nil, refuse("nested.missing", "what", "s_nssai")
	}
	b, err := c.SNSSAI.bytes()
	if err != nil {
		return nil, err
	}
	return lengthAndBytes("s_nssai", b)
}

func readRouteDNN(n *nested, c *RouteComponent) string {
	length, _ := n.number(1)
	c.DNN = n.dnn(int(length))
	return c.DNN
}

// enumerated reads one byte of which the low bits are a value by name.
func (n *nested) enumerated(bits int, names codes) string {
	from := n.at
	v := byte(n.spare(1, bits))
	if _, known := names[v]; !known {
		n.b.flag("nested.reserved", from, n.at-from, "value", v)
	}
	return names.name(v)
}

func enumeratedByte(what string, names codes, name string) ([]byte, error) {
	v, ok := names.code(name)
	if !ok {
		return nil, badValue(what, name)
	}
	return []byte{v}, nil
}

func readSessionType(n *nested, c *RouteComponent) string {
	c.PDUSessionType = n.enumerated(3, pduSessionTypes)
	return wordOr("ursp.session", c.PDUSessionType)
}

func writeSessionType(c RouteComponent) ([]byte, error) {
	return enumeratedByte("pdu_session_type", pduSessionTypes, c.PDUSessionType)
}

func readAccessType(n *nested, c *RouteComponent) string {
	c.AccessType = n.enumerated(2, accessTypes)
	return wordOr("ursp.access", c.AccessType)
}

func writeAccessType(c RouteComponent) ([]byte, error) {
	return enumeratedByte("preferred_access_type", accessTypes, c.AccessType)
}

func readPairID(n *nested, c *RouteComponent) string {
	v, _ := n.number(1)
	c.PairID = new(int(v))
	return strconv.Itoa(int(v))
}

func writePairID(c RouteComponent) ([]byte, error) {
	v, err := numberUpTo("pdu_session_pair_id", c.PairID, 0xFF)
	return []byte{byte(v)}, err
}

func readRSN(n *nested, c *RouteComponent) string {
	v, _ := n.number(1)
	c.RSN = new(int(v))
	return strconv.Itoa(int(v))
}

func writeRSN(c RouteComponent) ([]byte, error) {
	v, err := numberUpTo("rsn", c.RSN, 0xFF)
	return []byte{byte(v)}, err
}

func readTimeWindow(n *nested, c *RouteComponent) string {
	from := n.at
	start, _ := n.number(8)
	stop, ok := n.number(8)
	if !ok {
		return ""
	}
	c.StartTime, c.StopTime = ntpTime(start).Format(time.RFC3339Nano), ntpTime(stop).Format(time.RFC3339Nano)
	if ntpTime(start).After(ntpTime(stop)) {
		n.b.flag("ursp.range", from, 16)
	}
	return c.StartTime + " - " + c.StopTime
}

func writeTimeWindow(c RouteComponent) ([]byte, error) {
	start, err := ntpBytes("start_time", c.StartTime)
	if err != nil {
		return nil, err
	}
	stop, err := ntpBytes("stop_time", c.StopTime)
	return append(start, stop...), err
}

// ntpEpoch is second 0 of RFC 5905; seconds with the highest bit clear belong
// to the era that begins in 2036.
var ntpEpoch = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)

const ntpEra = 1 << 32

// ntpTime reads a timestamp of RFC 5905: 32 bits of seconds, 32 of fraction.
func ntpTime(v uint64) time.Time {
	seconds := int64(v >> 32)
	if seconds < ntpEra/2 {
		seconds += ntpEra
	}
	nanos := (v&0xFFFFFFFF*1e9 + ntpEra/2) >> 32
	return time.Unix(ntpEpoch.Unix()+seconds, int64(nanos)).UTC()
}

func ntpBytes(what, s string) ([]byte, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	seconds := t.Unix() - ntpEpoch.Unix()
	if err != nil || seconds < ntpEra/2 || seconds >= ntpEra+ntpEra/2 {
		return nil, badValue(what, s)
	}
	fraction := min((uint64(t.Nanosecond())<<32+5e8)/1e9, 0xFFFFFFFF)
	out := make([]byte, 0, 8)
	for _, v := range []uint64{uint64(seconds), fraction} {
		out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
	}
	return out, nil
}
