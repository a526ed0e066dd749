package ef

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// What these files' own traps look like on screen: path, bytes, summary, flags.
func TestMiscFiles(t *testing.T) {
	png := "89504E470D0A1A0A0000000D49484452"
	for _, c := range []struct{ path, in, summary, flags string }{
		{"MF/DF.GSM/EF.CPHS-VMWF", "5A", "a message waits: line 1", ""},
		{"MF/DF.GSM/EF.CPHS-VMWF", "A53C", "a message waits: line 2", "cphs.flag cphs.flag"},
		{"MF/DF.GSM/EF.CPHS-VMWF", "55FFFFFF", "no message waits", ""},
		{"MF/DF.GSM/EF.CPHS-VMWF", "FFFF", "empty", ""},
		{"MF/DF.GSM/EF.CPHS-CFF", "AA55A5", "all calls are forwarded: line 1, line 2, all bearers", ""},
		{"MF/DF.GSM/EF.CPHS-ONS", "49F1FFFF", "I\uFFFD", "alpha.bit8"},
		{"MF/DF.GSM/EF.CPHS-ONSS", "FFFFFF", "empty", ""},
		{"MF/DF.GSM/EF.CPHS-CSP", "01FF77FFFF", "5 settings may be offered, of 2 groups", "odd csp.group"},
		{"MF/DF.GSM/EF.CPHS-CSP", "FFFFFFFF", "empty", ""},
		{"MF/DF.GSM/EF.CPHS-INFO", "020300", "phase 2  customer service profile", ""},
		{"MF/DF.GSM/EF.CPHS-INFO", "030208", "phase 3", "cphs.phase service.half service.unassigned"},
		{"MF/DF.GSM/EF.CPHS-INFO", "02", "", "short"},
		{"MF/DF.GSM/EF.CPHS-INN", "0201415A038121F3FF", "AZ  123", ""},
		{"MF/DF.GSM/EF.CPHS-INN", "FF014141038121F3FF", "AA¥\uFFFD!\uFFFD", "alpha.bit8 cphs.inn"},
		{"MF/DF.GSM/EF.CPHS-INN", "0201415A0991447700", "AZ  +447700", "cphs.inn"},
		{"MF/DF.GSM/EF.CPHS-INN", "FFFFFFFFFF", "empty", ""},
		{"MF/DF.GSM/DF.SoLSA/EF.SAI", "00FFFF", "allowed everywhere", ""},
		{"MF/DF.GSM/DF.SoLSA/EF.SAI", "FFFF", "empty", ""},
		{"ADF.USIM/DF.SoLSA/EF.SLL", "0000000F99F9994F3201", "999 99", ""},
		{"ADF.USIM/DF.SoLSA/EF.SLL", "410000000F9AF9994F3201", "A  A99 99", "plmn"},
		{"ADF.USIM/DF.SoLSA/EF.SLL", "4100", "", "short"},
		{"ADF.USIM/DF.MExE/EF.MExE-ST", "0B", "operator's root key, administrator's root key", "service.unassigned"},
		{"MF/DF.GSM/DF.MExE/EF.MExE-ST", "02", "none", "service.half"},
		{"ADF.USIM/DF.MExE/EF.ORPK", "FF01014F430010012301AB", "not valid", ""},
		{"ADF.USIM/DF.MExE/EF.ORPK", "FE01094F4300100123FFAB", "reserved  file 4F43, byte 16, 291 bytes", "mexe.type mexe.identifier"},
		{"ADF.USIM/DF.MExE/EF.ORPK", "FE01014F430010012301AB07", "X.509  file 4F43, byte 16, 291 bytes", "mexe.rest"},
		{"MF/DF.GSM/DF.MExE/EF.TPRPK", "FE01014F430010012301AB", "X.509  file 4F43, byte 16, 291 bytes", "mexe.identifier"},
		{"MF/DF.SYSTEM/EF.CHV1", "F0020331323334FFFFFFFF0A0A3132333435363738", "on  2 of 3 tries left", ""},
		{"MF/DF.SYSTEM/EF.CHV1", "F2020331323334FFFFFFFF0A", "not initialised  2 of 3 tries left", "file.trailing"},
		{"MF/DF.SYSTEM/EF.ADM4", "000203313233", "", "short"},
		{"MF/DF.SYSTEM/EF.SIM_AUTH_KEY", "09" + strings.Repeat("5A", 32), "unknown algorithm", "vendor.algorithm"},
		{"MF/DF.SYSTEM/EF.MILENAGE_CFG", "80" + strings.Repeat("00", 84), "constants of the operator's own", "vendor.rotation"},
		{"MF/DF.SYSTEM/EF.0348_KEY", "0120" + "5A" + strings.Repeat("5A", 16), "01  20  new keys (KIK)  AES-192", "vendor.key"},
		{"MF/DF.SYSTEM/EF.0348_KEY", strings.Repeat("FF", 27), "empty", ""},
		{"MF/DF.SYSTEM/EF.GP_COUNT", "0070", "", "short"},
		{"MF/DF.SYSTEM/EF.SIM_AUTH_COUNTER", "0000001401", "20 runs of the 2G algorithm left", "file.trailing"},
		{"MF/DF.SYSTEM/EF.GBA_SK", "FFFF", "empty", ""},
		{"MF/DF.SYSTEM/EF.GBA_REC_LIST", "0102FF", "1, 2", ""},
		{"DF.EAP/EF.EAPKEYS", "8002AAAA8302BBBB", "MSK of 2 bytes", "object.stranger"},
		{"DF.EAP/EF.EAPKEYS", "8040AA", "no key stored", "tlv"},
		{"DF.EAP/EF.EAPSTATUS", "09", "reserved", "eap.status"},
		{"DF.EAP/EF.PUId", "C328FF", "\uFFFD(", "utf8"},
		{"DF.EAP/EF.CurID", "0009416263", "permanent identity  Abc", "eap.length"},
		{"DF.EAP/EF.CurID", "070141", "reserved  A", "eap.type"},
		{"DF.EAP/EF.CurID", "FFFFFF", "empty", ""},
		{"DF.EAP/EF.ReID", "800141810500000000FF", "A", "eap.counter"},
		{"DF.EAP/EF.Realm", "02614142", "aA", "file.trailing"},
		{"MF/DF.CDMA/EF.SPN", "0008014D6FFF", "Mo", ""},
		{"MF/DF.CDMA/EF.SPN", "000401D83D0041FFFF", "\uFFFDA", "alpha.surrogate"},
		{"MF/DF.CDMA/EF.AD", "330000", "unknown", "ad.mode"},
		{"MF/DF.CDMA/EF.SMS", "00FFFFFF", "empty", ""},
		{"MF/DF.CDMA/EF.SMS", "01090000021002", "read", "cdma.length"},
		{"MF/DF.CDMA/EF.SMS", "010400000910FF", "read", "cdma.parameter"},
		{"MF/DF.CDMA/EF.SMS", "010307000000", "read", "cdma.type cdma.size"},
		{"MF/DF.CDMA/EF.SMS", "010B00080801061FFFFFFFFFFF", "read  ␡␡␡␡␡", "cdma.text"},
		{"MF/DF.CDMA/EF.SMS", "010A000808030699133412341200", "read", "file.trailing cdma.parameter"},
		{"MF/DF.CDMA/EF.SMS", "010B000808030699133412341200", "read", "timestamp"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IMG", "00FFFFFFFFFFFFFFFFFF", "empty", ""},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IMG", "02080833" + "4F400000000A", "8 × 8 unknown coding", "image.instances image.scheme"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IIDF", "080855", "3 bytes", ""},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IIDF", "020280FFFF", "2 × 2 black and white", ""},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.ICON", "010203", "3 bytes", "picture.format"},
		{"MF/DF.CD/EF.ICON", "474946383961" + "20000A00000000", "GIF  32 × 10", ""},
		{"MF/DF.CD/EF.ICON", png, "16 bytes", "picture.format"},
		{"MF/DF.CD/EF.ICON", "FFFF", "empty", ""},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.ICE_GRAPHICS", "C10D474946383961" + "20000A00000000", "GIF  32 × 10", "picture.jpeg"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.ICE_GRAPHICS", "C105FFD8", "", "tlv"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.ICE_GRAPHICS", "C1", "", "tlv"},
		{"MF/DF.CD/EF.LAUNCHPAD", "E003800341", "", "tlv"},
		{"MF/DF.CD/EF.LAUNCHPAD", "8201078005805B66FFFF", "学", ""},
		{"MF/DF.CD/EF.LAUNCHPAD", "80038065E5", "日", ""},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MML", "C10683050000000000", "", "tlv"},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MML", "C10783050000000000", "", "mm.length"},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MML", "C1058601018301", "", "tlv object.stranger"},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MMDF", "C5048C849648", "4 bytes", "mms.headers"},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MMDF", "C5038C8412", "3 bytes", "mms.headers"},
	} {
		got := decode(t, c.path, c.in, Context{})
		if got.Summary != c.summary || flagIDs(got) != c.flags {
			t.Errorf("%s %s: %q flags %q, want %q flags %q", c.path, c.in, got.Summary, flagIDs(got), c.summary, c.flags)
		}
		checkDecoded(t, c.path, unhex(t, c.in), got)
		for _, f := range got.Fields {
			if strings.ContainsAny(f.Label+f.Value+f.Note, "<{") {
				t.Errorf("%s %s: a word is missing in %q %q %q", c.path, c.in, f.Label, f.Value, f.Note)
			}
		}
		for _, f := range got.Flags {
			if strings.ContainsAny(f.String(), "<{") {
				t.Errorf("%s %s: %s reads %q", c.path, c.in, f.ID, f)
			}
		}
	}
}

// miscPaths are the files of this part.
func miscPaths() []string {
	var out []string
	for _, part := range []func() []entry{gsmFiles, mediaFiles, otherFiles, cdmaFiles} {
		for _, e := range part() {
			if e.Decode != nil {
				out = append(out, e.paths...)
			}
		}
	}
	return out
}

// Every word that a table builds by name is there, as the vectors meet them.
func TestMiscWords(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range allVectors(t) {
		for _, path := range v.Paths() {
			d, ok := Lookup(path)
			if !ok {
				continue
			}
			seen[path] = true
			got := d.Decode(v.bytes(t), Context{})
			for _, s := range append([]string{got.Summary}, got.Columns...) {
				if strings.Contains(s, "<ef.") {
					t.Errorf("%s: shows %q", path, s)
				}
			}
			for _, f := range got.Fields {
				if strings.Contains(f.Label+f.Value+f.Note, "<ef.") {
					t.Errorf("%s: shows %q %q %q", path, f.Label, f.Value, f.Note)
				}
			}
		}
	}
	for _, path := range miscPaths() {
		if !seen[path] {
			t.Errorf("%s has no vector", path)
		}
		if d, _ := Lookup(path); d.Encode == nil || d.Parse == nil {
			t.Errorf("%s cannot be written", path)
		}
	}
	for code, g := range cspGroups {
		if word("csp."+g.name) == "csp."+g.name {
			t.Errorf("no word for group %02X", code)
		}
		for _, s := range g.bits {
			if s != "" && word("csp.svc."+s) == "csp.svc."+s {
				t.Errorf("no word for %s", s)
			}
		}
	}
	var words []string
	for _, s := range cdmaCodings {
		words = append(words, "cdma.coding."+s)
	}
	for _, s := range cdmaMessageTypes {
		words = append(words, "cdma.message."+s)
	}
	for _, s := range authAlgorithms {
		words = append(words, "vendor.algorithm."+s)
	}
	for _, s := range otaKeyTypes {
		words = append(words, "ota."+s)
	}
	for _, s := range eapStatus {
		words = append(words, "eap."+s)
	}
	for _, s := range curIDTypes {
		words = append(words, "eap."+s)
	}
	for _, s := range cphsForwarding {
		words = append(words, "cphs."+s)
	}
	for _, s := range cphsServices {
		words = append(words, "cphs.service."+s)
	}
	for code := range byte(16) {
		words = append(words, "cphs.waiting."+cphsState(code), "cphs.forwarded."+cphsState(code))
	}
	for _, id := range words {
		if word(id) == id {
			t.Errorf("no word for %s", id)
		}
	}
}

// Keys and PINs are masked in every form, also of files whose bytes do not fit,
// and a value that lost them is refused.
func TestMiscSecrets(t *testing.T) {
	key := strings.Repeat("5AC3", 64)
	for path, in := range map[string]string{
		"MF/DF.SYSTEM/EF.CHV1": "F00303" + key[:16] + "0A0A" + key[:16], "MF/DF.SYSTEM/EF.CHV2": "F00303" + key[:14],
		"MF/DF.SYSTEM/EF.ADM1": "F00303" + key[:16], "MF/DF.SYSTEM/EF.ADM2": key[:2], "MF/DF.SYSTEM/EF.ADM3": "F00303" + key,
		"MF/DF.SYSTEM/EF.SIM_AUTH_KEY": "14" + key[:64], "MF/DF.SYSTEM/EF.0348_KEY": "012050" + key[:48],
		"MF/DF.SYSTEM/EF.MILENAGE_CFG": key + key[:84],
		"MF/DF.SYSTEM/EF.GBA_SK":       key, "MF/DF.SYSTEM/EF.GBA_INT_KEY": key[:64],
		"DF.EAP/EF.EAPKEYS": "8010" + key[:32] + "8110" + key[:32] + "8304" + key[:8],
	} {
		got := decode(t, path, in, Context{})
		d, _ := Lookup(path)
		for _, s := range []string{fmt.Sprintf("%+v", got), fmt.Sprintf("%#v", got), fmt.Sprintf("%x", got.Value), mustJSON(t, got)} {
			if s = strings.ToUpper(s); strings.Contains(s, "5AC3") || strings.Contains(s, "90 195") || strings.Contains(s, "90, 195") {
				t.Errorf("%s: the key shows in %s", path, s)
			}
		}
		if out, err := d.Encode(got.Value, len(in)/2); err != nil && len(got.Flags) == 0 || err == nil && !bytes.Equal(out, unhex(t, in)) {
			t.Errorf("%s: written as %X, %v", path, out, err)
		}
	}
	var refused *EncodeError
	for path, v := range map[string]any{
		"MF/DF.SYSTEM/EF.SIM_AUTH_KEY": SystemKey{Algorithm: "milenage", SRESFunction: 1}, "MF/DF.SYSTEM/EF.GBA_SK": BootstrapKey{},
		"DF.EAP/EF.EAPKEYS": EAPKeys{}, "MF/DF.SYSTEM/EF.0348_KEY": OTAKey{KeyLength: 16}, "MF/DF.SYSTEM/EF.ADM1": PINObject{},
	} {
		size := map[bool]int{true: 33, false: 11}[strings.HasSuffix(path, "AUTH_KEY")]
		d, _ := Lookup(path)
		if b, err := d.Encode(v, size); !errors.As(err, &refused) || refused.ID != "ef.refuse.key.masked" {
			t.Errorf("%s without its key gave %X, %v", path, b, err)
		}
	}
}

// An edited value is written anew.
func TestMiscEdits(t *testing.T) {
	edit := func(path, in string, f func(v any) any, want string) {
		t.Helper()
		d, _ := Lookup(path)
		v := f(d.Decode(unhex(t, in), Context{}).Value)
		got, err := d.Encode(v, len(in)/2)
		if err != nil || fmt.Sprintf("%X", got) != want {
			t.Errorf("%s %s: %X, %v, want %s", path, in, got, err, want)
		}
	}
	edit("MF/DF.GSM/EF.CPHS-CFF", "5AFF", func(v any) any {
		x := v.(CPHSFlags)
		x.Flags[0].State, x.Flags[1].State = "clear", "set"
		return x
	}, "A5FF")
	edit("MF/DF.GSM/EF.CPHS-CSP", "C07F01F8FFFF", func(v any) any {
		x := v.(CSP)
		x.Groups[0].Services = append(x.Groups[0].Services, "PLMN-Mode")
		return x
	}, "C0FF01F8FFFF")
	edit("MF/DF.GSM/EF.CPHS-INN", "0201415A038121F3FFFFFFFF", func(v any) any {
		x := v.(InformationNumber)
		x.AlphaID, x.Number = "B", "+44 7700"
		return x
	}, "0101420491447700FFFFFFFF")
	edit("MF/DF.SYSTEM/EF.CHV1", "F0010331323334FFFFFFFF0A0A3132333435363738", func(v any) any {
		x := v.(PINObject)
		x.Left, x.Disabled = 3, true
		return x
	}, "F1030331323334FFFFFFFF0A0A3132333435363738")
	edit("MF/DF.CDMA/EF.SMS", "03050000021002FF", func(v any) any {
		x := v.(SMSCDMA)
		x.Status = "received_read"
		return x
	}, "01050000021002FF")
	edit("MF/DF.CDMA/EF.SPN", "0008014D6FFF", func(v any) any {
		x := v.(SPNCDMA)
		x.SPN, x.ShowInHSA = "Né", true
		return x
	}, "0108014EE9FF")
	edit("MF/DF.CD/EF.LAUNCHPAD", "E00780024142810107", func(v any) any {
		x := v.(LaunchPads)
		x.Objects[0].Objects[0].Text = "C"
		return x
	}, "E006800143810107FF")
	edit("DF.EAP/EF.CurID", "010441626364FF", func(v any) any {
		x := v.(CurrentID)
		x.Type, x.Value = "permanent", "Ada"
		return x
	}, "0003416461FFFF")
	edit("MF/DF.TELECOM/DF.GRAPHICS/EF.IMG", "010808114F400000000A", func(v any) any {
		x := v.(ImageList)
		x.Instances[0].Scheme, x.Instances[0].Offset = SchemeColour, 258
		return x
	}, "010808214F400102000A")
}

func TestMiscRefusals(t *testing.T) {
	many := 1 << 20
	for _, c := range []struct {
		path  string
		value any
		size  int
		id    string
	}{
		{"MF/DF.GSM/EF.CPHS-VMWF", CPHSFlags{Flags: []CPHSFlag{{Service: "fax", State: "set"}}}, 2, "cphs.order"},
		{"MF/DF.GSM/EF.CPHS-VMWF", CPHSFlags{Flags: []CPHSFlag{{Service: "line_1", State: "loud"}}}, 2, "cphs.state"},
		{"MF/DF.GSM/EF.CPHS-VMWF", CPHSFlags{Flags: make([]CPHSFlag, 5)}, 9, "entries"},
		{"MF/DF.GSM/EF.CPHS-ONSS", CPHSName{Name: "A long name"}, 10, "alpha"},
		{"MF/DF.GSM/EF.CPHS-CSP", CSP{Groups: make([]CSPGroup, 2)}, 2, "entries"},
		{"MF/DF.GSM/EF.CPHS-CSP", CSP{Groups: []CSPGroup{{Code: 1, Services: []string{"CLIP"}}}}, 2, "csp.service"},
		{"MF/DF.GSM/EF.CPHS-CSP", CSP{Groups: []CSPGroup{{Code: 1, Group: "teleservices"}}}, 2, "csp.group"},
		{"MF/DF.GSM/EF.CPHS-INFO", CPHSInfo{Services: []TableService{{Number: 9}}}, 3, "service.number"},
		{"MF/DF.GSM/EF.CPHS-INN", InformationNumber{AlphaID: "Ada"}, 5, "size"},
		{"MF/DF.GSM/EF.CPHS-INN", InformationNumber{Number: "x"}, 9, "digit"},
		{"ADF.USIM/DF.SoLSA/EF.SLL", LSA{DescriptorFile: Hex{0, 0}, Priority: 16}, 20, "lsa.priority"},
		{"ADF.USIM/DF.SoLSA/EF.SLL", LSA{}, 20, "length"},
		{"ADF.USIM/DF.SoLSA/EF.SLL", LSA{DescriptorFile: Hex{0, 0}, MCC: "9"}, 20, "plmn"},
		{"ADF.USIM/DF.SoLSA/EF.SLL", LSA{}, 9, "size"},
		{"ADF.USIM/DF.MExE/EF.MExE-ST", MExEServices{Services: []TableService{{Number: 17, Activated: true}}}, 2, "service.number"},
		{"ADF.USIM/DF.MExE/EF.ORPK", CertificateDescriptor{File: Hex{0, 0}, Type: "PGP"}, 20, "mexe.type"},
		{"ADF.USIM/DF.MExE/EF.ORPK", CertificateDescriptor{File: Hex{0, 0}, Type: "WTLS", Offset: many}, 20, "mexe.range"},
		{"ADF.USIM/DF.MExE/EF.ORPK", CertificateDescriptor{File: Hex{0, 0}, Type: "WTLS", KeyID: make(Hex, 20)}, 20, "size"},
		{"MF/DF.SYSTEM/EF.SIM_AUTH_KEY", SystemKey{Algorithm: "des"}, 33, "vendor.algorithm"},
		{"MF/DF.SYSTEM/EF.SIM_AUTH_KEY", SystemKey{Algorithm: "milenage"}, 33, "vendor.sres"},
		{"MF/DF.SYSTEM/EF.MILENAGE_CFG", MilenageConfig{Rotations: secretOf(make([]byte, 4))}, 85, "key.masked"},
		{"MF/DF.SYSTEM/EF.MILENAGE_CFG", MilenageConfig{
			Standard: true, Rotations: secretOf(make([]byte, 5)), Constants: secretOf(make([]byte, 80)),
		}, 85, "vendor.standard"},
		{"MF/DF.SYSTEM/EF.0348_KEY", OTAKey{KeyLength: 9}, 27, "vendor.key"},
		{"MF/DF.SYSTEM/EF.0348_KEY", OTAKey{MACLength: 5}, 27, "vendor.mac"},
		{"MF/DF.SYSTEM/EF.0348_KEY", OTAKey{MACLength: 8, Algorithm: "des", Type: "kitchen"}, 27, "vendor.keytype"},
		{"MF/DF.SYSTEM/EF.GP_COUNT", KeyCounter{Value: &many, RFU: &many}, 5, "vendor.counter"},
		{"MF/DF.SYSTEM/EF.0348_COUNT", KeyCounter{Counter: make(Hex, 4)}, 7, "size"},
		{"DF.EAP/EF.EAPSTATUS", EAPStatus{Status: "happy"}, 1, "eap.status"},
		{"DF.EAP/EF.CurID", CurrentID{Type: "new"}, 9, "eap.type"},
		{"DF.EAP/EF.PUId", EAPName{Name: "\xff"}, 9, "utf8"},
		{"DF.EAP/EF.Realm", Realm{Realm: strings.Repeat("a", 255)}, 300, "size"},
		{"DF.EAP/EF.ReID", ReID{Counter: &many}, 9, "vendor.counter"},
		{"MF/DF.CDMA/EF.SPN", SPNCDMA{SPN: "星", Encoding: 8}, 35, "cdma.character"},
		{"MF/DF.CDMA/EF.AD", ADCDMA{OperationMode: "loud", AdditionalInfo: Hex{0, 0}}, 3, "ad.mode"},
		{"MF/DF.CDMA/EF.SMS", SMSCDMA{Status: "sent", Message: Hex{0}}, 9, "cdma.message"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IMG", ImageList{Instances: make([]ImageInstance, 2)}, 18, "entries"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IMG", ImageList{Instances: []ImageInstance{{Scheme: "fax"}}}, 10, "image.scheme"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IMG", ImageList{Instances: []ImageInstance{{Scheme: "basic", Width: -1}}}, 10, "image.range"},
		{"MF/DF.TELECOM/DF.GRAPHICS/EF.IIDF", ImageData{Data: Hex{1}, Looks: &ImageInstance{}}, 9, "image.looks"},
		{"MF/DF.CD/EF.ICON", Picture{Format: "png", Data: Hex{1, 2}}, 9, "picture.format"},
		{"MF/DF.CD/EF.LAUNCHPAD", LaunchPads{Objects: []LaunchObject{{Tag: Hex{0x1F}}}}, 9, "object.bytes"},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MML", MMDescriptor{Tag: Hex{0xC1}, Size: &many}, 3, "size"},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MML", MMDescriptor{Tag: Hex{0}}, 9, "object.bytes"},
		{"MF/DF.TELECOM/DF.MULTIMEDIA/EF.MMDF", MMContent{Tag: Hex{0xC1}, Message: Hex{0x8C, 0x84}}, 9, "mm.headers"},
	} {
		d, _ := Lookup(c.path)
		b, err := d.Encode(c.value, c.size)
		var refused *EncodeError
		if !errors.As(err, &refused) || refused.ID != "ef.refuse."+c.id {
			t.Errorf("%s %+v in %d bytes gave %X, %v, want the refusal %s", c.path, c.value, c.size, b, err, c.id)
		} else if s := err.Error(); strings.ContainsAny(s, "{<") {
			t.Errorf("%s: the refusal reads %q", c.path, s)
		}
	}
}
