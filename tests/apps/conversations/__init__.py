"""Messages, wishes and choices between a survivor and the worker they trust."""
