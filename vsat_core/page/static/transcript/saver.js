// Operations go to the server as they are made, in order, one batch at a time; what cannot be sent is kept and sent
// later. Fires "state" with {state: saved|saving|offline, waiting}, and "conflict" with the operations left out.
import { get, post } from "../shared/api.js";
import { take } from "./answers.js";
import { applied } from "./operations.js";

const RETRY_MS = [500, 1000, 2000, 5000];
const SESSION = Math.random().toString(36).slice(2, 10);

/** The operation with ids that the server gave in place of provisional ones; lists and single ids. */
function resolved(operation, names) {
  const one = (id) => names.get(id) ?? id;
  const copy = { ...operation };
  for (const key of ["word", "after", "note"]) if (key in copy) copy[key] = one(copy[key]);
  if (Array.isArray(copy.words)) copy.words = copy.words.map(one);
  return copy;
}

/** The words and notes that an operation needs. */
const needs = ({ word, after, words = [], note }) =>
  [word, after, note, ...words].filter((id) => id !== undefined && id !== null);

/** An answer without what waiting operations have changed since. */
function without(answer, operations) {
  const later = new Set(operations.flatMap(needs));
  const columns = answer.words ?? {};
  const kept = (columns.id ?? []).map((id) => !later.has(id));
  const words = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values.filter((_, i) => kept[i])]),
  );
  return { ...answer, words, paragraphs: null };
}

export class Saver extends EventTarget {
  constructor(model, address) {
    super();
    Object.assign(this, {
      model,
      address,
      queue: [],
      sending: null,
      names: new Map(),
      failures: 0,
      batches: 0,
      state: "saved",
    });
    this.idle = Promise.resolve();
    addEventListener("online", () => this.send());
    addEventListener("beforeunload", (event) => this.waiting && event.preventDefault());
  }

  get waiting() {
    return this.queue.length + (this.sending?.length ?? 0);
  }

  /** Apply operations to the model now and send them. Resolves when they are saved. */
  add(operations) {
    for (const operation of operations)
      this.queue.push({ operation, created: applied(this.model, operation) });
    this.show(this.failures ? "offline" : "saving");
    return this.send();
  }

  resolved({ operation }) {
    return resolved(operation, this.names);
  }

  show(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, waiting: this.waiting } }));
  }

  /** Send what waits, if nothing is on its way; a promise of the end of it. */
  send() {
    if (!this.sending && !this.stepping && this.queue.length) {
      this.idle = this.deliver();
    }
    return this.idle;
  }

  async deliver() {
    while (this.queue.length) {
      this.sending = this.queue.splice(0, this.takeable());
      this.batch ??= `${SESSION}-${++this.batches}`;
      try {
        const operations = this.sending.map((entry) => this.resolved(entry));
        const body = { revision: this.model.revision, batch: this.batch, operations };
        this.accept(await post(`${this.address}/edits`, body));
      } catch (error) {
        if (!(await this.recover(error))) return;
      }
    }
    this.show("saved");
  }

  /** How many waiting operations can go together: up to one that needs a word made by an earlier one. */
  takeable() {
    const fresh = new Set();
    for (const [i, { operation, created }] of this.queue.entries()) {
      if (needs(operation).some((id) => fresh.has(id))) return i;
      created.forEach((id) => fresh.add(id));
    }
    return this.queue.length;
  }

  accept(answer) {
    this.sending.forEach(({ created }, i) => {
      (answer.created?.[i] ?? []).forEach((id, k) => {
        if (!created[k]) return;
        this.names.set(created[k], id);
        this.model.alias(created[k], id);
      });
    });
    [this.sending, this.batch, this.failures] = [null, null, 0];
    this.settle(answer);
  }

  /** Take an answer over, but for words that operations still waiting have changed since. */
  settle(answer) {
    const before = this.model.revision;
    take(
      this.model,
      this.queue.length
        ? without(
            answer,
            this.queue.map((entry) => this.resolved(entry)),
          )
        : answer,
    );
    this.dispatchEvent(new CustomEvent("revision", { detail: { before, answer } }));
  }

  /** After an error: true if sending can go on at once. */
  async recover(error) {
    const unsent = this.sending;
    this.sending = null;
    if (error.status === 409) return this.rebase(unsent);
    if (error.status >= 400 && error.status < 500) return this.refuse(unsent, error);
    return this.later(unsent);
  }

  /** Keep operations and try again after a while. */
  later(unsent) {
    this.queue.unshift(...unsent);
    const pause = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)];
    this.show("offline");
    setTimeout(() => this.send(), pause);
    return false;
  }

  /** Another tab was first: take its changes, keep those of ours that touch other words. */
  async rebase(unsent) {
    const all = [...unsent, ...this.queue];
    this.batch = null;
    try {
      const answer = await get(`${this.address}/edits?since=${this.model.revision}`);
      const theirs = new Set([...(answer.words?.id ?? []), ...(answer.removed ?? [])]);
      const dropped = all.filter((entry) => needs(this.resolved(entry)).some((id) => theirs.has(id)));
      this.queue = all.filter((entry) => !dropped.includes(entry));
      if (dropped.length) await this.reload();
      else this.settle(answer);
      this.dispatchEvent(
        new CustomEvent("conflict", { detail: { answer, dropped: dropped.map((e) => e.operation) } }),
      );
      return true;
    } catch (error) {
      this.queue = [];
      return this.later(all);
    }
  }

  /** The server will never take these: load what it has. */
  async refuse(unsent, error) {
    this.batch = null;
    this.dispatchEvent(
      new CustomEvent("refused", { detail: { error, operations: unsent.map((e) => e.operation) } }),
    );
    await this.reload();
    return true;
  }

  /** The whole transcript as the server has it, and what waits once more on top. */
  async reload() {
    this.adopt(await get(`${this.address}/transcript`));
  }

  /** Take a whole transcript over. */
  adopt(transcript) {
    const { model } = this;
    model.load(transcript);
    model.changed({
      from: 0,
      to: model.words.length,
      structure: true,
      speakers: true,
      notes: true,
      turns: true,
    });
    this.dispatchEvent(new CustomEvent("revision", { detail: { answer: transcript } }));
    for (const entry of this.queue) entry.created = applied(model, this.resolved(entry));
  }

  /** Undo or redo on the server, once all is saved, one at a time; its answer, or null. */
  step(kind) {
    const before = this.steps;
    this.steps = (async () => {
      await before?.catch(() => null);
      await this.send();
      const possible = kind === "undo" ? this.model.canUndo : this.model.canRedo;
      return this.waiting || !possible ? null : this.stepNow(kind);
    })();
    return this.steps;
  }

  async stepNow(kind) {
    this.stepping = true;
    this.show("saving");
    try {
      const answer = await post(`${this.address}/${kind}`, { revision: this.model.revision });
      const span = take(this.model, answer);
      this.show("saved");
      this.dispatchEvent(new CustomEvent("revision", { detail: { answer } }));
      return { ...answer, span };
    } catch (error) {
      if (error.status === 409) {
        await this.rebase([]);
        this.show("saved");
        return null;
      }
      this.show(error.status ? "saved" : "offline");
      throw error;
    } finally {
      this.stepping = false;
      this.send();
    }
  }

  /** Another tab saved something: fetch it, unless it is already here. */
  async refresh(revision) {
    await Promise.allSettled([this.idle, this.steps]);
    if (this.waiting || revision <= this.model.revision) return;
    this.settle(await get(`${this.address}/edits?since=${this.model.revision}`));
  }
}
