// Package app is what both faces of the program share, the screens and the
// command line: which readers there are, the open cards with a worker for
// each, the table of verbs, and errors put into words.
//
// It knows no terminal and no flags. Card work runs on the worker of its card,
// one request at a time; answers carry the request's id and the card's number,
// so that an answer that belongs to an earlier card can be told and dropped.
package app
