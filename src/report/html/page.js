"use strict";
(() => {
  const form = document.querySelector("form");
  const changes = [...document.querySelectorAll(".change")].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
    action: element.dataset.action,
    classes: element.dataset.classes.split(" "),
  }));
  const filter = () => {
    const words = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, text, action, classes } of changes) {
      const fits =
        words.every((word) => text.includes(word)) &&
        (!form.action_word.value || form.action_word.value === action) &&
        (!form.class_word.value || classes.includes(form.class_word.value));
      element.hidden = !fits;
      shown += fits;
    }
    form.querySelector("output").textContent = `${shown} of ${changes.length}`;
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  form.hidden = false;
  filter();
  // Browsers that cannot style closed details print them closed.
  addEventListener("beforeprint", () => {
    for (const { element } of changes) element.open = true;
  });
})();
