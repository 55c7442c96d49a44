//! Figures that the range holds no evidence of: what was entered, and the form for more.

use std::collections::HashMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use jiff::civil::Date;

use super::{
    super::{
        super::{App, AppError, Visitor, errors::Message, forms::Form, pages::indicators as page},
        plans, see_other,
    },
    Wanted, address, fill,
};
use crate::{
    accounts::{Action, Object, authorise},
    ids::FigureId,
    locales::Locale,
    store::{Connection, workforce as store},
    workforce::{FigureField, Indicator, NewFigures, Officer, Plan, enter_figures},
};

/// The field of a form that holds a figure begins with this.
const VALUE: &str = "value-";

/// Which figures are shown.
pub(super) struct Place<'a> {
    pub(super) plan: &'a Plan,
    pub(super) indicator: &'a Indicator,
    pub(super) day: Date,
    pub(super) today: Date,
}

/// A form that was not taken, and why.
pub(super) struct Refused {
    fields: HashMap<String, String>,
    message: Message,
}

/// `POST /indicators/figures`
pub(in crate::http) async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let mut transaction = app.db.begin().await?;
    let (province, plans) = plans(&app, &mut transaction, actor.province, visitor.locale).await?;
    let plan = plans
        .iter()
        .find(|plan| plan.id == field("plan"))
        .ok_or(AppError::NotFound)?;
    let indicator = plan
        .indicators
        .iter()
        .find(|indicator| indicator.id == field("indicator"))
        .ok_or(AppError::NotFound)?;
    let officer = Officer {
        account: actor.account,
        province: province.id,
        now: app.clock.now(),
    };
    let values = fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(VALUE)?.to_owned(), value.clone())));
    let new = NewFigures {
        // A form without an identifier is no form of ours, and gets one of its own.
        id: field("id").parse().unwrap_or_else(|_| FigureId::new()),
        values: values.collect(),
        day: field("as_of").parse().ok(),
        document: field("document"),
    };
    let place = (plan, indicator);
    match enter_figures(&mut transaction, officer, place, &new)
        .await
        .map_err(AppError::from)
    {
        Ok(()) => {
            transaction.commit().await?;
            let day = plan.day(super::day_or(&field("day"), officer.now.day()));
            let to = address(plan, day, &indicator.id);
            Ok(see_other(
                &app,
                &visitor,
                &to,
                &Message::new("figures-saved"),
            ))
        }
        Err(AppError::Invalid(message)) => {
            drop(transaction);
            let wanted = Wanted {
                plan: plan.id.clone(),
                day: field("day"),
                open: indicator.id.clone(),
            };
            let refused = Some(Refused { fields, message });
            let html = fill(&app, &visitor, &wanted, refused).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What was entered for an indicator, and the form; `None` where the range computes it.
pub(super) async fn manual(
    connection: &mut Connection,
    visitor: &Visitor,
    place: Place<'_>,
    refused: Option<Refused>,
) -> Result<Option<page::ManualFigures>, AppError> {
    let fields: Vec<_> = place.indicator.measure.fields().collect();
    if fields.is_empty() {
        return Ok(None);
    }
    let actor = visitor.actor()?;
    let locale = visitor.locale;
    let of = (place.plan.id.as_str(), place.indicator.id.as_str());
    let entered = store::entered_figures(connection, actor.province, of).await?;
    let title = |name: &str| {
        let field = fields.iter().find(|field| field.name == name);
        field.map_or_else(
            || name.to_owned(),
            |field| field.title.get(locale).to_owned(),
        )
    };
    let entries = entered.into_iter().map(|one| page::EnteredRow {
        title: title(&one.figure.field),
        value: one.figure.value,
        as_of: one.figure.as_of,
        document: one.figure.document,
        username: one.username,
        at: one.figure.created_at,
    });
    let may_enter = authorise(actor, Action::EnterFigures, &Object::Platform).is_ok();
    Ok(Some(page::ManualFigures {
        entries: entries.collect(),
        form: may_enter.then(|| form(&place, refused, &fields, locale)),
    }))
}

fn form(
    place: &Place<'_>,
    refused: Option<Refused>,
    fields: &[&FigureField],
    locale: Locale,
) -> page::FigureForm {
    let (typed, error) = refused.map_or_else(Default::default, |refused| {
        (refused.fields, Some(refused.message.text(locale)))
    });
    let typed = |name: &str| typed.get(name).cloned();
    page::FigureForm {
        id: typed("id").unwrap_or_else(|| FigureId::new().to_string()),
        plan: place.plan.id.clone(),
        indicator: place.indicator.id.clone(),
        day: place.day.to_string(),
        fields: fields
            .iter()
            .map(|field| page::FigureField {
                name: field.name.clone(),
                title: field.title.get(locale).to_owned(),
                value: typed(&format!("{VALUE}{}", field.name)).unwrap_or_default(),
            })
            .collect(),
        as_of: typed("as_of").unwrap_or_else(|| place.day.to_string()),
        latest: place.today.to_string(),
        document: typed("document").unwrap_or_default(),
        error,
    }
}
