"""A lock says on what a result rests, and which of it changed."""

import pytest

from policytext.data import data_path
from policytext.errors import DamagedFileError, StudyError
from policytext.study.analyses import ANALYSES
from policytext.study.lock import (
    KINDS,
    OF_KIND,
    PARTS,
    changed_components,
    files_digest,
    read_lock,
    responsible,
)


def test_what_acts_through_the_corpus_is_named_when_the_corpus_moved():
    old = {"gazetteer": "a", "paragraphs": "p", "codebook": "c", "analyses": {}}
    new = {"gazetteer": "b", "paragraphs": "p", "codebook": "d", "analyses": {}}
    assert responsible(old, new, "x", "trends") == []
    assert responsible(old, new | {"paragraphs": "q"}, "x", "trends") == ["gazetteer", "paragraphs"]
    assert responsible(old, new, "x", "themes") == ["codebook"]
    assert changed_components(old, new) == ["gazetteer", "codebook"]


def test_locks_of_others_are_refused(tmp_path):
    path = tmp_path / "study.lock"
    path.write_text('{"lock_version": 99}')
    with pytest.raises(StudyError, match="newer policytext"):
        read_lock(path)
    path.write_text("nothing")
    with pytest.raises(StudyError, match="cannot be read"):
        read_lock(path)


def test_every_component_stands_for_files_that_are_there():
    digests = [files_digest(places) for places in PARTS.values()]
    assert len(set(digests)) == len(digests)
    with pytest.raises(DamagedFileError, match="lacks 'nowhere'"):
        files_digest(["nowhere"])


def test_every_stage_belongs_to_a_component():
    stages = {place.parent.name for place in data_path("").parent.glob("*/__init__.py")}
    assert stages - {place for places in PARTS.values() for place in places} == {"data", "plots"}


def test_a_kind_that_rests_on_something_is_a_kind():
    assert set(KINDS) <= set(ANALYSES)
    assert set(KINDS.values()) | {"terms"} == set(OF_KIND)
