package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// ACM is a record of EF.ACM (TS 31.102 clause 4.2.9, TS 51.011 clause 10.3.8),
// the charging units used so far, and the content of EF.ACMmax (TS 31.102
// clause 4.2.7, TS 51.011 clause 10.3.6), where 0 says that there is no limit.
type ACM struct {
	Units int `json:"units"` // 0 to 16 777 215
	Carry
}

func decodeACM(limit bool) func([]byte, Context, *builder) ACM {
	return func(data []byte, _ Context, b *builder) ACM {
		v := ACM{Carry: Carry{data}}
		b.Columns = []string{""}
		if !b.exactly(data, 3) {
			return v
		}
		v.Units = uint24(data)
		b.Summary = texts.Say("ef.acm.units", "n", v.Units)
		if limit && v.Units == 0 {
			b.Summary = word("no_limit")
		}
		b.add("units", b.Summary, 0, 3)
		b.Columns = []string{b.Summary}
		return v
	}
}

func encodeACM(v ACM, size int) ([]byte, error) {
	if err := sized(size, 3); err != nil {
		return nil, err
	}
	if err := inRange("units", v.Units, maxUint24); err != nil {
		return nil, err
	}
	return appendUint24(nil, v.Units), nil
}

// PUCT is the content of EF.PUCT (TS 31.102 clause 4.2.13, TS 51.011 clause
// 10.3.12): the price of a charging unit is EPPU times ten to the power of EX,
// in the currency.
type PUCT struct {
	Currency string `json:"currency_code"` // three characters of the default alphabet
	EPPU     int    `json:"eppu"`          // elementary price per unit, 0 to 4095
	EX       int    `json:"ex"`            // decimal exponent, -7 to 7
	Carry
}

const (
	maxEPPU     = 1<<12 - 1
	maxEX       = 7
	exNegative  = 0x10 // sign of EX in the last byte
	currencyLen = 3
)

func decodePUCT(data []byte, _ Context, b *builder) PUCT {
	v := PUCT{Carry: Carry{data}}
	if !b.exactly(data, 5) {
		return v
	}
	if allFF(data[:3]) && (allZero(data[3:5]) || allFF(data[3:5])) {
		b.erase()
		return v
	}
	text, bad := gsmText(trimFF(data[:3]))
	if len(bad) > 0 {
		b.flag(bad[0].flag, 0, 3)
	}
	v.Currency = text
	v.EPPU, v.EX = int(data[3])<<4|int(data[4]&0xF), int(data[4]>>5)
	if data[4]&exNegative != 0 {
		v.EX = -v.EX
	}
	price := decimalText(v.EPPU, v.EX)
	b.add("currency_code", v.Currency, 0, 3)
	b.add("price_per_unit", price, 3, 2).Note = fmt.Sprintf("%d × 10^%d", v.EPPU, v.EX)
	b.Summary = strings.TrimSpace(v.Currency + " " + price)
	return v
}

// decimalText is n times ten to the power of ex, written out.
func decimalText(n, ex int) string {
	s := fmt.Sprint(n)
	if ex >= 0 {
		if n == 0 {
			return s
		}
		return s + strings.Repeat("0", ex)
	}
	if len(s) <= -ex {
		s = strings.Repeat("0", 1-ex-len(s)) + s
	}
	return s[:len(s)+ex] + "." + s[len(s)+ex:]
}

func encodePUCT(v PUCT, size int) ([]byte, error) {
	if err := sized(size, 5); err != nil {
		return nil, err
	}
	currency, ok := gsmBytes(v.Currency, false)
	if !ok || len(currency) > currencyLen {
		return nil, refuse("currency", "currency", v.Currency)
	}
	if err := inRange("eppu", v.EPPU, maxEPPU); err != nil {
		return nil, err
	}
	ex, sign := v.EX, byte(0)
	if ex < 0 {
		ex, sign = -ex, exNegative
	}
	if ex > maxEX {
		return nil, refuse("ex", "n", v.EX, "limit", maxEX)
	}
	out, err := padded(currency, currencyLen)
	return append(out, byte(v.EPPU>>4), byte(ex)<<5|sign|byte(v.EPPU&0xF)), err
}
