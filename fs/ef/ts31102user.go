package ef

// usimUserFiles is the files of ADF.USIM for the person: calls, messages, charges, groups.
func usimUserFiles() []entry { return nil }
