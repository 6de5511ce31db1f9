// Beside each time: the same on the visitor's own wall, where that shows another.
"use strict";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang; // as the server writes
const sentence = document.body.dataset.yourTime;

function shown(start, minutes, zone) {
  const format = new Intl.DateTimeFormat(language, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
  });
  return format.formatRange(start, new Date(start.getTime() + minutes * 60000));
}

for (const time of document.querySelectorAll("time[data-zone]")) {
  const start = new Date(time.dateTime);
  const minutes = Number(time.dataset.minutes);
  const mine = shown(start, minutes, here);
  if (mine !== shown(start, minutes, time.dataset.zone)) {
    const city = here.split("/").pop().replaceAll("_", " ");
    const line = document.createElement("span");
    line.className = "local-time";
    line.textContent = sentence.replace("{when}", `${mine} (${city})`);
    time.after(line);
  }
}
