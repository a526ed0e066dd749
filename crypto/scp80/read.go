package scp80

import "fmt"

// Layer is what a packet lies in.
type Layer string

// The layers, from the outside in.
const (
	LayerAPDU      Layer = "apdu"      // ENVELOPE
	LayerEnvelope  Layer = "envelope"  // SMS-PP download
	LayerProactive Layer = "proactive" // SEND SHORT MESSAGE
	LayerDeliver   Layer = "sms-deliver"
	LayerSubmit    Layer = "sms-submit"
	LayerUserData  Layer = "user-data"
	LayerCommand   Layer = "command packet"
	LayerResponse  Layer = "response packet"
)

// Found is what bytes from a log turned out to be. Exactly one of Command and
// Reply is set, but where parts of a packet are missing.
type Found struct {
	Layers  []Layer // of the first message
	Command *Packet
	Reply   *Reply
	SMSC    []byte   // address of the service centre, if told
	Deliver *Deliver // of the first message
	// Destination is TP-DA of an SMS-SUBMIT.
	Destination []byte
	// Parts says how many messages the packet has, Have how many are here.
	Parts, Have int
}

// Read finds the secured packet in bytes of a log: an ENVELOPE with or without
// its header, a proactive SEND SHORT MESSAGE, an SMS-DELIVER or SMS-SUBMIT,
// user data, or a packet alone; or in several such messages that hold its
// parts. Nothing is deciphered: Packet.Open and Reply.Open do that with keys.
// Where parts are missing Found says how many, and no error is returned.
func Read(messages ...[]byte) (Found, error) {
	var f Found
	var parts []UserData
	var raw []byte
	for i, b := range messages {
		l := layers{in: b}
		u, err := l.userData()
		if err != nil {
			return Found{}, fmt.Errorf("message %d: %w", i+1, err)
		}
		if i == 0 {
			f, raw = l.found, l.in
		}
		parts = append(parts, u)
	}
	if len(parts) == 0 {
		return Found{}, fmt.Errorf("%w: nothing to read", ErrPacket)
	}
	f.Parts, f.Have = parts[0].Parts, len(parts)
	if f.Have < f.Parts {
		return f, nil
	}
	return f.packet(parts, raw)
}

// packet reads the packet of all parts.
func (f Found) packet(parts []UserData, raw []byte) (Found, error) {
	b, err := Join(parts)
	if err != nil {
		return Found{}, err
	}
	for _, u := range parts {
		if !u.Response {
			continue
		}
		if len(parts) > 1 {
			return Found{}, fmt.Errorf("%w: a response in several messages", ErrPacket)
		}
		r, err := ParseReply(raw)
		if err != nil {
			return Found{}, err
		}
		f.Reply, f.Layers = &r, append(f.Layers, LayerResponse)
		return f, nil
	}
	p, err := ParsePacket(b)
	if err != nil {
		return Found{}, err
	}
	f.Command, f.Layers = &p, append(f.Layers, LayerCommand)
	return f, nil
}

// layers takes a message apart from the outside in.
type layers struct {
	in    []byte
	found Found
}

func (l *layers) add(x Layer, inner []byte) {
	l.found.Layers = append(l.found.Layers, x)
	l.in = inner
}

// userData peels until user data is left, which it reads. A packet alone is
// given as if it were that of one message.
func (l *layers) userData() (UserData, error) {
	if b := l.in; len(b) > 5 && b[1] == 0xC2 && b[2] == 0 && b[3] == 0 && int(b[4]) <= len(b)-5 && len(b)-5-int(b[4]) <= 1 {
		l.add(LayerAPDU, b[5:5+int(b[4])])
	}
	if tpdu, smsc, err := ParseEnvelope(l.in); err == nil {
		l.found.SMSC = smsc
		l.add(LayerEnvelope, tpdu)
	} else if tpdu := sentMessage(l.in); tpdu != nil {
		l.add(LayerProactive, tpdu)
	}
	if _, err := ParsePacket(l.in); err == nil {
		return UserData{Command: true, Parts: 1, Part: 1, Data: l.in}, nil
	}
	if d, _, err := ParseDeliver(l.in); err == nil {
		l.found.Deliver = &d
		l.add(LayerDeliver, l.in[1+len(d.Originator)+10:])
	} else if da, ud, err := ParseSubmit(l.in); err == nil {
		l.found.Destination = da
		l.add(LayerSubmit, ud)
	}
	u, err := ParseUserData(l.in)
	if err != nil || !u.Command && !u.Response && u.Parts == 1 {
		return UserData{}, fmt.Errorf("%w: no known layer around one", ErrPacket)
	}
	l.found.Layers = append(l.found.Layers, LayerUserData)
	return u, nil
}

// sentMessage is the TPDU of a proactive command SEND SHORT MESSAGE, or nil.
func sentMessage(b []byte) []byte {
	tag, v, rest, ok := next(b)
	if !ok || tag != 0xD0 || len(rest) != 0 {
		return nil
	}
	for len(v) > 0 {
		var value []byte
		if tag, value, v, ok = next(v); !ok {
			return nil
		}
		if tag&^0x80 == tagTPDU&^0x80 {
			return value
		}
	}
	return nil
}
