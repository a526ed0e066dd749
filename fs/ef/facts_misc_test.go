package ef

import "strings"

var _ = addFacts(func(m map[string]any, v SystemKey) {
	m["cfg.algorithm"], m["cfg.use_opc_instead_of_op"], m["cfg.sres_deriv_func"] = v.Algorithm, v.UseOPc, v.SRESFunction
	m["key"], m["op_opc"] = hexFact(opened(v.Key)), hexFact(opened(v.OPc))
})

var _ = addFacts(func(m map[string]any, v KeyCounter) {
	m["sec_domain"], m["key_set_version"] = v.Domain, v.Version
	m["counter"] = "hex:" + strings.ToLower(v.Counter.String())
	if v.Value != nil {
		m["counter"], m["rfu"] = *v.Value, *v.RFU
	}
})
