"""A county's own hand for the tests of a school: its root, its signing key, and round files it issues."""

from __future__ import annotations

from dataclasses import dataclass, field

from eduapp.exchange.authority import certify
from eduapp.exchange.manifest import StandardUsed
from eduapp.exchange.round_file import ListedSchool, RegisteredKey, Round, build_round, read_round, round_name
from eduapp.exchange.sealing import new_identity
from eduapp.exchange.signing import WriterKey
from eduapp.services.hand_off import rounds
from eduapp.services.keys import writer
from eduapp.standards.packs.reader import load, standard_ids
from tests.services.schools import CODE, COUNTY, NAME, YEAR


@dataclass
class Issuer:
    """A county without a workbook. `epoch` and `sealing` are what the next file says."""

    code: str = COUNTY
    name: str = "某县教育局"
    epoch: int = 1
    sealing: bool = False
    root: WriterKey = field(default_factory=WriterKey.generate)
    signing: WriterKey = field(default_factory=WriterKey.generate)
    pair: tuple = field(default_factory=lambda: (new_identity(), new_identity()))

    @property
    def digits(self):
        """What stands in the county's notice."""
        return self.root.public.digits

    @property
    def certificate(self):
        recipients = tuple(each.recipient for each in self.pair) if self.sealing else ()
        return certify(self.root, self.code, self.name, self.epoch, self.signing.public, recipients)

    def issue(self, version=1, *, keys=(), year=YEAR, practice=False, passphrase=False, standards=(), due=""):
        """The bytes of a round file."""
        said = Round(
            certificate=self.certificate,
            version=version,
            round=str(year),
            year=year,
            practice=practice,
            due=due,
            passphrase=passphrase,
            standards=tuple(StandardUsed(each, edition_of(each)) for each in standards),
            schools=(ListedSchool(CODE, NAME, "211"),),
            keys=tuple(sorted(keys, key=lambda each: (each.school, each.key.fingerprint))),
            writers=(),
        )
        return build_round(said, self.signing)

    def put(self, folder, version=1, **said):
        """The file on a stick."""
        folder.mkdir(exist_ok=True)
        data = self.issue(version, **said)
        path = folder / round_name_of(data)
        path.write_bytes(data)
        return path


def edition_of(standard):
    """The edition this program has; another one where it has none."""
    return load(standard).sha256 if standard in standard_ids() else "0" * 64


def round_name_of(data):
    return round_name(read_round(data).said)


def registered(book, how="paper", revoked=None):
    """This computer's key as a line of the register."""
    own = writer.writer_of(book.workbook)
    return RegisteredKey(own.key.public, CODE, how, own.archive.recipient, revoked)


def believe(book, issuer):
    """The school typed the county's digits."""
    return rounds.trust_county(book, issuer.issue(), issuer.digits)
