//! The kinds and levels of units, as the database and the data files write them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! written {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// How it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(()),
                }
            }
        }
    };
}

written! {
    /// What a unit is.
    UnitKind {
        /// A people's committee: of the province or of a commune.
        PeoplesCommittee = "peoples_committee",
        /// A department of the province (sở).
        Department = "department",
        /// An agency of the province beside the departments (ban, ngành).
        Agency = "agency",
        /// The police.
        Police = "police",
        /// A unit under a department: centre, division.
        Subordinate = "subordinate",
        /// An organ of the Party.
        Party = "party",
        /// The Fatherland Front and mass organisations.
        MassOrganisation = "mass_organisation",
        /// A school.
        School = "school",
        /// A hospital or health centre.
        Hospital = "hospital",
        /// An enterprise.
        Enterprise = "enterprise",
    }
}

written! {
    /// The level of administration; districts ended on 1 July 2025 and stand in earlier reports only.
    Level {
        /// The province.
        Province = "province",
        /// The former district.
        District = "district",
        /// The commune: xã, phường, đặc khu.
        Commune = "commune",
    }
}
