// The zone of whoever registers: the browser's own until they choose another, and the event's time in it.
"use strict"; // `here` and `shown` are local-times.js's

for (const select of document.querySelectorAll("select[data-zone-choice]")) {
  const line = document.getElementById("in-that-zone");
  const tell = () => {
    const when = shown(new Date(line.dataset.start), Number(line.dataset.minutes), select.value);
    line.textContent = line.dataset.sentence.replace("{when}", `${when} (${select.value})`);
  };
  if ("detect" in select.dataset && here) {
    if (![...select.options].some((option) => option.value === here)) select.add(new Option(here, here));
    select.value = here;
    tell();
  }
  select.addEventListener("change", tell);
}
