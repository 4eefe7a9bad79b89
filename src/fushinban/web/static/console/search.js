// Arrow keys move from the field through the results and back. Without this file Tab does the same.
"use strict";

const field = document.querySelector("[data-search]");
const results = [...document.querySelectorAll("[data-result]")];
document.addEventListener("keydown", (event) => {
  if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = results.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== field && document.activeElement !== document.body) return;
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  if (next >= results.length || (at < 0 && event.key === "ArrowUp")) return;
  event.preventDefault();
  (next < 0 ? field : results[next]).focus();
});
