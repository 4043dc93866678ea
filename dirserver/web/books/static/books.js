// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the pages about books nicer; all of them work without it. Texts come from the page.
"use strict";

/** One tick for all of a page. */
const all = document.getElementById("all");
if (all) {
  const ticks = [...document.querySelectorAll('input[name="entry"]')];
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => ticks.forEach((each) => (each.checked = all.checked)));
  document.addEventListener("change", (event) => {
    if (event.target.name === "entry") all.checked = ticks.every((each) => each.checked);
  });
}

/** What takes a while says so, and isn't sent twice. */
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.busy;
  });
}
