package ef

// phonebookFiles is DF.PHONEBOOK.
func phonebookFiles() []entry { return nil }
