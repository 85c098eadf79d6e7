"""A county that encrypts, beside the plain material: its keys, its schools' requests and files."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path

from eduapp.exchange.sealing import Identity
from eduapp.services.hand_off import issuing, school_keys
from eduapp.services.keys import keyring
from eduapp.services.practice import hand_off as practice_hand_off
from eduapp.services.practice import making as practice
from eduapp.services.practice.plans import SchoolPlan
from tests.faults.data_folder import use_data_folder

YEAR = 2026


@dataclass(frozen=True)
class Sealed:
    """Originals. `stick` holds the requests and sealed files of its schools, as on a stick; none is admitted.

    `forms` are the digits of the schools' paper forms; `keys` the county's key files; `identities` open what
    was sealed.
    """

    school: Path
    county: Path
    stick: Path
    submissions: Path
    keys: Path
    passphrase: str
    forms: tuple[str, ...]
    identities: tuple[Identity, ...]

    def fresh_school(self, to: Path) -> Path:
        """Make a folder with a copy of a school that believes the county, an empty stick, no key files."""
        shutil.rmtree(to, ignore_errors=True)
        (to / "stick").mkdir(parents=True)
        use_data_folder(to / "data")
        return Path(shutil.copy(self.school, to / "school.edubook"))

    def fresh_county(self, to: Path) -> Path:
        """Make a folder with a copy of the county's workbook and its open keys; return the workbook."""
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(parents=True)
        use_data_folder(to / "data")
        self.unlock()
        return Path(shutil.copy(self.county, to / "county.edubook"))

    def unlock(self) -> None:
        """Put the county's key files into the data folder in use, opened as by the officer's passphrase.

        Children are forked with them open: the second that scrypt takes is no part of what is killed.
        """
        for file in sorted(self.keys.iterdir()):
            path = keyring.key_path(file.stem).with_suffix(file.suffix)
            shutil.copy(file, path)
            if path.suffix == ".key" and keyring.passphrase_of(path) is None:
                keyring.open_with(path, self.passphrase)


def make(folder: Path, plans: list[SchoolPlan]) -> Sealed:
    """Make the originals: a county with keys, schools that asked to be admitted and handed in."""
    stick, submissions, keys = folder / "U盘", folder / "加密", folder / "keys"
    for each in (stick, submissions, keys):
        each.mkdir(parents=True)
    use_data_folder(folder / "data")
    county, forms = folder / "county.edubook", []
    with practice.make_county(county, YEAR) as office:
        round_file = practice_hand_off.begin(office, stick)
        digits = issuing.county_digits(office)
        identities = office.identities
        for plan in plans:
            with practice.make_school(folder / f"{plan.code}.edubook", plan, YEAR) as book:
                practice_hand_off.join(book, round_file, digits, stick)
                forms.append(school_keys.scan_text(book))
                practice.hand_over(book, submissions, plan.state)
    for file in submissions.iterdir():
        shutil.copy(file, stick)
    for file in (folder / "data" / "keys").glob("county-*"):
        shutil.copy(file, keys)
    own = dataclasses.replace(plans[-1], code="2143990077", name="民和小学", state="draft")
    school = folder / "school.edubook"
    with practice.make_school(school, own, YEAR) as book:
        practice_hand_off.join(book, round_file, digits, folder)
    passphrase = f"{practice_hand_off.PASSPHRASE}{YEAR}"
    return Sealed(school, county, stick, submissions, keys, passphrase, tuple(forms), tuple(identities))
