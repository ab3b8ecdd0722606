// Numbers as they are read: three digits, units, thousands set apart.
const integer = (x) => Math.round(x).toLocaleString("en-GB");
const grouped = (text) => text.replace(/\B(?=(\d{3})+$)/g, ",");
const decimals = (x, n) => {
  // toFixed rounds as the terminal does
  const [units, rest] = x.toFixed(n).split(".");
  return grouped(units) + (rest ? `.${rest}` : "");
};
const digits = (x) => {
  // three of them, as many decimals as that takes
  const size = Math.abs(x);
  return size >= 100 ? integer(x) : decimals(x, size >= 10 ? 1 : size >= 1 ? 2 : 3);
};

function seconds(x) {
  if (Math.abs(x) >= 0.1) return `${digits(x)} s`;
  return Math.abs(x) >= 1e-4 ? `${digits(1000 * x)} ms` : `${digits(1e6 * x)} µs`;
}

// Both ends in the unit of the value between them.
function between(low, high, middle) {
  const [unit, times] = middle >= 0.1 ? ["s", 1] : middle >= 1e-4 ? ["ms", 1e3] : ["µs", 1e6];
  return `${digits(times * low)} to ${digits(times * high)} ${unit}`;
}

function long(x) {
  if (x >= 7200) return `${digits(x / 3600)} hours`;
  return x >= 120 ? `${digits(x / 60)} minutes` : `${integer(x)} s`;
}
const signed = (x, n = 1) => (x > 0 ? "+" : x < 0 ? "−" : "±") + decimals(Math.abs(x), n);
const span = (low, high, say) =>
  low === null || high === null ? "" : `${say(low)} to ${say(high)}`;
const percent = (x) => `${decimals(x, 1)} %`;
const share = (x) => percent(100 * x);
const plural = (n, one, many = `${one}s`) => `${integer(n)} ${n === 1 ? one : many}`;

// What a rate counts: against references, and against what the profile started from writes.
const COUNTS = {
  cpWER: "of the words wrong or given to the wrong speaker",
  WER: "of the words wrong",
  DER: "of the time given to the wrong speaker or to none",
};
const DIFFERS = {
  cpWER: "of the words changed or given to another speaker",
  WER: "of the words changed",
  DER: "of the time given to another speaker or to none",
};

// "1.27 times as fast as default".
const ratio = (x) => (x < 10 ? decimals(x, 2) : digits(x));
const faster = (times, than) => `${ratio(times)} times as fast as ${than}`;
