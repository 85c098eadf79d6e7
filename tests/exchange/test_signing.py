from __future__ import annotations

import base64
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.problems import Problem
from eduapp.exchange import signing
from eduapp.exchange.signing import (
    RECEIPT,
    SUBMISSION,
    PublicKey,
    WriterKey,
    allowed_signers,
    grouped,
    parse_digits,
    verify,
)

MESSAGE = b"0123  data/classes.csv\n"
PRIME = 2**255 - 19
D = -121665 * pow(121666, -1, PRIME) % PRIME


def refused(armor, namespace=SUBMISSION, message=MESSAGE):
    with pytest.raises(Problem) as caught:
        verify(armor, namespace, message)
    assert caught.value.code == "signature-invalid"


def test_what_is_signed_verifies_and_nothing_else_does(key):
    armor = key.sign(SUBMISSION, MESSAGE)
    assert verify(armor, SUBMISSION, MESSAGE) == key.public
    assert key.sign(SUBMISSION, MESSAGE) == armor
    refused(armor, RECEIPT)
    refused(armor, "submission@eduap")
    refused(armor, message=MESSAGE + b"\n")
    refused(armor, message=MESSAGE.replace(b"\n", b"\r\n"))
    refused(armor.replace(b"\n", b"\r\n"))
    refused(armor.rstrip())
    refused(armor + b"\n")
    refused(b" " + armor)
    refused(b"")
    refused(b"\xff" * 100)
    refused(b"".join(armor.split(b"\n")))


@pytest.mark.slow
def test_every_flipped_bit_of_a_signature_is_refused(key):
    armor = key.sign(SUBMISSION, MESSAGE)
    for bit in range(len(armor) * 8):
        flipped = bytearray(armor)
        flipped[bit // 8] ^= 1 << bit % 8
        refused(bytes(flipped))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_problem_and_nothing_else(data):
    refused(data)
    refused(b"-----BEGIN SSH SIGNATURE-----\n" + base64.b64encode(data) + b"\n-----END SSH SIGNATURE-----\n")


@pytest.mark.not_on_windows("no ssh-keygen there")
def test_ssh_keygen_verifies_ours(key, tmp_path):
    (tmp_path / "allowed").write_text(allowed_signers([("3607310001", key.public)]))
    (tmp_path / "m.sig").write_bytes(key.sign(SUBMISSION, MESSAGE))
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "3607310001", "-s", "m.sig", "-n"]
    good = subprocess.run(
        [*command, SUBMISSION], cwd=tmp_path, input=MESSAGE, capture_output=True, check=False
    )
    assert good.returncode == 0, good.stderr
    assert b'Good "submission@eduapp" signature for 3607310001' in good.stdout
    other = subprocess.run([*command, RECEIPT], cwd=tmp_path, input=MESSAGE, capture_output=True, check=False)
    assert other.returncode != 0


def test_we_verify_what_ssh_keygen_signs(ssh_key, tmp_path):
    (tmp_path / "m").write_bytes(MESSAGE)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", ssh_key]
    subprocess.run([*command, "-n", SUBMISSION, "m"], cwd=tmp_path, check=True, capture_output=True)
    armor = (tmp_path / "m.sig").read_bytes()
    public = PublicKey.from_line((tmp_path / "id.pub").read_text())
    assert verify(armor, SUBMISSION, MESSAGE) == public
    refused(armor, RECEIPT)
    (tmp_path / "m.sig").unlink()
    sha256 = [*command, "-n", SUBMISSION, "-O", "hashalg=sha256", "m"]
    subprocess.run(sha256, cwd=tmp_path, check=True, capture_output=True)
    refused((tmp_path / "m.sig").read_bytes())


@pytest.mark.not_on_windows("no ssh-keygen there")
def test_ssh_keygen_shows_the_same_key(key, tmp_path):
    path = tmp_path / "k.pub"
    path.write_text(key.public.line + " school\n")
    shown = subprocess.run(["ssh-keygen", "-lf", path], capture_output=True, check=True, text=True).stdout
    import hashlib

    digest = hashlib.sha256(key.public.blob).digest()
    assert base64.b64encode(digest).decode().rstrip("=") in shown
    assert key.public.fingerprint == f"{int.from_bytes(digest, 'big') % 10**30:030d}"
    assert re.fullmatch(r"([0-9]{5} ){5}[0-9]{5}", key.public.digits)
    assert PublicKey.from_line(path.read_text()) == key.public


def test_known_key(key):
    # RFC 8032 test 1
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert WriterKey(seed).public.raw.hex() == public
    assert repr(key).find(key.to_stored().decode().strip()) == -1


def test_the_stored_form(key):
    stored = key.to_stored()
    again = WriterKey.from_stored(stored)
    assert again.public == key.public
    assert WriterKey.from_stored(stored.replace(b"\n", b"\r\n")).public == key.public
    assert WriterKey.generate().public != WriterKey.generate().public
    for bad in (b"", b"AAAA\n", stored[:-3], stored + stored, b"\xff" * 44, stored.replace(b"=", b"")):
        with pytest.raises(Problem) as caught:
            WriterKey.from_stored(bad)
        assert caught.value.code == "key-damaged"


def add(one, two):
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % PRIME
    return (
        (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME) % PRIME,
        (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME) % PRIME,
    )


def order_8_y():
    """Find a point of order 8 from the curve equation alone: twice it is (sqrt(-1), 0)."""
    # x = y on the curve and doubling to y = 0 needs x^2 = -y^2: take x = i*y with -x^2 + y^2 = 1 + d x^2 y^2
    i = pow(2, (PRIME - 1) // 4, PRIME)
    # 2 y^2 = 1 - d y^4  ->  d y^4 + 2 y^2 - 1 = 0
    root = sqrt(1 + D)
    for sign in (root, -root):
        square = (-1 + sign) * pow(D, -1, PRIME) % PRIME
        y = sqrt(square)
        if y is not None:
            return i * y % PRIME, y
    raise AssertionError


def sqrt(value):
    root = pow(value, (PRIME + 3) // 8, PRIME)
    if root * root % PRIME != value % PRIME:
        root = root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    return root if root * root % PRIME == value % PRIME else None


def test_all_keys_of_small_order_are_refused():
    point = order_8_y()
    multiples = [point]
    while len(multiples) < 8:
        multiples.append(add(multiples[-1], point))
    assert multiples[-1] == (0, 1)
    assert len(set(multiples)) == 8
    for y in {y for _, y in multiples} | {PRIME, PRIME + 1}:
        for sign in (0, 1 << 255):
            with pytest.raises(Problem) as caught:
                PublicKey((y | sign).to_bytes(32, "little"))
            assert caught.value.code == "key-invalid"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-rsa AAAA",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 ****",
        "ssh-ed25519 钥",
        "ssh-ed25519 " + base64.b64encode(bytes(51)).decode(),
    ],
)
def test_a_line_that_is_no_key_is_a_problem(line):
    with pytest.raises(Problem) as caught:
        PublicKey.from_line(line)
    assert caught.value.code == "key-invalid"


def test_digits_as_people_type_them(key):
    typed = key.public.digits.translate(str.maketrans("0123456789", "０１２３４５６７８９")).replace(
        " ", "　- "
    )
    assert parse_digits(typed) == key.public.fingerprint
    assert grouped(parse_digits(key.public.digits)) == key.public.digits
    for bad in ("", key.public.fingerprint[:-1], key.public.fingerprint + "1", "x" * 30, "١" * 30 + "x"):
        with pytest.raises(Problem) as caught:
            parse_digits(bad)
        assert caught.value.code == "digits-unreadable"
        assert caught.value.text


def test_allowed_signers_takes_plain_codes_only(key):
    with pytest.raises(ValueError, match="plain"):
        allowed_signers([("a b", key.public)])
    with pytest.raises(ValueError, match="plain"):
        allowed_signers([("*", key.public)])


def test_namespaces_differ():
    assert len({signing.SUBMISSION, signing.ROUND, signing.RECEIPT, signing.DECISION}) == 4
