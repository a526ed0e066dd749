package ef

// mediaFiles is DF.GRAPHICS, DF.MULTIMEDIA, DF.MMSS and DF.CD.
func mediaFiles() []entry { return nil }
