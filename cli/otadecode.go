package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"simscope/card/ota"
	"simscope/crypto/scp80"
	"simscope/fs"
	"simscope/texts"
)

func (p *program) otaDecodeCommand() *cobra.Command {
	var f otaFlags
	var ask bool
	c := &cobra.Command{
		Use: "decode HEX…", Short: texts.Say("cmd.ota.decode"), Long: texts.Say("cmd.ota.decode.long"), Args: between(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.keys.check(); err != nil {
				return err
			}
			given := cmd.Flags().Changed("spi") || cmd.Flags().Changed("kic") || cmd.Flags().Changed("kid")
			return p.otaDecode(cmd.Context(), args, &f, given, ask || f.keys.given())
		},
	}
	c.Flags().StringVar(&f.spi, "spi", ota.DefaultSPI, texts.Say("flag.ota_spi"))
	c.Flags().StringVar(&f.kic, "kic", "aes:1", texts.Say("flag.ota_kic"))
	c.Flags().StringVar(&f.kid, "kid", "aes:1", texts.Say("flag.ota_kid"))
	c.Flags().BoolVar(&ask, "with-keys", false, texts.Say("flag.ota_with_keys"))
	f.keys.add(c)
	return c
}

// otaMessageJSON is a message that was read.
type otaMessageJSON struct {
	Form   string         `json:"form"`
	Fields []otaFieldJSON `json:"fields"`
	Flags  []string       `json:"flags,omitempty"`
}

// otaCommandJSON is a command packet and what opening it brought.
type otaCommandJSON struct {
	TAR      string         `json:"tar"`
	Target   string         `json:"target"`
	Security string         `json:"security"`
	State    string         `json:"state"`
	Words    string         `json:"words"`
	Why      string         `json:"why,omitempty"`
	Counter  *uint64        `json:"counter"`
	Script   []otaLineJSON  `json:"script,omitempty"`
	Fields   []otaFieldJSON `json:"fields,omitempty"`
}

type otaLineJSON struct {
	Name   string `json:"name"`
	Hex    fs.Hex `json:"hex,omitempty"`
	Masked bool   `json:"masked,omitempty"`
}

type otaDecodeJSON struct {
	Messages []otaMessageJSON `json:"messages"`
	Command  *otaCommandJSON  `json:"command,omitempty"`
	Response *otaAnswerJSON   `json:"response,omitempty"`
}

// otaDecode reads the messages of a packet, its answer, or both.
func (p *program) otaDecode(ctx context.Context, args []string, f *otaFlags, given, ask bool) error {
	spi, kic, kid, err := f.indicators()
	if err != nil {
		return err
	}
	commands, replies, doc, err := readMessages(args)
	if err != nil {
		return err
	}
	var opened *ota.Opened
	var keys ota.Keys
	defer func() { keys.Clear() }()
	if len(commands) > 0 {
		packet, _, err := ota.Join(commands)
		if err != nil {
			return err
		}
		// Read without keys first: it says which are needed.
		if opened, err = ota.OpenCommand(packet, ota.Keys{}); err != nil {
			return err
		}
		spi, kic, kid, given = opened.SPI, opened.KIc, opened.KID, true
		if ask {
			if keys, err = p.decodeKeys(ctx, spi, kic, kid, len(replies) > 0, f.keys); err != nil {
				return err
			}
			if opened, err = ota.OpenCommand(packet, keys); err != nil {
				return err
			}
		}
		doc.Command = commandJSON(opened)
	}
	if len(replies) > 0 {
		if err := p.decodeReply(ctx, doc, opened, replies, spi, kic, kid, given, ask, &keys, f.keys); err != nil {
			return err
		}
	}
	return p.emit(doc, func(w io.Writer) { doc.print(w) })
}

func (p *program) decodeReply(ctx context.Context, doc *otaDecodeJSON, opened *ota.Opened, replies []*ota.Message,
	spi scp80.SPI, kic, kid byte, given, ask bool, keys *ota.Keys, f fileFlags,
) error {
	if !given && ask {
		return &ota.InputError{Field: "response", ID: "no_command"}
	}
	if !given {
		// Nothing says how it is protected: its fields are all there is.
		return nil
	}
	if ask && opened == nil {
		var err error
		if *keys, err = p.decodeKeys(ctx, spi, kic, kid, true, f); err != nil {
			return err
		}
	}
	packet, _, err := ota.Join(replies)
	if err != nil {
		return err
	}
	a := ota.OpenReply(spi, kic, kid, *keys, packet)
	var script ota.Script
	if opened != nil {
		script = opened.Script()
		if a.Response != nil && !opened.Answers(*a.Response) {
			a = ota.Answer{State: ota.Foreign, Bytes: a.Bytes}
		}
	}
	row := openedPacketJSON(a, script)
	if opened != nil && opened.ReadsKeys() {
		row.hideData()
	}
	doc.Response = &row
	return nil
}

// hideData leaves out what a file of keys held.
func (d *otaAnswerJSON) hideData() {
	d.Bytes = nil
	for i := range d.Answers {
		d.Answers[i].Data = nil
	}
	d.Why = texts.Say("ota.result.keys")
}

// decodeKeys asks for the keys of a packet, and of its answer where there is
// one.
func (p *program) decodeKeys(ctx context.Context, spi scp80.SPI, kic, kid byte, reply bool, f fileFlags) (ota.Keys, error) {
	sec := spi.Security()
	if !reply {
		sec.PoR = scp80.NoPoR
	}
	return p.otaKeys(ctx, sec.SPI(), kic, kid, f, nil)
}

// readMessages sorts what was given into messages of commands and responses.
func readMessages(args []string) (commands, replies []*ota.Message, doc *otaDecodeJSON, err error) {
	doc = &otaDecodeJSON{Messages: []otaMessageJSON{}}
	if all, one := joined(args); one {
		args = []string{all}
	}
	var words []string
	for _, a := range args {
		hex, err := rowHex(a)
		if err != nil {
			return nil, nil, nil, err
		}
		words = append(words, hex...)
	}
	reply := false
	for _, word := range words {
		b, err := parseHex(word)
		if err != nil {
			return nil, nil, nil, err
		}
		m, err := ota.Read(b)
		if err != nil {
			return nil, nil, nil, err
		}
		// A later part does not say itself of which packet it is.
		if part, _ := m.Parts(); part == 1 {
			reply = m.Reply
		}
		if reply {
			replies = append(replies, m)
		} else {
			commands = append(commands, m)
		}
		row := otaMessageJSON{Form: string(m.Form), Fields: otaFields(m.Fields, m.Bytes)}
		for _, id := range m.Flags {
			row.Flags = append(row.Flags, texts.Say("ota.flag."+id))
		}
		doc.Messages = append(doc.Messages, row)
	}
	return commands, replies, doc, nil
}

// rowHex gives the bytes of a row of a recording, command and response, or
// what is no such row as it is.
func rowHex(arg string) ([]string, error) {
	if !strings.HasPrefix(strings.TrimSpace(arg), "{") {
		return []string{arg}, nil
	}
	var row struct{ Cmd, Rsp string }
	if json.Unmarshal([]byte(arg), &row) != nil || row.Cmd == "" && row.Rsp == "" {
		return nil, ota.ErrNotPacket
	}
	var out []string
	for _, s := range []string{row.Cmd, row.Rsp} {
		if strings.Contains(s, "*") {
			return nil, ota.ErrNotPacket
		}
		// GET RESPONSE says nothing; what it brought may be the answer.
		if b, err := parseHex(s); s != "" && err == nil {
			if _, err := ota.Read(b); err == nil {
				out = append(out, s)
			}
		}
	}
	if len(out) == 0 {
		return nil, ota.ErrNotPacket
	}
	return out, nil
}

func commandJSON(o *ota.Opened) *otaCommandJSON {
	d := &otaCommandJSON{
		TAR: o.TAR.String(), Target: ota.TARWords(o.TAR), Security: ota.WordsOf(o.SPI), State: string(o.State),
		Words: texts.Say("ota.command." + string(o.State)),
	}
	if o.Why != "" {
		d.Why = texts.Say("ota.why." + o.Why)
	}
	if o.Content == nil {
		return d
	}
	d.Counter = &o.Content.Counter
	for _, l := range o.Commands() {
		d.Script = append(d.Script, otaLineJSON{Name: l.Name, Hex: l.Bytes, Masked: l.Secret})
	}
	d.Fields = otaFields(o.Inner, o.InnerBytes)
	return d
}

func (d *otaDecodeJSON) print(w io.Writer) {
	for _, m := range d.Messages {
		fmt.Fprintln(w, texts.Say("ota.form."+m.Form))
		printFields(w, m.Fields)
		for _, f := range m.Flags {
			fmt.Fprintln(w, "! "+f)
		}
	}
	if c := d.Command; c != nil {
		fmt.Fprintf(w, "\n%s\n", texts.Say("ota.form.command"))
		t := newTable(w)
		t.row("  "+texts.Say("out.ota.target"), c.Target)
		t.row("  "+texts.Say("out.ota.security"), c.Security)
		if c.Counter != nil {
			t.row("  "+texts.Say("out.ota.counter"), fmt.Sprint(*c.Counter))
		}
		for _, l := range c.Script {
			bytes := l.Hex.String()
			if l.Masked {
				bytes += " " + texts.Say("out.masked")
			}
			t.row("  "+texts.Say("out.ota.script"), l.Name, bytes)
		}
		t.flush()
		for _, s := range []string{c.Words, c.Why} {
			if s != "" {
				fmt.Fprintln(w, s)
			}
		}
	}
	if d.Response != nil {
		fmt.Fprintf(w, "\n%s\n", texts.Say("ota.form.response"))
		d.Response.print(w)
	}
}
