// Package ui holds the shared parts of which every screen is made: theme,
// text in cells, panes, lists, trees, tables, hex view, inputs, dialogs,
// toasts, palette, help, progress and the clipboard.
//
// A part is a plain struct: it is told about messages by Update and drawn by
// View(theme, width, height), which returns exactly height lines of exactly
// width cells, each with its colours closed at its end, so that parts are put
// side by side and one above the other without measuring again. View does no
// input or output; it may remember the height it was given, for paging.
//
// The package knows cells, keys and colours. It must not know cards, files or
// verbs: it imports texts and card/safe alone of this program. Text given to
// it passes safe.Text on its way to the screen.
package ui
