// Asks before what cannot be undone: a form with data-confirm="id of a dialog" opens that dialog first; its button with
// value "yes" sends the form. Without script the form is sent at once, and the server asks on a page of its own.

export function startConfirm(): void {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const dialog = document.getElementById(form.dataset.confirm ?? "");
      if (!(dialog instanceof HTMLDialogElement) || form.dataset.confirmed === "yes") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      dialog.addEventListener(
        "close",
        () => {
          if (dialog.returnValue !== "yes") return;
          form.dataset.confirmed = "yes";
          form.requestSubmit(submitter instanceof HTMLElement ? submitter : null);
          delete form.dataset.confirmed;
        },
        { once: true },
      );
      dialog.returnValue = "";
      dialog.showModal();
    },
    true,
  );
}
