// Stands inline in embed.html only, behind scripts/first-screen.js: puts on the colours that the
// page around wants, before anything is painted and whenever `data-theme` changes. Which colours
// are dark stands once, in the style; here the conditions of those rules are switched, also of
// rules that come later.
{
  const root = document.documentElement;
  const conditions = new Map();
  const wear = () => {
    const theme = root.dataset.theme;
    const chosen = theme === "dark" || theme === "light";
    root.style.colorScheme = chosen ? theme : "";
    for (const sheet of document.styleSheets) {
      for (const { media } of sheet.cssRules) {
        if (!media) continue;
        if (!conditions.has(media)) conditions.set(media, media.mediaText);
        const own = conditions.get(media);
        const wanted = chosen
          ? own.replace(/\(prefers-color-scheme: (\w+)\)/g, (_, it) => (it === theme ? "(min-width: 0px)" : "(max-width: 0px)"))
          : own;
        if (media.mediaText !== wanted) media.mediaText = wanted;
      }
    }
  };
  const theme = new URL(location).searchParams.get("theme");
  if (theme) root.dataset.theme = theme;
  wear();
  new MutationObserver(wear).observe(root, { attributeFilter: ["data-theme"] });
  document.addEventListener("load", wear, true);
}
