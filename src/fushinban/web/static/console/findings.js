// Choosing several findings: all of the page at once, and how many are chosen. Without this file each is ticked by hand.
"use strict";

for (const tools of document.querySelectorAll("[data-bulk-tools]")) {
  const form = tools.closest("form");
  const all = tools.querySelector("[data-select-all]");
  const shown = tools.querySelector("[data-selected]");
  const boxes = [...document.querySelectorAll(`input[name="number"][form="${CSS.escape(form.id)}"]`)];
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    shown.textContent = String(chosen);
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  for (const box of boxes) box.addEventListener("change", count);
  window.addEventListener("pageshow", count);
  tools.hidden = boxes.length === 0;
  count();
}
