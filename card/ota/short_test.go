package ota_test

import (
	"crypto/aes"
	"testing"

	"simscope/card/ota"
	"simscope/crypto/cmac"
	"simscope/crypto/scp80"
)

// short makes a packet by hand, in the clear, with the first n bytes of a CMAC:
// head up to TAR, what stands before the check, and what stands behind it.
// covered is what the check covers besides.
func short(t *testing.T, n int, covered, head, before, data []byte) []byte {
	t.Helper()
	length := len(head) - 2 + len(before) + n + len(data)
	head[0], head[1], head[2] = byte(length>>8), byte(length), head[2]+byte(n)
	block, err := aes.NewCipher(unhex(t, demoKID))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, p := range [][]byte{covered, head, before, data} {
		all = append(all, p...)
	}
	check := cmac.Sum(block, all)[:n]
	return append(append(append(head, before...), check...), data...)
}

// A CMAC of 4 bytes is not called a proof; one of 8 is. One that is wrong in
// its last bit opens nothing, however long.
func TestShortChecksum(t *testing.T) {
	k := keys(t, demoKIc, demoKID)
	spi := scp80.SPI{0x12, 0x09} // CC, counter; answer with CC
	for n, want := range map[int]ota.State{4: ota.Likely, 8: ota.Proven} {
		command := short(t, n, nil, []byte{0, 0, 13, spi[0], spi[1], 0x12, 0x12, 0xB0, 0x00, 0x10},
			[]byte{0, 0, 0, 0, 7, 0}, unhex(t, "00A40000023F00"))
		o, err := ota.OpenCommand(command, k)
		if err != nil || o.State != want || o.Content == nil || o.Content.Counter != 7 {
			t.Errorf("a command with %d bytes: %+v, %v", n, o, err)
		}
		reply := short(t, n, []byte{2, 0x71, 0}, []byte{0, 0, 10, 0xB0, 0x00, 0x10}, []byte{0, 0, 0, 0, 7, 0, 0}, unhex(t, "019000"))
		if a := ota.OpenReply(spi, 0x12, 0x12, k, reply); a.State != want || a.Response == nil || !a.State.ByKey() {
			t.Errorf("a response with %d bytes: %+v", n, a)
		}
		command[len(command)-8] ^= 1
		if o, err := ota.OpenCommand(command, k); err != nil || o.State != ota.Unverified || o.State.ByKey() {
			t.Errorf("a changed command with %d bytes: %+v, %v", n, o, err)
		}
	}
}
