// A date or text that is filled in chooses its answer; what could not be sent is said beside the form.
"use strict";

document.addEventListener("input", (event) => {
  const chosen = event.target.dataset?.chooses;
  if (!chosen || !event.target.value) return;
  const radio = event.target.form.querySelector(`input[name="value"][value="${CSS.escape(chosen)}"]`);
  if (radio) radio.checked = true;
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const said = event.target.closest("form")?.querySelector("[data-failed]");
    if (said) said.hidden = false;
  });
}
