package keyfile

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"
	"filippo.io/age/armor"

	"simscope/card/safe"
)

// The beginnings of an encrypted file.
var (
	binaryHead = []byte("age-encryption.org/")
	armourHead = []byte(armor.Header)
)

// maxWork bounds the work factor of a passphrase, which a file chooses.
const maxWork = 20

// Lock opens a key file and closes it again for the same passphrase or
// identity.
type Lock struct {
	identities []age.Identity
	recipients []age.Recipient
}

// Work is the work factor of passphrases of new files; 0 is age's own. Tests
// set a lower one.
var Work int

// Passphrase makes a lock of a passphrase. age keeps it as a string, which
// cannot be overwritten; it goes with the garbage collector.
func Passphrase(s safe.Secret) (l Lock, err error) {
	s.Use(func(b []byte) { l, err = passphrase(string(b), Work) })
	return l, err
}

// passphrase takes a work factor, 0 for age's own.
func passphrase(s string, work int) (Lock, error) {
	id, err := age.NewScryptIdentity(s)
	if err != nil {
		return Lock{}, err
	}
	id.SetMaxWorkFactor(maxWork)
	r, err := age.NewScryptRecipient(s)
	if err != nil {
		return Lock{}, err
	}
	if work > 0 {
		r.SetWorkFactor(work)
	}
	return Lock{[]age.Identity{id}, []age.Recipient{r}}, nil
}

// Identities makes a lock of an age identity file, or of the part of it that
// holds X25519 keys; files are written for all of them.
func Identities(r io.Reader) (Lock, error) {
	ids, err := age.ParseIdentities(io.LimitReader(r, maxBytes))
	if err != nil {
		return Lock{}, ErrNoIdent // its text may repeat a line of the file
	}
	l := Lock{identities: ids}
	for _, id := range ids {
		switch id := id.(type) {
		case *age.X25519Identity:
			l.recipients = append(l.recipients, id.Recipient())
		case *age.HybridIdentity:
			l.recipients = append(l.recipients, id.Recipient())
		}
	}
	return l, nil
}

// NeedsPassphrase reports whether a file was encrypted for a passphrase.
func NeedsPassphrase(b []byte) bool {
	if bytes.HasPrefix(b, armourHead) {
		b, _ = io.ReadAll(io.LimitReader(armor.NewReader(bytes.NewReader(b)), 4096))
	}
	return bytes.HasPrefix(b, binaryHead) && bytes.Contains(b[:min(len(b), 4096)], []byte("\n-> scrypt "))
}

// Encrypted reports whether a file is one of age.
func Encrypted(b []byte) bool {
	return bytes.HasPrefix(b, binaryHead) || bytes.HasPrefix(b, armourHead)
}

// Load reads a file of at most 1 MiB.
func Load(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxBytes {
		return nil, ErrLong
	}
	return b, nil
}

// Open decrypts a key file.
func Open(b []byte, l Lock) (*File, error) {
	if !Encrypted(b) {
		return nil, ErrPlain
	}
	var r io.Reader = bytes.NewReader(b)
	if bytes.HasPrefix(b, armourHead) {
		r = armor.NewReader(r)
	}
	plain, err := age.Decrypt(r, l.identities...)
	if err != nil {
		var none *age.NoIdentityMatchError
		if errors.As(err, &none) {
			return nil, ErrWrongKey
		}
		return nil, ErrNotFile
	}
	text := make([]byte, 0, maxBytes+1)
	for len(text) <= maxBytes {
		n, err := plain.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if errors.Is(err, io.EOF) {
			return parse(text)
		}
		if err != nil {
			clear(text)
			return nil, ErrNotFile
		}
	}
	clear(text)
	return nil, ErrLong
}

// OpenPlain reads a key file that is not encrypted, for keys of test cards
// that are public anyway. b is overwritten.
func OpenPlain(b []byte) (*File, error) { return parse(b) }

// seal encrypts a file.
func seal(f *File, l Lock) ([]byte, error) {
	text, err := encode(f)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, l.recipients...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ownerOnly are the rights of a key file.
const ownerOnly = 0o600

// Create writes a new key file that only its owner reads. A file that is
// there already is left alone.
func Create(name string, f *File, l Lock) error {
	b, err := seal(f, l)
	if err != nil {
		return err
	}
	w, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, ownerOnly)
	if err != nil {
		return err
	}
	return finish(w, b)
}

// Replace writes a key file anew, whole or not at all, in the form it has. Where
// name is a link it stays one: the file that it leads to is written. A file that
// is encrypted for more recipients than the lock knows is left alone: the others
// could not read it any more, and a file does not tell who they are.
func Replace(name string, f *File, l Lock) error {
	old, err := Load(name)
	if err != nil {
		return err
	}
	if n, err := recipients(old); err != nil || n > len(l.recipients) {
		return cmp.Or(err, ErrOthers)
	}
	b, err := seal(f, l)
	if err == nil && bytes.HasPrefix(old, armourHead) {
		b, err = armoured(b)
	}
	if err != nil {
		return err
	}
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return err
	}
	w, err := os.CreateTemp(filepath.Dir(name), ".simscope-keys-*") // 0600
	if err != nil {
		return err
	}
	if err := finish(w, b); err != nil {
		return err
	}
	if err := os.Rename(w.Name(), name); err != nil {
		_ = os.Remove(w.Name())
		return err
	}
	return nil
}

// Update opens a key file, has an entry changed and writes it anew with the same
// lock. change reports whether it changed anything.
func Update(name string, l Lock, change func(*File) (bool, error)) error {
	b, err := Load(name)
	if err != nil {
		return err
	}
	f, err := Open(b, l)
	if err != nil {
		return err
	}
	defer f.Clear()
	changed, err := change(f)
	if err != nil || !changed {
		return err
	}
	return Replace(name, f, l)
}

// recipients is for how many an encrypted file is: the stanzas of its header
// (age-encryption.org/v1), without those that only fill.
func recipients(b []byte) (int, error) {
	if !Encrypted(b) {
		return 0, ErrPlain
	}
	var r io.Reader = bytes.NewReader(b)
	if bytes.HasPrefix(b, armourHead) {
		r = armor.NewReader(r)
	}
	n := 0
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		l := lines.Bytes()
		switch {
		case bytes.HasPrefix(l, []byte("---")):
			return n, nil
		case bytes.HasPrefix(l, []byte("-> ")) && !bytes.Contains(l, []byte("-grease")):
			n++
		}
	}
	return 0, ErrNotFile
}

// armoured writes an encrypted file as text.
func armoured(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := armor.NewWriter(&out)
	_, err := w.Write(b)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

// finish writes, makes sure that it is on the disk, and removes what is not
// whole.
func finish(w *os.File, b []byte) error {
	_, err := w.Write(b)
	if e := w.Sync(); err == nil {
		err = e
	}
	if e := w.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = os.Remove(w.Name())
	}
	return err
}
