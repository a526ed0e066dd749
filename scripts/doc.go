// Package scripts holds what the Makefile runs, as shell scripts, and their
// tests. It has no Go code of its own.
package scripts
