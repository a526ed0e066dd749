package screenshots

import "slices"

// clock is the time in every picture, so that the same screen gives the same
// bytes on another day.
const clock = "SIMSCOPE_CLOCK=2026-03-02T12:03:11Z"

// demo starts the program on its demonstration cards.
var demo = []string{"--demo"}

// everyday opens the liveliest of them and waits until it is read.
var everyday = []Step{
	{Wait: `Which card\?`},
	{Keys: []string{"1"}, Wait: `ICCID +8999`},
	{Wait: `needs PIN1`},
}

// verified is everyday with PIN1 verified, so that the pictures show values.
var verified = append(everyday[:len(everyday):len(everyday)],
	Step{Keys: []string{"3"}, Wait: `Protects`},
	Step{Keys: []string{"Enter"}, Wait: `Verify PIN1 of`},
	Step{Keys: []string{"1234", "Enter"}, Wait: `Send PIN1`},
	Step{Keys: []string{"Enter"}, Wait: `was right`},
	Step{Keys: []string{"Enter"}},
	Step{Keys: []string{"1"}, Wait: `21 of 50 contacts`},
)

// The first test set of 3GPP TS 35.208, which the card with test keys holds.
const (
	testK    = "465b5ce8b199b49faa5f0a2ee238a6bc"
	testOPc  = "cd63cb71954a9f4e48a5994e37a02baf"
	testRAND = "23553cbe9637a89d218ae64dae47bf35"
)

func after(steps []Step, more ...Step) []Step {
	return append(steps[:len(steps):len(steps)], more...)
}

// Scenes are the pictures of the program, in the order of the README.
var Scenes = []Scene{
	{
		Name: "readers", Cols: 110, Rows: 30, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: []Step{{Wait: `Which card\?`}},
	},
	{
		Name: "overview", Cols: 120, Rows: 30, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: verified,
	},
	{
		Name: "files", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"2"}, Wait: `ADF\.USIM`},
			Step{Keys: []string{"/", "EF.IMSI", "Enter", "n"}, Wait: `ADF\.USIM › EF\.IMSI`},
			Step{Keys: []string{"Esc"}, Wait: `EF\.LI`},
			Step{Keys: []string{"Tab"}},
		),
	},
	{
		Name: "contacts", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"C"}, Wait: `places free`},
			Step{Keys: []string{"Down", "Down"}, Wait: `Contact 3`},
		),
	},
	{
		Name: "messages", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"M"}, Wait: `StarMobile`},
			Step{Keys: []string{"Down", "Down"}, Wait: `first part of a longer story`},
		),
	},
	{
		Name: "change", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"C"}, Wait: `places free`},
			Step{Keys: []string{"n"}, Wait: `New contact`},
			Step{Keys: []string{"Grace", "Tab", "+44770090012345678901234", "Enter"}, Wait: `5 steps`},
			Step{Keys: []string{"Tab", "Enter"}, Wait: `Change 8999`},
		),
	},
	{
		Name: "limits", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"X"}, Wait: `Forbidden networks`},
		),
	},
	{
		Name: "auth", Cols: 120, Rows: 30, Theme: "dark", Title: "simscope --image lab",
		Args: []string{"--image", "lab"}, Env: []string{clock},
		Steps: []Step{
			{Wait: `ICCID +8999`},
			{Keys: []string{"5"}, Wait: `Nothing was asked yet`},
			{Keys: []string{"Enter"}, Wait: `What is the card asked`},
			{Keys: []string{"Down", "Enter"}, Wait: `Where do the keys come from`},
			{Keys: []string{"Down", "Down", "Down", "Enter"}, Wait: `Type K\.`},
			{Keys: []string{testK, "Enter"}, Wait: `Type OP\.`},
			{Keys: []string{testOPc, "Enter"}, Wait: `With which numbers`},
			{Keys: []string{testRAND, "Enter"}, Wait: `is sent, once`},
			{Keys: []string{"Enter"}, Wait: `OPc was given as OP`},
		},
	},
	{
		Name: "domains", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(everyday,
			Step{Keys: []string{"K"}, Wait: `Listed keys`},
		),
	},
	{
		Name: "packet", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(everyday,
			Step{Keys: []string{"O"}, Wait: `SMS-PP download`},
			Step{Keys: append([]string{"Tab"}, slices.Repeat([]string{"Down"}, 14)...), Wait: `How the packet is protected`},
		),
	},
	{
		Name: "pin-change", Cols: 110, Rows: 30, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(everyday,
			Step{Keys: []string{"3"}, Wait: `Protects`},
			Step{Keys: []string{"c"}, Wait: `Change PIN1`},
			Step{Keys: []string{"Enter"}, Wait: `as it is now`},
			Step{Keys: []string{"1234", "Enter"}, Wait: `▌ new`},
			Step{Keys: []string{"73914826", "Enter"}, Wait: `▌ again`},
			Step{Keys: []string{"73914826", "Enter"}, Wait: `▌ check`},
		),
	},
	{
		Name: "log", Cols: 120, Rows: 34, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"4"}, Wait: `following`},
			Step{Keys: []string{"/", "file:EF.IMSI", "Enter"}, Wait: `READ BINARY`},
			Step{Keys: []string{"Enter"}, Wait: `Response`},
		),
	},
	{
		Name: "files-80x24", Cols: 80, Rows: 24, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"2"}, Wait: `ADF\.USIM`},
			Step{Keys: []string{"/", "EF.SPN", "Enter", "n"}},
			Step{Keys: []string{"Enter"}, Wait: `ADF\.USIM › EF\.SPN`},
		),
	},
	{
		Name: "light", Cols: 110, Rows: 30, Theme: "light", Title: "simscope --demo",
		Args: demo, Env: []string{clock},
		Steps: after(verified,
			Step{Keys: []string{"2"}, Wait: `ADF\.USIM`},
			Step{Keys: []string{"/", "EF.SMS", "Enter", "n"}, Wait: `EF\.SMS ─`},
			Step{Keys: []string{"Esc"}},
		),
	},
	{
		Name: "monochrome", Cols: 110, Rows: 30, Theme: "dark", Title: "simscope --demo",
		Args: demo, Env: []string{clock, "NO_COLOR=1"},
		Steps: after(verified, Step{Keys: []string{"3"}, Wait: `Protects`}),
	},
}
