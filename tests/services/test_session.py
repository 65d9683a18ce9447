"""Plants made, opened, kept in step, and samples made once."""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from conftest import Crude
from plants import new_plant, readings, take

from integrity import bootstrap
from integrity.core.dates import days_of
from integrity.core.errors import Cancelled, InputError
from integrity.core.progress import Progress
from integrity.db.models import SettingRecord
from integrity.services.readings import set_quality
from integrity.services.session import today_d


def test_a_new_plant_has_its_site_and_looks_at_today(tmp_path: Path) -> None:
    session = bootstrap.create_plant(tmp_path / "new" / "p.integrity", " Refinery ", "me", name_zh="炼厂")
    assert (session.site, session.author, session.as_of_d) == ("Refinery", "me", today_d())
    assert session.url == str(tmp_path / "new" / "p.integrity")
    assert session.plant().components.n == 0
    session.close()
    again = bootstrap.open_plant(tmp_path / "new" / "p.integrity", "you")
    assert (again.site, again.author) == ("Refinery", "you")
    again.close()


def test_refusals_leave_no_file_behind(tmp_path: Path) -> None:
    for site, author in (("", "me"), ("Site", " ")):
        with pytest.raises(InputError):
            bootstrap.create_plant(tmp_path / "p.integrity", site, author)
        assert not (tmp_path / "p.integrity").exists()
    with pytest.raises(InputError):
        bootstrap.open_plant(tmp_path / "nowhere.integrity", "me")
    bootstrap.create_plant(tmp_path / "p.integrity", "Site", "me").close()
    with pytest.raises(InputError):
        bootstrap.create_plant(tmp_path / "p.integrity", "Site", "me")
    with pytest.raises(InputError):
        bootstrap.open_plant(tmp_path / "p.integrity", "me", site="Another")
    with pytest.raises(InputError):
        bootstrap.open_plant(tmp_path / "p.integrity", "")


def test_the_plant_is_read_once_and_again_after_a_change(tmp_path: Path) -> None:
    session = new_plant(tmp_path)
    first = session.plant()
    assert session.plant() is first
    take(session, readings(tmp_path, "a.csv", "V-1-001,11.8,2010-05-01,S1"))
    second = session.plant()
    assert second is not first and second.readings.n == 1
    other = bootstrap.open_plant(str(session.url), "somebody else")
    set_quality(other, [1], "ignored", "why")
    assert session.plant() is not second and session.plant().readings.quality.tolist() == [2]
    kept = session.plant()
    with session.uow("note_setting") as uow:
        uow.add(SettingRecord(site_id=session.site_id, key="rate.owner_minimum", value=0.05, reason="site rule"))
        uow.commit()
    assert session.plant() is kept
    assert session.settings().number("rate.owner_minimum") == 0.05
    other.close()
    session.close()


def test_a_unit_that_is_not_committed_changes_nothing(tmp_path: Path) -> None:
    session = new_plant(tmp_path)
    with session.uow("note_setting") as uow:
        uow.add(SettingRecord(site_id=session.site_id, key="rate.owner_minimum", value=0.1, reason="x"))
    assert session.settings().number("rate.owner_minimum") == 0.025
    session.close()


def test_the_as_of_day_of_the_site_goes_before_today(tmp_path: Path) -> None:
    session = bootstrap.create_plant(tmp_path / "p.integrity", "Site", "me", as_of_d=days_of("2026-11-01"))
    assert session.as_of_d == days_of("2026-11-01") and session.today_d == today_d()
    assert "site.as_of" not in session.settings().changed
    session.close()


# -- samples -----------------------------------------------------------------------------------------------


def small_samples(folder: Path) -> Path:
    """A sample plant of a few files."""
    files = folder / "samples" / "tiny" / "files"
    files.mkdir(parents=True)
    from plants import CMLS, COMPONENTS, EQUIPMENT, write

    for name, lines in (("01.csv", EQUIPMENT), ("02.csv", COMPONENTS), ("03.csv", CMLS)):
        write(files, name, lines)
    readings(files, "04.csv", "V-1-001,11.8,2010-05-01,S1")
    write(files.parent, "expected.json", ['{"as_of": "2024-02-29"}'])
    return folder / "samples"


def test_a_sample_is_made_once_and_then_opened(tmp_path: Path) -> None:
    samples, data = small_samples(tmp_path), tmp_path / "data"
    told: list[str] = []
    progress = Progress(lambda done, total, message: told.append("" if message is None else message.key), interval_s=0)
    first = bootstrap.open_sample("tiny", "me", data, progress, samples)
    assert (first.as_of_d, first.plant().readings.n) == (days_of("2024-02-29"), 1)
    assert {"import.progress.reading", "import.progress.writing"} <= set(told)
    set_quality(first, [1], "verify", "mine")
    first.close()
    again = bootstrap.open_sample("tiny", "me", data, samples=samples)
    assert again.plant().readings.quality.tolist() == [1]
    again.close()
    assert [p.name for p in (data / "samples").iterdir()] == ["tiny.integrity"]


def test_an_interrupted_first_run_starts_again(tmp_path: Path) -> None:
    samples, data = small_samples(tmp_path), tmp_path / "data"

    class Stop(Progress):
        left = 6

        def step(self, done: int, total: int, message: object = None) -> None:
            self.left -= 1
            if self.left < 0:
                raise Cancelled

    with pytest.raises(Cancelled):
        bootstrap.open_sample("tiny", "me", data, Stop(), samples)
    assert list((data / "samples").iterdir()) == []
    killed = data / "samples" / ".tiny.0badf00d.part"
    shutil.copy(new_plant(tmp_path).url or "", killed)
    session = bootstrap.open_sample("tiny", "me", data, samples=samples)
    assert session.plant().readings.n == 1
    session.close()


def test_what_a_killed_run_left_is_thrown_away(tmp_path: Path) -> None:
    import os

    samples, data = small_samples(tmp_path), tmp_path / "data"
    (data / "samples").mkdir(parents=True)
    for name in (".tiny.0badf00d.part", ".tiny.0badf00d.part-wal"):
        (data / "samples" / name).write_bytes(b"half made")
        os.utime(data / "samples" / name, (0, 0))
    bootstrap.open_sample("tiny", "me", data, samples=samples).close()
    assert [p.name for p in (data / "samples").iterdir()] == ["tiny.integrity"]


def test_the_sample_opens_at_once_the_second_time(crude: Crude, tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    shutil.copy(crude.path, tmp_path / "samples" / "crude_unit.integrity")
    used = []
    for _ in range(3):
        begin = time.process_time()
        session = bootstrap.open_sample("crude_unit", "me", tmp_path)
        used.append(time.process_time() - begin)
        assert session.as_of_d == days_of("2026-11-01")
        session.close()
    assert min(used) < 0.5


def test_samples_are_found_beside_the_package(tmp_path: Path) -> None:
    assert "crude_unit" in bootstrap.sample_names()
    files = bootstrap.sample_folder("crude_unit")
    assert (files / "04_cml_master.csv").is_file()
    assert bootstrap.sample_as_of(files) == days_of("2026-11-01")
    assert bootstrap.sample_as_of(tmp_path) is None
    with pytest.raises(InputError):
        bootstrap.sample_folder("no_such_plant")
    with pytest.raises(InputError):
        bootstrap.open_sample("no_such_plant", "me", tmp_path)


def test_a_file_of_a_newer_program_is_refused_and_stays_as_it_is(crude: Crude, tmp_path: Path) -> None:
    path = tmp_path / "p.integrity"
    shutil.copy(crude.path, path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    with pytest.raises(InputError) as caught:
        bootstrap.open_plant(path, "me")
    assert caught.value.message.key == "db.newer"
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".integrity"] == ["p.integrity"]


def test_the_file_behind_an_address_is_told(tmp_path: Path) -> None:
    assert bootstrap.plant_file(tmp_path / "p.integrity") == tmp_path / "p.integrity"
    assert bootstrap.plant_file("postgresql://host/plant") is None
