"""The kinds of value: how each is read from what a person typed, shown, stored and carried.

Typed text is never refused: a kind that cannot read it raises Unreadable and the store keeps the
text as it stands (docs/architecture.md, "Words of the design").
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Value = str | int | bool | Decimal | datetime.date
"""A readable value; None stands for "not filled in", which is never zero."""

YES, NO = "是", "否"
MAX_TEXT = 200
_TIME = r"([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_DAY = re.compile(
    rf"(?P<y>\d{{4}}) ?[-/.年] ?(?P<m>\d{{1,2}}) ?[-/.月] ?(?P<d>\d{{1,2}}) ?日?{_TIME}", re.ASCII
)
_EIGHT_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(\.0+)?", re.ASCII)
_SPACES = "\t\r\n\u3000\u00a0\u2028\u2029"


class Unreadable(ValueError):  # noqa: N818 - said of the text, not of an error
    """Text that cannot be read as its kind; the message says what was expected, in Chinese."""


@dataclass(frozen=True)
class Unread:
    """A cell whose text could not be read: kept as typed, shown red, carried in `unread.csv`."""

    text: str


Cell = Value | Unread | None
"""What a cell of a draft holds."""


def comparison_key(text: str) -> str:
    """Fold a text for comparing labels and choices: NFKC, no white space, brackets alike.

    Stored text is never rewritten by this (docs/standards.md, "School form").
    """
    folded = unicodedata.normalize("NFKC", text).replace("平方米", "m2")
    return "".join(folded.split()).casefold()


_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}", re.ASCII)


def is_error(text: str) -> bool:
    """Whether a text is what a spreadsheet writes for a formula that failed: it names nothing."""
    return text[:1] in {"#", "E"} and _ERROR.fullmatch(text) is not None


def clean(text: str) -> str:
    """Return typed text as it is kept: NFC, no control or invisible characters, trimmed."""
    if text.isprintable():  # none of them is: nearly every cell of a list that is pasted
        return unicodedata.normalize("NFC", text).strip()
    kept = "".join(
        " " if ch in _SPACES else ch
        for ch in text
        if ch in _SPACES or unicodedata.category(ch) not in {"Cc", "Cf", "Cs"}
    )
    # Composed last: taking an invisible character out can bring two others together.
    return unicodedata.normalize("NFC", kept).strip()


def clean_each(texts: Collection[str]) -> dict[str, str]:
    """Return `clean` of each text, by the text; that nothing is to be cleaned, all of them tell at once."""
    whole = "".join(texts)
    if whole.isprintable() and " " not in whole and unicodedata.is_normalized("NFC", whole):
        return {text: text for text in texts}
    return {text: clean(text) for text in texts}


class Kind(Protocol):
    """One kind of value. `parse` reads cleaned text, `show` writes what `parse` reads back."""

    @property
    def name(self) -> str:
        """The kind's name in `records --json` and in a submission's schema."""

    @property
    def python(self) -> type:
        """The Python type of a value."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """The Frictionless field descriptor without its name."""

    @property
    def numeric(self) -> bool:
        """Whether values are numbers: aligned right, and summed under a grid."""

    def parse(self, text: str) -> Value:
        """Read what was typed; raises Unreadable."""

    def show(self, value: Value) -> str:
        """Write a value for a person."""

    def carry(self, value: Value) -> str:
        """Write a value in the canonical form of a submission."""

    def uncarry(self, text: str) -> Value:
        """Read the canonical form back; raises Unreadable."""


@dataclass(frozen=True)
class Text:
    """Free text of one line."""

    name: str = "text"
    python: type = str
    numeric: bool = False

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "string"}

    def parse(self, text: str) -> str:
        """Keep the text; spreadsheets hand codes over as floats, so `123.0` stays for Code alone."""
        if is_error(text):
            message = "是表格公式的错误值,请填写内容"
            raise Unreadable(message)
        return self._kept(text)

    def _kept(self, text: str) -> str:
        if len(text) > MAX_TEXT:
            message = f"不超过 {MAX_TEXT} 个字"
            raise Unreadable(message)
        return text

    def show(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def carry(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def uncarry(self, text: str) -> str:
        """Read what was kept, also what would not be taken any more; see Kind."""
        return self._kept(text)


@dataclass(frozen=True)
class Code(Text):
    """A code of digits, kept as text; a spreadsheet's 2143000001.0 is read as its digits."""

    name: str = "code"

    def parse(self, text: str) -> str:
        """Read digits and letters of any width; see Kind."""
        narrow = unicodedata.normalize("NFKC", text).replace(" ", "")
        return super().parse(re.sub(r"^(\d+)\.0+$", r"\1", narrow))

    def uncarry(self, text: str) -> str:
        """See Kind."""
        return self.parse(text)


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`."""

    low: int = 0
    high: int = 99_999_999
    name: str = "integer"
    python: type = int
    numeric: bool = True

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "integer", "constraints": {"minimum": self.low, "maximum": self.high}}

    def parse(self, text: str) -> int:
        """Read 38, ３８, 38.0 or 1,200; see Kind."""
        number = _number(text)
        if number != number.to_integral_value() or not self.low <= number <= self.high:
            message = f"应为 {self.low} 到 {self.high} 的整数"
            raise Unreadable(message)
        return int(number)

    def show(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def carry(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def uncarry(self, text: str) -> int:
        """See Kind."""
        return self.parse(text)


@dataclass(frozen=True)
class Scaled:
    """A decimal not below zero with at most `places` places, stored as a scaled integer."""

    places: int
    name: str = "decimal"
    python: type = Decimal
    numeric: bool = True

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "number", "constraints": {"minimum": 0}}

    def parse(self, text: str) -> Decimal:
        """Read a decimal; more places than are kept are Unreadable, nothing is rounded in silence."""
        number = _number(text)
        if number < 0 or number >= Decimal(10) ** 10:
            message = "应为不小于 0 的数"
            raise Unreadable(message)
        kept = number.quantize(Decimal(1).scaleb(-self.places))
        if kept != number:
            message = f"最多 {self.places} 位小数"
            raise Unreadable(message)
        return abs(kept)  # "-0" is 0, also in what is carried

    def rounded(self, text: str) -> Decimal:
        """Read a decimal and round it half up to the places that are kept (spreadsheet floats)."""
        kept = _number(text).quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)
        return self.parse(str(kept))

    def show(self, value: Value) -> str:
        """Write without needless zeros; see Kind."""
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def carry(self, value: Value) -> str:
        """Write with all its places; see Kind."""
        return f"{value:.{self.places}f}"

    def uncarry(self, text: str) -> Decimal:
        """See Kind."""
        return self.parse(text)


@dataclass(frozen=True)
class YesNo:
    """是 or 否."""

    name: str = "boolean"
    python: type = bool
    numeric: bool = False

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]}

    def parse(self, text: str) -> bool:
        """Read 是/否, 有/无, √/×, y/n or 1/0; see Kind."""
        key = comparison_key(text).removesuffix(".0")
        if key in {"是", "有", "√", "✓", "✔", "y", "yes", "1", "true"}:
            return True
        if key in {"否", "无", "×", "✘", "n", "no", "0", "false"}:
            return False
        message = "应为「是」或「否」"
        raise Unreadable(message)

    def show(self, value: Value) -> str:
        """See Kind."""
        return YES if value else NO

    def carry(self, value: Value) -> str:
        """See Kind."""
        return "1" if value else "0"

    def uncarry(self, text: str) -> bool:
        """See Kind."""
        return self.parse(text)


@dataclass(frozen=True)
class Choice:
    """One code of a table; a person sees and types the words, the code is kept."""

    table: str
    options: tuple[tuple[str, str], ...]
    """(code, words) in the order shown."""
    aliases: tuple[tuple[str, str], ...] = ()
    """(words people also use, code)."""
    name: str = "choice"
    python: type = str
    numeric: bool = False

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "string", "constraints": {"enum": [code for code, _ in self.options]}}

    def parse(self, text: str) -> str:
        """Read a code, its words or an alias; see Kind."""
        key = comparison_key(text)
        words, codes, aliases = self._known
        found = [found for found in (words.get(key), codes.get(key.removesuffix(".0"))) if found is not None]
        if found:
            return self.options[min(found)][0]  # of words and a code that read alike the first one stands
        if key in aliases:
            return aliases[key]
        message = "应为:" + "、".join(words for _, words in self.options[:12])
        raise Unreadable(message)

    def show(self, value: Value) -> str:
        """See Kind."""
        return self._words[str(value)]

    def carry(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def uncarry(self, text: str) -> str:
        """Read a code only; see Kind."""
        if text not in self._words:
            raise Unreadable(text)
        return text

    @cached_property
    def _words(self) -> dict[str, str]:
        return dict(self.options)

    @cached_property
    def _known(self) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
        """Places of the words and of the codes, and the codes of the aliases: the first of each stands."""
        last_first = [(place, *self.options[place]) for place in reversed(range(len(self.options)))]
        return (
            {comparison_key(words): place for place, _, words in last_first},
            {code.casefold(): place for place, code, _ in last_first},
            {comparison_key(words): code for words, code in reversed(self.aliases)},
        )


@dataclass(frozen=True)
class Day:
    """A date."""

    name: str = "date"
    python: type = datetime.date
    numeric: bool = False

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "date", "format": "%Y-%m-%d"}

    def parse(self, text: str) -> datetime.date:
        """Read 2026-9-1, 2026/9/1, 2026.9.1, 20260901 or 2026年9月1日; see Kind."""
        plain = unicodedata.normalize("NFKC", text)
        # Without separators only all eight digits: 2026111 could be two days.
        found = _DAY.fullmatch(plain) or _EIGHT_DIGITS.fullmatch(plain)
        try:
            if found:
                return datetime.date(*(int(found[part]) for part in "ymd"))
        except ValueError:
            found = None
        message = "应为日期,如 2026-09-01"
        raise Unreadable(message)

    def show(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def carry(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def uncarry(self, text: str) -> datetime.date:
        """See Kind."""
        return self.parse(text)


@dataclass(frozen=True)
class Reference:
    """A row of a list record, kept by its id and shown by its title.

    What was typed is matched against titles by the entry service, which knows the rows; here a
    value is an id.
    """

    record: str
    name: str = "reference"
    python: type = str
    numeric: bool = False

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "string"}

    def parse(self, text: str) -> str:
        """Read an id; see Kind."""
        if not re.fullmatch(r"[0-9a-f]{32}", text):
            message = "名单中没有这一行,或有同名的几行"
            raise Unreadable(message)
        return text

    def show(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def carry(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def uncarry(self, text: str) -> str:
        """See Kind."""
        return self.parse(text)


def _number(text: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", text)
    # "10²" and "①" would fold to 102 and 1, "12 13" would join to 1213: nothing is guessed.
    if not text.isascii() and any(unicodedata.category(ch) == "No" for ch in text):
        plain = ""
    if re.fullmatch(r"\d{1,3}([, ]\d{3})+(\.\d+)?", plain, re.ASCII):
        plain = plain.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{0,30})?", plain, re.ASCII):
        message = "应为数字"
        raise Unreadable(message)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        message = "应为数字"
        raise Unreadable(message) from error
