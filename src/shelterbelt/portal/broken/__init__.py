"""The room in which a survivor tells of something that broke an order. It calls nobody, and sends nothing on."""
