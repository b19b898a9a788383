"""Small corpora made in memory, for tests that need a Corpus but no files."""

from __future__ import annotations

import hashlib

from policytext import Corpus
from policytext.contract import empty_table
from policytext.records import count_han


def make_corpus(reports, *, design="sample", name="made", **info) -> Corpus:
    """Return a corpus of reports.

    Parameters
    ----------
    reports
        One dict a report: ``texts`` (list of paragraphs) and any column of documents; a paragraph
        may be a dict with ``text`` and any column of paragraphs.
    """
    sources, documents, paragraphs, ledger = [], [], [], []
    for number, report in enumerate(reports):
        doc_id = report.get("doc_id", f"d{number}")
        source_id = f"{doc_id}.txt"
        position, seq, full = 0, 0, ""
        total = 0
        for para_no, given in enumerate(report["texts"]):
            cell = {"text": given} if isinstance(given, str) else dict(given)
            text = cell.pop("text")
            n_han = count_han(text)
            total += n_han
            row = {
                "doc_id": doc_id,
                "para_no": para_no,
                "section": "",
                "part_of_report": "review",
                "kind": "body",
                "text": text,
                "source_id": source_id,
                "raw_start": position,
                "raw_end": position + len(text),
                "flags": "",
                "n_han": n_han,
                **cell,
            }
            paragraphs.append(row)
            position += len(text)
            full += text + "\n"
            ledger.append(
                {
                    "source_id": source_id,
                    "seq": seq,
                    "place": "outside",
                    "start": position,
                    "end": position + 1,
                    "before": "\n",
                    "after": "",
                    "rules": "between_paragraphs",
                    "certainty": "certain",
                }
            )
            position, seq = position + 1, seq + 1
        province = report.get("province", "")
        year = report.get("year")
        defaults = {
            "doc_id": doc_id,
            "source_id": source_id,
            "part": 1,
            "title": doc_id,
            "genre": "工作报告",
            "doc_type": "报告",
            "level": "province",
            "issuers": "",
            "document_number": "",
            "date_issued": "",
            "period_start": "",
            "period_end": "",
            "year": year,
            "province": province,
            "city": "",
            "county": "",
            "adcode": "",
            "year_certainty": "certain" if year else "unknown",
            "province_certainty": "certain" if province else "unknown",
            "city_certainty": "unknown",
            "county_certainty": "unknown",
            "n_han": total,
            "truncated": False,
            "duplicate_of": "",
            "raw_start": 0,
            "raw_end": position,
            "damage": "",
        }
        documents.append({**defaults, **{k: v for k, v in report.items() if k != "texts"}})
        sources.append(
            {
                "source_id": source_id,
                "file": source_id,
                "member": "",
                "record": "",
                "sha256_bytes": hashlib.sha256(full.encode()).hexdigest(),
                "sha256_text": hashlib.sha256(full.encode()).hexdigest(),
                "encoding": "utf-8",
                "reader": "text",
                "reader_version": "0",
                "n_chars": len(full),
            }
        )
    import pandas as pd

    return Corpus(
        sources=pd.DataFrame(sources),
        documents=pd.DataFrame(documents),
        claims=empty_table("claims"),
        paragraphs=pd.DataFrame(paragraphs),
        ledger=pd.DataFrame(ledger),
        skipped=empty_table("skipped"),
        info={"name": name, "design": design, **info},
    )
