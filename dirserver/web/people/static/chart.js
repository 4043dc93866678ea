// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the nested lists of the chart a tree (ARIA Authoring Practices, tree view): one stop for Tab, arrow keys inside.
"use strict";

/** What stands open in a tree, from top to bottom. */
function visible(tree) {
  return [...tree.querySelectorAll("[role=treeitem]")].filter((item) => !item.parentElement.closest("[aria-expanded=false]"));
}

function setOpen(item, isOpen) {
  const below = item.querySelector(":scope > ul");
  if (!below) return;
  item.setAttribute("aria-expanded", String(isOpen));
  below.hidden = !isOpen;
}

function goTo(tree, item) {
  if (!item) return;
  for (const each of tree.querySelectorAll("[role=treeitem]")) each.tabIndex = -1;
  item.tabIndex = 0;
  item.focus();
}

/** Where an item leads: to its person, or to the rest of a long list. */
function linkOf(item) {
  return item.querySelector(":scope > .node-card .node-name, :scope > a");
}

// No aria-labelledby: an item is called what stands in it, without the group below (WCAG 2.5.3).
function makeItem(item) {
  item.setAttribute("role", "treeitem");
  item.tabIndex = -1;
  for (const each of item.querySelectorAll(":scope > .node-card a, :scope > a")) each.tabIndex = -1;
  const below = item.querySelector(":scope > ul");
  if (!below) return;
  below.setAttribute("role", "group");
  const toggle = document.createElement("span");
  toggle.className = "node-toggle";
  toggle.append(document.querySelector(".icon-down").cloneNode(true));
  toggle.addEventListener("click", () => setOpen(item, item.getAttribute("aria-expanded") === "false"));
  item.querySelector(":scope > .node-card").prepend(toggle);
  setOpen(item, true);
}

function walk(tree, event) {
  const item = event.target.closest("[role=treeitem]");
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = visible(tree);
  const at = items.indexOf(item);
  const isOpen = item.getAttribute("aria-expanded");
  const isRtl = getComputedStyle(tree).direction === "rtl";
  const inward = isRtl ? "ArrowLeft" : "ArrowRight";
  const outward = isRtl ? "ArrowRight" : "ArrowLeft";
  if (event.key === "ArrowDown") goTo(tree, items[at + 1]);
  else if (event.key === "ArrowUp") goTo(tree, items[at - 1]);
  else if (event.key === "Home") goTo(tree, items[0]);
  else if (event.key === "End") goTo(tree, items.at(-1));
  else if (event.key === inward && isOpen === "false") setOpen(item, true);
  else if (event.key === inward && isOpen) goTo(tree, item.querySelector("[role=treeitem]"));
  else if (event.key === outward && isOpen === "true") setOpen(item, false);
  else if (event.key === outward) goTo(tree, item.parentElement.closest("[role=treeitem]"));
  else if (event.key === "Enter" && event.target === item) linkOf(item).click();
  else return;
  event.preventDefault();
}

for (const tree of document.querySelectorAll("[data-tree]")) {
  tree.setAttribute("role", "tree");
  [...tree.querySelectorAll("li")].forEach((item) => makeItem(item));
  tree.querySelector("[role=treeitem]").tabIndex = 0;
  tree.addEventListener("keydown", (event) => walk(tree, event));
  for (const hint of document.querySelectorAll("[data-live]")) hint.hidden = false;
}
