package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// ruimNetworkFiles is what tells a phone of its home and where it last
// registered.
func ruimNetworkFiles() []entry {
	prl := func(name, spec string, extended bool) entry {
		return inCDMA(writable(name, spec+", C.S0016 clause 3.5.5", decodePRL(extended), encodePRL(extended)))
	}
	return []entry{
		inCDMA(laidOut("EF.AH", ruimClause(5), 2, layoutAH, func(v AnalogHome) string { return fmt.Sprintf("SID %d", v.SID) })),
		inCDMA(laidOut("EF.AOP", ruimClause(6), 1, layoutAOP, func(v AnalogParameters) string { return yesNo(v.Extended) })),
		inCDMA(laidOut("EF.ALOC", ruimClause(7), 7, layoutALOC, func(v AnalogLocation) string { return fmt.Sprintf("SID %d", v.SID) })),
		inCDMA(records(laidOut("EF.CDMAHOME", ruimClause(8), 5, layoutCDMAHome, CDMAHome.String), "cdma_system")),
		inCDMA(records(laidOut("EF.ZNREGI", ruimClause(9), 8, layoutZone, CDMAZone.String), "cdma_system")),
		inCDMA(laidOut("EF.SNREGI", ruimClause(10), 7, layoutSNRegistration, SNRegistration.String)),
		inCDMA(laidOut("EF.DISTREGI", ruimClause(11), 8, layoutDistance, DistanceRegistration.String)),
		inCDMA(laidOut("EF.ACP", ruimClause(15), 7, layoutACP, func(v AnalogChannels) string { return fmt.Sprint(v.InitialPaging) })),
		prl("EF.PRL", ruimClause(16), false),
		prl("EF.EPRL", ruimSpec, true),
	}
}

// AnalogHome is the content of EF.AH (3GPP2 C.S0023 clause 3.4.5).
type AnalogHome struct {
	SID int `json:"home_sid"`
	Carry
}

func layoutAH(v *AnalogHome) (*Carry, []part) {
	return &v.Carry, []part{{id: "cdma_sid", value: &v.SID, n: 2, width: 15}}
}

// AnalogParameters is the content of EF.AOP (3GPP2 C.S0023 clause 3.4.6).
type AnalogParameters struct {
	Extended bool `json:"ex"`
	LocalUse bool `json:"local_use_mark"`
	Group    int  `json:"group_id"`
	Carry
}

func layoutAOP(v *AnalogParameters) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "cdma_ex", on: &v.Extended, n: 1, width: 1},
		{id: "cdma_local_use", on: &v.LocalUse, n: 1, shift: 1, width: 1},
		{id: "cdma_group_id", value: &v.Group, n: 1, shift: 2, width: 4},
	}
}

// AnalogLocation is the content of EF.ALOC (3GPP2 C.S0023 clause 3.4.7): where
// and until when the phone is registered in an analog network.
type AnalogLocation struct {
	NextRegistration int  `json:"nxtreg"`
	SID              int  `json:"sid"`
	Area             int  `json:"locaid"`
	PowerUp          bool `json:"pureg"`
	Carry
}

func layoutALOC(v *AnalogLocation) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "cdma_nxtreg", value: &v.NextRegistration, n: 3, width: 21},
		{id: "cdma_sid", value: &v.SID, at: 3, n: 2, width: 15},
		{id: "cdma_locaid", value: &v.Area, at: 5, n: 2, width: 12},
		{id: "cdma_pureg", on: &v.PowerUp, at: 6, n: 1, shift: 7, width: 1},
	}
}

// CDMAHome is a record of EF.CDMAHOME (3GPP2 C.S0023 clause 3.4.8): a system
// and network in which the phone is at home.
type CDMAHome struct {
	SID  int `json:"cdma_home_sid"`
	NID  int `json:"cdma_home_nid"`
	Band int `json:"band_class"`
	Carry
}

func layoutCDMAHome(v *CDMAHome) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "cdma_sid", value: &v.SID, n: 2, width: 15, note: wildcardSID},
		{id: "cdma_nid", value: &v.NID, at: 2, n: 2, note: wildcardNID},
		{id: "cdma_band_class", value: &v.Band, at: 4, n: 1, width: 5, note: cdmaBand},
	}
}

// String is the system; a record without any is unused.
func (v CDMAHome) String() string {
	if v.SID == 0 && v.NID == 0 {
		return word("none")
	}
	return cdmaSystem(v.SID, v.NID)
}

// cdmaSystem names a network of a system.
func cdmaSystem(sid, nid int) string { return fmt.Sprintf("SID %d NID %d", sid, nid) }

const anyNID = 0xFFFF

func wildcardSID(n int) string {
	if n == 0 {
		return word("cdma.any_system")
	}
	return ""
}

func wildcardNID(n int) string {
	if n == anyNID {
		return word("cdma.any_network")
	}
	return ""
}

// cdmaBand says the frequencies of a band class of C.S0057.
func cdmaBand(n int) string {
	if s := texts.Maybe(fmt.Sprintf("ef.word.cdma.band.%d", n)); s != "" {
		return s
	}
	return word("cdma.reserved")
}

// CDMAZone is a record of EF.ZNREGI (3GPP2 C.S0023 clause 3.4.9): a zone in
// which the phone registered. Modems write the frequency block of PCS into the
// seventh byte.
type CDMAZone struct {
	Zone  int `json:"reg_zone"`
	SID   int `json:"sid"`
	NID   int `json:"nid"`
	Block int `json:"freq_block"`
	Band  int `json:"band_class"`
	Carry
}

func layoutZone(v *CDMAZone) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "cdma_zone", value: &v.Zone, n: 2, width: 12},
		{id: "cdma_sid", value: &v.SID, at: 2, n: 2, width: 15},
		{id: "cdma_nid", value: &v.NID, at: 4, n: 2},
		{id: "cdma_freq_block", value: &v.Block, at: 6, n: 1, width: 3, note: pcsBlock},
		{id: "cdma_band_class", value: &v.Band, at: 7, n: 1, width: 5, note: cdmaBand},
	}
}

// pcsBlock names a block of the 1900 MHz band.
func pcsBlock(n int) string {
	return codeWord("cdma.block", "a", "b", "c", "d", "e", "f", "", "any")(n)
}

func (v CDMAZone) String() string {
	if v.Zone == 0 && v.SID == 0 && v.NID == 0 {
		return word("none")
	}
	return joined(fmt.Sprint(v.Zone), cdmaSystem(v.SID, v.NID))
}

// SNRegistration is the content of EF.SNREGI (3GPP2 C.S0023 clause 3.4.10):
// the one system and network that the phone registered in. Modems write the
// last two bytes, which some take for reserved.
type SNRegistration struct {
	Count int `json:"n"`
	SID   int `json:"sid"`
	NID   int `json:"nid"`
	Block int `json:"freq_block"`
	Band  int `json:"band_class"`
	Timer int `json:"zone_timer"`
	Carry
}

func layoutSNRegistration(v *SNRegistration) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "cdma_entries", value: &v.Count, n: 1},
		{id: "cdma_sid", value: &v.SID, at: 1, n: 2, width: 15},
		{id: "cdma_nid", value: &v.NID, at: 3, n: 2},
		{id: "cdma_freq_block", value: &v.Block, at: 5, n: 1, width: 3, note: pcsBlock},
		{id: "cdma_band_class", value: &v.Band, at: 6, n: 1, shift: 3, width: 5, note: cdmaBand},
		{id: "cdma_zone_timer", value: &v.Timer, at: 6, n: 1, width: 3, note: zoneMinutes},
	}
}

// zoneMinutes is the length of a zone timer (C.S0005 table 3.7.2.3.2.1-1).
func zoneMinutes(n int) string { return minutes([]int{1, 2, 5, 10, 20, 30, 45, 60}[n&7]) }

func (v SNRegistration) String() string {
	if v.SID == 0 && v.NID == 0 {
		return word("none")
	}
	return cdmaSystem(v.SID, v.NID)
}

// DistanceRegistration is the content of EF.DISTREGI (3GPP2 C.S0023 clause
// 3.4.11): where the base station of the last registration stands, in quarter
// seconds of arc, and how far from it the phone registers anew.
type DistanceRegistration struct {
	Latitude  int `json:"base_lat_reg"`
	Longitude int `json:"base_long_reg"`
	Distance  int `json:"reg_dist_reg"`
	Carry
}

func layoutDistance(v *DistanceRegistration) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "cdma_latitude", value: &v.Latitude, n: 3, width: 22, signed: true, note: quarterSeconds},
		{id: "cdma_longitude", value: &v.Longitude, at: 3, n: 3, width: 23, signed: true, note: quarterSeconds},
		{id: "cdma_distance", value: &v.Distance, at: 6, n: 2, width: 11},
	}
}

func quarterSeconds(n int) string { return fmt.Sprintf("%.4f°", float64(n)/4/3600) }

func (v DistanceRegistration) String() string {
	if v.Latitude == 0 && v.Longitude == 0 && v.Distance == 0 {
		return word("none")
	}
	return strings.Join([]string{quarterSeconds(v.Latitude), quarterSeconds(v.Longitude)}, " ")
}

// AnalogChannels is the content of EF.ACP (3GPP2 C.S0023 clause 3.4.15): the
// channels with which an analog phone begins.
type AnalogChannels struct {
	InitialPaging int `json:"initial_paging_channel"`
	DedicatedA    int `json:"first_dedicated_control_channel_a"`
	DedicatedB    int `json:"first_dedicated_control_channel_b"`
	Dedicated     int `json:"number_of_dedicated_control_channels"`
	Carry
}

func layoutACP(v *AnalogChannels) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "acp_paging", value: &v.InitialPaging, n: 2, width: 11},
		{id: "acp_a", value: &v.DedicatedA, at: 2, n: 2, width: 11},
		{id: "acp_b", value: &v.DedicatedB, at: 4, n: 2, width: 11},
		{id: "acp_count", value: &v.Dedicated, at: 6, n: 1, width: 5},
	}
}
