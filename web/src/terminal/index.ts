// Entry of the terminal island. It is loaded on pages that hold an element with [data-terminal].
export {};
