package milenage

import "fmt"

// Constants are c1 to c5 and r1 to r5, which an operator may choose for itself
// (3GPP TS 35.206 clauses 4.1 and 5.3). They print as dots: an operator may
// keep them secret.
type Constants struct {
	C [5][KeySize]byte
	R [5]uint8 // in bits, from 0 to 127
}

// Standard gives the constants of 3GPP TS 35.206 clause 4.1.
func Standard() Constants {
	out := Constants{R: [5]uint8{64, 0, 32, 64, 96}}
	for i, c := range [5]byte{0, 1, 2, 4, 8} {
		out.C[i][KeySize-1] = c
	}
	return out
}

// Format hides the constants under every verb.
func (c Constants) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("constants(••••)")) }

// ConstantsError says what is wrong with a set of constants: the rotation of
// function I is above 127, or functions I and J have the same pair (c, r) and
// so would give the same output. Both count from 1; J is 0 in the first case.
type ConstantsError struct{ I, J int }

func (e *ConstantsError) Error() string {
	if e.J == 0 {
		return fmt.Sprintf("the constant r%d is above 127", e.I)
	}
	return fmt.Sprintf("the constants c%d, r%d and c%d, r%d are the same, so that functions would coincide", e.I, e.I, e.J, e.J)
}

// Check refuses constants with which the functions are not five different
// ones, with a *ConstantsError.
func (c Constants) Check() error {
	for i := range c.C {
		if c.R[i] >= 8*KeySize {
			return &ConstantsError{I: i + 1}
		}
		for j := range i {
			if c.C[i] == c.C[j] && c.R[i] == c.R[j] {
				return &ConstantsError{I: j + 1, J: i + 1}
			}
		}
	}
	return nil
}
