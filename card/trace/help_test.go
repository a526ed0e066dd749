package trace

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"simscope/card"
)

const usimAID = card.AID("\xA0\x00\x00\x00\x87\x10\x02\xFF\x44\xFF\x01\x89")

var (
	pathIMSI = card.PathOf(usimAID, 0x6F07)
	pathADN  = card.PathOf("", 0x7F10, 0x6F3A)
	testTime = time.Date(2026, 1, 31, 12, 3, 11, 120e6, time.UTC)
)

func testNames(p card.Path) string {
	switch p {
	case pathIMSI:
		return "ADF.USIM/EF.IMSI"
	case pathADN:
		return "DF.TELECOM/EF.ADN"
	case card.Path{App: usimAID}:
		return "ADF.USIM"
	case card.Path{}:
		return "MF"
	}
	return p.String()
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// apdu is an exchange from hex.
func apdu(t testing.TB, cmd, rsp string, sw card.SW) card.Exchange {
	return card.Exchange{Command: unhex(t, cmd), Response: unhex(t, rsp), SW: sw, Start: testTime, Duration: 11 * time.Millisecond, Generation: 1}
}

func at(e card.Exchange, p card.Path) card.Exchange {
	e.File, e.HasFile = p, true
	return e
}

const fcpADF = "62 22 82 02 78 21 84 0C A0 00 00 00 87 10 02 FF 44 FF 01 89 8A 01 05 C6 09 90 01 80 83 01 01 83 01 81 A5 00"

// session is a short walk as a session tells it, with one PIN.
func session(t testing.TB) []card.Exchange {
	verify := apdu(t, "00 20 00 01 08 31 32 33 34 FF FF FF FF", "", 0x63C2)
	verify.Hidden = []card.Span{{Off: 5, Len: 8, Word: "PIN"}}
	clear(verify.Command[5:])
	out := []card.Exchange{
		{Kind: card.ExchangeReset, Response: unhex(t, "3B9F96801FC78031A073BE21136743200718000001A5"), Start: testTime, Generation: 1},
		at(apdu(t, "00 A4 08 04 04 7F FF 6F 07", "", 0x611E), pathIMSI),
		at(apdu(t, "00 B0 00 00 09", "08 99 99 99 10 32 54 76 98", 0x9000), pathIMSI),
		apdu(t, "00 20 00 01 00", "", 0x63C3),
		verify,
		at(apdu(t, "00 B2 03 04 1E", "", 0x6982), pathADN),
		{Kind: card.ExchangeNote, Note: "note.foreign_reset", Start: testTime, Generation: 1},
		{Command: unhex(t, "80 F2 00 00 00"), Err: "mute", Start: testTime, Generation: 1, Duration: 2 * time.Second},
	}
	for i := range out {
		out[i].Seq, out[i].Step = uint64(i+1), "read card"
	}
	return out
}

func logOf(es ...card.Exchange) *Log {
	l := NewLog(LogOptions{})
	for _, e := range es {
		l.Append(e)
	}
	return l
}

func recordingOf(t testing.TB, es ...card.Exchange) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, Header{
		ATR: unhex(t, "3B00"), Protocol: card.ProtocolT0, Reader: card.ReaderID{Provider: "pcsc", Name: "Test\x1b[2J reader"}, Time: testTime,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range es {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}
