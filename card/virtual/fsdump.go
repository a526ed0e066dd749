package virtual

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/card/tlv"
)

// This file makes an image of what "fsdump" of pySim-shell writes: a JSON
// object with the ATR and, by the path of each file, its FCP or 2G header and
// its content. Keys and PINs are not in it: every PIN of such a card is
// unknown, and what was read can be read again.

// dumpFile is an entry of a dump. pySim gives more; the rest is not looked at.
type dumpFile struct {
	Raw   string          `json:"fcp_raw"`
	Hex   string          `json:"fcp_hex"` // the name other writers use
	Body  json.RawMessage `json:"body"`
	Error *struct {
		SW string `json:"sw_actual"`
	} `json:"error"`
}

type dump struct {
	ATR   string              `json:"atr"`
	Files map[string]dumpFile `json:"files"`
}

// dumpATR stands in for an ATR that the dump does not hold.
var dumpATR = []byte{0x3B, 0x00}

const (
	dumpNote    = "made from a file system dump of pySim"
	dumpNameMax = 64
)

// isDump reports whether a JSON object looks like a dump: it names files and
// no format.
func isDump(b []byte) bool {
	var head struct {
		Format *json.RawMessage
		Files  json.RawMessage
	}
	return json.Unmarshal(b, &head) == nil && head.Format == nil && bytes.HasPrefix(head.Files, []byte("{"))
}

// readDump makes an image of a dump. Entries that pySim could not select are
// left out; files that it could not read are there and refuse to be read.
func readDump(b []byte) (*Image, error) {
	var d dump
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, imageError("%s", jsonPlace(err))
	}
	if len(d.Files) > MaxFiles {
		return nil, imageError("it has more than %d files", MaxFiles)
	}
	m := dumpMaker{
		img:  &Image{Note: dumpNote, Mode: ModeUICC, ATR: dumpATR},
		dirs: map[string]*File{}, pins: map[Ref]bool{},
	}
	if d.ATR != "" {
		atr, err := hex.DecodeString(d.ATR)
		if err != nil {
			return nil, imageError("the ATR is not hex")
		}
		m.img.ATR = atr
	}
	// A directory comes before what lies in it.
	for _, path := range slices.Sorted(maps.Keys(d.Files)) {
		if err := m.add(path, d.Files[path]); err != nil {
			return nil, err
		}
	}
	if len(m.dirs) == 0 {
		return nil, imageError("the dump describes no directory")
	}
	return m.finish()
}

type dumpMaker struct {
	img  *Image
	dirs map[string]*File // by path
	pins map[Ref]bool
}

// shown is a name of the dump as it may stand in an error or an image.
func shown(name string) string {
	r := []rune(safe.Text(name))
	return string(r[:min(len(r), dumpNameMax)])
}

// add puts one entry into the tree. What has no description was not found on
// the card, and nothing lies in it.
func (m *dumpMaker) add(path string, d dumpFile) error {
	raw, err := hex.DecodeString(d.Raw + d.Hex)
	if err != nil || d.Raw != "" && d.Hex != "" {
		return imageError("%s: the description is not hex", shown(path))
	}
	if len(raw) == 0 {
		return nil
	}
	f, aid, err := describe(raw)
	if err != nil {
		return fmt.Errorf("%w: %s", err, shown(path))
	}
	if raw[0] != tagFCP {
		m.img.Mode = ModeGSM
	}
	parent, name, nested := cutLast(path)
	f.Name = shown(name)
	for _, ref := range f.PINs {
		m.pins[ref] = true
	}
	switch {
	case f.Kind == KindDF && aid != "":
		return m.application(path, f, aid)
	case f.Kind == KindDF && card.FID(f.FID) == card.FIDMF:
		if m.img.MF != nil {
			return imageError("%s: there are two MFs", shown(path))
		}
		m.img.MF, m.dirs[path] = f, f
		return nil
	}
	dir := m.dirs[parent]
	if !nested || dir == nil || !free(dir, f) {
		return nil
	}
	if f.Kind != KindDF {
		if err := f.fill(d); err != nil {
			return fmt.Errorf("%w: %s", err, shown(path))
		}
	} else {
		m.dirs[path] = f
	}
	dir.Children = append(dir.Children, f)
	return nil
}

func cutLast(path string) (parent, name string, nested bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// free reports whether dir has room for another file of that identifier; one
// whose SFI is taken goes without.
func free(dir, f *File) bool {
	if fid := card.FID(f.FID); fid == 0 || fid == card.FIDMF || fid == card.FIDADF {
		return false
	}
	for _, c := range dir.Children {
		if c.FID == f.FID {
			return false
		}
		if c.SFI == f.SFI {
			f.SFI = 0
		}
	}
	return true
}

func (m *dumpMaker) application(path string, f *File, aid AID) error {
	for _, a := range m.img.Apps {
		if a.AID == aid {
			return nil // under a second name
		}
	}
	f.FID = FID(card.FIDADF)
	m.img.Apps = append(m.img.Apps, App{AID: aid, Label: f.Name, ADF: f})
	m.dirs[path] = f
	return nil
}

// finish completes the image: an MF where the dump has none, and the PINs
// that were named, all of them unknown. Administrative keys are left out: nobody
// knows them.
func (m *dumpMaker) finish() (*Image, error) {
	if m.img.MF == nil {
		m.img.MF = &File{FID: FID(card.FIDMF), Name: "MF", Kind: KindDF}
	}
	if m.img.Mode == ModeGSM {
		m.pins[RefPIN1], m.pins[RefPIN2] = true, true
	}
	for _, ref := range slices.Sorted(maps.Keys(m.pins)) {
		if ref == 0 || ref.admin() {
			continue
		}
		m.img.PINs = append(m.img.PINs, PIN{
			Ref: ref, Value: safe.NewSecret([]byte("00000000")), Unknown: true, Tries: 3, Max: 3,
		})
	}
	return m.img, m.img.Validate()
}

const tagFCP = 0x62

// describe reads a file's FCP template or 2G header, and an application's
// identifier.
func describe(raw []byte) (*File, AID, error) {
	if raw[0] == tagFCP {
		return describeFCP(raw)
	}
	f, err := describeHeader(raw)
	return f, "", err
}

func describeFCP(raw []byte) (*File, AID, error) {
	nodes, err := tlv.Parse(raw)
	if err != nil || len(nodes) == 0 {
		return nil, "", imageError("the FCP is no BER-TLV")
	}
	items := nodes[0].Children
	value := func(t tlv.Tag) []byte { n, _ := tlv.Find(items, t); return n.Value }
	f := &File{State: stateOf(value(0x8A)), Access: accessOf(items), Readable: true}
	if info := value(0xA5); len(info) <= maxInfo {
		f.Info = info
	}
	if err := f.shape(value(0x82), value(0x80)); err != nil {
		return nil, "", err
	}
	if fid := value(0x83); len(fid) == 2 {
		f.FID = FID(fid[0])<<8 | FID(fid[1])
	}
	if f.Kind == KindDF {
		f.PINs, f.Readable = pinsOf(items), false
		aid := value(0x84)
		if len(aid) != 0 && (len(aid) < 5 || len(aid) > 16) {
			return nil, "", imageError("the name of the application is not 5 to 16 bytes long")
		}
		return f, AID(aid), nil
	}
	if f.FID == 0 {
		return nil, "", imageError("the FCP names no file identifier")
	}
	f.SFI = sfiOf(items, f.FID)
	return f, "", nil
}

// shape takes kind and size from the file descriptor (ETSI TS 102 221 clause
// 11.1.1.4.3) and the file size.
func (f *File) shape(d, size []byte) error {
	if len(d) == 0 {
		return imageError("the FCP has no file descriptor")
	}
	switch {
	case d[0]&0x3F == 0x38:
		f.Kind = KindDF
		return nil
	case d[0]&0x3F == 0x39:
		f.Kind = KindBERTLV
	case d[0]&0x07 == 0x01:
		f.Kind = KindTransparent
	case d[0]&0x07 == 0x02:
		f.Kind = KindLinearFixed
	case d[0]&0x07 == 0x06:
		f.Kind = KindCyclic
	default:
		return imageError("the file descriptor %02X is of no kind of file", d[0])
	}
	if f.Kind.hasRecords() {
		if len(d) < 5 {
			return imageError("the file descriptor does not tell the records")
		}
		f.RecordLength, f.RecordCount = int(d[2])<<8|int(d[3]), int(d[4])
		return nil
	}
	for _, b := range size[:min(len(size), 4)] {
		f.Size = f.Size<<8 | int(b)
	}
	return nil
}

func stateOf(v []byte) State {
	if len(v) == 1 {
		for _, s := range []State{StateDeactivated, StateTerminated, StateCreation, StateInit} {
			if stateCodes[s] == v[0] || s == StateDeactivated && v[0] == 0x06 || s == StateTerminated && v[0]&0xFC == 0x0C {
				return s
			}
		}
	}
	return ""
}

// accessOf is the access rule of an FCP; one that a card of ours cannot have
// is left out.
func accessOf(items []tlv.Node) Access {
	var a Access
	if n, ok := tlv.Find(items, 0x8B); ok && len(n.Value) >= 3 {
		v := n.Value
		a.ARR = FID(v[0])<<8 | FID(v[1])
		if len(v) == 3 {
			a.Rules = []Rule{{Record: int(v[2])}}
		} else {
			for i := 2; i+1 < len(v); i += 2 {
				se := int(v[i])
				a.Rules = append(a.Rules, Rule{SE: &se, Record: int(v[i+1])})
			}
		}
	} else if n, ok := tlv.Find(items, 0x8C); ok {
		a.Compact = n.Value
	} else if n, ok := tlv.Find(items, 0xAB); ok {
		a.Expanded = n.Value
	}
	if a.validate("") != nil {
		return Access{}
	}
	return a
}

func pinsOf(items []tlv.Node) []Ref {
	status, _ := tlv.Find(items, 0xC6)
	var out []Ref
	refs, _ := tlv.ParseFlat(status.Value)
	for _, n := range refs {
		if n.Tag == 0x83 && len(n.Value) == 1 && len(out) < maxPINs {
			out = append(out, Ref(n.Value[0]))
		}
	}
	return out
}

// sfiOf is the short identifier of an EF (ETSI TS 102 221 clause 11.1.1.4.8):
// where tag 88 is absent, the low bits of the identifier are it.
func sfiOf(items []tlv.Node, fid FID) int {
	sfi := int(fid & 0x1F)
	if n, ok := tlv.Find(items, 0x88); ok {
		if sfi = 0; len(n.Value) == 1 {
			sfi = int(n.Value[0] >> 3)
		}
	}
	if sfi > 30 {
		return 0
	}
	return sfi
}

// describeHeader reads the header of class A0 (3GPP TS 51.011 clause 9.2.1).
func describeHeader(b []byte) (*File, error) {
	if len(b) < 14 {
		return nil, imageError("the description is neither an FCP nor a 2G header")
	}
	f := &File{FID: FID(b[4])<<8 | FID(b[5])}
	size := int(b[2])<<8 | int(b[3])
	switch b[6] {
	case gsmMF, gsmDF:
		f.Kind = KindDF
		return f, nil
	case gsmEF:
	default:
		return nil, imageError("the 2G header is of no kind of file")
	}
	f.GSM, f.Readable = Hex(bytes.Clone(b[8:11])), true
	if b[11]&0x01 == 0 {
		f.State = StateDeactivated
	}
	f.Kind = KindTransparent
	switch b[13] {
	case 0x00:
		f.Size = size
		return f, nil
	case 0x01:
		f.Kind = KindLinearFixed
	case 0x03:
		f.Kind = KindCyclic
	default:
		return nil, imageError("the 2G header names no structure")
	}
	if len(b) < 15 || b[14] == 0 {
		return nil, imageError("the 2G header does not tell the record length")
	}
	f.RecordLength, f.RecordCount = int(b[14]), size/int(b[14])
	return f, nil
}

// fill gives an EF its content, or makes it refuse reading where the dump has
// none.
func (f *File) fill(d dumpFile) error {
	missing := false
	switch string(bytes.TrimSpace(d.Body)) {
	case "", "null", `""`, "[]", "{}":
		missing = d.Error != nil || !f.vacant()
	}
	if missing {
		f.Readable, f.Refuse = false, refusalOf(d)
		return nil
	}
	var err error
	switch {
	case f.Kind == KindBERTLV:
		err = f.fillObjects(d.Body)
	case f.Kind.hasRecords():
		err = f.fillRecords(d.Body)
	default:
		f.Data, err = hexBody(d.Body)
		f.Size = max(f.Size, len(f.Data))
		f.Data = trimmed(f.Data)
	}
	return err
}

// vacant reports whether an empty body is all that a file can have.
func (f *File) vacant() bool {
	return f.Kind == KindBERTLV || f.Size == 0 && f.RecordCount == 0
}

// refusalOf is the status word with which pySim was refused, or that of a
// missing right where it tells none that a refusal can be.
func refusalOf(d dumpFile) Hex {
	if d.Error != nil {
		if b, err := hex.DecodeString(d.Error.SW); err == nil && refuses(b) {
			return b
		}
	}
	return Hex{card.SWNotSatisfied.SW1(), card.SWNotSatisfied.SW2()}
}

var errBody = imageError("the content is not hex; a dump with --json does not hold the bytes")

func hexBody(raw json.RawMessage) (Hex, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil, errBody
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil, errBody
	}
	return b, nil
}

func (f *File) fillRecords(raw json.RawMessage) error {
	var list []json.RawMessage
	if len(raw) > 0 && json.Unmarshal(raw, &list) != nil {
		return errBody
	}
	for i, r := range list {
		var b Hex
		var err error
		if string(r) != "null" {
			b, err = hexBody(r)
		}
		switch {
		case err != nil:
			return err
		case len(b) > f.RecordLength:
			return imageError("record %d is longer than the %d bytes of the FCP", i+1, f.RecordLength)
		}
		f.Records = append(f.Records, trimmed(b))
	}
	f.RecordCount = max(f.RecordCount, len(f.Records))
	for n := len(f.Records); n > 0 && len(f.Records[n-1]) == 0; n-- {
		f.Records = f.Records[:n-1]
	}
	return nil
}

// fillObjects reads the objects of a BER-TLV file: their tags are decimal.
func (f *File) fillObjects(raw json.RawMessage) error {
	var byTag map[string]json.RawMessage
	if len(raw) > 0 && json.Unmarshal(raw, &byTag) != nil {
		return errBody
	}
	values := map[tlv.Tag]Hex{}
	for text, v := range byTag {
		tag, err := strconv.ParseUint(text, 10, 32)
		if err != nil || tag == 0 {
			return imageError("%q is no tag in decimal", shown(text))
		}
		if values[tlv.Tag(tag)], err = hexBody(v); err != nil {
			return err
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(values)) {
		f.Data = tlv.Append(f.Data, tag, values[tag])
	}
	f.Size = max(f.Size, len(f.Data))
	return nil
}
