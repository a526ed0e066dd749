package ef

import (
	"fmt"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// NASConfig is the content of EF.NASCONFIG (TS 31.102 clause 4.2.94): settings
// of the NAS configuration management object, with the values of TS 24.368
// clause 5. What is not there is nil: the phone's own setting counts.
type NASConfig struct {
	SignallingPriority  *int  `json:"nas_signalling_priority,omitempty"` // 1: low
	NMOIBehaviour       *int  `json:"nmo_i_behaviour,omitempty"`
	AttachWithIMSI      *int  `json:"attach_with_imsi,omitempty"`
	SearchTimer         *int  `json:"minimum_periodic_search_timer,omitempty"` // minutes
	AccessBarring       *int  `json:"extended_access_barring,omitempty"`
	TimerT3245          *int  `json:"timer_t3245_behaviour,omitempty"`
	OverridePriority    *int  `json:"override_nas_signalling_low_priority,omitempty"`
	OverrideBarring     *int  `json:"override_extended_access_barring,omitempty"`
	FastFirstSearch     *int  `json:"fast_first_higher_priority_plmn_search,omitempty"`
	EUTRADisabling      *int  `json:"eutra_disabling_allowed_for_emm_cause_15,omitempty"`
	SMRetryWaitTime     *int  `json:"sm_retry_wait_time,omitempty"` // coded as GPRS timer 3
	SMRetryAtRATChange  *int  `json:"sm_retry_at_rat_change,omitempty"`
	DefaultDCNID        *int  `json:"default_dcn_id,omitempty"` // 2 bytes
	ExceptionDataReport *int  `json:"exception_data_reporting_allowed,omitempty"`
	Other               []TLV `json:"other,omitempty"`
	Carry
}

// nasParameter is one object of the file. Values of yes-or-no settings have
// words "nas.<id>.0" and "nas.<id>.1".
type nasParameter struct {
	tag  tlv.Tag
	id   string
	size int
	show func(n int) string // nil: a yes-or-no setting
	of   func(*NASConfig) **int
}

// Clause 4.2.94 (itecspec.com/spec/3gpp-31-102-4-2-94…) was to be had down to
// the tag 89 with the retry wait time next; 8A to 8D are as a phone's parser
// has them (NAS_SM_RWT_TAG and the three after it).
var nasParameters = []nasParameter{
	{0x80, "nas_signalling_priority", 1, nil, func(v *NASConfig) **int { return &v.SignallingPriority }},
	{0x81, "nmo_i_behaviour", 1, nil, func(v *NASConfig) **int { return &v.NMOIBehaviour }},
	{0x82, "attach_with_imsi", 1, nil, func(v *NASConfig) **int { return &v.AttachWithIMSI }},
	{0x83, "minimum_periodic_search_timer", 1, minutesText, func(v *NASConfig) **int { return &v.SearchTimer }},
	{0x84, "extended_access_barring", 1, nil, func(v *NASConfig) **int { return &v.AccessBarring }},
	{0x85, "timer_t3245_behaviour", 1, nil, func(v *NASConfig) **int { return &v.TimerT3245 }},
	{0x86, "override_nas_signalling_low_priority", 1, nil, func(v *NASConfig) **int { return &v.OverridePriority }},
	{0x87, "override_extended_access_barring", 1, nil, func(v *NASConfig) **int { return &v.OverrideBarring }},
	{0x88, "fast_first_higher_priority_plmn_search", 1, nil, func(v *NASConfig) **int { return &v.FastFirstSearch }},
	{0x89, "eutra_disabling_allowed_for_emm_cause_15", 1, nil, func(v *NASConfig) **int { return &v.EUTRADisabling }},
	{0x8A, "sm_retry_wait_time", 1, gprsTimer3Text, func(v *NASConfig) **int { return &v.SMRetryWaitTime }},
	{0x8B, "sm_retry_at_rat_change", 1, nil, func(v *NASConfig) **int { return &v.SMRetryAtRATChange }},
	{0x8C, "default_dcn_id", 2, dcnText, func(v *NASConfig) **int { return &v.DefaultDCNID }},
	{0x8D, "exception_data_reporting_allowed", 1, nil, func(v *NASConfig) **int { return &v.ExceptionDataReport }},
}

func dcnText(n int) string { return fmt.Sprintf("%04X", n) }

// gprsTimer3Text is the value of a GPRS timer 3 (TS 24.008 table 10.5.163a):
// a unit in bits 8 to 6, a count in bits 5 to 1.
func gprsTimer3Text(n int) string {
	count := n & 0x1F
	switch n >> 5 & 7 {
	case 0:
		return minutesText(10 * count)
	case 1:
		return texts.Say("ef.hours", "n", count)
	case 2:
		return texts.Say("ef.hours", "n", 10*count)
	case 3:
		return texts.Say("ef.net.seconds", "n", 2*count)
	case 4:
		return texts.Say("ef.net.seconds", "n", 30*count)
	case 5:
		return minutesText(count)
	case 6:
		return texts.Say("ef.hours", "n", 320*count)
	}
	return word("net.timer_off")
}

func decodeNASConfig(data []byte, _ Context, b *builder) NASConfig {
	v := NASConfig{Carry: Carry{data}}
	var shown []string
	for _, o := range b.fileObjects(data, 0) {
		p, known := nasParameterOf(o.Tag)
		if !known || *p.of(&v) != nil || len(o.Value) != p.size {
			if known {
				b.flag("nas.value", o.off, o.size(), "tag", o.Tag.String())
			}
			v.Other = append(v.Other, b.extra(o))
			continue
		}
		n := int(number(o.Value))
		*p.of(&v) = &n
		shown = append(shown, b.nasValue(p, n, o))
	}
	if b.Summary = shorten(shown, 3); len(shown)+len(v.Other) == 0 && len(b.Flags) == 0 {
		b.erase()
	}
	return v
}

func nasParameterOf(tag tlv.Tag) (nasParameter, bool) {
	for _, p := range nasParameters {
		if p.tag == tag {
			return p, true
		}
	}
	return nasParameter{}, false
}

// nasValue shows a setting and gives it as "name: value".
func (b *builder) nasValue(p nasParameter, n int, o fileObject) string {
	value := fmt.Sprint(n)
	note := ""
	switch {
	case p.show != nil:
		value = p.show(n)
	case n <= 1:
		note = texts.Say(fmt.Sprintf("ef.nas.%s.%d", p.id, n))
		value = yesNo(n == 1)
	default:
		b.flag("nas.reserved", o.at, 1, "n", n)
	}
	f := b.add(p.id, value, o.off, o.size())
	f.Note = note
	return strings.ToLower(f.Label[:1]) + f.Label[1:] + ": " + value
}

func encodeNASConfig(v NASConfig, size int) ([]byte, error) {
	var out []byte
	for _, p := range nasParameters {
		n := *p.of(&v)
		if n == nil {
			continue
		}
		if *n < 0 {
			return nil, refuse("net.toobig", "what", p.id, "need", p.size)
		}
		value, err := numberBytesOf(uint64(*n), p.size, p.id)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, p.tag, value)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
