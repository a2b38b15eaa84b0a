"""What may be written to a log: the kind of fault and where it happened. Refuses messages, values and addresses."""

import logging
import traceback

OURS = ("shelterbelt", "procrastinate")


class NothingPersonal(logging.Filter):
    """Replaces what an exception or a request said by its type and the lines of code it passed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            places = [
                f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno}"
                for f in traceback.extract_tb(error.__traceback__)
            ]
            record.msg = f"{type(error).__name__} at {' < '.join(reversed(places[-6:]))}"
            record.args, record.exc_info, record.exc_text = (), None, None
        elif not record.name.startswith(OURS):
            record.msg, record.args = record.msg.split("%")[0].split(":")[0], ()
        return True
