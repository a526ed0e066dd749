package ef

import (
	"encoding/hex"
	"fmt"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// ACDCOS is an object of EF.ACDC_LIST: the file in which the applications of
// one operating system have their categories.
type ACDCOS struct {
	OSID   string `json:"os_id"` // UUID (RFC 4122)
	FileID Hex    `json:"file_id"`
	SFI    byte   `json:"sfi"` // 0: none
	RFU    Hex    `json:"rfu,omitempty"`
}

// ACDCList is the content of EF.ACDC_LIST (TS 31.102 clause 4.4.9.2).
type ACDCList struct {
	OS    []ACDCOS `json:"acdc_os"`
	Other []TLV    `json:"other,omitempty"`
	Carry
}

// acdcOSBytes is the length of an entry without its reserved part: OS Id, File
// Id, SFI.
const acdcOSBytes = 19

// androidOSID is the identifier that Android uses in rules for applications.
const androidOSID = "97a498e3-fc92-5c94-8986-0333d06e4e47"

func decodeACDCList(data []byte, _ Context, b *builder) ACDCList {
	v := ACDCList{OS: []ACDCOS{}, Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	// The value of an object is no list of objects, though its tag says so.
	nodes := b.readObjects(data, 0)
	for _, n := range nodes {
		size := objectSize(data, n)
		if n.Tag != 0xA0 || len(n.Value) < acdcOSBytes {
			v.Other = append(v.Other, b.otherObject(n, size))
			continue
		}
		x := n.Value
		os := ACDCOS{OSID: uuid(x[:16]), FileID: x[16:18], SFI: x[18], RFU: x[acdcOSBytes:]}
		v.OS = append(v.OS, os)
		off := n.Offset + size - len(x)
		f := b.add("acdc_os_id", os.OSID, off, 16)
		if os.OSID == androidOSID {
			f.Note = word("acdc.android")
		}
		b.add("acdc_file_id", os.FileID.String(), off+16, 2).Depth = 1
		b.add("acdc_sfi", hexByte(os.SFI), off+18, 1).Depth = 1
	}
	b.Summary = texts.Say("ef.acdc.systems", "n", len(v.OS))
	return v
}

func uuid(b []byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

func uuidBytes(s string) ([]byte, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != 16 {
		return nil, refuse("acdc.uuid", "id", s)
	}
	return b, nil
}

func encodeACDCList(v ACDCList, size int) ([]byte, error) {
	var out []byte
	for _, os := range v.OS {
		id, err := uuidBytes(os.OSID)
		if err != nil {
			return nil, err
		}
		if len(os.FileID) != 2 {
			return nil, refuse("length", "what", "file_id", "need", 2)
		}
		x := append(append(id, os.FileID...), os.SFI)
		out = tlv.Append(out, 0xA0, append(x, os.RFU...))
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// ACDCApp is an object of EF.ACDC_OS_CONFIG: an application and its category.
type ACDCApp struct {
	Category *byte  `json:"acdc_category,omitempty"`
	OSAppID  string `json:"os_app_id,omitempty"`       // as its operating system calls it
	IDBytes  Hex    `json:"os_app_id_bytes,omitempty"` // of an identifier that is no plain text
	Other    []TLV  `json:"other,omitempty"`
}

// ACDCConfig is the content of EF.ACDC_OS_CONFIG (TS 31.102 clause 4.4.9.3),
// the file that EF.ACDC_LIST names for an operating system.
type ACDCConfig struct {
	Apps  []ACDCApp `json:"acdc_apps"`
	Other []TLV     `json:"other,omitempty"`
	Carry
}

const (
	tagACDCApp      tlv.Tag = 0xA0
	tagACDCCategory tlv.Tag = 0x80
	tagACDCAppID    tlv.Tag = 0x81
)

func decodeACDCConfig(data []byte, _ Context, b *builder) ACDCConfig {
	v := ACDCConfig{Apps: []ACDCApp{}, Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes, err := tlv.Parse(data)
	if err != nil {
		b.flag("tlv", 0, len(data), "why", err.Error())
	}
	for _, n := range nodes {
		if n.Tag != tagACDCApp {
			v.Other = append(v.Other, b.otherObject(n, objectSize(data, n)))
			continue
		}
		v.Apps = append(v.Apps, b.acdcApp(n, data))
	}
	b.Summary = texts.Say("ef.acdc.apps", "n", len(v.Apps))
	return v
}

func (b *builder) acdcApp(app tlv.Node, data []byte) ACDCApp {
	var a ACDCApp
	ids := 0
	for _, n := range app.Children {
		size := objectSize(data, n)
		switch {
		case n.Tag == tagACDCCategory && len(n.Value) == 1 && a.Category == nil:
			a.Category = &n.Value[0]
			b.add("acdc_category", fmt.Sprint(n.Value[0]), n.Offset, size).Depth = 1
		case n.Tag == tagACDCAppID && len(n.Value) > 0 && ids == 0:
			ids++
			if printable(n.Value) {
				a.OSAppID = string(n.Value)
			} else {
				a.IDBytes = n.Value
			}
			b.add("acdc_app", a.shown(), n.Offset, size)
		default:
			a.Other = append(a.Other, b.otherObject(n, size))
		}
	}
	if a.Category == nil || ids == 0 {
		b.flag("acdc.app", app.Offset, objectSize(data, app))
	}
	return a
}

func (a ACDCApp) shown() string {
	if a.OSAppID != "" {
		return a.OSAppID
	}
	return a.IDBytes.String()
}

func encodeACDCConfig(v ACDCConfig, size int) ([]byte, error) {
	var out []byte
	for _, a := range v.Apps {
		if a.OSAppID != "" && len(a.IDBytes) > 0 {
			return nil, refuse("acdc.app", "id", a.OSAppID)
		}
		var body []byte
		if a.Category != nil {
			body = tlv.Append(body, tagACDCCategory, []byte{*a.Category})
		}
		if id := append([]byte(a.OSAppID), a.IDBytes...); len(id) > 0 {
			body = tlv.Append(body, tagACDCAppID, id)
		}
		body, err := appendObjects(body, a.Other)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, tagACDCApp, body)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
