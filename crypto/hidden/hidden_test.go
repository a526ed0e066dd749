package hidden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

type nested struct {
	name string
	in   struct{ box Box[[]byte] }
	list []Box[[]byte]
}

func TestNothingPrintsWhatIsHeld(t *testing.T) {
	secret := []byte("THEKEY-0123456789")
	n := nested{name: "holder"}
	n.in.box = New(secret)
	n.list = []Box[[]byte]{n.in.box}
	var outs []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%p", "%t", "%U"} {
		outs = append(outs, fmt.Sprintf(verb, n), fmt.Sprintf(verb, &n), fmt.Sprintf(verb, n.in.box), fmt.Sprintf(verb, []any{n}))
	}
	j, err := json.Marshal(map[string]any{"box": n.in.box})
	if err != nil || !strings.Contains(string(j), dots) {
		t.Errorf("JSON is %s, %v", j, err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "box", n.in.box, "all", n)
	outs = append(outs, string(j), log.String())
	for _, forbidden := range []string{"THEKEY", fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprint(secret), "84 72 69"} {
		for _, o := range outs {
			if strings.Contains(o, forbidden) {
				t.Errorf("%q shows in %q", forbidden, o)
			}
		}
	}
}

func TestDropReachesEveryCopy(t *testing.T) {
	a := New(7)
	b := a
	if b.Get() == nil || *b.Get() != 7 {
		t.Fatal("the value is not there")
	}
	a.Drop()
	if b.Get() != nil {
		t.Error("a copy still has the value")
	}
	var none Box[int]
	none.Drop()
	if none.Get() != nil {
		t.Error("the zero box holds something")
	}
}
