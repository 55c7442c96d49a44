//! What every engine must do, on real ones: each operation, each fault that can be made there, and what must be left
//! when all is over. The same test runs on a Docker Engine and on a Kubernetes cluster; where an engine offers
//! something else by its nature, the test says what.
//!
//! Needs an engine with the images `thaotruong/platform:1` and `thaotruong/checker:1` (`make images`),
//! and a cluster that `KUBECONFIG` names (`tests/kubernetes/up` starts one). Each test has an installation of its own,
//! so that they neither see nor hinder each other or a running program.

#[cfg(test)]
mod basics;
#[cfg(test)]
mod docker;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hands;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod labs;
#[cfg(test)]
#[path = "../src/plans.rs"]
mod plans;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod terminals;
