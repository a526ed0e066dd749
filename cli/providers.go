package cli

import (
	"errors"
	"io/fs"
	"os"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/trace"
	"simscope/card/virtual"
	"simscope/texts"
	"simscope/tui/app"
)

// readers joins the providers that the flags ask for: a recording alone, the
// card of an image file or the demonstration cards, or what PC/SC offers. The
// screens list the demonstration cards behind the real readers.
func (p *program) readers(screens bool) (*app.Readers, error) {
	switch {
	case p.f.replay != "":
		rec, err := openRecording(p.f.replay)
		if err != nil {
			return nil, err
		}
		return app.NewReaders(trace.NewProvider(rec)), nil
	case p.f.image != "":
		slot, err := imageSlot(p.f.image)
		if err != nil {
			return nil, err
		}
		v, err := virtual.NewProvider(slot)
		if err != nil {
			return nil, err
		}
		return app.NewReaders(v), nil
	case p.f.demo:
		v, err := demo()
		if err != nil {
			return nil, err
		}
		return app.NewReaders(v), nil
	case screens:
		v, err := demo()
		if err != nil {
			return nil, err
		}
		return app.NewReaders(pcsc.New(), v), nil
	}
	return app.NewReaders(pcsc.New()), nil
}

// demo offers the built-in cards.
func demo() (card.Provider, error) {
	slots, err := virtual.BuiltinSlots()
	if err != nil {
		return nil, err
	}
	for i := range slots {
		slots[i].Name = texts.Say("demo." + slots[i].About)
	}
	return virtual.NewProvider(slots...)
}

// fileProblem puts an error of opening a file into words; the name is the
// person's own and not repeated by the error.
func fileProblem(err error, tried string) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return problem("no_such_file", tried)
	case errors.Is(err, fs.ErrPermission):
		return problem("file_denied", tried)
	case errors.Is(err, fs.ErrExist):
		return problem("file_exists", tried)
	}
	return problem("file_error", tried)
}

// imageSlot is a reader with the card of --image in it: a demonstration card by
// its name, or that of a file.
func imageSlot(name string) (virtual.Slot, error) {
	for _, b := range virtual.Builtin() {
		if b.ID == name {
			img, err := virtual.OpenBuiltin(name)
			return virtual.Slot{Name: texts.Say("demo." + name), About: name, Image: img}, err
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return virtual.Slot{}, fileProblem(err, texts.Say("tried.image"))
	}
	defer f.Close()
	img, err := virtual.ReadImage(f)
	return virtual.Slot{Name: name, About: "image", Image: img}, err
}

func openRecording(name string) (*trace.Recording, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fileProblem(err, texts.Say("tried.replay"))
	}
	defer f.Close()
	return trace.ReadRecording(f)
}
