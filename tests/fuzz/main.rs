//! No input crashes what reads, and none keeps it for long: real files, changed at random.
//!
//! A bounded run, the same each time, is a test like every other. `make fuzz MINUTES=10` goes on as long as it is told to,
//! from another seed each time, which it prints. What fails is written into a folder with its seed.

#[cfg(test)]
mod mutator;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod targets;
