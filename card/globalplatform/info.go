package globalplatform

import (
	"simscope/card"
	"simscope/card/tlv"
)

// States of an object that was asked for.
const (
	StateRead    = "read"
	StateAbsent  = "absent"  // the card says that it has none (6A88)
	StateRefused = "refused" // the card does not give it: whether it has one is not known
	StateBroken  = "broken"  // what came is not the object, or did not come to an end
)

// Info is a domain with its objects decoded.
type Info struct {
	ID       string `json:"id"`
	AID      Hex    `json:"aid,omitempty"`
	Selected bool   `json:"selected"`
	SW       string `json:"sw,omitempty"` // of the last SELECT that was refused
	// Locked says that the card is in the state CARD_LOCKED, which it tells
	// when the domain is selected (table 11-83).
	Locked bool `json:"card_locked,omitempty"`

	Recognition  *Recognition       `json:"card_recognition_data,omitempty"`
	Capabilities *Capabilities      `json:"card_capability_information,omitempty"`
	Keys         []KeyInformation   `json:"key_information,omitempty"`
	CPLC         *CPLC              `json:"cplc,omitempty"`
	Sequence     *uint64            `json:"sequence_counter,omitempty"`
	Confirmation *uint64            `json:"confirmation_counter,omitempty"`
	IIN          Hex                `json:"issuer_identification_number,omitempty"`
	CIN          Hex                `json:"card_image_number,omitempty"`
	EID          Hex                `json:"eid,omitempty"`
	ManagerURL   string             `json:"security_domain_manager_url,omitempty"`
	Resources    *Resources         `json:"extended_card_resources,omitempty"`
	Certificates []Certificate      `json:"certificates,omitempty"`
	Objects      []ObjectInfo       `json:"objects"`
	state        map[tlv.Tag]string // by object
}

// ObjectInfo is how an object was answered.
type ObjectInfo struct {
	Tag   string `json:"tag"`
	Name  string `json:"name"` // identifier
	State string `json:"state"`
	SW    string `json:"sw,omitempty"`
	Bytes Hex    `json:"bytes,omitempty"`
	tag   tlv.Tag
}

// objectNames identify objects in sentences and JSON.
var objectNames = map[tlv.Tag]string{
	TagCardData: "card_data", TagCapabilities: "capabilities", TagKeyInformation: "keys", TagSequence: "sequence", TagConfirm: "confirmation",
	TagCPLC: "cplc", TagIIN: "iin", TagCIN: "cin", TagEID: "eid", TagManagerURL: "url", TagResources: "resources", TagCertificate: "certificate",
}

// State is how an object was answered, empty where it was not asked for.
func (i Info) State(tag tlv.Tag) string { return i.state[tag] }

// SWFor is the status word of an object that was refused.
func (i Info) SWFor(tag tlv.Tag) string {
	for _, o := range i.Objects {
		if o.tag == tag {
			return o.SW
		}
	}
	return ""
}

// Weak reports whether the domain lists a key of single DES. That it lists
// none says nothing where the template was not given.
func (i Info) Weak() bool {
	for _, k := range i.Keys {
		if k.Weak() {
			return true
		}
	}
	return false
}

// Info decodes what was read.
func (d Domain) Info() Info {
	i := Info{ID: d.ID, AID: Hex(d.AID), Selected: d.Selected, Objects: []ObjectInfo{}, state: map[tlv.Tag]string{}}
	i.Locked = d.AID != "" && d.SW == card.SWDeactivated
	if d.SW != 0 && d.AID == "" {
		i.SW = d.SW.String()
	}
	for _, o := range d.Objects {
		info := ObjectInfo{Tag: o.Tag.String(), Name: objectNames[o.Tag], State: StateRead, Bytes: Hex(o.Data), tag: o.Tag}
		switch {
		case o.Fault != nil:
			info.State = StateBroken
		case o.Absent():
			info.State, info.SW = StateAbsent, o.SW.String()
		case !o.SW.OK():
			info.State, info.SW = StateRefused, o.SW.String()
		case !i.decode(o):
			info.State = StateBroken
		}
		i.state[o.Tag] = info.State
		i.Objects = append(i.Objects, info)
	}
	return i
}

// decode reads one object and reports whether all of it fits. What does fit is
// kept also when something does not.
func (i *Info) decode(o Object) bool {
	if len(o.Data) == 0 {
		return false
	}
	value := valueOf(o.Data, o.Tag)
	switch o.Tag {
	case TagCardData:
		return keep(&i.Recognition, o.Data, ParseRecognition)
	case TagCapabilities:
		return keep(&i.Capabilities, o.Data, ParseCapabilities)
	case TagResources:
		return keep(&i.Resources, o.Data, ParseResources)
	case TagKeyInformation:
		keys, whole := ParseKeyInformation(o.Data)
		i.Keys = keys
		return whole
	case TagCPLC:
		c, err := ParseCPLC(o.Data)
		if err != nil {
			return false
		}
		i.CPLC = &c
	case TagSequence, TagConfirm:
		n, ok := number(value)
		if !ok {
			return false
		}
		if o.Tag == TagSequence {
			i.Sequence = &n
		} else {
			i.Confirmation = &n
		}
	case TagIIN:
		i.IIN = Hex(value)
	case TagCIN:
		i.CIN = Hex(value)
	case TagEID:
		i.EID = Hex(value)
		return len(value) == 16
	case TagManagerURL:
		i.ManagerURL = string(value)
	case TagCertificate:
		i.Certificates = ParseCertificates(o.Data)
		for _, c := range i.Certificates {
			if !c.Whole {
				return false
			}
		}
	}
	return true
}

// keep parses an object into its place.
func keep[T any](into **T, b []byte, parse func([]byte) (T, bool, error)) bool {
	v, whole, err := parse(b)
	if err != nil {
		return false
	}
	*into = &v
	return whole
}

// SWText is a status word in hex, empty for none.
func SWText(sw card.SW) string {
	if sw == 0 {
		return ""
	}
	return sw.String()
}
