"""Every file of a folder or archive is read or skipped with a reason; none takes the machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made_files as made
from policytext.errors import ParameterError, ReadingError
from policytext.reading.folder import list_files, read_file, read_zip
from policytext.reading.source import Limits, Skipped, Source

SIMPLE = "全县组建两个县域医共体，家庭医生签约服务稳步推进。\n"


def test_zip_names_in_gbk_and_members_of_every_kind(tmp_path):
    files = {
        "报告/一.txt": SIMPLE.encode("gbk"),
        "报告/二.docx": made.docx_bytes(["第二篇报告。"]),
        "图片.png": b"x",
    }
    (tmp_path / "合集.zip").write_bytes(made.zip_bytes(files))
    found = read_file(tmp_path / "合集.zip", "合集.zip")
    assert [s.source_id for s in found if isinstance(s, Source)] == [
        "合集.zip/报告/一.txt",
        "合集.zip/报告/二.docx",
    ]
    (skipped,) = [s for s in found if isinstance(s, Skipped)]
    assert skipped.member == "图片.png" and "not read" in skipped.reason


def test_archives_that_blow_up_are_refused():
    bomb = made.zip_bytes({"a.txt": b"0" * 5_000_000})
    ((_, reason),) = read_zip(bomb, Limits())
    assert "unpacks from" in reason
    many = made.zip_bytes({f"{n}.txt": b"a" for n in range(5)})
    with pytest.raises(ReadingError, match="at most 3 files, got 5"):
        list(read_zip(many, Limits(members=3)))
    ((_, first), (_, second)) = read_zip(
        made.zip_bytes({"a.txt": b"a" * 80, "b.txt": b"b" * 80}), Limits(total_bytes=100)
    )
    assert isinstance(first, bytes) and "unpacks to more than 100" in second


@given(
    st.binary(max_size=300), st.sampled_from([".docx", ".pdf", ".html", ".xlsx", ".zip", ".csv"])
)
def test_garbage_never_ends_in_a_stack_trace(tmp_path_factory, data, ending):
    path = tmp_path_factory.mktemp("garbage") / f"a{ending}"
    path.write_bytes(data)
    for one in read_file(path, path.name):
        assert isinstance(one, Source) or one.reason


def test_folders(tmp_path):
    with pytest.raises(ParameterError, match="there is none"):
        list_files(tmp_path / "none")
    with pytest.raises(ReadingError, match="it is empty"):
        list_files(tmp_path)
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "z.txt").write_text("x")
    (tmp_path / "a.txt").write_text("x")
    assert [name for _, name in list_files(tmp_path)] == ["a.txt", "b/z.txt"]


def test_limits_on_size_and_length(tmp_path):
    (tmp_path / "a.txt").write_text(SIMPLE * 3, encoding="utf-8")
    (large,) = read_file(tmp_path / "a.txt", "a.txt", limits=Limits(file_bytes=10))
    assert "at most 10 bytes" in large.reason
    (long,) = read_file(tmp_path / "a.txt", "a.txt", limits=Limits(text_chars=10))
    assert "at most 10 characters" in long.reason
