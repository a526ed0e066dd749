package app

import (
	"context"

	"simscope/card"
	"simscope/card/ota"
	"simscope/fs"
	"simscope/texts"
)

// SendOTA hands a secured packet to this card, once; it is tied to the card by
// its ICCID. guided says that the person has confirmed this one packet, so
// that the session need not be armed for writing.
func (c *Card) SendOTA(ctx context.Context, b *ota.Built, guided bool) (ota.Outcome, error) {
	allow := card.RiskNone
	if guided {
		allow = card.RiskChange
	}
	return ota.Send(ctx, c.Session, b, c.iccidBytes(), allow)
}

// OTARead is the script that reads a file of this card over the air. How many
// bytes it asks for, 0 for all, comes from the card's own word on the file
// where length is 0.
func (c *Card) OTARead(ctx context.Context, p card.Path, record, length byte) (ota.Script, error) {
	if card.SecretFile(p) {
		return nil, &ota.InputError{Field: "script", ID: "script_keys"}
	}
	n, err := c.Files.Look(ctx, p)
	if err != nil {
		return nil, err
	}
	if n.Dir {
		return nil, fs.ErrNotAFile
	}
	records := n.Structure().HasRecords()
	if records && record == 0 {
		record = 1
	}
	if length == 0 && n.FCP != nil {
		size := n.FCP.Size
		if records {
			size = n.FCP.RecordLen
		}
		length = byte(min(max(size, 0), card.MaxShortLc))
	}
	s := ota.ReadFile(rootOf(p), p.FIDs(), record, length)
	if c.Session.Kind() == card.KindGSM {
		s = s.GSM()
	}
	return s, nil
}

// OTAReadEntry is the same for a file of the catalogue, without a card.
func OTAReadEntry(e fs.Entry, p card.Path, record, length byte) (ota.Script, error) {
	if card.SecretFile(p) {
		return nil, &ota.InputError{Field: "script", ID: "script_keys"}
	}
	if record == 0 && e.Structure.HasRecords() {
		record = 1
	}
	return ota.ReadFile(rootOf(p), p.FIDs(), record, length), nil
}

func rootOf(p card.Path) card.FID {
	if p.App != "" {
		return card.FIDADF
	}
	return card.FIDMF
}

// otaProblem puts an error of the workbench into words.
func otaProblem(e *ota.InputError, tried string) Problem {
	p := words("ota_input", tried, "what", e.Error())
	if e.ID == "script_keys" || e.ID == "apdu_secret" {
		p.Next = texts.Say("problem.ota_secret.next")
	}
	return p
}

// OTATarget is the target that reaches a file.
func OTATarget(p card.Path) [3]byte {
	name := "rfm-usim"
	switch {
	case p.App == "":
		name = "rfm-uicc"
	case fs.KindOf(p.App) == fs.AppISIM:
		name = "rfm-isim"
	}
	t, _ := ota.ParseTAR(name)
	return t
}
