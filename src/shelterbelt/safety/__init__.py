"""A survivor's own file: the safety plan, their own record, messages with an advocate."""
