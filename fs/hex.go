package fs

import "simscope/fs/ef"

// Hex is bytes that are written as upper-case hex digits in JSON and text.
type Hex = ef.Hex
