"""Pages of the disclosures app, in four modules."""
