package ef

func encodePRL(extended bool) func(PRL, int) ([]byte, error) {
	return func(v PRL, size int) ([]byte, error) {
		if v.Size == 0 && len(v.Acquired) == 0 && len(v.Systems) == 0 {
			return fill(size), nil
		}
		w := &bitWriter{}
		w.put(0, 16)
		if err := w.prlHead(v, extended); err != nil {
			return nil, err
		}
		for _, a := range v.Acquired {
			if err := w.acquisition(a, extended); err != nil {
				return nil, err
			}
		}
		for _, s := range v.Subnets {
			w.put(0, 4)
			if err := w.field("subnet_common_length", len(s.Value), 4); err != nil {
				return nil, err
			}
			w.bytes(s.Value)
		}
		for _, s := range v.Systems {
			if err := w.system(s, extended); err != nil {
				return nil, err
			}
		}
		return w.list(v.Raw, size)
	}
}

func (w *bitWriter) prlHead(v PRL, extended bool) error {
	fields := []capabilityField{{"pr_list_id", &v.ID, 16}}
	if extended {
		if v.Revision == nil {
			return refuse("cdma.missing", "what", "cur_sspr_p_rev")
		}
		fields = append(fields, capabilityField{"cur_sspr_p_rev", v.Revision, 8})
	} else if v.Revision != nil || len(v.Subnets) > 0 {
		return refuse("cdma.plain", "what", "cur_sspr_p_rev, common_subnet_table")
	}
	only, acquired, subnets, systems, zero := int(oneIf(v.PrefOnly)), len(v.Acquired), len(v.Subnets), len(v.Systems), 0
	fields = append(fields, capabilityField{"pref_only", &only, 1}, capabilityField{"def_roam_ind", &v.Roaming, 8},
		capabilityField{"acq_table", &acquired, 9})
	if extended {
		fields = append(fields, capabilityField{"common_subnet_table", &subnets, 9})
	}
	fields = append(fields, capabilityField{"sys_table", &systems, 14})
	if extended {
		fields = append(fields, capabilityField{"reserved", &zero, 7})
	}
	return w.fields(fields)
}

func (w *bitWriter) fields(list []capabilityField) error {
	for _, f := range list {
		if f.n == nil {
			return refuse("cdma.missing", "what", f.id)
		}
		if err := w.field(f.id, *f.n, f.bits); err != nil {
			return err
		}
	}
	return nil
}

func (w *bitWriter) bytes(b []byte) {
	for _, c := range b {
		w.put(uint32(c), 8)
	}
}

// pad fills the last byte.
func (w *bitWriter) pad() {
	for w.at%8 != 0 {
		w.put(0, 1)
	}
}

func (w *bitWriter) acquisition(a PRLAcquisition, extended bool) error {
	if !extended {
		if a.Kind = kindOf(a.Type, acqKinds); a.Kind == reservedValue || a.Type >= acqGeneric1x {
			return refuse("cdma.plain", "what", "acq_type")
		}
		w.put(uint32(a.Type), 4)
		return w.acquisitionBody(a)
	}
	body := &bitWriter{}
	if err := body.acquisitionBody(a); err != nil {
		return err
	}
	body.pad()
	if err := w.fieldPair("acq_type", a.Type, "acq_length", len(body.b)); err != nil {
		return err
	}
	w.bytes(body.b)
	return nil
}

func (w *bitWriter) fieldPair(id1 string, n1 int, id2 string, n2 int) error {
	if err := w.field(id1, n1, 8); err != nil {
		return err
	}
	return w.field(id2, n2, 8)
}

func (w *bitWriter) acquisitionBody(a PRLAcquisition) error {
	switch a.Type {
	case acqAnalog, acqPreferred:
		return w.fields([]capabilityField{{"a_b", a.AB, 2}})
	case acqStandard, acqJTACS:
		return w.fields([]capabilityField{{"a_b", a.AB, 2}, {"pri_sec", a.PriSec, 2}})
	case acqBlocks:
		return w.list3(a.Blocks)
	case acqCustom, acqPCS, acqJTACSCustom, acq2GHz:
		if err := w.field("channels", len(a.Channels), 5); err != nil {
			return err
		}
		for _, c := range a.Channels {
			if err := w.field("channel_number", c.Number, 11); err != nil {
				return err
			}
		}
	case acqGeneric1x, acqGenericHRPD:
		for _, c := range a.Channels {
			if err := w.fields([]capabilityField{{"band_class", c.Band, 5}, {"channel_number", &c.Number, 11}}); err != nil {
				return err
			}
		}
	default:
		w.bytes(a.Value)
	}
	return nil
}

func (w *bitWriter) list3(blocks []int) error {
	if err := w.field("blocks", len(blocks), 3); err != nil {
		return err
	}
	for _, n := range blocks {
		if err := w.field("blocks", n, 3); err != nil {
			return err
		}
	}
	return nil
}

func (w *bitWriter) system(s PRLSystem, extended bool) error {
	if !extended {
		return w.plainSystem(s)
	}
	body := &bitWriter{}
	body.put(0, 5) // the length, in bytes
	if err := body.field("sys_record_type", s.Type, 4); err != nil {
		return err
	}
	if err := body.choice(s, true); err != nil {
		return err
	}
	if err := body.extendedBody(s); err != nil {
		return err
	}
	body.pad()
	n := len(body.b)
	if n > 0x1F {
		return refuse("size", "need", n, "limit", 0x1F)
	}
	body.b[0] |= byte(n) << 3
	w.bytes(body.b)
	return nil
}

func (w *bitWriter) plainSystem(s PRLSystem) error {
	if s.Type != sys1x {
		return refuse("cdma.plain", "what", "sys_record_type")
	}
	if err := w.fields([]capabilityField{{"sid", s.SID, 15}, {"nid_incl", &s.NIDIncluded, 2}}); err != nil {
		return err
	}
	if s.NIDIncluded == 1 {
		if err := w.fields([]capabilityField{{"nid", s.NID, 16}}); err != nil {
			return err
		}
	}
	if err := w.choice(s, false); err != nil || !s.Preferred {
		return err
	}
	return w.fields([]capabilityField{{"roam_ind", s.Roaming, 8}})
}

func (w *bitWriter) choice(s PRLSystem, extended bool) error {
	on := []bool{s.Preferred, s.SameRegion}
	switch {
	case extended || s.Preferred:
		on = append(on, s.MoreThan)
	case s.MoreThan:
		return refuse("cdma.plain", "what", "pri")
	}
	for _, v := range on {
		w.put(uint32(oneIf(v)), 1)
	}
	return w.field("acq_index", s.Acquisition, 9)
}

// extendedBody writes what stands behind the choice in a record of the
// extended list.
func (w *bitWriter) extendedBody(s PRLSystem) error {
	var err error
	switch s.Type {
	case sys1x:
		w.put(0, 1)
		fields := []capabilityField{{"nid_incl", &s.NIDIncluded, 2}, {"sid", s.SID, 15}}
		if s.NIDIncluded == 1 {
			fields = append(fields, capabilityField{"nid", s.NID, 16})
		}
		err = w.fields(fields)
	case sysHRPD:
		if len(s.Subnets) != 1 {
			return refuse("cdma.missing", "what", "subnets")
		}
		w.put(0, 3)
		err = w.subnetPart(s.Subnets[0])
	case sysMCCMNC:
		err = w.byCountry(s)
	default:
		// The value begins within a byte: its last byte is not whole.
		for i := range max(0, 8*len(s.Value)-(8-w.at%8)) {
			w.put(uint32(s.Value[i/8]>>(7-i%8)&1), 1)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if s.Preferred {
		if err := w.fields([]capabilityField{{"roam_ind", s.Roaming, 8}}); err != nil {
			return err
		}
	}
	w.put(uint32(oneIf(s.Association != nil)), 1)
	if a := s.Association; a != nil {
		if err := w.field("association_tag", a.Tag, 8); err != nil {
			return err
		}
		w.put(uint32(oneIf(a.PN)), 1)
		w.put(uint32(oneIf(a.Data)), 1)
	}
	return nil
}

// subnetPart writes the subnet of an HRPD system and where its front part is.
func (w *bitWriter) subnetPart(p PRLSubnetPart) error {
	w.put(uint32(oneIf(p.Common != nil)), 1)
	if err := w.subnet(p, 7); err != nil {
		return err
	}
	if p.Common != nil {
		return w.field("subnet_common_offset", *p.Common, 12)
	}
	return nil
}

// subnet writes a subnet behind its length of so many bits.
func (w *bitWriter) subnet(p PRLSubnetPart, bits int) error {
	if err := w.field("subnet_lsb_length", p.Bits, bits); err != nil {
		return err
	}
	if len(p.Value) != (p.Bits+7)/8 {
		return refuse("length", "what", "subnet_lsb", "need", (p.Bits+7)/8)
	}
	for i := range p.Bits {
		w.put(uint32(p.Value[i/8]>>(7-i%8)&1), 1)
	}
	return nil
}

func (w *bitWriter) byCountry(s PRLSystem) error {
	if err := w.fields([]capabilityField{{"sys_record_subtype", s.Subtype, 3}}); err != nil {
		return err
	}
	for _, code := range []string{s.MCC, s.MNC} {
		if err := w.digits(code); err != nil {
			return err
		}
	}
	switch *s.Subtype {
	case subtypeSID, subtypePairs:
		w.put(0, 4)
		if err := w.field("sid_nid", len(s.Pairs), 4); err != nil {
			return err
		}
		for _, p := range s.Pairs {
			w.put(0, 1)
			fields := []capabilityField{{"sid", &p.SID, 15}}
			if *s.Subtype == subtypePairs {
				fields = append(fields, capabilityField{"nid", p.NID, 16})
			}
			if err := w.fields(fields); err != nil {
				return err
			}
		}
	case subtypeSubnets:
		w.put(0, 4)
		if err := w.field("subnets", len(s.Subnets), 4); err != nil {
			return err
		}
		for _, p := range s.Subnets {
			if p.Common != nil {
				return refuse("cdma.plain", "what", "subnet_common_offset")
			}
			if err := w.subnet(p, 8); err != nil {
				return err
			}
		}
	}
	return nil
}
