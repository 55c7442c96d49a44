//! Giving out address ranges to lab networks: out of the configured ranges, as small as the network needs, clear of
//! what the host routes to and of what other networks of the engine use.

use super::EnvironmentsError;
use crate::{
    ids::EnvironmentId,
    scenarios::Subnet,
    store::{self, Connection},
};

/// The ranges of an environment's networks in the order of `sizes`, given out the first time and kept until released.
///
/// # Errors
/// [`EnvironmentsError::NoRange`] when nothing is left, or a database that refuses.
pub(super) async fn allocate(
    transaction: &mut Connection,
    environment: EnvironmentId,
    ranges: &[Subnet],
    taken: &[Subnet],
    sizes: &[(String, usize)],
) -> Result<Vec<Subnet>, EnvironmentsError> {
    store::environments::lock_subnets(transaction).await?;
    let held = store::environments::subnets_of(transaction, environment).await?;
    let given: Vec<String> = store::environments::subnets(transaction).await?;
    let mut used: Vec<Subnet> = given.iter().filter_map(|cidr| cidr.parse().ok()).collect();
    used.extend_from_slice(taken);
    let mut subnets = Vec::with_capacity(sizes.len());
    for (network, nodes) in sizes {
        let kept = held
            .iter()
            .find(|(known, _)| known == network)
            .and_then(|(_, cidr)| cidr.parse().ok());
        let subnet = if let Some(kept) = kept {
            kept
        } else {
            let free = first_free(ranges, &used, Subnet::prefix_for(*nodes));
            let free = free.ok_or(EnvironmentsError::NoRange {
                networks: sizes.len(),
            })?;
            store::environments::take_subnet(transaction, environment, network, &free.to_string())
                .await?;
            used.push(free);
            free
        };
        subnets.push(subnet);
    }
    Ok(subnets)
}

/// The first range of this prefix that overlaps nothing used.
fn first_free(ranges: &[Subnet], used: &[Subnet], prefix: u8) -> Option<Subnet> {
    let step = 1_u64 << (32 - u32::from(prefix.clamp(1, 32)));
    ranges
        .iter()
        .filter(|range| range.prefix() <= prefix)
        .find_map(|range| {
            let first = u64::from(range.address().to_bits());
            let mut next = first;
            while next + step <= first + range.size() {
                let candidate = Subnet::new(u32::try_from(next).ok()?.into(), prefix)?;
                match used
                    .iter()
                    .filter(|other| other.overlaps(candidate))
                    .map(|other| end(*other))
                    .max()
                {
                    None => return Some(candidate),
                    // Past everything in the way, on the next border of this size.
                    Some(end) => next = end.max(next + step).next_multiple_of(step),
                }
            }
            None
        })
}

fn end(subnet: Subnet) -> u64 {
    u64::from(subnet.address().to_bits()) + subnet.size()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subnets(texts: &[&str]) -> Vec<Subnet> {
        texts
            .iter()
            .map(|text| text.parse().expect("a subnet"))
            .collect()
    }

    #[test]
    fn the_first_gap_is_taken_and_nothing_overlaps() {
        let ranges = subnets(&["10.71.0.0/24"]);
        let used = subnets(&["10.71.0.0/28", "10.71.0.32/27"]);
        assert_eq!(
            first_free(&ranges, &used, 28),
            Some(subnets(&["10.71.0.16/28"])[0])
        );
        assert_eq!(
            first_free(&ranges, &used, 27),
            Some(subnets(&["10.71.0.64/27"])[0])
        );
    }

    #[test]
    fn a_range_that_the_host_routes_to_is_passed_over() {
        let ranges = subnets(&["10.71.0.0/24", "10.72.0.0/24"]);
        let host = subnets(&["10.71.0.0/16"]);
        assert_eq!(
            first_free(&ranges, &host, 28),
            Some(subnets(&["10.72.0.0/28"])[0])
        );
        assert_eq!(first_free(&ranges[..1], &host, 28), None);
    }
}
