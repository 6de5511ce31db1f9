// Hours as people type them, "9-12, 13:30-16", as minutes [a, b) of a day: b passes 1440 where they pass midnight.
// What is read and written here is what the server reads and writes.
"use strict";

const DAY = 1440;
const CLOCK = "(?:kl\\.?\\s*)?(\\d{1,2})(?:[:.](\\d\\d))?\\s*([ap]\\.?m\\.?)?";
const WINDOW = new RegExp(`^${CLOCK}\\s*[-–—]\\s*${CLOCK}$`, "i");

function minuteOf(hours, minutes, half, last) {
  let hour = Number(hours);
  const minute = Number(minutes || 0);
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0);
  }
  return minute > 59 || hour > 24 || (hour === 24 && (minute || !last)) ? null : hour * 60 + minute;
}

// The windows of a text; null where it is not understood.
function windowsOf(text) {
  const windows = [];
  for (const piece of text.split(/[,;\n]/).map((each) => each.trim()).filter(Boolean)) {
    const match = WINDOW.exec(piece);
    if (!match || Boolean(match[3]) !== Boolean(match[6])) return null;
    const start = minuteOf(match[1], match[2], match[3], false);
    const end = minuteOf(match[4], match[5], match[6], true);
    if (start === null || end === null || start === end) return null;
    windows.push([start, end > start ? end : end + DAY]);
  }
  return joined(windows);
}

function textOf(windows) {
  return windows.map(([start, end]) => `${clockOf(start)}-${end === DAY ? "24" : clockOf(end % DAY)}`).join(", ");
}

function clockOf(minute) {
  const hour = String(Math.floor(minute / 60)).padStart(2, "0");
  return minute % 60 ? `${hour}:${String(minute % 60).padStart(2, "0")}` : hour;
}

// In order, and one where they overlap or touch, unless that would pass what one start and one end can say.
function joined(windows) {
  const union = [];
  for (const [low, high] of [...windows].sort((one, other) => one[0] - other[0])) {
    const last = union[union.length - 1];
    const end = last ? Math.max(last[1], high) : high;
    if (last && low <= last[1] && (end - last[0] < DAY || (last[0] === 0 && end === DAY))) last[1] = end;
    else union.push([low, high]);
  }
  return union;
}

function without(windows, from, to) {
  return windows.flatMap(([low, high]) => [[low, Math.min(high, from)], [Math.max(low, to), high]])
    .filter(([low, high]) => low < high);
}
