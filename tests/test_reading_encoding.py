"""Which encoding is found, and what is said where none fits?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import ReadingError
from policytext.reading.encoding import decode, decode_name

SIMPLE = "全县组建两个县域医共体，家庭医生签约服务稳步推进。\n"
TRADITIONAL = "全縣組建兩個縣域醫療共同體，家庭醫生簽約服務穩步推進。\n"


@pytest.mark.parametrize(
    ("text", "encoding", "stated"),
    [
        (SIMPLE, "utf-8", "utf-8"),
        (SIMPLE, "utf-8-sig", "utf-8-sig"),
        (SIMPLE, "gb18030", "gb18030"),
        (SIMPLE, "gbk", "gb18030"),
        (SIMPLE[:3], "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (SIMPLE, "utf-16", "utf-16"),
        (SIMPLE + "2021\n", "utf-16-le", "utf-16-le"),
        (SIMPLE + "2021\n", "utf-16-be", "utf-16-be"),
        ("a\r\nb\r", "ascii", "utf-8"),
    ],
)
def test_text_is_decoded_and_the_encoding_stated(text, encoding, stated):
    assert decode(text.encode(encoding)) == (text, stated)


@given(st.text(alphabet=st.characters(codec="gb18030"), max_size=60))
def test_utf8_is_never_taken_for_something_else(text):
    assert decode(text.encode("utf-8"))[0] in (text, text.removeprefix("\ufeff"))


def test_text_that_does_not_decode_is_an_error_not_a_guess():
    with pytest.raises(ReadingError, match="decode in none of them"):
        decode(bytes(range(128, 256)) * 3)
    with pytest.raises(ReadingError, match="begins as utf-8-sig but does not decode"):
        decode(b"\xef\xbb\xbf\xff\xff")


@pytest.mark.parametrize("zeros", [1, 20, 5000])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_zero_bytes_around_a_text_do_not_make_it_utf_16(zeros, encoding):
    padded = bytes(zeros) + (SIMPLE * 3).encode(encoding) + bytes(zeros)
    text, found = decode(padded)
    assert (text.strip("\0"), found) == (SIMPLE * 3, encoding)
    assert text.count("\0") == 2 * zeros  # they stand in the text, so the ledger names them


def test_the_byte_that_breaks_a_text_is_named():
    with pytest.raises(ReadingError, match="as UTF-8 up to byte 6, which is 0xff"):
        decode("医共".encode() + b"\xff\xff\xff\x80\xff")
    with pytest.raises(ReadingError, match="it is a picture"):
        decode(b"\xff\xd8\xff\xe0" + bytes(range(128, 256)))


def test_names_in_gbk_that_are_good_utf_8_by_chance():
    assert decode_name("图片.png".encode("gbk")) == "图片.png"
    assert decode_name("总结.txt".encode()) == "总结.txt"


@pytest.mark.parametrize("name", ["hz", "utf-7", "iso2022_jp_2", "utf-32-le", "utf-32-be"])
def test_chinese_in_rare_encodings_is_read(name):
    text = "全县建成三个中心，工作有序推进。\n" * 3
    assert decode(text.encode(name, "ignore"))[1] == name


@pytest.mark.parametrize("text", ["a ~{b~} c", "1+abcdefgh-2", "plain words +AAAAAAAA-", "\x1b$B"])
def test_words_of_ascii_stay_what_they_are(text):
    assert decode(text.encode()) == (text, "utf-8")


def test_a_text_whose_bytes_turn_is_refused():
    data = "全县".encode("utf-16") + b"\xfe\xff" + "医院".encode("utf-16-be")
    with pytest.raises(ReadingError, match="change their order"):
        decode(data)


@pytest.mark.parametrize(("one", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_file_put_together_from_two_encodings_is_read_line_by_line(one, other):
    pasted = "二、下一步打算，新建服务站。\n"
    assert decode((SIMPLE * 3).encode(one) + pasted.encode(other) + SIMPLE.encode(one)) == (
        SIMPLE * 3 + pasted + SIMPLE,
        "utf-8|gb18030",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_that_breaks_off_within_a_character_keeps_the_rest(encoding):
    assert decode((SIMPLE * 3).strip().encode(encoding)[:-1])[0] == (SIMPLE * 3)[:-2] + "\ufffd"
