//! The office's pages over a whole server.
