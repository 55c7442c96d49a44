//! The demo province: something to try everything with, seeded once and left as it is afterwards.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use anyhow::Context;

use super::platform::Platform;
use crate::{
    accounts::{Accounts, NewAccount},
    config::Config,
    exercises::{Draft, DraftTeam},
    ids::{AccountId, PersonId, ProvinceId},
    organisation::{self, demo::DemoAccount},
    scenarios::{self, Bundle, Cell},
    store,
};

/// The scenario of the drill that is ready to launch.
const SCENARIO: &str = "web-defacement";
/// File, below the data folder, that keeps the drawn passwords for whoever starts the demo again.
const PASSWORDS: &str = "demo-accounts.txt";
/// The form that the drill seems to come from: it is laid out once.
const LAUNCH_KEY: &str = "demo";

/// Seeds what is missing and prints who can sign in.
#[expect(
    clippy::print_stdout,
    reason = "the passwords are for whoever started the demo, not for the log"
)]
pub(super) async fn seed(
    config: &Config,
    platform: &Platform,
    accounts: &Accounts,
) -> anyhow::Result<()> {
    let path = std::path::Path::new("deploy/demo/province.yaml");
    let document = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut transaction = platform.database.begin().await?;
    let demo = organisation::demo::seed(&mut transaction, &document).await?;
    transaction.commit().await?;
    let keep = config.data.join(PASSWORDS);
    let mut instructor = None;
    let mut trainees = Vec::new();
    for wanted in demo.accounts {
        let has = |role: &str| wanted.roles.iter().any(|own| own == role);
        if has("trainee") {
            trainees.push(wanted.person);
        }
        let mut connection = platform.database.connection().await?;
        let known = store::accounts::find_by_username(&mut connection, &wanted.username).await?;
        drop(connection);
        let id = if let Some(account) = known {
            account.id
        } else {
            let new = NewAccount {
                username: wanted.username.clone(),
                person: Some(wanted.person),
                roles: wanted
                    .roles
                    .iter()
                    .filter_map(|role| role.parse().ok())
                    .collect(),
                password: Some(password(&keep, accounts, &wanted)?),
            };
            accounts.create(demo.province, new).await?.0
        };
        if has("instructor") && instructor.is_none() {
            instructor = Some(id);
        }
    }
    if let Some(instructor) = instructor {
        drill(config, platform, demo.province, instructor, &trainees).await?;
    }
    println!("\n{}\n", config.public_url);
    print!("{}", fs::read_to_string(&keep).unwrap_or_default());
    println!();
    Ok(())
}

/// The password that an account begins with: written down before the account is made, so that no crash in between leaves
/// one that nobody can use; one that an earlier start wrote down is taken.
fn password(keep: &Path, accounts: &Accounts, wanted: &DemoAccount) -> anyhow::Result<String> {
    let written = fs::read_to_string(keep).unwrap_or_default();
    let before = written.lines().rev().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some(wanted.username.as_str())).then(|| words.next())?
    });
    if let Some(before) = before {
        return Ok(before.to_owned());
    }
    let password = accounts.draw_password();
    let line = format!(
        "{:<14} {:<16} {:<24} {}\n",
        wanted.username,
        password,
        wanted.name,
        wanted.roles.join(", ")
    );
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(keep)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    Ok(password)
}

/// A drill in draft: one team for each unit whose people can sign in as trainees.
async fn drill(
    config: &Config,
    platform: &Platform,
    province: ProvinceId,
    instructor: AccountId,
    trainees: &[PersonId],
) -> anyhow::Result<()> {
    let mut connection = platform.database.connection().await?;
    if store::exercises::find_by_launch_key(&mut connection, LAUNCH_KEY)
        .await?
        .is_some()
    {
        return Ok(());
    }
    drop(connection);
    let folder = config.scenarios.join(SCENARIO);
    let bundle = Bundle::open(&folder).with_context(|| folder.display().to_string())?;
    let checked = scenarios::check(bundle);
    let Some(definition) = checked.definition else {
        anyhow::bail!(
            "{}: {} problems; see `thaotruong scenario check`",
            folder.display(),
            checked.problems.len()
        );
    };
    let mut connection = platform.database.connection().await?;
    let now = crate::clock::Clock::now(&crate::clock::SystemClock);
    let staff = store::staff::staff(&mut connection, province, now).await?;
    drop(connection);
    let mut teams: Vec<DraftTeam> = Vec::new();
    for member in staff
        .iter()
        .filter(|member| trainees.contains(&member.person))
    {
        match teams.iter_mut().find(|team| team.unit == Some(member.unit)) {
            Some(team) => team.members.push(member.person),
            None => teams.push(DraftTeam {
                name: member.unit_name.clone(),
                unit: Some(member.unit),
                members: vec![member.person],
                cell: Cell::Blue,
            }),
        }
    }
    platform
        .exercises
        .create(
            Draft {
                province,
                title: "Diễn tập ứng cứu sự cố an toàn thông tin mạng năm 2026".to_owned(),
                duration: Some(Duration::from_mins(90)),
                teams,
                created_by: instructor,
                launch_key: LAUNCH_KEY.to_owned(),
                trial: false,
            },
            &definition,
        )
        .await?;
    Ok(())
}
