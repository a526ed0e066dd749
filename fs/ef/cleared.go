package ef

import "slices"

// Cleared5GSLOCI is EF.5GS3GPPLOCI and EF.5GSN3GPPLOCI when the card was
// nowhere, 20 bytes: no 5G-GUTI (13) and no tracking area (6, the network FF,
// the code zero), not updated (TS 31.102 clauses 4.4.11.2 and 4.4.11.3).
func Cleared5GSLOCI() []byte {
	return slices.Concat(fill(13), fill(3), []byte{0, 0, 0, 1})
}
