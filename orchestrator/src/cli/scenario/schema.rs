//! `scenario schema`: what editors need to complete and mark errors while an author types.

use std::io::Write as _;

use clap::{Args, ValueEnum, builder::PossibleValue};

use crate::scenarios::schema::File;

/// Which schema.
#[derive(Args)]
pub(in crate::cli) struct Schema {
    /// Loại tệp · kind of file
    #[arg(value_enum, default_value_t = File::Scenario)]
    file: File,
}

impl ValueEnum for File {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl Schema {
    pub(super) fn run(&self) -> anyhow::Result<u8> {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &self.file.schema())?;
        writeln!(out)?;
        Ok(super::FINE)
    }
}
