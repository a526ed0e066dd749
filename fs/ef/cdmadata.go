package ef

import (
	"fmt"
	"net/netip"
)

// ruimDataFiles is the settings for packet data (3GPP2 C.S0016 clause 3.5.8):
// what the card can hold, and the user's names in the networks.
func ruimDataFiles() []entry {
	profile := func(name string, dec func([]byte, Context, *builder) DataProfile, enc func(DataProfile, int) ([]byte, error)) entry {
		return inCDMA(writable(name, ruimSpec+", C.S0016", dec, enc))
	}
	return []entry{
		inCDMA(writable("EF.SIPCAP", ruimSpec+", C.S0016", decodeDataCapability(false), encodeDataCapability(false))),
		inCDMA(writable("EF.MIPCAP", ruimSpec+", C.S0016", decodeDataCapability(true), encodeDataCapability(true))),
		profile("EF.SIPUPP", decodeSIPProfile, encodeSIPProfile),
		profile("EF.HRPDUPP", decodeHRPDProfile, encodeHRPDProfile),
		inCDMA(writable("EF.MIPUPP", ruimSpec+", C.S0016 clause 3.5.8.6", decodeMIPProfile, encodeMIPProfile)),
	}
}

// DataCapability is the content of EF.SIPCAP and EF.MIPCAP: how much the card
// can hold for packet data. The algorithms are bits of C.S0016; the highest of
// simple IP is CHAP, the next one PAP.
type DataCapability struct {
	MaxNAI           int `json:"max_num_nai"`
	MaxNAILength     int `json:"max_nai_length"` // bytes
	MaxSecretLength  int `json:"max_ss_length"`  // bytes
	Algorithms       int `json:"auth_algorithm"`
	MaxHASecret      int `json:"max_mn_ha_ss_length,omitempty"`  // mobile IP only
	HomeAgentMethods int `json:"mn_ha_auth_algorithm,omitempty"` // mobile IP only
	Carry
}

// capabilityField is a field of so many bits.
type capabilityField struct {
	id   string
	n    *int
	bits int
}

func (v *DataCapability) fields(mobile bool) []capabilityField {
	out := []capabilityField{{"max_num_nai", &v.MaxNAI, 4}, {"max_nai_length", &v.MaxNAILength, 8}, {"max_ss_length", &v.MaxSecretLength, 5}}
	if !mobile {
		return append(out, capabilityField{"data_auth_algorithm", &v.Algorithms, 8})
	}
	return append(out, capabilityField{"data_auth_algorithm", &v.Algorithms, 8},
		capabilityField{"max_mn_ha_ss_length", &v.MaxHASecret, 5}, capabilityField{"mn_ha_auth_algorithm", &v.HomeAgentMethods, 8})
}

func capabilitySize(mobile bool) int {
	if mobile {
		return 5
	}
	return 4
}

func decodeDataCapability(mobile bool) func([]byte, Context, *builder) DataCapability {
	return func(data []byte, _ Context, b *builder) DataCapability {
		v := DataCapability{Carry: Carry{data}}
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		if !b.exactly(data, capabilitySize(mobile)) {
			return v
		}
		r := &bitReader{b: data[:capabilitySize(mobile)]}
		for _, f := range v.fields(mobile) {
			from := r.at
			*f.n = int(r.take(f.bits))
			off, n := r.byteSpan(from)
			shown := fmt.Sprint(*f.n)
			if f.bits >= 8 {
				shown = fmt.Sprintf("%0*b", f.bits, *f.n)
			}
			b.addAs(f.id, fieldLabel(f.id), shown, off, n)
		}
		b.padding(r)
		b.Summary = fmt.Sprint(v.MaxNAI)
		return v
	}
}

func encodeDataCapability(mobile bool) func(DataCapability, int) ([]byte, error) {
	return func(v DataCapability, size int) ([]byte, error) {
		w := &bitWriter{}
		for _, f := range v.fields(mobile) {
			if err := inRange(f.id, *f.n, 1<<f.bits-1); err != nil {
				return nil, err
			}
			w.put(uint32(*f.n), f.bits)
		}
		return padded(w.b, size)
	}
}

// padding flags bits behind the last field that are not 0.
func (b *builder) padding(r *bitReader) {
	from := r.at
	for r.at < 8*len(r.b) {
		if r.take(1) != 0 {
			b.flag("cdma.reserved", from/8, len(r.b)-from/8, "byte", hexByte(r.b[from/8]))
			return
		}
	}
}

// DataProfile is the content of EF.SIPUPP and EF.HRPDUPP: the user's names
// (network access identifiers) for packet data.
type DataProfile struct {
	Names []DataName `json:"nai"`
	Carry
}

// DataName is one name. The index is of EF.SIPUPP only.
type DataName struct {
	Index     int    `json:"nai_entry_index"`
	NAI       string `json:"nai"`
	Algorithm int    `json:"auth_algorithm"` // C.S0016: 1 is CHAP, 2 PAP
}

// profileBody is what the length byte in front of a profile covers, as bits.
func (b *builder) profileBody(data []byte) *bitReader {
	if len(data) > 0 && (allFF(data) || data[0] == 0) {
		b.erase()
		return nil
	}
	if !b.expect(data, 1) || !b.expect(data, 1+int(data[0])) {
		return nil
	}
	return &bitReader{b: data[:1+int(data[0])], at: 8}
}

// nai reads a name: its length in bytes and its characters.
func (b *builder) nai(r *bitReader) string {
	n := int(r.take(8))
	from := r.at
	name := string(r.bits(8 * n))
	if r.short {
		b.flag("cdma.profile", from/8, len(r.b)-from/8)
		return ""
	}
	off, size := r.byteSpan(from)
	b.add("nai", name, off, size)
	return name
}

func (b *builder) dataAlgorithm(r *bitReader) int {
	from := r.at
	n := int(r.take(4))
	if off, size := r.byteSpan(from); !r.short {
		f := b.add("nai_algorithm", fmt.Sprint(n), off, size)
		f.Depth, f.Note = 1, codeWord("cdma.nai_auth", "none", "chap", "pap", "chap_pap")(n)
	}
	return n
}

func (b *builder) profileEnd(r *bitReader, names []string) {
	if r.short {
		if len(b.Flags) == 0 {
			b.flag("cdma.profile", 0, len(r.b))
		}
	} else {
		b.padding(r)
	}
	b.Summary = shorten(names, 3)
}

func decodeSIPProfile(data []byte, _ Context, b *builder) DataProfile {
	v := DataProfile{Names: []DataName{}, Carry: Carry{data}}
	r := b.profileBody(data)
	if r == nil {
		return v
	}
	var names []string
	for range r.take(4) {
		n := DataName{Index: int(r.take(4))}
		n.NAI = b.nai(r)
		if n.Algorithm = b.dataAlgorithm(r); r.short {
			break
		}
		v.Names, names = append(v.Names, n), append(names, n.NAI)
	}
	b.profileEnd(r, names)
	return v
}

func decodeHRPDProfile(data []byte, _ Context, b *builder) DataProfile {
	v := DataProfile{Names: []DataName{}, Carry: Carry{data}}
	r := b.profileBody(data)
	if r == nil {
		return v
	}
	var names []string
	n := DataName{NAI: b.nai(r)}
	if n.Algorithm = b.dataAlgorithm(r); !r.short {
		v.Names, names = append(v.Names, n), append(names, n.NAI)
	}
	b.profileEnd(r, names)
	return v
}

// name writes a name behind its length.
func (w *bitWriter) name(s string) error {
	if len(s) > 0xFF {
		return refuse("cdma.long", "n", len(s), "limit", 0xFF)
	}
	w.put(uint32(len(s)), 8)
	for i := range len(s) {
		w.put(uint32(s[i]), 8)
	}
	return nil
}

func (w *bitWriter) field(id string, n, bits int) error {
	if n < 0 || uint64(n) >= 1<<bits {
		return refuse("number.range", "what", id, "n", n, "limit", uint64(1)<<bits-1)
	}
	w.put(uint32(n), bits)
	return nil
}

// profile puts the length in front and fills the file.
func (w *bitWriter) profile(size int) ([]byte, error) {
	n := len(w.b) - 1
	if n > 0xFF {
		return nil, refuse("size", "need", n, "limit", 0xFF)
	}
	w.b[0] = byte(n)
	return padded(w.b, size)
}

func (w *bitWriter) dataName(n DataName, indexed bool) error {
	if indexed {
		if err := w.field("nai_entry_index", n.Index, 4); err != nil {
			return err
		}
	}
	if err := w.name(n.NAI); err != nil {
		return err
	}
	return w.field("auth_algorithm", n.Algorithm, 4)
}

func encodeSIPProfile(v DataProfile, size int) ([]byte, error) {
	if len(v.Names) == 0 {
		return fill(size), nil
	}
	w := &bitWriter{}
	w.put(0, 8)
	if err := w.field("nai", len(v.Names), 4); err != nil {
		return nil, err
	}
	for _, n := range v.Names {
		if err := w.dataName(n, true); err != nil {
			return nil, err
		}
	}
	return w.profile(size)
}

func encodeHRPDProfile(v DataProfile, size int) ([]byte, error) {
	if len(v.Names) == 0 {
		return fill(size), nil
	}
	if len(v.Names) > 1 {
		return nil, refuse("entries", "need", len(v.Names), "limit", 1)
	}
	w := &bitWriter{}
	w.put(0, 8)
	if err := w.dataName(v.Names[0], false); err != nil {
		return nil, err
	}
	return w.profile(size)
}

// MobileIPProfile is the content of EF.MIPUPP (C.S0016 clause 3.5.8.6).
type MobileIPProfile struct {
	Retry *MobileIPRetry  `json:"retry,omitempty"`
	Names []MobileIPEntry `json:"nai"`
	Carry
}

// MobileIPRetry says how often and when a registration is tried again.
type MobileIPRetry struct {
	MaxRetries   int `json:"max_num_retry"`
	FirstTimeout int `json:"first_retry_timeout"`
	Threshold    int `json:"rereg_threshold"`
}

// MobileIPEntry is one name with its home agents. An SPI that is not there is
// left to the network.
type MobileIPEntry struct {
	Index         int         `json:"nai_entry_index"`
	NAI           string      `json:"nai"`
	ReverseTunnel bool        `json:"t_bit"`
	HomeAddress   netip.Addr  `json:"home_address"`
	PrimaryAgent  netip.Addr  `json:"primary_ha_address"`
	SecondAgent   netip.Addr  `json:"secondary_ha_address"`
	AAA           MobileIPKey `json:"mn_aaa"`
	HomeAgent     MobileIPKey `json:"mn_ha"`
}

// MobileIPKey names a key: its algorithm and security parameter index.
type MobileIPKey struct {
	Algorithm int     `json:"auth_algorithm"`
	SPI       *uint32 `json:"spi,omitempty"`
}

func decodeMIPProfile(data []byte, _ Context, b *builder) MobileIPProfile {
	v := MobileIPProfile{Names: []MobileIPEntry{}, Carry: Carry{data}}
	r := b.profileBody(data)
	if r == nil {
		return v
	}
	if r.take(1) == 1 {
		v.Retry = &MobileIPRetry{int(r.take(2)), int(r.take(3)), int(r.take(6))}
		b.add("mip_retry", fmt.Sprintf("%d, %d, %d", v.Retry.MaxRetries, v.Retry.FirstTimeout, v.Retry.Threshold), 1, min(2, len(r.b)-1))
	}
	var names []string
	for range r.take(4) {
		e := b.mobileIP(r)
		if r.short {
			break
		}
		v.Names, names = append(v.Names, e), append(names, e.NAI)
	}
	b.profileEnd(r, names)
	return v
}

func (b *builder) mobileIP(r *bitReader) MobileIPEntry {
	e := MobileIPEntry{Index: int(r.take(4))}
	e.NAI = b.nai(r)
	e.ReverseTunnel = r.take(1) == 1
	for _, a := range []struct {
		id   string
		addr *netip.Addr
	}{{"mip_home", &e.HomeAddress}, {"mip_primary", &e.PrimaryAgent}, {"mip_secondary", &e.SecondAgent}} {
		from := r.at
		n := r.take(32)
		*a.addr = netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		if off, size := r.byteSpan(from); !r.short {
			b.addAs(a.id, fieldLabel(a.id), a.addr.String(), off, size).Depth = 1
		}
	}
	e.AAA, e.HomeAgent = b.mobileIPKey("mip_aaa", r), b.mobileIPKey("mip_ha", r)
	return e
}

func (b *builder) mobileIPKey(id string, r *bitReader) MobileIPKey {
	from := r.at
	k := MobileIPKey{Algorithm: int(r.take(4))}
	shown := fmt.Sprint(k.Algorithm)
	if r.take(1) == 1 {
		n := r.take(32)
		k.SPI, shown = &n, fmt.Sprintf("%d  SPI %d", k.Algorithm, n)
	}
	if off, size := r.byteSpan(from); !r.short {
		b.addAs(id, fieldLabel(id), shown, off, size).Depth = 1
	}
	return k
}

func encodeMIPProfile(v MobileIPProfile, size int) ([]byte, error) {
	if len(v.Names) == 0 && v.Retry == nil {
		return fill(size), nil
	}
	w := &bitWriter{}
	w.put(0, 8)
	w.put(uint32(oneIf(v.Retry != nil)), 1)
	if r := v.Retry; r != nil {
		for _, f := range []capabilityField{{"max_num_retry", &r.MaxRetries, 2}, {"first_retry_timeout", &r.FirstTimeout, 3}, {"rereg_threshold", &r.Threshold, 6}} {
			if err := w.field(f.id, *f.n, f.bits); err != nil {
				return nil, err
			}
		}
	}
	if err := w.field("nai", len(v.Names), 4); err != nil {
		return nil, err
	}
	for _, e := range v.Names {
		if err := w.mobileIP(e); err != nil {
			return nil, err
		}
	}
	return w.profile(size)
}

func (w *bitWriter) mobileIP(e MobileIPEntry) error {
	if err := w.field("nai_entry_index", e.Index, 4); err != nil {
		return err
	}
	if err := w.name(e.NAI); err != nil {
		return err
	}
	w.put(uint32(oneIf(e.ReverseTunnel)), 1)
	for _, a := range []netip.Addr{e.HomeAddress, e.PrimaryAgent, e.SecondAgent} {
		if !a.Is4() {
			return refuse("cdma.address", "address", a.String())
		}
		for _, c := range a.As4() {
			w.put(uint32(c), 8)
		}
	}
	for _, k := range []MobileIPKey{e.AAA, e.HomeAgent} {
		if err := w.field("auth_algorithm", k.Algorithm, 4); err != nil {
			return err
		}
		w.put(uint32(oneIf(k.SPI != nil)), 1)
		if k.SPI != nil {
			w.put(*k.SPI, 32)
		}
	}
	return nil
}
