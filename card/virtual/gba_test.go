package virtual

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"simscope/card"
	"simscope/crypto/aka"
)

const (
	nafName = "naf.example.org"
	impi    = "999990123456789@ims.mnc099.mcc999.3gppnetwork.org"
)

var isimAID, usimAID = "00A4040C07A0000000871004", "00A4040C07A0000000871002"

// nafID is a server's name with the protocol of HTTP digest behind it.
func nafID(name string) string { return hex.EncodeToString([]byte(name)) + "0100000002" }

// bootstrapping is AUTHENTICATE in the GBA context with RAND and AUTN*, whose
// MAC is changed here by hand (3GPP TS 33.220 clause 5.3.2).
func bootstrapping(t *testing.T, sqn aka.SQN) string {
	t.Helper()
	autn, err := aka.AUTN(setNetwork(t).f, [16]byte(unhex(t, setRAND)), sqn, [2]byte{0x80})
	if err != nil {
		t.Fatal(err)
	}
	mask := sha1.Sum(unhex(t, setIK))
	for i := range 8 {
		autn[8+i] ^= mask[i]
	}
	return authenticating(0x84, "DD"+value(setRAND)+value(hex.EncodeToString(autn)))
}

func naf(id string) string {
	return authenticating(0x84, "DE"+value(id)+value(hex.EncodeToString([]byte(impi))))
}

// ksExtNAF is the key by the text of 3GPP TS 33.220 annex B.3.
func ksExtNAF(t *testing.T, id string) string {
	t.Helper()
	s := []byte{0x01}
	for _, p := range [][]byte{[]byte("gba-me"), unhex(t, setRAND), []byte(impi), unhex(t, id)} {
		s = binary.BigEndian.AppendUint16(append(s, p...), uint16(len(p)))
	}
	h := hmac.New(sha256.New, unhex(t, setCK+setIK))
	h.Write(s)
	return hex.EncodeToString(h.Sum(nil))
}

func labCard(t *testing.T, change func(*Image)) *rig { return plug(t, "lab", change, Options{}) }

func TestBootstrapping(t *testing.T) {
	for _, app := range []struct{ sel, parameters, servers string }{
		{usimAID, "6FD6", "6FDA"}, {isimAID, "6FD5", "6FD7"},
	} {
		r := labCard(t, nil)
		r.ok(app.sel)
		r.fails(naf(nafID(nafName)), card.SWConditions) // no run yet
		r.fails(strings.Replace(challenge(t, 32), "0088008122", "0088008423DD", 1), 0x9862)
		r.gives(bootstrapping(t, 32), "DB 08"+setRES) // the keys stay on the card
		r.ok("00A4000C02" + app.parameters)
		r.gives("00B0000014", "10"+setRAND+"0000FF")
		if got := resync(t, r.ok(bootstrapping(t, 32))); got != 32 {
			t.Errorf("SQN_MS is %v", got)
		}
		// The phone writes the name of the run and its lifetime.
		r.ok("00D600110A" + "03" + hex.EncodeToString([]byte("B-1")) + "05" + hex.EncodeToString([]byte("never")))
		want := "DB 20" + strings.ToUpper(ksExtNAF(t, nafID(nafName)))
		r.gives(naf(nafID(nafName)), want)
		r.gives(naf(nafID(nafName)), want)
		r.ok("00A4000C02" + app.servers)
		entry := "8014" + strings.ToUpper(nafID(nafName)) + "8103" + "422D31"
		if got := strings.ToUpper(hex.EncodeToString(r.ok("00B2010460"))); strings.TrimRight(got, "F") != entry {
			t.Errorf("the entry of EF.GBANL is %s, want %s", got, entry)
		}
		if got := strings.ToUpper(hex.EncodeToString(r.ok("00B2020460"))); strings.Trim(got, "F") != "" {
			t.Errorf("the same server has a second entry: %s", got)
		}
		again, err := New(r.card.Image(), Options{}) // the run is kept
		if err != nil {
			t.Fatal(err)
		}
		s := &rig{t, again}
		again.PowerOn()
		s.ok(app.sel)
		s.gives(naf(nafID(nafName)), want)
	}
}

// TestRunsOfApplicationsAreApart holds that an ISIM does not derive from the
// run of the USIM with the same keys.
func TestRunsOfApplicationsAreApart(t *testing.T) {
	r := labCard(t, nil)
	r.ok(usimAID)
	r.ok(bootstrapping(t, 32))
	r.ok(isimAID)
	r.fails(naf(nafID(nafName)), card.SWConditions)
	resync(t, r.ok(bootstrapping(t, 32))) // but the numbers are the subscriber's
	r.ok(bootstrapping(t, 64))
	r.ok(naf(nafID(nafName)))
}

// TestServersChangePlaces fills EF.GBANL: the server that was not used for the
// longest time gives way.
func TestServersChangePlaces(t *testing.T) {
	r := labCard(t, nil)
	r.ok(usimAID)
	r.ok(bootstrapping(t, 32))
	for _, name := range []string{"a", "b", "c", "a", "d"} {
		r.ok(naf(nafID(name)))
	}
	r.ok("00A4000C026FDA")
	for i, want := range []string{"a", "d", "c"} {
		got := strings.ToUpper(hex.EncodeToString(r.ok("00B2" + hex.EncodeToString([]byte{byte(i + 1)}) + "0460")))
		if !strings.HasPrefix(got, "8006"+strings.ToUpper(nafID(want))+"8100") {
			t.Errorf("record %d holds %s, want server %s", i+1, got, want)
		}
	}
}

func TestGBARefusals(t *testing.T) {
	r := labCard(t, nil)
	r.ok(usimAID)
	good := bootstrapping(t, 32)
	for bit := range 64 {
		bad := unhex(t, good)
		bad[len(bad)-1-bit/8] ^= 1 << (bit % 8)
		r.fails(hex.EncodeToString(bad), 0x9862)
	}
	for data, sw := range map[string]card.SW{
		"DC" + value(setRAND) + value(setRAND): 0x6A80,
		"DD" + value(setRAND):                  card.SWWrongLength,
		"DD":                                   card.SWWrongLength,
		"DD" + value(setRAND) + value(setRAND) + "00": card.SWWrongLength,
		"DD0F" + setRAND + value(setRAND):             card.SWWrongLength,
		"DE":                                          card.SWWrongLength,
		"DE0041" + "41":                               card.SWWrongLength,
		"DE0141":                                      card.SWWrongLength,
		"DE01410141" + "00":                           card.SWWrongLength,
		"DE01410541":                                  card.SWWrongLength,
		"DE01410141":                                  card.SWConditions, // no run yet
	} {
		r.fails(authenticating(0x84, data), sw)
	}
	r.fails("0088008400", card.SWWrongLength)
	r.ok(good)
	r.fails(naf(nafID(strings.Repeat("n", 100))), 0x9866) // a record has 96 bytes
	r.gives(naf(nafID(nafName)), "DB20"+strings.ToUpper(ksExtNAF(t, nafID(nafName))))
}

func TestGBAWithoutItsFilesOrService(t *testing.T) {
	without := func(fid FID) func(*Image) {
		return func(i *Image) {
			adf := i.Apps[0].ADF
			for n, f := range adf.Children {
				if f.FID == fid {
					adf.Children = append(adf.Children[:n:n], adf.Children[n+1:]...)
					return
				}
			}
		}
	}
	r := labCard(t, without(0x6FD6))
	r.ok(usimAID)
	r.fails(bootstrapping(t, 32), 0x9866)
	r.gives(challenge(t, 32), success) // which used no number
	r = labCard(t, without(0x6FDA))
	r.ok(usimAID)
	r.ok(bootstrapping(t, 32))
	r.fails(naf(nafID(nafName)), 0x9866)
	r = labCard(t, func(i *Image) { tableOf(i, false, 68) })
	r.ok(usimAID)
	r.fails(bootstrapping(t, 32), 0x9864)
	r = labCard(t, func(i *Image) { tableOf(i, false) })
	r.ok(usimAID)
	r.fails(bootstrapping(t, 32), 0x9864)
}
