package overview

import (
	"path"
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/fs/messages"
	"simscope/fs/plmn"
)

// digest is what this screen keeps of a file, so that a file is decoded when
// it changes and not whenever another one does.
type digest struct {
	path  card.Path
	place string // directory in the catalogue
	state fs.State
	// content is the same for a file that the card shows at two places.
	content string

	total, used, deleted int
	fresh                int    // messages not read yet
	text                 string // of EF.ICCID its check digit, of EF.IMSI, EF.IMSI_M and EF.IMSI_T the digits, of EF.SPN the name
	numbers              []string
	networks             []plmn.PLMN
	area                 string // hex, empty where it says nothing
	status               string
	services             ef.ServiceTable
	scheme               int // first protection scheme of EF.SUCI_Calc_Info, -1 when not known
}

// bases are the files this screen looks at, by the last part of their
// catalogue path.
var bases = []string{
	"EF.ICCID", "EF.IMSI", "EF.IMSI_M", "EF.IMSI_T", "EF.SPN", "EF.MSISDN", "EF.ADN", "EF.SMS", "EF.LND",
	"EF.LOCI", "EF.EPSLOCI", "EF.PSLOCI", "EF.FPLMN", "EF.EHPLMN", "EF.UST", "EF.SUCI_Calc_Info",
}

// take notes what is new of a file.
func (m *Model) take(n fs.Node) {
	base := path.Base(n.Catalogue)
	m.stale = m.stale || ofBook(n.Path, base)
	if n.Dir || !slices.Contains(bases, base) {
		return
	}
	d := digest{path: n.Path, place: path.Dir(n.Catalogue), state: n.State, scheme: -1}
	if n.Content != nil {
		d.content = contentKey(*n.Content)
		if base == "EF.SUCI_Calc_Info" {
			d.scheme = firstScheme(n.Content.Binary)
		}
		if dec, ok := m.env.Card.Files.Decode(n.Path); ok {
			for _, p := range dec.Parts {
				d.add(p)
			}
			if base == "EF.SMS" { // one message can lie in several records
				d.used, d.deleted, d.fresh = messages.Count(n.Path, dec)
			}
		}
	}
	m.digests[n.Path] = d
}

// contentKey is the same for the same content.
func contentKey(c fs.Content) string {
	var b strings.Builder
	b.Write(c.Binary)
	for _, r := range c.Records {
		b.WriteByte(byte(len(r)))
		b.Write(r)
	}
	return b.String()
}

// add counts one record, or takes a file's value.
func (d *digest) add(p ef.Decoded) {
	d.total++
	if !p.Empty {
		d.used++
	}
	switch v := p.Value.(type) {
	case ef.ICCID:
		d.text = v.CheckDigit
	case ef.IMSI:
		d.text = v.IMSI
	case ef.CDMAIMSI:
		if v.Programmed {
			d.text = v.IMSI()
		}
	case ef.SPN:
		d.text = v.SPN
	case ef.DialNumber:
		if n := v.Dial(); n != "" && !p.Empty {
			d.numbers = append(d.numbers, n)
		}
	case ef.LOCI:
		d.location(v.LAI, v.Status)
	case ef.PSLOCI:
		d.location(v.RAI, v.Status)
	case ef.EPSLOCI:
		d.location(v.TAI, v.Status)
	case ef.NetworkList:
		for _, n := range v.Used() {
			d.networks = append(d.networks, n.PLMN())
		}
	case ef.ServiceTable:
		d.services = v
	}
}

// location takes the area a phone was in last. The codes 0000 and FFFE stand
// for no area (3GPP TS 23.003 clauses 4.1 and 19.4.2.3).
func (d *digest) location(a ef.Area, status string) {
	if a.PLMN().Empty() {
		return
	}
	d.networks, d.status = []plmn.PLMN{a.PLMN()}, status
	if c := a.Code.String(); c != "0000" && c != "FFFE" && c != "FFFF" {
		d.area = c
	}
}

// firstScheme is the protection scheme of the highest priority in
// EF.SUCI_Calc_Info: the first byte of the list in tag A0 (3GPP TS 31.102
// clause 4.4.11.8); -1 where there is no list.
func firstScheme(b []byte) int {
	nodes, _ := tlv.ParseFlat(b)
	list, ok := tlv.Find(nodes, 0xA0)
	if !ok || len(list.Value) < 2 {
		return -1
	}
	return int(list.Value[0])
}
