//! The labs' address ranges: valid, clear of everybody else's, and with room left.

use super::{Report, Verdict};
use crate::{config::Config, environments::host, scenarios::Subnet};

/// Bits of a usual lab network: a bridge and up to 13 nodes.
const USUAL_PREFIX: u8 = 28;
const REMEDY: Option<&str> = Some("doctor-ranges-remedy");

/// Looks at the configured ranges beside those that the engine has given out (`used`), and gives the valid ones.
pub(super) fn look(
    config: &Config,
    used: &[Subnet],
    report: &mut Report,
) -> anyhow::Result<Vec<Subnet>> {
    report.begin("ranges");
    let mut valid: Vec<Subnet> = Vec::new();
    let mut fine = true;
    for text in &config.lab_subnets {
        let Ok(range) = text.parse::<Subnet>() else {
            fine = false;
            report.add(
                "ranges",
                Verdict::Bad,
                "doctor-ranges-invalid",
                &[("range", text.as_str().into())],
                REMEDY,
            )?;
            continue;
        };
        // Ranges inside ours on the engine are labs; one around ours, or the host's own, is somebody else's.
        let others = host::ranges()
            .into_iter()
            .chain(used.iter().copied().filter(|other| !within(range, *other)));
        if let Some(other) = others.into_iter().find(|other| other.overlaps(range)) {
            fine = false;
            let arguments = [
                ("range", range.to_string().into()),
                ("other", other.to_string().into()),
            ];
            report.add(
                "ranges",
                Verdict::Bad,
                "doctor-ranges-bad",
                &arguments,
                REMEDY,
            )?;
        }
        valid.push(range);
    }
    let free: u64 = valid.iter().map(|range| room(*range, used)).sum();
    let ranges = config.lab_subnets.join(", ");
    if free == 0 {
        report.add(
            "ranges",
            Verdict::Bad,
            "doctor-ranges-full",
            &[("ranges", ranges.into())],
            REMEDY,
        )?;
    } else if fine {
        let free = usize::try_from(free).unwrap_or(usize::MAX);
        let arguments = [("ranges", ranges.into()), ("free", free.into())];
        report.add(
            "ranges",
            Verdict::Good,
            "doctor-ranges-good",
            &arguments,
            None,
        )?;
    }
    Ok(valid)
}

fn within(range: Subnet, other: Subnet) -> bool {
    other.prefix() > range.prefix() && range.contains(other.address())
}

/// How many usual networks still fit.
fn room(range: Subnet, used: &[Subnet]) -> u64 {
    let taken: u64 = used
        .iter()
        .filter(|other| within(range, **other))
        .map(|other| other.size())
        .sum();
    range.size().saturating_sub(taken) >> (32 - USUAL_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_what_others_leave() {
        let range = "10.71.0.0/24".parse().unwrap();
        assert_eq!(room(range, &[]), 16);
        let used =
            ["10.71.0.0/28", "10.71.0.64/26", "172.17.0.0/16"].map(|text| text.parse().unwrap());
        assert_eq!(room(range, &used), 11);
    }
}
