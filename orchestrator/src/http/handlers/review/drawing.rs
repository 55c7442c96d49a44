//! The review's drawing: lanes, bars and curves as places in a view box.

use std::time::Duration;

use super::{Place, lane_title};
use crate::{
    exercises::{
        Why,
        review::{self, Bar, Lane, Mark, Weight},
    },
    http::{errors::Message, handlers::words, pages::review as page},
    ids::TeamId,
    journal::{CheckState, Entry, Event},
    locales,
    scenarios::{ServiceId, Trigger},
    scoring,
};

/// Places along the axis in which events are told apart.
const PLACES: u32 = 200;
/// Height of a lane.
const LANE: i64 = 28;
/// Height of a service's lane.
const THIN: i64 = 20;
/// Height of the curves.
const CURVE: i64 = 96;
/// Times on the axis.
const TICKS: u32 = 7;

struct Pen<'a> {
    place: &'a Place<'a>,
    y: i64,
}

/// Draws a team's rows, and those that concern all among `entries`.
pub(super) fn draw(place: &Place<'_>, own: &[Entry], entries: &[&Entry]) -> page::Drawing {
    let mut pen = Pen { place, y: 4 };
    let mut lanes = Vec::new();
    for lane in Lane::ALL {
        if !place.shows(lane) {
            continue;
        }
        let events = entries
            .iter()
            .filter(|entry| Lane::of(&entry.event) == lane);
        let marks = review::gather(
            events.map(|entry| (entry.exercise_time, Weight::of(&entry.event))),
            place.length,
            PLACES,
        );
        if lane == Lane::Check {
            lanes.extend(pen.services(own));
        }
        if marks.is_empty() && !matches!(lane, Lane::Course | Lane::Inject) {
            continue;
        }
        let mut drawn = pen.lane(lane_title(lane, place.locale), lane, LANE);
        drawn.marks = marks.iter().map(|mark| pen.mark(&drawn, mark)).collect();
        match lane {
            Lane::Course => drawn.bars = pen.course(&drawn),
            Lane::Inject => drawn.plans = pen.plans(&drawn, own),
            _ => {}
        }
        lanes.push(drawn);
    }
    let curves = pen.curves();
    let bottom = pen.y + CURVE + 8;
    let tick = |n: u32| {
        let at = place.length * n / (TICKS - 1);
        page::Tick {
            x: x(place, at),
            text: locales::clock(at),
        }
    };
    page::Drawing {
        height: bottom + 24,
        bottom,
        label: bottom + 18,
        ticks: (0..TICKS).map(tick).collect(),
        lanes,
        curves,
        cursor: x(place, place.at),
    }
}

/// Where a time stands.
fn x(place: &Place<'_>, at: Duration) -> i64 {
    let (left, right) = page::AXIS;
    let width = u128::from((right - left).unsigned_abs());
    let into = at.min(place.length).as_micros() * width / place.length.as_micros().max(1);
    left + i64::try_from(into).unwrap_or(0)
}

impl Pen<'_> {
    fn lane(&mut self, title: String, lane: Lane, height: i64) -> page::LaneView {
        self.y += height;
        page::LaneView {
            title,
            kind: lane.as_str().to_owned(),
            text_y: self.y - height / 2 + 4,
            line_y: self.y,
            ..page::LaneView::default()
        }
    }

    fn mark(&self, lane: &page::LaneView, mark: &Mark) -> page::MarkView {
        let (x, y) = (x(self.place, mark.at), lane.text_y - 4);
        let seconds = mark.at.as_secs();
        let title = Message::new("review-mark")
            .with("lane", lane.title.clone())
            .with("count", mark.count)
            .with("time", locales::clock(mark.at));
        page::MarkView {
            x,
            y: y - 7,
            shape: shape(mark.weight, x, y),
            kind: tone(mark.weight),
            count: (mark.count > 1).then_some(mark.count),
            href: self.place.href(seconds),
            seconds,
            title: title.text(self.place.locale),
        }
    }

    /// Exercise time up to now, and where it stood.
    fn course(&self, lane: &page::LaneView) -> Vec<page::BarView> {
        let place = self.place;
        let whole = page::BarView {
            x: page::AXIS.0,
            y: lane.line_y - LANE / 2 - 2,
            width: x(place, place.elapsed) - page::AXIS.0,
            height: 4,
            kind: "course",
            title: locales::clock(place.elapsed),
        };
        let stops = place.passage.stops.iter().map(|stop| {
            let id = match stop.why {
                Why::Paused => "review-stop-paused",
                Why::Interrupted => "review-stop-interrupted",
                Why::Skipped => "review-stop-skipped",
            };
            let until = stop.until.map(locales::time);
            let title = Message::new(id)
                .with("from", locales::time(stop.from))
                .with("until", until.unwrap_or_else(|| "…".to_owned()));
            page::BarView {
                x: x(place, stop.at) - 2,
                y: lane.line_y - LANE + 6,
                width: 4,
                height: LANE - 12,
                kind: "stop",
                title: title.text(place.locale),
            }
        });
        std::iter::once(whole).chain(stops).collect()
    }

    /// Injects as they were planned, each with the time at which it came.
    fn plans(&self, lane: &page::LaneView, own: &[Entry]) -> Vec<page::PlanView> {
        let place = self.place;
        let timeline = place.view.timeline.iter();
        let planned = timeline.filter_map(|event| match event.trigger {
            Trigger::At(at) if at <= place.length => Some((event, at)),
            _ => None,
        });
        let planned = planned.map(|(event, at)| {
            let came = own.iter().find_map(|entry| match &entry.event {
                Event::InjectDelivered { event: id } | Event::ActionStarted { event: id }
                    if id == event.id.as_str() =>
                {
                    Some(entry.exercise_time)
                }
                _ => None,
            });
            let id = if came.is_some() {
                "review-plan-came"
            } else {
                "review-plan"
            };
            let title = Message::new(id)
                .with("what", words::timeline_event(event, place.locale).1)
                .with("planned", locales::clock(at))
                .with("came", came.map(locales::clock).unwrap_or_default());
            page::PlanView {
                x: x(place, at),
                y: lane.line_y - LANE + 2,
                y2: lane.text_y - 4,
                to: came.map(|came| x(place, came)),
                title: title.text(place.locale),
            }
        });
        planned.collect()
    }

    /// How each service answered.
    fn services(&mut self, own: &[Entry]) -> Vec<page::LaneView> {
        let place = self.place;
        let scenario = &place.view.definition.scenario;
        let found = review::bars(own, place.elapsed);
        let mut lanes = Vec::new();
        for (service, bars) in found {
            let title =
                words::service(scenario, &ServiceId::from(service.to_owned()), place.locale);
            let mut lane = self.lane(title, Lane::Check, THIN);
            lane.bars = bars.iter().map(|bar| self.bar(&lane, bar)).collect();
            lanes.push(lane);
        }
        lanes
    }

    fn bar(&self, lane: &page::LaneView, bar: &Bar) -> page::BarView {
        let (kind, id) = match bar.state {
            CheckState::Passing => ("good", "review-serving"),
            CheckState::Failing => ("bad", "review-not-serving"),
            CheckState::Error => ("warn", "review-unknown"),
        };
        // Not colour alone: what does not serve is lower.
        let low = if bar.state == CheckState::Passing {
            0
        } else {
            5
        };
        let (from, until) = (x(self.place, bar.from), x(self.place, bar.until));
        let title = Message::new(id)
            .with("what", lane.title.clone())
            .with("from", locales::clock(bar.from))
            .with("until", locales::clock(bar.until));
        page::BarView {
            x: from,
            y: lane.line_y - THIN + 5 + low,
            width: (until - from).max(1),
            height: 10 - low,
            kind,
            title: title.text(self.place.locale),
        }
    }

    /// The points of the chosen team, and of the one beside it.
    fn curves(&self) -> Vec<page::CurveView> {
        let place = self.place;
        let view = place.view;
        let other = place.other.filter(|team| *team != place.team);
        let grown = |team: TeamId| scoring::curve(&view.rules, &view.score(team), place.elapsed);
        let teams = [Some(place.team), other];
        let curves: Vec<_> = teams
            .into_iter()
            .flatten()
            .filter_map(|team| Some((&view.team(team)?.team, grown(team))))
            .collect();
        let points = curves.iter().flat_map(|(_, curve)| curve);
        let points: Vec<i64> = points.map(|point| point.points).collect();
        let most = points.iter().copied().max().unwrap_or(0).max(1);
        let least = points.iter().copied().min().unwrap_or(0).min(0);
        let y = |points: i64| self.y + 8 + (CURVE - 8) * (most - points) / (most - least);
        let drawn = curves.iter().enumerate().map(|(index, (team, curve))| {
            let places: Vec<String> = curve
                .iter()
                .map(|point| {
                    let at = Duration::from_secs(point.seconds);
                    format!("{},{}", x(place, at), y(point.points))
                })
                .collect();
            let reached = curve.last().map_or(0, |point| point.points);
            page::CurveView {
                points: places.join(" "),
                name: format!("{:02} · {reached}", team.number),
                other: index > 0,
                x: x(place, place.elapsed),
                y: y(reached) + if index > 0 { 12 } else { -4 },
            }
        });
        drawn.collect()
    }
}

const fn tone(weight: Weight) -> &'static str {
    match weight {
        Weight::Plain => "info",
        Weight::Good => "good",
        Weight::Warn => "warn",
        Weight::Bad => "bad",
    }
}

/// A shape for each weight: states are told apart without colour.
fn shape(weight: Weight, x: i64, y: i64) -> String {
    match weight {
        Weight::Plain => format!("M{x} {} l5 5 l-5 5 l-5 -5 Z", y - 5),
        Weight::Good => format!("M{} {y} a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 Z", x - 5),
        Weight::Warn => format!("M{x} {} l6 10 h-12 Z", y - 6),
        Weight::Bad => format!("M{} {} h4 l3 3 v4 l-3 3 h-4 l-3 -3 v-4 Z", x - 2, y - 5),
    }
}
