package ef

import "simscope/texts"

// DF.A2X is known from TS 31.102 V18 clause 4.6.6 as tech-invite.com shows its
// beginning (tinv-3gpp-31-102_zh.html: EF.AST, EF.A2X_CONFIG), and from
// A2xEfDecoders.kt, FileId.kt and their tests in cheeriotb/UiccBrowser on
// GitHub for the other files. What the objects hold is TS 24.578.

var (
	a2xConfigTags = parameterTags{0x80: {name: "a2x_ue_policy_part"}}
	a2xPC5Tags    = parameterTags{
		0x80: {name: "a2x_served"},
		0x81: {name: "a2x_not_served"},
		0x82: {name: "a2x_tx_profiles"},
		0x83: {name: "a2x_privacy_config"},
		0x84: {name: "a2x_eutra_pc5"},
		0x85: {name: "a2x_nr_pc5"},
	}
	a2xDDAATags = parameterTags{
		0x80: {name: "a2x_ddaa_unicast"},
		0x81: {name: "a2x_ddaa_broadcast"},
	}
	a2xDC2Tags = parameterTags{
		0x80: {name: "a2x_dc2_served"},
		0x81: {name: "a2x_dc2_not_served"},
	}
	a2xUuTags = parameterTags{
		0x80: {name: "a2x_pdu_session_mapping"},
		0x81: {name: "a2x_plmn_infos"},
	}
)

// A2XConfig is the content of EF.A2X_CONFIG (TS 31.102 clause 4.6.6.3): any
// number of templates A0, each with indicators and a UE policy part of TS
// 24.578.
type A2XConfig struct {
	Configurations []RadioPolicy `json:"a2x_configuration_data"` // without a validity timer
	Other          []TLV         `json:"other,omitempty"`
	Carry
}

var a2xConfiguration = policyFront{"a2x_config", false, true}

func decodeA2XConfig(data []byte, _ Context, b *builder) A2XConfig {
	v := A2XConfig{Configurations: []RadioPolicy{}, Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	for _, n := range b.readObjects(data, 0) {
		if n.Tag != 0xA0 {
			v.Other = append(v.Other, b.otherObject(n, objectSize(data, n)))
			continue
		}
		c := RadioPolicy{Parameters: []Parameter{}}
		c.readTemplate(n, data, a2xConfiguration, a2xConfigTags, b)
		v.Configurations = append(v.Configurations, c)
	}
	b.Summary = texts.Say("ef.a2x.configurations", "n", len(v.Configurations))
	return v
}

func encodeA2XConfig(v A2XConfig, size int) ([]byte, error) {
	var out []byte
	for _, c := range v.Configurations {
		tpl, err := c.template(a2xConfiguration)
		if err != nil {
			return nil, err
		}
		out = append(out, tpl...)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

func aircraftFiles() []entry {
	const dir = "MF/DF.TELECOM/DF.A2X/EF."
	table := exact("EF.AST", "TS 31.102 clause 4.6.6.2", availability("AST"), encodeAvailability)
	config := writable("EF.A2X_CONFIG", "TS 31.102 clause 4.6.6.3", decodeA2XConfig, encodeA2XConfig)
	policy := func(name string, front policyFront, tags parameterTags) entry {
		return at(writable("EF."+name, "TS 31.102 clause 4.6.6", radioPolicy(front, tags), encodeRadioPolicy(front)), dir+name)
	}
	return []entry{
		at(table, dir+"AST"),
		at(config, dir+"A2X_CONFIG"),
		policy("A2XP_PC5", timedPolicy, a2xPC5Tags),
		policy("A2X_DDAAP_PC5", flaggedPolicy, a2xDDAATags),
		policy("A2X_DC2P_PC5", plainPolicy, a2xDC2Tags),
		policy("A2XP_Uu", timedPolicy, a2xUuTags),
	}
}
