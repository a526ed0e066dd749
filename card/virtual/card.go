package virtual

import (
	"crypto/rand"
	"io"
	"slices"
	"sync"

	"simscope/card"
)

// Options change how a card answers.
type Options struct {
	// Direct makes the card return data to a command with data at once, and
	// ignore a wrong Le, as cards behind T=1 do. Otherwise it behaves as on
	// T=0: 61xx (9Fxx in class A0) and GET RESPONSE, 6Cxx (67xx) for a wrong
	// length.
	Direct bool
	// Proactive makes the card say after every command that a proactive
	// command of 128 bytes waits: 9180 in place of 9000.
	Proactive bool
	// Rand gives the bytes of GET CHALLENGE; nil takes the system's.
	Rand io.Reader
}

// channels is the number of logical channels, the basic one included.
const channels = 4

// Card is a running card. Its methods may be called from several goroutines;
// commands are worked off one after the other. Files and PIN counters live
// as long as the Card, selection and verified PINs until the next reset.
type Card struct {
	mu    sync.Mutex
	opt   Options
	image Image // what does not change: note, mode, ATR

	mf   *node
	apps []*application
	pins []*pin
	subs []*subscriber

	on       bool
	class    activation
	channels [channels]channel
	pending  []byte  // waits for GET RESPONSE
	after    card.SW // the status word behind the last of pending

	messages  messages // parts of packets that are not whole
	proactive []byte   // a command that the phone has to fetch
	fetched   bool     // and its answer is awaited
}

// activation is the kind of commands this activation speaks: the first
// command decides, because a card never mixes them.
type activation int

const (
	activationNone activation = iota
	activationUICC
	activationGSM
)

// channel is what is selected on a logical channel.
type channel struct {
	open   bool
	app    *application
	df, ef *node
	record int // current record, from 1; 0 when none
	// transfer is an object that goes in blocks; any other command ends it.
	transfer transfer
	// applet is an application without files that is selected, secure its
	// secure channel; listing and rules are how far an answer in parts came.
	applet  *applet
	secure  *secureChannel
	listing listing
	rules   int
}

// New makes a card from an image. The image is copied.
func New(img *Image, o Options) (*Card, error) {
	if err := img.Validate(); err != nil {
		return nil, err
	}
	c := &Card{opt: o, image: Image{Note: img.Note, Mode: img.Mode, ATR: slices.Clone(img.ATR), Objects: cloneObjects(img.Objects), GP: img.GP.clone()}}
	if c.opt.Rand == nil {
		c.opt.Rand = rand.Reader
	}
	if err := c.plant(img); err != nil {
		return nil, err
	}
	for _, p := range img.PINs {
		c.pins = append(c.pins, newPIN(p))
	}
	for i := range img.Subscribers {
		sub, err := newSubscriber(&img.Subscribers[i])
		if err != nil {
			return nil, err
		}
		c.subs = append(c.subs, sub)
	}
	return c, nil
}

// plant makes the card's applications and files.
func (c *Card) plant(img *Image) error {
	files := img.Mode != ModeOther
	if files {
		c.mf = grow(img.MF, nil, nil)
	}
	for _, a := range img.Apps {
		app := &application{aid: a.AID, label: a.Label, suci: slices.Clone(a.SUCI), fci: slices.Clone(a.FCI), objects: cloneObjects(a.Objects)}
		if files {
			app.adf = grow(a.ADF, c.mf, app)
		}
		c.apps = append(c.apps, app)
	}
	if !files {
		return nil
	}
	if err := c.resolve(c.mf); err != nil {
		return err
	}
	for _, a := range c.apps {
		if err := c.resolve(a.adf); err != nil {
			return err
		}
	}
	return nil
}

// PowerOn activates the card and returns its ATR. A card that is on already
// is reset.
func (c *Card) PowerOn() []byte { return c.Reset() }

// PowerOff takes the supply away.
func (c *Card) PowerOff() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	c.on = false
}

// Reset restarts the card and returns its ATR.
func (c *Card) Reset() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	c.on = true
	return slices.Clone(c.image.ATR)
}

// ATR is the card's answer to reset.
func (c *Card) ATR() []byte { return slices.Clone(c.image.ATR) }

func (c *Card) forget() {
	for _, p := range c.pins {
		p.verified = false
	}
	clear(c.pending)
	c.pending, c.after, c.class = nil, 0, activationNone
	c.messages, c.proactive, c.fetched = messages{}, nil, false
	c.channels = [channels]channel{{open: true, df: c.mf}}
}

// Image is the card as it stands now, to be saved.
func (c *Card) Image() *Image {
	c.mu.Lock()
	defer c.mu.Unlock()
	img := &Image{Note: c.image.Note, Mode: c.image.Mode, ATR: slices.Clone(c.image.ATR), Objects: cloneObjects(c.image.Objects), GP: c.image.GP.clone()}
	if c.mf != nil {
		img.MF = c.mf.file()
	}
	for _, a := range c.apps {
		app := App{AID: a.aid, Label: a.label, SUCI: slices.Clone(a.suci), FCI: slices.Clone(a.fci), Objects: cloneObjects(a.objects)}
		if a.adf != nil {
			app.ADF = a.adf.file()
		}
		img.Apps = append(img.Apps, app)
	}
	for _, p := range c.pins {
		img.PINs = append(img.PINs, p.image())
	}
	for _, s := range c.subs {
		img.Subscribers = append(img.Subscribers, s.image())
	}
	return img
}

// Status words that only a card needs by name.
const (
	swMute          card.SW = 0x6F00
	swChannel       card.SW = 0x6881
	swSecure        card.SW = 0x6882
	swChaining      card.SW = 0x6884
	swStructure     card.SW = 0x6981
	swNoEF          card.SW = 0x6986
	swWrongData     card.SW = 0x6A80
	swNotSupported  card.SW = 0x6A81
	swNoChannel     card.SW = 0x6A81
	swNoMemory      card.SW = 0x6A84
	swEndOfFile             = card.SWEndReached
	swMoreData      card.SW = 0x62F1
	swMoreExpected  card.SW = 0x63F1
	swMAC           card.SW = 0x9862
	swNoContext     card.SW = 0x9864
	swNoGBAMemory   card.SW = 0x9866
	swGSMRange      card.SW = 0x9402
	swGSMStructure  card.SW = 0x9408
	swGSMInvalid    card.SW = 0x9810
	swGSMParameters card.SW = 0x6B00
)

// reply is what a command answers, before the transmission protocol shapes
// it.
type reply struct {
	data []byte
	sw   card.SW
	// part says that a shorter Le takes the beginning of the data instead of
	// being corrected.
	part bool
	// shaped says that the reply is final.
	shaped bool
}

func status(sw card.SW) reply { return reply{sw: sw} }

func done(data []byte) reply { return reply{data: data, sw: card.SWDone} }

// Process answers one command APDU. Any bytes get an answer of at least two
// bytes: the data, if any, and the status word. The result is the caller's.
func (c *Card) Process(apdu []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.on {
		return words(nil, swMute)
	}
	cmd, err := card.ParseCommand(apdu)
	if extended := len(apdu) > 5 && apdu[4] == 0; err != nil || extended {
		return words(nil, card.SWWrongLength)
	}
	r := c.execute(cmd)
	clear(cmd.Data)
	if !r.shaped {
		r = c.shape(cmd, r)
	}
	if r.sw == card.SWDone {
		r.sw = c.announce()
	}
	return words(r.data, r.sw)
}

func words(data []byte, sw card.SW) []byte {
	return append(append(make([]byte, 0, len(data)+2), data...), sw.SW1(), sw.SW2())
}

// execute finds the instruction and runs it.
func (c *Card) execute(cmd card.Command) reply {
	ch, sw := c.enter(cmd)
	if sw != 0 {
		return status(sw)
	}
	if cmd.INS != card.InsGetResponse {
		clear(c.pending)
		c.pending = nil
		if cmd.INS != ch.transfer.ins {
			ch.transfer = transfer{}
		}
	}
	if r, ok := c.toApplet(ch, cmd); ok {
		return r
	}
	table := uiccInstructions
	switch {
	case c.image.Mode == ModeOther:
		table = otherInstructions
	case c.class == activationGSM:
		table = gsmInstructions
	}
	in, ok := table[cmd.INS]
	switch {
	case !ok:
		return status(card.SWNoInstruction)
	case c.class == activationUICC && in.classes&classBit(cmd.CLA) == 0:
		return status(card.SWNoClass)
	}
	return in.run(c, ch, cmd)
}

// enter judges the class byte and returns the channel it names.
func (c *Card) enter(cmd card.Command) (*channel, card.SW) {
	if c.image.Mode == ModeOther {
		return c.enterOther(cmd.CLA)
	}
	if cmd.CLA == 0xA0 {
		if c.class == activationUICC {
			return nil, card.SWNoClass
		}
		c.class = activationGSM
		return &c.channels[0], 0
	}
	cl := card.ClassOf(cmd.CLA)
	switch {
	case c.image.Mode == ModeGSM, c.class == activationGSM, cl.GSM, !validClass(cmd.CLA):
		return nil, card.SWNoClass
	case cl.Secure && !c.hasApplet(cl.Channel):
		return nil, swSecure
	case cl.Chained:
		return nil, swChaining
	case cl.Channel >= channels || !c.channels[cl.Channel].open && cl.Channel != 0:
		return nil, swChannel
	}
	c.class = activationUICC
	return &c.channels[cl.Channel], 0
}

// validClass reports whether ETSI TS 102 221 clause 10.1.1 gives the class
// byte a meaning: 0X, 4X, 6X and the same with bit 8; 1X is a chained 0X.
func validClass(cla byte) bool {
	switch cla >> 4 {
	case 0x0, 0x1, 0x4, 0x6, 0x8, 0xC, 0xE:
		return true
	}
	return false
}

// shape puts a reply into the form of the transmission protocol.
func (c *Card) shape(cmd card.Command, r reply) reply {
	if len(r.data) == 0 {
		return r
	}
	if len(cmd.Data) > 0 {
		if c.opt.Direct {
			return r
		}
		c.pending, c.after = r.data, r.sw
		return reply{sw: c.more(len(r.data))}
	}
	want := cmd.Le
	if want == 0 && !c.opt.Direct {
		want = card.MaxShortLe // P3 = 00 and no P3 are the same on T=0
	}
	switch {
	case c.opt.Direct && want == 0:
		return reply{sw: r.sw}
	case want == len(r.data), c.opt.Direct:
		return r
	case r.part && want < len(r.data):
		r.data = r.data[:want]
		return r
	}
	return reply{sw: c.wrongLe(len(r.data))}
}

// more is 61xx or 9Fxx for n waiting bytes.
func (c *Card) more(n int) card.SW {
	if n >= card.MaxShortLe {
		n = 0
	}
	if c.class == activationGSM {
		return 0x9F00 | card.SW(n)
	}
	return 0x6100 | card.SW(n)
}

// wrongLe is 6Cxx or 67xx for n bytes that are there.
func (c *Card) wrongLe(n int) card.SW {
	if c.class == activationGSM {
		return card.SWWrongLength | card.SW(n&0xFF)
	}
	return 0x6C00 | card.SW(n&0xFF)
}

// getResponse is GET RESPONSE (ETSI TS 102 221 clause 12.1.1, 3GPP TS 51.011
// clause 9.2.18).
func getResponse(c *Card, _ *channel, cmd card.Command) reply {
	if cmd.P1 != 0 || cmd.P2 != 0 {
		return c.badParameters()
	}
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	if len(c.pending) == 0 {
		if c.class == activationGSM {
			return status(0x6F00)
		}
		return status(card.SWConditions)
	}
	n := cmd.Le
	if n == 0 {
		n = card.MaxShortLe
	}
	if n > len(c.pending) {
		if !c.opt.Direct {
			return reply{sw: c.wrongLe(len(c.pending)), shaped: true}
		}
		n = len(c.pending)
	}
	out := slices.Clone(c.pending[:n])
	rest := c.pending[n:]
	clear(c.pending[:n])
	c.pending = rest
	if len(rest) > 0 && c.class != activationGSM {
		return reply{data: out, sw: c.more(len(rest)), shaped: true}
	}
	c.pending = nil
	return reply{data: out, sw: c.after, shaped: true}
}

// badParameters is the answer to P1 and P2 that the command does not know.
func (c *Card) badParameters() reply {
	if c.class == activationGSM {
		return status(swGSMParameters)
	}
	return status(card.SWWrongP1P2)
}
