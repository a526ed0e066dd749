package ef

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"simscope/texts"
)

// TrafficComponent is one condition of a traffic descriptor (TS 24.526 table
// 5.2.1). Type says which of the other members count.
type TrafficComponent struct {
	Type              string   `json:"type"`
	OSID              string   `json:"os_id,omitempty"` // UUID
	OSAppID           string   `json:"os_app_id,omitempty"`
	IPv4              string   `json:"ipv4_address,omitempty"`
	IPv4Mask          string   `json:"ipv4_address_mask,omitempty"`
	IPv6              string   `json:"ipv6_address,omitempty"`
	IPv6Prefix        *int     `json:"ipv6_prefix_length,omitempty"`
	Protocol          *int     `json:"protocol_identifier,omitempty"`
	Port              *int     `json:"port,omitempty"`
	PortLow           *int     `json:"port_range_low,omitempty"`
	PortHigh          *int     `json:"port_range_high,omitempty"`
	SPI               Hex      `json:"security_parameter_index,omitempty"`
	Class             Hex      `json:"traffic_class,omitempty"` // type of service in IPv4
	ClassMask         Hex      `json:"traffic_class_mask,omitempty"`
	FlowLabel         *int     `json:"flow_label,omitempty"` // 20 bits
	MAC               string   `json:"mac_address,omitempty"`
	MACLow            string   `json:"mac_address_low,omitempty"`
	MACHigh           string   `json:"mac_address_high,omitempty"`
	VID               *int     `json:"vid,omitempty"` // 12 bits
	PCP               *int     `json:"pcp,omitempty"`
	DEI               *bool    `json:"dei,omitempty"`
	Ethertype         Hex      `json:"ethertype,omitempty"`
	DNN               string   `json:"dnn,omitempty"`
	Capabilities      []string `json:"connection_capabilities,omitempty"`
	FQDN              string   `json:"destination_fqdn,omitempty"`
	Regex             string   `json:"regular_expression,omitempty"`
	PINID             string   `json:"pin_id,omitempty"` // personal IoT network
	ConnectivityGroup string   `json:"connectivity_group_id,omitempty"`
	Value             Hex      `json:"value,omitempty"` // of a type that is not known: all that follows
}

// componentKind is how a component of a kind is read and written.
type componentKind[C any] struct {
	code  byte
	name  string
	read  func(n *nested, c *C) string // gives what a person sees
	write func(c C) ([]byte, error)
}

var trafficKinds = []componentKind[TrafficComponent]{
	{0x01, "match_all", func(*nested, *TrafficComponent) string { return "" }, nothing[TrafficComponent]},
	{0x08, "os_id_and_os_app_id", readOSApp, writeOSApp},
	{0x10, "ipv4_remote_address", readIPv4, writeIPv4},
	{0x21, "ipv6_remote_address", readIPv6, writeIPv6},
	{0x30, "protocol_identifier", readProtocol, writeProtocol},
	{0x50, "single_remote_port", readPort, writePort},
	{0x51, "remote_port_range", readPortRange, writePortRange},
	{0x52, "ip_3_tuple", readTuple, writeTuple},
	{0x60, "security_parameter_index", readSPI, writeSPI},
	{0x70, "type_of_service", readClass, writeClass},
	{0x80, "flow_label", readFlowLabel, writeFlowLabel},
	{0x81, "destination_mac_address", readMAC, writeMAC},
	{0x83, "c_tag_vid", readVID, writeVID},
	{0x84, "s_tag_vid", readVID, writeVID},
	{0x85, "c_tag_pcp_dei", readPCP, writePCP},
	{0x86, "s_tag_pcp_dei", readPCP, writePCP},
	{0x87, "ethertype", readEthertype, writeEthertype},
	{0x88, "dnn", readTrafficDNN, writeTrafficDNN},
	{0x90, "connection_capabilities", readCapabilities, writeCapabilities},
	textKind(0x91, "destination_fqdn", func(c *TrafficComponent) *string { return &c.FQDN }),
	textKind(0x92, "regular_expression", func(c *TrafficComponent) *string { return &c.Regex }),
	textKind(0xA0, "os_app_id", func(c *TrafficComponent) *string { return &c.OSAppID }),
	{0xA1, "destination_mac_address_range", readMACRange, writeMACRange},
	textKind(0xA2, "pin_id", func(c *TrafficComponent) *string { return &c.PINID }),
	textKind(0xA3, "connectivity_group_id", func(c *TrafficComponent) *string { return &c.ConnectivityGroup }),
}

// textKind is a component of one text, the member that of points to.
func textKind(code byte, name string, of func(*TrafficComponent) *string) componentKind[TrafficComponent] {
	return componentKind[TrafficComponent]{code, name, readText(of), writeText(of)}
}

func nothing[T any](T) ([]byte, error) { return nil, nil }

func (n *nested) trafficComponent() (TrafficComponent, string) {
	from := n.at
	code, _ := n.number(1)
	for _, k := range trafficKinds {
		if k.code != byte(code) {
			continue
		}
		c := TrafficComponent{Type: k.name}
		value := k.read(n, &c)
		words := texts.Say("ef.ursp.td."+k.name, "value", value)
		n.line("ursp_component", words, from).Note = trafficNote(c)
		return c, words
	}
	name, value, words := n.otherComponent(from, byte(code))
	return TrafficComponent{Type: name, Value: value}, words
}

// androidOS is the OS identifier of Android.
const androidOS = "97A498E3-FC92-5C94-8986-0333D06E4E47"

func trafficNote(c TrafficComponent) string {
	if c.OSID == androidOS {
		return word("ursp.android")
	}
	return c.OSID
}

func (c TrafficComponent) bytes() ([]byte, error) {
	return componentBytes(trafficKinds, c, c.Type, c.Value)
}

// componentBytes writes a component: one of a known kind by its fields, another
// as it was.
func componentBytes[C any](kinds []componentKind[C], c C, name string, value Hex) ([]byte, error) {
	for _, k := range kinds {
		if k.name == name {
			b, err := k.write(c)
			return append([]byte{k.code}, b...), err
		}
	}
	code, ok := codes{}.code(name)
	if !ok {
		return nil, badValue("type", name)
	}
	return append([]byte{code}, value...), nil
}

// otherComponent is one of a kind that is not known: its bytes.
func (n *nested) otherComponent(from int, code byte) (name string, value Hex, words string) {
	name, value = hexByte(code), n.rest()
	n.b.flag("ursp.type", from, 1, "type", name)
	words = texts.Say("ef.ursp.unknown", "type", name)
	n.line("ursp_component", words, from).Note = value.String()
	return name, value, words
}

func readOSApp(n *nested, c *TrafficComponent) string {
	raw, ok := n.take(16)
	if !ok {
		return ""
	}
	h := Hex(raw).String()
	c.OSID = strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
	length, _ := n.number(1)
	c.OSAppID = n.text(int(length))
	return c.OSAppID
}

func writeOSApp(c TrafficComponent) ([]byte, error) {
	id, err := hex.DecodeString(strings.ReplaceAll(c.OSID, "-", ""))
	if err != nil || len(id) != 16 {
		return nil, badValue("os_id", c.OSID)
	}
	app, err := lengthAndBytes("os_app_id", []byte(c.OSAppID))
	return append(id, app...), err
}

func readIPv4(n *nested, c *TrafficComponent) string {
	raw, ok := n.take(8)
	if !ok {
		return ""
	}
	address, mask := netip.AddrFrom4([4]byte(raw[:4])), netip.AddrFrom4([4]byte(raw[4:]))
	c.IPv4, c.IPv4Mask = address.String(), mask.String()
	if ones, bits := net.IPMask(raw[4:]).Size(); bits != 0 {
		return fmt.Sprintf("%s/%d", c.IPv4, ones)
	}
	return c.IPv4 + "/" + c.IPv4Mask
}

func writeIPv4(c TrafficComponent) ([]byte, error) {
	address, err := netip.ParseAddr(c.IPv4)
	if err != nil || !address.Is4() {
		return nil, badValue("ipv4_address", c.IPv4)
	}
	mask := netip.AddrFrom4([4]byte{0xFF, 0xFF, 0xFF, 0xFF})
	if c.IPv4Mask != "" {
		if mask, err = netip.ParseAddr(c.IPv4Mask); err != nil || !mask.Is4() {
			return nil, badValue("ipv4_address_mask", c.IPv4Mask)
		}
	}
	return append(address.AsSlice(), mask.AsSlice()...), nil
}

func readIPv6(n *nested, c *TrafficComponent) string {
	from := n.at
	raw, ok := n.take(17)
	if !ok {
		return ""
	}
	c.IPv6, c.IPv6Prefix = netip.AddrFrom16([16]byte(raw[:16])).String(), new(int(raw[16]))
	if raw[16] > 128 {
		n.b.flag("ursp.prefix", from+16, 1, "n", raw[16])
	}
	return fmt.Sprintf("%s/%d", c.IPv6, raw[16])
}

func writeIPv6(c TrafficComponent) ([]byte, error) {
	address, err := netip.ParseAddr(c.IPv6)
	if err != nil || !address.Is6() || address.Zone() != "" {
		return nil, badValue("ipv6_address", c.IPv6)
	}
	prefix, err := numberUpTo("ipv6_prefix_length", c.IPv6Prefix, 128)
	return append(address.AsSlice(), byte(prefix)), err
}

func readProtocol(n *nested, c *TrafficComponent) string {
	v, _ := n.number(1)
	c.Protocol = new(int(v))
	return wordOr("ursp.protocol", strconv.Itoa(int(v)))
}

func writeProtocol(c TrafficComponent) ([]byte, error) {
	v, err := numberUpTo("protocol_identifier", c.Protocol, 0xFF)
	return []byte{byte(v)}, err
}

func readPort(n *nested, c *TrafficComponent) string {
	v, _ := n.number(2)
	c.Port = new(int(v))
	return strconv.Itoa(int(v))
}

func writePort(c TrafficComponent) ([]byte, error) {
	v, err := numberUpTo("port", c.Port, 0xFFFF)
	return []byte{byte(v >> 8), byte(v)}, err
}

func readPortRange(n *nested, c *TrafficComponent) string {
	from := n.at
	low, _ := n.number(2)
	high, ok := n.number(2)
	c.PortLow, c.PortHigh = new(int(low)), new(int(high))
	if ok && low > high {
		n.b.flag("ursp.range", from, 4)
	}
	return fmt.Sprintf("%d-%d", low, high)
}

func writePortRange(c TrafficComponent) ([]byte, error) {
	low, err := numberUpTo("port_range_low", c.PortLow, 0xFFFF)
	if err != nil {
		return nil, err
	}
	high, err := numberUpTo("port_range_high", c.PortHigh, 0xFFFF)
	if err == nil && low > high {
		err = badValue("port_range_high", high)
	}
	return []byte{byte(low >> 8), byte(low), byte(high >> 8), byte(high)}, err
}

// The parts of an IP 3 tuple, by the bits that announce them, lowest first.
var tupleParts = []struct {
	has   func(c TrafficComponent) bool
	read  func(n *nested, c *TrafficComponent) string
	write func(c TrafficComponent) ([]byte, error)
}{
	{func(c TrafficComponent) bool { return c.IPv4 != "" }, readIPv4, writeIPv4},
	{func(c TrafficComponent) bool { return c.IPv6 != "" }, readIPv6, writeIPv6},
	{func(c TrafficComponent) bool { return c.Protocol != nil }, readProtocol, writeProtocol},
	{func(c TrafficComponent) bool { return c.Port != nil }, readPort, writePort},
	{func(c TrafficComponent) bool { return c.PortLow != nil }, readPortRange, writePortRange},
}

func readTuple(n *nested, c *TrafficComponent) string {
	from := n.at
	bits, _ := n.number(1)
	if bits == 0 || bits>>len(tupleParts) != 0 {
		n.b.flag("ursp.tuple", from, n.at-from, "bits", hexByte(byte(bits)))
	}
	var shown []string
	for i, p := range tupleParts {
		if bits&(1<<i) != 0 {
			shown = append(shown, p.read(n, c))
		}
	}
	return strings.Join(shown, " ")
}

func writeTuple(c TrafficComponent) ([]byte, error) {
	out := []byte{0}
	for i, p := range tupleParts {
		if !p.has(c) {
			continue
		}
		out[0] |= 1 << i
		b, err := p.write(c)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	if out[0] == 0 {
		return nil, badValue("type", c.Type)
	}
	return out, nil
}

func readSPI(n *nested, c *TrafficComponent) string {
	c.SPI, _ = n.take(4)
	return c.SPI.String()
}

func writeSPI(c TrafficComponent) ([]byte, error) {
	return ofLength("security_parameter_index", c.SPI, 4)
}

func readClass(n *nested, c *TrafficComponent) string {
	c.Class, _ = n.take(1)
	c.ClassMask, _ = n.take(1)
	return c.Class.String() + "/" + c.ClassMask.String()
}

func writeClass(c TrafficComponent) ([]byte, error) {
	if len(c.Class) != 1 || len(c.ClassMask) != 1 {
		return nil, refuse("length", "what", "traffic_class", "need", 1)
	}
	return []byte{c.Class[0], c.ClassMask[0]}, nil
}

func readFlowLabel(n *nested, c *TrafficComponent) string {
	v := n.spare(3, 20)
	c.FlowLabel = new(v)
	return fmt.Sprintf("%05X", v)
}

func writeFlowLabel(c TrafficComponent) ([]byte, error) {
	v, err := numberUpTo("flow_label", c.FlowLabel, 1<<20-1)
	return []byte{byte(v >> 16), byte(v >> 8), byte(v)}, err
}

func readVID(n *nested, c *TrafficComponent) string {
	v := n.spare(2, 12)
	c.VID = new(v)
	return strconv.Itoa(v)
}

func writeVID(c TrafficComponent) ([]byte, error) {
	v, err := numberUpTo("vid", c.VID, 1<<12-1)
	return []byte{byte(v >> 8), byte(v)}, err
}

func readPCP(n *nested, c *TrafficComponent) string {
	v := n.spare(1, 4)
	c.PCP, c.DEI = new(v>>1), new(v&1 != 0)
	return fmt.Sprintf("%d/%d", v>>1, v&1)
}

func writePCP(c TrafficComponent) ([]byte, error) {
	v, err := numberUpTo("pcp", c.PCP, 7)
	out := byte(v) << 1
	if c.DEI != nil && *c.DEI {
		out |= 1
	}
	return []byte{out}, err
}

// spare reads k bytes of which only the low bits count; the others are zero.
func (n *nested) spare(k, bits int) int {
	from := n.at
	v, ok := n.number(k)
	if ok && v>>bits != 0 {
		n.b.flag("nested.spare", from, k)
	}
	return int(v & (1<<bits - 1))
}

func readMAC(n *nested, c *TrafficComponent) string {
	c.MAC = n.mac()
	return c.MAC
}

func writeMAC(c TrafficComponent) ([]byte, error) { return macBytes(c.MAC) }

func readMACRange(n *nested, c *TrafficComponent) string {
	from := n.at
	c.MACLow, c.MACHigh = n.mac(), n.mac()
	if c.MACLow > c.MACHigh {
		n.b.flag("ursp.range", from, n.at-from)
	}
	return c.MACLow + " - " + c.MACHigh
}

func writeMACRange(c TrafficComponent) ([]byte, error) {
	low, err := macBytes(c.MACLow)
	if err != nil {
		return nil, err
	}
	high, err := macBytes(c.MACHigh)
	if err == nil && bytes.Compare(low, high) > 0 {
		err = badValue("mac_address_high", c.MACHigh)
	}
	return append(low, high...), err
}

func (n *nested) mac() string {
	raw, _ := n.take(6)
	return strings.ToUpper(net.HardwareAddr(raw).String())
}

func macBytes(s string) ([]byte, error) {
	b, err := net.ParseMAC(s)
	if err != nil || len(b) != 6 {
		return nil, badValue("mac_address", s)
	}
	return b, nil
}

func readEthertype(n *nested, c *TrafficComponent) string {
	c.Ethertype, _ = n.take(2)
	return wordOr("ursp.ethertype", c.Ethertype.String())
}

func writeEthertype(c TrafficComponent) ([]byte, error) { return ofLength("ethertype", c.Ethertype, 2) }

func readTrafficDNN(n *nested, c *TrafficComponent) string {
	length, _ := n.number(1)
	c.DNN = n.dnn(int(length))
	return c.DNN
}

func writeTrafficDNN(c TrafficComponent) ([]byte, error) { return dnnWithLength(c.DNN) }

func dnnWithLength(name string) ([]byte, error) {
	b, err := dnnBytes(name)
	if err != nil {
		return nil, err
	}
	return lengthAndBytes("dnn", b)
}

// connectionCapabilities are the values of TS 24.526 table 5.2.1.
var connectionCapabilities = codes{
	0x01: "ims", 0x02: "mms", 0x04: "supl", 0x08: "internet", 0x10: "lcs_user_plane_positioning",
	0xA1: "iot_delay_tolerant", 0xA2: "iot_non_delay_tolerant", 0xA3: "downlink_streaming", 0xA4: "uplink_streaming",
	0xA5: "vehicular_communications", 0xA6: "real_time_interactive", 0xA7: "unified_communications", 0xA8: "background",
	0xA9: "mission_critical_communications", 0xAA: "time_critical_communications",
}

func readCapabilities(n *nested, c *TrafficComponent) string {
	count, _ := n.number(1)
	raw, _ := n.take(int(count))
	c.Capabilities = []string{}
	var shown []string
	for _, code := range raw {
		name := connectionCapabilities.name(code)
		c.Capabilities = append(c.Capabilities, name)
		shown = append(shown, wordOr("ursp.cap", name))
	}
	return shorten(shown, 8)
}

func writeCapabilities(c TrafficComponent) ([]byte, error) {
	var out []byte
	for _, name := range c.Capabilities {
		code, ok := connectionCapabilities.code(name)
		if !ok {
			return nil, badValue("connection_capabilities", name)
		}
		out = append(out, code)
	}
	return lengthAndBytes("connection_capabilities", out)
}

func readText(of func(*TrafficComponent) *string) func(*nested, *TrafficComponent) string {
	return func(n *nested, c *TrafficComponent) string {
		length, _ := n.number(1)
		*of(c) = n.text(int(length))
		return *of(c)
	}
}

func writeText(of func(*TrafficComponent) *string) func(TrafficComponent) ([]byte, error) {
	return func(c TrafficComponent) ([]byte, error) {
		s := *of(&c)
		if s == "" || !utf8.ValidString(s) {
			return nil, badValue(c.Type, s)
		}
		return lengthAndBytes(c.Type, []byte(s))
	}
}

// numberUpTo is a number from 0 to limit that must be there.
func numberUpTo(what string, v *int, limit int) (int, error) {
	if v == nil {
		return 0, refuse("nested.missing", "what", what)
	}
	if *v < 0 || *v > limit {
		return 0, refuse("nested.limit", "what", what, "value", *v, "limit", limit)
	}
	return *v, nil
}

func ofLength(what string, b []byte, need int) ([]byte, error) {
	if len(b) != need {
		return nil, refuse("length", "what", what, "need", need)
	}
	return b, nil
}
