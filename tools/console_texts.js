// Every text of a page that the program wrote, or a person or a device gave.
() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim().replace(/\s+/g, " ");
    if (text && !node.parentElement.closest("script, style, code, pre, svg, [lang]:not(html), option, textarea")) found.push(text);
  }
  for (const element of document.querySelectorAll("[placeholder], [aria-label], [title]"))
    for (const name of ["placeholder", "aria-label", "title"]) if (element.getAttribute(name)) found.push(element.getAttribute(name));
  return [...new Set([document.title, ...found])];
}
