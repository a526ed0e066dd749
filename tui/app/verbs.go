package app

import (
	"simscope/card"
	"simscope/texts"
)

// Screens that verbs belong to; ScreenAny is for those that work everywhere.
const (
	ScreenAny      = ""
	ScreenReaders  = "readers"
	ScreenOverview = "overview"
	ScreenFiles    = "files"
	ScreenPINs     = "pins"
	ScreenLog      = "log"
	ScreenContacts = "contacts"
	ScreenLimits   = "limits"
	ScreenMessages = "messages"
	ScreenGP       = "gp"
	ScreenIdentity = "identity"
	ScreenAuth     = "auth"
	ScreenOTA      = "ota"
)

// State is what the preconditions of verbs look at.
type State struct {
	CardOpen   bool
	Kind       card.Kind
	Mode       card.WriteMode
	CardBusy   bool // a request is being worked on
	HasFile    bool // an EF is selected on the screen
	HasReaders bool
	HasPIN     bool // a PIN is selected
	PINKnown   bool // the card told whether it is on
	PINEnabled bool
	PINBlocked bool
	IsKey      bool // the selected lock is an ADM key
	HasRows    bool // the log has rows
	Recording  bool
	HasBook    bool   // a phone book is shown
	HasContact bool   // a contact is selected
	ManyBooks  bool   // the card has more than one phone book
	HasHidden  bool   // the phone book has contacts that are marked as hidden
	AnyMessage bool   // messages were read
	HasMessage bool   // a message is selected
	NewMessage bool   // and it was not read yet
	HasDeleted bool   // deleted messages can still be read
	NoEdit     string // why what is selected cannot be edited: the identifier of a reason
	Clearable  bool   // the selected file is one that phones fill and people empty
	HasHits    bool   // the search of the whole card found something
	Several    bool   // the card has more than one subscription
	Networks   bool   // the selected file lists networks
	Guarded    bool   // a PIN or key would show more of what is shown
	HasGP      bool   // the card was asked who manages it
	HasLine    bool   // a line of what it said is selected
	HasSUCI    bool   // a hidden identity of 5G was made or given
	IsHidden   bool   // and the number is hidden in it
	HasAnswer  bool   // the card's algorithm was asked
	CanResync  bool   // its answer was AUTS, and the keys open it
	HasKeys    bool   // keys of the subscriber are in use
	NoSend     string // why the secured packet cannot be sent: the identifier of a reason
}

// Verb is something a person can do. Name, sentence and reasons are texts:
// "verb.<id>" and "reason.<id>".
type Verb struct {
	ID     string
	Screen string
	Key    string // keystroke, "" when it has none
	CLI    string // command of the command line that does the same
	Args   bool   // words behind its name belong to it
	// Why returns the identifier of the reason why it cannot be done now,
	// empty when it can.
	Why func(State) string
}

// Verbs is the one table of what can be done: palette, help, hints and the
// command line are made from it.
var Verbs = []Verb{
	{ID: "help", Key: "?", Why: always},
	{ID: "palette", Key: ":", Why: always},
	{ID: "go.overview", Key: "1", CLI: "info", Why: needsCard},
	{ID: "go.files", Key: "2", CLI: "ls", Why: needsCard},
	{ID: "go.pins", Key: "3", CLI: "pin status", Why: needsCard},
	{ID: "go.log", Key: "4", Why: always},
	{ID: "go.auth", Key: "5", CLI: "auth run", Why: needsCard},
	{ID: "go.contacts", Key: "C", CLI: "contacts list", Why: needsCard},
	{ID: "go.messages", Key: "M", CLI: "messages list", Why: needsCard},
	{ID: "go.limits", Key: "X", CLI: "restrictions", Why: needsCard},
	{ID: "go.gp", Key: "K", CLI: "gp info", Why: needsCard},
	{ID: "go.identity", Key: "I", CLI: "suci", Why: needsCard},
	{ID: "go.ota", Key: "O", CLI: "ota", Why: needsCard},
	{ID: "go.readers", Key: "r", CLI: "readers", Why: always},
	{ID: "find", Key: "F", CLI: "find", Args: true, Why: needsCard},
	{ID: "compare", CLI: "compare", Why: needsSeveral},
	{ID: "find.next", Why: needsHits},
	{ID: "find.previous", Why: needsHits},
	{ID: "verify", Key: "v", CLI: "pin verify", Why: needsGuard},
	{ID: "log.size", Key: "L", Why: always},
	{ID: "arm", Key: "w", Why: canArm},
	{ID: "reset.warm", Why: needsCard},
	{ID: "reset.cold", Why: needsCard},
	{ID: "stop", Key: "esc", Why: func(s State) string {
		if !s.CardBusy {
			return "reason.idle"
		}
		return ""
	}},
	{ID: "refresh", Key: "ctrl+r", Why: needsCard},
	{ID: "theme", Args: true, Why: always},
	{ID: "redraw", Key: "ctrl+l", Why: always},
	{ID: "doctor", Key: "d", CLI: "doctor", Screen: ScreenReaders, Why: always},
	{ID: "readers.open", Key: "enter", Screen: ScreenReaders, Why: func(s State) string {
		if !s.HasReaders {
			return "reason.no_readers"
		}
		return ""
	}},
	{ID: "readers.details", Key: "i", Screen: ScreenReaders, Why: func(s State) string {
		if !s.HasReaders {
			return "reason.no_readers"
		}
		return ""
	}},
	{ID: "overview.open", Key: "enter", Screen: ScreenOverview, Why: needsCard},
	{ID: "overview.copy", Key: "y", Screen: ScreenOverview, Why: needsCard},
	{ID: "overview.subscriber", Key: "u", Screen: ScreenOverview, Why: needsSeveral},
	{ID: "overview.chip", Key: "i", CLI: "info", Screen: ScreenOverview, Why: needsCard},
	{ID: "files.open", Key: "enter", CLI: "read", Screen: ScreenFiles, Why: needsCard},
	{ID: "files.bytes", Key: "b", Screen: ScreenFiles, Why: needsFile},
	{ID: "files.all", Key: "a", Screen: ScreenFiles, Why: needsCard},
	{ID: "files.read-all", Key: "A", CLI: "dump", Screen: ScreenFiles, Why: needsCard},
	{ID: "files.scan", Key: "s", CLI: "scan", Screen: ScreenFiles, Why: needsCard},
	{ID: "files.find", Key: "/", Screen: ScreenFiles, Why: needsCard},
	{ID: "files.copy", Key: "y", Screen: ScreenFiles, Why: needsFile},
	{ID: "files.copy-path", Key: "Y", Screen: ScreenFiles, Why: needsFile},
	{ID: "files.export", Key: "x", Screen: ScreenFiles, Why: needsFile},
	{ID: "files.edit", Key: "e", CLI: "edit", Screen: ScreenFiles, Why: canEdit},
	{ID: "files.add", Key: "+", CLI: "networks add", Screen: ScreenFiles, Why: canList},
	{ID: "files.remove", Key: "-", CLI: "networks remove", Screen: ScreenFiles, Why: canList},
	{ID: "files.up", Key: "<", CLI: "networks move", Screen: ScreenFiles, Why: canList},
	{ID: "files.down", Key: ">", CLI: "networks move", Screen: ScreenFiles, Why: canList},
	{ID: "files.clear", CLI: "clear", Screen: ScreenFiles, Why: canClear},
	{ID: "files.reveal", Screen: ScreenFiles, Why: needsFile},
	{ID: "limits.open", Key: "enter", Screen: ScreenLimits, Why: needsFile},
	{ID: "identity.prove", Key: "p", CLI: "suci", Screen: ScreenIdentity, Why: needsHidden},
	{ID: "identity.copy", Key: "y", Screen: ScreenIdentity, Why: needsSUCI},
	{ID: "identity.open", Key: "enter", Screen: ScreenIdentity, Why: needsFile},
	{ID: "pins.verify", Key: "enter", CLI: "pin verify", Screen: ScreenPINs, Why: canVerify},
	{ID: "pins.change", Key: "c", CLI: "pin change", Screen: ScreenPINs, Why: canChange},
	{ID: "pins.toggle", Key: "t", CLI: "pin enable", Screen: ScreenPINs, Why: canToggle},
	{ID: "pins.unblock", Key: "u", CLI: "pin unblock", Screen: ScreenPINs, Why: canUnblock},
	{ID: "pins.propose", Key: "p", Screen: ScreenPINs, Why: needsCard},
	{ID: "pins.ask", Key: "a", Screen: ScreenPINs, Why: needsPINRow},
	{ID: "log.open", Key: "enter", Screen: ScreenLog, Why: needsRows},
	{ID: "log.find", Key: "/", Screen: ScreenLog, Why: always},
	{ID: "log.follow", Key: "f", Screen: ScreenLog, Why: always},
	{ID: "log.mark", Key: "space", Screen: ScreenLog, Why: needsRows},
	{ID: "log.next-mark", Key: "n", Screen: ScreenLog, Why: needsRows},
	{ID: "log.prev-mark", Key: "N", Screen: ScreenLog, Why: needsRows},
	{ID: "log.goto", Key: "o", Screen: ScreenLog, Why: needsRows},
	{ID: "log.copy", Key: "y", Screen: ScreenLog, Why: needsRows},
	{ID: "log.export", Key: "x", Screen: ScreenLog, Why: needsRows},
	{ID: "log.record", Key: "R", Screen: ScreenLog, Why: always},
	{ID: "log.send", Key: "S", CLI: "apdu", Screen: ScreenLog, Why: needsCard},
	{ID: "contacts.open", Key: "enter", CLI: "contacts show", Screen: ScreenContacts, Why: needsContact},
	{ID: "contacts.new", Key: "n", CLI: "contacts add", Screen: ScreenContacts, Why: changes(needsBook)},
	{ID: "contacts.edit", Key: "e", CLI: "contacts edit", Screen: ScreenContacts, Why: changes(needsContact)},
	{ID: "contacts.delete", Key: "d", CLI: "contacts delete", Screen: ScreenContacts, Why: changes(needsContact)},
	{ID: "contacts.find", Key: "/", Screen: ScreenContacts, Why: needsBook},
	{ID: "contacts.export", Key: "x", CLI: "contacts export", Screen: ScreenContacts, Why: needsBook},
	{ID: "contacts.import", Key: "i", CLI: "contacts import", Screen: ScreenContacts, Why: changes(needsBook)},
	{ID: "contacts.raw", Key: "o", Screen: ScreenContacts, Why: needsContact},
	{ID: "contacts.book", Key: "b", Screen: ScreenContacts, Why: otherBook},
	{ID: "contacts.hidden", Key: "H", Screen: ScreenContacts, Why: hasHidden},
	{ID: "messages.open", Key: "enter", CLI: "messages show", Screen: ScreenMessages, Why: needsMessage},
	{ID: "messages.box", Key: "b", Screen: ScreenMessages, Why: needsMessages},
	{ID: "messages.find", Key: "/", Screen: ScreenMessages, Why: needsMessages},
	{ID: "messages.delete", Key: "d", CLI: "messages delete", Screen: ScreenMessages, Why: changes(needsMessage)},
	{ID: "messages.wipe", Key: "W", CLI: "messages wipe", Screen: ScreenMessages, Why: changes(needsDeleted)},
	{ID: "messages.read", Key: "m", CLI: "messages mark-read", Screen: ScreenMessages, Why: changes(canMarkRead)},
	{ID: "messages.export", Key: "x", CLI: "messages export", Screen: ScreenMessages, Why: needsMessages},
	{ID: "messages.copy", Key: "y", Screen: ScreenMessages, Why: needsMessage},
	{ID: "messages.raw", Key: "o", Screen: ScreenMessages, Why: needsMessage},
	{ID: "gp.read", Key: "enter", CLI: "gp info", Screen: ScreenGP, Why: needsCard},
	{ID: "gp.list", Key: "o", CLI: "gp list", Screen: ScreenGP, Why: canOpenChannel},
	{ID: "gp.next", Key: "n", Screen: ScreenGP, Why: needsGP},
	{ID: "gp.ask", Key: "a", CLI: "gp rules", Screen: ScreenGP, Why: needsGP},
	{ID: "gp.copy", Key: "y", Screen: ScreenGP, Why: needsLine},
	{ID: "auth.run", Key: "enter", CLI: "auth run", Screen: ScreenAuth, Why: changes(needsCard)},
	{ID: "auth.resync", Key: "f", CLI: "auth resync", Screen: ScreenAuth, Why: changes(canResync)},
	{ID: "auth.gsm", Key: "g", CLI: "auth gsm", Screen: ScreenAuth, Why: changes(needsCard)},
	{ID: "auth.naf", Key: "n", CLI: "auth run", Screen: ScreenAuth, Why: changes(needsCard)},
	{ID: "auth.eap", Key: "e", CLI: "auth run", Screen: ScreenAuth, Why: changes(needsCard)},
	{ID: "auth.probe", Key: "p", CLI: "auth probe", Screen: ScreenAuth, Why: changes(needsCard)},
	{ID: "auth.reveal", Key: "v", Screen: ScreenAuth, Why: needsAnswer},
	{ID: "auth.forget", Screen: ScreenAuth, Why: needsKeys},
	{ID: "ota.send", Key: "S", CLI: "ota send", Screen: ScreenOTA, Why: canSend},
	{ID: "ota.edit", Key: "enter", Screen: ScreenOTA, Why: needsCard},
	{ID: "ota.keys", Key: "p", Screen: ScreenOTA, Why: needsCard},
	{ID: "ota.file", Key: "f", Screen: ScreenOTA, Why: needsCard},
	{ID: "ota.ask", Key: "a", Screen: ScreenOTA, Why: needsCard},
	{ID: "ota.script", Key: "e", CLI: "ota build", Screen: ScreenOTA, Why: needsCard},
	{ID: "ota.decode", Key: "d", CLI: "ota decode", Screen: ScreenOTA, Why: needsCard},
	{ID: "ota.new", Screen: ScreenOTA, Why: needsCard},
	{ID: "quit", Key: "q", Why: always},
}

// FindVerb looks a verb up by its identifier.
func FindVerb(id string) (Verb, bool) {
	for _, v := range Verbs {
		if v.ID == id {
			return v, true
		}
	}
	return Verb{}, false
}

// VerbFor finds the verb of a keystroke on a screen; the screen's own verbs
// come before those that work everywhere.
func VerbFor(screen, key string) (Verb, bool) {
	for _, on := range []string{screen, ScreenAny} {
		for _, v := range Verbs {
			if v.Screen == on && v.Key == key && key != "" {
				return v, true
			}
		}
	}
	return Verb{}, false
}

// Group is the heading of the verb in help.
func (v Verb) Group() string {
	if v.Screen == ScreenAny {
		return texts.Say("group.any")
	}
	return texts.Say("group." + v.Screen)
}

// Title is the verb in a few words.
func (v Verb) Title() string { return texts.Say("verb." + v.ID) }

// Hint is the verb in one word, for the last line of the screen.
func (v Verb) Hint() string {
	if s := texts.Maybe("verb." + v.ID + ".hint"); s != "" {
		return s
	}
	return v.Title()
}

// Reason is why the verb cannot be done now, in words; empty when it can.
func (v Verb) Reason(s State) string {
	id := v.Why(s)
	if id == "" {
		return ""
	}
	return texts.Say(id)
}
