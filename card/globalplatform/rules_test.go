package globalplatform

import (
	"reflect"
	"strings"
	"testing"

	"simscope/card/cardtest"
)

func TestRules(t *testing.T) {
	hash := strings.Repeat("AB", 20)
	for name, c := range map[string]struct {
		in       string
		want     Rule
		everyone bool
	}{
		"an app by its certificate and an AID": {
			"E22D E123 4F07A0000000030000 C114" + hash + " CA02 6162 E306 D00101 D10100",
			Rule{Target: TargetAID, AID: cardtest.Hex("A0000000030000"), Device: cardtest.Hex(hash), Package: "ab", APDU: AccessAlways, NFC: AccessNever, Whole: true},
			false,
		},
		"carrier privileges": {
			"E224 E116 C114" + hash + " E30A DB080000000000000001",
			Rule{Target: TargetNone, Device: cardtest.Hex(hash), Permissions: cardtest.Hex("0000000000000001"), Carrier: true, Whole: true},
			false,
		},
		"everyone": {"E20B E104 4F00C100 E303 D00101", Rule{Target: TargetOthers, Device: Hex{}, AID: Hex{}, APDU: AccessAlways, Whole: true}, true},
		"everyone by a package's name": {
			"E20D E106 C000CA02 6162 E303 D00101", Rule{Target: TargetDefault, Package: "ab", APDU: AccessAlways, Whole: true}, true,
		},
		"nobody": {"E209 E102 4F00 E303 D00100", Rule{Target: TargetOthers, AID: Hex{}, APDU: AccessNever, Whole: true}, false},
		"a filter": {
			"E210 E102 4F00 E30A D008 80CA0000 FFFF0000",
			Rule{Target: TargetOthers, AID: Hex{}, APDU: AccessFiltered, Filters: []Filter{{cardtest.Hex("80CA0000"), cardtest.Hex("FFFF0000")}}, Whole: true},
			true,
		},
		"a filter of seven bytes": {"E20F E102 4F00 E309 D007 80CA0000 FFFF00", Rule{Target: TargetOthers, AID: Hex{}, APDU: AccessBroken}, false},
		"neither yes nor no":      {"E209 E102 4F00 E303 D00102", Rule{Target: TargetOthers, AID: Hex{}, APDU: AccessBroken}, false},
		"a short hash":            {"E20C E105 C103 010203 E303 D00101", Rule{Target: TargetNone, Device: Hex{1, 2, 3}, APDU: AccessAlways}, false},
		// Published with GlobalPlatformPro (TestSEAC), the rule has no AR-DO.
		"without a decision": {"E218 E116 C114 a90d0190bfc879dbe161a3df66b6352c68b85c18", Rule{Target: TargetNone, Device: cardtest.Hex("a90d0190bfc879dbe161a3df66b6352c68b85c18")}, false},
		"an unknown object":  {"E20C E105 4F00 DE0101 E303 D00100", Rule{Target: TargetOthers, AID: Hex{}, APDU: AccessNever, Other: []Unnamed{{"DE", Hex{1}}}, Whole: true}, false},
	} {
		b := cardtest.Hex(c.in)
		in := append([]byte{0xFF, 0x40, byte(len(b))}, b...)
		rules, whole := ParseRules(in)
		if len(rules) != 1 || !reflect.DeepEqual(rules[0], c.want) || whole != c.want.Whole || rules[0].Everyone() != c.everyone {
			t.Errorf("%s: %+v, %v\nwant %+v", name, rules, whole, c.want)
		}
	}
	for in, whole := range map[string]bool{"FF4000": true, "": true, "FF4002E300": false, "E200": false, "FF4003E20501": false, "FF40": false} {
		if rules, got := ParseRules(cardtest.Hex(in)); got != whole || len(rules) > 0 && rules[0].Whole {
			t.Errorf("%s: %+v, %v", in, rules, got)
		}
	}
}

// Files as the comments of Mozilla's reader of access rules describe them
// (GPAccessRulesManager), and Android's example of a carrier's rule
// (source.android.com, UICC carrier privileges, ARF).
func TestRuleFiles(t *testing.T) {
	if got := ParseODF(cardtest.Hex("A706 3004 0402 5207 FFFFFF")); len(got) != 1 || Hex(got[0]).String() != "5207" {
		t.Errorf("%X", got)
	}
	dodf := "A129 3000 300F 0C0D 4750205345204163632043746C A114 3012 060A 2A864886FC6B81480101 3004 0402 4200" +
		"A12B 3000 300F 0C0D 53415453412047544F20312E31 A116 3014 060C 2B060104012A026E03010101 3004 0402 4300"
	if got := ParseDODF(cardtest.Hex(dodf)); len(got) != 1 || Hex(got[0]).String() != "4200" {
		t.Errorf("%X", got)
	}
	refresh, path, ok := ParseACMain(cardtest.Hex("3010 0408 0102030405060708 3004 0402 4300 FFFF"))
	if !ok || refresh.String() != "0102030405060708" || Hex(path).String() != "4300" {
		t.Errorf("%s, %X, %v", refresh, path, ok)
	}
	rules, whole := ParseACRules(cardtest.Hex("3010 A008 0406 FFFFFFFFFFFF 3004 0402 4310 3008 8200 3004 0402 4311 3008 8100 3004 0402 4312"))
	if !whole || len(rules) != 3 || rules[1].Target != TargetOthers || rules[2].Target != TargetDefault {
		t.Fatalf("%+v, %v", rules, whole)
	}
	hash := "61ED377E85D386A8DFEE6B864BD85B0BFAA5AF81"
	got, whole := ParseACConditions(cardtest.Hex("3016 0414"+hash), rules[0])
	if want := (Rule{Target: TargetNone, AID: cardtest.Hex("FFFFFFFFFFFF"), Device: cardtest.Hex(hash), Carrier: true, Whole: true}); !whole || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("%+v, %v", got, whole)
	}
	for name, c := range map[string]struct {
		in        string
		apdu, nfc Access
		everyone  bool
		whole     bool
	}{
		"no conditions":     {"", AccessNever, AccessNever, false, true},
		"filled with FF":    {"FFFFFF", AccessNever, AccessNever, false, true},
		"an empty one":      {"3000", AccessAlways, AccessAlways, true, true},
		"never":             {"3009 A007 A003 800100 A100", AccessNever, AccessBroken, false, false},
		"always by BER":     {"300C A00A A003 8001FF A103 800100", AccessAlways, AccessNever, true, true},
		"a filter":          {"3010 A00E A00C A10A 0408 00A40000FFFF0000", AccessFiltered, AccessAlways, true, true},
		"a broken filter":   {"300C A00A A008 A106 0404 00A40000", AccessBroken, AccessAlways, true, false},
		"a hash of 3 bytes": {"3005 0403 010203", AccessAlways, AccessAlways, false, false},
		"no sequence":       {"0403 010203", AccessNever, AccessNever, false, false},
	} {
		got, whole := ParseACConditions(cardtest.Hex(c.in), rules[1])
		if len(got) != 1 || got[0].APDU != c.apdu || got[0].NFC != c.nfc || got[0].Everyone() != c.everyone || whole != c.whole {
			t.Errorf("%s: %+v, %v", name, got, whole)
		}
	}
}
