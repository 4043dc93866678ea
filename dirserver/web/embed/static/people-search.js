// SPDX-License-Identifier: GPL-3.0-or-later
// <dirserver-people> in your own page: a people search in a frame that grows with what it finds.
//   <script src="https://contacts.example.com/embed/people.js" defer></script>
//   <dirserver-people></dirserver-people>
// Attributes: q (what is searched for at first), label (what screen readers call the frame).
"use strict";

(() => {
  const home = new URL(document.currentScript.src);

  class People extends HTMLElement {
    connectedCallback() {
      if (this.frame) return;
      const address = new URL("/embed/people", home);
      if (this.getAttribute("q")) address.searchParams.set("q", this.getAttribute("q"));
      this.frame = document.createElement("iframe");
      this.frame.title = this.getAttribute("label") || "People search";
      this.frame.loading = "lazy";
      this.frame.referrerPolicy = "origin";
      Object.assign(this.frame.style, { display: "block", width: "100%", height: "4rem", border: "0", colorScheme: "auto" });
      this.frame.src = address.href;
      this.listen = (event) => {
        const height = event.data?.dirserverHeight;
        if (event.origin !== home.origin || event.source !== this.frame.contentWindow || !Number.isFinite(height)) return;
        this.frame.style.height = `${Math.min(Math.max(height, 40), 2000)}px`;
      };
      addEventListener("message", this.listen);
      this.append(this.frame);
    }

    disconnectedCallback() {
      removeEventListener("message", this.listen);
      this.frame?.remove();
      this.frame = null;
    }
  }

  if (!customElements.get("dirserver-people")) customElements.define("dirserver-people", People);
})();
