package ef

// proximityFiles is DF.ProSe, DF.5G_ProSe, DF.V2X, DF.MCS and DF.ACDC.
func proximityFiles() []entry { return nil }
