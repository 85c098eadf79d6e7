"""The runner of public test vectors, over vectors of our own: it sees right and wrong."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from pathlib import Path

import pytest

from eduapp.exchange.canonical import write_json
from eduapp.exchange.container import write_container
from eduapp.exchange.sealing import lock, new_identity, seal
from eduapp.exchange.signing import WriterKey, _to_be_signed, raw_signature_fits, verify
from tests.vectors.__main__ import main

TEXT = "清河县 submission".encode()


def ed25519(folder, *tests, pk):
    group = {"publicKey": {"curve": "edwards25519", "pk": pk.hex()}, "tests": list(tests)}
    vectors = {"schema": "eddsa_verify_schema_v1.json", "testGroups": [group]}
    (folder / "ed25519_test.json").write_text(json.dumps(vectors), "utf-8")


def case(number, message, signature, result):
    return {"tcId": number, "comment": "", "msg": message.hex(), "sig": signature.hex(), "result": result}


def kit(folder, name, expect, body, identity=None, *, compressed=False):
    head = {"expect": expect, "payload": hashlib.sha256(TEXT).hexdigest()}
    head |= {"identity": identity.secret} if identity else {"passphrase": "password"}
    head |= {"compressed": "zlib"} if compressed else {}
    lines = "".join(f"{name}: {value}\n" for name, value in head.items())
    path = folder / "testdata" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(lines.encode() + b"\n" + (zlib.compress(body) if compressed else body))


@pytest.fixture
def sample(tmp_path):
    """A folder with vectors of every kind, made by our own writers and by hand; all of them agree."""
    key = WriterKey(bytes(range(32)))
    good = key._private.sign(TEXT)
    ed25519(
        tmp_path,
        case(1, TEXT, good, "valid"),
        case(2, TEXT + b".", good, "invalid"),
        case(3, TEXT, good[:-1], "invalid"),
        pk=key.public.raw,
    )
    ours, other = new_identity(), new_identity()
    sealed = seal(TEXT, [ours.recipient])
    kit(tmp_path, "x25519", "success", sealed, ours)
    kit(tmp_path, "packed", "success", sealed, ours, compressed=True)
    kit(tmp_path, "stranger", "no match", sealed, other)
    kit(tmp_path, "cut", "payload failure", sealed[:-1], ours)
    kit(tmp_path, "scrypt", "success", lock(TEXT, "password"))
    parsing = tmp_path / "test_parsing"
    parsing.mkdir()
    for name, data in {
        "y_ours.json": write_json({"学校": ["甲", 1, None]}),
        "y_spaced.json": b'{"a" : 1}',
        "n_comma.json": b"[1,]",
        "n_deep.json": b"[" * 100_000,
        "i_surrogate.json": b'["\\uD800"]',
    }.items():
        (parsing / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as packed:
        packed.writestr("../SHA256SUMS", "x")
    (tmp_path / "short.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "README.md").write_text("no vector", "utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_folder_of_vectors_is_counted_by_kind(sample, capsys):
    assert main([str(sample)]) == 0
    said = capsys.readouterr().out
    counts = [line.split()[-3:] for line in said.splitlines() if line.split()[-1] == "0"]
    assert counts == [["3", "3", "0"], ["5", "5", "0"], ["5", "5", "0"], ["2", "2", "0"]]
    for words in (
        "    2  invalid, refused",
        "    2  success, opened to the same bytes",
        "    1  success for age, not taken here by design: passphrase (scrypt)",
        "    2  also: y_ content read in our spelling",
        "    2  refused (damaged)",
    ):
        assert words in said
    assert "VIOLATION" not in said


def wrong_signature(folder):
    key = WriterKey(bytes(range(32)))
    ed25519(folder, case(7, TEXT, key._private.sign(TEXT), "invalid"), pk=key.public.raw)
    return "test 7"


def wrong_verdict(folder):
    ed25519(folder, case(8, TEXT, bytes(64), "valid"), pk=WriterKey(bytes(range(32))).public.raw)
    return "test 8"


def opened_though_it_must_fail(folder):
    ours = new_identity()
    kit(folder, "hmac_bad", "HMAC failure", seal(TEXT, [ours.recipient]), ours)
    return "hmac_bad: must be refused"


def opened_to_other_bytes(folder):
    ours = new_identity()
    kit(folder, "other", "success", seal(b"other", [ours.recipient]), ours)
    return "other: opened to other bytes"


def refused_and_not_pinned(folder):
    kit(folder, "stanza_empty_body", "success", b"age-encryption.org/v1\n", new_identity())
    return "stanza_empty_body: must open"


def pinned_and_opened(folder):
    ours = new_identity()
    kit(folder, "armor_x25519", "success", seal(TEXT, [ours.recipient]), ours)
    return "armor_x25519: opened, but listed"


def no_json_that_is_read(folder):
    (folder / "n_ours.json").write_bytes(write_json([1]))
    return "n_ours.json: is no JSON"


def zip_that_is_read(folder):
    files = dict.fromkeys(("SHA256SUMS.sig", "SHA256SUMS", "datapackage.json"), b"x")
    (folder / "ours.zip").write_bytes(write_container(files))
    return "ours.zip: was read"


@pytest.mark.parametrize(
    "planted",
    [
        wrong_signature,
        wrong_verdict,
        opened_though_it_must_fail,
        opened_to_other_bytes,
        refused_and_not_pinned,
        pinned_and_opened,
        no_json_that_is_read,
        zip_that_is_read,
    ],
)
def test_a_disagreement_is_named_and_fails_the_run(tmp_path, planted, capsys):
    expected = planted(tmp_path)
    assert main([str(tmp_path)]) == 1
    assert "VIOLATION: " in capsys.readouterr().out.split(expected)[0].splitlines()[-1]


def test_a_key_of_small_order_is_refused_and_noted(tmp_path, capsys):
    ed25519(tmp_path, case(1, TEXT, bytes(64), "valid"), pk=(1).to_bytes(32, "little"))
    assert main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "note: ed25519_test.json test 1: the key is refused" in said
    assert "our key check takes no such key" in said


def test_a_newer_kit_is_left_out(tmp_path, capsys):
    kit(tmp_path, "later", "success", b"", new_identity())
    path = tmp_path / "testdata" / "later"
    path.write_bytes(b"expect: success\nnovelty: 1\n\n")
    assert main([str(tmp_path)]) == 0
    assert "of a newer kit" in capsys.readouterr().out


def test_a_folder_without_vectors_is_said(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "no test vectors found" in capsys.readouterr().out
    assert main([str(Path(tmp_path) / "nowhere")]) == 2


def test_the_check_of_the_vectors_is_the_one_of_files():
    key = WriterKey.generate()
    armor = key.sign("submission@eduapp", TEXT)
    assert verify(armor, "submission@eduapp", TEXT) == key.public
    blob_signature = key._private.sign(_to_be_signed("submission@eduapp", TEXT))
    assert raw_signature_fits(key.public.raw, blob_signature, _to_be_signed("submission@eduapp", TEXT))
    assert not raw_signature_fits(key.public.raw, blob_signature, TEXT)
    assert not raw_signature_fits(bytes(32), blob_signature, TEXT)
