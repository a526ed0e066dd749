// Package globalplatform reads what a GlobalPlatform card says of itself
// without keys: the production data of its chip (CPLC), which keys a security
// domain has, and the parameters of remote administration over HTTP. Its
// sources are the GlobalPlatform Card Specification 2.3 and its Amendment B.
//
// It works on bytes that were already read; it knows no session and no screen,
// and never a key's value.
package globalplatform
