package ef

import (
	"encoding/binary"
	"fmt"
	"strings"

	"simscope/card/safe"
	"simscope/texts"
)

// KeyCounter is a record of EF.0348_COUNT (five bytes of counter), EF.GP_COUNT
// (two, and one that is reserved) and EF.GP_DIV_DATA (ten bytes that the keys
// were diversified with).
type KeyCounter struct {
	Domain  byte `json:"sec_domain"`
	Version byte `json:"key_set_version"`
	Counter Hex  `json:"counter,omitempty"`
	Value   *int `json:"counter_value,omitempty"` // of EF.GP_COUNT
	RFU     *int `json:"rfu,omitempty"`           // of EF.GP_COUNT
	DivData Hex  `json:"key_div_data,omitempty"`
}

// Kinds of KeyCounter.
const (
	otaCounter = iota
	gpCounter
	gpDivData
)

func keyCounter(kind, size int) func([]byte, Context, *builder) KeyCounter {
	return func(data []byte, _ Context, b *builder) KeyCounter {
		var v KeyCounter
		b.Columns = []string{"", "", ""}
		if !b.expect(data, size) {
			return v
		}
		v.Domain, v.Version = data[0], data[1]
		shown := v.tail(kind, data[2:])
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		b.add("key_domain", hexByte(v.Domain), 0, 1)
		b.add("key_version", hexByte(v.Version), 1, 1)
		switch kind {
		case gpDivData:
			b.add("key_div_data", shown, 2, len(data)-2)
		default:
			b.add("key_counter", shown, 2, len(data)-2)
		}
		b.Columns = []string{hexByte(v.Domain), hexByte(v.Version), shown}
		b.Summary = strings.Join(b.Columns, "  ")
		return v
	}
}

func (v *KeyCounter) tail(kind int, rest []byte) string {
	switch kind {
	case gpCounter:
		n, rfu := int(rest[0])<<8|int(rest[1]), int(rest[2])
		v.Value, v.RFU, v.Counter = &n, &rfu, rest[3:]
		return fmt.Sprint(n)
	case gpDivData:
		v.DivData = rest
		return v.DivData.String()
	}
	v.Counter = rest
	return v.Counter.String()
}

func encodeKeyCounter(kind, least int) func(KeyCounter, int) ([]byte, error) {
	return func(v KeyCounter, size int) ([]byte, error) {
		out := []byte{v.Domain, v.Version}
		if kind == gpCounter {
			if v.Value == nil || v.RFU == nil || *v.Value < 0 || *v.Value > 0xFFFF || *v.RFU < 0 || *v.RFU > 0xFF {
				return nil, refuse("vendor.counter", "limit", 0xFFFF)
			}
			out = append(out, byte(*v.Value>>8), byte(*v.Value), byte(*v.RFU))
		}
		out = append(append(out, v.Counter...), v.DivData...)
		if len(out) != size || size < least {
			return nil, refuse("size", "need", max(len(out), least), "limit", size)
		}
		return out, nil
	}
}

// AuthCounter is the content of EF.SIM_AUTH_COUNTER: how often RUN GSM
// ALGORITHM may still be sent.
type AuthCounter struct {
	Left uint32 `json:"num_run_gsm_algo_remain"`
	Carry
}

func decodeAuthCounter(data []byte, _ Context, b *builder) AuthCounter {
	v := AuthCounter{Carry: Carry{data}}
	if !b.expect(data, 4) {
		return v
	}
	v.Left = binary.BigEndian.Uint32(data)
	b.Summary = texts.Say("ef.vendor.runs", "n", v.Left)
	b.add("runs_left", fmt.Sprint(v.Left), 0, 4)
	b.behind(data, 4)
	return v
}

func encodeAuthCounter(v AuthCounter, size int) ([]byte, error) {
	if size != 4 {
		return nil, refuse("size", "need", 4, "limit", size)
	}
	return binary.BigEndian.AppendUint32(nil, v.Left), nil
}

// BootstrapKey is the content of EF.GBA_SK and a record of EF.GBA_INT_KEY:
// keys of the generic bootstrapping architecture (TS 33.220).
type BootstrapKey struct {
	Key safe.Secret `json:"key"`
}

func decodeBootstrapKey(data []byte, _ Context, b *builder) BootstrapKey {
	v := BootstrapKey{Key: secretOf(data)}
	b.Columns = []string{""}
	if !b.expect(data, 1) {
		return v
	}
	if allFF(data) || allZero(data) {
		b.erase()
		return v
	}
	b.secret("gba_key", 0, len(data))
	b.Summary = texts.Say("ef.vendor.key", "n", len(data))
	b.Columns = []string{b.Summary}
	return v
}

func encodeBootstrapKey(v BootstrapKey, size int) ([]byte, error) {
	if err := needSecret(v.Key, "key", size); err != nil {
		return nil, err
	}
	return opened(v.Key), nil
}

// BootstrapRecords is the content of EF.GBA_REC_LIST: record numbers of
// EF.GBANL.
type BootstrapRecords struct {
	Records []int `json:"records"`
}

func decodeBootstrapRecords(data []byte, _ Context, b *builder) BootstrapRecords {
	v := BootstrapRecords{Records: []int{}}
	var shown []string
	for i, c := range data {
		v.Records = append(v.Records, int(c))
		if c == 0 || c == 0xFF {
			continue
		}
		b.addAs("gba_record", texts.Say("ef.field.gba_record"), texts.Say("ef.record", "n", c), i, 1)
		shown = append(shown, fmt.Sprint(c))
	}
	if len(shown) == 0 {
		b.erase()
		return v
	}
	b.Summary = shorten(shown, 16)
	return v
}

func encodeBootstrapRecords(v BootstrapRecords, size int) ([]byte, error) {
	var out []byte
	for _, n := range v.Records {
		if n < 0 || n > 0xFF {
			return nil, refuse("vendor.counter", "limit", 0xFF)
		}
		out = append(out, byte(n))
	}
	return padded(out, size)
}
