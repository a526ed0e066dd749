package ef

import (
	"strconv"

	"simscope/texts"
)

// TableService is one service of a small service table (EF.CPHS-INFO,
// EF.MExE-ST). In tables of one bit a service, allocated and activated are the
// same; the second counts when they are written.
type TableService struct {
	Number    int    `json:"service"`
	Name      string `json:"name"` // empty where the number is not assigned
	Allocated bool   `json:"allocated"`
	Activated bool   `json:"activated"`
}

// tableServices reads services of one or two bits, lowest bits first. The
// words for them are below group.
func (b *builder) tableServices(data []byte, off, bits int, group string, names []string) []TableService {
	out := []TableService{}
	for i := range len(data) * 8 / bits {
		v := data[i*bits/8] >> (i * bits % 8)
		s := TableService{Number: i + 1, Allocated: v&1 != 0, Activated: v&1 != 0}
		if bits == 2 {
			s.Activated = v&2 != 0
		}
		if i < len(names) {
			s.Name = names[i]
		}
		out = append(out, s)
		b.tableService(s, off+i*bits/8, group)
	}
	return out
}

func (b *builder) tableService(s TableService, off int, group string) {
	if !s.Allocated && !s.Activated {
		return
	}
	label := word(group + "." + s.Name)
	switch {
	case s.Name == "":
		label = texts.Say("ef.service.unassigned", "n", s.Number)
		b.flag("service.unassigned", off, 1, "n", s.Number)
	case !s.Allocated:
		b.flag("service.half", off, 1, "n", s.Number)
	}
	state := "allocated"
	if s.Allocated && s.Activated {
		state = "available"
	}
	b.addAs("service."+strconv.Itoa(s.Number), strconv.Itoa(s.Number)+"  "+label, word(state), off, 1)
}

// activeNames are the words for the services that can be used.
func activeNames(services []TableService, group string) []string {
	var out []string
	for _, s := range services {
		if s.Allocated && s.Activated && s.Name != "" {
			out = append(out, word(group+"."+s.Name))
		}
	}
	return out
}

// tableBytes writes services into size bytes, those not named as 0.
func tableBytes(services []TableService, bits, size int) ([]byte, error) {
	out := make([]byte, size)
	for _, s := range services {
		i := s.Number - 1
		if i < 0 || i >= size*8/bits {
			return nil, refuse("service.number", "n", s.Number, "limit", size*8/bits)
		}
		var v byte
		switch {
		case bits == 1 && s.Activated:
			v = 1
		case bits == 2:
			v = bitIf(s.Allocated, 0) | bitIf(s.Activated, 1)
		}
		out[i*bits/8] |= v << (i * bits % 8)
	}
	return out, nil
}

// bitIf is bit n (0 is the lowest) where on.
func bitIf(on bool, n int) byte {
	if on {
		return 1 << n
	}
	return 0
}
