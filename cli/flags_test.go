package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A flag of one command hides the global one of its name, wherever that
// stands on the line: it must have a name of its own.
func TestNoFlagHidesAGlobalOne(t *testing.T) {
	root := (&program{}).rootCommand()
	seen := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			sub.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
				seen++
				if root.PersistentFlags().Lookup(f.Name) != nil {
					t.Errorf("%s: --%s hides the global flag", sub.CommandPath(), f.Name)
				}
			})
			look(sub)
		}
	}
	look(root)
	if seen < 20 {
		t.Errorf("only %d flags were looked at", seen)
	}
}

// TestImageByName: a demonstration card is used by its name in every command;
// what is neither such a name nor a file is said to be missing.
func TestImageByName(t *testing.T) {
	if r := run("", "--image", "gsm", "info"); r.code != ExitOK || !strings.Contains(r.out, "2G") {
		t.Errorf("the demonstration card gives %d: %s%s", r.code, r.out, r.err)
	}
	if r := run("", "--image", "nosuch", "info"); r.code == ExitOK || !strings.Contains(r.err, "no such file") {
		t.Errorf("a name that is nothing gives %d: %s", r.code, r.err)
	}
}

// TestValuesThereAreNot: a flag that takes one of a few values, or a number
// within bounds, is refused for any other before a card is asked: the card here
// wants a PIN for most of it. Each refusal names what there is.
func TestValuesThereAreNot(t *testing.T) {
	seen := map[string]bool{}
	for _, tc := range []struct{ args, says string }{
		{"--demo --theme pink info", "high-contrast"},
		{"--theme pink files", "high-contrast"},
		{"--theme pink decode EF.ICCID 9899992143658709312F", "high-contrast"},
		{"--demo --protocol T=7 info", "T=0 or T=1"},
		{"--protocol T=7 files", "T=0 or T=1"},
		{"--demo contacts list --book attic", "global, usim or gsm"},
		{"--demo contacts export --format xml -o " + t.TempDir() + "/x", "vcf or csv"},
		{"--demo messages export --format xml", "txt, csv or json"},
		{"--demo messages list --box attic", "inbox"},
		{"--demo messages export --box attic", "inbox"},
		{"--demo networks add 999-99 --act 6g", "nb-iot"},
		{"--demo networks add 999-99 --at 0", "from 1 on"},
		{"--demo networks move moon 1", "country code"},
		{"--demo networks move 1 0", "from 1 on"},
		{"--demo networks remove moon", "country code"},
		{"--demo networks remove 0", "from 1 on"},
		{"--demo set pnn 0 Moon", "from 1 on"},
		{"--demo write EF.LOCI 00 --offset -1", "from 0 on"},
		{"--demo write EF.LOCI 00 --tag moon", "hex number"},
		{"--demo write EF.LOCI 00 --record-number 0", "from 1 on"},
		{"--demo read EF.LOCI --tag moon", "hex number"},
		{"--demo read EF.LOCI --record-number moon", "from 1 on"},
		{"--demo edit EF.LOCI", "--from FILE"},
		{"encode EF.SPN {} --size 0", "1 to 32768"},
		{"--demo network-name --lac moon", "hex digits"},
		{"--demo --verify pin7 info", "pin1, pin2"},
		{"suci --decode moon", "suci-0-"},
		{"suci --decode suci-0-999-99-0-0-0-0123456789 --imsi moon", "6 to 15 digits"},
		{"ota build --counter 1 --tar moon 00A40004023F00", "rfm-uicc"},
		{"ota build --counter 1 --tar ram --spi moon 00A40004023F00", "counter-higher"},
		{"ota build --counter 1 --tar ram --kic moon 00A40004023F00", "3des2"},
		{"ota build --counter 1 --tar ram --kid aes:16 00A40004023F00", "0 to 15"},
		{"ota build --counter -1 --tar ram 00A40004023F00", "1099511627775"},
		{"ota build --counter 1 --last 1099511627776 --tar ram 00A40004023F00", "1099511627775"},
		{"ota build --counter 1 --tar ram --ask moon", "key-information"},
		{"ota build --counter 1 --read EF.DIR --record-number 255", "1 to 254"},
		{"ota build --counter 1 --read EF.DIR --length 256", "1 to 255"},
		{"ota build --counter 1 --tar ram --sender moon 00A40004023F00", "1 to 20 digits"},
		{"ota build --counter 1 --tar ram --script " + notImage(t) + " ", "hex digits"},
		{"--demo auth run --context 4g", "3g, gsm"},
		{"--demo auth run --algorithm a5", "milenage, tuak"},
		{"--demo auth run --algorithm milenage --operator k", "opc, op"},
		{"--demo auth gsm --rand 00", "RAND has 1 byte,"},
		{"--demo auth run --key-from-card --sqn 20", "SQN has 1 byte,"},
		{"--demo auth run --key-from-card --amf 80", "AMF has 1 byte,"},
		{"--demo auth run --autn 80", "AUTN has 1 byte,"},
		{"--demo auth run --context naf --impi a --naf-id moon", "NAF_ID is not"},
		{"--demo auth run --eap moon", "sim, aka or aka-prime"},
		{"--demo auth run --eap-identity x", "belong to --eap"},
		{"--demo auth run --eap aka --context ims", "leave --context away"},
		{"--demo auth run --eap aka --rand2 00", "belong to --eap sim"},
		{"--demo auth run --eap sim --rand2 00", "RAND 2 has 1 byte,"},
		{"--demo auth run --eap sim --rand3 moon", "RAND 3 is not"},
		{"--demo auth run --eap sim --nonce 00", "NONCE_MT has 1 byte,"},
		{"--demo -r keys auth run --key-from-card --eap aka-prime --eap-network " + strings.Repeat("W", 254), "network has 254 bytes"},
		{"auth compute --algorithm milenage --network moon", "three digits"},
		{"auth resync --algorithm milenage --rand 00000000000000000000000000000000 --auts 00", "AUTS has 1 byte,"},
		{"auth eap-sim --algorithm xor-2g --eap-identity x --rand 00000000000000000000000000000000 --rand 00000000000000000000000000000000 --nonce 00", "NONCE_MT has 1 byte,"},
		{"keys add nosuch --label x --with adm11", "adm1 to adm10"},
		{"keys add nosuch --iccid 12 --with adm1", "18 to 20"},
		{"--demo gp auth --domain moon", "5 to 16 bytes"},
		{"--demo gp list --key-version moon", "1 to 127"},
		{"--demo gp list --security moon", "encrypted"},
		{"--demo gp auth --kdf moon", "visa2"},
		{"--demo gp rules --aid moon", "5 to 16 bytes"},
		{"--demo gp rules --signer moon", "40 of SHA-1"},
		{"completion tcsh", "bash"},
		{"virtual-card --address moon", "host and a port"},
		{"virtual-card --address 127.0.0.1:99999", "host and a port"},
	} {
		for _, json := range []string{"", " --json"} {
			r := run("", strings.Fields(tc.args+json)...)
			if r.code != ExitUsage || !strings.Contains(r.out+r.err, tc.says) {
				t.Errorf("%s%s: exit %d, want %d and %q: %s%s", tc.args, json, r.code, ExitUsage, tc.says, r.out, r.err)
			}
		}
		for _, w := range strings.Fields(tc.args) {
			seen[w] = true
		}
	}
	// Every flag that takes a word or number is in the table, or may have any.
	free := strings.Fields("--keys --entry --identity --impi --naf --reader --image --replay --record --app --output --plan --undo --save " +
		"--home-key --from --name --nickname --number --number2 --number3 --label2 --label3 --email --uri --group")
	seen["--read"] = true // it names a file, which every command refuses alike
	p := program{}
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			name := "--" + f.Name
			if f.Value.Type() != "bool" && !seen[name] && !slices.Contains(free, name) {
				t.Errorf("%s: nothing says which values of %s are refused", c.CommandPath(), name)
			}
		})
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(p.rootCommand())
}
