// What the user does is done here at once and sent to the server in order: batches of operations,
// undo and redo. What cannot be sent is kept and sent later. Fires "state" with {state:
// saved|saving|offline, waiting}, "revision" when the server has answered, "conflict" with the
// operations left out, and "refused".
import { get, post } from "../shared/api.js";
import { isHere, take } from "./answers.js";
import { History } from "./history.js";
import { needs, resolved } from "./operations.js";

const RETRY_MS = [500, 1000, 2000, 5000];
const FRAME_MS = 50; // at most waited for a frame, which a page out of sight has not
const SESSION = Math.random().toString(36).slice(2, 10);

/** Once the next frame is painted. */
const painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, FRAME_MS);
  });

export class Saver extends EventTarget {
  constructor(model, address) {
    super();
    const none = { queue: [], sending: null, failures: 0, batches: 0, state: "saved" };
    Object.assign(this, { model, address, history: new History(model), ...none });
    this.idle = Promise.resolve();
    addEventListener("online", () => this.send());
    addEventListener("beforeunload", (event) => this.waiting && event.preventDefault());
  }

  /** How many changes are not saved yet. */
  get waiting() {
    return this.entries.reduce((count, { operations }) => count + (operations?.length ?? 1), 0);
  }

  get entries() {
    return [this.sending, ...this.queue].filter(Boolean);
  }

  /** Apply operations to the model now and send them. Resolves when they are saved. */
  add(operations) {
    const name = `${SESSION}-${++this.batches}`;
    return this.enqueue({ name, operations, batch: this.history.do(operations) });
  }

  /** Undo or redo: here at once where it is known what was before, else when the server has
   * answered. Gives {touched}, the id of a word; null if there is nothing; or a promise of either.
   * */
  step(kind) {
    if (this.entries.some((entry) => entry.remote)) return this.stepLater(kind);
    if (!this.history.has(kind)) return null;
    const { batch, touched, local } = this.history.step(kind);
    if (local) {
      this.enqueue({ kind, batch });
      return { touched };
    }
    return new Promise((answered) => this.enqueue({ kind, batch, remote: true, answered }));
  }

  async stepLater(kind) {
    await this.send();
    return this.entries.length ? null : this.step(kind);
  }

  enqueue(entry) {
    this.queue.push(entry);
    this.show(this.failures ? "offline" : "saving");
    return this.send();
  }

  show(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, waiting: this.waiting } }));
  }

  /** Send what waits, if nothing is on its way; a promise of the end of it. */
  send() {
    if (this.queue.length && !this.delivering) {
      this.delivering = true;
      this.idle = this.deliver();
    }
    return this.idle;
  }

  async deliver() {
    await painted(); // a change is seen before it is sent
    while (this.queue.length) {
      this.sending = this.queue.shift();
      try {
        this.accept(await this.post(this.sending));
      } catch (error) {
        if (await this.recover(error)) continue;
        this.delivering = false;
        return;
      }
    }
    this.delivering = false;
    this.show("saved");
  }

  post({ kind, name, operations }) {
    const { revision, names } = this.model;
    if (kind) return post(`${this.address}/${kind}`, { revision });
    const sent = operations.map((operation) => resolved(operation, names));
    return post(`${this.address}/edits`, { revision, batch: name, operations: sent });
  }

  accept(answer) {
    const entry = this.sending;
    for (const [i, ids] of (entry.batch.created ?? []).entries()) {
      const known = answer.created?.[i] ?? [];
      ids.slice(0, known.length).forEach((id, k) => this.model.alias(id, known[k]));
    }
    [this.sending, this.failures] = [null, 0];
    const span = this.settle(answer, entry);
    entry.answered?.({ touched: answer.touched ?? this.model.words[span.from]?.id ?? null });
  }

  /**
   * Take over the answer to an entry, or what others changed, but for what waits and has changed it
   * since.
   */
  settle(answer, entry = null) {
    const waiting = this.queue.length > 0;
    const span = take(this.model, waiting ? this.without(answer) : answer);
    const expected = entry && (entry.remote ? !waiting : !span.moved);
    if (!expected) this.history.reset(waiting);
    else if (!entry.kind) entry.batch.toggled.push(...span.toggled);
    this.history.show(waiting ? null : answer);
    this.dispatchEvent(new CustomEvent("revision", { detail: { answer } }));
    return span;
  }

  /** An answer without what waits has changed since: the last answer has it again. */
  without(answer) {
    const ids = this.queue.flatMap(({ batch: { operations = [], created = [] } }) => [
      ...operations.flatMap(({ word, words = [] }) => [word, ...words]),
      ...created.flat(),
    ]);
    const later = new Set(ids.map((id) => this.model.names.get(id) ?? id));
    const columns = answer.words ?? {};
    const kept = (columns.id ?? []).map((id) => !later.has(id));
    const words = Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, values.filter((_, i) => kept[i])]),
    );
    const removed = answer.removed?.filter((id) => !later.has(id));
    return { ...answer, words, removed, paragraphs: null, speakers: null, notes: null };
  }

  /** After an error: true if sending can go on at once. */
  async recover(error) {
    try {
      if (error.status === 409) await this.rebase();
      else if (error.status >= 400 && error.status < 500) await this.refuse(error);
      else return this.later();
    } catch {
      return this.later();
    }
    this.sending = null;
    return true;
  }

  /** Keep what was not sent and try again after a while. */
  later() {
    this.sending.tried = true;
    [this.sending, this.queue] = [null, this.entries];
    const pause = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)];
    this.show("offline");
    setTimeout(() => this.send(), pause);
    return false;
  }

  /** Another tab was first: take its changes, keep those of ours that touch other words. */
  async rebase() {
    const answer = await get(`${this.address}/edits?since=${this.model.revision}`);
    const theirs = new Set([...(answer.words?.id ?? []), ...(answer.removed ?? [])]);
    const isTheirs = (operation) =>
      needs(resolved(operation, this.model.names)).some((id) => theirs.has(id));
    const left = ({ kind, operations }) => (kind ? [{ op: kind }] : operations.filter(isTheirs));
    const dropped = this.entries.flatMap(left);
    const { kind, tried, answered } = this.sending;
    // only the answer was
    const lost = kind && dropped.length === 1 && (tried || isHere(this.model, answer));
    if (lost || !dropped.length) {
      this.queue = lost ? this.queue : this.entries;
      this.settle(answer);
      answered?.(null);
    } else await this.reload(isTheirs);
    if (!lost) this.dispatchEvent(new CustomEvent("conflict", { detail: { answer, dropped } }));
  }

  /** The server will never take this: load what it has. */
  async refuse(error) {
    const refused = this.sending;
    await this.reload((operation) => refused.operations?.includes(operation));
    const operations = refused.operations ?? [{ op: refused.kind }];
    this.dispatchEvent(new CustomEvent("refused", { detail: { error, operations } }));
  }

  /**
   * The whole transcript as the server has it, and on top what waits, but for operations to leave
   * out.
   */
  async reload(isLeftOut) {
    this.adopt(await get(`${this.address}/transcript`), isLeftOut);
  }

  /** Take a whole transcript over. */
  adopt(transcript, isLeftOut = () => false) {
    const { model, entries } = this;
    const waiting = entries
      .filter((entry) => !entry.kind)
      .map((entry) => this.again(entry, isLeftOut));
    this.queue = [];
    model.load(transcript);
    this.history.reset();
    const all = { structure: true, speakers: true, notes: true, turns: true };
    model.changed({ from: 0, to: model.words.length, ...all });
    for (const { answered } of entries) answered?.(null);
    this.dispatchEvent(new CustomEvent("revision", { detail: { answer: transcript } }));
    const names = new Map();
    for (const { operations, created } of waiting.filter((each) => each.operations.length)) {
      this.add(operations.map((operation) => resolved(operation, names)));
      const made = this.queue.at(-1).batch.created;
      created.forEach((ids, i) => ids.forEach((id, k) => names.set(id, made[i][k])));
    }
  }

  /**
   * The operations of an entry that are done again, by the server's ids, and the words that each
   * made.
   */
  again({ operations, batch }, isLeftOut) {
    const kept = operations.map((_, i) => i).filter((i) => !isLeftOut(operations[i]));
    return {
      operations: kept.map((i) => resolved(operations[i], this.model.names)),
      created: kept.map((i) => batch.created[i]),
    };
  }

  /** Another tab saved something: fetch it, unless it is already here. */
  async refresh(revision) {
    await this.idle;
    if (this.waiting || revision <= this.model.revision) return;
    this.settle(await get(`${this.address}/edits?since=${this.model.revision}`));
  }
}
