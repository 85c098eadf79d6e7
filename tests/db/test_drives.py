"""Kinds of drives, by what Linux tells of its devices: scripted trees of /sys and /proc."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from db import drives, workbook
from db.drives import Drive, DriveKind
from db.problems import Problem
from eduapp.services import sticks

DISKS = {
    "sda": ("pci0000:00/0000:00:1f.2/ata1/host0/block/sda", "8:0", "0"),
    "sdb": ("pci0000:00/0000:00:14.0/usb1/1-2/host4/block/sdb", "8:16", "1"),
    "sdc": ("pci0000:00/0000:00:14.0/usb2/2-1/host5/block/sdc", "8:32", "0"),
    "sr0": ("pci0000:00/0000:00:1f.2/ata2/host1/block/sr0", "11:0", "1"),
    "mmcblk0": ("pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0", "179:0", "0"),
    "nvme0n1": ("pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1", "259:0", "0"),
}
"""Name -> where its device lies, its number, its flag `removable`."""
LINE = "{n} 1 {number} / {root} {options},relatime shared:{n} - {system} /dev/x rw\n"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A Linux of that many disks, each with one partition; returns a function that mounts."""
    numbers = tmp_path / "dev" / "block"
    numbers.mkdir(parents=True)
    for place, number, flag in DISKS.values():
        disk = tmp_path / "devices" / place
        part = disk / f"{disk.name}1"
        part.mkdir(parents=True)
        (disk / "removable").write_text(f"{flag}\n")
        (part / "partition").write_text("1\n")
        (numbers / number).symlink_to(disk)
        major, minor = number.split(":")
        (numbers / f"{major}:{int(minor) + 1}").symlink_to(part)
    secret = tmp_path / "devices" / "virtual" / "block" / "dm-0"
    (secret / "slaves").mkdir(parents=True)
    (secret / "slaves" / "sdb1").symlink_to(tmp_path / "devices" / DISKS["sdb"][0] / "sdb1")
    (numbers / "253:0").symlink_to(secret)
    table = tmp_path / "mountinfo"
    monkeypatch.setattr(drives, "MOUNTS", table)
    monkeypatch.setattr(drives, "DEVICES", numbers)

    def mount(*lines):
        told = [
            LINE.format(n=n, number=number, root=root, system=system, options=options)
            for n, (number, root, system, options) in enumerate(lines)
        ]
        table.write_text("".join(told), encoding="utf-8")

    return mount


SYSTEM = ("8:1", "/", "ext4", "rw")
linux = pytest.mark.not_on_windows("scripts what Linux tells of its devices")


@linux
@pytest.mark.parametrize("system", ["vfat", "exfat", "ntfs3", "fuseblk", "ext4"])
def test_a_stick_is_one_whatever_its_file_system(machine, system):
    machine(SYSTEM, ("8:17", "/media/u/U\\040盘", system, "rw"))
    assert drives.sticks() == (Drive(Path("/media/u/U 盘"), DriveKind.REMOVABLE),)


@linux
@pytest.mark.parametrize("system", ["vfat", "exfat", "fuseblk"])
def test_a_fixed_disk_is_none_whatever_its_file_system(machine, system):
    machine(SYSTEM, ("259:1", "/数据", system, "rw"))
    assert drives.sticks() == ()
    assert drives.mounted() == (Drive(Path("/数据"), DriveKind.FIXED),)


@linux
def test_a_disk_on_a_cable_and_a_card_are_plugged_in(machine):
    machine(SYSTEM, ("8:33", "/media/disk", "ntfs3", "rw"), ("179:1", "/media/card", "vfat", "rw"))
    assert {each.root.name: each.kind for each in drives.sticks()} == {
        "disk": DriveKind.EXTERNAL,
        "card": DriveKind.EXTERNAL,
    }


@linux
def test_the_disk_the_system_runs_from_is_no_stick(machine):
    machine(("8:17", "/", "ext4", "rw"), ("8:16", "/data", "ext4", "rw"), ("179:1", "/boot", "vfat", "rw"))
    assert drives.sticks() == ()


@linux
def test_an_encrypted_stick_is_one(machine):
    machine(SYSTEM, ("253:0", "/media/locked", "ext4", "rw"))
    assert [each.kind for each in drives.sticks()] == [DriveKind.REMOVABLE]


@linux
def test_a_share_is_a_share_and_what_has_no_device_is_nothing(machine):
    machine(SYSTEM, ("0:50", "/mnt/nas", "cifs", "rw"), ("0:5", "/proc", "proc", "rw"))
    assert drives.mounted() == (Drive(Path("/mnt/nas"), DriveKind.NETWORK),)


@linux
def test_a_stick_mounted_twice_is_one(machine):
    machine(SYSTEM, ("8:17", "/media/a", "vfat", "rw"), ("8:17", "/run/b", "vfat", "rw"))
    assert [each.root for each in drives.sticks()] == [Path("/media/a")]


@linux
def test_a_write_protected_stick_is_looked_into_and_not_written_on(machine):
    machine(SYSTEM, ("8:17", "/media/a", "vfat", "ro"), ("11:0", "/media/cd", "iso9660", "ro"))
    assert sticks.plugged_in() == (Path("/media/a"), Path("/media/cd"))
    assert sticks.to_write_on() is None
    machine(SYSTEM, ("8:17", "/media/b", "vfat", "rw"), ("8:33", "/media/a", "vfat", "ro"))
    assert sticks.to_write_on() == Path("/media/b")


@linux
def test_the_kind_behind_a_path_is_that_of_its_device(machine, tmp_path, monkeypatch):
    device = tmp_path.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    machine((number, "/", "ext4", "rw"))
    assert drives.kind_of(tmp_path / "not" / "there") is DriveKind.OTHER
    link = drives.DEVICES / number
    for name, kind in (("sda", DriveKind.FIXED), ("sdb", DriveKind.REMOVABLE), ("sdc", DriveKind.EXTERNAL)):
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / "devices" / DISKS[name][0])
        assert drives.kind_of(tmp_path / "not" / "there") is kind
    machine((number, "/", "nfs4", "rw"))
    assert drives.kind_of(tmp_path) is DriveKind.NETWORK


@pytest.mark.parametrize("kind", list(DriveKind))
def test_a_workbook_is_made_and_opened_anywhere_but_on_a_stick(tmp_path, monkeypatch, kind):
    """A disk on a cable stays allowed: many a workbook lies on one."""
    path = tmp_path / "校.edubook"
    monkeypatch.setattr(drives, "kind_of", lambda _path: kind)
    if kind is not DriveKind.REMOVABLE:
        workbook.create(path, {}).close()
        workbook.open_workbook(path).close()
        return
    with pytest.raises(Problem) as caught:
        workbook.create(path, {})
    assert caught.value.code == "workbook-on-stick"
    assert not path.exists()


@pytest.mark.skipif(sys.platform != "win32", reason="the drives of the prefix that ./run windows makes")
def test_windows_tells_its_drives_by_type():
    kinds = {str(each.root): each.kind for each in drives.mounted()}
    assert kinds["C:\\"] is DriveKind.FIXED
    assert {name for name, kind in kinds.items() if kind is DriveKind.REMOVABLE} == {"E:\\", "F:\\"}
    assert drives.kind_of(Path("E:\\not there\\x")) is DriveKind.REMOVABLE
    assert drives.kind_of(Path("D:\\not there\\x")) is DriveKind.FIXED


def test_this_machine_answers():
    for each in drives.mounted():
        assert each.kind in DriveKind
    assert drives.kind_of(Path(__file__)) is not DriveKind.REMOVABLE
