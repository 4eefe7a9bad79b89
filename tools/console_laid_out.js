// What is wrong with how a page is laid out in the window as it is now. Only what is visible is looked at.
() => {
  const wrong = [], texts = [], shown = (box) => box.width > 1 && box.height > 1;
  const words = (element) => (element.innerText || element.value || element.getAttribute("aria-label") || "").trim().slice(0, 40);
  const hidden = (element) => element.closest(".hidden, [hidden], .skip, template, noscript, svg, option, datalist")
    || !element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
    || getComputedStyle(element).clipPath !== "none"
    || element.closest("details:not([open])") && !element.closest("summary");
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) wrong.push("wider than the window");
  for (const element of document.querySelectorAll("body *")) {
    if (hidden(element)) continue;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!shown(box)) continue;
    const cuts = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (cuts && own && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2))
      wrong.push(`cut: ${words(element)}`);
    if (style.overflowX === "auto" && !element.matches("textarea, pre, :has(> .matrix)") && element.scrollWidth > element.clientWidth + 1) wrong.push(`scrolls sideways: ${element.className || element.tagName}`);
    const target = element.matches("button, .button, summary, select, input:not([type=checkbox], [type=radio], [type=hidden]), nav a, .tile");
    if (innerWidth < 640 && target && box.height < 43.5) wrong.push(`lower than 44 px (${Math.round(box.height)}): ${words(element)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || hidden(node.parentElement) || node.parentElement.closest("script, style, .top, .side, .drop-body, .save-bar")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (shown(box)) texts.push({ box, node });
  }
  texts.sort((a, b) => a.box.top - b.box.top);
  texts.forEach((one, place) => {
    for (let next = place + 1; next < texts.length && texts[next].box.top < one.box.bottom - 3; next += 1) {
      const other = texts[next];
      if (other.node === one.node) continue;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (wide > 3 && high > 5) wrong.push(`overlaps: ${one.node.data.trim().slice(0, 30)} | ${other.node.data.trim().slice(0, 30)}`);
    }
  });
  return [...new Set(wrong)];
}
