// Package toolkit reads the data objects of proactive commands and of other
// structures that borrow them (ETSI TS 102 223 clause 8). It works on bytes
// that were already read and knows no session and no screen.
package toolkit
