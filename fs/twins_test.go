package fs

import (
	"context"
	"slices"
	"testing"

	"simscope/card"
)

// A card shows one file at two places: what is written at one is seen at the
// other, and where that cannot be read again it is not known any more.
func TestAPlanIsSeenAtEveryPlace(t *testing.T) {
	for name, gone := range map[string]bool{"read again": false, "the card is gone": true} {
		t.Run(name, func(t *testing.T) {
			f := usimCard()
			f.files["3F00/7F10"] = &fakeFile{info: fcp("7821", 0x7F10, -1, ""), dir: true}
			both := f.files[testUSIM+"/6F42"]
			both.recs[1] = slices.Repeat([]byte{0x11}, 28)
			f.files["3F00/7F10/6F42"] = both
			c := discovered(t, f)
			mustWalk(t, c, WalkOptions{All: true})
			here, there := usimPath(0x6F42), card.PathOf("", fidTelecom, 0x6F42)
			now := slices.Repeat([]byte{0x22}, 28)
			p, err := c.PlanBytes(context.Background(), Place{Path: here, Record: 2}, 0, now)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Session().SetMode(card.WriteArmed); err != nil {
				t.Fatal(err)
			}
			written := false
			f.fail = func(a []byte) error {
				written = written || a[1] == card.InsUpdateRecord
				if gone && written && a[1] == card.InsSelect {
					return &card.TransportError{Kind: card.KindGone, Op: "transmit"}
				}
				return nil
			}
			if res, err := c.Apply(context.Background(), p, nil); err != nil || !res.Any(StepDone) {
				t.Fatalf("%+v, %v", res, err)
			}
			n, _ := c.Tree().Get(there)
			switch {
			case gone && (n.State != Present || n.Content != nil):
				t.Errorf("after the card is gone the other place is %v with %v", n.State, n.Content)
			case !gone && (n.Content == nil || !slices.Equal(n.Content.Records[1], now)):
				t.Errorf("the other place holds %v", n.Content)
			}
		})
	}
}
