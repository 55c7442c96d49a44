//! The keys of a Compose service while it is written.

use crate::scenarios::import::yaml::Yaml;

/// The keys of a service while it is written.
pub(super) struct Keys(pub(super) Vec<(String, Yaml)>);

impl Keys {
    pub(super) fn put(&mut self, key: &str, value: Yaml) {
        match self.0.iter_mut().find(|(other, _)| other == key) {
            Some(entry) => entry.1 = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Adds to a list that may be there, as such or as one text.
    pub(super) fn add_all(&mut self, key: &str, items: Vec<Yaml>) {
        let there = self
            .0
            .iter()
            .position(|(other, _)| other == key)
            .map(|at| self.0.remove(at).1);
        let mut all = match there {
            Some(Yaml::List(list)) => list,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        all.extend(items);
        self.put(key, Yaml::List(all));
    }
}
