package card

import (
	"context"
	"sync"
)

// MemoryRecorder is a Recorder that keeps the latest operations in memory.
type MemoryRecorder struct {
	mu   sync.Mutex
	next uint64
	rows []RecordedOp
}

// RecordedOp is one operation and, once known, its result.
type RecordedOp struct {
	ID     uint64
	Op     Op
	Done   bool
	Result OpResult
}

// keptOps bounds a MemoryRecorder.
const keptOps = 10000

// Intent implements Recorder.
func (r *MemoryRecorder) Intent(_ context.Context, op Op) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	if len(r.rows) == keptOps {
		r.rows = append(r.rows[:0], r.rows[1:]...)
	}
	r.rows = append(r.rows, RecordedOp{ID: r.next, Op: op})
	return r.next, nil
}

// Outcome implements Recorder.
func (r *MemoryRecorder) Outcome(_ context.Context, id uint64, res OpResult) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.rows) - 1; i >= 0; i-- {
		if r.rows[i].ID == id {
			r.rows[i].Done, r.rows[i].Result = true, res
			return nil
		}
	}
	return nil
}

// Rows returns a copy of what is kept, oldest first.
func (r *MemoryRecorder) Rows() []RecordedOp {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]RecordedOp(nil), r.rows...)
}
