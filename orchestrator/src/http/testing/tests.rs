//! What every request meets: signing in and out, forms, limits, host names.

use super::*;

#[tokio::test]
async fn one_signs_in_reads_and_signs_out() {
    let server = Server::start().await;
    server.account("an.nguyen", &[Role::Instructor]).await;
    let mut browser = Browser::default();
    let answer = server.get(&mut browser, "/nowhere?x=1").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = server.get(&mut browser, "/account").await;
    assert_eq!(answer.headers[header::LOCATION], "/sign-in?next=/account");
    let mut browser = server.signed_in("an.nguyen").await;
    let answer = server.get(&mut browser, "/").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("an.nguyen"), "{}", answer.body);
    let answer = server.post(&mut browser, "/sign-out", "").await;
    assert_eq!(answer.headers[header::LOCATION], "/sign-in");
    let answer = server.get(&mut browser, "/").await;
    assert_eq!(answer.headers[header::LOCATION], "/sign-in");
}

#[tokio::test]
async fn a_wrong_password_says_the_same_as_an_unknown_name_and_is_slowed() {
    let server = Server::start().await;
    server.account("an.nguyen", &[Role::Instructor]).await;
    let mut browser = Browser::default();
    server.get(&mut browser, "/sign-in").await;
    let mut texts = Vec::new();
    for name in ["an.nguyen", "nobody"] {
        let answer = server
            .post(
                &mut browser,
                "/sign-in",
                &format!("username={name}&password=wrong"),
            )
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        texts.push(answer.body.replace(name, ""));
    }
    assert_eq!(texts[0], texts[1]);
    for _ in 0..7 {
        server
            .post(
                &mut browser,
                "/sign-in",
                "username=an.nguyen&password=wrong",
            )
            .await;
    }
    let answer = server
        .post(
            &mut browser,
            "/sign-in",
            "username=an.nguyen&password=wrong",
        )
        .await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    server.pass(Duration::from_secs(301));
    server.signed_in("an.nguyen").await;
}

#[tokio::test]
async fn a_form_without_token_or_from_elsewhere_changes_nothing() {
    let server = Server::start().await;
    server.account("an.nguyen", &[Role::Instructor]).await;
    let mut browser = server.signed_in("an.nguyen").await;
    let body = Some("locale=en".to_owned());
    let answer = server
        .send(&mut browser, Method::POST, "/preferences", body, &[])
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let body = Some(format!("_csrf={}&locale=en", browser.csrf));
    let foreign = [("origin", "http://x.labs.localhost:8080")];
    let answer = server
        .send(&mut browser, Method::POST, "/preferences", body, &foreign)
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = server
        .post(&mut browser, "/preferences", "locale=en&back=/account")
        .await;
    assert_eq!(answer.headers[header::LOCATION], "/account");
    let answer = server.get(&mut browser, "/account").await;
    assert!(answer.body.contains("My account"));
}

#[tokio::test]
async fn one_account_cannot_send_without_end_and_fills_no_audit_trail() {
    let server = Server::start().await;
    let account = server.account("an.nguyen", &[Role::Trainee]).await;
    let mut browser = server.signed_in("an.nguyen").await;
    for _ in 0..100 {
        let answer = server.get(&mut browser, "/admin/accounts").await;
        assert_ne!(answer.status, StatusCode::OK);
    }
    let mut connection = server.app.db.connection().await.expect("connection");
    let row = Statement::new(
        "select count(*) as lines from audit where account_id = $1 and outcome = 'refused'",
    )
    .bind(account)
    .fetch_one("audit", &mut connection)
    .await
    .expect("audit");
    assert!(row.get::<i64>("lines").expect("lines") <= 30);
    drop(connection);
    let mut last = StatusCode::OK;
    for _ in 0..70 {
        let form = "locale=vi&back=/account";
        last = server.post(&mut browser, "/preferences", form).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    server.pass(Duration::from_secs(5));
    let answer = server.post(&mut browser, "/preferences", "locale=vi").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_zero_byte_is_refused_wherever_it_stands() {
    let server = Server::start().await;
    server.account("an.nguyen", &[Role::Instructor]).await;
    let mut browser = Browser::default();
    server.get(&mut browser, "/sign-in").await;
    let form = "username=an%00nguyen&password=x";
    let answer = server.post(&mut browser, "/sign-in", form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut browser = server.signed_in("an.nguyen").await;
    let answer = server.get(&mut browser, "/library/web%00defacement").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = server.get(&mut browser, "/exercises?state=%00").await;
    assert_eq!(answer.status, StatusCode::OK);
    let form = "locale=en&back=/account%2500";
    let answer = server.post(&mut browser, "/preferences", form).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "an encoded %00 is text"
    );
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let server = Server::start().await;
    for path in ["/sign-in", "/nowhere", "/healthz"] {
        let answer = server.get(&mut Browser::default(), path).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

#[tokio::test]
async fn a_lab_host_never_reaches_the_platform() {
    let server = Server::start().await;
    let request = Request::get("/sign-in")
        .header(header::HOST, "abc.labs.localhost:8080")
        .body(Body::empty());
    let response = server
        .router
        .clone()
        .oneshot(request.expect("request"))
        .await
        .expect("answer");
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_closed_account_is_out_at_once() {
    let server = Server::start().await;
    server.account("admin", &[Role::Administrator]).await;
    let account = server.account("an.nguyen", &[Role::Instructor]).await;
    let mut browser = server.signed_in("an.nguyen").await;
    server
        .app
        .accounts
        .set_disabled(server.province, account, true)
        .await
        .expect("closed");
    assert_eq!(
        server.get(&mut browser, "/").await.status,
        StatusCode::SEE_OTHER
    );
}
