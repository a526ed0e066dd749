package card

// Families of classes in which an instruction has its known meaning.
const (
	interindustry = 1 << iota // 0X, 4X, 6X
	proprietary               // 8X, CX, EX
	gsm                       // A0
)

// riskless instructions only read or select, in these families; any other
// command that is not in RiskOf's switch is taken as able to change the card.
//
// GET IDENTITY is one of them although the card computes for it. A SUCI is made
// with a new ephemeral key each time (3GPP TS 33.501 annex C.3.2), so that an
// answer which did not come leaves nothing behind, and the next differs from it
// as it should. What is said of the command (3GPP TS 31.102 clause 7.5: no data,
// one context, the SUCI) names nothing that the card counts or keeps, and a
// phone asks for it whenever it needs an identity. So it is sent again with the
// Le of a 6Cxx, which is how cards on T=0 answer it.
var riskless = map[byte]int{
	InsSelect: interindustry | gsm, InsReadBinary: interindustry | gsm, 0xB1: interindustry,
	InsReadRecord: interindustry | gsm, 0xB3: interindustry, InsSearchRecord: interindustry | gsm,
	InsGetResponse: interindustry | proprietary | gsm, InsStatus: interindustry | proprietary | gsm,
	InsGetData: interindustry | proprietary, InsRetrieveData: interindustry | proprietary,
	InsGetChallenge: interindustry, InsManageChannel: interindustry,
	InsTerminalCap: proprietary, InsGetIdentity: proprietary, 0x7A: proprietary,
}

func family(cla byte) int {
	switch k := ClassOf(cla); {
	case k.GSM && cla == 0xA0:
		return gsm
	case k.GSM || k.Chained:
		return 0
	case k.Proprietary:
		return proprietary
	default:
		return interindustry
	}
}

// RiskOf says what a command can do to a card. The class byte is looked at by
// its masks, so that a command on another logical channel, or in its 2G form,
// is known as well as on channel 0.
func RiskOf(c Command) Risk {
	switch c.INS {
	case InsVerify, InsUnblockPIN:
		// Without data nothing is compared: the card only tells the tries.
		// In other classes there is no such form, and with another P1 it is
		// another command of ISO/IEC 7816-4, such as one that resets a counter.
		if len(c.Data) == 0 && family(c.CLA) == interindustry && c.P1 == 0 {
			return RiskNone
		}
		return RiskCount
	case 0x21, InsChangePIN, 0x25, InsDisablePIN, InsEnablePIN, 0x2D, InsExternalAuth, 0x86, 0x87, 0x2A:
		return RiskCount
	case InsAuthenticate, InsAuthenticateTLV:
		return RiskAuth
	case InsInitUpdate:
		// A card counts how often a secure channel was begun, and may count
		// the times it came to nothing.
		if family(c.CLA) == proprietary {
			return RiskCount
		}
	}
	if riskless[c.INS]&family(c.CLA) != 0 {
		return RiskNone
	}
	return RiskChange
}

// Repeatable reports whether the program may send the command again by
// itself, with another Le or after the card was busy. PIN commands never are,
// not even those that only ask, nor is a command that is part of a chain of
// MACs.
func Repeatable(c Command) bool {
	return RiskOf(c) == RiskNone && c.INS != InsVerify && c.INS != InsUnblockPIN && !ClassOf(c.CLA).Secure
}
