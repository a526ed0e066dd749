package app

import (
	"context"

	"simscope/fs/messages"
)

// LoadMessages reads the files of messages, if they are not known yet, and
// makes the list of them.
func (c *Card) LoadMessages(ctx context.Context) (messages.List, error) {
	if err := messages.Load(ctx, c.Files); err != nil {
		return messages.List{}, err
	}
	return messages.Build(c.Files, nil), nil
}
