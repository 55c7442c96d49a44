//! Filling the workspace's parts from an exercise, a team's score and its environment.

use std::{borrow::Cow, collections::HashMap, time::Duration};

use axum_extra::extract::CookieJar;
use uuid::Uuid;

use super::{
    super::{
        super::{
            App, AppError, Request, Visitor,
            errors::Message,
            live, markdown,
            pages::{self, Tone, workspace as page},
        },
        ledger::{self, Reading},
        seating,
        team::texts,
        trial, words,
    },
    Bench, Place, terminals,
};
use crate::{
    environments::Phase,
    exercises::ExerciseState,
    ids::ExerciseId,
    journal::{CheckState, Event},
    locales::Locale,
    scenarios::{Answer, Cell, Effect, LocalText, Task},
};

impl Bench {
    pub(in crate::http) async fn gather(
        app: &App,
        visitor: &Visitor,
        exercise: ExerciseId,
    ) -> Result<Self, AppError> {
        let team = visitor.team.ok_or(AppError::NotFound)?;
        let view = app.exercises.view(exercise).await?;
        // Before its hour nothing of it is shown, except to who tries it alone.
        let hidden = view.exercise.state == ExerciseState::Draft && !view.exercise.trial;
        if hidden || view.exercise.schedule.is_some() {
            return Err(AppError::NotFound);
        }
        let statuses = app.environments.of_exercise(exercise).await?;
        let status = statuses
            .into_iter()
            .find(|status| status.team == Some(view.host(team)));
        // Texts name addresses and files of the team's own copy; before it has any, they stand as written.
        let values = match &status {
            Some(status) => app
                .environments
                .values(status.id, &view.definition)
                .await
                .ok()
                .and_then(|mut it| it.pop()),
            None => None,
        };
        let (score, cell) = (view.score(team), view.cell(team));
        Ok(Self {
            view,
            team,
            cell,
            score,
            person: visitor.actor()?.person,
            status,
            values,
            read: visitor.mail_read(exercise),
        })
    }

    fn is_open(&self) -> bool {
        self.view.exercise.state == ExerciseState::Running
    }

    /// A text of the scenario for this team, as markup.
    pub(super) fn text(&self, text: &LocalText, locale: Locale) -> String {
        markdown::markup(&self.filled(text, locale))
    }

    pub(super) fn filled<'a>(&self, text: &'a LocalText, locale: Locale) -> Cow<'a, str> {
        let text = text.get(locale);
        let values = self.values.as_ref();
        let filled = values.and_then(|values| values.render(text).ok());
        filled.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// The left side, empty: for parts that do not show it.
    pub(super) fn bare(&self) -> page::Brief {
        page::Brief {
            exercise: self.view.exercise.id.to_string(),
            team: self.team.to_string(),
            open: self.is_open(),
            tab: String::new(),
            situation: String::new(),
            tasks: Vec::new(),
            solved: 0,
            task: None,
            mail: Vec::new(),
            unread: 0,
            due: None,
            points: 0,
            ledger: Vec::new(),
            services: Vec::new(),
            outcome: None,
        }
    }

    /// The left side, and the cookie that remembers which mail was read.
    pub(in crate::http) async fn brief(
        &self,
        app: &App,
        visitor: &Visitor,
        place: &Place,
        outcome: Option<pages::State>,
    ) -> Result<(page::Brief, CookieJar), AppError> {
        let locale = visitor.locale;
        let exercise = self.view.exercise.id;
        let scenario = &self.view.definition.scenario;
        let known = ["situation", "tasks", "mail", "hints", "score"];
        let fallback = if self.view.exercise.started_at.is_some() {
            "tasks"
        } else {
            "situation"
        };
        let tab = if known.contains(&place.tab.as_str()) {
            &place.tab
        } else {
            fallback
        };
        let texts = texts(app, exercise).await?;
        let (mail, last) = self.mail(app, &texts, locale).await?;
        let unread = mail.iter().filter(|mail| mail.new).count();
        let mut cookies = CookieJar::new();
        if tab == "mail" && last > self.read {
            cookies = cookies.add(Request::mail_cookie(app.config.secure(), exercise, last));
        }
        let state = |task: &Task| {
            self.score
                .tasks
                .get(task.id.as_str())
                .cloned()
                .unwrap_or_default()
        };
        let open = |task: &&Task| {
            let state = state(task);
            state.solved.is_none() && state.report.is_none() && !self.is_locked(task)
        };
        let own = || scenario.tasks_of(self.cell);
        let current = own()
            .find(|task| task.id.as_str() == place.task)
            .or_else(|| own().find(open))
            .or_else(|| own().next());
        let tasks = own().map(|task| page::TaskItem {
            id: task.id.to_string(),
            title: task.title.get(locale).to_owned(),
            icon: words::answer(&task.answer).1,
            state: self.standing(task, &state(task), locale),
            points: self.brings(task, &state(task)),
            current: current.is_some_and(|current| current.id == task.id),
        });
        let elapsed = self.view.exercise.elapsed_at(app.clock.now());
        let (ledger, services) = if tab == "score" {
            // Who it was of the white cell is not the team's to know.
            let reading = Reading {
                texts: &texts,
                names: &HashMap::new(),
                locale,
            };
            let services = ledger::services(&self.view, &self.score, elapsed, locale);
            let lines = ledger::ledger(&self.view, self.team, elapsed, &reading);
            (lines, services)
        } else {
            (Vec::new(), Vec::new())
        };
        let brief = page::Brief {
            points: self.score.total(&self.view.rules, elapsed),
            ledger,
            services,
            tab: tab.to_owned(),
            situation: self.text(scenario.briefing(self.cell), locale),
            tasks: tasks.collect(),
            solved: self.score.solved(),
            task: current.map(|task| self.detail(task, &state(task), &texts, locale)),
            mail,
            unread: if tab == "mail" { 0 } else { unread },
            due: self.due(app, locale),
            outcome,
            ..self.bare()
        };
        Ok((brief, cookies))
    }

    /// The wall time of an exercise time, as long as the clock runs on from now.
    pub(super) fn at(&self, exercise_time: Duration) -> Option<crate::clock::Timestamp> {
        let exercise = &self.view.exercise;
        let since = exercise.clock_running_since.or(exercise.started_at)?;
        let base = exercise.clock_elapsed;
        Some(if exercise_time >= base {
            since + exercise_time.saturating_sub(base)
        } else {
            since - base.saturating_sub(exercise_time)
        })
    }

    /// The report that is due next.
    fn due(&self, app: &App, locale: Locale) -> Option<page::Due> {
        if !self.is_open() {
            return None;
        }
        let elapsed = self.view.exercise.elapsed_at(app.clock.now());
        let tasks = self
            .view
            .definition
            .scenario
            .tasks_of(self.cell)
            .filter_map(|task| {
                let Answer::Report(form) = &task.answer else {
                    return None;
                };
                let filed = self
                    .score
                    .tasks
                    .get(task.id.as_str())
                    .is_some_and(|state| state.report.is_some());
                (!filed).then_some((task, form.due))
            });
        let (task, due) = tasks.min_by_key(|(_, due)| *due)?;
        Some(page::Due {
            task: task.id.to_string(),
            title: task.title.get(locale).to_owned(),
            at: self.at(due)?,
            late: elapsed > due,
        })
    }

    /// Messages, latest first, and the sequence of the last one.
    async fn mail(
        &self,
        app: &App,
        texts: &HashMap<Uuid, String>,
        locale: Locale,
    ) -> Result<(Vec<page::Mail>, i64), AppError> {
        let rows = app.feeds.rows(&app.db, self.view.exercise.id).await?;
        let elapsed = self.view.exercise.elapsed_at(app.clock.now());
        let running = self.view.exercise.state == ExerciseState::Running;
        let mut mail = Vec::new();
        let mut last = 0;
        for entry in rows.team(self.team) {
            let new = entry.sequence > self.read;
            let message = match &entry.event {
                Event::InjectDelivered { event } => {
                    let Some(event) = self.view.event(event) else {
                        continue;
                    };
                    let Effect::Message(message) = &event.effect else {
                        continue;
                    };
                    if !message.to.reaches(self.cell) {
                        continue;
                    }
                    let response = self.score.responses.get(event.id.as_str());
                    let given = response.and_then(|response| response.given.as_ref());
                    let channel = words::channel(message.channel);
                    page::Mail {
                        id: event.id.to_string(),
                        at: entry.at,
                        icon: words::channel_icon(channel),
                        channel: words::say(locale, &format!("channel-{channel}")),
                        from: message.from.get(locale).to_owned(),
                        subject: message
                            .subject
                            .as_ref()
                            .map(|subject| subject.get(locale).to_owned()),
                        text: self.text(&message.text, locale),
                        new,
                        respond: event
                            .respond
                            .as_ref()
                            .filter(|_| self.is_open() && given.is_none())
                            .and_then(|_| self.at(response?.due)),
                        kind: channel,
                        left: response
                            .and_then(|it| it.due.checked_sub(elapsed))
                            .map(|left| left.as_secs()),
                        running,
                        answer: given.and_then(|(.., text)| texts.get(&text.id).cloned()),
                    }
                }
                Event::MessageSent { channel, text } => page::Mail {
                    id: entry.sequence.to_string(),
                    at: entry.at,
                    icon: words::channel_icon(channel.as_str()),
                    channel: words::say(locale, &format!("channel-{}", channel.as_str())),
                    from: words::say(locale, "message-from-organisers"),
                    subject: None,
                    text: markdown::plain(
                        texts.get(&text.id).map(String::as_str).unwrap_or_default(),
                    ),
                    new,
                    kind: channel.as_str(),
                    respond: None,
                    left: None,
                    running,
                    answer: None,
                },
                _ => continue,
            };
            last = entry.sequence;
            mail.push(message);
        }
        mail.reverse();
        Ok((mail, last))
    }

    pub(super) fn page(
        &self,
        app: &App,
        visitor: &Visitor,
        brief: page::Brief,
    ) -> Result<page::WorkspacePage, AppError> {
        let locale = visitor.locale;
        let exercise = &self.view.exercise;
        let scenario = &self.view.definition.scenario;
        let team = self.view.team(self.team).ok_or(AppError::NotFound)?;
        let now = app.clock.now();
        let elapsed = exercise.elapsed_at(now);
        // The points are the team's own; its place is everybody's to see, and stands while the board is frozen.
        let (shown, frozen_at) = self.view.public(now);
        let board = shown.board_at(frozen_at);
        let place = format!("/exercises/{}/teams/{}/nodes", exercise.id, self.team);
        let usable = exercise.state.is_open();
        let mut others = self.view.teams.iter().filter(|it| it.team.id != self.team);
        let shared = others.any(|it| it.team.host() == self.view.host(self.team));
        let terminals = if usable {
            terminals(&self.view, self.cell, &place, locale)
        } else {
            Vec::new()
        };
        let own = scenario.nodes.iter().filter(|node| node.cell == self.cell);
        let pages = own.filter(|_| usable).filter_map(|node| {
            let web = node.web.as_ref()?;
            Some(page::PageTab {
                title: web.title.get(locale).to_owned(),
                href: format!("{place}/{}/page", node.id),
            })
        });
        let watched = scenario.services.iter().filter(|_| self.cell == Cell::Blue);
        let services = watched.map(|service| {
            let state = self.score.services.get(service.id.as_str());
            let (served, watched) = state.map(|state| state.at(elapsed)).unwrap_or_default();
            let tone = match state.and_then(crate::scoring::ServiceState::state) {
                Some(CheckState::Passing) => Tone::Good,
                Some(CheckState::Failing) => Tone::Bad,
                Some(CheckState::Error) => Tone::Warn,
                None => Tone::Idle,
            };
            let title = service.title.get(locale).to_owned();
            page::ServiceLine {
                state: pages::State::new(tone, title.clone()),
                title,
                share: (!watched.is_zero()).then(|| served.as_secs_f64() / watched.as_secs_f64()),
            }
        });
        Ok(page::WorkspacePage {
            exercise: exercise.id.to_string(),
            team: self.team.to_string(),
            title: exercise.title.clone(),
            scenario: scenario.title.get(locale).to_owned(),
            team_name: team.team.name.clone(),
            state: words::exercise_state(locale, exercise.state),
            open: self.is_open(),
            clock: live::clock(app, &self.view),
            points: self.score.total(&self.view.rules, elapsed),
            phase: self.phase(elapsed, locale),
            cell: words::cell(scenario, self.cell, locale),
            possible: self.view.rules.possible(self.cell),
            rank: board
                .rows
                .iter()
                .find(|row| row.team == self.team)
                .map_or(0, |row| row.rank),
            frozen: self.view.scores.frozen.as_ref().map(|then| then.at),
            brief,
            terminals,
            pages: pages.collect(),
            sessions: format!("/exercises/{}/teams/{}/terminals", exercise.id, self.team),
            environment: self.environment(locale),
            bare: self.view.definition.is_bare(),
            may_reset: self.is_open() && self.status.is_some() && !shared,
            services: services.collect(),
            trial: trial::view_of(app, &self.view, locale),
            comms: seating::ask(&self.view, self.team, self.person),
        })
    }

    fn phase(&self, elapsed: Duration, locale: Locale) -> Option<page::PhaseView> {
        let exercise = &self.view.exercise;
        exercise.started_at?;
        let (phase, end) = self.view.definition.scenario.phase_at(elapsed)?;
        let left = end.min(exercise.duration).saturating_sub(elapsed);
        Some(page::PhaseView {
            id: phase.id.to_string(),
            title: phase.title.get(locale).to_owned(),
            left: (!left.is_zero()).then(|| left.as_secs() + 1),
            running: exercise.clock_running_since.is_some(),
        })
    }

    fn environment(&self, locale: Locale) -> pages::State {
        if self.view.definition.is_bare() {
            return pages::State::new(Tone::Idle, words::say(locale, "environment-not-needed"));
        }
        let Some(status) = &self.status else {
            return pages::State::new(Tone::Idle, words::say(locale, "environment-waiting"));
        };
        match (status.phase, status.queue_place) {
            (Phase::Ready, _) if !status.mending => {
                pages::State::new(Tone::Good, words::say(locale, "environment-well"))
            }
            (Phase::Wanted, Some(place)) => {
                let message = match status.eta {
                    Some(eta) => {
                        Message::new("environment-queue").with("seconds", words::seconds(eta))
                    }
                    None => Message::new("environment-queue-unknown"),
                };
                pages::State::new(Tone::Busy, message.with("place", place).text(locale))
            }
            _ => words::environment(locale, Some(status)),
        }
    }
}
