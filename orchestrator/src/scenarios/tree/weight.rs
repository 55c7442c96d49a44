//! What a value of a tree takes: an alias takes as much again.

use super::{Node, Value};

/// What a node takes, all that is in it included.
#[derive(Clone, Copy)]
pub(super) struct Weight {
    pub(super) nodes: usize,
    pub(super) depth: usize,
    pub(super) bytes: usize,
}

impl Node {
    pub(super) fn weight(&self) -> Weight {
        let own = Weight {
            nodes: 1,
            depth: 0,
            bytes: 0,
        };
        let with = |sum: Weight, inside: &Self| {
            let more = inside.weight();
            Weight {
                nodes: sum.nodes + more.nodes,
                depth: sum.depth.max(more.depth + 1),
                bytes: sum.bytes + more.bytes,
            }
        };
        match &self.value {
            Value::List(items) => items.iter().fold(own, with),
            Value::Map(entries) => entries.iter().fold(own, |sum, entry| {
                let sum = with(sum, &entry.value);
                Weight {
                    bytes: sum.bytes + entry.key.len(),
                    ..sum
                }
            }),
            Value::Scalar { text, .. } => Weight {
                bytes: text.len(),
                ..own
            },
            Value::Null => own,
        }
    }
}
