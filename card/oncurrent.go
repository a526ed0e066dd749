package card

// OnCurrent is the file or directory that a command would act on because it is
// current, as this session knows it; ok is false for a command that names its
// file, or that acts on none. Another program may have selected another file
// since the last step.
func (x *Tx) OnCurrent(c Command) (p Path, ok bool) {
	if selects(c) {
		return Path{}, false
	}
	switch c.INS {
	case InsReadBinary, InsUpdateBinary, InsReadRecord, InsUpdateRecord, InsSearchRecord, InsIncrease,
		InsRetrieveData, InsSetData, InsDeactivate, InsActivate,
		InsReadBinary | 1, InsUpdateBinary | 1:
		return x.target(c)
	}
	return Path{}, false
}

// Selects reports whether a command names the file that becomes current.
func Selects(c Command) bool { return selects(c) }
