package ef

import (
	"strconv"
	"strings"

	"simscope/texts"
)

// Priorities of calls (FFFIS clauses 7.4.3 and 7.4.12), bits 3 to 1. Only
// those of a call that was made know A and B.
var (
	confirmPriorities = codes{0: "none", 1: "4", 2: "3", 3: "2", 4: "1", 5: "0"}
	callPriorities    = codes{0: "none", 1: "4", 2: "3", 3: "2", 4: "1", 5: "0", 6: "B", 7: "A"}
)

// CallconfC is the content of EF.CallconfC: how a radio reports, after a
// railway emergency call, that it took part.
type CallconfC struct {
	Priority    string `json:"pl_conf"`   // calls of this priority are reported
	Number      string `json:"conf_nr"`   // the centre that takes reports
	MaxRandom   int    `json:"max_rand"`  // limit of the random wait
	MaxAttempts int    `json:"n_ack_max"` // attempts of a report
	AckPriority string `json:"pl_ack"`    // priority of the reporting call
	MaxNested   int    `json:"n_nested_max"`
	TrainGroup  int    `json:"train_emergency_gid"`
	ShuntGroup  int    `json:"shunting_emergency_gid"`
	IMEI        string `json:"imei"` // of the radio that wrote the reports
	Carry
}

const callconfC = 24

func decodeCallconfC(data []byte, _ Context, b *builder) CallconfC {
	v := CallconfC{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, callconfC) {
		return v
	}
	n := b.nested(data[:callconfC])
	v.Priority = n.enumerated(3, confirmPriorities)
	n.line("rail_priority", railPriority(v.Priority), 0)
	raw, _ := n.take(8)
	v.Number = b.railDigits(raw, 1)
	n.line("rail_confirm_number", v.Number, 1)
	v.MaxRandom = n.plain("rail_max_random", 1)
	v.MaxAttempts = n.plain("rail_max_attempts", 2)
	from := n.at
	v.AckPriority = n.enumerated(3, callPriorities)
	n.line("rail_ack_priority", railPriority(v.AckPriority), from)
	v.MaxNested = n.plain("rail_max_nested", 1)
	v.TrainGroup = n.plain("rail_train_group", 1)
	v.ShuntGroup = n.plain("rail_shunting_group", 1)
	from = n.at
	v.IMEI = b.railDigits(n.rest(), from)
	n.line("rail_imei", v.IMEI, from)
	b.Summary = texts.Say("ef.rail.confirm", "number", v.Number)
	if v.Number == "" {
		b.Summary = word("none")
	}
	return v
}

// plain reads a number of k bytes and adds its line.
func (n *nested) plain(id string, k int) int {
	from := n.at
	v, _ := n.number(k)
	n.line(id, strconv.FormatUint(v, 10), from)
	return int(v)
}

func railPriority(name string) string {
	if name == "none" {
		return word("none")
	}
	return name
}

func encodeCallconfC(v CallconfC, size int) ([]byte, error) {
	if v.Priority == "" && v.AckPriority == "" && v.Number == "" {
		return fill(size), nil
	}
	out, err := enumeratedByte("pl_conf", confirmPriorities, v.Priority)
	if err != nil {
		return nil, err
	}
	number, err := railBytes("conf_nr", v.Number, 8)
	if err != nil {
		return nil, err
	}
	out = append(out, number...)
	if out, err = appendPlain(out, "max_rand", v.MaxRandom, 1); err != nil {
		return nil, err
	}
	if out, err = appendPlain(out, "n_ack_max", v.MaxAttempts, 2); err != nil {
		return nil, err
	}
	ack, err := enumeratedByte("pl_ack", callPriorities, v.AckPriority)
	if err != nil {
		return nil, err
	}
	out = append(out, ack...)
	for _, x := range []struct {
		name  string
		value int
	}{{"n_nested_max", v.MaxNested}, {"train_emergency_gid", v.TrainGroup}, {"shunting_emergency_gid", v.ShuntGroup}} {
		if out, err = appendPlain(out, x.name, x.value, 1); err != nil {
			return nil, err
		}
	}
	imei, err := railBytes("imei", v.IMEI, 8)
	if err != nil {
		return nil, err
	}
	return padded(append(out, imei...), size)
}

// appendPlain writes a number in k bytes.
func appendPlain(dst []byte, what string, v, k int) ([]byte, error) {
	if limit := 1<<(8*k) - 1; v < 0 || v > limit {
		return nil, refuse("nested.limit", "what", what, "value", v, "limit", limit)
	}
	for i := k - 1; i >= 0; i-- {
		dst = append(dst, byte(v>>(8*i)))
	}
	return dst, nil
}

// CallconfI is a record of EF.CallconfI: an emergency call the radio took part
// in and has to report.
type CallconfI struct {
	Duration int    `json:"t_dur"`
	Elapsed  int    `json:"t_relcalc"` // from the end of the call to the report
	Priority string `json:"pl_call"`
	Cause    string `json:"cause"` // why the call ended
	GCR      string `json:"gcr"`   // group call reference
	Number   string `json:"fnr"`   // functional number at the time
	Carry
}

const callconfI = 21

var callCauses = codes{1: "powered_off", 2: "radio_link_error", 5: "user_command"}

func decodeCallconfI(data []byte, _ Context, b *builder) CallconfI {
	v := CallconfI{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, callconfI) {
		return v
	}
	n := b.nested(data[:callconfI])
	v.Duration = n.plain("rail_duration", 3)
	v.Elapsed = n.plain("rail_elapsed", 4)
	v.Priority = n.enumerated(3, callPriorities)
	n.line("rail_priority", railPriority(v.Priority), 7)
	v.Cause = n.enumerated(8, callCauses)
	n.line("rail_cause", wordOr("rail", v.Cause), 8)
	raw, _ := n.take(4)
	v.GCR = b.railDigits(raw, 9)
	n.line("rail_call_reference", v.GCR, 9)
	v.Number = b.railDigits(n.rest(), 13)
	n.line("rail_functional_number", v.Number, 13)
	b.Columns = []string{v.GCR, v.Number}
	b.Summary = strings.TrimSpace(v.GCR + "  " + v.Number)
	return v
}

func encodeCallconfI(v CallconfI, size int) ([]byte, error) {
	if v.Priority == "" && v.Cause == "" && v.GCR == "" && v.Number == "" {
		return fill(size), nil
	}
	out, err := appendPlain(nil, "t_dur", v.Duration, 3)
	if err != nil {
		return nil, err
	}
	if out, err = appendPlain(out, "t_relcalc", v.Elapsed, 4); err != nil {
		return nil, err
	}
	priority, err := enumeratedByte("pl_call", callPriorities, v.Priority)
	if err != nil {
		return nil, err
	}
	cause, err := enumeratedByte("cause", callCauses, v.Cause)
	if err != nil {
		return nil, err
	}
	out = append(append(out, priority...), cause...)
	gcr, err := railBytes("gcr", v.GCR, 4)
	if err != nil {
		return nil, err
	}
	number, err := railBytes("fnr", v.Number, 8)
	if err != nil {
		return nil, err
	}
	return padded(append(append(out, gcr...), number...), size)
}
