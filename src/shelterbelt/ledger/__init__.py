"""What was done and who looked: append-only entries and readings, chained. Refuses content: ids and digests only."""
