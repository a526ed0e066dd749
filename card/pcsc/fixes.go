package pcsc

import "strings"

// PolkitGroup is the group to which PolkitRule opens the service.
const PolkitGroup = "simcard"

// polkitRuleFile is where an administrator's rule stands.
const polkitRuleFile = "/etc/polkit-1/rules.d/50-simscope.rules"

// PolkitRule lets the members of one group use the service and its cards from
// anywhere, and nobody else: the service asks once for itself and once for
// each card.
const PolkitRule = `polkit.addRule(function(action, subject) {
  if ((action.id == "org.debian.pcsc-lite.access_pcsc" ||
       action.id == "org.debian.pcsc-lite.access_card") &&
      subject.isInGroup("` + PolkitGroup + `")) {
    return polkit.Result.YES;
  }
});
`

// installCommands are the commands that install the service and the driver of
// ordinary readers, by distribution.
var installCommands = map[string]string{
	"debian": "sudo apt install pcscd libccid",
	"fedora": "sudo dnf install pcsc-lite pcsc-lite-ccid",
	"arch":   "sudo pacman -S pcsclite ccid",
}

// buildCommands install what a build with PC/SC needs.
var buildCommands = map[string]string{
	"debian": "sudo apt install gcc pkg-config libpcsclite-dev",
	"fedora": "sudo dnf install gcc pkgconf pcsc-lite-devel",
	"arch":   "sudo pacman -S gcc pkgconf pcsclite",
}

// install says how to install the service. For a distribution that is not
// known it names all, by an identifier of its own.
func (h host) install() []Fix { return h.byDistribution("pcsc.fix.install", installCommands) }

func (h host) rebuild() []Fix {
	return append(h.byDistribution("pcsc.fix.build.needs", buildCommands),
		Fix{ID: "pcsc.fix.build", Commands: []string{"CGO_ENABLED=1 go build ."}})
}

func (h host) byDistribution(id string, table map[string]string) []Fix {
	if c, ok := table[h.distribution()]; ok {
		return []Fix{{ID: id, Commands: []string{c}}}
	}
	return []Fix{{ID: id + ".any"}}
}

// start says how to start the service.
func (h host) start() []Fix {
	switch {
	case h.goos == "windows":
		return []Fix{{ID: "pcsc.fix.start", Commands: []string{"Start-Service SCardSvr"}}}
	case h.goos == "darwin":
		return []Fix{{ID: "pcsc.fix.start.mac"}}
	case h.systemd():
		return []Fix{{ID: "pcsc.fix.start", Commands: []string{"sudo systemctl enable --now pcscd.socket"}}}
	default:
		return []Fix{{ID: "pcsc.fix.start", Commands: []string{"sudo pcscd"}}}
	}
}

// restart says how to end the service and start it again.
func (h host) restart() []Fix {
	switch {
	case h.goos == "windows":
		return []Fix{{ID: "pcsc.fix.restart", Commands: []string{"Restart-Service SCardSvr"}}}
	case h.goos == "darwin":
		return []Fix{{ID: "pcsc.fix.start.mac"}}
	case h.systemd():
		return []Fix{{ID: "pcsc.fix.restart", Commands: []string{"sudo systemctl restart pcscd.socket pcscd"}}}
	default:
		return []Fix{{ID: "pcsc.fix.restart", Commands: []string{"sudo killall pcscd", "sudo pcscd"}}}
	}
}

// allow says how to let this user in. Where the service asks no polkit there
// is only its journal to look into.
func (h host) allow() []Fix {
	if h.goos != "linux" {
		return nil
	}
	journal := Fix{ID: "pcsc.fix.journal", Commands: []string{"journalctl -u pcscd -n 20"}}
	if !h.any("/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy") {
		return []Fix{journal}
	}
	return []Fix{
		{ID: "pcsc.fix.polkit.group", Commands: []string{
			"sudo groupadd --force " + PolkitGroup,
			`sudo usermod --append --groups ` + PolkitGroup + ` "$USER"`,
		}},
		{ID: "pcsc.fix.polkit.rule", Commands: []string{
			"sudo tee " + polkitRuleFile + " <<'EOF'\n" + strings.TrimRight(PolkitRule, "\n") + "\nEOF",
		}},
		{ID: "pcsc.fix.login"},
		journal,
	}
}
