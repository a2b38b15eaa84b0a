"""Compiled code is kept between runs, beside the other caches of the workshop. Import this before any engine."""

import os
import shutil
from pathlib import Path

from shelterbelt.engines.kept import FOLDER, folder

HERE = folder(Path(__file__).resolve().parents[2] / ".numba_cache")
os.environ.setdefault(FOLDER, str(HERE))

for old in HERE.parent.glob("*"):
    if old != HERE:
        shutil.rmtree(old, ignore_errors=True)
