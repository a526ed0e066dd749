package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// GroupIDs is the content of EF.VGCS and EF.VBS (TS 31.102 clauses 4.2.73 and
// 4.2.75, TS 51.011 clauses 10.3.20 and 10.3.22): groups of up to 8 digits (TS
// 23.003). An empty string is an unused entry.
type GroupIDs struct {
	Groups []string `json:"group_ids"`
	Carry
}

const (
	groupEntry = 4
	maxGroups  = 50 // TS 31.102 clause 4.2.73
)

func decodeGroupIDs(data []byte, _ Context, b *builder) GroupIDs {
	v := GroupIDs{Groups: []string{}, Carry: Carry{data}}
	if len(data)%groupEntry != 0 {
		b.flag("odd", len(data)/groupEntry*groupEntry, len(data)%groupEntry, "entry", groupEntry)
	}
	var shown []string
	for i := 0; i+groupEntry <= len(data); i += groupEntry {
		id, clean := bcd(data[i:i+groupEntry], plainDigits)
		if !clean {
			b.flag("filler", i, groupEntry)
		}
		if strings.ContainsAny(id, "ABCDE") {
			b.flag("group.digit", i, groupEntry)
		}
		v.Groups = append(v.Groups, id)
		if id != "" {
			f := b.add("group_id", id, i, groupEntry)
			f.Note = texts.Say("ef.listentry", "n", i/groupEntry+1)
			shown = append(shown, id)
		}
	}
	if b.Summary = shorten(shown, 8); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeGroupIDs(v GroupIDs, size int) ([]byte, error) {
	if size%groupEntry != 0 {
		return nil, refuse("multiple", "size", size, "entry", groupEntry)
	}
	if limit := min(size/groupEntry, maxGroups); len(v.Groups) > limit {
		return nil, refuse("entries", "need", len(v.Groups), "limit", limit)
	}
	var out []byte
	for _, id := range v.Groups {
		if len(id) > 2*groupEntry {
			return nil, refuse("group", "n", len(id), "limit", 2*groupEntry)
		}
		digits, err := bcdBytes(id, plainDigits[:10])
		if err != nil {
			return nil, err
		}
		entry, err := padded(digits, groupEntry)
		if err != nil {
			return nil, err
		}
		out = append(out, entry...)
	}
	return padded(out, size)
}

// GroupStatus is the content of EF.VGCSS and EF.VBSS (TS 31.102 clauses 4.2.74
// and 4.2.76, TS 51.011 clauses 10.3.21 and 10.3.23): the entries, from 1 to
// 50, of EF.VGCS or EF.VBS whose groups are switched on.
type GroupStatus struct {
	Active []int `json:"active_groups"`
	Carry
}

const (
	groupStatusLen = 7
	groupSpare     = 0xFC // bits of the last byte beyond group 50, all 1
)

func decodeGroupStatus(data []byte, _ Context, b *builder) GroupStatus {
	v := GroupStatus{Active: []int{}, Carry: Carry{data}}
	if !b.exactly(data, groupStatusLen) {
		return v
	}
	var shown []string
	for i := range maxGroups {
		if data[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		v.Active = append(v.Active, i+1)
		b.add("active_group", texts.Say("ef.listentry", "n", i+1), i/8, 1)
		shown = append(shown, fmt.Sprint(i+1))
	}
	if data[6]&groupSpare != groupSpare {
		b.flag("group.spare", 6, 1)
	}
	if b.Summary = shorten(shown, 8); len(shown) == 0 {
		b.Summary = word("none")
	}
	return v
}

func encodeGroupStatus(v GroupStatus, size int) ([]byte, error) {
	if err := sized(size, groupStatusLen); err != nil {
		return nil, err
	}
	out := make([]byte, groupStatusLen)
	out[6] = groupSpare
	for _, n := range v.Active {
		if n < 1 || n > maxGroups {
			return nil, refuse("number.range", "what", "active_groups", "n", n, "limit", maxGroups)
		}
		out[(n-1)/8] |= 1 << ((n - 1) % 8)
	}
	return out, nil
}

// GroupCiphers is the content of EF.VGCSCA and EF.VBSCA (TS 31.102 clauses
// 4.2.77 and 4.2.78): for each entry of EF.VGCS or EF.VBS the algorithms of
// its two master group keys. 0 is no ciphering, 1 to 7 are A5/1 to A5/7.
type GroupCiphers struct {
	Groups []GroupCipher `json:"groups"`
	Carry
}

// GroupCipher is the algorithms of one group.
type GroupCipher struct {
	First  int `json:"v_ki_1"`
	Second int `json:"v_ki_2"`
}

const maxGroupCipher = 7

func cipherName(c byte) string {
	switch {
	case c == 0:
		return word("no_cipher")
	case c <= maxGroupCipher:
		return fmt.Sprintf("A5/%d", c)
	}
	return word("not_assigned")
}

func decodeGroupCiphers(data []byte, _ Context, b *builder) GroupCiphers {
	v := GroupCiphers{Groups: []GroupCipher{}, Carry: Carry{data}}
	if len(data)%2 != 0 {
		b.flag("odd", len(data)-1, 1, "entry", 2)
	}
	var shown []string
	for i := 0; i+2 <= len(data); i += 2 {
		v.Groups = append(v.Groups, GroupCipher{int(data[i]), int(data[i+1])})
		s := cipherName(data[i]) + ", " + cipherName(data[i+1])
		b.add("group_cipher", s, i, 2).Note = texts.Say("ef.listentry", "n", i/2+1)
		if data[i] > maxGroupCipher || data[i+1] > maxGroupCipher {
			b.flag("group.cipher", i, 2)
		}
		if data[i] != 0 || data[i+1] != 0 {
			shown = append(shown, fmt.Sprintf("%d: %s", i/2+1, s))
		}
	}
	if b.Summary = shorten(shown, 4); len(shown) == 0 {
		b.Summary = word("no_cipher")
	}
	return v
}

func encodeGroupCiphers(v GroupCiphers, size int) ([]byte, error) {
	if len(v.Groups) > size/2 {
		return nil, refuse("entries", "need", len(v.Groups), "limit", size/2)
	}
	out := make([]byte, 0, size)
	for _, g := range v.Groups {
		for _, c := range []int{g.First, g.Second} {
			if err := inRange("groups", c, maxGroupCipher); err != nil {
				return nil, err
			}
			out = append(out, byte(c))
		}
	}
	return out[:size], nil // the rest is no ciphering
}

// priorities are the levels of eMLPP by bit (TS 22.067), highest first.
var priorities = []string{"A", "B", "0", "1", "2", "3", "4"}

// EMLPP is the content of EF.eMLPP (TS 31.102 clause 4.2.39, TS 51.011 clause
// 10.3.24): the priority levels the user may call with, and those whose calls
// are set up fast.
type EMLPP struct {
	Levels    []string `json:"levels"`
	FastSetup []string `json:"fast_call_setup_cond"`
	Carry
}

func decodeEMLPP(data []byte, _ Context, b *builder) EMLPP {
	v := EMLPP{Levels: []string{}, FastSetup: []string{}, Carry: Carry{data}}
	if !b.exactly(data, 2) {
		return v
	}
	v.Levels, v.FastSetup = b.levels("levels", data[0], 0), b.levels("fast_call_setup", data[1], 1)
	b.Summary = b.Fields[0].Value
	return v
}

// levels shows the priority levels of a byte, whose highest bit is reserved.
func (b *builder) levels(id string, c byte, off int) []string {
	list := bitNames(c, priorities)
	shown := strings.Join(list, ", ")
	if len(list) == 0 {
		shown = word("none")
	}
	b.addAs(id, fieldLabel(id), shown, off, 1)
	if c&0x80 != 0 {
		b.flag("emlpp.bit", off, 1)
	}
	return list
}

func encodeEMLPP(v EMLPP, size int) ([]byte, error) {
	if err := sized(size, 2); err != nil {
		return nil, err
	}
	levels, err := bitsOf(v.Levels, priorities, "levels")
	if err != nil {
		return nil, err
	}
	fast, err := bitsOf(v.FastSetup, priorities, "fast_call_setup_cond")
	return []byte{levels, fast}, err
}

// AAeM is the content of EF.AAeM (TS 31.102 clause 4.2.40, TS 51.011 clause
// 10.3.25): the priority levels whose calls the phone answers by itself.
type AAeM struct {
	Levels []string `json:"auto_answer_prio_levels"`
	Carry
}

func decodeAAeM(data []byte, _ Context, b *builder) AAeM {
	v := AAeM{Levels: []string{}, Carry: Carry{data}}
	if !b.exactly(data, 1) {
		return v
	}
	v.Levels = b.levels("auto_answer", data[0], 0)
	b.Summary = b.Fields[0].Value
	return v
}

func encodeAAeM(v AAeM, size int) ([]byte, error) {
	if err := sized(size, 1); err != nil {
		return nil, err
	}
	c, err := bitsOf(v.Levels, priorities, "auto_answer_prio_levels")
	return []byte{c}, err
}
