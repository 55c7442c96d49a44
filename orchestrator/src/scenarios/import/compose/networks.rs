//! A service's place in networks: which it joins, and every name under which others find it there.

use super::{DEFAULT_NETWORK, Source, keys::Keys};
use crate::scenarios::{
    Message, compose,
    import::{Fate, ledger::Given, yaml::Yaml},
};

impl Source<'_> {
    /// The networks with all further names of the service.
    pub(super) fn networks_of(&self, given: &Given<'_>, old: &str, id: &str, keys: &mut Keys) {
        let mut aliases: Vec<String> = self
            .aliases
            .get(old)
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        if let Some(name) = given.get("container_name") {
            let text = self.text(&name).unwrap_or_default();
            if text == id {
                name.taken(format_args!("compose.yaml: services.{id}"));
            } else {
                name.changed(Message::new("import-compose-container-name"));
                aliases.push(text);
            }
        }
        let mode = given.get("network_mode");
        if let Some(mode) = &mode {
            mode.lost(Message::new("scenario-refused-network-mode"));
        }
        let mut networks: Vec<(String, Vec<String>)> = Vec::new();
        let mut join = |given: &Given<'_>, name: &str, mut own: Vec<String>| {
            let new = self.networks.get(name).cloned();
            match new.or_else(|| (name == DEFAULT_NETWORK).then(|| name.to_owned())) {
                Some(new) => {
                    own.extend(
                        aliases
                            .iter()
                            .filter(|alias| !own.contains(alias))
                            .cloned()
                            .collect::<Vec<_>>(),
                    );
                    given.note(
                        Fate::Taken,
                        taken(&format!("compose.yaml: services.{id}.networks.{new}")),
                    );
                    networks.push((new, own));
                }
                None => given.lost(Message::new("scenario-unknown-network").with("name", name)),
            }
        };
        let list = given.get("networks");
        for item in list.as_ref().map(Given::items).unwrap_or_default() {
            let name = self.text(&item).unwrap_or_default();
            join(&item, &name, Vec::new());
            item.spare();
        }
        for (name, item) in list.as_ref().map(Given::entries).unwrap_or_default() {
            let mut own = Vec::new();
            for (key, value) in item.entries() {
                if key == "aliases" {
                    value.taken(format_args!("compose.yaml: services.{id}.networks"));
                    own.extend(value.items().iter().filter_map(|alias| self.text(alias)));
                } else if let Some(reason) = compose::refused_in_attachment(key) {
                    value.lost(Message::new(reason));
                }
            }
            join(&item, name, own);
        }
        if networks.is_empty() && !aliases.is_empty() {
            networks.push((DEFAULT_NETWORK.to_owned(), aliases.clone()));
        }
        if networks.is_empty() {
            return;
        }
        let plain = networks.iter().all(|(_, aliases)| aliases.is_empty());
        keys.put(
            "networks",
            if plain {
                Yaml::List(
                    networks
                        .into_iter()
                        .map(|(name, _)| Yaml::text(name))
                        .collect(),
                )
            } else {
                Yaml::Block(
                    networks
                        .into_iter()
                        .map(|(name, aliases)| {
                            let inside = if aliases.is_empty() {
                                Vec::new()
                            } else {
                                vec![("aliases".to_owned(), Yaml::texts(&aliases))]
                            };
                            (name, Yaml::Map(inside))
                        })
                        .collect(),
                )
            },
        );
    }

    pub(super) fn links(&self, given: &Given<'_>) {
        for item in given.items() {
            let text = self.text(&item).unwrap_or_default();
            let (service, alias) = text.split_once(':').unwrap_or((&text, &text));
            match self.services.get(service) {
                Some(new) if alias == service || alias == new => {
                    item.taken(format_args!("compose.yaml: services.{new}"));
                }
                Some(new) => item.changed(
                    Message::new("import-compose-link")
                        .with("name", new)
                        .with("alias", alias),
                ),
                None => item
                    .lost(Message::new("scenario-unknown-compose-service").with("name", service)),
            }
        }
    }
}

fn taken(to: &str) -> Message {
    Message::new("import-taken").with("to", to)
}
