// Package euicc knows eSIM chips. So far: whether an EID is well formed
// (GSMA SGP.29 clause 8).
package euicc

// ValidEID reports whether s is an EID: 32 decimal digits that leave 1 when
// they are divided by 97 (SGP.29 clause 8, ISO/IEC 7064 MOD 97-10).
func ValidEID(s string) bool {
	if len(s) != 32 {
		return false
	}
	rest := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		rest = (rest*10 + int(s[i]-'0')) % 97
	}
	return rest == 1
}
