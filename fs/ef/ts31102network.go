package ef

// usimNetworkFiles is the files of ADF.USIM for the network: names, keys, settings.
func usimNetworkFiles() []entry { return nil }
