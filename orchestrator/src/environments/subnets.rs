//! Giving out address ranges to lab networks: out of the configured ranges, as small as the network needs, clear of
//! what the host routes to and of what other networks of the engine use.
//!
//! What is given out stands in the database. It is held here as well, under a mark that changes with every gift and
//! return, so that giving the ten-thousandth costs what the first did: only where the mark is another, because another
//! orchestrator was there since, is everything read again.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use super::{Engine, EnvironmentsError};
use crate::{
    ids::EnvironmentId,
    scenarios::Subnet,
    store::{self, Connection, Database},
};

/// How long the engine's own list is believed. A range that a stranger took since is refused when its network is made,
/// and then another is taken.
const BELIEVED: Duration = Duration::from_secs(10);

/// The ranges of this installation.
#[derive(Default)]
pub(super) struct Ranges {
    given: Mutex<Option<Given>>,
    strangers: Mutex<Option<(Instant, Spans)>>,
}

/// What is given out, as of a mark.
struct Given {
    mark: String,
    spans: Spans,
    /// By prefix: nothing is free below this address.
    from: HashMap<u8, u64>,
}

/// Spans of addresses that do not overlap: first address to the one after the last.
#[derive(Clone, Default)]
struct Spans(BTreeMap<u64, u64>);

impl Ranges {
    /// The ranges of an environment's networks in the order of `sizes`, given out the first time and kept until released.
    ///
    /// # Errors
    /// [`EnvironmentsError::NoRange`] when nothing is left; an engine that is away, or a database that refuses.
    pub async fn allocate(
        &self,
        database: &Database,
        engine: &dyn Engine,
        (ranges, host): (&[Subnet], &[Subnet]),
        environment: EnvironmentId,
        sizes: &[(String, usize)],
    ) -> Result<Vec<Subnet>, EnvironmentsError> {
        for try_again in [true, false] {
            // Asked before the transaction: no engine call inside one.
            let strangers = self.strangers(engine, host).await?;
            let taken = self
                .take(database, ranges, &strangers, environment, sizes)
                .await?;
            if let Some(subnets) = taken {
                return Ok(subnets);
            }
            if try_again {
                // What is believed may be older than what was taken away a moment ago.
                self.doubt().await;
            }
        }
        Err(EnvironmentsError::NoRange {
            networks: sizes.len(),
        })
    }

    /// One try: `None` where nothing is free that overlaps neither what is given out nor `strangers`.
    async fn take(
        &self,
        database: &Database,
        ranges: &[Subnet],
        strangers: &Spans,
        environment: EnvironmentId,
        sizes: &[(String, usize)],
    ) -> Result<Option<Vec<Subnet>>, EnvironmentsError> {
        let mut held = self.given.lock().await;
        let mut transaction = database.begin().await?;
        let mark = store::environments::lock_subnets(&mut transaction).await?;
        // Taken out: whatever fails below leaves nothing that may be wrong.
        let mut given = match held.take().filter(|given| given.mark == mark) {
            Some(given) => given,
            None => Given::read(&mut transaction).await?,
        };
        let before = store::environments::subnets_of(&mut transaction, environment).await?;
        let mut subnets = Vec::with_capacity(sizes.len());
        for (network, nodes) in sizes {
            let kept = before
                .iter()
                .find(|(known, _)| known == network)
                .and_then(|(_, cidr)| cidr.parse().ok());
            let subnet = if let Some(kept) = kept {
                kept
            } else {
                let prefix = Subnet::prefix_for(*nodes);
                let Some(free) = given.take_free(ranges, strangers, prefix) else {
                    return Ok(None);
                };
                let cidr = free.to_string();
                store::environments::take_subnet(&mut transaction, environment, network, &cidr)
                    .await?;
                free
            };
            subnets.push(subnet);
        }
        given.mark = EnvironmentId::new().to_string();
        store::environments::mark_subnets(&mut transaction, &given.mark).await?;
        transaction.commit().await?;
        *held = Some(given);
        Ok(Some(subnets))
    }

    /// Takes an environment's ranges back, and does `also` in the same transaction.
    ///
    /// # Errors
    /// A database that refuses, or what `also` errs with: then nothing is taken back.
    pub async fn release(
        &self,
        database: &Database,
        environment: EnvironmentId,
        also: impl AsyncFnOnce(&mut Connection) -> Result<(), EnvironmentsError>,
    ) -> Result<(), EnvironmentsError> {
        // In this order everywhere: what is held here, then a connection.
        let mut held = self.given.lock().await;
        let mut transaction = database.begin().await?;
        let mark = store::environments::lock_subnets(&mut transaction).await?;
        let given = held.take().filter(|given| given.mark == mark);
        let freed = store::environments::release_subnets(&mut transaction, environment).await?;
        let mark = EnvironmentId::new().to_string();
        store::environments::mark_subnets(&mut transaction, &mark).await?;
        also(&mut transaction).await?;
        transaction.commit().await?;
        *held = given.map(|mut given| {
            for subnet in freed.iter().filter_map(|cidr| cidr.parse().ok()) {
                given.put_back(subnet);
            }
            Given { mark, ..given }
        });
        Ok(())
    }

    /// Asks the engine anew the next time: it refused a range that looked free.
    pub async fn doubt(&self) {
        *self.strangers.lock().await = None;
    }

    /// What the engine lists and the host routes to.
    async fn strangers(
        &self,
        engine: &dyn Engine,
        host: &[Subnet],
    ) -> Result<Spans, EnvironmentsError> {
        let mut known = self.strangers.lock().await;
        if let Some((_, spans)) = known.as_ref().filter(|(at, _)| at.elapsed() < BELIEVED) {
            return Ok(spans.clone());
        }
        let mut spans = Spans::default();
        for subnet in engine.subnets_in_use().await?.iter().chain(host) {
            spans.add(*subnet);
        }
        *known = Some((Instant::now(), spans.clone()));
        Ok(spans)
    }
}

impl Given {
    async fn read(transaction: &mut Connection) -> Result<Self, EnvironmentsError> {
        let mut spans = Spans::default();
        for cidr in store::environments::subnets(transaction).await? {
            if let Ok(subnet) = cidr.parse() {
                spans.add(subnet);
            }
        }
        Ok(Self {
            mark: String::new(),
            spans,
            from: HashMap::new(),
        })
    }

    /// Takes the first range of this prefix that overlaps nothing.
    fn take_free(&mut self, ranges: &[Subnet], strangers: &Spans, prefix: u8) -> Option<Subnet> {
        let from = self.from.get(&prefix).copied().unwrap_or(0);
        let found = first_free(ranges, &[&self.spans, strangers], prefix, from)
            // What lies below may be free again of what is not ours.
            .or_else(|| first_free(ranges, &[&self.spans, strangers], prefix, 0))?;
        self.from.insert(prefix, start(found));
        self.spans.add(found);
        Some(found)
    }

    fn put_back(&mut self, subnet: Subnet) {
        self.spans.0.remove(&start(subnet));
        for from in self.from.values_mut() {
            *from = (*from).min(start(subnet));
        }
    }
}

impl Spans {
    /// Adds a range, together with what it overlaps.
    fn add(&mut self, subnet: Subnet) {
        let (mut first, mut last) = (start(subnet), end(subnet));
        while let Some((from, to)) = self.last_before(last).filter(|(_, to)| *to > first) {
            self.0.remove(&from);
            (first, last) = (first.min(from), last.max(to));
        }
        self.0.insert(first, last);
    }

    /// Where the last span ends that overlaps the addresses from `first` to before `last`.
    fn overlap(&self, first: u64, last: u64) -> Option<u64> {
        let (_, to) = self.last_before(last)?;
        (to > first).then_some(to)
    }

    fn last_before(&self, address: u64) -> Option<(u64, u64)> {
        let (from, to) = self.0.range(..address).next_back()?;
        Some((*from, *to))
    }
}

/// The first range of this prefix, not below the address `from`, that overlaps nothing `used`.
fn first_free(ranges: &[Subnet], used: &[&Spans], prefix: u8, from: u64) -> Option<Subnet> {
    let step = 1_u64 << (32 - u32::from(prefix.clamp(1, 32)));
    ranges
        .iter()
        .filter(|range| range.prefix() <= prefix)
        .find_map(|range| {
            let mut next = start(*range).max(from.next_multiple_of(step));
            while next + step <= end(*range) {
                let in_the_way = used
                    .iter()
                    .filter_map(|spans| spans.overlap(next, next + step))
                    .max();
                match in_the_way {
                    None => return Subnet::new(u32::try_from(next).ok()?.into(), prefix),
                    // Past everything in the way, on the next border of this size.
                    Some(end) => next = end.max(next + step).next_multiple_of(step),
                }
            }
            None
        })
}

fn start(subnet: Subnet) -> u64 {
    u64::from(subnet.address().to_bits())
}

fn end(subnet: Subnet) -> u64 {
    start(subnet) + subnet.size()
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

    fn spans(texts: &[&str]) -> Spans {
        let mut spans = Spans::default();
        for subnet in subnets(texts) {
            spans.add(subnet);
        }
        spans
    }

    #[test]
    fn the_first_gap_is_taken_and_nothing_overlaps() {
        let ranges = subnets(&["10.71.0.0/24"]);
        let used = spans(&["10.71.0.0/28", "10.71.0.32/27"]);
        assert_eq!(
            first_free(&ranges, &[&used], 28, 0),
            Some(subnets(&["10.71.0.16/28"])[0])
        );
        assert_eq!(
            first_free(&ranges, &[&used], 27, 0),
            Some(subnets(&["10.71.0.64/27"])[0])
        );
    }

    #[test]
    fn a_range_that_the_host_routes_to_is_passed_over() {
        let ranges = subnets(&["10.71.0.0/24", "10.72.0.0/24"]);
        let host = spans(&["10.71.0.0/16"]);
        assert_eq!(
            first_free(&ranges, &[&host], 28, 0),
            Some(subnets(&["10.72.0.0/28"])[0])
        );
        assert_eq!(first_free(&ranges[..1], &[&host], 28, 0), None);
    }

    #[test]
    fn what_overlaps_is_one_span() {
        let spans = spans(&[
            "10.71.0.16/28",
            "10.71.0.0/28",
            "10.71.0.0/24",
            "10.71.0.0/27",
        ]);
        assert_eq!(spans.0.len(), 1);
        let free = first_free(&subnets(&["10.71.0.0/23"]), &[&spans], 28, 0);
        assert_eq!(free, Some(subnets(&["10.71.1.0/28"])[0]));
    }

    #[test]
    fn what_comes_back_is_given_again() {
        let mut given = Given {
            mark: String::new(),
            spans: Spans::default(),
            from: HashMap::new(),
        };
        let ranges = subnets(&["10.71.0.0/26"]);
        let take = |given: &mut Given| given.take_free(&ranges, &Spans::default(), 28);
        let all: Vec<Subnet> = std::iter::from_fn(|| take(&mut given)).collect();
        assert_eq!(
            all,
            subnets(&[
                "10.71.0.0/28",
                "10.71.0.16/28",
                "10.71.0.32/28",
                "10.71.0.48/28"
            ])
        );
        given.put_back(all[1]);
        assert_eq!(take(&mut given), Some(all[1]));
        assert_eq!(take(&mut given), None);
    }
}
