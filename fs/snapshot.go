package fs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"simscope/card"
)

// The format of a snapshot. A reader takes its own version and older ones.
const (
	SnapshotFormat  = "simscope.snapshot"
	SnapshotVersion = 1
)

// Bounds of what ReadSnapshot takes.
const (
	MaxSnapshotSize  = 16 << 20
	maxSnapshotDepth = 40
)

// maxDecoded bounds the decoded values of one snapshot, in bytes of JSON, so
// that a snapshot can always be read back: nonsense in a file can decode to
// many times its size.
const maxDecoded = 4 << 20

// Snapshot is everything read of a card, apart from the reader it was in. Its
// JSON is the same for the same content. Secret files have no content in it
// unless they were asked for.
type Snapshot struct {
	Format       string         `json:"format"`
	Version      int            `json:"version"`
	Taken        time.Time      `json:"taken"`
	Secrets      bool           `json:"secrets"` // files of keys are included
	Complete     bool           `json:"complete"`
	Kind         string         `json:"kind"` // "uicc", "gsm", "other"
	ATR          Hex            `json:"atr"`
	ICCID        string         `json:"iccid,omitempty"`
	Applications []SnapshotApp  `json:"applications,omitempty"`
	Files        []SnapshotFile `json:"files"`
}

// SnapshotApp is one application.
type SnapshotApp struct {
	AID   string `json:"aid"`
	Name  string `json:"name"`
	Label Hex    `json:"label,omitempty"`
}

// SnapshotFile is one file. Header is what its SELECT brought: the FCP
// template or 2G header, from which everything about the file can be read
// again. Decoded is for people and scripts; it is not read back.
type SnapshotFile struct {
	Path      card.Path         `json:"path"`
	Name      string            `json:"name"`
	Catalogue string            `json:"catalogue,omitempty"`
	Dir       bool              `json:"directory,omitempty"`
	State     State             `json:"state"`
	SW        string            `json:"sw,omitempty"`
	Structure Structure         `json:"structure"`
	Size      int               `json:"size,omitempty"`
	RecordLen int               `json:"recordLength,omitempty"`
	SFI       byte              `json:"sfi,omitempty"`
	Header    Hex               `json:"header,omitempty"`
	Access    map[string]string `json:"access,omitempty"`
	Rule      string            `json:"rule,omitempty"` // where the access rule stands
	Flags     []Flag            `json:"flags,omitempty"`
	Masked    bool              `json:"masked,omitempty"` // holds keys, left out
	Content   *Content          `json:"content,omitempty"`
	Decoded   json.RawMessage   `json:"decoded,omitempty"`
}

// SnapshotOptions say what goes into a snapshot.
type SnapshotOptions struct {
	Secrets  bool // include files of keys, as far as they were read
	Taken    time.Time
	Complete bool // the walk before it came to its end
}

var kindNames = map[card.Kind]string{card.KindUICC: "uicc", card.KindGSM: "gsm", card.KindOther: "other"}

// Snapshot makes a snapshot of what was read.
func (c *Card) Snapshot(o SnapshotOptions) *Snapshot {
	s := &Snapshot{
		Format: SnapshotFormat, Version: SnapshotVersion, Taken: o.Taken.UTC(), Secrets: o.Secrets,
		Complete: o.Complete, Kind: kindNames[c.s.Kind()], ATR: slices.Clone(c.s.Info().ATR), ICCID: c.iccid(),
		Files: []SnapshotFile{},
	}
	for _, a := range c.Applications() {
		s.Applications = append(s.Applications, SnapshotApp{a.AID.String(), a.Name, a.Label})
	}
	decoded := 0
	for _, n := range c.tree.All() {
		if n.State == NotLookedAt {
			continue
		}
		f := c.snapshotFile(n, o)
		if decoded += len(f.Decoded); decoded > maxDecoded {
			f.Decoded = nil
		}
		s.Files = append(s.Files, f)
	}
	slices.SortFunc(s.Files, func(a, b SnapshotFile) int { return s.order(a.Path, b.Path) })
	return s
}

// order puts the MF first, then the applications as listed, each by path.
func (s *Snapshot) order(a, b card.Path) int {
	if a.App != b.App {
		return s.appRank(a.App) - s.appRank(b.App)
	}
	return strings.Compare(a.String(), b.String())
}

func (s *Snapshot) appRank(aid card.AID) int {
	if aid == "" {
		return -1
	}
	return slices.IndexFunc(s.Applications, func(a SnapshotApp) bool { return a.AID == aid.String() })
}

func (c *Card) snapshotFile(n Node, o SnapshotOptions) SnapshotFile {
	f := SnapshotFile{
		Path: n.Path, Name: c.Name(n.Path), Catalogue: n.Catalogue, Dir: n.Dir,
		State: n.State, Structure: n.Structure(), Flags: slices.Clone(n.Flags),
	}
	if n.SW != 0 {
		f.SW = n.SW.String()
	}
	if n.FCP != nil {
		f.Size, f.RecordLen, f.SFI, f.Header = n.FCP.Size, n.FCP.RecordLen, n.FCP.SFI, n.FCP.Raw
		f.Flags = append(f.Flags, n.FCP.Flags...)
		f.setAccess(c.Access(n.Path))
	}
	if card.SecretFile(n.Path) && !o.Secrets {
		f.Masked = n.State.Exists()
		return f
	}
	f.Content = n.Content
	f.Decoded = c.decodedJSON(n.Path)
	return f
}

func (f *SnapshotFile) setAccess(a Access) {
	if !a.Known {
		return
	}
	f.Rule = a.Source
	f.Access = map[string]string{}
	for _, g := range a.Grants {
		f.Access[g.Op.String()] = Words(g.Condition)
	}
}

// decodedJSON is the decoded value, or an array of the records' with null for
// a free record.
func (c *Card) decodedJSON(p card.Path) json.RawMessage {
	d, ok := c.Decode(p)
	if !ok || len(d.Parts) == 0 {
		return nil
	}
	values := make([]any, len(d.Parts))
	for i, part := range d.Parts {
		if !part.Empty {
			values[i] = valueOf(part)
		}
	}
	var v any = values
	if !d.Decoder.Record {
		v = values[0]
	}
	b, err := json.Marshal(v)
	if err != nil || string(b) == "null" {
		return nil
	}
	return b
}

// File finds a file of the snapshot.
func (s *Snapshot) File(p card.Path) (SnapshotFile, bool) {
	for _, f := range s.Files {
		if f.Path == p {
			return f, true
		}
	}
	return SnapshotFile{}, false
}

// Write writes the snapshot as JSON.
func (s *Snapshot) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(s)
}

// Errors of ReadSnapshot.
var (
	ErrNotSnapshot = errors.New("not a snapshot of a card")
	ErrTooNew      = errors.New("the snapshot was written by a newer version of this program")
	ErrTooLarge    = errors.New("the file is larger than a snapshot can be")
	ErrTooNested   = errors.New("the file is nested too deeply")
	ErrTwice       = errors.New("a field stands twice")
)

// ReadSnapshot reads what Write wrote. The input is not trusted: its size,
// nesting and number of files are bounded, unknown and repeated fields are
// refused.
func ReadSnapshot(r io.Reader) (*Snapshot, error) {
	var s Snapshot
	if err := readJSON(r, &s); err != nil {
		return nil, err
	}
	switch {
	case s.Format != SnapshotFormat:
		return nil, ErrNotSnapshot
	case s.Version > SnapshotVersion:
		return nil, ErrTooNew
	case s.Version < 1:
		return nil, ErrNotSnapshot
	case len(s.Files) > DefaultLimits.Nodes:
		return nil, ErrTooLarge
	}
	seen := map[card.Path]bool{}
	for _, f := range s.Files {
		if seen[f.Path] {
			return nil, fmt.Errorf("%s: %w", f.Path, ErrTwice)
		}
		seen[f.Path] = true
		if f.Content != nil && (len(f.Content.Binary) > MaxFileSize || len(f.Content.Records) > maxRecords) {
			return nil, fmt.Errorf("%s: %w", f.Path, ErrTooLarge)
		}
	}
	return &s, nil
}

// readJSON reads one JSON value of bounded size and depth into v.
func readJSON(r io.Reader, v any) error {
	b, err := io.ReadAll(io.LimitReader(r, MaxSnapshotSize+1))
	if err != nil {
		return err
	}
	if len(b) > MaxSnapshotSize {
		return ErrTooLarge
	}
	if err := checkJSON(b); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", ErrNotSnapshot, err)
	}
	return nil
}

// checkJSON walks the tokens before anything is built from them.
func checkJSON(b []byte) error {
	if deepest(b) > maxSnapshotDepth {
		return ErrTooNested
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	type level struct {
		keys map[string]bool // nil in an array
		key  bool            // a key comes next
	}
	var stack []level
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && len(stack) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNotSnapshot, err)
		}
		top := len(stack) - 1
		if s, ok := t.(string); ok && top >= 0 && stack[top].keys != nil && stack[top].key {
			// encoding/json takes keys without regard to case.
			k := strings.ToLower(s)
			if stack[top].keys[k] {
				return fmt.Errorf("%q: %w", s, ErrTwice)
			}
			stack[top].keys[k], stack[top].key = true, false
			continue
		}
		switch t {
		case json.Delim('{'):
			stack = append(stack, level{map[string]bool{}, true})
			continue
		case json.Delim('['):
			stack = append(stack, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:top]
		}
		if n := len(stack) - 1; n >= 0 {
			stack[n].key = true
		} else if d.More() {
			return ErrNotSnapshot
		}
	}
}

// deepest is how deep brackets nest outside strings.
func deepest(b []byte) int {
	depth, most, inString := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			depth++
			most = max(most, depth)
		case c == '}', c == ']':
			depth--
		}
	}
	return most
}
