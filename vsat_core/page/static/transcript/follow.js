// The word that is heard is marked, and the text goes along with it until the reader scrolls away.
export class Follow {
  /** `button` brings the reader back. */
  constructor({ model, view, player, editor, button }) {
    Object.assign(this, { model, view, player, editor, button, on: true, id: null });
    player.addEventListener("time", () => this.update());
    player.addEventListener("pause", () => this.show());
    player.addEventListener("play", () => this.show());
    const away = () => this.leave();
    view.scroller.addEventListener("wheel", away, { passive: true });
    view.scroller.addEventListener("touchmove", away, { passive: true });
    view.scroller.addEventListener(
      "keydown",
      ({ key }) =>
        ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(key) && away(),
    );
    view.scroller.addEventListener("scroll", () => this.later(), { passive: true });
    button.addEventListener("click", () => this.resume());
  }

  update() {
    const word = this.model.wordAt(this.player.time + 0.01);
    const id = word?.id ?? null;
    if (id === this.id) return;
    this.id = id;
    this.view.mark("heard", id === null ? [] : [id]);
    if (word && this.on && !this.editor.open && this.player.playing)
      this.view.reveal(word.index, 0.3);
    this.show();
  }

  leave() {
    if (this.player.playing) this.on = false;
    this.later();
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  show() {
    const word = this.id === null ? null : this.model.word(this.id);
    const lost = Boolean(word) && this.player.playing && !this.on && !this.view.inView(word.index);
    if (word && !this.on && this.view.inView(word.index) && !this.editor.open) this.on = true;
    if (this.button.hidden === lost) this.button.hidden = !lost;
  }

  resume() {
    this.on = true;
    const word = this.id === null ? null : this.model.word(this.id);
    if (word) this.view.reveal(word.index, 0.3);
    this.show();
  }

  /** Play from a word on. */
  hear(word) {
    this.on = true;
    this.player.playFrom(word.start);
  }
}
