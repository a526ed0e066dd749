package globalplatform

import (
	"testing"

	"simscope/card/cardtest"
)

// No bytes crash a parser, make it run long or give more than they hold.
func FuzzObjects(f *testing.F) {
	for _, s := range []string{
		gpVector, "6657735506072A864886FC6B01600B06092A864886FC6B020202630906072A864886FC6B03640B06092A864886FC6B040370640B06092A864886FC6B048000",
		"6735A00E8001038106001020306070820107A007800102810215558103FF9E0082031E160083010284018F8502FF028602FF028702FF02",
		"FF4017E215E1094F07A0000000030000E308D00101DB03000001", "FF210D810102820400010000830208 00", "A706300404025207",
		"A114300C0C0A A1083006060A2A864886FC6B81480101", "30100408010203040506070830040402 4300", "3010A0080406FFFFFFFFFFFF300404024310",
		"3010A00EA00CA10A040800A40000FFFF0000", "30820004020101300030",
	} {
		f.Add(cardtest.Hex(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _, _ = ParseRecognition(b)
		_, _, _ = ParseCapabilities(b)
		_, _, _ = ParseResources(b)
		if got := ParseCertificates(b); len(got) > 2*maxCertificates {
			t.Errorf("%d certificates", len(got))
		}
		domains := []Info{{Certificates: ParseCertificates(b)}, {Certificates: ParseCertificates(b)}}
		CheckSignatures(domains)
		for _, c := range domains[0].Certificates {
			if c.Signature.State == "" {
				t.Error("a signature of which nothing is said")
			}
		}
		_ = Reference{Target: TargetDefault}.rule(b)
		_, _ = ParseKeyInformation(b)
		if rules, whole := ParseRules(b); whole {
			for _, r := range rules {
				if !r.Whole {
					t.Error("a broken rule in a whole list")
				}
			}
		}
		_, _ = statedLength(b)
		_ = ParseODF(b)
		_ = ParseDODF(b)
		_, _, _ = ParseACMain(b)
		list, _ := ParseACRules(b)
		for _, c := range list {
			_, _ = ParseACConditions(b, c)
		}
		_, _ = ParseACConditions(b, Conditioned{Target: TargetOthers})
		for _, tag := range Candidates[0].Tags {
			d := Domain{ID: "isd", Objects: []Object{{Tag: tag, Data: b, SW: 0x9000}}}
			_ = d.Info()
		}
	})
}
