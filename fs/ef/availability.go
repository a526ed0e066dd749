package ef

import (
	"strconv"

	"simscope/texts"
)

// availability is serviceTable with one bit a service for the tables of DF.ProSe
// and DF.5G_ProSe.
func availability(table string) func([]byte, Context, *builder) ServiceTable {
	return func(data []byte, _ Context, b *builder) ServiceTable {
		t := ServiceTable{Table: table, Services: []Service{}}
		if b.expect(data, 1) {
			t.Services = b.availabilityBits(table, data, 0)
		}
		return t
	}
}

// availabilityBits reads the services of a table that begins at byte off of
// the file. A service without a name may be newer than the table of names.
func (b *builder) availabilityBits(table string, data []byte, off int) []Service {
	services := []Service{}
	if len(data) > maxServiceBytes {
		b.flag("service.many", off+maxServiceBytes, len(data)-maxServiceBytes, "limit", maxServiceBytes)
		data = data[:maxServiceBytes]
	}
	on := 0
	for n := 1; n <= len(data)*8; n++ {
		s := serviceBits(data, n, 1)
		s.Name = ServiceName(table, n)
		services = append(services, s)
		if !s.Activated {
			continue
		}
		on++
		at := off + (n-1)/8
		if s.Name == "" {
			b.flag("availability.unnamed", at, 1, "n", n)
			b.addAs("service."+strconv.Itoa(n), texts.Say("ef.availability.unnamed", "n", n), word("available"), at, 1)
			continue
		}
		b.service(s, at, 1)
	}
	b.Summary = texts.Say("ef.services", "on", on, "all", len(services))
	return services
}

func encodeAvailability(t ServiceTable, size int) ([]byte, error) {
	return availabilityBytes(t.Services, size)
}

// availabilityBytes writes services by their number; those beyond the list are
// not available.
func availabilityBytes(services []Service, size int) ([]byte, error) {
	if size > maxServiceBytes {
		return nil, refuse("size", "need", size, "limit", maxServiceBytes)
	}
	out := make([]byte, size)
	for _, s := range services {
		switch {
		case s.Number < 1 || (s.Activated && s.Number > size*8):
			return nil, refuse("availability.number", "n", s.Number, "limit", size*8)
		case s.Activated:
			out[(s.Number-1)/8] |= 1 << ((s.Number - 1) % 8)
		}
	}
	return out, nil
}

// CodedAvailability is the content of EF.MST and EF.VST (TS 31.102 clauses
// 4.6.4.1 and 4.6.5.2): how the files beside it are coded, then a service a
// bit.
type CodedAvailability struct {
	Table    string    `json:"table"`
	Coding   string    `json:"coding"` // "xml", "policy" (VST), "reserved"
	Byte     byte      `json:"coding_byte"`
	Services []Service `json:"services"`
}

// Codings of the data beside a service table, by their code.
var (
	mcsCodings = []string{"xml"}
	v2xCodings = []string{"xml", "policy"}
)

func codedAvailability(table string, codings []string) func([]byte, Context, *builder) CodedAvailability {
	return func(data []byte, _ Context, b *builder) CodedAvailability {
		v := CodedAvailability{Table: table, Coding: "reserved", Services: []Service{}}
		if !b.expect(data, 2) {
			return v
		}
		v.Byte = data[0]
		if int(v.Byte) < len(codings) {
			v.Coding = codings[v.Byte]
		} else {
			b.flag("availability.coding", 0, 1, "coding", hexByte(v.Byte))
		}
		b.add("data_coding", word("coding."+v.Coding), 0, 1)
		v.Services = b.availabilityBits(table, data[1:], 1)
		return v
	}
}

func encodeCodedAvailability(v CodedAvailability, size int) ([]byte, error) {
	if size < 2 {
		return nil, refuse("size", "need", 2, "limit", size)
	}
	services, err := availabilityBytes(v.Services, size-1)
	if err != nil {
		return nil, err
	}
	coding := v.Byte
	switch v.Coding {
	case "xml":
		coding = 0
	case "policy":
		if v.Table != "VST" {
			return nil, refuse("availability.coding", "coding", v.Coding)
		}
		coding = 1
	case "reserved":
	default:
		return nil, refuse("availability.coding", "coding", v.Coding)
	}
	return append([]byte{coding}, services...), nil
}
