package app

import "simscope/card"

// The preconditions of verbs: each returns the identifier of the reason why a
// verb cannot be done now, empty when it can.

func always(State) string { return "" }

func needsCard(s State) string {
	if !s.CardOpen {
		return "reason.no_card"
	}
	return ""
}

// behind is a precondition that asks for something more than another one.
func behind(why func(State) string, has func(State) bool, reason string) func(State) string {
	return func(s State) string {
		if r := why(s); r != "" {
			return r
		}
		if !has(s) {
			return reason
		}
		return ""
	}
}

var (
	needsSeveral  = behind(needsCard, func(s State) bool { return s.Several }, "reason.one_subscription")
	needsHits     = behind(needsCard, func(s State) bool { return s.HasHits }, "reason.no_hits")
	needsGuard    = behind(needsCard, func(s State) bool { return s.Guarded }, "reason.not_guarded")
	needsFile     = behind(needsCard, func(s State) bool { return s.HasFile }, "reason.no_file")
	needsPINRow   = behind(needsCard, func(s State) bool { return s.HasPIN }, "reason.no_pin")
	needsGP       = behind(needsCard, func(s State) bool { return s.HasGP }, "reason.gp_unread")
	needsLine     = behind(needsGP, func(s State) bool { return s.HasLine }, "reason.no_line")
	needsBook     = behind(needsCard, func(s State) bool { return s.HasBook }, "reason.no_book")
	needsContact  = behind(needsBook, func(s State) bool { return s.HasContact }, "reason.no_contact")
	needsMessages = behind(needsCard, func(s State) bool { return s.AnyMessage }, "reason.no_messages")
	needsMessage  = behind(needsMessages, func(s State) bool { return s.HasMessage }, "reason.no_message")
	canMarkRead   = behind(needsMessage, func(s State) bool { return s.NewMessage }, "reason.not_new")
	needsDeleted  = behind(needsMessages, func(s State) bool { return s.HasDeleted }, "reason.no_deleted")
	otherBook     = behind(needsBook, func(s State) bool { return s.ManyBooks }, "reason.one_book")
	hasHidden     = behind(needsBook, func(s State) bool { return s.HasHidden }, "reason.no_hidden")
	needsSUCI     = behind(needsCard, func(s State) bool { return s.HasSUCI }, "reason.no_suci")
	needsHidden   = behind(needsSUCI, func(s State) bool { return s.IsHidden }, "reason.not_hidden")
	canResync     = behind(needsCard, func(s State) bool { return s.CanResync }, "reason.no_auts")
	needsAnswer   = behind(needsCard, func(s State) bool { return s.HasAnswer }, "reason.no_answer")
	needsKeys     = behind(needsCard, func(s State) bool { return s.HasKeys }, "reason.no_keys")
	canList       = behind(canEdit, func(s State) bool { return s.Networks }, "reason.not_networks")
)

func canVerify(s State) string {
	if r := needsPINRow(s); r != "" {
		return r
	}
	switch {
	case s.PINBlocked:
		return "reason.pin_blocked"
	case s.PINKnown && !s.PINEnabled:
		return "reason.pin_off"
	}
	return ""
}

func canChange(s State) string {
	switch {
	case s.Mode == card.ReadOnlyLocked:
		return "reason.locked"
	case s.IsKey:
		return "reason.is_key"
	}
	return canVerify(s)
}

func canToggle(s State) string {
	if r := needsPINRow(s); r != "" {
		return r
	}
	switch {
	case s.Mode == card.ReadOnlyLocked:
		return "reason.locked"
	case s.IsKey:
		return "reason.is_key"
	case s.PINBlocked:
		return "reason.pin_blocked"
	case !s.PINKnown:
		return "reason.pin_unknown"
	}
	return ""
}

func canUnblock(s State) string {
	if r := needsPINRow(s); r != "" {
		return r
	}
	switch {
	case s.Mode == card.ReadOnlyLocked:
		return "reason.locked"
	case s.IsKey:
		return "reason.is_key"
	}
	return ""
}

func canArm(s State) string {
	if r := needsCard(s); r != "" {
		return r
	}
	if s.Mode == card.ReadOnlyLocked {
		return "reason.locked"
	}
	return ""
}

func canOpenChannel(s State) string {
	if s.Mode == card.ReadOnlyLocked {
		return "reason.locked"
	}
	return needsGP(s)
}

func needsRows(s State) string {
	if !s.HasRows {
		return "reason.no_rows"
	}
	return ""
}

// changes is a precondition of a verb that writes, besides another one.
func changes(why func(State) string) func(State) string {
	return func(s State) string {
		if s.Mode == card.ReadOnlyLocked {
			return "reason.locked"
		}
		return why(s)
	}
}

func canEdit(s State) string {
	if r := needsFile(s); r != "" {
		return r
	}
	if s.Mode == card.ReadOnlyLocked {
		return "reason.locked"
	}
	return s.NoEdit
}

func canClear(s State) string {
	if r := needsFile(s); r != "" {
		return r
	}
	switch {
	case s.Mode == card.ReadOnlyLocked:
		return "reason.locked"
	case !s.Clearable:
		return "reason.not_clearable"
	}
	return ""
}

// canSend is the precondition of sending a secured packet, which moves the
// card's counter whatever is in it.
func canSend(s State) string {
	if r := needsCard(s); r != "" {
		return r
	}
	if s.Mode == card.ReadOnlyLocked {
		return "reason.locked"
	}
	return s.NoSend
}
