//! Answers that are drawn for each sandbox. There a playbook puts the word somewhere; here it lies in a file from the
//! start, so that what was imported can be solved before its author has found it a better place.

use crate::scenarios::{
    BundleFile, Capture, NodeId, Solves, Step, TaskId,
    import::draft::{Draft, step},
};

/// Where a word lies, and the step that finds it.
pub(super) struct Placed {
    pub(super) node: String,
    pub(super) path: String,
    pub(super) step: Step,
}

/// Puts a variable into the home folder of the first machine that trainees enter; nothing where they enter none.
pub(super) fn place(draft: &mut Draft, task: &str, variable: &str) -> Option<Placed> {
    let mut nodes = draft.scenario.nodes.iter();
    let (node, user) = nodes.find_map(|node| {
        let user = &node.terminal.as_ref()?.user;
        is_plain(user).then(|| (node.id.to_string(), user.clone()))
    })?;
    let home = match user.as_str() {
        "root" => "/root".to_owned(),
        user => format!("/home/{user}"),
    };
    let path = format!("{home}/{variable}.txt");
    let mut files = draft.scenario.files.iter();
    if !files.any(|file| file.path == path && file.node.as_str() == node) {
        let bytes = format!("{{{{variable.{variable}}}}}\n").into_bytes();
        let file = BundleFile { bytes, mode: 0o644 };
        draft.place(&node, &path, &format!("files/{variable}.txt"), &file);
        if let Some(file) = draft.scenario.files.last_mut() {
            file.template = true;
        }
    }
    let step = Step {
        node: Some(NodeId::from(node.as_str())),
        user: Some(user),
        run: Some(format!("cat {path}")),
        capture: vec![Capture {
            name: "word".to_owned(),
            pattern: r"(\S+)".to_owned(),
        }],
        solves: Some(Solves {
            task: TaskId::from(task),
            part: None,
            answer: "{{capture.word}}".to_owned(),
        }),
        ..step(task)
    };
    Some(Placed { node, path, step })
}

/// Whether a name can be that of a folder in `/home` as it is.
fn is_plain(user: &str) -> bool {
    let mut bytes = user.bytes();
    !user.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}
