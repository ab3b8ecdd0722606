"""Corrections over HTTP: saved at once, undone after a restart, never lost to another tab."""

import sqlite3

import pytest
from starlette.testclient import TestClient

from tests.serve.conftest import BASE, DOOR
from vsat_core.page.application import application
from vsat_core.page.child_run import Bounds
from vsat_core.page.site import Site


def rows_of(columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


class Copy:
    """What a page holds: the words, kept up by the answers alone."""

    def __init__(self, whole):
        self.words = rows_of(whole["words"])
        self.take_facts(whole)

    def take(self, answer):
        """As the page does: words by id, new ones behind the word before them."""
        self.words = [w for w in self.words if w["id"] not in answer["removed"]]
        for new in rows_of(answer["words"]):
            after = new.pop("after")
            known = [w["id"] for w in self.words]
            if new["id"] in known:
                self.words[known.index(new["id"])] = new
            else:
                self.words.insert(0 if after is None else known.index(after) + 1, new)
        self.take_facts(answer)

    def take_facts(self, answer):
        self.revision, self.speakers = answer["revision"], answer["speakers"]
        self.paragraphs = answer.get("paragraphs", getattr(self, "paragraphs", None))

    @property
    def text(self):
        return " ".join(w["text"] for w in self.words)


def edit(served, copy, *operations, **more):
    answer = served.post("edits", {"revision": copy.revision, "operations": operations, **more})
    copy.take(answer)
    return answer


def same(served, copy):
    """The page knows what a page would know that is opened now."""
    fresh = Copy(served.get("transcript"))
    assert copy.words == fresh.words
    assert copy.speakers == fresh.speakers and copy.paragraphs == fresh.paragraphs
    assert copy.revision == fresh.revision


STEPS = [
    ([{"op": "replace", "word": 1, "text": "Okonkwo"}], "at Okonkwo at 176 at 288 at 400"),
    ([{"op": "insert", "after": 1, "text": "and so"}], "at 64 and so at 176 at 288 at 400"),
    ([{"op": "insert", "after": None, "text": "well"}], "well at 64 at 176 at 288 at 400"),
    ([{"op": "delete", "words": [0, 1, 7]}], "at 176 at 288 at"),
    ([{"op": "split", "word": 3, "at": 1}], "at 64 at 1 76 at 288 at 400"),
    ([{"op": "merge", "words": [2, 3]}], "at 64 at176 at 288 at 400"),
    ([{"op": "reassign", "words": [0], "speaker": "1"}], "at 64 at 176 at 288 at 400"),
    ([{"op": "reassign", "words": [4, 5], "speaker": None}], "at 64 at 176 at 288 at 400"),
    ([{"op": "rename_speaker", "speaker": "1", "name": "<b>Ann</b>"}], None),
    ([{"op": "merge_speakers", "speakers": ["1", "0"]}], None),
    (
        [
            {"op": "replace", "word": 0, "text": "on"},
            {"op": "replace", "word": 2, "text": "on"},
            {"op": "delete", "words": [7]},
        ],
        "on 64 on 176 at 288 at",
    ),
]


def first_of(value):
    return value[0]["op"] if isinstance(value, list) else ""


@pytest.mark.parametrize(("operations", "text"), STEPS, ids=first_of)
def test_each_operation_and_back(served, operations, text):
    copy = Copy(served.get("transcript"))
    before = copy.text
    edit(served, copy, *operations)
    assert copy.text == (text or before)
    same(served, copy)
    after = [dict(w) for w in copy.words], copy.speakers
    copy.take(served.post("undo", {"revision": copy.revision}))
    assert copy.text == before
    same(served, copy)
    copy.take(served.post("redo", {"revision": copy.revision}))
    assert ([dict(w) for w in copy.words], copy.speakers) == after
    same(served, copy)


def test_what_an_edit_made_is_named(served):
    copy = Copy(served.get("transcript"))
    answer = edit(
        served,
        copy,
        {"op": "insert", "after": 1, "text": "one two"},
        {"op": "replace", "word": 1, "text": "three"},
    )
    ids = [w["id"] for w in copy.words]
    assert answer["created"] == [ids[2:4], []]
    stepped = served.post("undo", {"revision": copy.revision})
    assert stepped["touched"] == 1 and set(stepped["removed"]) == set(ids[2:4])


def test_speakers_and_turns_follow(served):
    copy = Copy(served.get("transcript"))
    edit(served, copy, {"op": "rename_speaker", "speaker": "0", "name": "Ann"})
    edit(served, copy, {"op": "reassign", "words": [4, 5], "speaker": "1"})
    assert [s["name"] for s in copy.speakers] == ["Ann", "Speaker 2"]
    turns = served.get("turns")
    words = {w["id"]: w for w in copy.words}
    assert [t["speaker"] for t in turns] == [0, 1, 1, 1]
    assert (turns[2]["start"], turns[2]["end"]) == (words[4]["start"], words[5]["end"])
    edit(served, copy, {"op": "merge_speakers", "speakers": ["1", "0"]})
    assert [s["name"] for s in copy.speakers] == ["Ann"] and copy.paragraphs == [0]
    assert {t["speaker"] for t in served.get("turns")} == {0}
    assert "Ann" in served.client.get("/api/names").json()


def test_notes(served):
    copy = Copy(served.get("transcript"))
    edit(served, copy, {"op": "note", "start": 0.01, "text": "<i>ask</i>"})
    answer = edit(served, copy, {"op": "bookmark", "start": 0.02, "text": ""})
    assert [(n["kind"], n["text"]) for n in answer["notes"]] == [
        ("note", "<i>ask</i>"),
        ("bookmark", ""),
    ]
    answer = edit(served, copy, {"op": "remove_note", "note": answer["notes"][0]["id"]})
    assert [n["kind"] for n in answer["notes"]] == ["bookmark"]
    answer = served.post("undo", {"revision": copy.revision})
    assert len(answer["notes"]) == 2


def test_two_tabs_do_not_overwrite_each_other(served):
    first, second = (Copy(served.get("transcript")) for _ in range(2))
    edit(served, first, {"op": "replace", "word": 1, "text": "first"})
    late = {"revision": second.revision, "operations": [{"op": "delete", "words": [3]}]}
    address = f"/api/recordings/{served.key}/edits"
    refused = served.client.post(address, json=late)
    assert refused.status_code == 409 and refused.json()["revision"] == first.revision
    since = served.client.get(address, params={"since": second.revision}).json()
    second.take(since)
    same(served, second)
    edit(served, second, {"op": "delete", "words": [3]})
    first.take(served.client.get(address, params={"since": first.revision}).json())
    assert first.text == second.text == "at first at at 288 at 400"


def test_a_batch_that_is_sent_twice_is_done_once(served):
    copy = Copy(served.get("transcript"))
    body = {
        "revision": copy.revision,
        "batch": "b1",
        "operations": [{"op": "insert", "after": 1, "text": "new"}],
    }
    once = served.post("edits", body)
    twice = served.post("edits", body)  # the first answer was lost
    assert twice["words"] == once["words"] and twice["revision"] == once["revision"]
    assert Copy(served.get("transcript")).text.count("new") == 1


def test_a_killed_server_has_lost_nothing(served, place):
    copy = Copy(served.get("transcript"))
    edit(served, copy, {"op": "replace", "word": 1, "text": "kept"}, batch="b7")
    edit(served, copy, {"op": "delete", "words": [7]})
    key = served.key
    other = Site.of(place / "out", Bounds())  # the first was told nothing of an end
    headers = {"Authorization": f"Bearer {DOOR.token}"}
    with TestClient(application(other, DOOR), base_url=BASE, headers=headers) as client:
        address = f"/api/recordings/{key}"
        fresh = Copy(client.get(f"{address}/transcript").json())
        assert fresh.words == copy.words
        undone = client.post(f"{address}/undo", json={"revision": fresh.revision}).json()
        fresh.take(undone)
        assert fresh.text == "at kept at 176 at 288 at 400"
        body = {"revision": 0, "batch": "b7", "operations": []}
        again = client.post(f"{address}/edits", json=body)
        assert again.status_code == 200  # known, and not done again
        assert Copy(client.get(f"{address}/transcript").json()).text == fresh.text
    # a page that was open all the time catches up, on either
    address = f"/api/recordings/{key}/edits"
    copy.take(served.client.get(address, params={"since": copy.revision}).json())
    assert copy.words == fresh.words
    # the first server sees what the other did
    assert Copy(served.get("transcript")).text == fresh.text


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "word": 99, "text": "x"},
        {"op": "replace", "word": 1, "text": " "},
        {"op": "remove", "word": 1},
        {"op": "delete", "words": []},
        {"op": "split", "word": 1, "at": 0},
        {"op": "rename_speaker", "speaker": "9", "name": "x"},
        {"op": "merge_speakers", "speakers": ["0"]},
        {"op": "replace", "word": 1, "text": "x", "more": 1},
        {},
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(served, operation):
    copy = Copy(served.get("transcript"))
    good = {"op": "replace", "word": 0, "text": "on"}
    body = {"revision": copy.revision, "operations": [good, operation]}
    answer = served.client.post(f"/api/recordings/{served.key}/edits", json=body)
    assert answer.status_code == 400 and answer.json()["error"], answer.text
    same(served, copy)


def test_a_library_that_is_damaged_while_it_is_served_is_built_again(served):
    words = served.get("transcript")["words"]
    base = sqlite3.connect(served.site.shelf.library.path)
    base.execute("UPDATE passage SET numbers = X'00'")
    base.commit()
    base.close()
    client = TestClient(served.client.app, raise_server_exceptions=False)
    client.headers, client.base_url = served.client.headers, served.client.base_url
    served.site.editing._open.clear()  # as if it were opened first
    answer = client.get(f"/api/recordings/{served.key}/transcript")
    assert answer.status_code == 503 and "built again" in answer.json()["error"]
    assert served.get("transcript")["words"] == words
