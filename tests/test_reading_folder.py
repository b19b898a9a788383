"""Every file of a folder or archive is read or skipped with a reason; none takes the machine."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made_files as made
import made_office as office
from policytext import read_corpus
from policytext.errors import ParameterError, ReadingError
from policytext.reading.folder import list_files, read_file, read_files, read_zip
from policytext.reading.pages import read_html
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
    assert skipped.member == "图片.png" and "picture" in skipped.reason


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
    assert isinstance(first, bytes) and "unpacks to far more" in second


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


def test_several_folders_and_files_are_one_corpus_called_by_the_folder_they_share(tmp_path):
    for place in ("2023/县/a.txt", "2024/县/a.txt", "2024/b.txt", "c.txt"):
        path = tmp_path / "原始" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"云溪县工作总结\n本年新建卫生室{len(place)}间。\n", "utf-8")
    root = tmp_path / "原始"
    asked = [root / "2023" / "县", root / "2024" / "县", root / "c.txt"]
    corpus = read_corpus(asked, progress=False)
    assert corpus.sources["file"].tolist() == ["2023/县/a.txt", "2024/县/a.txt", "c.txt"]
    assert corpus.info["name"] == "原始"
    onto = read_corpus(iter(asked), out=tmp_path / "out", progress=False)
    assert onto.paragraphs["text"].tolist() == corpus.paragraphs["text"].tolist()
    # a folder and what lies in it hold each file once, also when it is named twice
    twice = read_corpus([root, root / "2024", str(root) + "/"], progress=False)
    assert (
        twice.sources["file"].tolist() == read_corpus(root, progress=False).sources["file"].tolist()
    )
    with pytest.raises(ParameterError, match="there is none"):
        read_corpus([root, tmp_path / "none"], progress=False)
    with pytest.raises(ParameterError, match="an empty list"):
        read_corpus([], progress=False)
    with pytest.raises(ParameterError, match="list of such paths, got int"):
        read_corpus([root, 3], progress=False)
    with pytest.raises(ParameterError, match="outside of the folder"):
        read_corpus([root / "2023", root / "2024"], out=root / "2024" / "x", progress=False)


def said(root, **bounds):
    """Return the reasons of what a walk does not read, by name."""
    return {one[0]: one.reason for one in _listed(root, **bounds) if isinstance(one, Skipped)}


def names(root, **bounds):
    return [one[1] for one in _listed(root, **bounds) if not isinstance(one, Skipped)]


def _listed(root, **bounds):
    return list_files(root, Limits(**bounds))


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights there")
def test_links_and_pipes_are_skipped_with_a_reason(tmp_path):
    root = tmp_path / "reports"
    (root / "inner").mkdir(parents=True)
    (root / "inner" / "a.txt").write_text(SIMPLE, "utf-8")
    (tmp_path / "outside.txt").write_text(SIMPLE, "utf-8")
    for link, target in {
        "again.txt": "inner/a.txt",
        "gone.txt": "nowhere.txt",
        "inner/up": "..",
        "out.txt": "../outside.txt",
        "self.txt": "self.txt",
    }.items():
        (root / link).symlink_to(target)
    os.mkfifo(root / "pipe.txt")
    assert names(root) == ["inner/a.txt"]
    reasons = said(root)
    assert "under its own name" in reasons["again.txt"]
    assert "not there" in reasons["gone.txt"] and "to itself" in reasons["self.txt"]
    assert "that it lies in" in reasons["inner/up"]
    assert "out of the folder" in reasons["out.txt"]
    assert "a pipe" in reasons["pipe.txt"]
    assert len(reasons) == 6


def test_hidden_folders_and_results_of_the_library_are_named_once(tmp_path):
    for folder in (".ipynb_checkpoints", ".git/objects", "__pycache__", "out/tables", "reports"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.txt").write_text(SIMPLE, "utf-8")
    (tmp_path / "out" / "manifest.json").write_text('{"schema_version": 1, "files": {}}', "utf-8")
    (tmp_path / "reports" / "manifest.json").write_text('{"name": "of a browser"}', "utf-8")
    assert names(tmp_path) == ["reports/a.txt", "reports/manifest.json"]
    reasons = said(tmp_path)
    assert set(reasons) == {".git", ".ipynb_checkpoints", "__pycache__", "out"}
    assert "policytext wrote" in reasons["out"] and "hidden" in reasons[".git"]


def test_a_folder_with_hidden_folders_alone_is_empty(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(ReadingError, match="it is empty"):
        list_files(tmp_path)


def test_folders_too_deep_are_skipped(tmp_path):
    deep = tmp_path.joinpath(*"abcd")
    deep.mkdir(parents=True)
    (deep / "z.txt").write_text(SIMPLE, "utf-8")
    assert names(tmp_path, folders=4) == ["a/b/c/d/z.txt"]
    assert names(tmp_path, folders=3) == []
    assert "more than 3 folders deep" in said(tmp_path, folders=3)["a/b/c/d"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may open every folder")
def test_a_folder_that_cannot_be_opened_is_skipped(tmp_path):
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut").chmod(0)
    assert "cannot be opened: Permission" in said(tmp_path)["shut"]
    (tmp_path / "shut").chmod(0o700)


def test_a_folder_that_goes_away_is_skipped(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    whole = os.scandir

    def scandir(path):
        if Path(path).name == "a":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return whole(path)

    monkeypatch.setattr("os.scandir", scandir)
    assert said(tmp_path) == {"a": "the folder cannot be opened: No such file or directory"}


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX systems only")
def test_names_in_other_encodings_are_readable_and_different(tmp_path):
    chinese = "云溪县工作总结.txt"
    for raw in (chinese.encode("gb18030"), chinese.encode(), b"\x80\xff.txt"):
        try:
            (tmp_path / os.fsdecode(raw)).write_text(SIMPLE, "utf-8")
        except OSError:
            pytest.skip("the file system takes UTF-8 names only")
    assert names(tmp_path) == ["\\x80\\xff.txt", "云溪县工作总结 (2).txt", chinese]


def test_limits_on_size_and_length(tmp_path):
    (tmp_path / "a.txt").write_text(SIMPLE * 3, encoding="utf-8")
    (large,) = read_file(tmp_path / "a.txt", "a.txt", limits=Limits(file_bytes=10))
    assert "at most 10 bytes" in large.reason
    (long,) = read_file(tmp_path / "a.txt", "a.txt", limits=Limits(text_chars=10))
    assert "at most 10 characters" in long.reason


def _zip(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def test_one_damaged_member_ends_no_other(tmp_path):
    packed = bytearray(_zip([("a.txt", SIMPLE * 20), ("good.txt", SIMPLE)]))
    packed[45:60] = bytes(15)
    odd = bytearray(_zip([("a.txt", SIMPLE), ("good.txt", SIMPLE)]))
    struct.pack_into("<H", odd, odd.find(b"PK\x01\x02") + 6, 250)
    for name, data in {"stream.zip": packed, "version.zip": odd}.items():
        (tmp_path / name).write_bytes(data)
        found = read_file(tmp_path / name, name)
        assert f"{name}/good.txt" in [one.source_id for one in found if isinstance(one, Source)]


def test_every_part_of_a_members_path_is_looked_at(tmp_path):
    members = [
        ("..\\slip.txt", SIMPLE),
        (".ipynb_checkpoints/a-checkpoint.txt", SIMPLE),
        ("__MACOSX/._a.txt", b"\0"),
        ("inner.zip", _zip([])),
    ]
    (tmp_path / "a.zip").write_bytes(_zip(members))
    found = read_file(tmp_path / "a.zip", "a.zip")
    assert [one.member for one in found if isinstance(one, Source)] == ["../slip.txt"]
    skipped = {one.member: one.reason for one in found if isinstance(one, Skipped)}
    assert set(skipped) == {".ipynb_checkpoints", "__MACOSX", "inner.zip"}
    assert "archive inside of an archive" in skipped["inner.zip"]


def test_a_file_with_another_files_ending_is_named(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"Rar!\x1a\x07\x00" + bytes(20))
    (one,) = read_file(tmp_path / "a.zip", "a.zip")
    assert "it is an archive of WinRAR" in one.reason


def test_what_stands_before_an_archive_is_said(tmp_path):
    made = []
    for name in ("甲.txt", "乙.txt"):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, "某县2021年工作总结\n全县建成医共体两个。\n")
        made.append(held.getvalue())
    (tmp_path / "two.zip").write_bytes(b"".join(made))
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.sources["member"].tolist() == ["乙.txt"]
    (why,) = corpus.skipped["reason"]
    assert "before the archive's first file" in why


def test_many_small_members_are_no_way_round_the_bound_of_expansion(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"{number:02}.txt", "一" * 250_000)
    limits = Limits()
    found = list(read_zip((tmp_path / "bomb.zip").read_bytes(), limits))
    read = [data for _, data in found if isinstance(data, bytes)]
    assert 0 < sum(map(len, read)) <= 10_000_000
    assert all("far more than it holds" in why for _, why in found if isinstance(why, str))


def test_a_tag_of_very_many_attributes_loses_no_text():
    marks = " ".join(f"a{k}=1" for k in range(60_000))
    page = f"<html><body><p {marks}>某县2021年工作总结</p><p>全县建成医共体。</p></body></html>"
    text = read_html(page).text
    assert text.split() == ["某县2021年工作总结", "全县建成医共体。"]


def test_very_many_lines_of_next_to_nothing_are_no_report(tmp_path):
    (tmp_path / "a.txt").write_text("a\n" * 60_000, "utf-8")
    (tmp_path / "b.txt").write_text("\n" * 60_000 + SIMPLE, "utf-8")
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.sources["file"].tolist() == ["b.txt"]
    assert "must hold sentences" in corpus.skipped["reason"].iloc[0]


ROWS = [
    ("省份", "年份", "正文"),
    ("浙江", "2020", "全省推进医改。"),
    ("江西", "2021", "再上新台阶。"),
]


def _as_page(rows):
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<html><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></html>".encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("导出.xls", _as_page(ROWS)),
        ("导出.txt", "\n".join("\t".join(row) for row in ROWS).encode()),
    ],
)
def test_an_export_that_does_not_say_it_is_a_table_is_read_record_by_record(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    found = read_file(tmp_path / name, name)
    assert [(one.text, one.record) for one in found] == [(ROWS[1][2], "1"), (ROWS[2][2], "2")]
    assert found[0].metadata == {"province": "浙江", "year": "2020"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("页面.xls", _as_page([("指标", "完成值"), ("就诊率", "88.1%")])),
        ("记录.txt", "全县\t床位\n推进\t医改\n".encode()),
    ],
)
def test_a_table_without_a_column_of_texts_is_read_as_it_is(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    (found,) = read_file(tmp_path / name, name)
    assert not found.record and found.text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("空.txt", b"", "the file is empty"),
        ("坏.pdf", b"%PDF-1.4\nabc", "it is damaged or cut off: fetch it again"),
    ],
)
def test_what_is_empty_or_cut_off_is_said(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    (found,) = read_file(tmp_path / name, name)
    assert said in found.reason


def test_documents_attached_to_a_message_are_its_members(tmp_path):
    files = [("总结.txt", "全县推进医改。".encode()), ("图.png", b"x")]
    (tmp_path / "a.eml").write_bytes(office.eml_bytes("通知", "请查收。", files))
    mail, attached = read_files(tmp_path)
    assert (attached.member, attached.text) == ("总结.txt", "全县推进医改。")
    assert {row.part for row in mail.left_out} & {"总结.txt", "图.png"} == {"图.png"}
