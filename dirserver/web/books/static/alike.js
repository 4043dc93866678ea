// SPDX-License-Identifier: GPL-3.0-or-later
// While a new contact is typed: who may be there already. Without it the same is asked when the form is sent.
"use strict";

const form = document.querySelector("form[data-alike]");
const box = document.getElementById("alike-now");
if (form && box) {
  const list = box.querySelector("ul");
  const line = box.querySelector("template").content.firstElementChild;
  let timer = 0;
  let asked = new AbortController();

  /** Show what the server says of what stands in the form now. */
  const look = async () => {
    asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.alike, { method: "POST", body: new FormData(form), signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const { alike } = await answer.json();
      list.replaceChildren(
        ...alike.map((one) => {
          const made = line.cloneNode(true);
          const link = made.querySelector("a");
          link.href = one.url;
          link.firstElementChild.textContent = one.name;
          made.querySelector(".row-what").textContent = one.why;
          return made;
        }),
      );
      box.hidden = !alike.length;
    } catch (error) {
      if (error.name !== "AbortError") box.hidden = true;
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 400);
  });
}
