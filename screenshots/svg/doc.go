// Package svg draws the screen of a terminal as an SVG picture: text on an
// exact grid of cells, colours and attributes, and a window around it.
//
// It knows cells and colours. It must not know which program drew the screen,
// nor how it was run. The same screen always gives the same bytes.
package svg
