package ef

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"simscope/texts"
)

//go:embed services.tsv
var servicesTSV string

var serviceNames = sync.OnceValue(func() map[string]map[int]string {
	t := map[string]map[int]string{}
	for line := range strings.Lines(servicesTSV) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		n, err := strconv.Atoi(f[1])
		if err != nil {
			continue
		}
		if t[f[0]] == nil {
			t[f[0]] = map[int]string{}
		}
		t[f[0]][n] = f[2]
	}
	return t
})

// ServiceName is the name of service n in a table: "UST", "EST", "IST", "SST"
// or "CST"; empty where the number is not assigned.
func ServiceName(table string, n int) string { return serviceNames()[table][n] }

// Service is one service of a table. Activated says that it can be used; of
// the 2G tables, which have two bits, that both are set.
type Service struct {
	Number    int    `json:"service"`
	Name      string `json:"name"`
	Allocated bool   `json:"allocated"`
	Activated bool   `json:"activated"`
}

// ServiceTable is a service table with every service the file has bits for.
type ServiceTable struct {
	Table    string    `json:"table"`
	Services []Service `json:"services"`
	Carry
}

// maxServiceBytes is how much of a service table is read; the longest of the
// specifications has 19 bytes.
const maxServiceBytes = 64

// Has reports whether service n can be used.
func (t ServiceTable) Has(n int) bool {
	return n >= 1 && n <= len(t.Services) && t.Services[n-1].Activated
}

// serviceTable reads a table of one bit (UST, EST, IST) or two bits (SST, CST)
// a service, lowest bits first.
func serviceTable(table string, bits int) func([]byte, Context, *builder) ServiceTable {
	return func(data []byte, _ Context, b *builder) ServiceTable {
		t := ServiceTable{Table: table, Services: []Service{}, Carry: Carry{data}}
		if !b.expect(data, 1) {
			return t
		}
		if len(data) > maxServiceBytes {
			b.flag("service.many", maxServiceBytes, len(data)-maxServiceBytes, "limit", maxServiceBytes)
			data = data[:maxServiceBytes]
		}
		on := 0
		for n := 1; n <= len(data)*8/bits; n++ {
			s := serviceBits(data, n, bits)
			s.Name = ServiceName(table, n)
			t.Services = append(t.Services, s)
			b.service(s, (n-1)*bits/8, bits)
			if s.Activated {
				on++
			}
		}
		if table == "UST" && len(t.Services) >= 33 && !t.Has(33) {
			b.flag("ust.33", 4, 1)
		}
		b.Summary = texts.Say("ef.services", "on", on, "all", len(t.Services))
		return t
	}
}

func serviceBits(data []byte, n, bits int) Service {
	at := (n - 1) * bits
	v := data[at/8] >> (at % 8)
	if bits == 1 {
		return Service{Number: n, Allocated: v&1 == 1, Activated: v&1 == 1}
	}
	return Service{Number: n, Allocated: v&1 == 1, Activated: v&3 == 3}
}

// encodeServices sets the services that are named in the bytes the table was
// read from, and leaves the others as they were; the length stays. A service
// of one bit is on where either of its fields was turned on.
func encodeServices(bits int) func(ServiceTable, int) ([]byte, error) {
	return func(t ServiceTable, size int) ([]byte, error) {
		out := make([]byte, size)
		copy(out, t.Raw)
		for _, s := range t.Services {
			if s.Number < 1 || s.Number > size*8/bits {
				return nil, refuse("service", "n", s.Number, "limit", size*8/bits)
			}
			if had := serviceBits(out, s.Number, bits); had.Allocated != s.Allocated || had.Activated != s.Activated {
				setService(out, had, s, bits)
			}
		}
		return out, nil
	}
}

// setService writes the bits of s, which had others. Of one bit, the field
// that was edited counts; of two, what is activated is allocated too.
func setService(b []byte, had, s Service, bits int) {
	at := (s.Number - 1) * bits
	var v byte
	switch {
	case bits == 1 && s.Activated != had.Activated:
		v = oneIf(s.Activated)
	case bits == 1:
		v = oneIf(s.Allocated)
	case s.Activated:
		v = 3
	case s.Allocated:
		v = 1
	}
	mask := byte(1<<bits - 1)
	b[at/8] = b[at/8]&^(mask<<(at%8)) | v<<(at%8)
}

func oneIf(on bool) byte {
	if on {
		return 1
	}
	return 0
}

func (b *builder) service(s Service, off, bits int) {
	name := s.Name
	if name == "" {
		name = texts.Say("ef.service.unassigned", "n", s.Number)
		if s.Allocated || s.Activated {
			b.flag("service.unassigned", off, 1, "n", s.Number)
		}
	}
	if !s.Allocated {
		return
	}
	state := "available"
	if bits == 2 && !s.Activated {
		state = "allocated"
	}
	b.addAs("service."+strconv.Itoa(s.Number), strconv.Itoa(s.Number)+"  "+name, word(state), off, 1)
}
