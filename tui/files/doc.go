// Package files is the screen that answers "what is in this file?": the tree
// of the card at the left, the selected file at the right as sentence, decoded
// fields, access rules in words and bytes.
//
// It knows how files are shown, searched and saved. It talks to no card: what
// is missing is asked for through the environment and comes back as answers.
// What bytes mean belongs to fs/ef, who may read them to fs. The content of
// files that hold keys is drawn only while it is revealed, and is kept nowhere
// else.
package files
