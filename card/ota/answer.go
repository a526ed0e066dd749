package ota

import (
	"errors"

	"simscope/card"
	"simscope/crypto/scp80"
)

// State is how far an answer can be believed. The sentence is
// "ota.answer."+State.
type State string

// The states of an answer.
const (
	// Proven: the cryptographic checksum is right, so that the card has the key.
	Proven State = "proven"
	// Likely: it is right, and shorter than the checksums that are made here
	// (a CMAC may have 4 bytes). Of packets made without the key one in 2^32
	// passes: it tells keys apart on a bench, and is no proof against somebody
	// who may try often.
	Likely State = "likely"
	// Plain: the packet opens, but no key vouches for it.
	Plain State = "plain"
	// Unverified: it does not open with these keys; nothing of it is true.
	Unverified State = "unverified"
	// Foreign: it opens, but belongs to another packet.
	Foreign State = "foreign"
	// Unreadable: what came back is no response packet.
	Unreadable State = "unreadable"
	// Unchecked: it is in the clear and was read without keys.
	Unchecked State = "unchecked"
	// NoKeys: only the keys could open it.
	NoKeys State = "no_keys"
	// Silent, by what the packet asked for.
	Silent        State = "silent"         // an answer was asked for and none came
	SilentAsked   State = "silent_none"    // none was asked for
	SilentOnError State = "silent_error"   // one was asked for on errors only
	SilentSubmit  State = "silent_submit"  // it comes as a message of its own
	SilentPending State = "silent_pending" // and a toolkit command waits, which may be it
)

// Answer is a response packet and what it proves.
type Answer struct {
	State State
	Bytes []byte // as it came
	// Response is what the packet says; nil unless it opened.
	Response *scp80.Response
	// Claim is the status that stands in the clear of a packet which does not
	// open: it may explain why, and proves nothing.
	Claim *scp80.Status
	// Result is the answer to the script, nil where there is none or it
	// cannot be read.
	Result   *scp80.Result
	Expanded bool
	// Why is the sentence "ota.why."+Why on what does not open.
	Why string
}

// Open opens what the card answered to a request.
func Open(r Request, k Keys, out Outcome) Answer {
	if len(out.Data) == 0 {
		return Answer{State: silence(r.SPI, out.Pending)}
	}
	a := OpenReply(r.SPI, r.KIc, r.KID, k, out.Data)
	if a.Response != nil && (a.Response.TAR != r.TAR || a.Response.Counter != r.Counter) {
		return Answer{State: Foreign, Bytes: out.Data}
	}
	return a
}

func silence(spi scp80.SPI, pending bool) State {
	sec := spi.Security()
	switch {
	case sec.PoR == scp80.NoPoR:
		return SilentAsked
	case sec.PoRSubmit && pending:
		return SilentPending
	case sec.PoRSubmit:
		return SilentSubmit
	case sec.PoR == scp80.ErrorPoR:
		return SilentOnError
	}
	return Silent
}

// OpenReply opens a response packet, with or without its user data header, as
// the answer to a packet with these parameters.
func OpenReply(spi scp80.SPI, kic, kid byte, k Keys, data []byte) Answer {
	a := Answer{State: Unreadable, Bytes: data, Why: "form"}
	reply, err := scp80.ParseReply(withHeader(data))
	if err != nil {
		return a
	}
	// An answer is opened by what the command asked of it, whether or not it
	// asked for one.
	sec := spi.Security()
	a.Why = ""
	if checkKeysOfReply(sec, kic, kid, k) != nil {
		return unchecked(a, reply, sec)
	}
	var got scp80.Response
	err = k.use(func(keys scp80.Keys) (err error) {
		got, err = reply.Open(spi, kic, kid, keys)
		return err
	})
	if err != nil {
		return unopened(a, reply, err)
	}
	a.State, a.Response = Plain, &got
	if sec.PoRCheck == scp80.CC {
		a.State = provenBy(reply.CheckSize)
	}
	a.Result, a.Expanded = resultOf(got.Data)
	return a
}

// wholeCheck is the length of a cryptographic checksum that proves a key.
const wholeCheck = 8

// provenBy is the state of a packet whose checksum with a key is right.
func provenBy(size int) State {
	if size < wholeCheck {
		return Likely
	}
	return Proven
}

// ByKey reports whether a checksum with a key was right, whatever its length.
func (s State) ByKey() bool { return s == Proven || s == Likely }

// unchecked reads without keys what the command left in the clear.
func unchecked(a Answer, reply scp80.Reply, sec scp80.Security) Answer {
	a.State = NoKeys
	if got, ok := reply.Peek(); ok && !sec.PoRCiphered {
		a.State, a.Response = Unchecked, &got
		a.Result, a.Expanded = resultOf(got.Data)
	}
	return a
}

func checkKeysOfReply(sec scp80.Security, kic, kid byte, k Keys) error {
	if sec.PoRCiphered {
		if err := CheckKey("KIc", scp80.Cipher(kic), k.KIc.Len()); err != nil {
			return err
		}
	}
	if sec.PoRCheck == scp80.CC {
		return CheckKey("KID", scp80.Checksum(scp80.CC, kid), k.KID.Len())
	}
	return nil
}

// unopened keeps of a packet that does not open only what it would say if it
// were in the clear, and that only where it says nothing but an error.
func unopened(a Answer, reply scp80.Reply, err error) Answer {
	a.State = Unverified
	switch {
	case errors.Is(err, scp80.ErrChecksum):
		a.Why = "checksum"
	case errors.Is(err, scp80.ErrCipher):
		a.Why = "cipher"
	default:
		a.Why = "form"
	}
	if got, ok := reply.Peek(); ok && got.Status > scp80.PoROK && got.Status <= scp80.InsufficientSecurity && len(got.Data) == 0 {
		a.Claim = &got.Status
	}
	return a
}

// withHeader puts the user data header in front of a packet that stands alone.
func withHeader(b []byte) []byte {
	if looksLikeReply(b) {
		return append([]byte{2, 0x71, 0}, b...)
	}
	return b
}

// checkSizes are the lengths a check can have, 0 for none.
var checkSizes = map[int]bool{0: true, 2: true, 4: true, 8: true}

func looksLikeReply(b []byte) bool {
	return len(b) >= 2+1+10 && len(b) == 2+int(b[0])<<8+int(b[1]) && checkSizes[int(b[2])-10]
}

// resultOf reads the answer to a script in the form that it has.
func resultOf(data []byte) (*scp80.Result, bool) {
	if len(data) == 0 {
		return nil, false
	}
	if data[0] == 0xAB || data[0] == 0xAF {
		if r, err := scp80.ParseExpandedResult(data); err == nil {
			return &r, true
		}
	}
	r, err := scp80.ParseResult(data)
	if err != nil || r.Executed > MaxCommands {
		return nil, false
	}
	return &r, false
}

// Last is the data and status word of the command that was done last; ok is
// false where the answer has none.
func (a Answer) Last() (data []byte, sw card.SW, ok bool) {
	if a.Result == nil || len(a.Result.Answers) == 0 {
		return nil, 0, false
	}
	x := a.Result.Answers[len(a.Result.Answers)-1]
	return x.Data, card.SW(x.SW), true
}

// StatusID is the sentence about a status; what to do next is
// "ota.status.next." and the same.
func StatusID(s scp80.Status) string {
	if s > scp80.ResponseByUSSD {
		return "other"
	}
	return hexByte(byte(s))
}
