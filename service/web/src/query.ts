// Conveniences only: everything on the page works without this file.
const box = document.querySelector<HTMLTextAreaElement>("#query");
box?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form?.requestSubmit();
});

const find = document.querySelector<HTMLInputElement>("#find");
const none = document.querySelector<HTMLElement>("#none");
const sections = [...document.querySelectorAll<HTMLElement>(".questions section")];
find?.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const section of sections) {
    const heading = section.querySelector("h3")?.textContent ?? "";
    for (const item of section.querySelectorAll("li")) {
      const text = `${item.textContent} ${heading}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  if (none) none.hidden = sections.some((section) => !section.hidden);
});
