package messages

import (
	"fmt"
	"strings"

	"simscope/fs/ef"
	"simscope/texts"
)

// Detail is one line of what there is to know of a message beside its text.
type Detail struct{ Label, Value string }

// Details says in words what a phone does not show: centre, coding, protocol,
// validity, report, missing parts.
func (m Message) Details() []Detail {
	var out []Detail
	add := func(id, value string) {
		if value != "" {
			out = append(out, Detail{texts.Say("messages.detail." + id), value})
		}
	}
	add("centre", m.Centre)
	if m.Coding != nil {
		add("coding", m.Coding.String())
	}
	if m.PID != nil {
		add("protocol", ef.ProtocolText(*m.PID))
	}
	if m.Silent() {
		add("note", texts.Say("messages.silent"))
	}
	for _, e := range m.Headers {
		add("header", e.Words())
	}
	if m.Command != nil {
		add("command", m.command())
	}
	add("validity", ef.ValidityText(m.first, m.Validity))
	if m.ReportAsked && m.Report == nil && m.Box == Sent {
		add("report", texts.Say("messages.report.none"))
	}
	if r := m.Report; r != nil {
		add("report", strings.TrimSpace(ef.DeliveryText(r.Status)+"  "+r.Time))
	}
	if m.Outcome != nil {
		add("report", strings.TrimSpace(ef.DeliveryText(*m.Outcome)+"  "+m.discharged))
	}
	if m.ReportOn > 0 {
		add("about", texts.Say("messages.parts.on", "n", m.ReportOn))
	}
	if m.Total > 0 {
		add("parts", texts.Say("messages.parts", "n", m.Total-len(m.Missing), "total", m.Total))
	}
	if len(m.Missing) > 0 {
		add("missing", strings.Join(strings.Fields(strings.Trim(fmt.Sprint(m.Missing), "[]")), ", "))
	}
	return out
}
