package app

import (
	"context"
	"errors"
	"io"
	"os"

	"simscope/card"
	"simscope/card/auth"
	"simscope/crypto/suci"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
)

// Files and services of the hidden identity (3GPP TS 31.102 clauses 4.2.8,
// 4.4.11.8 to 4.4.11.11).
const (
	fidIMSI     card.FID = 0x6F07
	fidAD       card.FID = 0x6FAD
	fidUST      card.FID = 0x6F38
	fid5GS      card.FID = 0x5FC0
	fidSUCI     card.FID = 0x4F07
	fidSUPINAI  card.FID = 0x4F09
	fidRouting  card.FID = 0x4F0A
	fidSAIP     card.FID = 0x5FD0
	fidSAIPSUCI card.FID = 0x4F01

	serviceHiding = 124 // subscription identifier privacy
	serviceByCard = 125 // and the card computes it
	serviceNAI    = 130 // the identity is in EF.SUPI_NAI
)

// What a card is asked for.
const (
	WantSUCI = "suci"
	WantNSWO = "nswo" // for Wi-Fi without the 5G core
)

// identityContexts are the contexts of GET IDENTITY.
var identityContexts = map[string]byte{WantSUCI: auth.IdentityContextSUCI, WantNSWO: auth.IdentityContextNSWO}

// ErrNoUSIM says that the subscription knows no 5G.
var ErrNoUSIM = errors.New("the identity is hidden by a USIM only")

// ErrNoSubscriber says that the card has no subscription.
var ErrNoSubscriber = errors.New("the card has no subscription")

// Ways in which a SUCI came about.
const (
	IdentityByCard = "card" // GET IDENTITY
	IdentityByHost = "host" // from the files, as a phone does
)

// HiddenIdentity is what is known of how a subscriber is named on the air in
// 5G. What could not be read is in Unread, and nothing is told that stands on
// it.
type HiddenIdentity struct {
	App    card.AID
	Place  string
	Own    string    // IMSI, or name@realm; empty where it is not known
	Type   byte      // of Own, suci.TypeIMSI or another
	Hiding fs.Answer // service 124
	ByCard fs.Answer // service 125
	Calc   *auth.IdentityCalc
	From   string // IdentityByCard, IdentityByHost, or empty where there is none
	SUCI   suci.SUCI
	// Skipped are the schemes that stand before the one that is used.
	Skipped []auth.IdentitySkipped
	Wanted  string // WantSUCI or WantNSWO: what the card was to be asked for
	// Asked is why the card's answer to GET IDENTITY is none, in words.
	Asked string
	// Odd is why the files give none although they were read.
	Odd    string
	Unread []string    // what was not read, and what is missing
	Files  []card.Path // what it stands on, most important first
}

// HomeKey is a home network's private key. It prints as dots; Clear it.
type HomeKey = suci.PrivateKey

// identityReader gathers the files of one USIM.
type identityReader struct {
	c   *Card
	ctx context.Context
	app card.AID
	h   *HiddenIdentity
}

// HiddenIdentity finds out how the subscriber of a USIM is named in 5G: by
// GET IDENTITY where the card computes it, else from the files. It reads what
// is not known yet, and changes nothing.
func (c *Card) HiddenIdentity(ctx context.Context, dir card.Path, want string) (HiddenIdentity, error) {
	switch {
	case fs.KindOf(dir.App) == fs.AppUSIM:
	case len(c.Files.Subscriptions()) == 0:
		return HiddenIdentity{}, ErrNoSubscriber
	default:
		return HiddenIdentity{}, ErrNoUSIM
	}
	h := HiddenIdentity{App: dir.App, Wanted: want, Place: c.Files.Name(card.PathOf(dir.App))}
	r := identityReader{c, ctx, dir.App, &h}
	if err := r.services(); err != nil {
		return h, err
	}
	if err := r.own(); err != nil {
		return h, err
	}
	if h.Hiding == fs.No { // a phone looks at nothing else then
		r.compute("")
		return h, nil
	}
	if h.Hiding == fs.Yes && h.ByCard == fs.Yes {
		if err := r.ask(); err != nil {
			return h, err
		}
		return h, r.cardsOwn()
	}
	routing, err := r.routing()
	if err != nil {
		return h, err
	}
	if err := r.calculation([]card.FID{fid5GS, fidSUCI}); err != nil {
		return h, err
	}
	r.compute(routing)
	return h, nil
}

// cardsOwn looks for the keys of a card that computes by itself, to name the
// one that a private key belongs to. Nothing is missing where it keeps them to
// itself.
func (r identityReader) cardsOwn() error {
	before := len(r.h.Unread)
	defer func() { r.h.Unread = r.h.Unread[:before] }()
	return r.calculation([]card.FID{fidSAIP, fidSAIPSUCI}, []card.FID{fid5GS, fidSUCI})
}

// read gives the content of a file, decoded. there is No where the card does
// not have it, Unknown where it was not read: Unread says why.
func (r identityReader) read(fids ...card.FID) (value any, there fs.Answer, err error) {
	p := card.PathOf(r.app, fids...)
	n, ok := r.c.Files.Tree().Get(p)
	if !ok || n.State != fs.Read {
		if n, err = r.c.Files.ReadFile(r.ctx, p, false); err != nil {
			return nil, fs.Unknown, err
		}
	}
	switch {
	case n.State == fs.Absent:
		return nil, fs.No, nil
	case n.State == fs.Read:
		r.h.Files = append(r.h.Files, p)
		if d, ok := r.c.Files.Decode(p); ok && len(d.Parts) > 0 {
			return d.Parts[0].Value, fs.Yes, nil
		}
	}
	why, err := r.why(p, n)
	r.h.Unread = append(r.h.Unread, why)
	return nil, fs.Unknown, err
}

// why says what keeps a file from being read.
func (r identityReader) why(p card.Path, n fs.Node) (string, error) {
	name := r.c.Files.Name(p)
	switch n.State {
	case fs.Denied:
		if a, err := r.c.Files.LoadAccess(r.ctx, p); err == nil && a.Known {
			return texts.Say("limit.why.denied", "file", name, "needs", fs.Words(a.For(fs.OpRead))), nil
		} else if err != nil && !card.Refused(err) {
			return "", err
		}
		return texts.Say("limit.why.closed", "file", name), nil
	case fs.Failed:
		if n.SW == 0 {
			return texts.Say("limit.why.undescribed", "file", name), nil
		}
		return texts.Say("limit.why.failed", "file", name, "sw", n.SW), nil
	case fs.Read:
		return texts.Say("limit.why.odd", "file", name), nil
	}
	return texts.Say("limit.why.unread", "file", name), nil
}

func (r identityReader) services() error {
	v, there, err := r.read(fidUST)
	t, ok := v.(ef.ServiceTable)
	if err != nil || there != fs.Yes || !ok {
		return err
	}
	said := func(n int) fs.Answer {
		if t.Has(n) {
			return fs.Yes
		}
		return fs.No
	}
	r.h.Hiding, r.h.ByCard = said(serviceHiding), said(serviceByCard)
	if t.Has(serviceNAI) {
		return r.name()
	}
	return nil
}

// supiTypes are the types of identity as EF.SUPI_NAI's decoder names them.
var supiTypes = map[string]byte{
	"network_specific_identifier": suci.TypeNSI, "global_cable_identifier": suci.TypeGCI, "global_line_identifier": suci.TypeGLI,
}

// name takes the identity from EF.SUPI_NAI.
func (r identityReader) name() error {
	v, _, err := r.read(fid5GS, fidSUPINAI)
	if nai, ok := v.(ef.SUPINAI); ok {
		r.h.Own, r.h.Type = nai.NAI, supiTypes[nai.Type]
	}
	return err
}

// own takes the IMSI, and what tells the length of its network code.
func (r identityReader) own() error {
	if r.h.Own != "" {
		return nil
	}
	if _, _, err := r.read(fidAD); err != nil {
		return err
	}
	v, _, err := r.read(fidIMSI)
	if imsi, ok := v.(ef.IMSI); ok {
		r.h.Own = imsi.IMSI
	}
	return err
}

func (r identityReader) routing() (string, error) {
	v, _, err := r.read(fid5GS, fidRouting)
	ri, _ := v.(ef.RoutingIndicator)
	return ri.Digits, err
}

// calculation takes the list of schemes and keys from the first of the files
// that has one.
func (r identityReader) calculation(places ...[]card.FID) error {
	for _, at := range places {
		v, _, err := r.read(at...)
		if err != nil {
			return err
		}
		if info, ok := v.(ef.SUCICalcInfo); ok && len(info.Schemes)+len(info.Keys) > 0 {
			calc := calcOf(info)
			r.h.Calc = &calc
			return nil
		}
	}
	return nil
}

// schemeNumbers are the schemes as EF.SUCI_Calc_Info's decoder names them.
var schemeNumbers = map[string]suci.Scheme{"null_scheme": suci.Null, "profile_a": suci.ProfileA, "profile_b": suci.ProfileB}

// foreignScheme stands for a scheme that has no name.
const foreignScheme suci.Scheme = 0x0F

func calcOf(info ef.SUCICalcInfo) (out auth.IdentityCalc) {
	for _, s := range info.Schemes {
		n, known := schemeNumbers[s.Scheme]
		if !known {
			n = foreignScheme
		}
		out.Schemes = append(out.Schemes, auth.IdentityScheme{Scheme: n, Index: s.KeyIndex})
	}
	for _, k := range info.Keys {
		out.Keys = append(out.Keys, auth.IdentityKey{ID: byte(k.Identifier), Key: k.Key})
	}
	return out
}

// ask lets the card compute. What it answers instead is kept in words: it is
// the finding, not a failure of the program.
func (r identityReader) ask() error {
	var s suci.SUCI
	err := r.c.Session.Read(r.ctx, "get identity", func(x *card.Tx) (err error) {
		s, err = auth.IdentityGet(x, r.app, identityContexts[r.h.Wanted])
		return err
	})
	var odd *auth.IdentityAnswerError
	switch {
	case err == nil:
		r.h.From, r.h.SUCI = IdentityByCard, s
	case errors.As(err, &odd):
		r.h.Asked = texts.Say("identity.asked.odd", "n", odd.Len, "why", identityFault(odd.Err))
	case card.Refused(err):
		r.h.Asked = texts.Say("identity.asked.refused", "answer", Explain(err, "").Answer)
	default:
		return err
	}
	return nil
}

// compute makes the SUCI as a phone does, where all that it stands on is
// known. A card whose service 124 is off names itself in the clear.
func (r identityReader) compute(routing string) {
	calc := r.h.Calc
	switch {
	case r.h.Hiding == fs.Unknown || len(r.h.Unread) > 0:
		return
	case r.h.Hiding == fs.No:
		calc = nil
	}
	f := auth.IdentityFiles{
		IMSI: r.h.Own, NAI: r.h.Own, Type: r.h.Type,
		MNCLength: r.c.Files.MNCLength(r.app), Routing: routing, Calc: calc,
	}
	s, skipped, err := auth.IdentityCompute(f)
	r.h.Skipped = skipped
	if err != nil {
		r.h.Odd = identityFault(err)
		return
	}
	r.h.From, r.h.SUCI = IdentityByHost, s
}

// Prove opens the SUCI with the home network's private key.
func (h HiddenIdentity) Prove(key HomeKey) auth.IdentityProof {
	return auth.IdentityProve(h.SUCI, key, h.Own, h.Calc)
}

// ReadHomeKey reads a file with a home network's private key. The caller
// clears the key.
func ReadHomeKey(name string) (HomeKey, error) {
	f, err := os.Open(name)
	if err != nil {
		return HomeKey{}, err
	}
	defer func() { _ = f.Close() }()
	b := make([]byte, suci.MaxKeyFile+1)
	defer clear(b)
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return HomeKey{}, err
	}
	return suci.ParsePrivateKey(b[:n])
}
