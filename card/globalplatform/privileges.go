package globalplatform

// privileges are the bits of up to three bytes from the first one's highest
// (GlobalPlatform Card Specification 2.3.1 tables 11-7 to 11-9), by
// identifiers of sentences.
var privileges = []struct {
	at          int
	mask, value byte
	id          string
}{
	{0, 0x80, 0x80, "security_domain"},
	{0, 0xC1, 0xC0, "dap_verification"},
	{0, 0xA0, 0xA0, "delegated_management"},
	{0, 0x10, 0x10, "card_lock"},
	{0, 0x08, 0x08, "card_terminate"},
	{0, 0x04, 0x04, "card_reset"},
	{0, 0x02, 0x02, "cvm_management"},
	{0, 0xC1, 0xC1, "mandated_dap_verification"},
	{1, 0x80, 0x80, "trusted_path"},
	{1, 0x40, 0x40, "authorized_management"},
	{1, 0x20, 0x20, "token_management"},
	{1, 0x10, 0x10, "global_delete"},
	{1, 0x08, 0x08, "global_lock"},
	{1, 0x04, 0x04, "global_registry"},
	{1, 0x02, 0x02, "final_application"},
	{1, 0x01, 0x01, "global_service"},
	{2, 0x80, 0x80, "receipt_generation"},
	{2, 0x40, 0x40, "ciphered_load_file"},
	{2, 0x20, 0x20, "contactless_activation"},
	{2, 0x10, 0x10, "contactless_self_activation"},
	{2, 0x08, 0x08, "privacy_trusted"},
}

// Privileges are identifiers of what an application may do, in the order of
// their bits. Bits without a meaning are left out.
func Privileges(b []byte) []string {
	var out []string
	for _, p := range privileges {
		if p.at < len(b) && b[p.at]&p.mask == p.value {
			out = append(out, p.id)
		}
	}
	return out
}
