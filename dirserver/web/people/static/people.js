// SPDX-License-Identifier: GPL-3.0-or-later
// What lists of people have besides: a button that prints. Without a script the browser's own menu does it.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
