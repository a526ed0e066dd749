// Command simscope reads, explains, protects and repairs SIM cards, eSIM chips
// and other smart cards in the terminal.
package main

import (
	"os"

	"simscope/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Vars: os.Getenv}))
}
