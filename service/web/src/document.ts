// Shows on which words a claim rests, and which claims rest on words: where the pointer or the
// focus is, and for the claim that the address names.

function names(of: Element | null): string[] {
  const mark = of?.closest<HTMLElement>("mark[data-claims]");
  if (mark) return mark.dataset.claims?.split(" ") ?? [];
  const link = of?.closest<HTMLAnchorElement>("sup a");
  const id = link ? link.hash.slice(1) : of?.closest(".claims > li")?.id;
  return id?.startsWith("c-") ? [decodeURIComponent(id.slice(2))] : [];
}

function light(row: Element, lit: string[]): void {
  for (const mark of row.querySelectorAll<HTMLElement>("mark[data-claims]")) {
    const claims = mark.dataset.claims?.split(" ") ?? [];
    mark.classList.toggle("lit", claims.some((name) => lit.includes(name)));
  }
  for (const claim of row.querySelectorAll(".claims > li")) {
    claim.classList.toggle("lit", lit.includes(claim.id.slice(2)));
  }
}

const rows = document.querySelectorAll(".sentences > li");

function lightTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (const row of rows) light(row, row.contains(target) ? names(target) : []);
}

for (const row of rows) {
  for (const event of ["pointerover", "focusin"]) {
    row.addEventListener(event, ({ target }) => light(row, names(target as Element)));
  }
  for (const event of ["pointerleave", "focusout"]) row.addEventListener(event, lightTarget);
}
addEventListener("hashchange", lightTarget);
lightTarget();
