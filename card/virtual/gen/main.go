// Gen writes the card images that card/virtual embeds. Run it from the top of
// the tree after a change: go run ./card/virtual/gen
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"simscope/card/virtual"
)

const folder = "card/virtual/images"

func main() {
	for id, build := range images {
		b, err := text(build())
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, id+".json"), b, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, id+":", err)
			os.Exit(1)
		}
	}
}

func text(img *virtual.Image) ([]byte, error) {
	var b bytes.Buffer
	err := virtual.WriteImage(&b, img)
	return b.Bytes(), err
}
