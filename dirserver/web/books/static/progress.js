// SPDX-License-Identifier: GPL-3.0-or-later
// How far an import is, without loading the page again. Without it the page loads itself.
"use strict";

const bar = document.querySelector("progress[data-ask]");
const ask = async () => {
  try {
    const answer = await fetch(bar.dataset.ask, { credentials: "same-origin" });
    // Whoever is signed out by now is led to the sign-in by the page itself.
    const isRefused = answer.status >= 400 && answer.status < 500;
    const { run, percent } = isRefused || answer.redirected ? {} : await answer.json();
    if (run !== "running") {
      location.reload();
      return;
    }
    bar.value = Math.max(bar.value, percent);
    bar.textContent = `${bar.value} %`;
  } catch {
    // The server may be starting again: it is asked once more.
  }
  setTimeout(ask, 1000);
};
if (bar) setTimeout(ask, 1000);
