package card

import "slices"

// secretFile names a file of keys by the directory that holds it. Identifiers
// repeat in other directories, so the FID alone does not tell.
type secretFile struct {
	parent FID // 7FFF: directly in any ADF
	fid    FID
	sfi    byte // 0: none
}

// secretFiles hold keys, passwords or what stands for one (3GPP TS 31.102
// clauses 4.2.3, 4.2.4, 4.2.49, 4.2.69, 4.2.71, 4.2.90, 4.2.92, 4.4.3, 4.4.11, TS 51.011 clause 10.3,
// TS 102 310; the vendor files from public descriptions of such cards).
var secretFiles = []secretFile{
	{FIDADF, 0x6F08, 0x08}, // EF.Keys
	{FIDADF, 0x6F09, 0x09}, // EF.KeysPS
	{FIDADF, 0x6F2C, 0},    // EF.DCK
	{FIDADF, 0x6FC3, 0},    // EF.Hiddenkey
	{FIDADF, 0x6FE4, 0x18}, // EF.EPSNSC
	{FIDADF, 0x6FD0, 0},    // EF.MMSICP: passwords for the way to messages
	{FIDADF, 0x6FD2, 0},    // EF.MMSUCP
	{FIDADF, 0x6FE2, 0},    // EF.NCP-IP: a password for the network
	{FIDADF, 0x6FFC, 0},    // EF.XCAPConfigData: a password for the server
	{FIDADF, 0xAF20, 0},    // EF.USIM_AUTH_KEY (vendor)
	{FIDADF, 0xAF22, 0},    // EF.USIM_AUTH_KEY_2G (vendor)
	{0x5F3B, 0x4F20, 0x01}, // DF.GSM-ACCESS/EF.Kc
	{0x5F3B, 0x4F52, 0x02}, // DF.GSM-ACCESS/EF.KcGPRS
	{0x5FC0, 0x4F03, 0x03}, // DF.5GS/EF.5GS3GPPNSC
	{0x5FC0, 0x4F04, 0x04}, // DF.5GS/EF.5GSN3GPPNSC
	{0x5FC0, 0x4F05, 0x05}, // DF.5GS/EF.5GAUTHKEYS
	{0x5F40, 0x4F46, 0},    // DF.WLAN/EF.WRI: re-authentication identity and master key
	{FIDGSM, 0x6F20, 0},    // DF.GSM/EF.Kc
	{FIDGSM, 0x6F52, 0},    // DF.GSM/EF.KcGPRS
	{FIDGSM, 0x6F2C, 0},    // DF.GSM/EF.DCK
	{FIDGSM, 0x6FD0, 0},    // DF.GSM/EF.MMSICP, EF.MMSUCP
	{FIDGSM, 0x6FD2, 0},
	{fidCDMA, 0x6F33, 0}, // DF.CDMA/EF.SPC: service programming code
	{fidCDMA, 0x6F50, 0}, // DF.CDMA/EF.SIPPAPSS: passwords for packet data
	{0xA515, 0x6F0A, 0},  // DF.SYSTEM: ADM keys, authentication and OTA keys (vendor)
	{0xA515, 0x6F01, 0},  // CHV1 and CHV2 with their PUKs
	{0xA515, 0x6F81, 0},
	{0xA515, 0x6F0B, 0},
	{0xA515, 0x6F0C, 0},
	{0xA515, 0x6F0D, 0},
	{0xA515, 0x6F20, 0},
	{0xA515, 0x6F21, 0},
	{0xA515, 0x6F22, 0},
	{0xA515, 0xAF31, 0},
	{0xA515, 0xAF33, 0},
}

// fidCDMA is DF.CDMA, the files of an R-UIM (3GPP2 C.S0023).
const fidCDMA FID = 0x7F25

// csimSecrets are the files of a CSIM that hold keys, codes or passwords
// (3GPP2 C.S0065 clause 5.2): EF.SPC, EF.SIPPAPSS, EF.BAKPARA, EF.UpBAKPARA,
// EF.MMSICP, EF.MMSUCP, EF.3GCIK, EF.DCK, EF.Hiddenkey.
var csimSecrets = []FID{0x6F33, 0x6F50, 0x6F63, 0x6F64, 0x6F67, 0x6F69, 0x6F6B, 0x6F6C, 0x6F76}

// otherSecrets lists the files of keys in an application that is known to be
// none whose ADF holds the files of a USIM: in an ISIM 6F09 is the address of
// a server, in a CSIM 6F2C the access class.
func otherSecrets(aid AID) (fids []FID, other bool) {
	switch {
	case aid.HasPrefix(aidISIM):
		return []FID{xcapConfig}, true
	case aid.HasPrefix(aidCSIM):
		return csimSecrets, true
	}
	return nil, false
}

// xcapConfig is EF.XCAPConfigData, which an ISIM has under the same identifier.
const xcapConfig FID = 0x6FFC

// aidISIM begins the identifiers of all ISIMs (3GPP TS 31.110, Annex E of
// ETSI TS 101 220).
const aidISIM AID = "\xA0\x00\x00\x00\x87\x10\x04"

// aidCSIM begins the identifiers of all CSIMs (3GPP2 C.S0065).
const aidCSIM AID = "\xA0\x00\x00\x03\x43\x10\x02"

// eapKeys lies in DF.EAP, whose own FID is told only by EF.DIR: any 4F01 that
// is directly below a directory which no other table names counts as it.
const eapKeys FID = 0x4F01

// SecretFile reports whether the file at p holds keys: it is not shown,
// logged or exported unless that is asked for by itself.
func SecretFile(p Path) bool {
	if p.IsRoot() {
		return false
	}
	parent, fid := p.Parent().Last(), p.Last()
	if fids, other := otherSecrets(p.App); other && parent == FIDADF {
		return slices.Contains(fids, fid)
	}
	for _, s := range secretFiles {
		if s.parent == parent && s.fid == fid {
			return true
		}
	}
	return fid == eapKeys && p.App != "" && p.Depth() == 2 && !known4F01[parent]
}

// known4F01 lists directories whose 4F01 is something else.
var known4F01 = map[FID]bool{
	0x5F3A: true, 0x5F3C: true, 0x5F40: true, 0x5F50: true, 0x5F70: true, 0x5F90: true,
	0x5FA0: true, 0x5FC0: true, 0x5FD0: true, 0x5FE0: true, 0x5FF0: true, 0x5FF1: true,
	0x5F3B: true,
}

// secretBySFI reports whether a short file identifier, used with dir as the
// current directory, reaches a file of keys.
func secretBySFI(dir Path, sfi byte) bool {
	for _, s := range secretFiles {
		if s.parent != dir.Last() {
			continue
		}
		// Without a known SFI the FID's low bits are it (ETSI TS 102 221
		// clause 11.1.1.4.8); in an ADF others are given those.
		if s.sfi == sfi || s.sfi == 0 && s.parent != FIDADF && byte(s.fid)&0x1F == sfi {
			return true
		}
	}
	return sfi == byte(eapKeys&0x1F) && SecretFile(dir.Child(eapKeys))
}

// holdsKeys reports whether a directory of that FID holds key files.
func holdsKeys(fid FID) bool {
	for _, s := range secretFiles {
		if s.parent == fid {
			return true
		}
	}
	return false
}

// maybeSecret reports whether a file of that FID holds keys in any directory;
// it is asked where the path is not known.
func maybeSecret(fid FID) bool {
	for _, s := range secretFiles {
		if s.fid == fid {
			return true
		}
	}
	return fid == eapKeys || slices.Contains(csimSecrets, fid)
}
