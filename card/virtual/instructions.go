package virtual

import (
	"io"

	"simscope/card"
)

// The two class nibbles of UICC commands, as a set.
const (
	classISO  = 1 << iota // 0X
	classETSI             // 8X
)

func classBit(cla byte) int {
	if cla&0x80 != 0 {
		return classETSI
	}
	return classISO
}

type instruction struct {
	classes int
	run     func(*Card, *channel, card.Command) reply
}

// uiccInstructions are the commands of ETSI TS 102 221 table 10.5 that this
// card knows.
var uiccInstructions = map[byte]instruction{
	card.InsSelect:          {classISO, selectUICC},
	card.InsStatus:          {classETSI, statusUICC},
	card.InsReadBinary:      {classISO, readBinary},
	card.InsUpdateBinary:    {classISO, updateBinary},
	card.InsReadRecord:      {classISO, readRecord},
	card.InsUpdateRecord:    {classISO, updateRecord},
	card.InsSearchRecord:    {classISO, searchRecord},
	card.InsIncrease:        {classETSI, increase},
	card.InsRetrieveData:    {classETSI, retrieveData},
	card.InsSetData:         {classETSI, setData},
	card.InsVerify:          {classISO, verifyPIN},
	card.InsChangePIN:       {classISO, changePIN},
	card.InsDisablePIN:      {classISO, disablePIN},
	card.InsEnablePIN:       {classISO, enablePIN},
	card.InsUnblockPIN:      {classISO, unblockPIN},
	card.InsDeactivate:      {classISO, deactivate},
	card.InsActivate:        {classISO, activate},
	card.InsAuthenticate:    {classISO, authenticate},
	card.InsGetChallenge:    {classISO, getChallenge},
	card.InsGetIdentity:     {classETSI, getIdentity},
	card.InsManageChannel:   {classISO, manageChannel},
	card.InsGetResponse:     {classISO | classETSI, getResponse},
	card.InsEnvelope:        {classETSI, envelope},
	card.InsTerminalCap:     {classETSI, acceptData},
	card.InsTerminalProfile: {classETSI, acceptData},
	card.InsFetch:           {classETSI, fetch},
	card.InsTerminalResp:    {classETSI, terminalResponse},
}

// gsmInstructions are the commands of 3GPP TS 51.011 table 9 that this card
// knows.
var gsmInstructions = map[byte]instruction{
	card.InsSelect:          {run: selectGSM},
	card.InsStatus:          {run: statusGSM},
	card.InsReadBinary:      {run: readBinary},
	card.InsUpdateBinary:    {run: updateBinary},
	card.InsReadRecord:      {run: readRecord},
	card.InsUpdateRecord:    {run: updateRecord},
	card.InsSearchRecord:    {run: seek},
	card.InsIncrease:        {run: increase},
	card.InsVerify:          {run: verifyPIN},
	card.InsChangePIN:       {run: changePIN},
	card.InsDisablePIN:      {run: disablePIN},
	card.InsEnablePIN:       {run: enablePIN},
	card.InsUnblockPIN:      {run: unblockPIN},
	card.InsDeactivate:      {run: deactivate},
	card.InsActivate:        {run: activate},
	card.InsAuthenticate:    {run: runGSMAlgorithm},
	card.InsGetResponse:     {run: getResponse},
	card.InsEnvelope:        {run: envelope},
	card.InsTerminalProfile: {run: acceptData},
	card.InsFetch:           {run: fetch},
	card.InsTerminalResp:    {run: terminalResponse},
}

// acceptData is TERMINAL CAPABILITY and TERMINAL PROFILE, which the card
// takes note of without doing anything.
func acceptData(c *Card, _ *channel, cmd card.Command) reply {
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return c.badParameters()
	case len(cmd.Data) == 0:
		return status(card.SWWrongLength)
	}
	return status(card.SWDone)
}

// getChallenge is GET CHALLENGE (ETSI TS 102 221 clause 11.1.18): up to 16
// random bytes, 8 where the length is not said.
func getChallenge(c *Card, _ *channel, cmd card.Command) reply {
	const usual, most = 8, 16
	if cmd.P1 != 0 || cmd.P2 != 0 {
		return c.badParameters()
	}
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	n := usual
	if cmd.Le > 0 && cmd.Le <= most {
		n = cmd.Le
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.opt.Rand, b); err != nil {
		return status(swMute)
	}
	return done(b)
}

// manageChannel is MANAGE CHANNEL (ETSI TS 102 221 clause 11.1.17).
func manageChannel(c *Card, ch *channel, cmd card.Command) reply {
	if len(cmd.Data) > 0 {
		return status(card.SWWrongLength)
	}
	switch {
	case cmd.P1 == 0x80:
		return c.closeChannel(cmd.P2)
	case cmd.P1 != 0:
		return status(card.SWWrongP1P2)
	case cmd.P2 != 0:
		if cmd.P2 >= channels {
			return status(card.SWWrongP1P2)
		}
		if c.channels[cmd.P2].open {
			return status(swChannel)
		}
		c.openChannel(int(cmd.P2), ch)
		return status(card.SWDone)
	}
	if cmd.Le != 1 && !c.opt.Direct {
		return status(c.wrongLe(1))
	}
	for i := 1; i < channels; i++ {
		if !c.channels[i].open {
			c.openChannel(i, ch)
			return done([]byte{byte(i)})
		}
	}
	return status(swNoChannel)
}

// openChannel opens channel i with the MF selected, or with what is selected
// on the channel that asks unless that is the basic one.
func (c *Card) openChannel(i int, from *channel) {
	c.channels[i] = channel{open: true, df: c.mf}
	if from != &c.channels[0] {
		c.channels[i] = *from
		c.channels[i].secure = nil // a secure channel belongs to its logical one
	}
}

func (c *Card) closeChannel(i byte) reply {
	switch {
	case i == 0 || i >= channels:
		return status(card.SWWrongP1P2)
	case !c.channels[i].open:
		return status(swChannel)
	}
	c.channels[i].leave()
	c.channels[i] = channel{}
	return status(card.SWDone)
}
