// Entry of every page: htmx for forms and live parts, keyboard shortcuts, notices. Pages work without it where they can.
import "./styles/index.css";
import "htmx.org";
import { startConfirm } from "./confirm";
import { startDetails } from "./details";
import { startDialogs } from "./dialogs";
import { startDrafts } from "./drafts";
import { startFilter } from "./filter";
import { startFollow } from "./follow";
import { startInbox } from "./inbox";
import { startLive } from "./live";
import { startNotices } from "./notices";
import { startRoster } from "./roster";
import { startShortcuts } from "./shortcuts";

startConfirm();
startDetails();
startDialogs();
startDrafts();
startFilter();
startFollow();
startInbox();
startNotices();
startRoster();
startShortcuts();
startLive();

if (document.querySelector("[data-terminal]")) void import("./terminal/index");
if (document.querySelector("[data-replay]")) void import("./terminal/replay");
if (document.querySelector("[data-review]")) void import("./review");
if (document.querySelector("[data-board]")) void import("./board");
if (document.querySelector("[data-wall]")) void import("./wall");
