package ota

import (
	"fmt"

	"simscope/card"
	"simscope/crypto/scp80"
	"simscope/texts"
)

func hexByte(b byte) string { return fmt.Sprintf("%02X", b) }

// tarWords names a target.
func tarWords(t scp80.TAR) string {
	if x, ok := TargetOf(t); ok {
		return t.String() + " " + texts.Say("ota.target."+x.Name)
	}
	return t.String() + " " + texts.Say("ota.target.other")
}

// TARWords names a target in words, with its number.
func TARWords(t scp80.TAR) string { return tarWords(t) }

// indicatorWords names algorithm and key set.
func indicatorWords(b byte, a scp80.Algorithm) string {
	return texts.Say("ota.indicator", "algorithm", texts.Say("ota.algorithm."+algorithmID(a)), "version", scp80.KeyVersion(b))
}

// algorithmID names an algorithm's sentence.
func algorithmID(a scp80.Algorithm) string {
	for _, x := range algorithms {
		if x.alg == a {
			return x.name
		}
	}
	switch a {
	case scp80.Implicit:
		return "implicit"
	case scp80.Proprietary:
		return "proprietary"
	}
	return "reserved"
}

func pidWords(b byte) string {
	if b == 0x7F {
		return texts.Say("ota.pid.download")
	}
	return ""
}

func dcsWords(b byte) string {
	if b == 0xF6 || b == 0x16 {
		return texts.Say("ota.dcs.class2")
	}
	return ""
}

func headerWords(u scp80.UserData) string {
	id := "part"
	switch {
	case u.Command:
		id = "command"
	case u.Response:
		id = "response"
	}
	s := texts.Say("ota.udh." + id)
	if u.Parts > 1 {
		s += " " + texts.Say("ota.udh.of", "part", u.Part, "of", u.Parts)
	}
	return s
}

// commandWords names a command of a script and what it is about.
func commandWords(c card.Command) string {
	s := card.InsName(c)
	if c.INS == card.InsSelect && len(c.Data) == 2 {
		s += fmt.Sprintf(" %X", c.Data)
	}
	return s
}

// address writes the digits behind a type of number.
func address(b []byte) string {
	if len(b) < 1 {
		return ""
	}
	s := ""
	if b[0]&0x70 == 0x10 {
		s = "+"
	}
	const digits = "0123456789*#abc"
	for _, c := range b[1:] {
		for _, n := range []byte{c & 0x0F, c >> 4} {
			if n < 15 {
				s += string(digits[n])
			}
		}
	}
	return s
}

// CipherWords names algorithm and key set of KIc.
func CipherWords(kic byte) string { return indicatorWords(kic, scp80.Cipher(kic)) }

// CheckWords names algorithm and key set of KID for a packet's check.
func CheckWords(spi scp80.SPI, kid byte) string {
	check := spi.Security().Check
	if check == scp80.NoCheck {
		check = scp80.CC
	}
	return indicatorWords(kid, scp80.Checksum(check, kid))
}

// CommandWords names a command of a script and the file that it selects.
func CommandWords(c card.Command) string { return commandWords(c) }
