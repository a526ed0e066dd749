package cli

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"simscope/card"
	"simscope/card/auth"
	"simscope/card/safe"
	"simscope/crypto/aka"
	"simscope/texts"
	"simscope/tui/app"
)

// authJSON is what one question brought. Secrets are dots unless they were
// asked for.
type authJSON struct {
	Context     string        `json:"context"`
	Application string        `json:"application,omitempty"`
	ICCID       string        `json:"iccid,omitempty"`
	RAND        string        `json:"rand"`
	EAP         *eapJSON      `json:"eap,omitempty"`
	AUTN        string        `json:"autn,omitempty"`
	SQN         string        `json:"sqn,omitempty"`
	SEQ         *uint64       `json:"seq,omitempty"`
	IND         *int          `json:"ind,omitempty"`
	AMF         string        `json:"amf,omitempty"`
	Jump        *jumpJSON     `json:"jump,omitempty"`
	Result      string        `json:"result"`
	SW          string        `json:"sw"`
	AUTS        string        `json:"auts,omitempty"`
	SQNMS       string        `json:"sqnMS,omitempty"`
	Fields      []fieldJSON   `json:"fields"`
	Finding     *findJSON     `json:"finding,omitempty"`
	Derived     []derivedJSON `json:"derived,omitempty"`
	Next        []string      `json:"next,omitempty"`
	Known       *knownJSON    `json:"known,omitempty"`
}

type jumpJSON struct {
	Known bool   `json:"known"` // SQN_MS is known
	From  string `json:"from,omitempty"`
	Ahead uint64 `json:"ahead"` // steps of SEQ
	Far   bool   `json:"far"`
}

type fieldJSON struct {
	Name  string `json:"name"`
	Card  string `json:"card,omitempty"`
	Host  string `json:"host,omitempty"`
	State string `json:"state"`
}

type findJSON struct {
	ID     string   `json:"id"`
	Text   string   `json:"text"`
	Bits   int      `json:"bits"`
	Others []string `json:"others,omitempty"`
}

// derivedJSON is a key that follows from CK and IK.
type derivedJSON struct {
	Name  string `json:"name"`
	For   string `json:"for"`
	Value string `json:"value"`
}

func derivedOf(keys []auth.Derived, reveal bool) []derivedJSON {
	var out []derivedJSON
	for _, k := range keys {
		out = append(out, derivedJSON{k.Name, k.Bound, shownSecret(k.Value, reveal)})
	}
	return out
}

func printDerived(w io.Writer, keys []derivedJSON) {
	if len(keys) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", texts.Say("auth.derived"))
	t := newTable(w)
	for _, k := range keys {
		t.row(k.Name, k.Value, k.For)
	}
	t.flush()
}

// shownSecret is a secret in hex, or dots.
func shownSecret(s safe.Secret, reveal bool) (out string) {
	if s.Len() == 0 {
		return ""
	}
	if !reveal {
		return s.String()
	}
	s.Use(func(b []byte) { out = hexOf(b) })
	return out
}

func hexOf(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

func (p *program) authDocument(c *app.Card, r *app.AuthResult, j *auth.Jump, bits int, reveal bool) authJSON {
	d := authJSON{
		Context: r.Context.String(), ICCID: c.Files.Identity().ICCID, RAND: hexOf(r.RAND[:]), AUTN: hexOf(r.AUTN),
		Result: r.Answer.Result.ID(), SW: r.Answer.SW.String(), AUTS: hexOf(r.Answer.AUTS), Fields: []fieldJSON{},
	}
	if r.App != "" {
		d.Application = c.Files.Name(card.PathOf(r.App))
	}
	if r.Made {
		at := auth.PlaceOf(r.SQN, bits)
		d.SQN, d.SEQ, d.IND, d.AMF = r.SQN.String(), &at.SEQ, &at.IND, hexOf(r.AMF[:])
	}
	if j != nil {
		d.Jump = &jumpJSON{Known: j.Known, Ahead: j.Ahead, Far: j.Far}
		if j.Known {
			d.Jump.From = j.From.String()
		}
	}
	for _, f := range r.Fields {
		d.Fields = append(d.Fields, fieldJSON{f.Name, shownSecret(f.Card, reveal), shownSecret(f.Host, reveal), f.State.ID()})
	}
	if r.Finding.ID != "" {
		d.Finding = &findJSON{ID: r.Finding.ID, Text: app.Why(r.Finding, r.SQN), Bits: r.Finding.Bits, Others: r.Finding.Others}
	}
	if r.Answer.Result == auth.SyncFailure && r.Finding.HasSQN {
		d.SQNMS = r.Finding.SQN.String()
	}
	d.EAP, d.Derived = eapOf(r), derivedOf(r.Derived, reveal)
	d.Next = app.AuthNext(r, bits)
	return d
}

func (d authJSON) print(w io.Writer) {
	t := newTable(w)
	line := func(name, value string) {
		if value != "" {
			t.row(name, value)
		}
	}
	if e := d.EAP; e != nil {
		for _, r := range e.RANDs {
			line("RAND", r)
		}
	}
	line("RAND", d.RAND)
	if e := d.EAP; e != nil {
		line("NONCE_MT", e.Nonce)
		line(texts.Say("auth.row.identity"), e.Identity)
		line(texts.Say("auth.row.network"), e.Network)
	}
	if d.SQN != "" {
		line("SQN", texts.Say("auth.sqn", "sqn", d.SQN, "seq", *d.SEQ, "ind", *d.IND))
	}
	line("AMF", d.AMF)
	line("AUTN", d.AUTN)
	line(texts.Say("auth.answer"), fmt.Sprintf("%s (%s)", texts.Say("auth.result."+d.Result), d.SW))
	line("AUTS", d.AUTS)
	line("SQN_MS", d.SQNMS)
	t.flush()
	if len(d.Fields) > 0 {
		t = newTable(w)
		t.row("", texts.Say("auth.col.card"), texts.Say("auth.col.host"), "")
		for _, f := range d.Fields {
			t.row(f.Name, orDash(f.Card), orDash(f.Host), texts.Say("auth.state."+f.State))
		}
		fmt.Fprintln(w)
		t.flush()
	}
	if d.Finding != nil {
		fmt.Fprintf(w, "\n%s\n", d.Finding.Text)
	}
	printDerived(w, d.Derived)
	for _, n := range d.Next {
		fmt.Fprintln(w, n)
	}
	if d.Known != nil {
		fmt.Fprintf(w, "\n%s\n", d.Known.Text)
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// vectorJSON is what the host computes by itself.
type vectorJSON struct {
	RAND    string        `json:"rand"`
	SQN     string        `json:"sqn,omitempty"`
	AMF     string        `json:"amf,omitempty"`
	AUTN    string        `json:"autn,omitempty"`
	Values  []valueJSON   `json:"values"`
	Derived []derivedJSON `json:"derived,omitempty"`
}

type valueJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func vectorOf(v *auth.Vector, reveal bool) vectorJSON {
	d := vectorJSON{RAND: hexOf(v.RAND[:]), Values: []valueJSON{}}
	if len(v.AUTN) > 0 {
		d.SQN, d.AMF, d.AUTN = v.SQN.String(), hexOf(v.AMF[:]), hexOf(v.AUTN)
	}
	for _, f := range []struct {
		name string
		s    safe.Secret
	}{{"XRES", v.RES}, {"CK", v.CK}, {"IK", v.IK}, {"AK", v.AK}, {"AK*", v.AKStar}, {"SRES", v.SRES}, {"Kc", v.Kc}} {
		if f.s.Len() > 0 {
			d.Values = append(d.Values, valueJSON{f.name, shownSecret(f.s, reveal)})
		}
	}
	return d
}

func (d vectorJSON) print(w io.Writer) {
	t := newTable(w)
	for _, r := range [][2]string{{"RAND", d.RAND}, {"SQN", d.SQN}, {"AMF", d.AMF}, {"AUTN", d.AUTN}} {
		if r[1] != "" {
			t.row(r[0], r[1])
		}
	}
	for _, v := range d.Values {
		t.row(v.Name, v.Value)
	}
	t.flush()
	printDerived(w, d.Derived)
}

// openedJSON is what a token tells that the keys open.
type openedJSON struct {
	Token string `json:"token"` // "AUTS", "AUTN"
	SQN   string `json:"sqn"`
	SEQ   uint64 `json:"seq"`
	IND   int    `json:"ind"`
	AMF   string `json:"amf,omitempty"`
	Next  string `json:"next,omitempty"` // the lowest number that the card takes
	Text  string `json:"text"`
}

func openedOf(token string, n aka.SQN, bits int) openedJSON {
	at := auth.PlaceOf(n, bits)
	d := openedJSON{Token: token, SQN: n.String(), SEQ: at.SEQ, IND: at.IND}
	if next, ok := auth.Next(n, at.IND, bits); ok && token == "AUTS" {
		d.Next = next.String()
	}
	return d
}
