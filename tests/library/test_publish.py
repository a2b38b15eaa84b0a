"""A published version never changes; a change is seen."""

import pytest

from shelterbelt.library.publish import differences, on_the_shelf, published, with_new

ONE, OTHER = "1" * 64, "2" * 64


def test_every_file_on_the_shelf_is_as_it_was_published():
    assert differences(on_the_shelf(), published()) == ()


@pytest.mark.parametrize("path", sorted(on_the_shelf()))
def test_one_changed_byte_without_a_new_version_is_seen(path):
    now = on_the_shelf()
    version, _ = now[path]
    (line,) = differences(now | {path: (version, ONE)}, published())
    assert line.startswith(path)
    assert "new version" in line


def test_a_new_version_is_asked_to_be_published_and_then_stands_beside_the_old_one():
    locked = {"a.yaml": {"1": ONE}}
    now = {"a.yaml": ("2", OTHER)}
    assert differences(now, locked) == ("a.yaml: version 2 is not published yet",)
    assert with_new(now, locked) == {"a.yaml": {"1": ONE, "2": OTHER}}
    assert differences(now, with_new(now, locked)) == ()


def test_publishing_again_never_replaces_a_digest():
    assert with_new({"a.yaml": ("1", OTHER)}, {"a.yaml": {"1": ONE}}) == {"a.yaml": {"1": ONE}}


def test_a_published_file_that_is_gone_is_seen():
    assert differences({}, {"a.yaml": {"1": ONE}}) == ("a.yaml: published and gone",)
