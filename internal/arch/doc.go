// Package arch holds tests of the whole house: who may import whom, and
// whether every sentence that is asked for exists. It has no code of its own.
package arch
