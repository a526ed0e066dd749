package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card"
	"simscope/card/ota"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
)

func (p *program) otaCommand() *cobra.Command {
	c := group("ota")
	c.AddCommand(p.otaBuildCommand(), p.otaSendCommand(), p.otaDecodeCommand())
	return c
}

// otaFlags describe a packet. Keys are never among them.
type otaFlags struct {
	tar, spi, kic, kid string
	counter, last      int64
	expanded           bool
	script, read, ask  string
	record, length     int
	from               string
	keys               fileFlags
}

func (f *otaFlags) add(c *cobra.Command) {
	f.security(c)
	c.Flags().Int64Var(&f.counter, "counter", 0, texts.Say("flag.ota_counter"))
	c.Flags().Int64Var(&f.last, "last", 0, texts.Say("flag.ota_last"))
	c.Flags().BoolVar(&f.expanded, "expanded", false, texts.Say("flag.ota_expanded"))
	c.Flags().StringVar(&f.script, "script", "", texts.Say("flag.ota_script"))
	c.Flags().StringVar(&f.read, "read", "", texts.Say("flag.ota_read"))
	c.Flags().StringVar(&f.ask, "ask", "", texts.Say("flag.ota_ask"))
	c.Flags().IntVar(&f.record, "record-number", 0, texts.Say("flag.ota_record"))
	c.Flags().IntVar(&f.length, "length", 0, texts.Say("flag.ota_length"))
	c.Flags().StringVar(&f.from, "sender", ota.DefaultOriginator, texts.Say("flag.ota_from"))
	f.keys.add(c)
}

// security adds the flags that also say how a response is opened.
func (f *otaFlags) security(c *cobra.Command) {
	c.Flags().StringVar(&f.tar, "tar", "", texts.Say("flag.ota_tar"))
	c.Flags().StringVar(&f.spi, "spi", ota.DefaultSPI, texts.Say("flag.ota_spi"))
	c.Flags().StringVar(&f.kic, "kic", "aes:1", texts.Say("flag.ota_kic"))
	c.Flags().StringVar(&f.kid, "kid", "aes:1", texts.Say("flag.ota_kid"))
}

// request is what the flags ask for, without a script.
func (f *otaFlags) request(cmd *cobra.Command) (r ota.Request, err error) {
	if err := f.keys.check(); err != nil {
		return r, err
	}
	tar := f.tar
	switch {
	case tar == "" && f.ask != "":
		tar = "ram"
	case tar == "" && f.read != "":
		tar = "rfm-uicc"
	}
	if r.TAR, err = ota.ParseTAR(tar); err != nil {
		return r, err
	}
	if r.SPI, r.KIc, r.KID, err = f.indicators(); err != nil {
		return r, err
	}
	r.Expanded, r.Originator = f.expanded, f.from
	if f.counter < 0 || f.last < 0 || f.counter > maxOTACounter || f.last > maxOTACounter {
		return r, &ota.InputError{Field: "counter", ID: "counter", Args: []any{"limit", int64(maxOTACounter)}}
	}
	r.Counter = uint64(f.counter)
	r.Reference = byte(r.Counter)
	if cmd.Flags().Changed("last") {
		last := uint64(f.last)
		r.Last = &last
	}
	if r.Concern() != ota.CounterNone && !cmd.Flags().Changed("counter") {
		return r, &ota.InputError{Field: "counter", ID: "counter_missing"}
	}
	return r, f.places(cmd)
}

const maxOTACounter = 1<<40 - 1

func (f *otaFlags) indicators() (spi [2]byte, kic, kid byte, err error) {
	if spi, err = ota.ParseSPI(f.spi); err != nil {
		return spi, 0, 0, err
	}
	if kic, err = ota.ParseIndicator("KIc", f.kic); err != nil {
		return spi, 0, 0, err
	}
	kid, err = ota.ParseIndicator("KID", f.kid)
	return spi, kic, kid, err
}

// places checks the numbers that belong to a file.
func (f *otaFlags) places(cmd *cobra.Command) error {
	if cmd.Flags().Changed("record-number") && (f.read == "" || f.record < 1 || f.record > 254) {
		return &ota.InputError{Field: "record", ID: "record"}
	}
	if cmd.Flags().Changed("length") && (f.read == "" && f.ask == "" || f.length < 1 || f.length > card.MaxShortLc) {
		return &ota.InputError{Field: "length", ID: "length"}
	}
	return nil
}

// maxScriptFile bounds a script that comes from a file.
const maxScriptFile = 64 << 10

// commands are those of the one source that is given; for --read without a
// card, of the catalogue.
func (f *otaFlags) commands(args []string) (ota.Script, error) {
	sources := 0
	for _, given := range []bool{len(args) > 0, f.script != "", f.read != "", f.ask != ""} {
		if given {
			sources++
		}
	}
	switch {
	case sources != 1:
		return nil, &ota.InputError{Field: "script", ID: "script_source"}
	case f.ask != "":
		return ota.Question(f.ask, byte(f.length))
	case f.script != "":
		return scriptFile(f.script)
	case f.read != "":
		e, err := findEntry(f.read)
		if err != nil {
			return nil, err
		}
		return app.OTAReadEntry(e, pathOfEntry(e), byte(f.record), byte(f.length))
	}
	if lines, one := joined(args); one {
		return ota.ParseScript([]string{lines})
	}
	return ota.ParseScript(args)
}

// joined puts words of one byte each together: they are one command, written
// with spaces.
func joined(args []string) (string, bool) {
	for _, a := range args {
		if len(a) != 2 {
			return "", false
		}
	}
	return strings.Join(args, ""), len(args) > 1
}

func scriptFile(name string) (ota.Script, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fileProblem(err, texts.Say("tried.ota_script"))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxScriptFile+1))
	if err != nil {
		return nil, fileProblem(err, texts.Say("tried.ota_script"))
	}
	if len(b) > maxScriptFile {
		return nil, &ota.InputError{Field: "script", ID: "script_file"}
	}
	return ota.ParseScript(strings.Split(string(b), "\n"))
}

func (p *program) otaBuildCommand() *cobra.Command {
	var f otaFlags
	c := &cobra.Command{
		Use: "build [APDU…]", Short: texts.Say("cmd.ota.build"), Long: texts.Say("cmd.ota.build.long"), Args: between(0, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := f.request(cmd)
			if err != nil {
				return err
			}
			if r.Script, err = f.commands(args); err != nil {
				return err
			}
			if e, err := findEntry(f.read); f.read != "" && f.tar == "" && err == nil {
				r.TAR = app.OTATarget(pathOfEntry(e))
			}
			b, keys, err := p.buildOTA(cmd.Context(), r, f.keys, nil)
			if err != nil {
				return err
			}
			keys.Clear()
			doc := builtJSON(b)
			return p.emit(doc, func(w io.Writer) { doc.print(w) })
		},
	}
	f.add(c)
	return c
}

// buildOTA checks a request, asks for the keys and makes the packet. The keys
// are the caller's to clear.
func (p *program) buildOTA(ctx context.Context, r ota.Request, f fileFlags, c *app.Card) (*ota.Built, ota.Keys, error) {
	if err := r.Check(); err != nil {
		return nil, ota.Keys{}, err
	}
	keys, err := p.otaKeys(ctx, r.SPI, r.KIc, r.KID, f, c)
	if err != nil {
		keys.Clear()
		return nil, keys, err
	}
	b, err := r.Build(keys)
	if err != nil {
		keys.Clear()
	}
	return b, keys, err
}

func (p *program) otaSendCommand() *cobra.Command {
	var f otaFlags
	c := &cobra.Command{
		Use: "send [APDU…]", Short: texts.Say("cmd.ota.send"), Long: texts.Say("cmd.ota.send.long"), Args: between(0, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := f.request(cmd)
			if err != nil {
				return err
			}
			// Whatever needs no card is found before it is opened.
			if r.Script, err = f.commands(args); err != nil && (f.read == "" || !notInCatalogue(err)) {
				return err
			}
			switch {
			case p.f.readOnly:
				return problem("locked_read_only", "ota send")
			case !p.f.write:
				return problem("read_only", "ota send")
			}
			if f.read == "" {
				if err := r.Check(); err != nil {
					return err
				}
			}
			return p.withCard(cmd.Context(), func(ctx context.Context, c *app.Card) error { return p.otaSend(ctx, c, r, &f) })
		},
	}
	f.add(c)
	c.Flags().BoolVar(&p.f.write, "write", false, texts.Say("flag.write"))
	return c
}

// notInCatalogue reports whether a file may still be one of the open card.
func notInCatalogue(err error) bool {
	var pr *problemError
	return errors.Is(err, fs.ErrNoSuchFile) || errors.As(err, &pr) && pr.p.ID == "ambiguous_file"
}

// otaSend sends one packet. What it is and what it may do stands on standard
// error before anything is asked for.
func (p *program) otaSend(ctx context.Context, c *app.Card, r ota.Request, f *otaFlags) error {
	var file card.Path
	if f.read != "" {
		var err error
		if file, err = c.Files.Locate(ctx, f.read); err != nil {
			return err
		}
		if f.tar == "" {
			r.TAR = app.OTATarget(file)
		}
		if r.Script, err = c.OTARead(ctx, file, byte(f.record), byte(f.length)); err != nil {
			return err
		}
	}
	if err := r.Check(); err != nil {
		return err
	}
	p.showRequest(c, r)
	if r.Careful() {
		ok, err := p.prompter(ctx).confirm(texts.Say("ota.confirm.counter", "why", app.OTACounter(r)), texts.Say("ota.confirm.word"))
		if err != nil {
			return err
		}
		if !ok {
			return problem("not_confirmed", "ota send")
		}
	}
	b, keys, err := p.buildOTA(ctx, r, f.keys, c)
	if err != nil {
		return err
	}
	defer keys.Clear()
	out, err := c.SendOTA(ctx, b, false)
	if err != nil {
		return err
	}
	doc := answerJSON(r, out, ota.Open(r, keys, out))
	if f.read != "" {
		doc.decode(c, file)
	}
	if err := p.emit(doc, func(w io.Writer) { doc.print(w) }); err != nil {
		return err
	}
	return doc.verdict()
}
