//! Images on a real engine and in a real registry: built once and only once, never half, pushed and pulled with proof.
//!
//! Needs a Docker Engine with the image `thaotruong/platform:1`, and Debian's package `docker-registry`. What is built
//! here has names of its own and goes again.

#[cfg(test)]
mod building;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod sending;
