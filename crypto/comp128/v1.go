package comp128

// v1 hashes Ki and RAND in eight rounds of a butterfly of five levels. A round
// ends with 32 values of four bits; between rounds their 128 bits change
// places, after the last they are SRES and Kc.
func v1(ki, rand *[KeySize]byte) (sres [4]byte, kc [8]byte) {
	var x [32]byte
	copy(x[KeySize:], rand[:])
	const rounds = 8
	for round := range rounds {
		copy(x[:], ki[:])
		butterfly(&x)
		if round < rounds-1 {
			permute(&x)
		}
	}
	for i := range sres {
		sres[i] = x[2*i]<<4 | x[2*i+1]
	}
	// Kc is 54 bits from the 74th on, with ten zeros behind them.
	for i := range 6 {
		kc[i] = x[2*i+18]<<6 | x[2*i+19]<<2 | x[2*i+20]>>2
	}
	kc[6] = x[30]<<6 | x[31]<<2
	clear(x[:])
	return sres, kc
}

var v1Tables = [5][]byte{v1Table0[:], v1Table1[:], v1Table2[:], v1Table3[:], v1Table4[:]}

// butterfly mixes the two halves of a block through a table, then those of the
// halves, down to pairs. The table of each level has half as many entries and
// gives one bit less than that before.
func butterfly(x *[32]byte) {
	for level, table := range v1Tables {
		half := 16 >> level
		mask := len(table) - 1
		for start := 0; start < len(x); start += 2 * half {
			for i := start; i < start+half; i++ {
				a, b := int(x[i]), int(x[i+half])
				x[i] = table[(a+2*b)&mask]
				x[i+half] = table[(2*a+b)&mask]
			}
		}
	}
}

// permute puts bit 17 i of the 128 in place i, in the second half of x.
func permute(x *[32]byte) {
	var out [KeySize]byte
	for i := range 128 {
		from := i * 17 % 128
		bit := x[from/4] >> (3 - from%4) & 1
		out[i/8] |= bit << (7 - i%8)
	}
	copy(x[KeySize:], out[:])
}
