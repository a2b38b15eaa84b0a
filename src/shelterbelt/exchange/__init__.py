"""The door between nodes: letters come in, live readings go out. Refuses whatever no known node signed."""
