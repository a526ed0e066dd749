// Package ota is the workbench of remote administration: it builds secured
// packets for one's own cards, sends them in ENVELOPE (SMS-PP download), opens
// what a card answers, and reads packets from a log (ETSI TS 102 225, TS 102
// 226, 3GPP TS 31.115).
//
// A packet is sent once. Whatever does not open with the keys shows nothing as
// true.
package ota
