"""What a survivor wants others to do now. Any answer is a full answer; it can be changed at any time."""
