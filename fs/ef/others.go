package ef

import "slices"

// otherFiles is DF.EAP and CDMA.
func otherFiles() []entry { return slices.Concat(eapFiles(), cdmaMessageFiles()) }
