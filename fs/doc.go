// Package fs knows the file system of a card: the catalogue of known files,
// what a SELECT answers about a file, who may do what with it, how a card is
// read with few commands, what was read (Tree, Snapshot), and how files are
// changed (Plan).
//
// It works on top of a card.Session. The coding of a file's content belongs
// to fs/ef; how anything is shown belongs to the screens. Whatever a card
// says is bounded here before it is believed: sizes, counts, depth, number of
// files and of commands.
package fs
