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

func needsSeveral(s State) string {
	if r := needsCard(s); r != "" {
		return r
	}
	if !s.Several {
		return "reason.one_subscription"
	}
	return ""
}

func needsHits(s State) string {
	if r := needsCard(s); r != "" {
		return r
	}
	if !s.HasHits {
		return "reason.no_hits"
	}
	return ""
}

func needsGuard(s State) string {
	if r := needsCard(s); r != "" {
		return r
	}
	if !s.Guarded {
		return "reason.not_guarded"
	}
	return ""
}

func needsFile(s State) string {
	if r := needsCard(s); r != "" {
		return r
	}
	if !s.HasFile {
		return "reason.no_file"
	}
	return ""
}

func needsPINRow(s State) string {
	if r := needsCard(s); r != "" {
		return r
	}
	if !s.HasPIN {
		return "reason.no_pin"
	}
	return ""
}

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

func needsGP(s State) string {
	switch r := needsCard(s); {
	case r != "":
		return r
	case !s.HasGP:
		return "reason.gp_unread"
	}
	return ""
}

func canOpenChannel(s State) string {
	if s.Mode == card.ReadOnlyLocked {
		return "reason.locked"
	}
	return needsGP(s)
}

func needsLine(s State) string {
	switch r := needsGP(s); {
	case r != "":
		return r
	case !s.HasLine:
		return "reason.no_line"
	}
	return ""
}

func needsRows(s State) string {
	if !s.HasRows {
		return "reason.no_rows"
	}
	return ""
}

func needsBook(s State) string {
	switch r := needsCard(s); {
	case r != "":
		return r
	case !s.HasBook:
		return "reason.no_book"
	}
	return ""
}

func needsContact(s State) string {
	switch r := needsBook(s); {
	case r != "":
		return r
	case !s.HasContact:
		return "reason.no_contact"
	}
	return ""
}

func needsMessages(s State) string {
	switch r := needsCard(s); {
	case r != "":
		return r
	case !s.AnyMessage:
		return "reason.no_messages"
	}
	return ""
}

func needsMessage(s State) string {
	switch r := needsMessages(s); {
	case r != "":
		return r
	case !s.HasMessage:
		return "reason.no_message"
	}
	return ""
}

func canMarkRead(s State) string {
	switch r := needsMessage(s); {
	case r != "":
		return r
	case !s.NewMessage:
		return "reason.not_new"
	}
	return ""
}

func needsDeleted(s State) string {
	switch r := needsMessages(s); {
	case r != "":
		return r
	case !s.HasDeleted:
		return "reason.no_deleted"
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

func otherBook(s State) string {
	switch r := needsBook(s); {
	case r != "":
		return r
	case !s.ManyBooks:
		return "reason.one_book"
	}
	return ""
}

func hasHidden(s State) string {
	switch r := needsBook(s); {
	case r != "":
		return r
	case !s.HasHidden:
		return "reason.no_hidden"
	}
	return ""
}

func needsSUCI(s State) string {
	switch r := needsCard(s); {
	case r != "":
		return r
	case !s.HasSUCI:
		return "reason.no_suci"
	}
	return ""
}

func needsHidden(s State) string {
	switch r := needsSUCI(s); {
	case r != "":
		return r
	case !s.IsHidden:
		return "reason.not_hidden"
	}
	return ""
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

func canResync(s State) string {
	switch r := needsCard(s); {
	case r != "":
		return r
	case !s.CanResync:
		return "reason.no_auts"
	}
	return ""
}

func needsAnswer(s State) string {
	switch r := needsCard(s); {
	case r != "":
		return r
	case !s.HasAnswer:
		return "reason.no_answer"
	}
	return ""
}

func needsKeys(s State) string {
	switch r := needsCard(s); {
	case r != "":
		return r
	case !s.HasKeys:
		return "reason.no_keys"
	}
	return ""
}

func canList(s State) string {
	switch r := canEdit(s); {
	case r != "":
		return r
	case !s.Networks:
		return "reason.not_networks"
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
