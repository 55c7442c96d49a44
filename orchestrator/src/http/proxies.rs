//! From which address a request comes where proxies stand in front: the rightmost one that no trusted proxy has.
//!
//! Only what a trusted proxy appended to `X-Forwarded-For` is believed; everything to the left of it is the visitor's own
//! word. Without trusted proxies the header is not looked at.

use std::{net::IpAddr, str::FromStr};

use axum::http::HeaderMap;

/// An address range of proxies: an address, or an address and the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    address: IpAddr,
    length: u32,
}

/// Text that is no address range.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no address and no address range")]
pub struct InvalidRange(String);

impl FromStr for Range {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        let invalid = || InvalidRange(text.to_owned());
        let (address, length) = text.split_once('/').unwrap_or((text, ""));
        let address: IpAddr = address.trim().parse().map_err(|_| invalid())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            "" if text.contains('/') => return Err(invalid()),
            "" => most,
            length => length.parse().map_err(|_| invalid())?,
        };
        if length > most {
            return Err(invalid());
        }
        Ok(Self { address, length })
    }
}

impl Range {
    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.length).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.length).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The visitor's address behind `peer`.
pub(super) fn visitor(peer: IpAddr, headers: &HeaderMap, trusted: &[Range]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.holds(address));
    let mut nearest = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").into_iter();
    let named: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    for name in named.into_iter().rev() {
        if !is_trusted(nearest) {
            break;
        }
        let Ok(address) = name.trim().parse::<IpAddr>() else {
            break;
        };
        nearest = address.to_canonical();
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("header"));
        }
        let trusted: Vec<Range> = trusted
            .iter()
            .map(|text| text.parse().expect("range"))
            .collect();
        visitor(peer.parse().expect("address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_what_a_trusted_proxy_says_is_believed() {
        let proxies = ["10.0.0.0/24", "fd00::/8", "127.0.0.1"];
        for (peer, forwarded, expected) in [
            ("203.0.113.7", vec!["1.1.1.1"], "203.0.113.7"),
            ("10.0.0.9", vec!["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            (
                "10.0.0.9",
                vec!["1.1.1.1", "203.0.113.7, 10.0.0.8"],
                "203.0.113.7",
            ),
            ("fd00::1", vec!["2001:db8::5"], "2001:db8::5"),
            ("::ffff:10.0.0.9", vec!["203.0.113.7"], "203.0.113.7"),
            ("10.0.0.9", vec!["nonsense"], "10.0.0.9"),
            ("127.0.0.1", vec![], "127.0.0.1"),
        ] {
            assert_eq!(
                from(peer, &forwarded, &proxies),
                expected,
                "{peer} {forwarded:?}"
            );
        }
        assert_eq!(from("10.0.0.9", &["1.1.1.1"], &[]), "10.0.0.9");
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0.0/", "proxy", "::1/129"] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
        assert!(
            "0.0.0.0/0"
                .parse::<Range>()
                .expect("range")
                .holds([8, 8, 8, 8].into())
        );
    }
}
