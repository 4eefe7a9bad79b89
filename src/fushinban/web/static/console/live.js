// Live parts of a page: puts what the server sends into the elements it names. Without it the page is loaded by hand.
"use strict";

for (const place of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(place.dataset.live);
  source.addEventListener("parts", (event) => {
    for (const [id, html] of Object.entries(JSON.parse(event.data))) {
      const target = document.getElementById(id);
      if (!target) continue;
      const focused = target.contains(document.activeElement) ? document.activeElement.id : "";
      target.innerHTML = html;
      if (window.htmx) window.htmx.process(target);
      if (focused) document.getElementById(focused)?.focus();
    }
  });
  source.addEventListener("over", () => {
    source.close();
    window.location.reload();
  });
  window.addEventListener("pagehide", () => source.close());
}
