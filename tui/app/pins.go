package app

import (
	"context"
	"slices"

	"simscope/card"
	"simscope/fs"
)

// PIN is one lock of the card and its state.
type PIN struct {
	Ref card.PINRef
	App card.AID // application in which it is asked for; empty: the MF
	// In names the applications whose status template names it.
	In []card.AID
	// Known says that the card told whether the PIN is on.
	Known    bool
	Enabled  bool
	Usage    byte
	HasUsage bool
	Tries    card.Tries
	Unblock  card.Tries // of the PUK
	Verified bool       // by this session
}

// Locked reports whether the PIN keeps something closed now: on and not
// verified. Unknown counts as locked.
func (p PIN) Locked() bool { return (!p.Known || p.Enabled) && !p.Verified }

// usageVerify is the bit of a usage qualifier that says the PIN must be
// verified (ETSI TS 102 221 clause 9.5.2, ISO/IEC 7816-4 tag 95).
const usageVerify = 0x08

// PINs is what the last ReadPINs found.
func (c *Card) PINs() []PIN {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]PIN(nil), c.pins...)
}

// PIN1 is the PIN a phone asks for when it is turned on.
func (c *Card) PIN1() (PIN, bool) {
	for _, p := range c.PINs() {
		if p.Ref == card.RefPIN1 {
			return p, true
		}
	}
	return PIN{}, false
}

// Open reports whether a phone could use the card without asking: PIN1 is
// off, and no Universal PIN stands in for it. known is false where the card
// did not tell, and where it has no subscription that could be used.
func (c *Card) Open() (open, known bool) {
	p1, ok := c.PIN1()
	if !ok || !p1.Known || len(c.Files.Subscriptions()) == 0 {
		return false, false
	}
	for _, p := range c.PINs() {
		if p.Ref == card.RefUniversal && p.Known && p.Enabled && p.HasUsage && p.Usage&usageVerify != 0 {
			return false, true
		}
	}
	return !p1.Enabled, true
}

// ReadPINs asks for the state of every PIN: which there are and which are on
// from the PIN status templates, the tries from empty VERIFY and UNBLOCK. No
// try is spent. On a UICC the administrative key ADM1 is listed also where no
// template names it, with its tries not asked for.
func (c *Card) ReadPINs(ctx context.Context) ([]PIN, error) {
	var pins []PIN
	err := c.Session.Read(ctx, "pin status", func(x *card.Tx) error {
		var err error
		switch c.Session.Kind() {
		case card.KindGSM:
			pins, err = gsmPINs(x)
		case card.KindUICC:
			pins, err = c.uiccPINs(x)
		default:
			pins = nil
		}
		return err
	})
	if err != nil {
		return c.PINs(), err
	}
	for i := range pins {
		pins[i].Verified = c.Session.VerifiedIn(pins[i].App, pins[i].Ref)
	}
	c.mu.Lock()
	c.pins = pins
	c.mu.Unlock()
	return c.PINs(), nil
}

func (c *Card) uiccPINs(x *card.Tx) ([]PIN, error) {
	var pins []PIN
	where := []card.AID{""}
	for _, a := range c.Files.Applications() {
		where = append(where, a.AID)
	}
	for _, aid := range where {
		sel, err := x.Select(card.Path{App: aid})
		if card.Refused(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		states, _ := card.PINStatusOf(sel.Info)
		for _, st := range states {
			if pins, err = addPIN(x, pins, aid, st); err != nil {
				return nil, err
			}
		}
	}
	return c.orderPINs(pins), nil
}

// addPIN adds a reference of an application's template. A global reference
// that an earlier template named is the same PIN.
func addPIN(x *card.Tx, pins []PIN, aid card.AID, st card.PINState) ([]PIN, error) {
	for i := range pins {
		if pins[i].Ref == st.Ref && (!st.Ref.Local() || pins[i].App == aid) {
			pins[i].In = append(pins[i].In, aid)
			if !pins[i].HasUsage {
				pins[i].Usage, pins[i].HasUsage = st.Usage, st.HasUsage
			}
			return pins, nil
		}
	}
	p := PIN{
		Ref: st.Ref, App: aid, In: []card.AID{aid}, Known: !st.Unknown, Enabled: st.Enabled,
		Usage: st.Usage, HasUsage: st.HasUsage,
	}
	var err error
	if p.Tries, err = x.Tries(st.Ref); err != nil {
		return pins, err
	}
	if st.Ref.Kind() != card.PINAdm && (p.Tries.Known || p.Tries.Verified) {
		if p.Unblock, err = x.UnblockTries(st.Ref); err != nil {
			return pins, err
		}
	}
	return append(pins, p), nil
}

// orderPINs lists PIN1 first, then second PINs, the Universal PIN, the PINs
// of other applications and the keys of the issuer, ADM1 always among them on
// a card that is known to be a UICC.
func (c *Card) orderPINs(pins []PIN) []PIN {
	rank := func(p PIN) int {
		switch {
		case p.Ref == card.RefPIN1:
			return 0
		case p.Ref == card.RefPIN2:
			return 1
		case p.Ref.Kind() == card.PINUniversal:
			return 2
		case p.Ref.Kind() == card.PINAdm:
			return 4
		}
		return 3
	}
	var out []PIN
	adm1 := false
	for r := 0; r <= 4; r++ {
		for _, p := range pins {
			if rank(p) == r {
				out = append(out, p)
				adm1 = adm1 || p.Ref == card.RefADM1
			}
		}
	}
	if !adm1 && c.Files.Nature() != fs.NatureFiles {
		out = append(out, PIN{Ref: card.RefADM1})
	}
	return out
}

func gsmPINs(x *card.Tx) ([]PIN, error) {
	st, err := x.GSMStatus()
	if err != nil {
		return nil, err
	}
	pins := []PIN{{Ref: card.RefPIN1, Known: st.CHV1.Known, Enabled: st.CHV1Enabled, Tries: st.CHV1, Unblock: st.Unblock1}}
	if st.HasSecond && st.CHV2.Known {
		pins = append(pins, PIN{Ref: card.RefPIN2, Known: true, Enabled: true, Tries: st.CHV2, Unblock: st.Unblock2})
	}
	return pins, nil
}

// ReadTries asks for the tries of one reference, such as ADM1, of which no
// template speaks.
func (c *Card) ReadTries(ctx context.Context, p PIN) (card.Tries, error) {
	var t card.Tries
	err := c.Session.Read(ctx, "tries", func(x *card.Tx) error {
		if _, err := x.Select(card.Path{App: p.App}); err != nil && !card.Refused(err) {
			return err
		}
		var err error
		t, err = x.Tries(p.Ref)
		return err
	})
	if err != nil {
		return t, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.pins {
		if c.pins[i].Ref == p.Ref && c.pins[i].App == p.App {
			c.pins[i].Tries = t
		}
	}
	return t, nil
}

// DoPIN runs one operation on a PIN of this card and brings what is known of
// the PINs up to date. The request is tied to this card by its ICCID.
func (c *Card) DoPIN(ctx context.Context, req card.PINRequest) (card.PINOutcome, error) {
	req.ICCID = c.iccidBytes()
	out, err := c.Session.PIN(ctx, req)
	switch {
	case !out.Sent:
		return out, err
	case req.Ref.Local() && (req.Op == card.PINVerify || req.Op == card.PINChange):
		// To ask for the others would select other applications, and with
		// that lock this one's second PIN again.
		c.note(req, out)
		return out, err
	}
	// What the operation brought stands, whatever comes of asking anew.
	if _, e := c.ReadPINs(ctx); e == nil && out.SW.OK() && req.Op != card.PINVerify && req.Op != card.PINChange {
		_ = c.Files.RefreshPINs(ctx)
	}
	return out, err
}

// note takes the outcome of an operation over into the row of its PIN.
func (c *Card) note(req card.PINRequest, out card.PINOutcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.pins {
		if p := &c.pins[i]; p.Ref == req.Ref && p.App == req.App {
			p.Tries, p.Verified = out.After, c.Session.VerifiedIn(req.App, req.Ref)
		}
	}
}

// FindPIN is the row for a reference a person named; app narrows it to a PIN
// that this application names, where several have that reference.
func (c *Card) FindPIN(ref card.PINRef, app card.AID) (PIN, bool) {
	for _, p := range c.PINs() {
		if p.Ref == ref && (app == "" || p.App == app || slices.Contains(p.In, app)) {
			return p, true
		}
	}
	return PIN{Ref: ref, App: app}, false
}
