package card

import (
	"context"
	"errors"
	"time"
)

// Budget of one command (hostile-card scenarios HC-01 to HC-07).
const (
	maxGetResponse = 64
	maxResponse    = 64 << 10
	maxNoProgress  = 2
	maxBusy        = 3
)

// busyPause is waited before a command that met 9300 is sent again. Tests
// shorten it.
var busyPause = 300 * time.Millisecond

// Tx is a step that is running: the transaction is held, commands may be
// sent. It must not be used after its step has returned.
type Tx struct {
	s     *Session
	ctx   context.Context
	step  string
	allow Risk
	sends int // APDUs handed to the transport
	// acted says that a command was sent that counts or changes: the step is
	// not started again then.
	acted bool
	// want is where a SELECT leads whose FID alone does not tell (a DF beside
	// the current one).
	want *Path
	// Between two steps another program may have selected something else. What
	// was current before this step counts only when this step has found that it
	// still is: the application, and the directory.
	sureApp, sureDir bool
}

// Context is the step's.
func (x *Tx) Context() context.Context { return x.ctx }

// Sends is how many commands and follow-ups the step has sent.
func (x *Tx) Sends() int { return x.sends }

// Session is the step's.
func (x *Tx) Session() *Session { return x.s }

// Send sends a command and follows what the card asks for: GET RESPONSE after
// 61xx and 9Fxx, the right Le after 6Cxx (reads only, once). The error is
// about the way to the card, the session's mode or a budget; a refusal by
// the card is in the response's status word.
func (x *Tx) Send(c Command) (Response, error) {
	risk := RiskOf(c)
	if err := x.gate(c, risk); err != nil {
		return Response{}, err
	}
	if risk == RiskNone {
		return x.exchange(c)
	}
	return x.recorded(c, risk)
}

func (x *Tx) gate(c Command, risk Risk) error {
	mode := x.s.Mode()
	if risk == RiskNone || (risk <= x.allow && mode != ReadOnlyLocked) || mode == WriteArmed {
		return nil
	}
	// A check of a PIN is permitted even read-only for good: it is how such a
	// card is read. Changing one is not, and each such step says so.
	if mode == ReadOnlyLocked && c.INS == InsVerify && x.allow >= RiskCount {
		return nil
	}
	return &GateError{Risk: risk, Mode: mode, Header: [4]byte{c.CLA, c.INS, c.P1, c.P2}}
}

// recorded sends a command that counts or changes: its intent is recorded
// before, its outcome after, and no failure on the way makes it sent again.
func (x *Tx) recorded(c Command, risk Risk) (Response, error) {
	if err := c.check(); err != nil {
		return Response{}, err
	}
	if err := x.ctx.Err(); err != nil {
		return Response{}, err
	}
	file, _ := x.target(c)
	x.s.mu.Lock()
	op := Op{Time: x.s.o.Now(), Risk: risk, Step: x.step, File: file, Header: [4]byte{c.CLA, c.INS, c.P1, c.P2}, ICCID: x.s.iccid}
	x.s.mu.Unlock()
	id, err := x.s.o.Recorder.Intent(x.ctx, op)
	if err != nil {
		return Response{}, err
	}
	before := x.sends
	r, err := x.exchange(c)
	res := OpResult{SW: r.SW}
	sent := x.sends > before
	x.acted = x.acted || sent
	// Once it is sent, whatever kept the answer away leaves it unknown. What
	// failed before that was not sent, and its outcome has no status word.
	if err != nil && sent {
		res.Lost = true
		x.s.setUnsure()
		err = &LostError{Op: InsName(c), Err: err}
	}
	if e := x.s.o.Recorder.Outcome(context.WithoutCancel(x.ctx), id, res); err == nil {
		err = e
	}
	return r, err
}

// exchange does the wire work of one command.
func (x *Tx) exchange(c Command) (Response, error) {
	if err := x.ctx.Err(); err != nil {
		return Response{}, err
	}
	if err := c.check(); err != nil {
		return Response{}, err
	}
	file, hasFile := x.target(c)
	m := about{masking: x.mask(c, file, hasFile), risk: RiskOf(c), file: file, hasFile: hasFile}
	before := x.sends
	r, err := x.follow(c, m)
	r.Secret = m.response != ""
	x.track(c, r, err)
	if selects(c) && !r.OK() && x.sends > before+1 {
		// Refused only at its GET RESPONSE: the file may be current.
		x.s.on(c).forget()
	}
	return r, err
}

// about is what holds for all APDUs of one command: the file it touches and
// what is withheld.
type about struct {
	masking
	risk    Risk
	file    Path
	hasFile bool
}

// follow sends a command, again while the card is busy and once with the Le
// that 6Cxx asks for, and collects the answer.
func (x *Tx) follow(c Command, m about) (Response, error) {
	r, err := x.transmit(c, m, ExchangeAPDU)
	for busy := 0; err == nil && r.SW == SWToolkitBusy && Repeatable(c); busy++ {
		if busy == maxBusy {
			return r, &BudgetError{What: "busy answers", Limit: maxBusy}
		}
		if err = x.pause(busyPause); err == nil {
			r, err = x.transmit(c, m, ExchangeAPDU)
		}
	}
	if err != nil {
		return r, err
	}
	if r.SW.SW1() == 0x6C && len(r.Data) == 0 && Repeatable(c) {
		c.Le = shortLe(r.SW.SW2())
		if r, err = x.transmit(c, m, ExchangeFollowUp); err != nil {
			return r, err
		}
	}
	return x.collect(c, m, r)
}

func (x *Tx) pause(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-x.ctx.Done():
		return x.ctx.Err()
	}
}

// collect fetches what 61xx and 9Fxx announce, and the answer to a SELECT or
// a first RETRIEVE DATA that came with a warning (ETSI TS 102 221 clause
// 7.3.1.1.4). A 6Cxx to a GET RESPONSE is corrected once in the whole command.
func (x *Tx) collect(c Command, m about, r Response) (Response, error) {
	data := r.Data
	idle, corrected := 0, false
	// On T=1 what comes with a warning is all there is.
	fetched := c.INS == InsSelect || c.INS == InsRetrieveData && len(c.Data) > 0
	if fetched && len(data) == 0 && r.SW.SW1() == 0x62 && c.Le > 0 && x.s.Info().Protocol != ProtocolT1 {
		got, err := x.transmit(x.getResponse(c, 0), m, ExchangeFollowUp)
		if err == nil && got.SW.SW1() == 0x6C {
			got, err = x.transmit(x.getResponse(c, int(got.SW.SW2())), m, ExchangeFollowUp)
		}
		if err != nil {
			return r, err
		}
		return Response{Data: got.Data, SW: r.SW}, nil
	}
	for round := 0; ; round++ {
		var le int
		switch r.SW.SW1() {
		case 0x61, 0x9F:
			le = int(r.SW.SW2())
		case 0x6C:
			if round == 0 || corrected {
				return Response{Data: data, SW: r.SW}, nil
			}
			corrected, le = true, int(r.SW.SW2())
		default:
			return Response{Data: data, SW: r.SW}, nil
		}
		if round == maxGetResponse {
			return Response{Data: data, SW: r.SW}, &BudgetError{What: "GET RESPONSE rounds", Limit: maxGetResponse, Got: data}
		}
		next, err := x.transmit(x.getResponse(c, le), m, ExchangeFollowUp)
		if err != nil {
			return Response{Data: data, SW: r.SW}, err
		}
		if len(next.Data) == 0 && next.SW.SW1() != 0x6C && next.SW.SW1() == r.SW.SW1() {
			if idle++; idle == maxNoProgress {
				return Response{Data: data, SW: next.SW}, &BudgetError{What: "GET RESPONSE rounds without data", Limit: maxNoProgress, Got: data}
			}
		}
		if len(data)+len(next.Data) > maxResponse {
			return Response{Data: data, SW: r.SW}, &BudgetError{What: "bytes", Limit: maxResponse, Got: data}
		}
		data = joined(data, next.Data, m.risk == RiskAuth)
		r.SW = next.SW
	}
}

// joined puts what came next behind what came before. The parts of an answer
// of keys are overwritten: the whole is the one copy there is to clear.
func joined(data, next []byte, keys bool) []byte {
	if !keys {
		return append(data, next...)
	}
	out := append(append(make([]byte, 0, len(data)+len(next)), data...), next...)
	clear(data)
	clear(next)
	return out
}

func (x *Tx) getResponse(c Command, le int) Command {
	cla := c.CLA
	if k := ClassOf(c.CLA); !k.GSM {
		cla = c.CLA &^ 0x9C // the channel's interindustry class, no chaining, no messaging
		if c.CLA&0x40 != 0 {
			cla = c.CLA & 0x4F
		}
	}
	return Command{CLA: cla, INS: InsGetResponse, Le: shortLe(byte(le))}
}

// errShort says that a response had no status word.
var errShort = errors.New("the answer has fewer than 2 bytes")

func (x *Tx) transmit(c Command, m about, kind ExchangeKind) (Response, error) {
	// A command that counts or changes is seen to its end once it was sent.
	if err := x.ctx.Err(); err != nil && m.risk == RiskNone {
		return Response{}, err
	}
	info := x.s.Info()
	wire, err := c.Wire(info.Protocol)
	if err != nil {
		return Response{}, err
	}
	e := Exchange{
		Generation: info.Generation, Kind: kind, Channel: ClassOf(c.CLA).Channel,
		Step: x.step, File: m.file, HasFile: m.hasFile, Start: x.s.o.Now(),
	}
	x.sends++
	ctx, done := patient(x.ctx, m.risk)
	raw, err := x.s.t.Transmit(ctx, wire)
	done()
	e.Duration = x.s.o.Now().Sub(e.Start)
	if err == nil && len(raw) < 2 {
		err = &TransportError{Kind: KindProtocol, Op: "transmit", Err: errShort}
	}
	var r Response
	if err == nil {
		n := len(raw) - 2
		r = Response{Data: raw[:n:n], SW: SW(raw[n])<<8 | SW(raw[n+1])}
		e.SW = r.SW
	} else {
		e.Err = transportID(err)
	}
	e.Command, e.Response, e.Hidden = redact(m.masking, wire, c.Data, r.Data)
	if m.command != "" {
		clear(wire)
	}
	x.s.seq++
	e.Seq = x.s.seq
	if r.SW.Proactive() {
		x.s.mu.Lock()
		x.s.proactive = true
		x.s.mu.Unlock()
	}
	x.s.o.Observe(e)
	return r, err
}

func transportID(err error) string {
	var te *TransportError
	switch {
	case errors.As(err, &te):
		return te.Kind.ID()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return KindAbandoned.ID()
	default:
		return KindUnknown.ID()
	}
}

// mask decides what of an exchange is withheld. A GET RESPONSE sent by hand
// brings the answer of the command before it, so it inherits that mask.
func (x *Tx) mask(c Command, file Path, hasFile bool) masking {
	if c.INS == InsGetResponse {
		return masking{response: x.s.tainted}
	}
	m := maskFor(c, x.secretTarget(c, file, hasFile))
	x.s.tainted = m.response
	return m
}
