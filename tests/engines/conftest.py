"""Compiled code is kept between runs, beside the other caches of the workshop."""

import os
from pathlib import Path

from shelterbelt.engines.kept import FOLDER, folder

os.environ.setdefault(FOLDER, str(folder(Path(__file__).resolve().parents[2] / ".numba_cache")))
