"""A county that encrypts, made once and copied: what a passphrase costs, a second each, is paid once."""

from __future__ import annotations

import shutil

import pytest

from eduapp.services.county import books as county_books
from eduapp.services.keys import county_keys, keyring
from tests.services.hand_off import PASSPHRASE
from tests.services.schools import county


class SealedCounty:
    """A county under PASSPHRASE: its workbook, its key file, what lies in its safe (`paper`)."""

    def __init__(self, folder):
        self._workbook = folder / "county.edubook"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EDUAPP_DATA", str(folder / "data"))
            with county(self._workbook) as office:
                self.paper = county_keys.establish(office.workbook, PASSPHRASE)
                self._key = county_keys._path(office.workbook)
                self._opened = keyring._opened[self._key]

    def at(self, path):
        """Put a copy at a path and its keys on this computer; open, as in the process that made it."""
        key = keyring.key_path(self._key.stem)
        for suffix in (".key", ".json"):
            shutil.copy(self._key.with_suffix(suffix), key.with_suffix(suffix))
        keyring._opened[key] = self._opened
        shutil.copy(self._workbook, path)
        county_keys.accept_log(path)
        return county_books.open_county(path)
