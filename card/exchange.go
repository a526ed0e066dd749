package card

import (
	"context"
	"time"
)

// Risk is what a command can do to a card beyond answering.
type Risk int

// The risks, from none up. A command whose risk is not RiskNone is recorded
// before it is sent and never sent twice.
const (
	RiskNone   Risk = iota // reads, selects, asks for tries
	RiskCount              // may lower a secret counter: PIN and key checks
	RiskAuth               // moves sequence numbers: AUTHENTICATE
	RiskChange             // may change the card, or what it does is not known
)

func (r Risk) String() string {
	return [...]string{"none", "counts", "authenticates", "changes"}[r]
}

// Span marks bytes of a command or response that were withheld; the bytes
// themselves are zero.
type Span struct {
	Response bool   // in the response; else in the command
	Off, Len int    // within Command or Response
	Word     string // what was withheld: "PIN", "key", "answer"
}

// ExchangeKind tells the rows of a log apart.
type ExchangeKind int

// The kinds of exchanges.
const (
	ExchangeAPDU     ExchangeKind = iota
	ExchangeFollowUp              // GET RESPONSE, or the same command with the right Le
	ExchangeReset                 // an activation; Response holds the ATR
	ExchangeNote                  // an event: card gone, class changed; Note says which
)

// Exchange is what the session tells of each APDU. Secrets are already
// withheld: nothing in it needs masking again.
type Exchange struct {
	Seq        uint64
	Generation uint32
	Kind       ExchangeKind
	Channel    int
	Step       string // the logical step it belongs to
	File       Path   // the file it touches: current EF or DF, or the one selected
	HasFile    bool
	Start      time.Time
	Duration   time.Duration
	Command    []byte // as sent, withheld bytes zero
	Response   []byte // data without status word
	SW         SW     // 0 when no answer came
	Hidden     []Span
	Note       string // text identifier, for ExchangeNote
	Err        string // transport error's identifier when no answer came
}

// Op is a command that can count down or change the card, as told to a
// Recorder before it is sent. It holds no secret.
type Op struct {
	Time   time.Time
	Risk   Risk
	Step   string
	File   Path
	Header [4]byte // CLA INS P1 P2
	ICCID  string  // of the card, where known
}

// OpResult is how an Op ended.
type OpResult struct {
	SW   SW
	Lost bool // no answer came: whether it took effect is unknown
}

// Recorder keeps account of commands that count or change. A command is not
// sent before Intent has returned without error.
type Recorder interface {
	Intent(ctx context.Context, op Op) (id uint64, err error)
	Outcome(ctx context.Context, id uint64, r OpResult) error
}
