package keyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// A file with every kind of key. The keys are made up.
const full = `{"format":"simscope-keys","version":1,"cards":[
 {"label":"bench 1","iccid":"89999900123456789013","imsi":"999990123456789","algorithm":"milenage",
  "k":"00112233445566778899aabbccddeeff","opc":"FFEEDDCCBBAA99887766554433221100",
  "milenage":{"c":["00000000000000000000000000000000","00000000000000000000000000000001","00000000000000000000000000000002","00000000000000000000000000000004","00000000000000000000000000000018"],"r":[64,0,32,64,96]},
  "amf":"8000","sqn":{"indexBits":5,"last":"000000000020"},
  "adm":[{"pin":"adm1","hex":"3132333435363738"},{"pin":"adm2","digits":"87654321"}],
  "ota":[{"version":1,"kic":"0101010101010101","kid":"02020202020202020202020202020202"}],
  "gp":[{"version":48,"enc":"404142434445464748494a4b4c4d4e4f","mac":"50505050505050505050505050505050","dek":"60606060606060606060606060606060"}]},
 {"imsi":"001010123456789","algorithm":"tuak","k":"00112233445566778899aabbccddeeff","topc":"5555555555555555555555555555555555555555555555555555555555555555","tuak":{"res":32,"iterations":2}},
 {"iccid":"89990011223344556674","adm":[{"pin":"adm10","digits":"1234"}]}
]}`

// canaries are parts of the keys in full.
var canaries = []string{"00112233445566778899", "ffeeddccbbaa", "31323334353637", "87654321", "01010101010101", "0202020202", "4041424344", "5050505050", "6060606060", "5555555555"}

func open(t testing.TB, s string) *File {
	t.Helper()
	f, err := OpenPlain([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func testLock(t testing.TB, pass string) Lock {
	t.Helper()
	l, err := passphrase(pass, 10)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRoundTrip(t *testing.T) {
	f := open(t, full)
	text, err := encode(f)
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, string(text))
	text2, err := encode(again)
	if err != nil {
		t.Fatal(err)
	}
	var a, b, want any
	_ = json.Unmarshal(text, &a)
	_ = json.Unmarshal(text2, &b)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("it changes on the way:\n%s\n%s", text, text2)
	}
	_ = json.Unmarshal([]byte(strings.ToLower(full)), &want)
	var lower any
	_ = json.Unmarshal(bytes.ToLower(text), &lower)
	first := func(v any) any { return v.(map[string]any)["cards"].([]any)[0] }
	if !reflect.DeepEqual(first(lower), first(want)) {
		t.Errorf("the first card is\n%v\nnot\n%v", first(lower), first(want))
	}
	c := f.Cards[1].Subscriber
	if c.Params.RES != 4 || c.Params.Iterations != 2 || c.Params.CK != 16 {
		t.Errorf("%+v", c.Params)
	}
}

func TestEncrypted(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "keys.age")
	if err := Create(name, open(t, full), testLock(t, "one")); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(name)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", st.Mode(), err)
	}
	if err := Create(name, &File{}, testLock(t, "two")); !errors.Is(err, os.ErrExist) {
		t.Errorf("a file was written over: %v", err)
	}
	b, err := Load(name)
	if err != nil || !Encrypted(b) || !NeedsPassphrase(b) {
		t.Fatal(err)
	}
	for _, c := range canaries {
		if bytes.Contains(bytes.ToLower(b), []byte(c)) {
			t.Errorf("%s stands in the file", c)
		}
	}
	f, err := Open(b, testLock(t, "one"))
	if err != nil || len(f.Cards) != 3 {
		t.Fatal(err)
	}
	if _, err := Open(b, testLock(t, "wrong")); !errors.Is(err, ErrWrongKey) {
		t.Errorf("%v", err)
	}
	f.Cards = f.Cards[:1]
	if err := Replace(name, f, testLock(t, "one")); err != nil {
		t.Fatal(err)
	}
	b, _ = Load(name)
	if f, err = Open(b, testLock(t, "one")); err != nil || len(f.Cards) != 1 {
		t.Errorf("%v", err)
	}
	if st, _ := os.Stat(name); st.Mode().Perm() != 0o600 {
		t.Errorf("%v", st.Mode())
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%v are left", left)
	}
}

// HC-44: a file that asks for more work than one may wait for is refused
// before any is done.
func TestWorkOfAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "keys.age")
	if err := Create(name, open(t, full), testLock(t, "one")); err != nil {
		t.Fatal(err)
	}
	b, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte(" 10\n"))
	if !bytes.HasPrefix(b, []byte("age-encryption.org/v1\n-> scrypt ")) || at < 0 {
		t.Fatalf("%.60q", b)
	}
	for _, work := range []string{" 21\n", " 30\n"} {
		heavy := bytes.Replace(b, []byte(" 10\n"), []byte(work), 1)
		began := time.Now()
		if _, err := Open(heavy, testLock(t, "one")); err == nil {
			t.Errorf("%q is opened", work)
		}
		if d := time.Since(began); d > time.Second {
			t.Errorf("%q cost %v", work, d)
		}
	}
}

// TestReplaceFollowsALink: the file that is meant is written, wherever it lies.
func TestReplaceFollowsALink(t *testing.T) {
	dir, vault := t.TempDir(), t.TempDir()
	name, link := filepath.Join(vault, "keys.age"), filepath.Join(dir, "keys.age")
	if err := Create(name, open(t, full), testLock(t, "one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(name, link); err != nil {
		t.Fatal(err)
	}
	if err := Replace(link, &File{}, testLock(t, "one")); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Lstat(link); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", st.Mode(), err)
	}
	b, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := Open(b, testLock(t, "one")); err != nil || len(f.Cards) != 0 {
		t.Errorf("the file is the old one: %v", err)
	}
}

func TestIdentity(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	l, err := Identities(strings.NewReader("# a comment\n" + id.String() + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := seal(open(t, full), l)
	if err != nil || NeedsPassphrase(b) {
		t.Fatal(err)
	}
	if f, err := Open(b, l); err != nil || len(f.Cards) != 3 {
		t.Errorf("%v", err)
	}
	if _, err := Open(b, testLock(t, "one")); !errors.Is(err, ErrWrongKey) {
		t.Errorf("%v", err)
	}
	if _, err := Identities(strings.NewReader("AGE-SECRET-KEY-1NONSENSE")); !errors.Is(err, ErrNoIdent) || strings.Contains(err.Error(), "NONSENSE") {
		t.Errorf("%v", err)
	}
}

func TestArmour(t *testing.T) {
	b, err := seal(open(t, full), testLock(t, "one"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := armor.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	if !NeedsPassphrase(out.Bytes()) {
		t.Error("armour hides what opens it")
	}
	if f, err := Open(out.Bytes(), testLock(t, "one")); err != nil || len(f.Cards) != 3 {
		t.Errorf("%v", err)
	}
}

// TestPlainIsRefused unless it is asked for.
func TestPlainIsRefused(t *testing.T) {
	if _, err := Open([]byte(full), testLock(t, "x")); !errors.Is(err, ErrPlain) {
		t.Errorf("%v", err)
	}
}

func TestFind(t *testing.T) {
	f := open(t, full)
	for name, want := range map[string]int{"bench 1": 0, "89999900123456789013": 0, "001010123456789": 1, "89990011223344556674": 2} {
		if c, err := f.Find(name); err != nil || c != &f.Cards[want] {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, tc := range []struct {
		iccid, imsi string
		want        int
	}{{"89999900123456789013", "", 0}, {"89999900123456789013", "999990123456789", 0}, {"89999900999999999999", "001010123456789", 1}, {"", "001010123456789", 1}} {
		if c, err := f.ForCard(tc.iccid, tc.imsi); err != nil || c != &f.Cards[tc.want] {
			t.Errorf("%+v: %v", tc, err)
		}
	}
	// A card of the same IMSI and another ICCID is another card.
	if _, err := f.ForCard("89999900999999999999", "999990123456789"); !errors.Is(err, ErrNoCard) {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"", "bench"} {
		if _, err := f.Find(name); !errors.Is(err, ErrNoCard) {
			t.Errorf("%q: %v", name, err)
		}
	}
	f.Cards = append(f.Cards, f.Cards[0])
	if _, err := f.Find("bench 1"); !errors.Is(err, ErrMany) {
		t.Errorf("%v", err)
	}
}

// TestFaults: what is wrong is named, and no key repeated.
// Two cards are rivals exactly where the names of one, or what the card says of
// itself, find both.
func TestRival(t *testing.T) {
	const a, b, i, j = "89999900123456789013", "89999900123456789054", "999700000000001", "999700000000002"
	f := &File{Cards: []Card{{Label: "bench", ICCID: a, IMSI: i}, {Label: "spare"}, {IMSI: j}}}
	for _, c := range []struct {
		card Card
		by   string
		name string
	}{
		{Card{Label: "bench"}, "label", "bench"},
		{Card{Label: "bench", ICCID: b, IMSI: j}, "label", "bench"},
		{Card{Label: a}, "label", "bench"},
		{Card{Label: j}, "label", j},
		{Card{ICCID: a}, "ICCID", "bench"},
		{Card{Label: "again", ICCID: a, IMSI: i}, "ICCID", "bench"},
		{Card{IMSI: j}, "IMSI", j},
		{Card{ICCID: a, IMSI: j}, "", ""}, // its other subscription
		{Card{ICCID: b, IMSI: i}, "", ""}, // the number on another card
		{Card{Label: "new", ICCID: b, IMSI: j}, "", ""},
		{Card{IMSI: i}, "", ""},
		{Card{Label: "other"}, "", ""},
	} {
		o, by := f.Rival(&c.card)
		if by != c.by || (o != nil) != (c.by != "") || o != nil && o.Name() != c.name {
			t.Errorf("%+v: %q", c.card, by)
		}
	}
}

func TestFaults(t *testing.T) {
	one := func(s string) string { return `{"format":"simscope-keys","version":1,"cards":[{` + s + `}]}` }
	for in, want := range map[string]string{
		``:               "ends too early",
		`[]`:             "another kind",
		`{"format":"x"}`: `"simscope-keys"`,
		full + `{}`:      "behind its end",
		`{"format":"simscope-keys","version":2,"cards":[]}`: "version 1",
		one(``): "label, iccid nor imsi",
		one(`"label":"x","k2":"00112233445566778899aabbccddeeff"`):                                      "not of this format",
		one(`"label":"x","algorithm":"milenage","k":"00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff"`): "spaces",
		one(`"label":"x","algorithm":"milenage","k":"00112233445566778899aabbccddeefg"`):                "hex digits",
		one(`"label":"x","algorithm":"milenage","k":"0011"`):                                            "K has 2 bytes",
		one(`"label":"x","algorithm":"rot13","k":"00112233445566778899aabbccddeeff"`):                   "no such algorithm",
		one(`"label":"x","k":"00112233445566778899aabbccddeeff"`):                                       "no algorithm",
		one(`"iccid":"12","adm":[]`):                                                                    "18 to 20",
		one(`"label":"a\u001b[2Jb"`):                                                                    "one line",
		one(`"imsi":"12345x"`):                                                                          "6 to 15",
		one(`"label":"x","amf":"80"`):                                                                   "amf is 4",
		one(`"label":"x","sqn":{"last":"20"}`):                                                          "12 hex digits",
		one(`"label":"x","sqn":{"indexBits":9}`):                                                        "0 to 8",
		one(`"label":"x","adm":[{"pin":"adm1"}]`):                                                       "one of them",
		one(`"label":"x","adm":[{"pin":"adm11","digits":"1234"}]`):                                      "adm1 to adm10",
		one(`"label":"x","adm":[{"pin":"adm1","digits":"123"}]`):                                        "4 to 8",
		one(`"label":"x","ota":[{"version":200}]`):                                                      "0 to 127",
		one(`"label":"x","ota":[{"version":1,"kic":"00"}]`):                                             "kic has",
		one(`"label":"x","algorithm":"milenage","k":"00112233445566778899aabbccddeeff","opc":"00112233445566778899aabbccddeeff","milenage":{"c":[],"r":[]}`): "five constants",
		one(`"label":"x","algorithm":"tuak","k":"00112233445566778899aabbccddeeff","topc":"00","tuak":{"res":33}`):                                           "multiple of 8",
	} {
		_, err := OpenPlain([]byte(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", in, err, want)
		}
		if err != nil && strings.Contains(strings.ToLower(err.Error()), "00112233") {
			t.Errorf("the error repeats a key: %v", err)
		}
	}
}

// TestNothingIsPrinted: no way of printing or encoding a file shows its keys,
// and Clear leaves none.
func TestNothingIsPrinted(t *testing.T) {
	text := []byte(full)
	f, err := OpenPlain(text)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Trim(string(text), "\x00") != "" {
		t.Error("the text was not overwritten")
	}
	j, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	out := strings.ToLower(fmt.Sprintf("%s %v %+v %#v", j, f, *f, f.Cards[0]))
	for _, c := range canaries {
		if strings.Contains(out, c) {
			t.Errorf("%s is printed", c)
		}
	}
	k := f.Cards[0].Subscriber.K
	f.Clear()
	if k.Len() != 0 || f.Cards[0].ADM[0].Value.Len() != 0 || f.Cards[0].GP[0].DEK.Len() != 0 {
		t.Error("keys are left")
	}
}

func TestTooMuch(t *testing.T) {
	name := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(name, make([]byte, maxBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(name); !errors.Is(err, ErrLong) {
		t.Errorf("%v", err)
	}
	l := testLock(t, "x")
	var out bytes.Buffer
	w, err := age.Encrypt(&out, l.recipients...)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(bytes.Repeat([]byte(" "), maxBytes+1))
	_ = w.Close()
	if _, err := Open(out.Bytes(), l); !errors.Is(err, ErrLong) {
		t.Errorf("%v", err)
	}
	f := &File{}
	for range maxCards + 1 {
		f.Cards = append(f.Cards, Card{Label: "x"})
	}
	if err := f.Check(); !errors.Is(err, ErrNotFile) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(`{"format":"simscope-keys","version":1,"cards":[{"label":"x","adm":[{"pin":"adm1","digits":""}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := OpenPlain(bytes.Clone(b))
		if err != nil {
			return
		}
		text, err := encode(file)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, err := OpenPlain(text); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}

// TestUpdate writes a file anew for the same lock, in the form it had, and
// leaves one alone that others open too.
func TestUpdate(t *testing.T) {
	dir := t.TempDir()
	me, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	mine, err := Identities(strings.NewReader(me.String()))
	if err != nil {
		t.Fatal(err)
	}
	both := Lock{mine.identities, append([]age.Recipient{other.Recipient()}, mine.recipients...)}
	remember := func(f *File) (bool, error) { return f.Cards[1].Remember(0x40, 4), nil }
	for _, tc := range []struct {
		name   string
		lock   Lock
		armour bool
		opens  Lock
		err    error
	}{
		{"words", testLock(t, "words"), false, testLock(t, "words"), nil},
		{"armoured", testLock(t, "words"), true, testLock(t, "words"), nil},
		{"identity", mine, false, mine, nil},
		{"others", both, false, mine, ErrOthers},
		{"others, armoured", both, true, mine, ErrOthers},
		{"wrong words", testLock(t, "words"), false, testLock(t, "word"), ErrWrongKey},
	} {
		b, err := seal(open(t, full), tc.lock)
		if err == nil && tc.armour {
			b, err = armoured(b)
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, tc.name)
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Update(name, tc.opens, remember); !errors.Is(err, tc.err) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.err)
		}
		after, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if tc.err != nil {
			if !bytes.Equal(after, b) {
				t.Errorf("%s: the file was written", tc.name)
			}
			continue
		}
		if bytes.HasPrefix(after, armourHead) != tc.armour {
			t.Errorf("%s: the form is another", tc.name)
		}
		f, err := Open(after, tc.opens)
		if err != nil {
			t.Fatal(tc.name, err)
		}
		if sqn := f.Cards[1].SQN; sqn == nil || sqn.Last != 0x40 || sqn.IndexBits != 4 {
			t.Errorf("%s: %+v", tc.name, sqn)
		}
		if err := Update(name, tc.opens, remember); err != nil {
			t.Error(err)
		}
		if again, _ := os.ReadFile(name); !bytes.Equal(again, after) {
			t.Errorf("%s: written although nothing changed", tc.name)
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".simscope-keys-*"))
	if len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}
