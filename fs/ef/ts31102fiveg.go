package ef

// usim5GFiles is DF.5GS, DF.SNPN, DF.SAIP and DF.5MBSUECONFIG.
func usim5GFiles() []entry { return nil }
