package ef

import "slices"

// gsmFiles is the rest of DF.GSM, with CPHS, SoLSA, MExE and DF.SYSTEM.
func gsmFiles() []entry {
	return slices.Concat(cphsFiles(), solsaFiles(), mexeFiles(), systemFiles())
}
