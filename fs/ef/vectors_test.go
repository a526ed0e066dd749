package ef

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"simscope/fs/ef/vectors"
	"simscope/fs/plmn"
)

// published is how many published vectors are the business of this package.
const published = 140

type vector struct{ vectors.Vector }

func allVectors(t testing.TB) []vector {
	t.Helper()
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	var out []vector
	for _, v := range all {
		if v.Home() == vectors.HomeEF {
			out = append(out, vector{v})
		}
	}
	return out
}

func (v vector) bytes(t testing.TB) []byte {
	t.Helper()
	b, err := hex.DecodeString(v.Hex)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every fact of every published vector is a value of the decoded struct.
func TestPublishedVectors(t *testing.T) {
	n := 0
	for i, v := range allVectors(t) {
		if !v.Published() {
			continue
		}
		n++
		for _, path := range v.Paths() {
			path = strings.Replace(path, "/(sysmocom)/", "/", 1)
			t.Run(fmt.Sprintf("%d/%s", i, strings.ReplaceAll(path, "/", ".")), func(t *testing.T) {
				checkVector(t, path, v)
			})
		}
	}
	if n != published {
		t.Errorf("%d published vectors, want %d", n, published)
	}
}

// Every vector of ours decodes to the value it names, whole, and that value is
// written as the same bytes.
func TestOwnVectors(t *testing.T) {
	for i, v := range allVectors(t) {
		if v.Published() {
			continue
		}
		for _, path := range v.Paths() {
			t.Run(fmt.Sprintf("%d/%s", i, strings.ReplaceAll(path, "/", ".")), func(t *testing.T) { checkOwn(t, path, v) })
		}
	}
}

func checkOwn(t *testing.T, path string, v vector) {
	if v.Source == "" || len(v.Value) == 0 {
		t.Fatal("a vector names its source and its value")
	}
	d, ok := Lookup(path)
	if !ok {
		t.Fatalf("%s cannot be decoded", path)
	}
	in := v.bytes(t)
	got := d.Decode(in, Context{})
	if want, have := canonical(t, v.Value), canonical(t, []byte(mustJSON(t, got.Value))); want != have {
		t.Errorf("%s\n is  %s\nnot  %s", v.Hex, have, want)
	}
	if d.Encode == nil || v.OneWay {
		return
	}
	value := got.Value
	if !strings.Contains(mustJSON(t, value), "••••") { // a masked key cannot come back from JSON
		value = viaJSON(t, value, false)
	}
	if out, err := d.Encode(value, len(in)); err != nil || !bytes.Equal(out, in) {
		t.Errorf("%X was written anew as %X, %v", in, out, err)
	}
}

// canonical is a JSON value with its keys sorted and without the bytes it was
// read from.
func canonical(t *testing.T, b []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if m, ok := v.(map[string]any); ok {
		delete(m, "raw")
	}
	return mustJSON(t, v)
}

func checkVector(t *testing.T, path string, v vector) {
	var got map[string]any
	switch path {
	case "PLMN":
		p, _ := plmn.ParsePLMN([3]byte(v.bytes(t)))
		got = map[string]any{"mcc": p.MCC, "mnc": p.MNC}
	case "PLMNwAcT/access-technology":
		b := v.bytes(t)
		got = map[string]any{"act": strings.Join(AccessTechnologies(uint16(b[0])<<8|uint16(b[1])), "+")}
	case "ICCID":
		got = map[string]any{"luhn_valid": LuhnState(v.Hex) == "valid"}
	case "SMS/address":
		got = addressFacts(v.bytes(t))
	default:
		d, ok := Lookup(path)
		if !ok {
			t.Fatalf("%s cannot be decoded", path)
		}
		got = facts(t, d.Decode(v.bytes(t), Context{}).Value)
	}
	for name, want := range v.Facts {
		value, mapped := got[name]
		if !mapped {
			t.Errorf("%s %s: fact %s is not mapped", path, v.Hex, name)
		} else if !reflect.DeepEqual(normal(name, value), normal(name, want)) {
			t.Errorf("%s %s: %s = %v, want %v", path, v.Hex, name, value, want)
		}
	}
}

// normal makes values comparable: numbers as float64, names of services by
// their letters and digits.
func normal(name string, v any) any {
	if s, ok := v.(string); ok && strings.HasSuffix(name, ".description") {
		for from, to := range map[string]string{
			"MCPTT": "Mission Critical Services", " as defined in 3GPP TS 31.111 [12]": "", "(EFVGCS and EFVGCSS)": "(EF.VGCS and EF.VGCSS)",
			"(EFVBS and EFVBSS)": "(EF.VBS and EF.VBSS)", "KAUSF": "K_AUSF",
		} {
			s = strings.ReplaceAll(s, from, to)
		}
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, strings.ToLower(s))
	}
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return nil
	case r.CanInt():
		return float64(r.Int())
	case r.CanUint():
		return float64(r.Uint())
	}
	return v
}

func hexFact(b []byte) string { return "hex:" + hex.EncodeToString(b) }

func addressFacts(b []byte) map[string]any {
	var out builder
	r := &tpduReader{cursor: cursor{b: b}, out: &out}
	a := r.address("tp_oa")
	if a == nil || r.short {
		return nil
	}
	return map[string]any{"ton": a.TON.String(), "npi": a.NPI.String(), "digits": a.Digits}
}

// moreFacts maps the facts of types that the switch in facts does not name;
// addFacts fills it.
var moreFacts = map[reflect.Type]func(m map[string]any, v any){}

// addFacts says how the facts of published vectors are found in a T. It is
// called for its effect when a variable is initialised.
func addFacts[T any](f func(m map[string]any, v T)) struct{} {
	moreFacts[reflect.TypeFor[T]()] = func(m map[string]any, v any) { f(m, v.(T)) }
	return struct{}{}
}

func facts(t *testing.T, value any) map[string]any {
	t.Helper()
	m := map[string]any{}
	switch v := value.(type) {
	case ICCID:
		m["iccid"] = v.ICCID
	case IMSI:
		m["imsi"] = v.IMSI
	case URI:
		m["domain"], m["impu"], m["nai"] = v.Text, v.Text, v.Text
	case Kc:
		v.Kc.Use(func(b []byte) { m["kc"] = hexFact(b) })
		m["cksn"] = v.CKSN
	case UMPC:
		m["max_current_mA"], m["t_op_s"] = v.MaxCurrent, v.OperatingTime
		m["addl_info.req_inc_idle_current"], m["addl_info.support_uicc_suspend"] = v.IncreasedIdle, v.SupportsSuspend
	case Languages:
		for i, code := range v.Languages {
			m[index(i)] = orNil(code)
		}
	case LP:
		for i, code := range v.Languages {
			m[index(i)] = hex.EncodeToString(code)
		}
	case SPN:
		m["rfu"], m["hide_in_oplmn"], m["show_in_hplmn"], m["spn"] = v.Reserved, v.HideInOPLMN, v.ShowInHPLMN, v.SPN
	case SPNCDMA:
		m["rfu1"], m["show_in_hsa"], m["rfu2"] = v.Condition>>1, v.ShowInHSA, v.Encoding>>5
		m["char_encoding"], m["lang_ind"], m["spn"] = v.Encoding&0x1F, v.Language, v.SPN
	case ADCDMA:
		m["ms_operation_mode"] = v.OperationMode
		m["additional_info"], m["rfu"] = hexFact(v.AdditionalInfo), hexFact(v.Reserved)
	case ACC:
		for i := range 16 {
			m[fmt.Sprintf("ACC%d", i)] = slices.Contains(v.Classes, i)
		}
	case AD:
		adFacts(m, v)
	case NetworkList:
		networkFacts(m, v)
	case LOCI:
		lociFacts(m, v)
	case ServiceTable:
		for _, s := range v.Services {
			n := fmt.Sprint(s.Number)
			m[n+".allocated"], m[n+".activated"] = s.Allocated, s.Activated
			m[n+".description"] = s.Name
			if s.Name == "" { // the vectors write RFU, or nothing beyond the last service
				m[n+".description"] = map[bool]any{true: nil, false: "RFU"}[v.Table == "SST" && s.Number > 59]
			}
		}
	case DialNumber:
		m["alpha_id"], m["len_of_bcd"], m["dialing_nr"], m["number"] = v.AlphaID, v.LengthOfBCD, v.Number, v.Dial()
		m["ton_npi.ext"], m["ton_npi.type_of_number"], m["ton_npi.numbering_plan_id"] = v.Ext, v.TON.String(), v.NPI.String()
		m["ton"] = int(v.TON)
		m["cap_conf_id"], m["ext1_record_id"] = v.Capability, v.Extension
	case SMSP:
		smspFacts(m, v)
	case Application:
		m["application_template[0].application_id"] = hexFact(v.AID)
		m["application_template[1].application_label"] = v.Label
		m["application_template[2].discretionary_template"] = hexFact(v.Discretionary)
	case AccessRules:
		for i, r := range v.Rules {
			ruleFacts(m, fmt.Sprintf("[%d]", i), r)
		}
	default:
		f, ok := moreFacts[reflect.TypeOf(value)]
		if !ok {
			t.Fatalf("no facts of %T", value)
		}
		f(m, value)
	}
	return m
}

func index(i int) string { return fmt.Sprintf("[%d]", i) }

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func adFacts(m map[string]any, v AD) {
	m["ms_operation_mode"] = v.OperationMode
	// Of a 2G card: bits 1 of byte 3, the rest of the two bytes reserved.
	m["rfu1"], m["rfu2"], m["ofm"] = v.AdditionalInfo[0], v.AdditionalInfo[1]>>1, v.Ciphering
	m["additional_info.ciphering_indicator"], m["additional_info.csg_display_control"] = v.Ciphering, v.CSGDisplay
	m["additional_info.prose_services"], m["additional_info.extended_drx"] = v.ProSe, v.ExtendedDRX
	m["extensions"] = nil
	if v.MNCLength != nil {
		m["rfu"], m["mnc_len"], m["extensions"] = v.Reserved, *v.MNCLength, hexFact(v.Extensions)
	}
}

func networkFacts(m map[string]any, v NetworkList) {
	for i, n := range v.Networks {
		if n.PLMN().Empty() {
			m[index(i)] = nil
			continue
		}
		m[index(i)+".mcc"], m[index(i)+".mnc"] = n.MCC, n.MNC
		// The vectors are older than access by satellite.
		j := 0
		for _, act := range n.Act {
			if !strings.HasPrefix(act, "satellite") {
				m[fmt.Sprintf("[%d].act[%d]", i, j)] = act
				j++
			}
		}
	}
}

func lociFacts(m map[string]any, v LOCI) {
	m["tmsi"], m["lai.mcc_mnc"], m["lai.lac"] = hexFact(v.TMSI), v.LAI.MCC+"-"+v.LAI.MNC, hexFact(v.LAI.Code)
	lai, _ := v.LAI.encode()
	m["lai"], m["rfu"], m["tmsi_time"] = hexFact(lai), v.TMSITime, v.TMSITime
	m["lu_status"] = v.Status
	if !v.LAI.PLMN().Empty() { // one of the two vectors has the name, one the number
		m["lu_status"] = v.StatusByte
	}
}

func smspFacts(m map[string]any, v SMSP) {
	in := v.Indicators
	m["alpha_id"] = v.AlphaID
	m["parameter_indicators.tp_dest_addr"], m["parameter_indicators.tp_sc_addr"] = in.Dest, in.Centre
	m["parameter_indicators.tp_pid"], m["parameter_indicators.tp_dcs"], m["parameter_indicators.tp_vp"] = in.PID, in.DCS, in.VP
	for name, a := range map[string]Address{"tp_dest_addr": v.Dest, "tp_sc_addr": v.Centre} {
		m[name+".length"], m[name+".call_number"] = a.Length, a.Digits
		m[name+".ton_npi.ext"] = a.Ext
		m[name+".ton_npi.type_of_number"], m[name+".ton_npi.numbering_plan_id"] = a.TON.String(), a.NPI.String()
	}
	m["tp_pid"], m["tp_dcs"], m["tp_vp_minutes"] = hexFact([]byte{v.PID}), hexFact([]byte{v.DCS}), v.VPMinutes
}

func ruleFacts(m map[string]any, at string, r Rule) {
	names := []struct {
		bit  byte
		name string
	}{
		{ModeDelete, "delete_file"},
		{ModeTerminate, "terminate_ef"},
		{ModeActivate, "activate_file_or_record"},
		{ModeDeactivate, "deactivate_file_or_record"},
		{ModeWrite, "write_append"},
		{ModeUpdate, "update_erase"},
		{ModeRead, "read_search_compare"},
	}
	i := 0
	for _, n := range names {
		if r.Modes.Bits&n.bit != 0 {
			m[fmt.Sprintf("%s[0].access_mode[%d]", at, i)] = n.name
			i++
		}
	}
	for _, h := range r.Modes.Headers {
		if h.INS != nil {
			m[at+"[0].command_header.INS"] = *h.INS
		}
	}
	conditionFacts(m, at+"[1]", r.Condition)
}

func conditionFacts(m map[string]any, at string, c Condition) {
	switch c.Kind {
	case CondAlways, CondNever:
		m[at+"."+c.Kind] = nil
	case CondKey:
		m[at+".control_reference_template"] = strings.Join(c.KeyNames, "/")
	case CondOr, CondAnd:
		for i, sub := range c.Of {
			conditionFacts(m, fmt.Sprintf("%s.%s[%d]", at, c.Kind, i), sub)
		}
	}
}

// A value that nobody edited is written back as it was, also after a journey
// through JSON; without the bytes it carries, in the canonical coding.
func TestUneditedEncodesToTheSameBytes(t *testing.T) {
	// Vectors whose bytes are not the canonical coding of what they say.
	other := map[string]string{
		"00f110ffff": "reserved access technology bits are set",
		"611d4f10a0": "a filler byte lies inside the template",
		"00ffff":     "three bytes, the way old cards have EF.AD, are canonical; reserved bits stay",
	}
	written := 0
	for _, v := range allVectors(t) {
		d, ok := Lookup(v.File)
		if !ok || d.Encode == nil || !v.Published() {
			continue
		}
		written++
		want := v.bytes(t)
		value := d.Decode(want, Context{}).Value
		forms := []any{value}
		masked := strings.Contains(mustJSON(t, value), "••••") // a masked key cannot come back from JSON
		if !masked {
			forms = append(forms, viaJSON(t, value, true))
		}
		for _, x := range forms {
			if got, err := d.Encode(x, len(want)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %X was written as %X, %v", v.File, want, got, err)
			}
		}
		skip := false
		for prefix := range other {
			skip = skip || strings.HasPrefix(v.Hex, prefix)
		}
		if skip || masked {
			continue
		}
		if got, err := d.Encode(viaJSON(t, value, false), len(want)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %X was written anew as %X, %v", v.File, want, got, err)
		}
	}
	if written < 30 {
		t.Errorf("only %d vectors were written", written)
	}
}

// viaJSON sends a value through JSON, with or without the bytes it carries.
func viaJSON(t *testing.T, v any, carry bool) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if !carry {
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		delete(m, "raw")
		if b, err = json.Marshal(m); err != nil {
			t.Fatal(err)
		}
	}
	p := reflect.New(reflect.TypeOf(v))
	if err := json.Unmarshal(b, p.Interface()); err != nil {
		t.Fatalf("%T: %v", v, err)
	}
	return p.Elem().Interface()
}

func BenchmarkDecode(b *testing.B) {
	type job struct {
		d    Decoder
		data []byte
	}
	var jobs []job
	for _, v := range allVectors(b) {
		if d, ok := Lookup(v.File); ok {
			jobs = append(jobs, job{d, v.bytes(b)})
		}
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, j := range jobs {
			j.d.Decode(j.data, Context{MNCLength: 2})
			n++
		}
	}
	b.ReportMetric(math.Round(float64(n)/b.Elapsed().Seconds()), "files/s")
}
