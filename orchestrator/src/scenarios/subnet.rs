//! IPv4 address ranges of lab networks.
//!
//! The first host address belongs to the bridge; nodes follow from the second on, in the order in which the author
//! declared them.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use serde::{Deserialize, Serialize};

/// Addresses of a subnet that no node can have: its own, its bridge's and the broadcast address.
pub const RESERVED_ADDRESSES: usize = 3;

/// A range such as `10.71.0.0/28`; the address is always the range's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subnet {
    address: Ipv4Addr,
    prefix: u8,
}

/// A text that is not a subnet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a subnet; write the range's first address and its prefix, such as 10.71.0.0/28"
)]
pub struct InvalidSubnet(String);

impl Subnet {
    /// The range with this first address; `None` if the prefix is above 32 or bits behind the prefix are set.
    #[must_use]
    pub fn new(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        let subnet = Self { address, prefix };
        (prefix <= 32 && address.to_bits() & !subnet.mask() == 0).then_some(subnet)
    }

    /// The range's first address.
    #[must_use]
    pub fn address(self) -> Ipv4Addr {
        self.address
    }

    /// How many leading bits all addresses of the range share.
    #[must_use]
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// How many addresses the range has.
    #[must_use]
    pub fn size(self) -> u64 {
        1 << (32 - u32::from(self.prefix))
    }

    /// How many nodes find a place in the range.
    #[must_use]
    pub fn capacity(self) -> usize {
        usize::try_from(self.size())
            .unwrap_or(usize::MAX)
            .saturating_sub(RESERVED_ADDRESSES)
    }

    /// The longest prefix whose range holds this many nodes.
    #[must_use]
    pub fn prefix_for(nodes: usize) -> u8 {
        (1..=30)
            .rev()
            .find(|prefix| {
                Self {
                    address: Ipv4Addr::UNSPECIFIED,
                    prefix: *prefix,
                }
                .capacity()
                    >= nodes
            })
            .unwrap_or(0)
    }

    /// The address `index` places behind the first, if the range reaches so far.
    #[must_use]
    pub fn host(self, index: u32) -> Option<Ipv4Addr> {
        (u64::from(index) < self.size())
            .then(|| Ipv4Addr::from_bits(self.address.to_bits() | index))
    }

    /// The address of the network's bridge.
    #[must_use]
    pub fn bridge(self) -> Option<Ipv4Addr> {
        self.host(1)
    }

    /// Whether the address lies in the range.
    #[must_use]
    pub fn contains(self, address: Ipv4Addr) -> bool {
        address.to_bits() & self.mask() == self.address.to_bits()
    }

    /// Whether the two ranges share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other.address) || other.contains(self.address)
    }

    fn mask(self) -> u32 {
        u32::MAX
            .checked_shl(32 - u32::from(self.prefix))
            .unwrap_or(0)
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Subnet {
    type Err = InvalidSubnet;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once('/')
            .and_then(|(address, prefix)| Self::new(address.parse().ok()?, prefix.parse().ok()?))
            .ok_or_else(|| InvalidSubnet(text.to_owned()))
    }
}

impl TryFrom<String> for Subnet {
    type Error = InvalidSubnet;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Subnet> for String {
    fn from(subnet: Subnet) -> Self {
        subnet.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subnet(text: &str) -> Subnet {
        text.parse().unwrap()
    }

    #[test]
    fn reads_what_it_writes_and_refuses_bits_behind_the_prefix() {
        for text in ["10.71.0.0/28", "0.0.0.0/0", "192.168.1.7/32"] {
            assert_eq!(subnet(text).to_string(), text);
        }
        for text in ["10.71.0.1/28", "10.71.0.0/33", "10.71.0.0", "x/8", ""] {
            assert!(text.parse::<Subnet>().is_err(), "{text}");
        }
    }

    #[test]
    fn knows_its_hosts() {
        let range = subnet("10.71.0.16/28");
        assert_eq!(range.bridge(), Some(Ipv4Addr::new(10, 71, 0, 17)));
        assert_eq!(range.host(15), Some(Ipv4Addr::new(10, 71, 0, 31)));
        assert_eq!(range.host(16), None);
        assert_eq!(range.capacity(), 13);
        assert_eq!(Subnet::prefix_for(13), 28);
        assert_eq!(Subnet::prefix_for(14), 27);
        assert_eq!(Subnet::prefix_for(0), 30);
    }

    #[test]
    fn finds_overlaps_both_ways() {
        assert!(subnet("10.71.0.0/16").overlaps(subnet("10.71.3.0/24")));
        assert!(subnet("10.71.3.0/24").overlaps(subnet("10.71.0.0/16")));
        assert!(!subnet("10.71.0.0/28").overlaps(subnet("10.71.0.16/28")));
        assert!(subnet("0.0.0.0/0").contains(Ipv4Addr::LOCALHOST));
    }
}
