//! One team's environment as it would be: the plan and the values that a seed gives, on a server where nothing runs.

use anyhow::Context as _;

use crate::{
    config::Config,
    ids::EnvironmentId,
    scenarios::{Definition, EnvironmentPlan, PlanInput, Seed, Subnet, Values},
};

/// What a team would get.
pub(super) struct Example {
    pub(super) plan: EnvironmentPlan,
    pub(super) values: Values,
}

impl Example {
    /// The environment of a number: the same for the same number, another one for another.
    pub(super) fn new(
        definition: &Definition,
        config: &Config,
        number: u64,
    ) -> anyhow::Result<Self> {
        let mut bytes = [0; 32];
        for (byte, from) in bytes.iter_mut().rev().zip(number.to_le_bytes()) {
            *byte = from;
        }
        let seed = Seed(bytes);
        let text = config.lab_subnets.first().context("lab_subnets")?;
        let range: Subnet = text.parse().context("lab_subnets")?;
        let subnets = subnets(&definition.network_sizes(), range, number)
            .with_context(|| format!("lab_subnets: {range}"))?;
        let input = PlanInput {
            environment: EnvironmentId(uuid::Uuid::from_u128(u128::from(number))),
            seed: &seed,
            subnets: &subnets,
            addresses: None,
        };
        Ok(Self {
            plan: definition.plan(&input)?,
            values: definition.values(&input)?,
        })
    }
}

/// A part of the range for each network: as if environments of this scenario lay in it side by side, and this were the
/// one of the number, counted from 1 and from the start again where the range ends.
fn subnets(sizes: &[(String, usize)], range: Subnet, number: u64) -> Option<Vec<Subnet>> {
    let largest = sizes.iter().map(|(_, nodes)| *nodes).max().unwrap_or(0);
    let prefix = Subnet::prefix_for(largest);
    let width = 1_u64 << (32 - u32::from(prefix));
    let networks = sizes.len().max(1) as u64;
    let rooms = range.size() / width / networks;
    let room = number.saturating_sub(1).checked_rem(rooms)?;
    (0..sizes.len() as u64)
        .map(|index| {
            let offset = u32::try_from((room * networks + index) * width).ok()?;
            Subnet::new(range.host(offset)?, prefix)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn teams_lie_side_by_side() {
        let sizes = [("a".to_owned(), 5), ("b".to_owned(), 2)];
        let range = "10.71.0.0/26".parse().unwrap();
        let of = |number| {
            let subnets = subnets(&sizes, range, number).unwrap();
            subnets.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(of(1), ["10.71.0.0/29", "10.71.0.8/29"]);
        assert_eq!(of(2), ["10.71.0.16/29", "10.71.0.24/29"]);
        assert_eq!(of(5), of(1));
        assert!(subnets(&sizes, "10.71.0.0/29".parse().unwrap(), 1).is_none());
    }
}
