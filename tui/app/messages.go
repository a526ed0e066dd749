package app

import (
	"context"

	"simscope/fs/contacts"
	"simscope/fs/messages"
)

// LoadMessages reads the files of messages and the phone books, as far as they
// are not known yet, and makes the list of messages.
func (c *Card) LoadMessages(ctx context.Context) (messages.List, error) {
	if err := c.ReadMessages(ctx, false); err != nil {
		return messages.List{}, err
	}
	return c.Messages(), nil
}

// ReadMessages reads the files of messages and the phone books; what is known
// of them already only with again.
func (c *Card) ReadMessages(ctx context.Context, again bool) error {
	if err := messages.Load(ctx, c.Files, again); err != nil {
		return err
	}
	_, err := contacts.Load(ctx, c.Files, again)
	return err
}

// Messages makes the list of messages of what was read of the card. It asks
// the card for nothing.
func (c *Card) Messages() messages.List {
	books := contacts.Find(c.Files).Books
	return messages.Build(c.Files, messages.NamesFrom(messages.FromBooks(books)))
}
