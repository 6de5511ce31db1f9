// Offers the device's own zone where the form has another.
"use strict"; // `here` is local-times.js's

{
  const select = document.getElementById("timezone");
  const offer = document.getElementById("zone-offer");
  const nameOf = (zone) => zone.replaceAll("_", " ");
  const minutesAhead = (zone, at) => new Date(at.toLocaleString("en-US", { timeZone: zone })).getTime();
  // Two names of one clock (Europe/Oslo and Europe/Stockholm) are no reason to ask: compared in winter and in summer.
  const same = (one, other) => [0, 6].every((month) => {
    const at = new Date(Date.UTC(new Date().getUTCFullYear(), month, 15));
    return minutesAhead(one, at) === minutesAhead(other, at);
  });
  const tell = () => {
    let differs = false;
    try { differs = Boolean(here) && here !== select.value && !same(here, select.value); } catch { /* a zone that the browser does not know */ }
    offer.hidden = !differs;
  };
  offer.querySelector("span").textContent = offer.dataset.sentence.replace("{zone}", nameOf(here || ""));
  offer.querySelector("button").addEventListener("click", () => {
    if (![...select.options].some((option) => option.value === here)) select.add(new Option(here, here));
    select.value = here;
    tell();
    select.focus();
  });
  select.addEventListener("change", tell);
  tell();
}
