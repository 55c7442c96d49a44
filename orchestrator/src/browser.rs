//! What a person does in the browser beside reading pages: terminals in nodes, their recordings, the labs' own pages.
//!
//! A terminal's bytes and a lab page's requests reach nodes through the engine alone; there is no other road. Nodes are
//! hostile: whatever comes from one is bytes for its own viewers, never an instruction to the platform.

pub mod commands;
pub mod frames;
pub mod labs;
pub mod nodes;
pub mod recordings;
pub mod terminals;
