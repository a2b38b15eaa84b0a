"""The door between nodes: letters come in and live readings go out. Refuses whatever is not signed by a known node."""
