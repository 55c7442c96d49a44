//! The program `thaotruong`.

fn main() {}
