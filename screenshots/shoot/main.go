//go:build unix

// Command shoot takes the pictures of the README: it runs the real program on
// a pseudo terminal, presses the keys of each scene, and writes what the
// screen shows as SVG and, by rsvg-convert, as PNG.
//
//	shoot [-program bin/simscope] [-out screenshots] [-only NAME] [-svg] [-check]
//	shoot [-out FILE.svg] [-size 100x30] [-theme dark] -- PROGRAM ARGS...
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"simscope/screenshots"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "shoot:", err)
		os.Exit(1)
	}
}

type options struct {
	program, out, only, size, theme string
	svgOnly, check                  bool
}

func run(args []string) error {
	var o options
	flags := flag.NewFlagSet("shoot", flag.ContinueOnError)
	flags.StringVar(&o.program, "program", "bin/simscope", "program to take pictures of")
	flags.StringVar(&o.out, "out", "screenshots", "folder (or, with a program, SVG file) to write")
	flags.StringVar(&o.only, "only", "", "take this scene alone")
	flags.StringVar(&o.size, "size", "100x30", "with a program: columns x rows")
	flags.StringVar(&o.theme, "theme", "dark", "with a program: theme of the terminal")
	flags.BoolVar(&o.svgOnly, "svg", false, "write no PNG")
	flags.BoolVar(&o.check, "check", false, "write nothing; fail where an SVG differs from the file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return single(o, flags.Args())
	}
	program, err := filepath.Abs(o.program)
	if err != nil {
		return err
	}
	scenes, err := chosen(screenshots.Scenes, o.only)
	if err != nil {
		return err
	}
	var failed []error
	for _, s := range scenes {
		if err := picture(s, program, o); err != nil {
			failed = append(failed, fmt.Errorf("scene %s: %w", s.Name, err))
		}
	}
	return errors.Join(failed...)
}

func chosen(scenes []screenshots.Scene, only string) ([]screenshots.Scene, error) {
	if only == "" {
		return scenes, nil
	}
	i := slices.IndexFunc(scenes, func(s screenshots.Scene) bool { return s.Name == only })
	if i < 0 {
		return nil, fmt.Errorf("there is no scene %q", only)
	}
	return scenes[i : i+1], nil
}

// picture takes one scene and writes its files, or compares them.
func picture(s screenshots.Scene, program string, o options) error {
	image, err := take(s, program)
	if err != nil {
		return err
	}
	file := filepath.Join(o.out, s.Name+".svg")
	if o.check {
		return compare(file, image)
	}
	fmt.Println(file)
	return write(file, image, o.svgOnly)
}

func compare(file string, image []byte) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if bytes.Equal(old, image) {
		return nil
	}
	was, is := bytes.Split(old, []byte("\n")), bytes.Split(image, []byte("\n"))
	for i := range min(len(was), len(is)) {
		if !bytes.Equal(was[i], is[i]) {
			return fmt.Errorf("%s is out of date from line %d on:\n- %s\n+ %s", file, i+1, was[i], is[i])
		}
	}
	return fmt.Errorf("%s is out of date: %d lines there, %d now", file, len(was), len(is))
}

func write(file string, image []byte, svgOnly bool) error {
	if err := os.WriteFile(file, image, 0o644); err != nil {
		return err
	}
	if svgOnly {
		return nil
	}
	return convert(file)
}

// convert makes the PNG beside an SVG, at twice its size.
func convert(file string) error {
	tool, err := exec.LookPath("rsvg-convert")
	if err != nil {
		return errors.New("rsvg-convert is missing: install librsvg2-bin (make screenshots does)")
	}
	png := file[:len(file)-len(filepath.Ext(file))] + ".png"
	out, err := exec.Command(tool, "--zoom=2", "--output="+png, file).CombinedOutput()
	if err != nil {
		return fmt.Errorf("rsvg-convert %s: %w: %s", file, err, out)
	}
	return nil
}

// single takes a picture of any program, as it looks when it has settled.
func single(o options, argv []string) error {
	s := screenshots.Scene{Name: "single", Args: argv[1:], Theme: o.theme, Title: filepath.Base(argv[0])}
	if _, err := fmt.Sscanf(o.size, "%dx%d", &s.Cols, &s.Rows); err != nil {
		return fmt.Errorf("size %q is not COLUMNSxROWS", o.size)
	}
	if filepath.Ext(o.out) != ".svg" {
		return fmt.Errorf("-out %q: name the SVG file to write", o.out)
	}
	image, err := take(s, argv[0])
	if err != nil {
		return err
	}
	return write(o.out, image, o.svgOnly)
}
