// Times as they are read: seconds in, text out.
const two = (n) => String(n).padStart(2, "0");

/** 3725.4 -> "1:02:05"; below an hour "2:05". With `digits` decimals of a second. */
export function clock(seconds, digits = 0) {
  const unit = 10 ** digits;
  const total = Math.floor(Math.max(0, seconds) * unit + 1e-6);
  const whole = Math.floor(total / unit);
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const end = digits ? `.${String(total % unit).padStart(digits, "0")}` : "";
  return (hours ? `${hours}:${two(minutes)}:` : `${minutes}:`) + two(rest) + end;
}

/** For speech: "1 hour 2 minutes 5 seconds". */
export function spoken(seconds) {
  const whole = Math.floor(seconds);
  const parts = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ];
  const named = parts.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`);
  return named.join(" ") || "0 seconds";
}

/** 4250 -> "1 h 11 min"; 80 -> "1 min"; 12 -> "12 s". */
export function lasting(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 1 word, 2 words, 40,000 words. */
export const counted = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
