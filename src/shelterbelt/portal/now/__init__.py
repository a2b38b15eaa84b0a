"""The room of help now: the button, who is there, the code, a test, and where one is. Says plainly what it is not."""
