package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// MExEServices is the content of EF.MExE-ST (TS 31.102 clause 4.4.4.1, TS
// 51.011 clause 10.4.4.1), coded as the service table of its application: a
// bit for each service of a USIM, two of a SIM.
type MExEServices struct {
	Services []TableService `json:"services"`
}

var mexeServices = []string{"operator_root_public_key", "administrator_root_public_key", "third_party_root_public_key"}

func mexeTable(bits int) func([]byte, Context, *builder) MExEServices {
	return func(data []byte, _ Context, b *builder) MExEServices {
		v := MExEServices{Services: []TableService{}}
		if !b.expect(data, 1) {
			return v
		}
		if len(data) > maxServiceBytes {
			b.flag("service.many", maxServiceBytes, len(data)-maxServiceBytes, "limit", maxServiceBytes)
			data = data[:maxServiceBytes]
		}
		v.Services = b.tableServices(data, 0, bits, "mexe", mexeServices)
		b.Summary = word("none")
		if names := activeNames(v.Services, "mexe"); len(names) > 0 {
			b.Summary = strings.Join(names, ", ")
		}
		return v
	}
}

func encodeMExETable(bits int) func(MExEServices, int) ([]byte, error) {
	return func(v MExEServices, size int) ([]byte, error) {
		if size > maxServiceBytes {
			return nil, refuse("size", "need", size, "limit", maxServiceBytes)
		}
		return tableBytes(v.Services, bits, size)
	}
}

// CertificateDescriptor is a record of EF.ORPK, EF.ARPK and EF.TPRPK (TS
// 31.102 clauses 4.4.4.2 to 4.4.4.4): where on the card the certificate with a
// root public key lies. Keys of this kind are public.
type CertificateDescriptor struct {
	Valid         bool   `json:"valid"` // bit 1 of the parameters indicator is 0
	Indicator     byte   `json:"parameters_indicator"`
	Authority     bool   `json:"authority_certificate"`
	Flags         byte   `json:"flags"`
	Type          string `json:"type_of_certificate"` // "WTLS", "X.509", "X9.68", "reserved"
	TypeByte      byte   `json:"type_of_certificate_byte"`
	File          Hex    `json:"key_certificate_file_identifier"`
	Offset        int    `json:"offset_into_file"`
	Length        int    `json:"length_of_data"`
	KeyID         Hex    `json:"key_identifier"`
	CertificateID *Hex   `json:"certificate_identifier,omitempty"` // of EF.TPRPK
	Rest          Hex    `json:"rest,omitempty"`
	Carry
}

var certificateTypes = []string{"WTLS", "X.509", "X9.68"}

// mexeHead is what stands before the key identifier.
const mexeHead = 10

func certificateDescriptor(thirdParty bool) func([]byte, Context, *builder) CertificateDescriptor {
	return func(data []byte, _ Context, b *builder) CertificateDescriptor {
		v := CertificateDescriptor{File: Hex{}, KeyID: Hex{}, Carry: Carry{data}}
		b.Columns = []string{"", "", ""}
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		if !b.expect(data, mexeHead) {
			return v
		}
		v.readHead(data, b)
		c := cursor{b: data, off: mexeHead - 1}
		v.KeyID = c.identifier("mexe_key", b)
		if thirdParty {
			id := c.identifier("mexe_certificate", b)
			v.CertificateID = &id
		}
		if c.short {
			b.flag("mexe.identifier", mexeHead-1, len(data)-mexeHead+1)
		}
		if rest := data[c.off:]; !allFF(rest) {
			v.Rest = rest
			b.flag("mexe.rest", c.off, len(rest))
		}
		where := texts.Say("ef.mexe.where", "file", v.File, "offset", v.Offset, "length", v.Length)
		b.Columns = []string{v.Type, where, v.KeyID.String()}
		b.Summary = v.Type + "  " + where
		if !v.Valid {
			b.Summary = word("mexe.invalid")
		}
		return v
	}
}

func (v *CertificateDescriptor) readHead(data []byte, b *builder) {
	v.Indicator, v.Valid = data[0], data[0]&1 == 0
	v.Flags, v.Authority = data[1], data[1]&1 != 0
	v.TypeByte, v.Type = data[2], "reserved"
	if int(data[2]) < len(certificateTypes) {
		v.Type = certificateTypes[data[2]]
	} else {
		b.flag("mexe.type", 2, 1, "type", hexByte(data[2]))
	}
	v.File = data[3:5]
	v.Offset, v.Length = int(data[5])<<8|int(data[6]), int(data[7])<<8|int(data[8])
	b.add("mexe_valid", yesNo(v.Valid), 0, 1)
	b.add("mexe_authority", yesNo(v.Authority), 1, 1)
	b.add("mexe_type", v.Type, 2, 1)
	b.add("mexe_file", v.File.String(), 3, 2)
	b.add("mexe_offset", fmt.Sprint(v.Offset), 5, 2)
	b.add("mexe_length", fmt.Sprint(v.Length), 7, 2)
}

// identifier reads a length and as many bytes.
func (c *cursor) identifier(id string, b *builder) Hex {
	n := int(c.byte())
	off := c.off
	out := Hex(c.take(n))
	b.addAs(id, texts.Say("ef.field."+id), out.String(), off, len(out))
	return out
}

func encodeCertificateDescriptor(thirdParty bool) func(CertificateDescriptor, int) ([]byte, error) {
	return func(v CertificateDescriptor, size int) ([]byte, error) {
		if len(v.File) != 2 {
			return nil, refuse("length", "what", "key_certificate_file_identifier", "need", 2)
		}
		if v.Offset < 0 || v.Offset > 0xFFFF || v.Length < 0 || v.Length > 0xFFFF || len(v.KeyID) > 0xFF {
			return nil, refuse("mexe.range", "limit", 0xFFFF)
		}
		kind := v.TypeByte
		if v.Type != "reserved" {
			at := -1
			for i, name := range certificateTypes {
				if name == v.Type {
					at = i
				}
			}
			if at < 0 {
				return nil, refuse("mexe.type", "type", v.Type)
			}
			kind = byte(at)
		}
		out := []byte{v.Indicator&^1 | bitIf(!v.Valid, 0), v.Flags&^1 | bitIf(v.Authority, 0), kind, v.File[0], v.File[1]}
		out = append(out, byte(v.Offset>>8), byte(v.Offset), byte(v.Length>>8), byte(v.Length), byte(len(v.KeyID)))
		out = append(out, v.KeyID...)
		if thirdParty {
			var id Hex
			if v.CertificateID != nil {
				id = *v.CertificateID
			}
			if len(id) > 0xFF {
				return nil, refuse("mexe.range", "limit", 0xFF)
			}
			out = append(append(out, byte(len(id))), id...)
		}
		return padded(append(out, v.Rest...), size)
	}
}

func mexeFiles() []entry {
	const usim, gsm = "ADF.USIM/DF.MExE/", "MF/DF.GSM/DF.MExE/"
	const st = "EF.MExE-ST"
	out := []entry{
		at(exact(st, "TS 31.102 clause 4.4.4.1", mexeTable(1), encodeMExETable(1)), usim+st),
		at(exact(st, "TS 51.011 clause 10.4.4.1", mexeTable(2), encodeMExETable(2)), gsm+st),
	}
	for _, f := range []struct {
		name, spec string
		third      bool
	}{
		{"EF.ORPK", "TS 31.102 clause 4.4.4.2, TS 51.011 clause 10.4.4.2", false},
		{"EF.ARPK", "TS 31.102 clause 4.4.4.3, TS 51.011 clause 10.4.4.3", false},
		{"EF.TPRPK", "TS 31.102 clause 4.4.4.4, TS 51.011 clause 10.4.4.4", true},
	} {
		d := writable(f.name, f.spec, certificateDescriptor(f.third), encodeCertificateDescriptor(f.third))
		out = append(out, at(records(d, "kind", "mexe_place", "mexe_key"), usim+f.name, gsm+f.name))
	}
	return out
}
