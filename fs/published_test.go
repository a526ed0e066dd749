package fs

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/tlv"
	"simscope/fs/ef/vectors"
)

// publishedHere is how many published vectors are FCP templates and 2G
// headers.
const publishedHere = 134 + 4 + 3

// Every fact of the published answers to SELECT is a value of the FCP that is
// read from them.
func TestPublishedFCPs(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		if v.Home() != vectors.HomeFS || !v.Published() {
			continue
		}
		n++
		raw, err := hex.DecodeString(v.Hex)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		switch {
		case strings.HasPrefix(v.File, "GSM/"):
			got = gsmFacts(raw)
		default:
			got = fcpFacts(ParseFCP(raw))
		}
		for name, want := range v.Facts {
			value, mapped := got[name]
			if !mapped {
				t.Errorf("%s: fact %s is not mapped", v.File, name)
			} else if !reflect.DeepEqual(plainFact(value), plainFact(want)) {
				t.Errorf("%s %s: %s = %v, want %v", v.File, v.Hex, name, value, want)
			}
		}
	}
	if n != publishedHere {
		t.Errorf("%d published vectors, want %d", n, publishedHere)
	}
}

// The objects of an FCP that are published by themselves.
func TestPublishedFCPObjects(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		if !strings.HasPrefix(v.File, "TLV/ts_102_221/") {
			continue
		}
		n++
		raw, _ := hex.DecodeString(v.Hex)
		f := ParseFCP(tlv.Append(nil, 0x62, raw))
		got := fcpFacts(f)
		got["value"] = got["life_cycle_status_integer"]
		got["record_len"], got["num_of_rec"] = got["file_descriptor.record_len"], got["file_descriptor.num_of_rec"]
		for name, want := range v.Facts {
			value, mapped := got[name]
			if !mapped {
				value, mapped = got["file_descriptor."+name]
			}
			if !mapped || !reflect.DeepEqual(plainFact(value), plainFact(want)) {
				t.Errorf("%s %s: %s = %v, want %v", v.File, v.Hex, name, value, want)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d objects", n)
	}
}

// plainFact makes values comparable: numbers as float64, hex without its mark.
func plainFact(v any) any {
	if s, ok := v.(string); ok {
		return strings.TrimPrefix(s, "hex:")
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

func fcpFacts(f FCP) map[string]any {
	m := map[string]any{
		"file_descriptor.file_descriptor_byte.shareable": f.Shareable,
		"file_descriptor.record_len":                     nil, "file_descriptor.num_of_rec": nil,
		"file_identifier": lowerFID(f.FID), "df_name": hex.EncodeToString([]byte(f.DFName)),
		"life_cycle_status_integer": "operational_" + f.LifeCycle.String(), "file_size": f.Size,
		"security_attrib_compact": lowerHex(f.Compact),
	}
	m["short_file_identifier"] = nil
	structureFacts(m, f)
	if f.SFI > 0 {
		m["short_file_identifier"] = f.SFI
	}
	if len(f.References) == 1 {
		m["security_attrib_referenced.ef_arr_file_id"] = lowerFID(f.References[0].File)
		m["security_attrib_referenced.ef_arr_record_nr"] = f.References[0].Record
	}
	for _, i := range f.Proprietary {
		proprietaryFacts(m, i)
	}
	nodes, _ := tlv.ParseFlat(f.PINStatus)
	for i, n := range nodes {
		switch n.Tag {
		case 0x90:
			m[fmt.Sprintf("pin_status_template_do[%d].ps_do", i)] = hex.EncodeToString(n.Value)
		case 0x83:
			m[fmt.Sprintf("pin_status_template_do[%d].key_reference", i)] = n.Value[0]
		}
	}
	return m
}

func structureFacts(m map[string]any, f FCP) {
	kind, structure := "working_ef", strings.ReplaceAll(f.Structure.String(), "-", "_")
	switch {
	case f.Structure.IsDir() && f.GSM:
		kind = strings.ToLower(f.Structure.String())
	case f.Structure.IsDir():
		kind, structure = "df", "no_info_given"
	case f.Structure.HasRecords():
		m["file_descriptor.record_len"], m["file_descriptor.num_of_rec"] = f.RecordLen, f.Records
	}
	m["file_descriptor.file_descriptor_byte.file_type"] = kind
	m["file_descriptor.file_descriptor_byte.structure"] = structure
}

// proprietaryFacts reads an object of template A5 (ETSI TS 102 221 clause
// 11.1.1.4.6; D0 and D2 are of the makers of the published cards).
func proprietaryFacts(m map[string]any, i Item) {
	at := "proprietary_information."
	number := 0
	for _, c := range i.Value {
		number = number<<8 | int(c)
	}
	switch i.Tag {
	case 0x80:
		m[at+"uicc_characteristics"] = lowerHex(i.Value)
	case 0x83:
		m[at+"available_memory"] = number
	case 0x84:
		m[at+"file_details.der_coding_only"] = number&1 == 1
	case 0x85:
		m[at+"reserved_file_size"] = number
	case 0x86:
		m[at+"maximum_file_size"] = number
	case 0x87:
		m[at+"supported_filesystem_commands.terminal_capability"] = number&1 == 1
	case 0xD0:
		m[at+"unknown_ber_tlv_ie_d0.raw"] = lowerHex(i.Value)
	case 0xD2:
		for bit, name := range []string{"rfm_create", "rfm_delete_terminate", "other_applet_create", "other_applet_delete_terminate"} {
			m[at+"toolkit_access_conditions."+name] = number>>bit&1 == 1
		}
	}
}

func gsmFacts(raw []byte) map[string]any {
	f := ParseGSM(raw)
	m := fcpFacts(f)
	m["file_id"], m["proprietary_info"] = lowerFID(f.FID), map[string]any{}
	if f.Structure.IsDir() {
		m["proprietary_info.available_memory"] = int(raw[2])<<8 | int(raw[3])
		m["file_characteristics"] = hex.EncodeToString(raw[13:14])
		m["num_direct_child_df"], m["num_direct_child_ef"] = f.GSMInfo.DFs, f.GSMInfo.EFs
		m["num_chv_unblock_adm_codes"] = f.GSMInfo.CHVs
		return m
	}
	var access string
	for _, n := range f.GSMInfo.Access {
		access += fmt.Sprintf("%x", n)
	}
	m["access_conditions"] = access
	// The source reads the file status as a UICC's life cycle byte.
	m["life_cycle_status_int"] = lifeCycle(raw[11]).String()
	return m
}

func lowerHex(h Hex) string { return hex.EncodeToString(h) }

func lowerFID(f card.FID) string { return strings.ToLower(f.String()) }
