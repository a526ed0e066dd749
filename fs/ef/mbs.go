package ef

import (
	"fmt"
	"strconv"
	"strings"

	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// MBSConfig is the content of EF.5MBSUECONFIG (TS 31.102 clause 4.4.14.2): for
// each network the broadcast services of 5G a phone may receive (TS 24.575).
type MBSConfig struct {
	Networks []MBSNetwork `json:"plmn_5mbs_pre_configurations"`
	Carry
}

// MBSNetwork is what holds in one network.
type MBSNetwork struct {
	MCC      string       `json:"mcc"`
	MNC      string       `json:"mnc"`
	NID      Hex          `json:"nid,omitempty"` // 6 bytes, of a private network
	Services []MBSService `json:"tmgi_list,omitempty"`
	ARFCNs   []uint32     `json:"nr_arfcn_list,omitempty"` // channels
	Sessions []MBSSession `json:"pdu_session_information,omitempty"`
}

// MBSService is a service by its TMGI (TS 24.008 clause 10.5.6.13).
type MBSService struct {
	ServiceID    Hex    `json:"mbs_service_id"` // 3 bytes
	MCC          string `json:"mcc"`
	MNC          string `json:"mnc"`
	USDFile      Hex    `json:"usd_file_identifier"` // the file that describes the service
	Announcement bool   `json:"mbs_service_announcement"`
	UserService  bool   `json:"mbs_user_service"`
}

// MBSSession is how multicast is reached: a data network and a slice.
type MBSSession struct {
	DNN    string  `json:"dnn"`
	SNSSAI *SNSSAI `json:"s_nssai,omitempty"`
}

const (
	tagMBSNetwork  = 0xA0
	tagMBSPLMN     = 0x80
	tagMBSServices = 0x81
	tagMBSARFCN    = 0x82
	tagMBSSessions = 0xA1
	tagMBSDNN      = 0x83
	tagMBSSlice    = 0x84
)

func decodeMBSConfig(data []byte, _ Context, b *builder) MBSConfig {
	v := MBSConfig{Networks: []MBSNetwork{}, Carry: Carry{data}}
	n := b.nested(data)
	var shown []string
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		if tag != tagMBSNetwork {
			n.strange(tag, part, from)
			continue
		}
		part.depth = 0
		net := part.mbsNetwork()
		v.Networks = append(v.Networks, net)
		shown = append(shown, texts.Say("ef.mbs.network", "network", plmnOf(net.MCC, net.MNC).String(), "n", len(net.Services)))
	}
	if b.Summary = sentences(shown, 4); len(shown) == 0 {
		b.erase()
	}
	return v
}

func (n *nested) mbsNetwork() MBSNetwork {
	var v MBSNetwork
	named := false
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		switch {
		case tag == tagMBSPLMN && !named:
			named = true
			part.depth = n.depth
			p, _ := part.network("mbs_network")
			v.MCC, v.MNC = p.MCC, p.MNC
			if part.left() > 0 {
				v.NID, _ = part.take(nidRecord)
				part.line("mbs_nid", v.NID.String(), part.at-len(v.NID))
			}
			part.noMore()
		case tag == tagMBSServices:
			for part.left() > 0 {
				if s, ok := part.mbsService(); ok {
					v.Services = append(v.Services, s)
				}
			}
		case tag == tagMBSARFCN:
			for part.left() > 0 {
				c, ok := part.number(4)
				if ok {
					v.ARFCNs = append(v.ARFCNs, uint32(c))
					part.line("mbs_arfcn", strconv.FormatUint(c, 10), part.at-4)
				}
			}
		case tag == tagMBSSessions:
			v.Sessions = append(v.Sessions, part.mbsSessions()...)
		default:
			n.strange(tag, part, from)
		}
	}
	if !named {
		n.b.flag("mbs.network", n.at, 0)
	}
	return v
}

func (n *nested) mbsService() (MBSService, bool) {
	from := n.at
	raw, ok := n.take(9)
	if !ok {
		return MBSService{}, false
	}
	p, clean := plmn.ParsePLMN([3]byte(raw[3:6]))
	if !clean {
		n.b.flag("plmn", from+3, 3)
	}
	v := MBSService{ServiceID: raw[:3], MCC: p.MCC, MNC: p.MNC, USDFile: raw[6:8], Announcement: raw[8]&1 != 0, UserService: raw[8]&2 != 0}
	if raw[8]>>2 != 0 {
		n.b.flag("nested.spare", from+8, 1)
	}
	var kinds []string
	if v.Announcement {
		kinds = append(kinds, word("mbs.announcement"))
	}
	if v.UserService {
		kinds = append(kinds, word("mbs.service"))
	}
	f := n.line("mbs_tmgi", fmt.Sprintf("%s  %s", p, v.ServiceID), from)
	f.Note = strings.Join(append(kinds, texts.Say("ef.mbs.file", "file", v.USDFile.String())), ", ")
	return v, true
}

// mbsSessions reads pairs of a data network name and a slice.
func (n *nested) mbsSessions() []MBSSession {
	var out []MBSSession
	open := false // a name waits for its slice
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			return out
		}
		switch {
		case tag == tagMBSDNN:
			out = append(out, MBSSession{DNN: part.dnn(part.left())})
			n.line("mbs_dnn", out[len(out)-1].DNN, from)
			open = true
		case tag == tagMBSSlice && open:
			s := part.slice(part.left())
			out[len(out)-1].SNSSAI = s
			if open = false; s != nil {
				n.line("mbs_slice", s.String(), from).Note = s.note()
			}
		default:
			n.strange(tag, part, from)
		}
	}
}

func encodeMBSConfig(v MBSConfig, size int) ([]byte, error) {
	var out []byte
	for _, net := range v.Networks {
		b, err := net.bytes()
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, tagMBSNetwork, b)
	}
	return padded(out, size)
}

func (m MBSNetwork) bytes() ([]byte, error) {
	head, err := networkBytes(m.MCC, m.MNC)
	if err != nil {
		return nil, err
	}
	if len(m.NID) != 0 && len(m.NID) != nidRecord {
		return nil, refuse("length", "what", "nid", "need", nidRecord)
	}
	out := tlv.Append(nil, tagMBSPLMN, append(head, m.NID...))
	var services, channels, sessions []byte
	for _, s := range m.Services {
		b, err := s.bytes()
		if err != nil {
			return nil, err
		}
		services = append(services, b...)
	}
	for _, c := range m.ARFCNs {
		channels = append(channels, byte(c>>24), byte(c>>16), byte(c>>8), byte(c))
	}
	for _, s := range m.Sessions {
		dnn, err := dnnBytes(s.DNN)
		if err != nil {
			return nil, err
		}
		sessions = tlv.Append(sessions, tagMBSDNN, dnn)
		if s.SNSSAI == nil {
			continue
		}
		slice, err := s.SNSSAI.bytes()
		if err != nil {
			return nil, err
		}
		sessions = tlv.Append(sessions, tagMBSSlice, slice)
	}
	for _, part := range []struct {
		tag tlv.Tag
		b   []byte
	}{{tagMBSServices, services}, {tagMBSARFCN, channels}, {tagMBSSessions, sessions}} {
		if len(part.b) > 0 {
			out = tlv.Append(out, part.tag, part.b)
		}
	}
	return out, nil
}

func (s MBSService) bytes() ([]byte, error) {
	id, err := ofLength("mbs_service_id", s.ServiceID, 3)
	if err != nil {
		return nil, err
	}
	network, err := networkBytes(s.MCC, s.MNC)
	if err != nil {
		return nil, err
	}
	file, err := ofLength("usd_file_identifier", s.USDFile, 2)
	kind := byte(0)
	if s.Announcement {
		kind |= 1
	}
	if s.UserService {
		kind |= 2
	}
	out := append(append([]byte{}, id...), network...)
	return append(append(out, file...), kind), err
}
