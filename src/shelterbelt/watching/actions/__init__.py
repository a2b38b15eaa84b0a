"""What is done about watching: devices issued and ended, what they send kept, what is old destroyed."""
