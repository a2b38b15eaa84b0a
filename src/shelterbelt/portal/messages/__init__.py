"""Messages between a survivor and whom they trust, and how the conversation is to be."""
