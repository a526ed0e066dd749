package fs

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"simscope/card"
	"simscope/card/safe"
	"simscope/fs/ef"
	"simscope/fs/plmn"
)

// Identity is whose card it is, as far as it was read. Empty fields are not
// known. All text is fit for a terminal.
type Identity struct {
	ICCID    string            `json:"iccid,omitempty"`
	IMSI     string            `json:"imsi,omitempty"`
	MCC      string            `json:"mcc,omitempty"`
	MNC      string            `json:"mnc,omitempty"`
	Country  string            `json:"country,omitempty"`
	Operator string            `json:"operator,omitempty"` // of the IMSI's network
	SPN      string            `json:"serviceProvider,omitempty"`
	Numbers  []string          `json:"numbers,omitempty"`
	Apps     []IdentifiedApp   `json:"applications,omitempty"`
	PINs     []IdentifiedPIN   `json:"pins,omitempty"`
	Denied   map[string]string `json:"denied,omitempty"` // "imsi": the status word
}

// IdentifiedApp is an application with its label decoded.
type IdentifiedApp struct {
	Name  string `json:"name"`
	AID   string `json:"aid"`
	Label string `json:"label,omitempty"`
	Title string `json:"title,omitempty"`
}

// IdentifiedPIN is the state of one PIN; the tries are asked for elsewhere.
type IdentifiedPIN struct {
	App     string      `json:"application"`
	Ref     card.PINRef `json:"reference"`
	Name    string      `json:"name"`
	Enabled bool        `json:"enabled"`
	Unknown bool        `json:"unknown,omitempty"` // the card does not tell whether it is on
}

// Subscriber is the directory of the identity that headers speak of: the one
// that was chosen, else the first USIM, else a CSIM, else DF.GSM, else DF.CDMA.
func (c *Card) Subscriber() (card.Path, bool) {
	c.mu.Lock()
	chosen, ok := c.chosen, c.hasChosen
	c.mu.Unlock()
	if ok {
		return chosen, true
	}
	if all := c.Subscriptions(); len(all) > 0 {
		return all[0], true
	}
	return card.PathOf("", card.FIDGSM), false
}

// OfCDMA reports whether a directory has the files of a CDMA subscription.
func OfCDMA(dir card.Path) bool {
	return KindOf(dir.App) == AppCSIM && dir.IsRoot() || dir == card.PathOf("", fidCDMA)
}

// Subscriptions are the directories that Subscriber can be: the applications
// of networks that are there, else DF.GSM, else DF.CDMA.
func (c *Card) Subscriptions() []card.Path {
	var out []card.Path
	for _, kind := range []AppKind{AppUSIM, AppCSIM} {
		for _, a := range c.Applications() {
			if n, _ := c.tree.Get(card.PathOf(a.AID)); a.Kind == kind && n.State.Exists() {
				out = append(out, card.PathOf(a.AID))
			}
		}
	}
	for _, p := range []card.Path{card.PathOf("", card.FIDGSM), card.PathOf("", fidCDMA)} {
		if n, ok := c.tree.Get(p); len(out) == 0 && ok && n.State.Exists() {
			out = append(out, p)
		}
	}
	return out
}

// NextSubscriber makes Subscriber the next of the card's subscriptions, round
// the end; ok is false where there is no other. It sends nothing.
func (c *Card) NextSubscriber() (card.Path, bool) {
	all := c.Subscriptions()
	now, ok := c.Subscriber()
	if !ok || len(all) < 2 {
		return now, false
	}
	next := all[(slices.Index(all, now)+1)%len(all)]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chosen, c.hasChosen = next, true
	return next, true
}

// Identify reads what Identity tells of: IMSI, service provider name and own
// numbers. Files that are known are not read again.
func (c *Card) Identify(ctx context.Context) (Identity, error) {
	dir, ok := c.Subscriber()
	if !ok {
		return c.Identity(), nil
	}
	if OfCDMA(dir) {
		err := c.readEach(ctx, "identify", dir, dir.Child(fidIMSIM), dir.Child(fidCDMASPN), dir.Child(fidMDN))
		if err == nil && c.cdmaIMSI(dir.Child(fidIMSIM)) == "" {
			err = c.readEach(ctx, "identify", dir, dir.Child(fidIMSIT))
		}
		return c.Identity(), err
	}
	err := c.readEach(ctx, "identify", dir, dir.Child(fidIMSI), dir.Child(fidSPN))
	if err == nil && dir.App == "" {
		telecom := card.PathOf("", fidTelecom)
		err = c.readNumbers(ctx, telecom)
	} else if err == nil {
		err = c.readNumbers(ctx, dir)
	}
	return c.Identity(), err
}

// readNumbers reads the own numbers in a directory, and their extension
// records where a number goes on there.
func (c *Card) readNumbers(ctx context.Context, dir card.Path) error {
	numbers := dir.Child(fidMSISDN)
	if err := c.readEach(ctx, "identify", dir, numbers); err != nil {
		return err
	}
	return c.LoadExtensions(ctx, numbers)
}

// Identity tells what is known without asking the card.
func (c *Card) Identity() Identity {
	id := Identity{Denied: map[string]string{}}
	id.ICCID = c.iccid()
	switch dir, ok := c.Subscriber(); {
	case ok && OfCDMA(dir):
		c.cdmaSubscriber(&id, dir)
	case ok:
		c.subscriber(&id, dir)
	}
	for _, a := range c.Applications() {
		id.Apps = append(id.Apps, IdentifiedApp{
			Name: a.Name, AID: a.AID.String(), Title: a.Title,
			Label: safe.Text(ef.DecodeAlpha(a.Label).Text),
		})
		id.addPINs(c, a.AID, a.Name)
	}
	if len(id.Apps) == 0 {
		id.addPINs(c, "", "MF")
	}
	return id
}

func (id *Identity) addPINs(c *Card, app card.AID, name string) {
	for _, st := range c.pinStates(app) {
		id.PINs = append(id.PINs, IdentifiedPIN{name, st.Ref, st.Ref.String(), st.Enabled, st.Unknown})
	}
}

func (c *Card) subscriber(id *Identity, dir card.Path) {
	imsi := dir.Child(fidIMSI)
	if b, ok := c.binary(imsi); ok {
		if digits, ok := imsiDigits(b); ok {
			id.IMSI = digits
			c.network(id, dir)
		}
	}
	id.denied(c, "imsi", imsi)
	id.denied(c, "serviceProvider", dir.Child(fidSPN))
	// The name is coded like an alpha identifier behind one byte of display
	// rules (3GPP TS 31.102 clause 4.2.12).
	if b, ok := c.binary(dir.Child(fidSPN)); ok && len(b) > 1 {
		id.SPN = safe.Text(ef.DecodeAlpha(b[1:]).Text)
	}
	numbers := dir.Child(fidMSISDN)
	if dir.App == "" {
		numbers = card.PathOf("", fidTelecom, fidMSISDN)
	}
	id.numbers(c, numbers, "whole_number", "number", "dialling_number")
}

// numbers adds what the records of the file at p have in one of the fields.
func (id *Identity) numbers(c *Card, p card.Path, fields ...string) {
	id.denied(c, "numbers", p)
	d, _ := c.Decode(p)
	for _, part := range d.Parts {
		if n := textField(part, fields...); n != "" && !part.Empty {
			id.Numbers = append(id.Numbers, safe.Text(n))
		}
	}
}

// IMSIFile is the file that the IMSI of a subscription comes from: EF.IMSI; of a
// CDMA subscription EF.IMSI_M, or EF.IMSI_T where only that is known to be
// programmed (3GPP2 C.S0023 clauses 3.4.2 and 3.4.3).
func (c *Card) IMSIFile(dir card.Path) card.Path {
	m, t := dir.Child(fidIMSIM), dir.Child(fidIMSIT)
	switch {
	case !OfCDMA(dir):
		return dir.Child(fidIMSI)
	case c.cdmaIMSI(m) == "" && c.cdmaIMSI(t) != "":
		return t
	}
	return m
}

// cdmaIMSI is the IMSI that the file at p holds, empty where it was not read,
// is not programmed or has digits missing.
func (c *Card) cdmaIMSI(p card.Path) string {
	if v, ok := firstValue[ef.CDMAIMSI](c, p); ok && v.Programmed {
		return v.IMSI()
	}
	return ""
}

// cdmaSubscriber tells the identity of a CDMA subscription: its IMSI and the
// mobile directory numbers (3GPP2 C.S0023 clause 3.4).
func (c *Card) cdmaSubscriber(id *Identity, dir card.Path) {
	imsi, spn := c.IMSIFile(dir), dir.Child(fidCDMASPN)
	id.denied(c, "imsi", imsi)
	id.denied(c, "serviceProvider", spn)
	if id.IMSI = c.cdmaIMSI(imsi); id.IMSI != "" {
		c.network(id, dir)
	}
	if v, ok := firstValue[ef.SPNCDMA](c, spn); ok {
		id.SPN = safe.Text(v.SPN)
	}
	id.numbers(c, dir.Child(fidMDN), "mdn")
}

// firstValue is what the file at p, or its first record, was decoded to.
func firstValue[T any](c *Card, p card.Path) (v T, ok bool) {
	d, found := c.Decode(p)
	if !found || len(d.Parts) == 0 {
		return v, false
	}
	v, ok = d.Parts[0].Value.(T)
	return v, ok
}

func (id *Identity) denied(c *Card, what string, p card.Path) {
	if n, ok := c.tree.Get(p); ok && n.State == Denied {
		id.Denied[what] = n.SW.String()
	}
}

func (c *Card) network(id *Identity, dir card.Path) {
	id.MCC = id.IMSI[:3]
	if country, ok := plmn.Country(id.MCC); ok {
		id.Country = country.Name
	}
	n := c.MNCLength(dir.App)
	if OfCDMA(dir) { // its files do not tell
		n = plmn.MNCLength(id.MCC)
	}
	if n != 2 && n != 3 {
		return
	}
	id.MNC = id.IMSI[3 : 3+n]
	id.Operator, _ = plmn.Operator(id.MCC, id.MNC)
}

// iccid reads EF.ICCID as it is: the lower half first, up to the filler F.
// Some issuers use the hex digits A to E; they are shown, not bent.
func (c *Card) iccid() string {
	b, ok := c.binary(card.PathOf("", card.FIDICCID))
	if !ok {
		return ""
	}
	var s strings.Builder
	for _, x := range b {
		for _, d := range []byte{x & 0x0F, x >> 4} {
			s.WriteByte("0123456789ABCDEF"[d])
		}
	}
	return strings.TrimRight(s.String(), "F")
}

// textField finds the first field with one of the identifiers that has a
// value.
func textField(d ef.Decoded, ids ...string) string {
	for _, id := range ids {
		for _, f := range d.Fields {
			if f.ID == id && f.Value != "" {
				return f.Value
			}
		}
	}
	return ""
}

// valueOf is a decoded value fit for JSON, nil for a value without content.
func valueOf(d ef.Decoded) any {
	if d.Value == nil || reflect.ValueOf(d.Value).Kind() == reflect.Ptr && reflect.ValueOf(d.Value).IsNil() {
		return nil
	}
	return d.Value
}
