"""Mappings of police exports, one YAML file per system, and the schema they keep to."""
