package globalplatform

import (
	"errors"
	"fmt"
	"time"

	"simscope/card/tlv"
)

// TagCPLC asks GET DATA for the card production life cycle data.
const TagCPLC tlv.Tag = 0x9F7F

// cplcLen is the length of the data without tag and length, in bytes.
const cplcLen = 42

// CPLC is the card production life cycle data (GlobalPlatform Card
// Specification 2.1.1 appendix F.1; later versions leave it to the maker).
// Codes are four hex digits, identifiers hex digits. The dates are those of
// the chip and the card, not of its software's release.
type CPLC struct {
	ICFabricator      string `json:"ic_fabricator"`
	ICType            string `json:"ic_type"`
	OSID              string `json:"operating_system_id"`
	OSReleaseDate     Date   `json:"operating_system_release_date"`
	OSReleaseLevel    string `json:"operating_system_release_level"`
	ICFabrication     Date   `json:"ic_fabrication_date"`
	ICSerial          string `json:"ic_serial_number"`
	ICBatch           string `json:"ic_batch_identifier"`
	ModuleFabricator  string `json:"ic_module_fabricator"`
	ModulePackaging   Date   `json:"ic_module_packaging_date"`
	ICCManufacturer   string `json:"icc_manufacturer"`
	ICEmbedding       Date   `json:"ic_embedding_date"`
	PrePersonalizer   string `json:"ic_pre_personalizer"`
	PrePersoDate      Date   `json:"ic_pre_personalization_date"`
	PrePersoEquipment string `json:"ic_pre_personalization_equipment_identifier"`
	Personalizer      string `json:"ic_personalizer"`
	PersoDate         Date   `json:"ic_personalization_date"`
	PersoEquipment    string `json:"ic_personalization_equipment_identifier"`
}

// Date is a day of CPLC: the last digit of the year and the day in it, in BCD
// (YDDD). 0000 is no date, and so is what cannot be one.
type Date string

// Parts gives the digit of the year and the day from 1 to 366.
func (d Date) Parts() (year, day int, ok bool) {
	if len(d) != 4 {
		return 0, 0, false
	}
	n := 0
	for _, c := range d {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		n = n*10 + int(c-'0')
	}
	year, day = n/1000, n%1000
	return year, day, day >= 1 && day <= 366
}

// Latest is the last such day that is not after now: the decade is not told,
// so the chip may be ten or twenty years older.
func (d Date) Latest(now time.Time) (time.Time, bool) {
	digit, day, ok := d.Parts()
	if !ok {
		return time.Time{}, false
	}
	for y := now.Year(); y > now.Year()-20; y-- {
		if y%10 != digit {
			continue
		}
		t := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, day-1)
		if t.Year() == y && !t.After(now) {
			return t, true
		}
	}
	return time.Time{}, false
}

// ErrCPLC says that the answer is not CPLC data.
var ErrCPLC = errors.New("not 42 bytes of CPLC data")

// ParseCPLC reads the answer to GET DATA 9F7F, with or without its tag.
func ParseCPLC(b []byte) (CPLC, error) {
	if nodes, _ := tlv.ParseFlat(b); len(b) != cplcLen && len(nodes) > 0 && nodes[0].Tag == TagCPLC {
		b = nodes[0].Value
	}
	if len(b) != cplcLen {
		return CPLC{}, ErrCPLC
	}
	at := 0
	next := func(n int) string {
		s := fmt.Sprintf("%X", b[at:at+n])
		at += n
		return s
	}
	return CPLC{
		ICFabricator: next(2), ICType: next(2), OSID: next(2), OSReleaseDate: Date(next(2)), OSReleaseLevel: next(2),
		ICFabrication: Date(next(2)), ICSerial: next(4), ICBatch: next(2), ModuleFabricator: next(2), ModulePackaging: Date(next(2)),
		ICCManufacturer: next(2), ICEmbedding: Date(next(2)), PrePersonalizer: next(2), PrePersoDate: Date(next(2)),
		PrePersoEquipment: next(4), Personalizer: next(2), PersoDate: Date(next(2)), PersoEquipment: next(4),
	}, nil
}

// fabricators are makers of chips by their code in CPLC, as published with
// card tools. A code that is not here stays a code.
var fabricators = map[string]string{
	"3060": "Renesas", "4070": "NXP", "4090": "Infineon", "4180": "Atmel", "4250": "Samsung", "4790": "NXP",
}

// Fabricator is the chip maker's name, empty where the code is not known.
func (c CPLC) Fabricator() string { return fabricators[c.ICFabricator] }

// systems are operating systems by their code in CPLC, as published with tests
// of such cards.
var systems = map[string]string{"4700": "NXP JCOP 3", "4791": "NXP JCOP"}

// System is the operating system's name, empty where the code is not known.
func (c CPLC) System() string { return systems[c.OSID] }
