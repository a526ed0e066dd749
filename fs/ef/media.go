package ef

// mediaFiles is DF.GRAPHICS, DF.MULTIMEDIA and DF.CD.
func mediaFiles() []entry {
	const graphics, multimedia, cd = "MF/DF.TELECOM/DF.GRAPHICS/", "MF/DF.TELECOM/DF.MULTIMEDIA/", "MF/DF.CD/"
	img := writable("EF.IMG", "TS 31.102 clause 4.6.1.1, TS 51.011 clause 10.6.1.1", decodeIMG, encodeIMG)
	icon := func(spec string) Decoder { return exact("EF.ICON", spec, decodeIcon, encodeIcon) }
	launch := func(name, spec string) Decoder { return writable(name, spec, decodeLaunchPads, encodeLaunchPads) }
	return []entry{
		at(records(img, "image_forms", "image_shown"), graphics+"EF.IMG"),
		at(exact("EF.IIDF", "TS 31.102 clause 4.6.1.2 and annex B, TS 51.011 annex G", decodeIIDF, encodeIIDF), graphics+"EF.IIDF"),
		at(objects(writable("EF.ICE_GRAPHICS", "TS 31.102 clause 4.6.1.3", decodeICEGraphics, encodeICEGraphics)), graphics+"EF.ICE_GRAPHICS"),
		at(icon("TS 31.102 clause 4.6.1, TS 102 221 clause 13.5"), graphics+"EF.ICON"),
		at(launch("EF.LAUNCH_SCWS", "TS 31.102 clause 4.6.1, TS 102 221 clause 13.5"), graphics+"EF.LAUNCH_SCWS"),
		at(objects(writable("EF.MML", "TS 31.102 clause 4.6.3.1", decodeMML, encodeMML)), multimedia+"EF.MML"),
		at(objects(writable("EF.MMDF", "TS 31.102 clause 4.6.3.2", decodeMMDF, encodeMMDF)), multimedia+"EF.MMDF"),
		at(launch("EF.LAUNCHPAD", "TS 102 221 clause 13.5"), cd+"EF.LAUNCHPAD"),
		at(icon("TS 102 221 clause 13.5"), cd+"EF.ICON"),
	}
}
