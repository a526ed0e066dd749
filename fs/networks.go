package fs

import (
	"context"
	"slices"
	"strings"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

const (
	fidPLMNwAcT card.FID = 0x6F60
	fidPLMNsel  card.FID = 0x6F30
)

// Radios are the access technologies that phones have today, best first, with
// the short names people type.
var Radios = []struct{ Short, Name string }{
	{"5g", ef.ActNGRAN}, {"4g", ef.ActEUTRANWB}, {"nb-iot", ef.ActEUTRANNB}, {"3g", ef.ActUTRAN}, {"2g", ef.ActGSM},
}

// EveryRadio is what a network is meant for where nothing is said: the names
// of Radios.
func EveryRadio() []string {
	out := make([]string, len(Radios))
	for i, r := range Radios {
		out[i] = r.Name
	}
	return out
}

// Preferred is a list of networks: the one that the user wants first, or
// another one of the card.
type Preferred struct {
	Path     card.Path
	Networks []ef.Network // best first; unused entries are left out
	Limit    int          // entries that the file has room for
	WithAct  bool         // entries name access technologies
}

// PreferredNetworks reads the user's list: EF.PLMNwAcT, or EF.PLMNsel of a
// card that has only that. app is empty for the subscriber's.
func (c *Card) PreferredNetworks(ctx context.Context, app card.AID) (Preferred, error) {
	dir, err := c.HomeDir(app)
	if err != nil {
		return Preferred{}, err
	}
	for _, fid := range []card.FID{fidPLMNwAcT, fidPLMNsel} {
		at := dir.Child(fid)
		_, ok, err := c.present(ctx, at)
		if err != nil {
			return Preferred{}, err
		}
		if !ok {
			continue
		}
		if list, ok := c.NetworkList(at); ok {
			return list, nil
		}
	}
	return Preferred{}, refusePlan("no_networks")
}

// NetworkList is the list of networks in a file that was read; ok is false of
// any other file.
func (c *Card) NetworkList(at card.Path) (Preferred, bool) {
	n, _ := c.tree.Get(at)
	d, _ := c.Decode(at)
	list, ok := listOf(d)
	if !ok || n.Content == nil {
		return Preferred{}, false
	}
	p := Preferred{Path: at, Networks: list.Used(), WithAct: withAct(n.Catalogue)}
	p.Limit = len(n.Content.Binary) / p.entry()
	return p, true
}

// withAct reports whether the entries of a file of the catalogue name access
// technologies: EF.PLMNwAcT, EF.OPLMNwAcT, EF.HPLMNwAcT.
func withAct(catalogue string) bool { return strings.HasSuffix(catalogue, "wAcT") }

// entry is the size of an entry in bytes.
func (p Preferred) entry() int {
	if p.WithAct {
		return 5
	}
	return 3
}

func listOf(d Decoded) (ef.NetworkList, bool) {
	if len(d.Parts) != 1 {
		return ef.NetworkList{}, false
	}
	l, ok := d.Parts[0].Value.(ef.NetworkList)
	return l, ok
}

// Add gives the list with n in front of the one at position at, from 1 on;
// 0 puts it last. A network that is listed already moves there.
func (p Preferred) Add(n ef.Network, at int) ([]ef.Network, error) {
	list := slices.DeleteFunc(slices.Clone(p.Networks), func(o ef.Network) bool { return o.PLMN() == n.PLMN() })
	switch {
	case len(list) >= p.Limit:
		return nil, refusePlan("full", "limit", p.Limit)
	case at < 0 || at > len(list)+1:
		return nil, refusePlan("position", "position", at, "last", len(list)+1)
	case len(n.Act) > 0 && !p.WithAct:
		return nil, refusePlan("no_act")
	case at == 0:
		at = len(list) + 1
	}
	return slices.Insert(list, at-1, n), nil
}

// Remove gives the list without the network at position at, from 1 on.
func (p Preferred) Remove(at int) ([]ef.Network, error) {
	if at < 1 || at > len(p.Networks) {
		return nil, refusePlan("position", "position", at, "last", len(p.Networks))
	}
	return slices.Delete(slices.Clone(p.Networks), at-1, at), nil
}

// Move gives the list with the network at position from moved to position to.
func (p Preferred) Move(from, to int) ([]ef.Network, error) {
	for _, at := range []int{from, to} {
		if at < 1 || at > len(p.Networks) {
			return nil, refusePlan("position", "position", at, "last", len(p.Networks))
		}
	}
	list := slices.Clone(p.Networks)
	n := list[from-1]
	return slices.Insert(slices.Delete(list, from-1, from), to-1, n), nil
}

// Find is the position of a network in the list, from 1 on, or 0.
func (p Preferred) Find(mcc, mnc string) int {
	return 1 + slices.IndexFunc(p.Networks, func(n ef.Network) bool { return n.MCC == mcc && n.MNC == mnc })
}

// PlanNetworks plans to make networks the list p, which was read before.
func (c *Card) PlanNetworks(p Preferred, networks []ef.Network) (*Plan, error) {
	n, ok := c.tree.Get(p.Path)
	d, known := c.Decoder(p.Path)
	if !ok || n.Content == nil || !known || d.Encode == nil {
		return nil, ErrNotRead
	}
	// What does not make up an entry at the end stays as it is.
	size := len(n.Content.Binary) / p.entry() * p.entry()
	b, err := d.Encode(ef.NetworkList{Networks: networks}, size)
	if err != nil {
		return nil, err
	}
	title, why := texts.Say("plan.title.network_list", "file", c.Name(p.Path)), ""
	if fid := p.Path.Last(); fid == fidPLMNwAcT || fid == fidPLMNsel {
		title, why = texts.Say("plan.title.networks"), texts.Say("plan.why.networks")
	}
	plan := c.NewPlan(title)
	return plan, plan.Change(c, p.Path, 0, b, why)
}
