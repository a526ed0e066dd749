package ef

// gsmFiles is the rest of DF.GSM, with CPHS, SoLSA, MExE and DF.SYSTEM.
func gsmFiles() []entry { return nil }
