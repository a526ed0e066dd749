package ef

import (
	"slices"
	"strings"
	"testing"
)

// record fills a short message record to its 176 bytes.
func record(t testing.TB, s string) []byte {
	t.Helper()
	b := unhex(t, s)
	return append(b, fill(176-len(b))...)
}

const (
	centre  = "07 91 447700099999"
	sender  = "0C 91 447700091032"
	theTime = "52 11 22 41 53 00 23" // 2025-11-22 14:35:00 +08:00
)

func TestSMS(t *testing.T) {
	for _, c := range []struct {
		name, in, columns string
		flags             []string
	}{
		{
			"received, default alphabet",
			"01" + centre + "04" + sender + "00 00" + theTime + "0C C8F71D14969741F977FD07",
			"read|+447700900123|2025-11-22T14:35:00+08:00|How are you?", nil,
		},
		{
			"new, UCS2, alphanumeric sender",
			"03" + centre + "04 0B D0 C2B77B1E4E03 00 08" + theTime + "04 661F8FB0",
			"new|Bonsai|2025-11-22T14:35:00+08:00|星辰", nil,
		},
		{
			"UCS2 with half a pair",
			"03" + centre + "04" + sender + "00 08" + theTime + "04 D8000041",
			"new|+447700900123|2025-11-22T14:35:00+08:00|\uFFFDA",
			[]string{"flag.alpha.surrogate"},
		},
		{
			"sent, relative validity, report asked for",
			"0D" + "00" + "31 05" + sender + "00 00 AA 0C C8F71D14969741F977FD07",
			"sent|+447700900123||How are you?", nil,
		},
		{
			"draft without validity",
			"07" + "00" + "01 00" + sender + "00 00 0C C8F71D14969741F977FD07",
			"draft|+447700900123||How are you?", nil,
		},
		{
			"draft with absolute validity",
			"07" + "00" + "19 00" + sender + "00 00" + theTime + "0C C8F71D14969741F977FD07",
			"draft|+447700900123||How are you?", nil,
		},
		{
			"second of three parts, seven fill bits less one",
			"01" + centre + "44" + sender + "00 00" + theTime + "09 050003CC0302 90 65",
			"read|+447700900123|2025-11-22T14:35:00+08:00|(2/3) He", nil,
		},
		{
			"part of 16-bit reference in UCS2",
			"01" + centre + "44" + sender + "00 08" + theTime + "09 06 0804 0102 0201 661F",
			"read|+447700900123|2025-11-22T14:35:00+08:00|(1/2) 星", nil,
		},
		{
			"impossible part",
			"01" + centre + "44" + sender + "00 08" + theTime + "08 050003CC0204 661F",
			"read|+447700900123|2025-11-22T14:35:00+08:00|(4/2) 星",
			[]string{"flag.sms.part"},
		},
		{
			"header longer than the message",
			"01" + centre + "44" + sender + "00 08" + theTime + "03 09 0003",
			"read|+447700900123|2025-11-22T14:35:00+08:00|090003",
			[]string{"flag.sms.udh"},
		},
		{
			"8-bit data",
			"01" + centre + "04" + sender + "00 04" + theTime + "03 01FF02",
			"read|+447700900123|2025-11-22T14:35:00+08:00|01FF02", nil,
		},
		{
			"status report",
			"01" + centre + "06 2A" + sender + theTime + theTime + "00",
			"read|+447700900123|2025-11-22T14:35:00+08:00|status 00", nil,
		},
		{
			"no date",
			"01" + centre + "04" + sender + "00 00" + "52 31 22 41 53 00 23" + "01 41",
			"read|+447700900123||A",
			[]string{"flag.timestamp"},
		},
		{
			"deleted, readable",
			"00" + centre + "04" + sender + "00 00" + theTime + "0C C8F71D14969741F977FD07",
			"deleted|+447700900123|2025-11-22T14:35:00+08:00|How are you?",
			[]string{"flag.sms.deleted"},
		},
		{"free, remains that are no message", "00 FF FF FF 01", "free|||", []string{"flag.sms.residue"}},
		{
			"escape sequence in the text",
			"01" + centre + "04" + sender + "00 08" + theTime + "06 001B005B0041",
			"read|+447700900123|2025-11-22T14:35:00+08:00|␛[A", nil,
		},
		{"reserved kind", "01" + centre + "07 00", "read|||", []string{"flag.sms.mti"}},
	} {
		d, _ := Lookup("ADF.USIM/EF.SMS")
		got := d.Decode(record(t, c.in), Context{})
		if columns := strings.Join(got.Columns, "|"); columns != c.columns {
			t.Errorf("%s: %q, want %q", c.name, columns, c.columns)
		}
		var flags []string
		for _, f := range got.Flags {
			flags = append(flags, f.ID)
		}
		if !slices.Equal(flags, c.flags) {
			t.Errorf("%s: flags %v, want %v", c.name, flags, c.flags)
		}
		if got.Empty {
			t.Errorf("%s: said to be empty", c.name)
		}
		if v := got.Value.(SMS); v.Deleted != (c.name == "deleted, readable") {
			t.Errorf("%s: deleted %v", c.name, v.Deleted)
		}
		for _, f := range got.Fields {
			if f.Offset < 0 || f.Length < 0 || f.Offset+f.Length > 176 {
				t.Errorf("%s: field %s lies at %d+%d", c.name, f.ID, f.Offset, f.Length)
			}
		}
	}
}

func TestSMSFree(t *testing.T) {
	d, _ := Lookup("ADF.USIM/EF.SMS")
	for _, b := range [][]byte{record(t, "00"), make([]byte, 176), record(t, "FF")[:0]} {
		got := d.Decode(b, Context{})
		if len(b) > 0 && (!got.Empty || len(got.Flags) > 0) {
			t.Errorf("%X…: empty %v, flags %v", b[:2], got.Empty, got.Flags)
		}
		if len(b) == 0 && len(got.Flags) == 0 {
			t.Error("no bytes at all give no flag")
		}
	}
}

// Cut anywhere, a message is a shorter message with a flag.
func TestSMSCut(t *testing.T) {
	whole := unhex(t, "01"+centre+"44"+sender+"00 08"+theTime+"08 050003CC0301 661F")
	d, _ := Lookup("MF/DF.TELECOM/EF.SMS")
	for n := range whole {
		got := d.Decode(whole[:n], Context{})
		if len(got.Flags) == 0 {
			t.Errorf("cut to %d bytes: no flag", n)
		}
	}
}

func TestSMSStatus(t *testing.T) {
	for c, want := range map[byte][2]string{
		0x00: {"free", ""}, 0x02: {"free", ""}, 0x01: {"received_read", ""}, 0x03: {"received_unread", ""}, 0x07: {"to_be_sent", ""},
		0x05: {"sent", "not_requested"}, 0x0D: {"sent", "requested"}, 0x15: {"sent", "received_not_stored"}, 0x1D: {"sent", "received_stored"},
	} {
		if s, r := smsStatus(c); s != want[0] || r != want[1] {
			t.Errorf("%02X is %s %s, want %v", c, s, r, want)
		}
	}
}

func TestTimestampZones(t *testing.T) {
	for in, want := range map[string]string{
		"52112241530023": "2025-11-22T14:35:00+08:00",
		"5211224153002B": "2025-11-22T14:35:00-08:00",
		"99111111111180": "1999-11-11T11:11:11+02:00",
		"42209261530000": "2024-02-29T16:35:00Z",
		"52209261530000": "", // no 29 February in 2025
		"521122415300F0": "",
		"52112242530047": "", // 24:35
		"5211224153007F": "",
		"A2112241530000": "",
	} {
		b := unhex(t, in)
		got, ok := scts([7]byte(b))
		s := ""
		if ok {
			s = got.Format("2006-01-02T15:04:05Z07:00")
		}
		if s != want {
			t.Errorf("%s is %q, want %q", in, s, want)
		}
	}
}

func TestValidityMinutes(t *testing.T) {
	for c, want := range map[byte]int{0: 5, 143: 720, 144: 750, 167: 1440, 168: 2 * 1440, 196: 30 * 1440, 197: 5 * 7 * 1440, 255: 63 * 7 * 1440} {
		if got := validityMinutes(c); got != want {
			t.Errorf("%d is %d minutes, want %d", c, got, want)
		}
	}
}
