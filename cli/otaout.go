package cli

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"simscope/card"
	"simscope/card/ota"
	"simscope/card/safe"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/app"
)

// otaFieldJSON is a piece of a message.
type otaFieldJSON struct {
	Field  string `json:"field"`
	Offset int    `json:"offset"`
	Hex    fs.Hex `json:"hex,omitempty"`
	Depth  int    `json:"depth,omitempty"`
	Value  string `json:"value,omitempty"`
	Masked bool   `json:"masked,omitempty"`
}

func otaFields(fields []ota.Field, b []byte) []otaFieldJSON {
	// A field that holds one with a secret holds it too.
	hidden := func(at int) bool {
		for _, f := range fields[at:] {
			if f.Secret && f.Off < fields[at].Off+fields[at].Len {
				return true
			}
		}
		return false
	}
	out := []otaFieldJSON{}
	for i, f := range fields {
		row := otaFieldJSON{Field: f.ID, Offset: f.Off, Depth: f.Depth, Value: f.Value}
		if hidden(i) {
			row.Masked = true
		} else if end := f.Off + f.Len; end <= len(b) {
			row.Hex = fs.Hex(b[f.Off:end])
		}
		out = append(out, row)
	}
	return out
}

func printFields(w io.Writer, fields []otaFieldJSON) {
	t := newTable(w)
	for _, f := range fields {
		bytes := f.Hex.String()
		if f.Masked {
			bytes = texts.Say("out.masked")
		}
		if len(bytes) > 56 {
			bytes = bytes[:53] + "…"
		}
		t.row("  "+strings.Repeat("  ", f.Depth)+texts.Say("ota.field."+f.Field), f.Value, bytes)
	}
	t.flush()
}

// otaBuiltJSON is a packet that was made.
type otaBuiltJSON struct {
	TAR       string         `json:"tar"`
	Target    string         `json:"target"`
	SPI       fs.Hex         `json:"spi"`
	Security  string         `json:"security"`
	KIc       fs.Hex         `json:"kic"`
	KID       fs.Hex         `json:"kid"`
	Counter   uint64         `json:"counter"`
	Concern   string         `json:"counterConcern"`
	Script    []string       `json:"script"`
	Expanded  bool           `json:"expanded"`
	Packet    fs.Hex         `json:"packet"`
	Messages  []fs.Hex       `json:"messages"`
	Envelopes []fs.Hex       `json:"envelopes"`
	Notes     []string       `json:"notes"`
	Fields    []otaFieldJSON `json:"fields"`
}

func builtJSON(b *ota.Built) otaBuiltJSON {
	r := b.Request
	doc := otaBuiltJSON{
		TAR: r.TAR.String(), Target: ota.TARWords(r.TAR), SPI: r.SPI[:], Security: ota.WordsOf(r.SPI),
		KIc: fs.Hex{r.KIc}, KID: fs.Hex{r.KID}, Counter: r.Counter, Concern: string(r.Concern()),
		Expanded: r.Expanded, Packet: b.Packet, Notes: app.OTANotes(r, len(b.TPDUs)),
	}
	for _, c := range r.Script {
		doc.Script = append(doc.Script, strings.ToUpper(hex.EncodeToString(c)))
	}
	for i, t := range b.TPDUs {
		doc.Messages = append(doc.Messages, t)
		apdu, _ := b.Command(i, card.KindUICC).Bytes()
		doc.Envelopes = append(doc.Envelopes, apdu)
	}
	if m, err := ota.Read(b.Packet); err == nil {
		doc.Fields = otaFields(m.Fields, m.Bytes)
	}
	return doc
}

func (d otaBuiltJSON) print(w io.Writer) {
	t := newTable(w)
	t.row(texts.Say("out.ota.target"), d.Target)
	t.row(texts.Say("out.ota.security"), fmt.Sprintf("%s (%s)", d.Security, d.SPI))
	t.row(texts.Say("out.ota.kic"), d.KIc.String())
	t.row(texts.Say("out.ota.kid"), d.KID.String())
	for i, c := range d.Script {
		name := ""
		if i == 0 {
			name = texts.Say("out.ota.script")
		}
		t.row(name, c)
	}
	t.flush()
	for _, n := range d.Notes {
		fmt.Fprintln(w, n)
	}
	fmt.Fprintf(w, "\n%s\n%s\n", texts.Say("out.ota.packet"), d.Packet)
	printFields(w, d.Fields)
	for i := range d.Messages {
		fmt.Fprintf(w, "\n%s\n%s\n", texts.Say("out.ota.tpdu", "n", i+1), d.Messages[i])
		fmt.Fprintf(w, "%s\n%s\n", texts.Say("out.ota.envelope", "n", i+1), d.Envelopes[i])
	}
}

// showRequest tells on standard error what will be sent and to which card.
func (p *program) showRequest(c *app.Card, r ota.Request) {
	w := p.words(p.io.Err)
	t := newTable(w)
	t.row(texts.Say("info.iccid"), grouped(c.Files.Identity().ICCID))
	t.row(texts.Say("out.ota.target"), ota.TARWords(r.TAR))
	t.row(texts.Say("out.ota.security"), ota.WordsOf(r.SPI))
	t.flush()
	for _, n := range app.OTANotes(r, 1) {
		fmt.Fprintln(w, n)
	}
}

// otaAnswerJSON is what came of a packet.
type otaAnswerJSON struct {
	Sent     int             `json:"messagesSent,omitempty"`
	SW       string          `json:"sw,omitempty"`
	State    string          `json:"state"`
	Proven   bool            `json:"proven"`
	Words    string          `json:"words"`
	Why      string          `json:"why,omitempty"`
	Bytes    fs.Hex          `json:"bytes,omitempty"`
	TAR      string          `json:"tar,omitempty"`
	Counter  *uint64         `json:"counter,omitempty"`
	Status   *string         `json:"status"`
	Meaning  string          `json:"statusMeaning,omitempty"`
	Claim    string          `json:"claim,omitempty"`
	Executed *int            `json:"executed"`
	Commands int             `json:"commands,omitempty"`
	Answers  []otaResultJSON `json:"answers,omitempty"`
	Next     string          `json:"next,omitempty"`
	Pending  bool            `json:"toolkitPending,omitempty"`
	Decoded  *otaFileJSON    `json:"decoded,omitempty"`
	ok       bool            // the status is 00 and the last command went well
}

// otaResultJSON is the answer to one command of the script.
type otaResultJSON struct {
	Data    fs.Hex `json:"data"`
	SW      string `json:"sw"`
	Meaning string `json:"meaning"`
}

// otaFileJSON is data decoded as the file that was read.
type otaFileJSON struct {
	File  string     `json:"file"`
	Value any        `json:"value,omitempty"`
	Parts []ef.Field `json:"-"`
}

func answerJSON(r ota.Request, out ota.Outcome, a ota.Answer) otaAnswerJSON {
	d := openedPacketJSON(a, r.Script)
	d.Sent, d.SW, d.Pending = out.Sent, out.SW.String(), out.Pending
	return d
}

// openedPacketJSON tells of an answer; script is nil where it is not known.
func openedPacketJSON(a ota.Answer, script ota.Script) otaAnswerJSON {
	d := otaAnswerJSON{
		State: string(a.State), Proven: a.State == ota.Proven, Words: texts.Say("ota.answer." + string(a.State)),
		Bytes: a.Bytes, Commands: len(script),
	}
	if a.Why != "" {
		d.Why = texts.Say("ota.why." + a.Why)
	}
	if a.Claim != nil {
		d.Claim = texts.Say("ota.claim", "status", app.OTAStatus(*a.Claim))
	}
	d.Next, d.ok = app.OTANext(a), app.OTADone(a, script)
	if a.Response == nil {
		return d
	}
	s := fmt.Sprintf("%02X", byte(a.Response.Status))
	d.TAR, d.Counter, d.Status = a.Response.TAR.String(), &a.Response.Counter, &s
	d.Meaning = texts.Say("ota.status." + ota.StatusID(a.Response.Status))
	if a.Result == nil {
		return d
	}
	d.Executed = &a.Result.Executed
	for i, x := range a.Result.Answers {
		d.Answers = append(d.Answers, otaResultJSON{Data: x.Data, SW: card.SW(x.SW).String(), Meaning: app.OTAMeaning(a, script, i)})
	}
	return d
}

// decode reads the last data as the file that the script read, where it is the
// whole file or record.
func (d *otaAnswerJSON) decode(c *app.Card, file card.Path) {
	if !d.ok || len(d.Answers) == 0 {
		return
	}
	if got, ok := c.OTADecode(file, d.Answers[len(d.Answers)-1].Data); ok {
		d.Decoded = &otaFileJSON{File: c.Files.Name(file), Value: got.Value, Parts: got.Fields}
	}
}

func (d otaAnswerJSON) print(w io.Writer) {
	t := newTable(w)
	if d.SW != "" {
		t.row(texts.Say("out.ota.sw"), d.SW)
	}
	if d.Status != nil {
		t.row(texts.Say("ota.status"), *d.Status, d.Meaning)
	}
	if d.Executed != nil && d.Commands > 0 {
		t.row(texts.Say("out.ota.script"), texts.Say("ota.result.count", "n", *d.Executed, "of", d.Commands))
	} else if d.Executed != nil {
		t.row(texts.Say("out.ota.script"), texts.Say("ota.result.count_alone", "n", *d.Executed))
	}
	for i, a := range d.Answers {
		label := texts.Say("out.ota.last_sw")
		if len(d.Answers) > 1 {
			label = texts.Say("out.ota.sw_of", "n", i+1)
		}
		t.row(label, a.SW, a.Meaning)
		if len(a.Data) > 0 {
			t.row(texts.Say("out.ota.data"), a.Data.String())
		}
	}
	if d.Decoded != nil {
		t.row(safe.Text(d.Decoded.File))
		for _, f := range d.Decoded.Parts {
			t.row("  "+strings.Repeat("  ", f.Depth)+f.Label, f.Value, f.Note)
		}
	}
	t.flush()
	for _, s := range []string{d.Words, d.Why, d.Claim, d.Next} {
		if s != "" {
			fmt.Fprintln(w, s)
		}
	}
	if d.Pending && !strings.HasPrefix(d.State, "silent") {
		fmt.Fprintln(w, texts.Say("ota.pending"))
	}
}

// verdict is the error that ends the command where the packet did not prove to
// be carried out. What there is to say was said.
func (d otaAnswerJSON) verdict() error {
	switch {
	case d.ok && (ota.State(d.State).ByKey() || d.State == string(ota.Plain)):
		return nil
	case strings.HasPrefix(d.State, "silent"):
		return problem("ota_silent", "ota send")
	}
	return problem("ota_refused", "ota send")
}
