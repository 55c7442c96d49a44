//! The fields of the incident reports that trainees file, after forms 03 and 04 of Thông tư 20/2017/TT-BTTTT.
//!
//! What a field is called stands in the catalogue under `form-<id>`, what belongs there under `form-<id>-help`.

use super::ReportForm;

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct FormField {
    /// Its name.
    pub id: &'static str,
    /// Whether several lines fit.
    pub long: bool,
}

const fn short(id: &'static str) -> FormField {
    FormField { id, long: false }
}

const fn long(id: &'static str) -> FormField {
    FormField { id, long: true }
}

/// Mẫu 03: báo cáo ban đầu sự cố.
const INITIAL: &[FormField] = &[
    short("reporter"),
    short("operator"),
    short("owner"),
    short("system"),
    short("level"),
    short("detected-at"),
    long("description"),
    long("signs"),
    long("measures"),
    long("support"),
];

/// Mẫu 04: báo cáo kết thúc ứng phó sự cố.
const FINAL: &[FormField] = &[
    short("reporter"),
    short("initial-code"),
    short("operator"),
    short("owner"),
    short("system"),
    short("level"),
    short("detected-at"),
    long("description"),
    long("cause"),
    long("measures"),
    long("result"),
    long("lessons"),
];

impl ReportForm {
    /// Its fields, in order.
    #[must_use]
    pub const fn fields(self) -> &'static [FormField] {
        match self {
            Self::Initial => INITIAL,
            Self::Final => FINAL,
        }
    }
}
