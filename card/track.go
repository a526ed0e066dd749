package card

// This file keeps account of what is selected, so that no path is walked
// twice, every exchange says which file it touches, and key files are known
// however they were reached.

// on is the selection of a command's channel. What an unused channel has
// current is not known: a key file may be, taken over from another channel.
func (s *Session) on(c Command) *selection {
	ch := ClassOf(c.CLA).Channel
	sel := s.channels[ch]
	if sel == nil {
		sel = &selection{secretEF: true}
		s.channels[ch] = sel
	}
	return sel
}

// target is the file a command touches: what SELECT names, the file an SFI
// read reaches (its directory then), else the current EF or directory.
func (x *Tx) target(c Command) (Path, bool) {
	sel := x.s.on(c)
	if selects(c) {
		if x.want != nil {
			return *x.want, true
		}
		return sel.aim(c)
	}
	if !sel.known {
		return Path{}, false
	}
	if f, ok := oddFID(c); ok {
		return sel.aimFID(f)
	}
	if _, ok := sfiOf(c); ok || !sel.hasEF {
		return sel.dir, true
	}
	return sel.ef, true
}

// selects reports whether a command names its file in its data. DEACTIVATE
// and ACTIVATE FILE do, in the way of SELECT, and make it current (ETSI
// TS 102 221 clauses 11.1.14 and 11.1.15).
func selects(c Command) bool {
	switch c.INS {
	case InsSelect:
		return true
	case InsDeactivate, InsActivate:
		return len(c.Data) > 0
	}
	return false
}

// sfiOf is the short file identifier in a command's parameters.
func sfiOf(c Command) (byte, bool) {
	k := ClassOf(c.CLA)
	if k.GSM {
		return 0, false
	}
	switch c.INS {
	case InsReadBinary, InsUpdateBinary, InsIncrease, 0x0E, 0xD0:
		return c.P1 & 0x1F, c.P1&0xE0 == 0x80 && c.P1&0x1F != 0
	case InsReadRecord, InsUpdateRecord, InsSearchRecord, 0x0C, 0xB3, 0xD2, 0xDD:
		return c.P2 >> 3, c.P2>>3 != 0
	case 0xE2: // APPEND RECORD; STORE DATA in a proprietary class
		return c.P2 >> 3, c.P2>>3 != 0 && !k.Proprietary
	case 0xB1, 0xD7:
		return c.P2, c.P1 == 0 && c.P2 != 0 && c.P2 < 0x1F
	case InsRetrieveData, InsSetData:
		return c.P2 & 0x1F, c.P2&0x1F != 0
	}
	return 0, false
}

// oddFID is the file identifier that READ and UPDATE BINARY with an odd
// instruction take in P1 and P2.
func oddFID(c Command) (FID, bool) {
	if c.INS != 0xB1 && c.INS != 0xD7 {
		return 0, false
	}
	f := FID(c.P1)<<8 | FID(c.P2)
	return f, f > 0x1F
}

// secretTarget reports whether a command reads or writes a file of keys. A
// file whose path is not known counts by its FID alone.
func (x *Tx) secretTarget(c Command, file Path, hasFile bool) bool {
	sel := x.s.on(c)
	if f, ok := oddFID(c); ok {
		return maybeSecret(f)
	}
	if sfi, ok := sfiOf(c); ok && (x.secretSFI(sel, sfi) || surelySFI(c)) {
		return x.secretSFI(sel, sfi)
	}
	if sel.secretEF {
		return true
	}
	if !hasFile {
		return maybeSecret(sel.last)
	}
	return SecretFile(file)
}

// secretSFI reports whether a short file identifier reaches a key file from
// the current directory.
func (x *Tx) secretSFI(sel *selection, sfi byte) bool {
	return !sel.known || secretBySFI(sel.dir, sfi) || x.s.secretSFIs[sel.dir]&(1<<sfi) != 0
}

// surelySFI is false for INS CB and DB outside the proprietary class, where
// other cards have a data object's identifier in P1 and P2.
func surelySFI(c Command) bool {
	return ClassOf(c.CLA).Proprietary || c.INS != InsRetrieveData && c.INS != InsSetData
}

// aim is the path a SELECT names, as far as it tells.
func (sel *selection) aim(c Command) (Path, bool) {
	fids := fidsIn(c.Data)
	switch c.P1 {
	case 0x00:
		if len(fids) != 1 {
			return Path{}, len(c.Data) == 0
		}
		return sel.aimFID(fids[0])
	case 0x04:
		if len(c.Data) == 0 || len(c.Data) > 16 {
			return Path{}, false
		}
		return Path{App: AID(c.Data)}, true
	case 0x08:
		if len(fids) == 0 {
			return Path{}, false
		}
		if fids[0] == FIDADF {
			return PathOf(sel.app, fids...), sel.app != ""
		}
		return PathOf("", fids...), true
	case 0x09:
		p := sel.dir
		for _, f := range fids {
			p = p.Child(f)
		}
		return p, sel.known && len(fids) > 0
	case 0x03:
		return sel.dir.Parent(), sel.known
	}
	return Path{}, false
}

// aimFID is where an identifier leads from the current directory (ETSI
// TS 102 221 clause 8.4.2): itself, its parent, a DF beside it or a file
// below. Identifiers 7FXX stand below the MF and 5FXX below those or an ADF
// (TS 51.011 clause 6.2), so that one of the current directory's own kind
// lies beside it.
func (sel *selection) aimFID(f FID) (Path, bool) {
	switch {
	case f == FIDMF:
		return Path{}, true
	case f == FIDADF:
		return Path{App: sel.app}, sel.app != ""
	case !sel.known:
		return Path{}, false
	case f == sel.dir.Last():
		return sel.dir, true
	case !sel.dir.IsRoot() && f == sel.dir.Parent().Last():
		return sel.dir.Parent(), true
	case !sel.dir.IsRoot() && f>>8 == sel.dir.Last()>>8 && (f>>8 == 0x7F || f>>8 == 0x5F):
		return sel.dir.Parent().Child(f), true
	}
	return sel.dir.Child(f), true
}

func fidsIn(b []byte) []FID {
	var out []FID
	for i := 0; i+1 < len(b); i += 2 {
		out = append(out, FID(b[i])<<8|FID(b[i+1]))
	}
	return out
}

// track follows a command. err says that its answer did not come: the card
// may have done it or not.
func (x *Tx) track(c Command, r Response, err error) {
	sel := x.s.on(c)
	x.trackPIN(c, r, err)
	if c.INS == InsExternalAuth && (r.OK() || err != nil) {
		// What was proved opens the card to whoever comes next: it is reset
		// before it is left.
		x.s.setUnsure()
	}
	switch sfi, ok := sfiOf(c); {
	case err != nil && (selects(c) || ok || moves(c)):
		sel.forget()
	case selects(c) && r.OK():
		p, ok := x.target(c)
		x.trackSelect(sel, c, p, ok, r.Data)
	case c.INS == InsManageChannel && r.OK():
		delete(x.s.channels, int(c.P2)) // closed, or opened anew
		if c.P2 == 0 && len(r.Data) == 1 {
			delete(x.s.channels, int(r.Data[0]))
		}
	case moves(c) && r.OK():
		sel.forget()
	case ok:
		x.trackSFI(sel, c, sfi, r)
	}
}

// trackSFI follows a command that named an EF by its SFI, which makes it
// current. The FID is not known here; whether it holds keys must not be
// forgotten with it. A refusal may have left either file current.
func (x *Tx) trackSFI(sel *selection, c Command, sfi byte, r Response) {
	secret := x.secretSFI(sel, sfi)
	if r.OK() && surelySFI(c) {
		sel.hasEF, sel.secretEF = false, secret
		return
	}
	sel.secretEF = sel.secretEF || secret
}

// moves reports whether a command makes or removes files and so may make
// another one current: CREATE, DELETE, TERMINATE DF and EF, RESIZE FILE.
func moves(c Command) bool {
	k := ClassOf(c.CLA)
	switch c.INS {
	case 0xE0, 0xE4, 0xE6, 0xE8:
		return !k.Proprietary || k.GSM
	case 0xD4:
		return true
	}
	return false
}

// forget drops what was current: what is read now may be a key file.
func (sel *selection) forget() { *sel = selection{last: sel.last, secretEF: true} }

// trackPIN keeps account of what was verified, whoever sent the command. A
// refusal takes it back (ETSI TS 102 221 clause 11.1.9).
func (x *Tx) trackPIN(c Command, r Response, err error) {
	ref, ok := referenceOf(c)
	if !ok || err != nil || len(c.Data) == 0 {
		return
	}
	pin := ref.in(x.s.on(c).app)
	if r.OK() {
		x.s.setVerified(pin, true)
	} else if wrongSecret(r.SW) {
		x.s.setVerified(pin, false)
	}
}

// referenceOf is the PIN that a PIN command is about.
func referenceOf(c Command) (PINRef, bool) {
	switch c.INS {
	case InsVerify, InsChangePIN, InsDisablePIN, InsEnablePIN, InsUnblockPIN:
	default:
		return 0, false
	}
	switch {
	case !ClassOf(c.CLA).GSM:
		return PINRef(c.P2), true
	case c.P2 == 0x02:
		return RefPIN2, true
	case c.P2 <= 0x01:
		return RefPIN1, true
	}
	return PINRef(c.P2), true
}

// wrongSecret reports whether a status word says that a secret was compared
// in vain, or can be no more.
func wrongSecret(sw SW) bool {
	_, counted := sw.Counter()
	return counted || sw == SWVerifyFailed || sw == SWBlocked || sw == SWGSMAccess || sw == SWGSMBlocked
}

func (x *Tx) trackSelect(sel *selection, c Command, p Path, ok bool, info []byte) {
	if fids := fidsIn(c.Data); len(fids) > 0 && c.P1 != 0x04 {
		sel.last = fids[len(fids)-1]
	}
	// SELECT by AID may also end the application's session (P2 bits 7 and 6).
	ended := c.P1 == 0x04 && c.P2&0x60 == 0x40
	if !ok || ended {
		app := sel.app
		if c.P1 == 0x04 {
			app = ""
		}
		*sel = selection{last: sel.last, app: app, secretEF: ended}
		return
	}
	sel.known, sel.secretEF = true, false
	switch {
	case p.App != "" && p.IsRoot() && c.P1 == 0x04:
		if full, ok := dfName(info); ok && full.HasPrefix(p.App) {
			p.App = full
		}
		if sel.app != "" && sel.app != p.App {
			x.s.leave(sel.app)
		}
		sel.app = p.App
		sel.dir, sel.hasEF = p, false
	case isDirectory(p, info):
		sel.dir, sel.hasEF = p, false
	default:
		sel.dir, sel.ef, sel.hasEF = p.Parent(), p, true
		x.learnSFI(p, info)
	}
}

// learnSFI keeps the SFI that a key file's FCP gives it (tag 88).
func (x *Tx) learnSFI(p Path, info []byte) {
	if n, ok := fcpItem(info, 0x88); ok && len(n) == 1 && SecretFile(p) {
		x.s.secretSFIs[p.Parent()] |= 1 << (n[0] >> 3)
	}
}

// isDirectory tells from the card's answer whether a DF was selected; where
// the card gave none, the FID's first byte does (ETSI TS 102 221 clause 8.6).
func isDirectory(p Path, info []byte) bool {
	if p.IsRoot() {
		return true
	}
	if d, ok := descriptor(info); ok {
		return d&0x3F == 0x38 // 39 is a BER-TLV EF (clause 11.1.1.4.3)
	}
	switch p.Last() >> 8 {
	case 0x7F, 0x5F, 0x3F:
		return true
	}
	return holdsKeys(p.Last())
}
