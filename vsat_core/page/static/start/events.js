// The server's events. The browser connects again by itself; whatever was missed is then read
// again.
export function events({ opened, ...handlers }) {
  const source = new EventSource("/api/events");
  source.addEventListener("open", opened);
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  return source;
}
