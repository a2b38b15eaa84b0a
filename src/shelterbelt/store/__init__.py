"""What every table stands on: identifiers, row-level security and who is asking. Decides nothing about people."""
