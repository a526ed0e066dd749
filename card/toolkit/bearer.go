package toolkit

import (
	"fmt"
	"strings"

	"simscope/card/tlv"
)

// BearerDescription says by which network a channel is opened (clause 8.52,
// tag 35).
type BearerDescription struct {
	Type       string `json:"bearer_type"`
	TypeByte   byte   `json:"bearer_type_byte"`
	Parameters []byte `json:"bearer_parameters"`
}

var bearerTypes = map[byte]string{
	0x01: "csd", 0x02: "gprs_utran_psd", 0x03: "default", 0x04: "local_link", 0x05: "bluetooth", 0x06: "irda", 0x07: "rs232",
	0x08: "cdma2000_packet", 0x09: "utran_psd_extended", 0x0A: "i_wlan", 0x0B: "e_utran_mapped_utran_psd", 0x0C: "ng_ran", 0x10: "usb",
}

// NetworkAccessName is an access point name, labels with a length before each
// (clause 8.70, tag 47; 3GPP TS 23.003 clause 9.1).
type NetworkAccessName struct {
	Value []byte `json:"value"`
}

// Name joins the labels with dots; ok is false where the lengths do not fit.
func (n NetworkAccessName) Name() (name string, ok bool) {
	var labels []string
	for b := n.Value; len(b) > 0; {
		l := int(b[0])
		if l == 0 || l > len(b)-1 {
			return strings.Join(labels, "."), false
		}
		labels = append(labels, string(b[1:1+l]))
		b = b[1+l:]
	}
	return strings.Join(labels, "."), true
}

// TransportLevel says how the card and the other end speak (clause 8.59, tag
// 3C).
type TransportLevel struct {
	Protocol     string `json:"protocol_type"`
	ProtocolByte byte   `json:"protocol_type_byte"`
	Port         int    `json:"port_number"`
}

var transportProtocols = map[byte]string{
	0x01: "udp_uicc_client_remote", 0x02: "tcp_uicc_client_remote", 0x03: "tcp_uicc_server",
	0x04: "udp_uicc_client_local", 0x05: "tcp_uicc_client_local", 0x06: "direct_channel",
}

// Parse reads one object. Its value is a BearerDescription, a
// NetworkAccessName or a TransportLevel; the tag's bit 8, comprehension
// required, does not matter.
func Parse(b []byte) (any, error) {
	nodes, err := tlv.ParseFlat(b)
	if err != nil {
		return nil, err
	}
	if len(nodes) != 1 {
		return nil, fmt.Errorf("%d data objects, not one", len(nodes))
	}
	n := nodes[0]
	switch tag := n.Tag &^ 0x80; {
	case tag == 0x35 && len(n.Value) >= 1:
		return BearerDescription{named(bearerTypes, n.Value[0]), n.Value[0], n.Value[1:]}, nil
	case tag == 0x47:
		return NetworkAccessName{n.Value}, nil
	case tag == 0x3C && len(n.Value) == 3:
		return TransportLevel{named(transportProtocols, n.Value[0]), n.Value[0], int(n.Value[1])<<8 | int(n.Value[2])}, nil
	}
	return nil, fmt.Errorf("a data object %s of %d bytes is not known", n.Tag, len(n.Value))
}

func named(names map[byte]string, c byte) string {
	if s, ok := names[c]; ok {
		return s
	}
	return "reserved"
}
