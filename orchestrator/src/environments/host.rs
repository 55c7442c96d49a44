//! What this machine itself uses of the address space: labs must keep clear of it.

use std::net::Ipv4Addr;

use crate::scenarios::Subnet;

/// Routes of this machine, most of which are its own networks.
const ROUTES: &str = "/proc/net/route";
/// What this machine says of its memory.
const MEMORY: &str = "/proc/meminfo";
/// Bridges of engines begin so; their ranges are told by the engine itself, ours among them.
const BRIDGES: [&str; 3] = ["docker", "br-", super::names::BRIDGE_PREFIX];

/// The ranges that this machine routes, without its default route and without an engine's bridges. Empty where the
/// machine does not say.
#[must_use]
pub fn ranges() -> Vec<Subnet> {
    std::fs::read_to_string(ROUTES)
        .map(|text| parse(&text))
        .unwrap_or_default()
}

/// Bytes of memory that this machine has left; absent where it does not say.
#[must_use]
pub fn memory_available() -> Option<u64> {
    let text = std::fs::read_to_string(MEMORY).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn parse(routes: &str) -> Vec<Subnet> {
    routes
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (interface, address, mask) = (fields.first()?, fields.get(1)?, fields.get(7)?);
            // The kernel prints addresses as the machine keeps them: in network order.
            let number = |text: &str| u32::from_str_radix(text, 16).ok().map(u32::from_be);
            let (address, mask) = (number(address)?, number(mask)?);
            if mask == 0 || BRIDGES.iter().any(|prefix| interface.starts_with(prefix)) {
                return None;
            }
            Subnet::new(
                Ipv4Addr::from(address),
                u8::try_from(mask.leading_ones()).ok()?,
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_without_the_default_one_and_the_bridges() {
        let text = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
            docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n\
            tt-0a-0\t0000470A\t00000000\t0001\t0\t0\t0\tF0FFFFFF\t0\t0\t0\n\
            eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
        assert_eq!(parse(text), ["192.0.2.0/24".parse().unwrap()]);
    }
}
