package card

// commandMeaning names what to do after a status word that came to certain
// commands. What it says is in the log's table (card/trace); the next step is
// the sentence "next.<id>" in the texts.
type commandMeaning struct {
	ins    []byte
	data   int // 1: with data only, -1: without only, 0: either
	lo, hi SW
	id     string
}

var pinInstructions = []byte{InsVerify, InsChangePIN, InsDisablePIN, InsEnablePIN, InsUnblockPIN}

// commandMeanings is searched from the top.
var commandMeanings = []commandMeaning{
	{[]byte{InsUnblockPIN}, 1, 0x63C0, 0x63C0, "puk_blocked"},
	{pinInstructions, 1, 0x63C0, 0x63C0, "pin_wrong_blocked"},
	{pinInstructions, 1, 0x63C1, 0x63CF, "pin_wrong"},
	{[]byte{InsUnblockPIN}, 0, 0x6983, 0x6983, "puk_blocked"},
	{pinInstructions, 0, 0x6983, 0x6983, "pin_blocked"},
	{pinInstructions, 0, 0x6984, 0x6984, "pin_unusable"},
	{pinInstructions, 0, 0x6985, 0x6985, "pin_unusable"},
	{[]byte{InsVerify}, 0, 0x6F00, 0x6F00, "pin_unusable"},
	{pinInstructions, 0, 0x6A88, 0x6A88, "pin_absent"},
	{pinInstructions, 0, 0x9804, 0x9804, "chv_wrong"},
	{[]byte{InsUnblockPIN}, 0, 0x9840, 0x9840, "puk_blocked"},
	{pinInstructions, 0, 0x9840, 0x9840, "pin_blocked"},
	{pinInstructions, 0, 0x9808, 0x9808, "chv_contradiction"},
	{[]byte{InsSelect}, 0, 0x6283, 0x6283, "selected_deactivated"},
	{[]byte{InsSelect}, 0, 0x6A82, 0x6A82, "not_found"},
	{[]byte{InsSelect}, 0, 0x9404, 0x9404, "not_found"},
	{nil, 0, 0x6982, 0x6982, "right_missing"},
	{nil, 0, 0x9804, 0x9804, "right_missing"},
	{nil, 0, 0x6A82, 0x6A82, "not_found"},
	{nil, 0, 0x6A83, 0x6A83, "no_record"},
	{nil, 0, 0x6E00, 0x6E00, "class_refused"},
	{nil, 0, 0x6D00, 0x6D00, "instruction_refused"},
	{nil, 0, 0x6700, 0x6700, "wrong_length"},
	{nil, 0, 0x6981, 0x6981, "wrong_structure"},
	{nil, 0, 0x6283, 0x6283, "selected_deactivated"},
	{nil, 0, 0x9300, 0x9300, "toolkit_busy"},
}

// NextID names the next step after a status word that came to the command with
// this header; hasData tells an empty PIN command, which only asks, from one
// that tries. It is empty where there is nothing to advise.
func NextID(header [4]byte, hasData bool, sw SW) string {
	for _, m := range commandMeanings {
		if sw >= m.lo && sw <= m.hi && m.about(header[1], hasData) {
			return m.id
		}
	}
	return ""
}

func (m commandMeaning) about(ins byte, hasData bool) bool {
	if m.data == 1 && !hasData || m.data == -1 && hasData {
		return false
	}
	if m.ins == nil {
		return true
	}
	for _, i := range m.ins {
		if i == ins {
			return true
		}
	}
	return false
}
