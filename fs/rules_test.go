package fs

import (
	"testing"

	"simscope/card"
	"simscope/fs/ef"
)

func TestRulesInWords(t *testing.T) {
	tests := []struct {
		rule, read, update, activate string
	}{
		{"8001019000800102A40683010A950108", "always", "ADM1", "never"},
		{"800103A406830101950108800118A40683018A950108", "PIN1", "PIN1", "ADM6"},
		{"800101A406830101950108800102A010A406830101950108A40683010B9501088001189700", "PIN1", "PIN1 or ADM2", "never"},
		{"800102AF10A406830101950108A406830181950108", "never", "PIN1 and PIN2", "never"},
		{"800101A7028700", "unknown", "never", "never"},
	}
	for _, tt := range tests {
		rules, flags := ef.ParseARR(unhex(tt.rule))
		a := accessFrom(rules, flags, false)
		for op, want := range map[Operation]string{OpRead: tt.read, OpUpdate: tt.update, OpActivate: tt.activate} {
			got := Words(a.For(op))
			if op == OpRead && tt.read == "unknown" {
				if a.For(op).Kind == ef.CondAlways {
					t.Errorf("%s: a rule that cannot be read counts as always", tt.rule)
				}
				continue
			}
			if got != want {
				t.Errorf("%s: %s is %q, want %q", tt.rule, op, got, want)
			}
		}
	}
}

func TestCompactRules(t *testing.T) {
	rules, flags := ef.ParseCompact(unhex("031000"))
	a := accessFrom(rules, flags, false)
	if got := Words(a.For(OpUpdate)); got != "PIN" {
		t.Errorf("update %q", got)
	}
	if got := Words(a.For(OpRead)); got != "always" {
		t.Errorf("read %q", got)
	}
	if s := (Security{1: {Known: true}}); s.Satisfied(a.For(OpUpdate)) != Yes {
		t.Error("a PIN that is off does not fulfil user authentication")
	}
}

func TestGSMRules(t *testing.T) {
	f := ParseGSM(unhex("0000 0009 6F07 04 00 14 FF 44 01 02 00 00"))
	a := gsmAccess(f)
	for op, want := range map[Operation]string{OpRead: "PIN1", OpUpdate: "issuer key (level 4)", OpActivate: "issuer key (level 4)", OpDeactivate: "issuer key (level 4)"} {
		if got := Words(a.For(op)); got != want {
			t.Errorf("%s: %q, want %q", op, got, want)
		}
	}
	if got := Words(gsmCondition(2)); got != "PIN2" {
		t.Errorf("nibble 2 is %q", got)
	}
}

func TestSatisfied(t *testing.T) {
	key := func(r byte) ef.Condition { return ef.Condition{Kind: ef.CondKey, Keys: []byte{r}} }
	or := func(c ...ef.Condition) ef.Condition { return ef.Condition{Kind: ef.CondOr, Of: c} }
	and := func(c ...ef.Condition) ef.Condition { return ef.Condition{Kind: ef.CondAnd, Of: c} }
	s := Security{
		0x01: {Known: true, Enabled: true},
		0x02: {Known: true, Enabled: false},
		0x03: {Known: true, Enabled: true, Verified: true},
		0x04: {Known: true, Enabled: false, Universal: true},
		0x11: {Known: true, Enabled: true},
	}
	tests := []struct {
		name string
		c    ef.Condition
		want Answer
	}{
		{"on, not verified", key(1), No},
		{"off", key(2), Yes},
		{"verified", key(3), Yes},
		{"off, Universal PIN stands for it", key(4), No},
		{"not told", key(5), Unknown},
		{"issuer key", key(0x0A), No},
		{"or", or(key(0x0A), key(3)), Yes},
		{"or with unknown", or(key(0x0A), key(5)), Unknown},
		{"and", and(key(2), key(3)), Yes},
		{"and with no", and(key(5), key(1)), No},
		{"not", ef.Condition{Kind: ef.CondNot, Of: []ef.Condition{key(1)}}, Yes},
		{"always", ef.Condition{Kind: ef.CondAlways}, Yes},
		{"never", ef.Condition{Kind: ef.CondNever}, No},
		{"unreadable", ef.Condition{Kind: ef.CondUnknown}, Unknown},
		{"empty or", or(), Unknown},
	}
	for _, tt := range tests {
		if got := s.Satisfied(tt.c); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// The table of ETSI TS 102 221 clause 9.4 on security environments.
func TestEnvironment(t *testing.T) {
	tests := []struct {
		pin, universal, stands bool
		want                   int
	}{
		{true, true, false, 1},
		{true, false, false, 1},
		{false, true, true, 0},
		{false, true, false, 1},
		{false, false, false, 0},
	}
	for _, tt := range tests {
		s := Security{
			card.RefPIN1:      {Known: true, Enabled: tt.pin, Universal: tt.stands},
			card.RefUniversal: {Known: true, Enabled: tt.universal},
		}
		if got, ok := s.environment(); !ok || got != tt.want {
			t.Errorf("%+v: %d %v", tt, got, ok)
		}
	}
	if _, ok := (Security{}).environment(); ok {
		t.Error("nothing known gives an environment")
	}
}
