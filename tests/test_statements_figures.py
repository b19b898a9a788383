"""Figures: kinds, periods, certainty, and the cell that goes to Excel and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import ParameterError
from policytext.statements.amounts import Repair, make_reader, read_cell, write_cell

READER = make_reader()


@pytest.mark.parametrize(
    ("clause", "phase", "kinds"),
    [
        ("签约率由60%提高到75%", "reviewed", ["base", "achieved"]),
        ("参保率稳定在95%以上", "planned", ["target"]),
        ("床位增长5%", "reviewed", ["change"]),
        ("新增医生3名、护士5名", "reviewed", ["change", "change"]),
        ("综合排名居全省第3位", "reviewed", ["rank"]),
        ("加强60所卫生院能力建设", "planned", ["base"]),
        ("目标人群4000人", "reviewed", ["base"]),
        ("新建卫生院2所", "planned", ["target"]),
        ("某县床位300张", "", [""]),
    ],
)
def test_kinds(clause, phase, kinds):
    assert [f.kind for f in READER.read(clause, phase=phase)] == kinds


def test_the_period_is_the_nearest_named_in_the_sentence():
    found = READER.read("建成5家", before="截至2024年6月底，", phase="reviewed")
    assert found[0].period == "截至2024年6月底"
    assert READER.read("建成5家", phase="reviewed")[0].period == ""


def test_a_damaged_document_makes_its_figures_less_certain():
    whole = READER.read("共7人", phase="reviewed", damage="masked|year_digits_deleted")[0]
    assert whole.certainty == "likely"
    repaired = READER.read("共10人", phase="reviewed", repairs=[Repair(1, 3, "r", "likely")])[0]
    assert (repaired.mark, repaired.certainty) == ("repaired", "likely")


def test_cells_are_read_back_as_written():
    clause = "签约率由60%提高到75%以上，新建两个县域‹NUM›家、8~10万元、寿命79岁"
    found = READER.read(clause, before="2024年", phase="reviewed")
    cell = write_cell(found)
    assert write_cell(read_cell(cell, READER.scanner)) == cell
    assert [f.value for f in read_cell(cell, READER.scanner)] == [f.value for f in found]


@pytest.mark.parametrize("cell", ["75%", "done: 3家", "target: many", "target 3家"])
def test_other_cells_are_refused(cell):
    with pytest.raises(ParameterError, match="a figure must be written"):
        read_cell(cell, READER.scanner)


@given(st.text(alphabet="医达到0123456789.%万个家年新增由提高至‹NUM›~ 、第位", max_size=40))
def test_any_clause_survives_the_way_to_a_cell_and_back(clause):
    cell = write_cell(READER.read(clause, phase="reviewed"))
    assert write_cell(read_cell(cell, READER.scanner)) == cell
