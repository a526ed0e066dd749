package virtual

import (
	"bytes"

	"simscope/card"
	"simscope/crypto/scp80"
)

// swTruncated says that data was cut to fit the response; no command follows
// (ETSI TS 102 226 clause 5.2.1.1).
const swTruncated card.SW = 0x62F1

// remoteInstructions are the commands that a script on files may use (ETSI
// TS 102 226 clause 6.2).
var remoteInstructions = map[byte]instruction{
	card.InsSelect:       {classISO, selectUICC},
	card.InsReadBinary:   {classISO, readBinary},
	card.InsUpdateBinary: {classISO, updateBinary},
	card.InsReadRecord:   {classISO, readRecord},
	card.InsUpdateRecord: {classISO, updateRecord},
	card.InsSearchRecord: {classISO, searchRecord},
	card.InsIncrease:     {classETSI, increase},
	card.InsRetrieveData: {classETSI, retrieveData},
	card.InsSetData:      {classETSI, setData},
	card.InsVerify:       {classISO, verifyPIN},
	card.InsChangePIN:    {classISO, changePIN},
	card.InsDisablePIN:   {classISO, disablePIN},
	card.InsEnablePIN:    {classISO, enablePIN},
	card.InsUnblockPIN:   {classISO, unblockPIN},
	card.InsDeactivate:   {classISO, deactivate},
	card.InsActivate:     {classISO, activate},
	card.InsGetResponse:  {classISO | classETSI, getResponse},
}

// runScript works off a script and gives the data of the response, at most
// room bytes.
func (c *Card) runScript(app *RemoteApp, script []byte, room int) []byte {
	if scp80.IsExpanded(script) {
		return c.runExpanded(app, script, room)
	}
	apdus, err := scp80.SplitCommands(script)
	if err != nil {
		return scp80.Result{Answers: []scp80.Answer{{SW: uint16(card.SWWrongLength)}}}.Bytes()
	}
	r := c.runCommands(app, apdus)
	if last := len(r.Answers) - 1; last >= 0 && len(r.Bytes()) > room {
		a := &r.Answers[last]
		a.Data = a.Data[:max(0, len(a.Data)-(len(r.Bytes())-room))]
		a.SW = uint16(swTruncated)
	}
	return r.Bytes()
}

func (c *Card) runExpanded(app *RemoteApp, script []byte, room int) []byte {
	apdus, err := scp80.SplitExpanded(script)
	if err != nil {
		return scp80.Result{BadFormat: []byte{0x01}}.ExpandedBytes()
	}
	r := c.runCommands(app, apdus)
	for len(r.Answers) > 0 && len(r.ExpandedBytes()) > room {
		a := &r.Answers[len(r.Answers)-1]
		if len(a.Data) == 0 {
			r.Answers = r.Answers[:len(r.Answers)-1]
			continue
		}
		a.Data, a.SW = a.Data[:len(a.Data)-1], uint16(swTruncated)
	}
	return r.ExpandedBytes()
}

// runCommands works off commands until one fails. They have a logical channel
// of their own, and the PINs and keys of the application count as verified;
// afterwards everything is as it was, but for what they changed in files and
// counters.
func (c *Card) runCommands(app *RemoteApp, apdus [][]byte) scp80.Result {
	restore := c.lendRights(app.Rights)
	defer restore()
	ch := channel{open: true, df: c.mf}
	for _, a := range c.apps {
		if app.Application != "" && a.aid == app.Application {
			ch.enter(a.adf)
		}
	}
	var r scp80.Result
	for _, b := range apdus {
		answer := c.runCommand(&ch, app, b)
		r.Executed++
		r.Answers = append(r.Answers, answer)
		if !goesOn(card.SW(answer.SW)) {
			break
		}
	}
	return r
}

// goesOn reports whether a script goes on behind a status word.
func goesOn(sw card.SW) bool {
	switch sw.SW1() {
	case 0x90, 0x91, 0x61, 0x62, 0x63, 0x9F:
		return true
	}
	return false
}

// runCommand works off one command of a script. Data that an answer to a
// command with data has waits for GET RESPONSE, as it does for a phone on T=0.
func (c *Card) runCommand(ch *channel, app *RemoteApp, b []byte) scp80.Answer {
	cmd, err := card.ParseCommand(b)
	if err != nil || cmd.Extended() && len(b) > 5 {
		return scp80.Answer{SW: uint16(card.SWWrongLength)}
	}
	if len(b) == 5 && b[4] == 0 && (cmd.INS == card.InsDeactivate || cmd.INS == card.InsActivate) {
		cmd.Le = 0 // P3 = 00 of a command without any data
	}
	var r reply
	if app.Kind == RemoteApps {
		r = c.remoteDomain(ch, cmd)
	} else {
		r = c.remoteFile(ch, cmd)
	}
	if !r.shaped {
		r = c.shape(cmd, r)
	}
	return scp80.Answer{Data: bytes.Clone(r.data), SW: uint16(r.sw)}
}

func (c *Card) remoteFile(ch *channel, cmd card.Command) reply {
	in, ok := remoteInstructions[cmd.INS]
	switch {
	case !ok:
		return status(card.SWNoInstruction)
	case card.ClassOf(cmd.CLA).GSM || in.classes&classBit(cmd.CLA) == 0:
		return status(card.SWNoClass)
	case cmd.INS == card.InsSelect && cmd.P1 == selectAID:
		return status(card.SWNotFound) // a script stays with its application
	}
	if cmd.INS != card.InsGetResponse {
		c.pending = nil
	}
	return in.run(c, ch, cmd)
}

// remoteDomain is a command to the ISD, whose packet proved its sender.
func (c *Card) remoteDomain(ch *channel, cmd card.Command) reply {
	switch cmd.INS {
	case card.InsGetResponse:
		return getResponse(c, ch, cmd)
	case card.InsGetData:
		c.pending = nil
		return c.domainData(cmd)
	case insGetStatus:
		c.pending = nil
		return c.getStatus(&ch.listing, cmd)
	case insDelete, insInstall, insLoad, insPutKey, insSetStatus, insStoreData:
		return status(swNotSupported)
	}
	return status(card.SWNoInstruction)
}

// lendRights lets the PINs and keys of a remote application count as verified
// and gives back what undoes it, with the class and what waited.
func (c *Card) lendRights(rights []Ref) func() {
	type state struct {
		p        *pin
		verified bool
	}
	var before []state
	for _, p := range c.pins {
		before = append(before, state{p, p.verified})
		p.verified = false
		for _, ref := range rights {
			p.verified = p.verified || p.ref == ref
		}
	}
	pending, after, class := c.pending, c.after, c.class
	c.pending, c.class = nil, activationUICC
	return func() {
		for _, s := range before {
			s.p.verified = s.verified
		}
		clear(c.pending)
		c.pending, c.after, c.class = pending, after, class
	}
}
