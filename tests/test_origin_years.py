"""Years and their roles."""

from policytext.origin.describing import ReportView
from policytext.origin.period import year_hints


def roles(title, text, **more):
    return {(h.year, h.role) for h in year_hints(ReportView(title, text, **more))}


def test_roles():
    text = "2021年,我局完成任务。\n二、2022年工作安排\n某局\n2022年1月5日"
    assert roles("2021年总结", text) == {
        (2021, "title"),
        (2021, "review"),
        (2022, "plan"),
        (2022, "issue"),
    }


def test_page_titles_and_cited_documents_say_nothing():
    assert roles("某局2022年计划3", "", compilation_title="关于某局2022年计划【三篇】") == set()
    assert roles("总结", "印发《2018年度考核总结办法》") == set()


def test_only_han_numerals_survive_collapsed_years():
    damage = frozenset({"years_collapsed"})
    assert roles("2023年总结", "某局\n二〇一八年三月一日", damage=damage) == {(2018, "issue")}
