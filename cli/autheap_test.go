package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// eapRun is what a run of a log-on told.
type eapRun struct {
	Result string
	EAP    struct {
		Method, Identity, Network, Nonce string
		RANDs                            []string
	}
	Finding struct{ ID string }
	Fields  []struct{ Name, Card, Host, State string }
}

func (r eapRun) field(name string) (card, host, state string) {
	for _, f := range r.Fields {
		if f.Name == name {
			return f.Card, f.Host, f.State
		}
	}
	return "", "", ""
}

// TestAuthRunEAP: the keys that a card's answers give are those that the host
// derives by itself, for each method; they are dots unless they are asked for.
func TestAuthRunEAP(t *testing.T) {
	const r1, r2, r3, nonce = "23553CBE9637A89D218AE64DAE47BF35", "01553CBE9637A89D218AE64DAE47BF35", "02553CBE9637A89D218AE64DAE47BF35", "0123456789ABCDEF0123456789ABCDEF"
	base := []string{"--demo", "-r", "test keys", "--json", "auth", "run", "--key-from-card", "--yes", "--rand", r1}
	get := func(args ...string) (d eapRun, text string) {
		t.Helper()
		r := mustRun(t, "", append(append([]string{}, base...), args...)...)
		if err := json.Unmarshal([]byte(r.out), &d); err != nil {
			t.Fatal(err, r.out)
		}
		return d, r.out
	}
	sim := []string{"--eap", "sim", "--rand2", r2, "--rand3", r3, "--nonce", nonce, "--eap-identity", "1@x"}
	d, _ := get(append(sim, "--reveal")...)
	msk, host, state := d.field("MSK")
	own := mustRun(t, demoK+"\n"+demoOPc+"\n", "auth", "eap-sim", "--algorithm", "milenage", "--rand", r1, "--rand", r2, "--rand", r3, "--nonce", nonce, "--eap-identity", "1@x", "--reveal").out
	if state != "same" || msk != host || len(msk) != 128 || !strings.Contains(own, msk) || len(d.EAP.RANDs) != 2 || d.EAP.Nonce != nonce {
		t.Errorf("%+v; the host has\n%s", d, own)
	}
	if _, text := get(sim...); strings.Contains(text, msk[:16]) || !strings.Contains(text, "••••") {
		t.Errorf("%s", text)
	}
	compute := mustRun(t, demoK+"\n"+demoOPc+"\n", "auth", "compute", "--algorithm", "milenage", "--rand", r1, "--sqn", "000000000020", "--network", "999-99", "--imsi", "999990123456789", "--reveal").out
	for method, digit := range map[string]string{"aka": "0", "aka-prime": "6"} {
		d, _ := get("--eap", method, "--sqn", "next", "--reveal")
		msk, host, state := d.field("MSK")
		if state != "same" || msk != host || !strings.Contains(compute, msk) || !strings.HasPrefix(d.EAP.Identity, digit+"999990123456789@wlan.") {
			t.Errorf("%s: %+v; the host has\n%s", method, d, compute)
		}
	}
	// AUTS brings no keys.
	d, _ = get("--eap", "aka")
	if _, _, state := d.field("MSK"); d.Result != "sync_failure" || state != "" || d.EAP.Method != "eap-aka" {
		t.Errorf("%+v", d)
	}
	// A card whose IMSI is closed does not tell the identity.
	r := run("", "--demo", "-r", "everyday", "auth", "run", "--key-from-card", "--eap", "aka")
	if r.code != ExitUsage || !strings.Contains(r.err, "--eap-identity") {
		t.Errorf("%+v", r)
	}
}
