"""What a survivor and the worker they trust tell each other: messages, wishes about releases, choices. Nobody else sees any."""
