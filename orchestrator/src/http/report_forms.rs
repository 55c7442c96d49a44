//! The fields of the incident reports that trainees file, after forms 03 and 04 of Thông tư 20/2017/TT-BTTTT.
//!
//! What a field is called stands in the catalogue under `form-<id>`, what belongs there under `form-<id>-help`.

use crate::scenarios::ReportForm;

/// A field.
#[derive(Clone, Copy, Debug)]
pub(super) struct FormField {
    /// Its name.
    pub(super) id: &'static str,
    /// Whether several lines fit.
    pub(super) long: bool,
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

/// The fields of a form, in order.
pub(super) const fn fields(form: ReportForm) -> &'static [FormField] {
    match form {
        ReportForm::Initial => INITIAL,
        ReportForm::Final => FINAL,
    }
}
