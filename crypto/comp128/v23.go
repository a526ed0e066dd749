package comp128

// v3 hashes Ki and RAND in eight rounds. Versions 2 and 3 count bytes from the
// end: both values are turned round before and the result after. Bytes 4 to 7
// of the result are not used. Version 2 is this with ten bits of Kc zero.
func v3(ki, rand *[KeySize]byte) (sres [4]byte, kc [8]byte) {
	var state, key [KeySize]byte
	for i := range state {
		state[i] = rand[KeySize-1-i]
		key[i] = ki[KeySize-1-i] ^ state[i]
	}
	for range 8 {
		mix(&state, &key)
	}
	for i := range sres {
		sres[i] = state[15-i]
	}
	for i := range kc {
		kc[i] = state[7-i]
	}
	clear(state[:])
	clear(key[:])
	return sres, kc
}

// mix is one round: five levels in which each byte of the first half is mixed
// with one of the second, the results woven into each other in ever larger
// groups, and then a change of places of the 256 bits, of which 128 stay.
func mix(state, key *[KeySize]byte) {
	var x [2 * KeySize]byte
	copy(x[:], state[:])
	copy(x[KeySize:], key[:])
	for level := range 5 {
		group := 1 << level
		var next [2 * KeySize]byte
		for i := range KeySize {
			first := v23Table0[v23Table1[x[KeySize+i]]^x[i]]
			second := v23Table0[v23Table1[first]^x[KeySize+i]]
			at := i/group*2*group + i%group
			next[at], next[at+group] = first, second
		}
		x = next
	}
	for i := range state {
		var b byte
		for j := range 8 {
			from := 19 * (8*i + j + 1) % 256
			b |= x[from/8] >> (3 * (j + 1) % 8) & 1 << j
		}
		state[i] = b
	}
	clear(x[:])
}
