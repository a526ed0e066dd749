package main

import (
	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/card/virtual"
)

// rule is an access rule that the images use: its record in every EF.ARR and
// its form in class A0.
type rule int

const (
	readAll     rule = iota + 1 // read always, update ADM
	pinADM                      // read PIN, update ADM
	pinPIN                      // read PIN, update PIN
	pinPIN2                     // read PIN, update PIN2, (de)activate PIN2
	allPIN                      // read always, update PIN
	adm                         // read and update ADM
	frozen                      // read always, update never
	eitherBoth                  // read PIN or ADM, update PIN and ADM
	standInADM                  // pinADM with the Universal PIN
	standInPIN                  // pinPIN with the Universal PIN
	standInPIN2                 // pinPIN2 with the Universal PIN
	counted                     // read and increase PIN, update PIN2
)

// standIn is the rule that holds while the application's PIN is off.
var standIn = map[rule]rule{pinADM: standInADM, pinPIN: standInPIN, pinPIN2: standInPIN2}

var gsmAccess = map[rule]virtual.Hex{
	readAll: {0x04, 0xFF, 0x44}, pinADM: {0x14, 0xFF, 0x44}, pinPIN: {0x11, 0xFF, 0x44},
	pinPIN2: {0x12, 0xFF, 0x22}, allPIN: {0x01, 0xFF, 0x44}, adm: {0x44, 0xFF, 0x44},
	frozen: {0x0F, 0xFF, 0xFF}, eitherBoth: {0x14, 0xFF, 0x44}, counted: {0x12, 0x1F, 0x44},
}

// Bits of the access mode byte of an EF.
const (
	amRead   = 0x01
	amUpdate = 0x02
	amState  = 0x18 // activate and deactivate
)

var (
	always = []byte{0x90, 0x00}
	never  = []byte{0x97, 0x00}
)

// key is the condition that a PIN or key was verified.
func key(ref virtual.Ref) []byte {
	return tlv.Append(nil, 0xA4, []byte{0x83, 0x01, byte(ref), 0x95, 0x01, 0x08})
}

func mode(bits byte, condition []byte) []byte { return join([]byte{0x80, 0x01, bits}, condition) }

// counting lets INCREASE be done, which only a list of instructions names.
func counting(condition []byte) []byte { return join([]byte{0x84, 0x01, 0x32}, condition) }

const arrLength = 60

// arr makes an EF.ARR for an application with these PINs.
func arr(fid virtual.FID, sfi int, pin, pin2 virtual.Ref) *virtual.File {
	admin := key(virtual.RefADM1)
	plain := func(read, update, state []byte) []byte {
		return join(mode(amRead, read), mode(amUpdate, update), mode(amState, state))
	}
	rows := [][]byte{
		plain(always, admin, admin),
		plain(key(pin), admin, admin),
		plain(key(pin), key(pin), admin),
		plain(key(pin), key(pin2), key(pin2)),
		plain(always, key(pin), admin),
		plain(admin, admin, admin),
		plain(always, never, never),
		plain(tlv.Append(nil, 0xA0, join(key(pin), admin)), tlv.Append(nil, 0xAF, join(key(pin), admin)), admin),
		plain(key(virtual.RefUniversal), admin, admin),
		plain(key(virtual.RefUniversal), key(virtual.RefUniversal), admin),
		plain(key(virtual.RefUniversal), key(pin2), key(pin2)),
		join(mode(amRead, key(pin)), mode(amUpdate, key(pin2)), counting(key(pin))),
	}
	return &virtual.File{
		FID: fid, Name: "EF.ARR", Kind: virtual.KindLinearFixed, SFI: sfi, GSM: gsmAccess[readAll],
		Access: virtual.Access{ARR: fid, Rules: []virtual.Rule{{Record: int(readAll)}}}, RecordLength: arrLength, RecordCount: len(rows), Records: records(rows...),
	}
}

// maker makes files whose access rules stand in one EF.ARR.
type maker struct {
	arr      virtual.FID
	paired   bool // rules come for two security environments
	noAccess bool // a 2G card has class A0 access only
}

func (m maker) access(r rule) virtual.Access {
	if m.noAccess {
		return virtual.Access{}
	}
	other, ok := standIn[r]
	if !m.paired || !ok {
		return virtual.Access{ARR: m.arr, Rules: []virtual.Rule{{Record: int(r)}}}
	}
	on, off := 1, 0
	return virtual.Access{ARR: m.arr, Rules: []virtual.Rule{{SE: &on, Record: int(r)}, {SE: &off, Record: int(other)}}}
}

func (m maker) file(fid virtual.FID, name string, sfi int, r rule, k virtual.Kind) *virtual.File {
	return &virtual.File{FID: fid, Name: name, Kind: k, SFI: sfi, Access: m.access(r), GSM: gsmAccess[r]}
}

// ef makes a transparent file of n bytes that begins with data.
func (m maker) ef(fid virtual.FID, name string, sfi int, r rule, n int, data ...byte) *virtual.File {
	f := m.file(fid, name, sfi, r, virtual.KindTransparent)
	f.Size, f.Data = n, trim(data)
	return f
}

// lin makes a linear fixed file of count records of n bytes.
func (m maker) lin(fid virtual.FID, name string, sfi int, r rule, n, count int, rs ...[]byte) *virtual.File {
	f := m.file(fid, name, sfi, r, virtual.KindLinearFixed)
	f.RecordLength, f.RecordCount, f.Records = n, count, records(rs...)
	return f
}

// cyc is lin for a cyclic file.
func (m maker) cyc(fid virtual.FID, name string, sfi int, r rule, n, count int, rs ...[]byte) *virtual.File {
	f := m.lin(fid, name, sfi, r, n, count, rs...)
	f.Kind = virtual.KindCyclic
	return f
}

// link makes another name for a file that stands elsewhere.
func (m maker) link(fid virtual.FID, name string, sfi int, r rule, k virtual.Kind, to string) *virtual.File {
	f := m.file(fid, name, sfi, r, k)
	f.Link = to
	return f
}

// dir makes a directory.
func (m maker) dir(fid virtual.FID, name string, r rule, children ...*virtual.File) *virtual.File {
	f := m.file(fid, name, 0, r, virtual.KindDF)
	f.GSM, f.Children = nil, children
	return f
}

// blank makes every file erased.
func blank(f *virtual.File) *virtual.File {
	f.Data, f.RecordCount, f.Records = nil, max(f.RecordCount, len(f.Records)), nil
	return f
}

func secret(digits string) safe.Secret {
	return safe.NewSecret(pad([]byte(digits), 8))
}

// pin makes a PIN that is on, with three tries and a PUK of ten.
func pin(ref virtual.Ref, app virtual.AID, value, puk string) virtual.PIN {
	return virtual.PIN{
		Ref: ref, App: app, Value: secret(value), Enabled: true, Tries: 3, Max: 3,
		Unblock: secret(puk), UnblockTries: 10, UnblockMax: 10,
	}
}

// admin makes the administrative key ADM1.
func admin() virtual.PIN {
	return virtual.PIN{
		Ref: virtual.RefADM1, Value: safe.NewSecret([]byte{0x9F, 0x1C, 0x20, 0xD4, 0x7A, 0x3B, 0x55, 0xE8}),
		Enabled: true, Fixed: true, Tries: 10, Max: 10,
	}
}

// atr completes an answer to reset with the check byte that protocols other
// than T=0 ask for.
func atr(b ...byte) []byte {
	var tck byte
	for _, c := range b[1:] {
		tck ^= c
	}
	return append(b, tck)
}

// uiccATR offers T=0 at up to F=512, D=32, supply classes A to C and the
// historical bytes of a UICC with four logical channels.
func uiccATR() []byte {
	return atr(join([]byte{
		0x3B, 0x9F, 0x96, 0x80, 0x1F, 0xC7,
		0x80, 0x31, 0xE0, 0x73, 0xFE, 0x21, 0x13, 0x67,
	}, []byte("SCOPE01"))...)
}

// gsmATR is a 2G card's: T=0 at the default rate, no check byte.
func gsmATR() []byte {
	return join([]byte{0x3B, 0x16, 0x11}, []byte("SIM2G\x01"))
}
