package app

import (
	"fmt"

	"simscope/card"
	"simscope/card/ota"
	"simscope/card/trace"
	"simscope/crypto/scp80"
	"simscope/fs/ef"
	"simscope/texts"
)

// OTACounter is the sentence about a packet's counter.
func OTACounter(r ota.Request) string {
	last := uint64(0)
	if r.Last != nil {
		last = *r.Last
	}
	return texts.Say("ota.counter."+string(r.Concern()), "counter", r.Counter, "last", last, "ahead", r.Ahead())
}

// OTANotes say what a packet may do and what its answer will prove.
func OTANotes(r ota.Request, messages int) []string {
	out := []string{OTACounter(r)}
	switch {
	case !r.Script.Reads():
		out = append(out, texts.Say("ota.effect.changes"))
	case r.Concern() != ota.CounterNone:
		out = append(out, texts.Say("ota.effect.reads"))
	default:
		out = append(out, texts.Say("ota.effect.reads_only"))
	}
	if !r.Expanded && r.Script.OnlyLast() {
		out = append(out, texts.Say("ota.effect.last_only"))
	}
	if r.SPI.Security().PoR == scp80.NoPoR {
		out = append(out, texts.Say("ota.effect.silent"))
	}
	if messages > 1 {
		out = append(out, texts.Say("ota.effect.messages", "n", messages))
	}
	return out
}

// OTAStatus writes a status of a response packet with its meaning.
func OTAStatus(s scp80.Status) string {
	return fmt.Sprintf("%02X, %s", byte(s), texts.Say("ota.status."+ota.StatusID(s)))
}

// OTANext is what to do after an answer, empty where there is nothing.
func OTANext(a ota.Answer) string {
	if a.Claim != nil {
		return texts.Maybe("ota.status.next." + ota.StatusID(*a.Claim))
	}
	if a.Response == nil {
		return ""
	}
	if _, sw, ok := a.Last(); ok && sw.SW1() == 0x6C {
		return texts.Say("ota.next.length", "n", sw.SW2())
	}
	return texts.Maybe("ota.status.next." + ota.StatusID(a.Response.Status))
}

// OTADone reports whether an answer says that the whole script was carried out;
// script is empty where it is not known.
func OTADone(a ota.Answer, script ota.Script) bool {
	if a.Response == nil || a.Response.Status != scp80.PoROK {
		return false
	}
	if a.Result == nil {
		return len(a.Response.Data) == 0
	}
	for _, x := range a.Result.Answers {
		if !card.SW(x.SW).OK() {
			return false
		}
	}
	return a.Result.BadFormat == nil && (len(script) == 0 || a.Result.Executed == len(script))
}

// OTAMeaning is what the i-th status word of an answer says after its command.
func OTAMeaning(a ota.Answer, script ota.Script, i int) string {
	sw, at := card.SW(a.Result.Answers[i].SW), i
	if !a.Expanded { // of the last command that was carried out
		at = a.Result.Executed - 1
	}
	if at >= 0 && at < len(script) {
		if c, err := card.ParseCommand(script[at]); err == nil {
			return trace.Meaning(c, sw).Text
		}
	}
	m, _ := sw.Meaning()
	return m.Text
}

// OTADecode reads the data of an answer as the file that the script read; ok
// is false where it is not the whole file or record.
func (c *Card) OTADecode(p card.Path, data []byte) (ef.Decoded, bool) {
	n, ok := c.Files.Tree().Get(p)
	dec, known := c.Files.Decoder(p)
	if !ok || !known || n.FCP == nil || dec.Record != n.Structure().HasRecords() {
		return ef.Decoded{}, false
	}
	size := n.FCP.Size
	if dec.Record {
		size = n.FCP.RecordLen
	}
	if len(data) != size {
		return ef.Decoded{}, false
	}
	return dec.Decode(data, c.Files.DecodeContext(p)), true
}
