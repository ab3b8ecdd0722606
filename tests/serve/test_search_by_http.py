"""Search over everything, with what was corrected."""


def test_words_are_found_where_they_are_said(served):
    def found(**query):
        return served.client.get("/api/search", params=query).json()

    key = served.key
    (hit,) = found(q="17*")
    assert (hit["recording"], hit["name"], hit["match"]) == (key, "talk", "176")
    assert hit["speaker"] == "Speaker 2" and hit["before"].endswith("at ") and hit["start"] > 0
    assert len(found(q="at")) == 4
    assert len(found(q="at", speaker="Speaker 1")) == 2
    assert len(found(q='"at 288"', **{"in": key})) == 1
    revision = served.get("transcript")["revision"]
    operations = [
        {"op": "replace", "word": 3, "text": "Okonkwo"},
        {"op": "rename_speaker", "speaker": "1", "name": "Ann"},
    ]
    served.post("edits", {"revision": revision, "operations": operations})
    assert found(q="176") == []
    (hit,) = found(q="okonkwo")
    assert hit["speaker"] == "Ann" and hit["match"] == "Okonkwo"
    assert served.client.get("/api/names").json() == ["Ann"]


def test_a_search_without_words_is_one_line(served):
    for query in ({}, {"q": " "}, {"q": "***"}, {"q": "at", "speaker": "Bob"}):
        answer = served.client.get("/api/search", params=query)
        assert answer.status_code == 400 and answer.json()["error"], query
    assert served.client.get("/api/search", params={"q": "at", "in": "99"}).status_code == 404
