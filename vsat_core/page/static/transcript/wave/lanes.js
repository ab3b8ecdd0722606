// A lane for each speaker: when they speak, overlaps included.
const TALL = 14; // pixels of a lane, while there are not more than fit
const ALL = 112; // pixels of all lanes together
const LEAST = 5;

export const laneSize = (count) => ({
  count,
  height: Math.max(LEAST, Math.min(TALL, Math.floor(ALL / Math.max(1, count)))),
});

/**
 * Lanes to draw: {row, colour, striped, turns} with turns in order and joined where they overlap.
 */
export function lanesOf(turns, speakers, colour) {
  const lanes = speakers.map((speaker, row) => ({
    row,
    colour: colour(speaker.colour_index % 8),
    striped: speaker.colour_index >= 8,
    turns: [],
  }));
  for (const { start, end, speaker } of [...turns].sort((a, b) => a.start - b.start)) {
    const mine = lanes[speaker]?.turns;
    if (!mine) continue;
    const last = mine.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else mine.push({ start, end });
  }
  return lanes;
}

const key = ({ start, end, speaker }) => `${start} ${end} ${speaker}`;

/** The seconds where two lists of turns differ: [[from, to], ...]. */
export function differences(before, after) {
  const [old, now] = [new Set(before.map(key)), new Set(after.map(key))];
  const differing = [
    ...before.filter((turn) => !now.has(key(turn))),
    ...after.filter((turn) => !old.has(key(turn))),
  ];
  return differing.map(({ start, end }) => [start, end]);
}
