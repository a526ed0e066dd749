// Package keyfile reads and writes a person's own card keys: what a test
// laboratory, an operator or the owner of programmable cards knows of them.
//
// A key file is JSON encrypted by age (age-encryption.org/v1), binary or
// armoured, for a passphrase or for recipients. Its text is:
//
//	{
//	  "format": "simscope-keys", "version": 1,
//	  "cards": [{
//	    "label": "bench 1", "iccid": "8999…", "imsi": "99999…",
//	    "algorithm": "milenage",
//	    "k": "…", "opc": "…",
//	    "amf": "8000",
//	    "sqn": {"indexBits": 5, "last": "000000000020"},
//	    "adm": [{"pin": "adm1", "hex": "…"}, {"pin": "adm2", "digits": "12345678"}],
//	    "ota": [{"version": 1, "kic": "…", "kid": "…", "dek": "…"}],
//	    "gp":  [{"version": 48, "enc": "…", "mac": "…", "dek": "…"}]
//	  }]
//	}
//
// A card is named by its ICCID, its IMSI or a label; at least one is needed.
// algorithm is milenage, tuak, xor, comp128-v1, comp128-v2, comp128-v3 or xor-2g. k is 16
// bytes, for tuak 16 or 32; op and opc are 16 bytes, top and topc 32; of each
// pair one is enough. Constants an operator set stand in "milenage":
// {"c": [five of 16 bytes], "r": [five rotations in bits]}, and lengths in
// bits in "tuak": {"res", "mac", "ck", "ik", "iterations"}. All keys are hex
// digits without spaces. Names that are not listed here are refused, so that a
// misspelt key is not silently missed.
//
// Plain JSON is refused unless it is asked for, which is meant for the keys of
// test cards that are public anyway. Nothing here prints a key: all are
// safe.Secret, and the text they came in is overwritten.
package keyfile
