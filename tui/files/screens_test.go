package files

import (
	"fmt"
	"strings"
	"testing"

	"simscope/card/virtual"
	"simscope/tui/kit/kittest"
	"simscope/tui/ui/uitest"
)

// sizes are the body of 80x24 with and without the log, of 120x40, and what
// is small.
var sizes = [][2]int{{120, 37}, {80, 21}, {80, 15}, {40, 12}}

// scenes are states of the screen that people meet.
var scenes = []struct {
	name string
	pin  bool
	do   func(r *rig)
}{
	{"start", false, func(r *rig) {}},
	{"imsi", true, func(r *rig) { r.goTo("ADF.USIM/EF.IMSI"); r.Keys("enter") }},
	{"bytes", true, func(r *rig) { r.goTo("ADF.USIM/EF.LOCI"); r.Keys("enter", "b", "l", "l", "l", "l", "l") }},
	{"contacts", true, func(r *rig) { r.goTo("MF/DF.TELECOM/EF.ADN"); r.Keys("enter", "j") }},
	{"contact", true, func(r *rig) { r.goTo("MF/DF.TELECOM/EF.ADN"); r.Keys("enter", "j", "enter") }},
	{"messages", true, func(r *rig) { r.goTo("MF/DF.TELECOM/EF.SMS"); r.Keys("enter") }},
	{"message", true, func(r *rig) { r.goTo("MF/DF.TELECOM/EF.SMS"); r.Keys("enter", "enter") }},
	{"services", true, func(r *rig) { r.goTo("ADF.USIM/EF.UST"); r.Keys("enter", "j", "j") }},
	{"denied", false, func(r *rig) { r.goTo("ADF.USIM/EF.IMSI") }},
	{"secret", true, func(r *rig) { r.goTo("ADF.USIM/EF.Keys") }},
	{"name", true, func(r *rig) { r.goTo("ADF.USIM/EF.PNN") }},
	{"picture", true, func(r *rig) { r.goTo("MF/DF.TELECOM/DF.GRAPHICS/EF.IMG"); r.Keys("enter", "enter") }},
	{"off", true, func(r *rig) { r.goTo("ADF.USIM#2/EF.GID2") }},
	{"undecoded", true, func(r *rig) { r.goTo("ADF.USIM/EF.SMSR") }},
	{"application", true, func(r *rig) { r.goTo("ADF.USIM") }},
	{"find", true, func(r *rig) { r.Keys("/", "9", "9", "9", " ", "9", "9") }},
}

// everyday is the built-in card, with one file that has no records where its
// decoder knows some: such a file is shown as bytes.
func everyday(t *testing.T) *virtual.Image {
	t.Helper()
	img, err := virtual.OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	const smsr = 0x6F47
	for _, f := range img.Apps[0].ADF.Children {
		if f.FID == smsr {
			f.Kind, f.Size, f.Data = virtual.KindTransparent, 6, virtual.Hex{0x01, 0x07, 0x01, 0x29, 0x18, 0x20}
			f.RecordLength, f.RecordCount, f.Records, f.Link = 0, 0, nil, ""
		}
	}
	return img
}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			r := newRigWith(t, everyday(t), true)
			if s.pin {
				r.verify("1234")
				r.Until("the card is read again", func() bool { return !r.reading() })
			}
			r.m.View(120, 37)
			s.do(r)
			r.Until("the rest is read", func() bool { return !r.reading() && r.m.asked.id == 0 })
			var b strings.Builder
			for _, ascii := range []bool{false, true} {
				r.Env.Theme = kittest.Theme(t, "monochrome", ascii)
				r.m.rebuild()
				for _, size := range sizes {
					if ascii && size[0] != 80 {
						continue
					}
					uitest.Exact(t, s.name, r.m.View(size[0], size[1]), size[0], size[1])
					fmt.Fprintf(&b, "%dx%d\n%s\n", size[0], size[1], r.screen(size[0], size[1]))
				}
			}
			uitest.Golden(t, s.name, b.String())
		})
	}
}

func (r *rig) reading() bool { return r.m.reading() }
