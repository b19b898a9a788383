"""What a report is to the stage that describes it."""

from hypothesis import given
from hypothesis import strategies as st

from policytext.origin.claims import ReportView


def test_a_page_title_is_no_title():
    report = ReportView("某局2022年计划3", "", compilation_title="关于某局2022年计划【三篇】")
    assert report.own_title == ""
    assert ReportView("某局2022年计划", "").own_title == "某局2022年计划"


@given(st.text(alphabet="甲 \n\u3000", max_size=30))
def test_filled_lines_stand_where_they_say(text):
    lines = ReportView("", text).filled_lines
    assert all(text[start : start + len(line)] == line and line.strip() for start, line in lines)
    assert "".join("".join(line.split()) for _, line in lines) == "".join(text.split())
