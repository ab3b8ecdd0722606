// Numbers as they are read: three digits, units, thousands set apart.
const whole = (x) => Math.round(x).toLocaleString("en-GB");
const grouped = (text) => text.replace(/\B(?=(\d{3})+$)/g, ",");
const decimals = (x, n) => { // toFixed rounds as the terminal does
  const [units, rest] = x.toFixed(n).split(".");
  return grouped(units) + (rest ? `.${rest}` : "");
};
const digits = (x) => { // three of them, as many decimals as that takes
  const size = Math.abs(x);
  return size >= 100 ? whole(x) : decimals(x, size >= 10 ? 1 : size >= 1 ? 2 : 3);
};

function seconds(x) {
  if (x >= 0.1) return `${digits(x)} s`;
  return x >= 1e-4 ? `${digits(1000 * x)} ms` : `${digits(1e6 * x)} µs`;
}

// Both ends in the unit that the value between them is told in.
function between(low, high, middle) {
  const [unit, times] = middle >= 0.1 ? ["s", 1] : middle >= 1e-4 ? ["ms", 1e3] : ["µs", 1e6];
  return `${digits(times * low)} to ${digits(times * high)} ${unit}`;
}

function long(x) {
  if (x >= 7200) return `${digits(x / 3600)} hours`;
  return x >= 120 ? `${digits(x / 60)} minutes` : `${whole(x)} s`;
}
const signed = (x, n = 1) => (x > 0 ? "+" : x < 0 ? "−" : "±") + decimals(Math.abs(x), n);
const span = (low, high, say) => (low === null || high === null ? "" : `${say(low)} to ${say(high)}`);
const percent = (x) => `${decimals(x, 1)} %`;
const share = (x) => percent(100 * x);
const plural = (n, one, many = `${one}s`) => `${whole(n)} ${n === 1 ? one : many}`;

// "7.4 times as fast as baseline", or how it is not.
function faster(found, than) {
  if (found.tie || found.verdict === "tie") return `as fast as ${than}, as far as can be told`;
  return found.times_faster >= 1 ? `${digits(found.times_faster)} times as fast as ${than}`
    : `slower than ${than}: it takes ${digits(1 / found.times_faster)} times as long`;
}

const interval = (found) => {
  const said = span(found.low, found.high, digits);
  return said ? `95 % interval ${said} times` : "too few pairs for an interval";
};
