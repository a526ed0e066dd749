package ef

import "fmt"

var (
	_ = addFacts(func(m map[string]any, v CSGType) { m["[0].text_csg_type"] = v.Text })
	_ = addFacts(func(m map[string]any, v HNBName) { m["hnb_name"] = v.Name })

	// The published vector counts the byte that says how data is coded as the
	// first eight services, and names them as EF.MST does.
	_ = addFacts(func(m map[string]any, v CodedAvailability) {
		raw, _ := encodeCodedAvailability(v, 1+len(v.Services)/8)
		for n := 1; n <= 8*len(raw); n++ {
			m[fmt.Sprintf("%d.activated", n)] = serviceBits(raw, n, 1).Activated
			m[fmt.Sprintf("%d.description", n)] = ServiceName("MST", n)
		}
	})
)
