package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var (
	idForm      = regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*\.?$`) // a last dot: prefix and empty name
	placeholder = regexp.MustCompile(`\{([a-z][A-Za-z0-9]*)(?::[^|{}:]+\|[^|{}:]+)?\}`)
)

// Every line of every table is an identifier, one tab and a sentence, and no
// identifier stands twice.
func TestTextTablesAreSound(t *testing.T) {
	sentences, faults := readTables(t)
	for _, fault := range faults {
		t.Error(fault)
	}
	if len(sentences) == 0 {
		t.Error("the tables hold no sentence")
	}
}

// readTables gives every sentence by its identifier, and what is wrong.
func readTables(t *testing.T) (sentences map[string]string, faults []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "texts", "en", "*.tsv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables of sentences: %v", err)
	}
	sentences = map[string]string{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
			where := fmt.Sprintf("%s:%d", filepath.Base(file), i+1)
			id, sentence, fault := tableLine(line)
			if _, twice := sentences[id]; twice && id != "" && fault == "" {
				fault = "identifier " + id + " stands twice"
			}
			if fault != "" {
				faults = append(faults, where+": "+fault)
			} else if id != "" {
				sentences[id] = sentence
			}
		}
	}
	return sentences, faults
}

// tableLine takes a line apart; a blank line or a comment has no identifier.
func tableLine(line string) (id, sentence, fault string) {
	if line == "" || strings.HasPrefix(line, "#") {
		return "", "", ""
	}
	id, sentence, ok := strings.Cut(line, "\t")
	switch {
	case !ok:
		return "", "", "no tab between identifier and sentence"
	case !idForm.MatchString(id):
		return "", "", fmt.Sprintf("%q is no identifier", id)
	case strings.TrimSpace(sentence) == "":
		return "", "", id + " has no sentence"
	case sentence != strings.TrimSpace(sentence) && sentence != " "+strings.TrimSpace(sentence)+" ":
		// One blank on either side is meant: a word that joins two others.
		return "", "", id + ": blanks before or after the sentence"
	case !utf8.ValidString(sentence) || strings.ContainsFunc(sentence, unicode.IsControl):
		return "", "", id + ": a control character or a broken UTF-8 sequence"
	case strings.ContainsAny(placeholder.ReplaceAllString(sentence, ""), "{}"):
		return "", "", id + ": a brace that is no {argument}"
	}
	return id, sentence, ""
}

// Every sentence that the source asks for by name exists, and gets all the
// arguments that it has places for.
func TestEverySentenceAskedForExists(t *testing.T) {
	sentences, _ := readTables(t)
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".git") || d.Name() == "testdata" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, fault := range textFaults(t, path, src, sentences) {
			t.Error(fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// textFaults looks at the calls of Say, Maybe and Has in one file.
func textFaults(t *testing.T, path string, src []byte, sentences map[string]string) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	name := importName(file, module+"/texts")
	if name == "" {
		return nil
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		fun, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !isIdent(fun.X, name) || !slices.Contains([]string{"Say", "Maybe", "Has"}, fun.Sel.Name) {
			return true
		}
		if fault := callFault(call, fun.Sel.Name, sentences); fault != "" {
			out = append(out, fmt.Sprintf("%s: %s", set.Position(call.Pos()), fault))
		}
		return true
	})
	return out
}

func callFault(call *ast.CallExpr, fun string, sentences map[string]string) string {
	id, whole := leading(call.Args[0])
	if id == "" {
		return "" // not known before it runs
	}
	if !whole {
		for known := range sentences {
			if strings.HasPrefix(known, id) {
				return ""
			}
		}
		return fmt.Sprintf("no sentence begins with %q", id)
	}
	sentence, ok := sentences[id]
	if !ok {
		return fmt.Sprintf("there is no sentence %q", id)
	}
	if fun == "Has" || call.Ellipsis != token.NoPos {
		return ""
	}
	args := call.Args[1:]
	if len(args)%2 != 0 {
		return fmt.Sprintf("%q: a name without a value", id)
	}
	var given []string
	for i := 0; i < len(args); i += 2 {
		arg, whole := leading(args[i])
		if !whole {
			return "" // names made while running
		}
		given = append(given, arg)
	}
	for _, m := range placeholder.FindAllStringSubmatch(sentence, -1) {
		if !slices.Contains(given, m[1]) {
			return fmt.Sprintf("%q has a place for {%s}, which is not given", id, m[1])
		}
	}
	for _, g := range given {
		if !strings.Contains(sentence, "{"+g+"}") && !strings.Contains(sentence, "{"+g+":") {
			return fmt.Sprintf("%q has no place for {%s}, which is given", id, g)
		}
	}
	return ""
}

// leading gives the literal text that an expression begins with, and whether
// that is all of it.
func leading(e ast.Expr) (text string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return leading(e.X)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, all := leading(e.X)
		if !all {
			return left, false
		}
		right, all := leading(e.Y)
		return left + right, all
	}
	return "", false
}

func importName(file *ast.File, path string) string {
	for _, spec := range file.Imports {
		if got, _ := strconv.Unquote(spec.Path.Value); got == path {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return path[strings.LastIndex(path, "/")+1:]
		}
	}
	return ""
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// The two checks, on lines and sources that are made up.
func TestTextFaultsAreFound(t *testing.T) {
	for line, bad := range map[string]bool{
		"pin.left\t{left} tries left": false, "": false, "# a comment": false, "sw.6A82\tNot found.": false, "or\t or ": false, "id\t before": true,
		"no tab here": true, "id\t": true, "id\t  ": true, "id\tblank after ": true, "two words\tx": true,
		"id\t{n} {n:step|steps}": false, "id\t{n:step}": true, "id\t{n:|steps}": true, "id\t{": true, "id\t{Not a name}": true, "id\ta\tb": true, "id\t\x1b[31mred": true, "id\t\xff": true,
	} {
		if _, _, fault := tableLine(line); (fault != "") != bad {
			t.Errorf("line %q: %q, want a fault: %v", line, fault, bad)
		}
	}
	sentences := map[string]string{"pin.left": "{left} left", "plain": "Plain."}
	for call, bad := range map[string]bool{
		`texts.Say("plain")`: false, `texts.Say("pin.left", "left", 2)`: false, `texts.Say(id)`: false,
		`texts.Say("pin." + id)`: false, `texts.Say("pin." + "left", "left", 1)`: false, `texts.Say("pin.left", args...)`: false,
		`texts.Has("plain")`: false, `other.Say("nothing")`: false,
		`texts.Say("nothing")`: true, `texts.Maybe("nothing")`: true, `texts.Has("nothing")`: true, `texts.Say("puk." + id)`: true,
		`texts.Say("pin.left")`: true, `texts.Say("pin.left", "tries", 2)`: true, `texts.Say("plain", "left", 2)`: true,
		`texts.Say("pin.left", "left")`: true,
	} {
		src := "package p\nimport \"simscope/texts\"\nvar _ = " + call
		if got := textFaults(t, "p.go", []byte(src), sentences); (len(got) > 0) != bad {
			t.Errorf("%s: %v, want a fault: %v", call, got, bad)
		}
	}
	renamed := "package p\nimport say \"simscope/texts\"\nvar _ = say.Say(\"nothing\")"
	if len(textFaults(t, "p.go", []byte(renamed), sentences)) != 1 {
		t.Error("a call through a renamed import is not seen")
	}
}
