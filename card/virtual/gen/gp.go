package main

import (
	"crypto/sha1"
	"crypto/sha256"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/card/virtual"
)

// Names of the security domain, of the access rule application and of two
// applications under a name nobody registered, with their package.
const (
	aidISD       virtual.AID = "\xA0\x00\x00\x01\x51\x00\x00\x00"
	aidRules     virtual.AID = "\xA0\x00\x00\x01\x51\x41\x43\x4C\x00"
	aidRulesPkg  virtual.AID = "\xA0\x00\x00\x01\x51\x41\x43\x4C"
	aidVault     virtual.AID = "\xF0\x53\x43\x4F\x50\x45\x11\x01"
	aidTicket    virtual.AID = "\xF0\x53\x43\x4F\x50\x45\x11\x02"
	aidAppletPkg virtual.AID = "\xF0\x53\x43\x4F\x50\x45\x11"
)

// sequenceKey is the 16 bytes from first on: the keys of card tools that
// everyone knows begin with 40.
func sequenceKey(first byte) safe.Secret {
	b := make([]byte, 16)
	for i := range b {
		b[i] = first + byte(i)
	}
	return safe.NewSecret(b)
}

// manager is the security domain of the card in use: SCP03 with AES keys,
// packets with AES keys, and rules that let an app of an invented network in.
func manager() *virtual.GlobalPlatform {
	return &virtual.GlobalPlatform{
		ISD: aidISD, State: 0x0F, Privileges: virtual.Hex{0x9E, 0xFE, 0x80}, MaxFailures: 10,
		Objects: append(domainObjects(protocol(0x03, 0x70), protocol(0x80, 0x00)), object(0x67, capabilities()...)),
		KeySets: []virtual.KeySet{
			{Version: 0x30, Protocol: virtual.ProtocolSCP03, I: 0x70, ENC: sequenceKey(0x40), MAC: sequenceKey(0x40), DEK: sequenceKey(0x40), Counter: 0x2A},
			{Version: 0x01, Protocol: virtual.ProtocolSCP80, AES: true, ENC: sequenceKey(0x40), MAC: sequenceKey(0x50), DEK: sequenceKey(0x60), Counter: 1},
		},
		Registry: registry(),
		Remote: []virtual.RemoteApp{
			{TAR: virtual.Hex{0x00, 0x00, 0x00}, Kind: virtual.RemoteApps, Security: 0x16},
			{TAR: virtual.Hex{0xB0, 0x00, 0x00}, Kind: virtual.RemoteFiles, Security: 0x12, Rights: []virtual.Ref{virtual.RefPIN1, virtual.RefADM1}},
			{TAR: virtual.Hex{0xB0, 0x00, 0x10}, Kind: virtual.RemoteFiles, Security: 0x16, Application: aidUSIM, Rights: []virtual.Ref{virtual.RefPIN1, pin2, virtual.RefADM1}},
		},
	}
}

// olderManager is that of a card with triple DES: SCP02, and packets with two
// keys. It has no applications.
func olderManager() *virtual.GlobalPlatform {
	return &virtual.GlobalPlatform{
		ISD: aidISD, State: 0x0F, Privileges: virtual.Hex{0x9E}, MaxFailures: 10,
		Objects: domainObjects(protocol(0x02, 0x55), protocol(0x80, 0x00)),
		KeySets: []virtual.KeySet{
			{Version: 0x20, Protocol: virtual.ProtocolSCP02, I: 0x55, ENC: sequenceKey(0x40), MAC: sequenceKey(0x40), DEK: sequenceKey(0x40), Counter: 7},
			{Version: 0x01, Protocol: virtual.ProtocolSCP80, ENC: sequenceKey(0x40), MAC: sequenceKey(0x50), DEK: sequenceKey(0x60), Counter: 1},
		},
		Remote: []virtual.RemoteApp{
			{TAR: virtual.Hex{0xB0, 0x00, 0x00}, Kind: virtual.RemoteFiles, Security: 0x12, Rights: []virtual.Ref{virtual.RefPIN1, virtual.RefADM1}},
		},
	}
}

func registry() []virtual.RegistryEntry {
	return []virtual.RegistryEntry{
		{AID: aidRules, Kind: virtual.EntryApplication, State: 0x07, Label: "ARA-M", Privileges: virtual.Hex{0x00, 0x00, 0x00}, Package: aidRulesPkg, Rules: accessRules()},
		{AID: aidVault, Kind: virtual.EntryApplication, State: 0x07, Label: "Vault", Privileges: virtual.Hex{0x00, 0x00, 0x00}, Package: aidAppletPkg},
		{AID: aidTicket, Kind: virtual.EntryApplication, State: 0x07, Label: "Ticket", Privileges: virtual.Hex{0x00, 0x00, 0x00}, Package: aidAppletPkg},
		{AID: aidRulesPkg, Kind: virtual.EntryPackage, State: 0x01, Version: virtual.Hex{0x01, 0x01}, Modules: []virtual.AID{aidRules}},
		{AID: aidAppletPkg, Kind: virtual.EntryPackage, State: 0x01, Label: "Specimen", Version: virtual.Hex{0x01, 0x00}, Modules: []virtual.AID{aidVault, aidTicket}},
	}
}

// globalPlatformOID begins the object identifiers of GlobalPlatform,
// 1.2.840.114283.
var globalPlatformOID = []byte{0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B}

func oid(more ...byte) []byte { return tagged(0x06, join(globalPlatformOID, more)...) }

// protocol is a secure channel protocol in the card recognition data.
func protocol(id, i byte) []byte { return tagged(0x64, oid(0x04, id, i)...) }

func object(tag tlv.Tag, v ...byte) virtual.DataObject {
	return virtual.DataObject{Tag: virtual.Hex{byte(tag >> 8), byte(tag)}, Data: tlv.Append(nil, tag, v)}
}

// capabilities are the card capability information (annex H.4): SCP03 with
// AES-128, privileges, and the hashes of load files.
func capabilities() []byte {
	return join(
		tagged(0xA0, join(tagged(0x80, 0x03), tagged(0x81, 0x70), tagged(0x82, 0x01))...),
		tagged(0x81, 0xFF, 0xFE, 0x80), tagged(0x83, 0x01, 0x02),
	)
}

// domainObjects are what the domain tells of the card (GlobalPlatform Card
// Specification 2.3 annexes H.2 and H.3; lifeCycle is invented).
func domainObjects(protocols ...[]byte) []virtual.DataObject {
	recognition := join(oid(0x01), tagged(0x60, oid(0x02, 0x02, 0x03, 0x01)...), tagged(0x63, oid(0x03)...))
	for _, p := range protocols {
		recognition = join(recognition, p)
	}
	return []virtual.DataObject{
		object(0x42, 0x89, 0x99, 0x99),
		object(0x45, 0x00, 0x12, 0x34, 0x56, 0x78),
		object(0x66, tagged(0x73, recognition...)...),
		object(0x9F7F, lifeCycle()...),
		object(0xFF21, join(tagged(0x81, 0x03), tagged(0x82, 0x00, 0x01, 0x86, 0xA0), tagged(0x83, 0x0B, 0xB8))...),
	}
}

// certificateHash and shortHash are SHA-256 and SHA-1, by either of which rules
// name an app, of the invented text that stands for its certificate. No pattern
// of a test key is one of them.
func certificateHash(of string) []byte {
	h := sha256.Sum256([]byte(specimen + of))
	return h[:]
}

func shortHash(of string) []byte {
	h := sha1.Sum([]byte(specimen + of))
	return h[:]
}

const specimen = "Specimen certificate of org.example.starline, "

// accessRules are those of an invented network: its app, by two hashes of one
// certificate, may manage the subscription; the vault is for one app, and
// another may read its data objects.
func accessRules() virtual.Hex {
	const app = "org.example.starline"
	rule := func(ref, access []byte) []byte {
		return tagged(0xE2, join(tagged(0xE1, ref...), tagged(0xE3, access...))...)
	}
	carrier := tagged(0xDB, 0, 0, 0, 0, 0, 0, 0, 1)
	vault := tagged(0x4F, []byte(aidVault)...)
	return join(
		rule(join(tagged(0xC1, certificateHash("app")...), tagged(0xCA, []byte(app)...)), carrier),
		rule(join(tagged(0xC1, shortHash("app")...), tagged(0xCA, []byte(app)...)), carrier),
		rule(join(vault, tagged(0xC1, certificateHash("vault")...)), join(tagged(0xD0, 0x01), tagged(0xD1, 0x01))),
		rule(join(vault, tagged(0xC1, shortHash("reader")...)), tagged(0xD0, 0x80, 0xCA, 0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00)),
	)
}
