package fs

import (
	"context"
	"sync"

	"simscope/card"
)

// Application is one application of the card.
type Application struct {
	AID   card.AID `json:"-"`
	Kind  AppKind  `json:"-"`
	Label Hex      `json:"label,omitempty"` // as EF.DIR has it, undecoded
	Name  string   `json:"name"`            // "ADF.USIM", the second of a kind "ADF.USIM#2"
	InDIR bool     `json:"inDir"`           // EF.DIR lists it; else it was found by asking
	EAP   card.FID `json:"-"`               // DF.EAP below it, 0: none told
	Title string   `json:"title,omitempty"` // what the table of known applications calls it
}

// Card is the file system of the card behind one session. Its methods that
// take a context talk to the card and belong on the session's goroutine; the
// others may be called from anywhere.
type Card struct {
	s    *card.Session
	tree *Tree

	mu     sync.Mutex
	apps   []Application
	stats  Stats
	denied map[card.Path]string // what was verified when a file was denied
	// chosen is the subscriber to speak of, where a person chose one.
	chosen    card.Path
	hasChosen bool
}

// New makes an empty Card. onChange, if given, is told of every node that
// changes, on the goroutine that talks to the card.
func New(s *card.Session, onChange func(Node)) *Card {
	return &Card{s: s, tree: NewTree(onChange), denied: map[card.Path]string{}}
}

// Tree is what is known so far.
func (c *Card) Tree() *Tree { return c.tree }

// Session is the card's session.
func (c *Card) Session() *card.Session { return c.s }

// Applications lists the applications found, in EF.DIR's order.
func (c *Card) Applications() []Application {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Application(nil), c.apps...)
}

// Application finds the application with that identifier.
func (c *Card) Application(aid card.AID) (Application, bool) {
	for _, a := range c.Applications() {
		if a.AID == aid {
			return a, true
		}
	}
	return Application{}, false
}

// Stats counts the commands sent through this Card.
func (c *Card) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

// rights is which PINs and keys this session has verified.
func (c *Card) rights() string {
	var b []byte
	for i := range 256 {
		if r := card.PINRef(i); c.s.Verified(r) {
			b = append(b, byte(r))
		}
	}
	return string(b)
}

// noteDenied remembers with which rights a file was denied.
func (c *Card) noteDenied(n Node) {
	if n.State != Denied {
		return
	}
	now := c.rights()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.denied[n.Path] = now
}

// rightsChanged reports whether the session has other rights now than when p
// was denied: only then is it worth asking again.
func (c *Card) rightsChanged(p card.Path) bool {
	now := c.rights()
	c.mu.Lock()
	defer c.mu.Unlock()
	was, known := c.denied[p]
	return !known || was != now
}

func (c *Card) meter(l Limits) *meter {
	return &meter{limits: l, start: c.Stats(), mu: &c.mu, stats: &c.stats}
}

// kindOf is the kind of the application a path lies in.
func (c *Card) kindOf(p card.Path) AppKind { return KindOf(p.App) }

// Entry finds what the catalogue knows of the file at p: by the node, where
// other files of the card said what it is, else by its place.
func (c *Card) Entry(p card.Path) (Entry, bool) {
	if n, ok := c.tree.Get(p); ok && n.Catalogue != "" {
		return n.Entry()
	}
	return Files().Identify(c.kindOf(p), p.FIDs()...)
}

// node is the tree's node for p, or a new one named by the catalogue.
func (c *Card) node(p card.Path) Node {
	if n, ok := c.tree.Get(p); ok {
		return n
	}
	n := Node{Path: p, Name: p.Last().String()}
	if e, ok := Files().Identify(c.kindOf(p), p.FIDs()...); ok {
		n.Catalogue, n.Name, n.Dir = e.Path, e.Name, e.Structure.IsDir()
	}
	if p.IsRoot() {
		n.Dir = true
		if a, ok := c.Application(p.App); ok {
			n.Name = a.Name
		} else if p.App != "" {
			n.Name = p.App.String()
		}
	}
	return n
}

// binary is the content of a transparent EF that was read whole or in part.
func (c *Card) binary(p card.Path) ([]byte, bool) {
	n, ok := c.tree.Get(p)
	if !ok || n.Content == nil || n.State != Read {
		return nil, false
	}
	return n.Content.Binary, len(n.Content.Binary) > 0
}

// Service tables of the applications.
const (
	fidUST      card.FID = 0x6F38
	fidIST      card.FID = 0x6F07
	fidARR      card.FID = 0x6F06
	fidMFARR    card.FID = 0x2F06
	fidAD       card.FID = 0x6FAD
	fidIMSI     card.FID = 0x6F07
	fidSPN      card.FID = 0x6F46
	fidMSISDN   card.FID = 0x6F40
	fidTelecom  card.FID = 0x7F10
	fidPBR      card.FID = 0x4F30
	fidIMG      card.FID = 0x4F20
	fidGraphics card.FID = 0x5F50
	fidPhone    card.FID = 0x5F3A
	fidACDC     card.FID = 0x5FA0
	fidACDCList card.FID = 0x4F01

	// Of DF.CDMA and ADF.CSIM (3GPP2 C.S0023 and C.S0065).
	fidCDMA    card.FID = 0x7F25
	fidIMSIM   card.FID = 0x6F22
	fidIMSIT   card.FID = 0x6F23
	fidCST     card.FID = 0x6F32
	fidCDMASPN card.FID = 0x6F41
	fidCDMAAD  card.FID = 0x6F43
	fidMDN     card.FID = 0x6F44
)

// folderTables are the service tables that lie in a folder of their own in the
// ADF and speak of the files beside them: EF.PST (3GPP TS 31.102 clause 5.9, as
// far as tech-invite.com shows it: services 1 to 5; 6 and 7 go by their names)
// and EF.5G_PROSE_ST (clause 4.4.13.2).
var folderTables = map[string][]card.FID{"PST": {0x5F90, 0x4F10}, "5G_PROSE_ST": {0x5FF0, 0x4F01}}

// inFolderTable reports whether the file at p is such a table.
func inFolderTable(p card.Path) bool {
	for _, at := range folderTables {
		if p == card.PathOf(p.App, at...) {
			return true
		}
	}
	return false
}

// serviceTablePath is the file with the services of an application.
func serviceTablePath(app card.AID) (card.Path, bool) {
	switch KindOf(app) {
	case AppUSIM:
		return card.PathOf(app, fidUST), true
	case AppISIM:
		return card.PathOf(app, fidIST), true
	case AppCSIM:
		return card.PathOf(app, fidCST), true
	}
	return card.Path{}, false
}

// ServiceOn reports whether the services that a file belongs to are on.
// Unknown where the catalogue names none, the table could not be read, or no
// table governs the place: EF.UST speaks of its own ADF only, not of the MF
// and DF.TELECOM.
func (c *Card) ServiceOn(p card.Path) Answer {
	e, ok := c.Entry(p)
	if !ok || p.App == "" {
		return Unknown
	}
	return e.Service.on(func(table string) (ServiceTable, bool) {
		var at card.Path
		if fids, ok := folderTables[table]; ok {
			at = card.PathOf(p.App, fids...)
		} else if at, ok = serviceTablePath(p.App); !ok || table != "" {
			return nil, false
		}
		b, ok := c.binary(at)
		return ServiceTable(b), ok
	})
}

// Look finds out whether the file at p is there, without reading it. One that
// was looked at already is not asked for again. A refusal by the card is in
// the node, not in the error.
func (c *Card) Look(ctx context.Context, p card.Path) (Node, error) {
	if n, ok := c.tree.Get(p); ok && n.State > ServiceOff {
		return n, nil
	}
	w := c.walker(WalkOptions{All: true, SelectOnly: true})
	err := c.s.Read(ctx, "look at "+c.Name(p), func(x *card.Tx) error { return w.file(x, candidate{path: p}) })
	n, _ := c.tree.Get(p)
	return n, err
}

// ReadFile selects and reads one file. Files of keys are only selected unless
// secrets is true. A refusal by the card is in the node, not in the error.
func (c *Card) ReadFile(ctx context.Context, p card.Path, secrets bool) (Node, error) {
	if err := c.readNaming(ctx, p); err != nil {
		return Node{}, err
	}
	w := c.walker(WalkOptions{All: true, Secrets: secrets, Again: true})
	d := w.named(p)
	err := c.s.Read(ctx, "read "+c.Name(p), func(x *card.Tx) error {
		clear(w.done)
		return w.file(x, d)
	})
	n, _ := c.tree.Get(p)
	return n, err
}
