package ef

import "fmt"

// The text of C.S0023 and C.S0065 on the files of this source file could not be
// had. Their codings are those of Qualcomm's nvruim.c and uim.h (msm8909w), of
// a reader of card files (huyun12041204/Local, ExpFile.cpp) and of the test
// profile of GSMA TS.48. So it is in cdmaactive.go, cdmabroadcast.go,
// cdmafeatures.go, cdmasmsfiles.go and cdmacsim.go; the vectors say which.

// ruimProgramFiles is who may program the phone over the air, and what the
// phone told of itself.
func ruimProgramFiles() []entry {
	return []entry{
		inCDMA(laidOut("EF.OTAPASPC", ruimSpec, 1, layoutOTAPASPC, OTAPermission.String)),
		inCDMA(laidOut("EF.NAMLOCK", ruimSpec, 1, layoutNAMLock, NAMLock.String)),
		inCDMA(laidOut("EF.SP", ruimSpec, 1, layoutPreference, ServicePreference.String)),
		inCDMA(laidOut("EF.ATC", ruimSpec, 1, layoutATC, func(v AccessTerminal) string { return fmt.Sprint(v.Class) })),
		inCDMA(laidOut("EF.MECRP", ruimSpec+", C.S0016", 3, layoutMECRP, func(v PhoneReport) string { return fmt.Sprint(v.Revision) })),
		inCDMA(laidOut("EF.MAX_PUZL", ruimSpec+", C.S0016", 5, layoutMaxPUZL, func(v MaxPUZL) string { return fmt.Sprint(v.Zones) })),
	}
}

// OTAPermission is the content of EF.OTAPASPC: what the user lets the network
// do over the air. 0 is allowed and 1 is not.
type OTAPermission struct {
	OTAPA     int `json:"otapa_enable"`      // programming in a call of the operator's
	SPCChange int `json:"spc_change_enable"` // a new service programming code
	Carry
}

func permission(n int) string { return codeWord("cdma.permit", "allowed", "denied")(n) }

func layoutOTAPASPC(v *OTAPermission) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "otapa_enable", value: &v.OTAPA, n: 1, width: 1, note: permission},
		{id: "spc_change_enable", value: &v.SPCChange, n: 1, shift: 4, width: 1, note: permission},
	}
}

func (v OTAPermission) String() string { return permission(v.OTAPA) + ", " + permission(v.SPCChange) }

// NAMLock is the content of EF.NAMLOCK: the lock of the subscription against
// programming over the air.
type NAMLock struct {
	State bool `json:"nam_lock_state"` // locked now
	Lock  bool `json:"nam_lock"`       // locked again when programming begins
	Mode  int  `json:"ota_mode"`       // 0 the user calls, 1 the network calls
	Carry
}

func layoutNAMLock(v *NAMLock) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "nam_lock_state", on: &v.State, n: 1, width: 1},
		{id: "nam_lock", on: &v.Lock, n: 1, shift: 1, width: 1},
		{id: "ota_mode", value: &v.Mode, n: 1, shift: 2, width: 1, note: codeWord("cdma.ota_mode", "user", "network")},
	}
}

func (v NAMLock) String() string {
	if v.State {
		return word("cdma.nam.locked")
	}
	return word("cdma.nam.open")
}

// ServicePreference is the content of EF.SP: which band of the cellular
// networks and which kind of them is tried first, or solely.
type ServicePreference struct {
	Band int `json:"a_b_preference"`
	Kind int `json:"analog_cdma_preference"`
	Carry
}

func layoutPreference(v *ServicePreference) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "sp_band", value: &v.Band, n: 1, width: 3, note: preferredBand},
		{id: "sp_kind", value: &v.Kind, n: 1, shift: 4, width: 3, note: preferredKind},
	}
}

func preferredBand(n int) string {
	return codeWord("cdma.sp", "any", "a_first", "b_first", "", "", "a_only", "b_only")(n)
}

func preferredKind(n int) string {
	return codeWord("cdma.sp", "any", "analog_first", "cdma_first", "", "", "analog_only", "cdma_only")(n)
}

func (v ServicePreference) String() string {
	return preferredBand(v.Band) + ", " + preferredKind(v.Kind)
}

// AccessTerminal is the content of EF.ATC: the class that an HRPD network
// gives or refuses access to.
type AccessTerminal struct {
	Class int `json:"access_terminal_class"`
	Carry
}

func layoutATC(v *AccessTerminal) (*Carry, []part) {
	return &v.Carry, []part{{id: "access_terminal_class", value: &v.Class, n: 1, width: 2}}
}

// PhoneReport is the content of EF.MECRP: what the phone is asked for over the
// air and the card cannot know. The name of the second byte is that of the
// parameter block of C.S0016 which this file fills.
type PhoneReport struct {
	ClassMark   int  `json:"scm"`
	Revision    int  `json:"mob_p_rev"`
	LocalAnalog bool `json:"local_control_analog"`
	LocalCDMA   bool `json:"local_control_cdma"`
	Carry
}

func layoutMECRP(v *PhoneReport) (*Carry, []part) {
	bits := func(n int) string { return fmt.Sprintf("%08b", n) }
	return &v.Carry, []part{
		{id: "scm", value: &v.ClassMark, n: 1, note: bits},
		{id: "mob_p_rev", value: &v.Revision, at: 1, n: 1},
		{id: "local_control_analog", on: &v.LocalAnalog, at: 2, n: 1, width: 1},
		{id: "local_control_cdma", on: &v.LocalCDMA, at: 2, n: 1, shift: 1, width: 1},
	}
}

// MaxPUZL is the content of EF.MAX_PUZL: the room for user zones.
type MaxPUZL struct {
	Size  int `json:"max_uz_list_size"` // bytes
	Zones int `json:"max_uz"`
	Carry
}

func layoutMaxPUZL(v *MaxPUZL) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "max_uz_list_size", value: &v.Size, n: 3, big: true},
		{id: "max_uz", value: &v.Zones, at: 3, n: 2, big: true},
	}
}
