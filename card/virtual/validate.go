package virtual

import (
	"simscope/card"
)

// pinBytes is the length of every PIN, PUK and administrative key.
const pinBytes = 8

const (
	maxInfo = 0x60 // bytes of tag A5
	maxPINs = 8    // in a PIN status template
)

// Validate checks that the image describes a card that can exist. Errors wrap
// ErrImage.
func (img *Image) Validate() error {
	if img == nil || img.MF == nil && img.Mode != ModeOther {
		return imageError("there is no MF")
	}
	if img.Mode != ModeUICC && img.Mode != ModeGSM && img.Mode != ModeOther {
		return imageError("the mode is none of %q, %q and %q", ModeUICC, ModeGSM, ModeOther)
	}
	if len(img.ATR) < 2 || len(img.ATR) > 33 {
		return imageError("the ATR has %d bytes, 2 to 33 are possible", len(img.ATR))
	}
	v := validator{img: img}
	if err := v.globalPlatform(); err != nil {
		return err
	}
	if img.Mode == ModeOther {
		if err := v.names(); err != nil {
			return err
		}
		return v.other()
	}
	if card.FID(img.MF.FID) != card.FIDMF || img.MF.Kind != KindDF {
		return imageError("the MF is not the directory 3F00")
	}
	if len(img.Objects) > 0 {
		return imageError("data objects of the card belong to the mode %q", ModeOther)
	}
	if err := v.file(img.MF, "3F00", 0); err != nil {
		return err
	}
	if err := v.apps(); err != nil {
		return err
	}
	if err := v.pins(); err != nil {
		return err
	}
	return v.subscribers()
}

// refuses reports whether b is a status word that says no: an error of
// ISO/IEC 7816-4 or of class A0, none that asks for another length or tells
// tries.
func refuses(b []byte) bool {
	if len(b) != 2 {
		return false
	}
	switch b[0] {
	case 0x64, 0x65, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6F, 0x94, 0x98:
		return true
	}
	return false
}

type validator struct {
	img   *Image
	files int
}

// names checks the identifiers of the applications.
func (v *validator) names() error {
	seen := map[AID]bool{}
	for _, a := range v.img.Apps {
		if len(a.AID) < 5 || len(a.AID) > 16 || seen[a.AID] {
			return imageError("an application's AID is doubled or not 5 to 16 bytes long")
		}
		seen[a.AID] = true
		if len(a.SUCI) > maxFileBytes || len(a.SUCI) > 0 && v.img.Mode != ModeUICC {
			return imageError("application %s: the field \"suci\" has more than %d bytes, or the mode is not %q", card.AID(a.AID), maxFileBytes, ModeUICC)
		}
	}
	return nil
}

func (v *validator) apps() error {
	if err := v.names(); err != nil {
		return err
	}
	for _, a := range v.img.Apps {
		if a.ADF == nil || a.ADF.Kind != KindDF || len(a.FCI) > 0 || len(a.Objects) > 0 {
			return imageError("application %s has no directory, or what only the mode %q has", card.AID(a.AID), ModeOther)
		}
		if err := v.file(a.ADF, card.AID(a.AID).String(), 0); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) file(f *File, at string, depth int) error {
	if f == nil {
		return imageError("%s holds an empty entry", at)
	}
	if v.files++; v.files > MaxFiles {
		return imageError("it has more than %d files", MaxFiles)
	}
	if depth > MaxDepth {
		return imageError("%s lies more than %d directories deep", at, MaxDepth)
	}
	if f.SFI < 0 || f.SFI > 30 {
		return imageError("%s: the SFI %d is not 1 to 30", at, f.SFI)
	}
	if _, ok := stateCodes[f.State]; !ok {
		return imageError("%s: unknown state", at)
	}
	if len(f.GSM) != 0 && len(f.GSM) != 3 {
		return imageError("%s: the class A0 access is not 3 bytes", at)
	}
	if len(f.Refuse) != 0 && (!refuses(f.Refuse) || f.Kind == KindDF || f.Readable) {
		return imageError("%s: \"refuse\" is not the status word of a refusal, or does not belong here", at)
	}
	if len(f.Info) > maxInfo {
		return imageError("%s: the content of tag A5 is longer than %d bytes", at, maxInfo)
	}
	if err := f.Access.validate(at); err != nil {
		return err
	}
	if f.Kind == KindDF {
		return v.directory(f, at, depth)
	}
	return f.validateContent(at)
}

func (v *validator) directory(f *File, at string, depth int) error {
	if f.Link != "" || len(f.Data) > 0 || len(f.Records) > 0 || f.Size != 0 || f.RecordLength != 0 {
		return imageError("%s: a directory has no content of its own", at)
	}
	if len(f.PINs) > maxPINs {
		return imageError("%s: a PIN status template names at most %d PINs", at, maxPINs)
	}
	seen, sfi := map[FID]bool{}, map[int]bool{}
	for _, c := range f.Children {
		if c == nil {
			return imageError("%s holds an empty entry", at)
		}
		name := at + "/" + card.FID(c.FID).String()
		if fid := card.FID(c.FID); seen[c.FID] || fid == card.FIDMF || fid == card.FIDADF {
			return imageError("%s: the identifier is doubled or reserved", name)
		}
		seen[c.FID] = true
		if c.SFI != 0 && sfi[c.SFI] {
			return imageError("%s: the SFI %d is doubled", name, c.SFI)
		}
		sfi[c.SFI] = true
		if err := v.file(c, name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) validateContent(at string) error {
	if len(f.Children) > 0 || len(f.PINs) > 0 {
		return imageError("%s: only a directory has files and PINs", at)
	}
	if f.Link != "" {
		var p card.Path
		if err := p.UnmarshalText([]byte(f.Link)); err != nil || len(f.Data) > 0 || len(f.Records) > 0 {
			return imageError("%s: the link is no path, or there is content beside it", at)
		}
		return nil
	}
	switch {
	case f.Kind.hasRecords():
		return f.validateRecords(at)
	case f.Kind == KindTransparent || f.Kind == KindBERTLV:
		if f.Size < 0 || f.Size > maxFileBytes || len(f.Data) > maxFileBytes || f.Size != 0 && len(f.Data) > f.Size {
			return imageError("%s: the bytes do not fit the size", at)
		}
		if len(f.Records) > 0 || f.RecordLength != 0 || f.RecordCount != 0 {
			return imageError("%s: this kind of file has no records", at)
		}
		if f.Kind == KindBERTLV && !checkObjects(f.Data) {
			return imageError("%s: the bytes are no row of data objects, each tag once", at)
		}
		return nil
	}
	return imageError("%s: unknown kind of file", at)
}

func (f *File) validateRecords(at string) error {
	if len(f.Data) > 0 || f.Size != 0 {
		return imageError("%s: a file of records has no bytes beside them", at)
	}
	if f.RecordLength < 1 || f.RecordLength > maxRecordLen || f.RecordCount < 0 || f.RecordCount > maxRecords ||
		len(f.Records) > maxRecords || f.RecordCount != 0 && len(f.Records) > f.RecordCount {
		return imageError("%s: records are 1 to 255 bytes long, 254 at most, and fit the count", at)
	}
	for i, r := range f.Records {
		if len(r) > f.RecordLength {
			return imageError("%s: record %d is longer than the record length", at, i+1)
		}
	}
	return nil
}

func (a Access) validate(at string) error {
	forms := 0
	for _, used := range []bool{a.ARR != 0 || len(a.Rules) > 0, len(a.Compact) > 0, len(a.Expanded) > 0} {
		if used {
			forms++
		}
	}
	if forms > 1 {
		return imageError("%s: more than one form of access rule", at)
	}
	if len(a.Compact) > 0x7F || len(a.Expanded) > 0x7F || len(a.Rules) > 8 {
		return imageError("%s: the access rule is too long", at)
	}
	if (a.ARR != 0) != (len(a.Rules) > 0) {
		return imageError("%s: an access rule names a file and at least one record", at)
	}
	for _, r := range a.Rules {
		if r.Record < 1 || r.Record > maxRecords {
			return imageError("%s: the access rule names record %d", at, r.Record)
		}
		if r.SE == nil && len(a.Rules) > 1 || r.SE != nil && (*r.SE < 0 || *r.SE > 0xFF) {
			return imageError("%s: several access rules need a security environment each", at)
		}
	}
	return nil
}

func (v *validator) pins() error {
	type key struct {
		ref Ref
		app AID
	}
	seen := map[key]bool{}
	for _, p := range v.img.PINs {
		k := key{p.Ref, p.App}
		if p.Ref == 0 || seen[k] {
			return imageError("PIN %02X is doubled or has no reference", byte(p.Ref))
		}
		seen[k] = true
		if p.App != "" && !p.Ref.local() {
			return imageError("PIN %02X is global and belongs to no application", byte(p.Ref))
		}
		if p.Unknown && p.Enabled {
			return imageError("PIN %02X is both on and unknown", byte(p.Ref))
		}
		if p.Value.Len() != pinBytes || p.Unblock.Len() != 0 && p.Unblock.Len() != pinBytes {
			return imageError("PIN %02X: values are 8 bytes", byte(p.Ref))
		}
		if p.Max < 1 || p.Max > 15 || p.Tries < 0 || p.Tries > p.Max {
			return imageError("PIN %02X: tries do not fit their maximum of 1 to 15", byte(p.Ref))
		}
		if p.Unblock.Len() != 0 && (p.UnblockMax < 1 || p.UnblockMax > 15) ||
			p.UnblockTries < 0 || p.UnblockTries > p.UnblockMax {
			return imageError("PUK of %02X: tries do not fit their maximum of 1 to 15", byte(p.Ref))
		}
	}
	return nil
}

func (v *validator) subscribers() error {
	for i := range v.img.Subscribers {
		if err := v.img.Subscribers[i].validate(); err != nil {
			return imageError("subscriber %d: %s", i+1, err)
		}
	}
	return nil
}
