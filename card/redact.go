package card

import "bytes"

// masking says which parts of an exchange are withheld, and by which word.
type masking struct{ command, response string }

// maskFor decides what of a command and its answer is withheld. file is the
// file that a read or update touches; secret says that it holds keys.
func maskFor(c Command, secret bool) masking {
	switch c.INS {
	case InsVerify, InsChangePIN, InsDisablePIN, InsEnablePIN, InsUnblockPIN, 0x21, 0x25, 0x2D:
		return masking{command: pinWord(c), response: pinWord(c)}
	case InsAuthenticate, InsAuthenticateTLV:
		return masking{command: "challenge", response: "answer"}
	case InsExternalAuth, 0x86, 0x87:
		return masking{command: "key", response: "answer"}
	case 0x2A: // also deciphers
		return masking{command: "key data", response: "answer"}
	case 0xE2:
		if secret && !ClassOf(c.CLA).Proprietary { // APPEND RECORD
			return masking{command: "key", response: "key"}
		}
		return masking{command: "key data"}
	case 0xD8:
		return masking{command: "key data"}
	}
	if !secret {
		return masking{}
	}
	switch c.INS {
	case InsReadBinary, 0xB1, InsReadRecord, 0xB3, InsGetData, InsRetrieveData:
		return masking{response: "key"}
	case InsUpdateBinary, 0xD7, InsUpdateRecord, 0xDD, InsSetData, 0xD0, 0xD2, InsSearchRecord, InsIncrease:
		return masking{command: "key", response: "key"}
	}
	return masking{}
}

func pinWord(c Command) string {
	if !ClassOf(c.CLA).GSM && PINRef(c.P2).Kind() == PINAdm {
		return "key"
	}
	return "PIN"
}

// redact returns copies of a command and a response with what is withheld
// zeroed, and the spans that say so. data is the command's data field.
func redact(m masking, wire, data, response []byte) (cmd, resp []byte, hidden []Span) {
	cmd = bytes.Clone(wire)
	resp = bytes.Clone(response)
	if m.command != "" && len(data) > 0 {
		off := 5 // CLA INS P1 P2 Lc
		if len(data) > MaxShortLc || (len(wire) > 7 && wire[4] == 0) {
			off = 7 // the extended form
		}
		clear(cmd[off : off+len(data)])
		hidden = append(hidden, Span{Off: off, Len: len(data), Word: m.command})
	}
	if m.response != "" && len(response) > 0 {
		clear(resp)
		hidden = append(hidden, Span{Response: true, Len: len(resp), Word: m.response})
	}
	return cmd, resp, hidden
}
