package virtual

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"

	"simscope/card"
	"simscope/card/safe"
	"simscope/crypto/scp02"
	"simscope/crypto/scp03"
	"simscope/crypto/scp80"
)

// GlobalPlatform is what a card with a security domain has beside its files:
// an issuer security domain with keys and a registry, applications without
// files, rules of access for apps on the phone, and applications that are
// managed over short messages.
type GlobalPlatform struct {
	ISD AID
	// State of the card (GlobalPlatform Card Specification 2.3 table 11-6):
	// 01 OP_READY, 07 INITIALIZED, 0F SECURED, 7F CARD_LOCKED, FF TERMINATED.
	State      Ref
	Privileges Hex // of the ISD, 1 or 3 bytes
	// Objects are what GET DATA gives while the ISD is selected. The template
	// of keys E0 and the sequence counter C1 are made from KeySets.
	Objects []DataObject
	KeySets []KeySet
	// Failures counts the EXTERNAL AUTHENTICATE that failed since the last one
	// that was right. At MaxFailures no channel is opened any more; 0 stands
	// for no limit.
	Failures, MaxFailures int
	Registry              []RegistryEntry
	Remote                []RemoteApp
}

// KeySet is a set of keys of the ISD.
type KeySet struct {
	Version  Ref
	Protocol SecureProtocol
	// I is the protocol's parameter, of SCP02 and SCP03.
	I Ref
	// AES is the type of the keys of SCP80; those of SCP02 are triple DES and
	// those of SCP03 AES.
	AES bool
	// ENC, MAC and DEK are the keys 01, 02 and 03: of SCP80 KIc, KID and KIK,
	// which may be missing.
	ENC, MAC, DEK safe.Secret
	// Counter is the sequence counter of SCP02 (2 bytes) and SCP03 (3 bytes),
	// and of SCP80 the highest counter of a packet that was taken (5 bytes).
	Counter         uint64
	Diversification Hex // 10 bytes, zeroes without it
}

// SecureProtocol is what keys are for.
type SecureProtocol string

// The protocols.
const (
	ProtocolSCP02 SecureProtocol = "scp02"
	ProtocolSCP03 SecureProtocol = "scp03"
	ProtocolSCP80 SecureProtocol = "scp80"
)

// RegistryEntry is an application, a security domain or a package beside the
// ISD.
type RegistryEntry struct {
	AID   AID       `json:"aid"`
	Kind  EntryKind `json:"kind"`
	State Ref       `json:"state"` // 01 loaded; 03 installed, 07 selectable and on
	Label string    `json:"label,omitempty"`
	// Privileges are 1 or 3 bytes, of an application and a domain.
	Privileges Hex `json:"privileges,omitempty"`
	Package    AID `json:"package,omitempty"` // the one an application is made of
	Domain     AID `json:"domain,omitempty"`  // the security domain it belongs to
	// Version and Modules are of a package.
	Version Hex   `json:"package_version,omitempty"` // 2 bytes
	Modules []AID `json:"modules,omitempty"`
	// FCI is what SELECT answers; an object with the name without it.
	FCI Hex `json:"fci,omitempty"`
	// Rules are the content of FF40 of an access rule application.
	Rules Hex `json:"rules,omitempty"`
}

// EntryKind is what an entry of the registry is.
type EntryKind string

// The kinds.
const (
	EntryApplication EntryKind = "application"
	EntryDomain      EntryKind = "domain"
	EntryPackage     EntryKind = "package"
)

// RemoteApp receives scripts in secured packets.
type RemoteApp struct {
	TAR  Hex        `json:"tar"` // 3 bytes
	Kind RemoteKind `json:"kind"`
	// Application is where a script on files begins, the MF without it.
	Application AID `json:"application,omitempty"`
	// Security is the first byte of the weakest SPI that is taken.
	Security Ref `json:"security"`
	// Rights are the PINs and keys that count as verified for a script; access
	// conditions ALWAYS and NEVER hold as they are.
	Rights []Ref `json:"rights,omitempty"`
}

// RemoteKind is what a script may do.
type RemoteKind string

// The kinds.
const (
	RemoteFiles RemoteKind = "rfm"
	RemoteApps  RemoteKind = "ram"
)

// Limits of the domain.
const (
	maxKeySets  = 16
	maxRegistry = 64
	maxModules  = 8
	maxRemote   = 16
	maxRules    = 4096
)

type wireGP struct {
	ISD         AID             `json:"isd"`
	State       Ref             `json:"state"`
	Privileges  Hex             `json:"privileges"`
	Objects     []DataObject    `json:"data_objects,omitempty"`
	KeySets     []wireKeySet    `json:"key_sets,omitempty"`
	Failures    int             `json:"failures,omitempty"`
	MaxFailures int             `json:"max_failures,omitempty"`
	Registry    []RegistryEntry `json:"registry,omitempty"`
	Remote      []RemoteApp     `json:"remote,omitempty"`
}

type wireKeySet struct {
	Version         Ref            `json:"version"`
	Protocol        SecureProtocol `json:"protocol"`
	I               Ref            `json:"i,omitempty"`
	AES             bool           `json:"aes,omitempty"`
	ENC             Hex            `json:"enc,omitempty"`
	MAC             Hex            `json:"mac,omitempty"`
	DEK             Hex            `json:"dek,omitempty"`
	Counter         string         `json:"counter"`
	Diversification Hex            `json:"diversification,omitempty"`
}

// counterBytes is the length of a set's counter.
func (p SecureProtocol) counterBytes() int {
	return map[SecureProtocol]int{ProtocolSCP02: 2, ProtocolSCP03: 3, ProtocolSCP80: 5}[p]
}

func (w *wireGP) gp() (*GlobalPlatform, error) {
	if w == nil {
		return nil, nil
	}
	g := &GlobalPlatform{
		ISD: w.ISD, State: w.State, Privileges: w.Privileges, Objects: w.Objects,
		Failures: w.Failures, MaxFailures: w.MaxFailures, Registry: w.Registry, Remote: w.Remote,
	}
	for _, k := range w.KeySets {
		b, err := hex.DecodeString(k.Counter)
		if n := k.Protocol.counterBytes(); err != nil || n == 0 || len(b) != n {
			return nil, imageError("key set %02X: unknown protocol, or a counter that is not as long as the protocol's", byte(k.Version))
		}
		set := KeySet{
			Version: k.Version, Protocol: k.Protocol, I: k.I, AES: k.AES, Diversification: k.Diversification,
			ENC: safe.NewSecret(k.ENC), MAC: safe.NewSecret(k.MAC), DEK: safe.NewSecret(k.DEK),
		}
		for _, c := range b {
			set.Counter = set.Counter<<8 | uint64(c)
		}
		g.KeySets = append(g.KeySets, set)
	}
	return g, nil
}

func wireOfGP(g *GlobalPlatform) *wireGP {
	if g == nil {
		return nil
	}
	w := &wireGP{
		ISD: g.ISD, State: g.State, Privileges: g.Privileges, Objects: g.Objects,
		Failures: g.Failures, MaxFailures: g.MaxFailures, Registry: g.Registry, Remote: g.Remote,
	}
	for _, k := range g.KeySets {
		s := wireKeySet{Version: k.Version, Protocol: k.Protocol, I: k.I, AES: k.AES, Diversification: k.Diversification}
		s.Counter = fmt.Sprintf("%0*X", 2*k.Protocol.counterBytes(), k.Counter)
		for to, from := range map[*Hex]safe.Secret{&s.ENC: k.ENC, &s.MAC: k.MAC, &s.DEK: k.DEK} {
			from.Use(func(b []byte) { *to = bytes.Clone(b) })
		}
		w.KeySets = append(w.KeySets, s)
	}
	return w
}

// clone copies everything, keys too.
func (g *GlobalPlatform) clone() *GlobalPlatform {
	if g == nil {
		return nil
	}
	out := *g
	out.Privileges, out.Objects = slices.Clone(g.Privileges), cloneObjects(g.Objects)
	out.KeySets = slices.Clone(g.KeySets)
	for i := range out.KeySets {
		k := &out.KeySets[i]
		k.ENC, k.MAC, k.DEK = cloneSecret(k.ENC), cloneSecret(k.MAC), cloneSecret(k.DEK)
		k.Diversification = slices.Clone(k.Diversification)
	}
	out.Registry = slices.Clone(g.Registry)
	for i := range out.Registry {
		e := &out.Registry[i]
		e.Privileges, e.Version, e.FCI, e.Rules = slices.Clone(e.Privileges), slices.Clone(e.Version), slices.Clone(e.FCI), slices.Clone(e.Rules)
		e.Modules = slices.Clone(e.Modules)
	}
	out.Remote = slices.Clone(g.Remote)
	for i := range out.Remote {
		r := &out.Remote[i]
		r.TAR, r.Rights = slices.Clone(r.TAR), slices.Clone(r.Rights)
	}
	return &out
}

// globalPlatform checks the domain and what belongs to it.
func (v *validator) globalPlatform() error {
	g := v.img.GP
	if g == nil {
		return nil
	}
	switch {
	case v.img.Mode != ModeUICC:
		return imageError("only a card of the mode %q has a security domain", ModeUICC)
	case !goodAID(g.ISD) || !goodPrivileges(g.Privileges) || len(g.Privileges) == 0:
		return imageError("the security domain's AID is not 5 to 16 bytes long, or its privileges not 1 or 3")
	case g.MaxFailures < 0 || g.Failures < 0 || g.MaxFailures > 0 && g.Failures > g.MaxFailures:
		return imageError("the failures of the security domain do not fit their maximum")
	case len(g.KeySets) > maxKeySets || len(g.Registry) > maxRegistry || len(g.Remote) > maxRemote:
		return imageError("the security domain has more than %d key sets, %d entries or %d remote applications", maxKeySets, maxRegistry, maxRemote)
	}
	if err := validateObjects(g.Objects); err != nil {
		return err
	}
	seen := map[Ref]bool{}
	for _, k := range g.KeySets {
		if seen[k.Version] {
			return imageError("key set %02X is doubled", byte(k.Version))
		}
		seen[k.Version] = true
		if err := k.validate(); err != nil {
			return err
		}
	}
	if err := v.registry(g); err != nil {
		return err
	}
	return v.remote(g)
}

func goodAID(a AID) bool { return len(a) >= 5 && len(a) <= 16 }

func goodPrivileges(b Hex) bool { return len(b) == 0 || len(b) == 1 || len(b) == 3 }

func (k KeySet) validate() error {
	bad := func(what string) error { return imageError("key set %02X: %s", byte(k.Version), what) }
	if k.Version == 0 || k.Version > 0x7F {
		return bad("the version is 01 to 7F")
	}
	if len(k.Diversification) != 0 && len(k.Diversification) != 10 {
		return bad("the diversification data is not 10 bytes")
	}
	if n := k.Protocol.counterBytes(); n == 0 || k.Counter >= 1<<(8*n) {
		return bad("unknown protocol, or a counter longer than it has")
	}
	var err error
	k.use(func(enc, mac, dek []byte) {
		switch k.Protocol {
		case ProtocolSCP02:
			var keys scp02.Keys
			if keys, err = scp02.NewKeys(enc, mac, dek); err == nil {
				keys.Clear()
			}
		case ProtocolSCP03:
			var keys scp03.Keys
			if keys, err = scp03.NewKeys(enc, mac, dek); err == nil {
				keys.Clear()
			}
		case ProtocolSCP80:
			var keys scp80.Keys
			if keys, err = scp80.NewKeys(enc, mac); err == nil {
				keys.Clear()
			}
			if k.Version > 0x0F {
				err = imageError("packets name versions 01 to 0F")
			}
			if len(dek) != 0 && len(dek) != len(enc) {
				err = imageError("the third key has another length")
			}
		}
	})
	if err != nil {
		return bad("the keys do not fit the protocol")
	}
	if k.Protocol == ProtocolSCP02 && (k.I&0x04 == 0 || k.I&0x8A != 0) {
		return bad("this i of SCP02 is not known here")
	}
	return nil
}

// use lends the three keys.
func (k KeySet) use(f func(enc, mac, dek []byte)) {
	k.ENC.Use(func(enc []byte) {
		k.MAC.Use(func(mac []byte) {
			k.DEK.Use(func(dek []byte) { f(enc, mac, dek) })
		})
	})
}

func (v *validator) registry(g *GlobalPlatform) error {
	seen := map[AID]bool{g.ISD: true}
	for _, e := range g.Registry {
		if !goodAID(e.AID) || seen[e.AID] {
			return imageError("an AID of the registry is doubled or not 5 to 16 bytes long")
		}
		seen[e.AID] = true
		name := card.AID(e.AID).String()
		switch e.Kind {
		case EntryApplication, EntryDomain:
			if len(e.Version) > 0 || len(e.Modules) > 0 {
				return imageError("%s: only a package has a version and modules", name)
			}
		case EntryPackage:
			if len(e.FCI) > 0 || len(e.Rules) > 0 || len(e.Privileges) > 0 || e.Package != "" {
				return imageError("%s: a package is not selected and has no privileges", name)
			}
		default:
			return imageError("%s: unknown kind of entry", name)
		}
		if !goodPrivileges(e.Privileges) || len(e.Version) != 0 && len(e.Version) != 2 || len(e.FCI) > maxAnswer || len(e.Rules) > maxRules || len(e.Modules) > maxModules {
			return imageError("%s: privileges, version, answer, rules or modules have a length that cannot be", name)
		}
		for _, a := range append(slices.Clone(e.Modules), e.Package, e.Domain) {
			if a != "" && !goodAID(a) {
				return imageError("%s: names an AID that is not 5 to 16 bytes long", name)
			}
		}
	}
	return nil
}

func (v *validator) remote(g *GlobalPlatform) error {
	seen := map[string]bool{}
	for _, r := range g.Remote {
		if len(r.TAR) != 3 || seen[string(r.TAR)] {
			return imageError("a TAR is doubled or not 3 bytes long")
		}
		seen[string(r.TAR)] = true
		if r.Kind != RemoteFiles && r.Kind != RemoteApps {
			return imageError("remote application %X: unknown kind", []byte(r.TAR))
		}
		if r.Application != "" && !slices.ContainsFunc(v.img.Apps, func(a App) bool { return a.AID == r.Application }) {
			return imageError("remote application %X: its application is not on the card", []byte(r.TAR))
		}
	}
	return nil
}
