package scp80

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// A packet is found in every layer it can lie in.
func TestRead(t *testing.T) {
	v := vectors(t)[0]
	packet := unhex(t, v.Command)
	uds, err := Split(packet, 0)
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDeliver("12345678")
	if err != nil {
		t.Fatal(err)
	}
	tpdu, err := d.TPDU(uds[0])
	if err != nil {
		t.Fatal(err)
	}
	env := Envelope(tpdu, []byte{0x91, 0x44})
	apdu := append([]byte{0x80, 0xC2, 0, 0, byte(len(env))}, env...)
	for want, b := range map[string][]byte{
		"[command packet]":                                        packet,
		"[user-data command packet]":                              uds[0],
		"[sms-deliver user-data command packet]":                  tpdu,
		"[envelope sms-deliver user-data command packet]":         env,
		"[apdu envelope sms-deliver user-data command packet]":    apdu,
		"[apdu envelope sms-deliver user-data command packet] Le": append(bytes.Clone(apdu), 0),
	} {
		f, err := Read(b)
		if err != nil || f.Command == nil || f.Reply != nil {
			t.Errorf("%s: %+v, %v", want, f, err)
			continue
		}
		if got := fmt.Sprint(f.Layers); got != want && got+" Le" != want {
			t.Errorf("layers %s, want %s", got, want)
		}
		if c, err := f.Command.Open(v.keys(t)); err != nil || !bytes.Equal(c.Data, unhex(t, v.APDU)) {
			t.Errorf("%s opens to %v, %v", want, c, err)
		}
	}
	if f, _ := Read(env); !bytes.Equal(f.SMSC, []byte{0x91, 0x44}) || f.Deliver == nil || f.Deliver.PID != 0x7F {
		t.Errorf("what is around the packet: %+v", f)
	}
}

func TestReadResponse(t *testing.T) {
	v := vectors(t)[0]
	ud := unhex(t, v.Resp)
	da, _ := Address("12345678")
	tpdu, err := Submit(da, ud)
	if err != nil {
		t.Fatal(err)
	}
	command := object(nil, 0xD0, object(object(nil, 0x81, []byte{1, 0x13, 0}), tagTPDU, tpdu))
	for want, b := range map[string][]byte{
		"[user-data response packet]":                      ud,
		"[sms-submit user-data response packet]":           tpdu,
		"[proactive sms-submit user-data response packet]": command,
	} {
		f, err := Read(b)
		if err != nil || f.Reply == nil || fmt.Sprint(f.Layers) != want {
			t.Fatalf("%s: %+v, %v", want, f, err)
		}
		if r, err := f.Reply.Open(v.security(t).SPI(), kic3DES, kid3DES, v.keys(t)); err != nil || r.Status != PoROK {
			t.Errorf("%s opens to %v, %v", want, r, err)
		}
	}
}

func TestReadParts(t *testing.T) {
	c := Command{SPI: SPI{0, 0}, TAR: TARRFMUICC, Data: make([]byte, 300)}
	packet, err := c.Seal(Keys{})
	if err != nil {
		t.Fatal(err)
	}
	uds, err := Split(packet, 9)
	if err != nil || len(uds) != 3 {
		t.Fatal(len(uds), err)
	}
	f, err := Read(uds[2], uds[0])
	if err != nil || f.Command != nil || f.Parts != 3 || f.Have != 2 {
		t.Errorf("two of three: %+v, %v", f, err)
	}
	if f, err = Read(uds[2], uds[0], uds[1]); err != nil || f.Command == nil || f.Command.TAR != TARRFMUICC {
		t.Errorf("all: %+v, %v", f, err)
	}
	if _, err = Read(uds[0], uds[0], uds[1]); !errors.Is(err, ErrSMS) {
		t.Errorf("one twice: %v", err)
	}
	for _, bad := range [][]byte{nil, {1}, {0x40, 1, 2}, bytes.Repeat([]byte{0xFF}, 30), {0, 0xA4, 0, 4, 2, 0x3F, 0}, {3, 5, 1, 2, 9, 9}} {
		if f, err := Read(bad); err == nil {
			t.Errorf("%x: %+v", bad, f)
		}
	}
	if _, err := Read(); err == nil {
		t.Error("nothing is read")
	}
}

func FuzzRead(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(unhex(f, v.Command), unhex(f, v.Resp))
		f.Add(unhex(f, v.Deliver), unhex(f, v.Command))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, found := range []func() (Found, error){func() (Found, error) { return Read(a) }, func() (Found, error) { return Read(a, b) }} {
			got, err := found()
			if err == nil && got.Have >= got.Parts && (got.Command == nil) == (got.Reply == nil) {
				t.Errorf("%x, %x: %+v", a, b, got)
			}
		}
	})
}
