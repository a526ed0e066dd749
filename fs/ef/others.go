package ef

// otherFiles is DF.WLAN, DF.HNB, DF.EAP, the ISIM and CDMA.
func otherFiles() []entry { return nil }
