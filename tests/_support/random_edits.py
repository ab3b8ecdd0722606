"""Corrections, undo and redo in a random order, done by a transcript page: what it shows must be
what the server has, and its lines those of a text that is laid out at once.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from tests._support.browser import Tab

SCRIPT = """(async (seed, rounds, waiting) => {
    const { broken } = await import("/static/transcript/lines.js");
    const { model, saver, corrections, acts, view } = vsatPage;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const below = (n) => Math.floor(random() * n);
    const some = (n) => {
        const at = below(model.words.length);
        return model.words.slice(at, at + 1 + below(n));
    };
    const someone = () => model.speakers[below(model.speakers.length)].id;
    const does = {
        retype: () => corrections.retype(some(1)[0], ["one", "two words", "Yes.", ""][below(4)]),
        insert: () => corrections.insertAfter([null, ...some(1)][below(2)], "new words. Here"),
        remove: () => model.words.length > 8 && corrections.remove(some(3)),
        split: () => corrections.split(some(1)[0], 1),
        merge: () => corrections.merge(some(3)),
        several: () => corrections.fixAll(some(6), "a", "b"),
        reassign: () => corrections.reassign(some(9), someone()),
        stranger: () => model.speakers.length < 9 && corrections.reassign(some(3), null),
        rename: () => saver.add([{ op: "rename_speaker", speaker: someone(), name: `N${seed}` }]),
        note: () => saver.add([{ op: "note", start: below(9), text: `note ${seed}` }]),
        undo: () => acts.step("undo"),
        redo: () => acts.step("redo"),
    };
    const kinds = [...Object.keys(does), "undo", "undo", "redo", "redo"];
    const conflicts = [];
    for (const name of ["conflict", "refused"])
        saver.addEventListener(name, ({ detail }) => conflicts.push(`${detail.error?.message}`));
    const wrong = [];
    const calm = async () => {
        do await saver.send(); while (saver.waiting);
    };
    for (let i = 0; i < rounds; i++) {
        const kind = kinds[below(kinds.length)];
        does[kind]();
        if (random() < waiting) await calm();
        const lines = (layout) => JSON.stringify([layout.lines, layout.height]);
        const fresh = broken(model, view.measure, view.sizes);
        if (lines(view.layout) !== lines(fresh)) wrong.push([i, kind]);
    }
    await calm();
    await acts.step("undo");
    await calm();
    const server = await (await fetch(`${saver.address}/transcript`)).json();
    const columns = ["text", "start", "end", "confidence", "speaker", "edited"];
    const ids = model.words.map(({ id }) => model.names.get(id) ?? id);
    const column = (name) => [name, model.words.map((word) => word[name])];
    const here = Object.fromEntries(columns.map(column));
    const opens = model.words.filter((word) => word.opens).map((word) => word.index);
    return {
        wrong, conflicts, revision: model.revision,
        here: { ...here, id: ids, opens, can: [model.canUndo, model.canRedo],
            speakers: model.speakers, notes: model.notes },
        there: { ...server.words, opens: server.paragraphs, can: [server.can_undo, server.can_redo],
            speakers: server.speakers, notes: server.notes },
    };
})"""


def differences(tab: Tab, seed: int, rounds: int, waiting: float) -> dict[str, Any]:
    """Do so many steps; after a share `waiting` of them the page waits until all is saved. What is
    not as it should be, by its name.
    """
    found: dict[str, Any] = tab.run(f"{SCRIPT}({seed}, {rounds}, {waiting})")
    here, there = found["here"], found["there"]
    pairs = {name: zip_longest(here[name], there[name]) for name in here}
    differing = {
        name: [(i, a, b) for i, (a, b) in enumerate(both) if a != b] for name, both in pairs.items()
    }
    few = found["revision"] <= rounds / 2
    differing |= {"lines": found["wrong"], "conflicts": found["conflicts"], "few": [few] * few}
    return {name: values for name, values in differing.items() if values}
