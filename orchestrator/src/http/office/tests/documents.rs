//! What an office adds to the evidence: ratings, figures, who issues and signs; and where a leader finds it.

use axum::http::StatusCode;

use super::Office;
use crate::clock::Clock as _;

#[tokio::test]
async fn an_evaluator_rates_objectives_with_a_reason() {
    let office = Office::open().await;
    let (exercise, _) = office.drill().await;
    let mut evaluator = office.server.signed_in("giamkhao").await;
    let report = format!("/exercises/{exercise}/report");
    let path = format!("/exercises/{exercise}/objectives");
    let page = office.get(&mut evaluator, &report).await;
    assert!(page.contains("(gợi ý theo điểm)"), "{page}");
    for (form, expected) in [
        ("rating-detect=S&words-detect=", "Ghi một câu nhận xét"),
        (
            "rating-detect=&words-detect=T%E1%BB%91t+l%E1%BA%AFm",
            "Chọn xếp loại",
        ),
    ] {
        let answer = office.post(&mut evaluator, &path, form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(expected), "{}", answer.body);
    }
    let answer = office
        .post(
            &mut evaluator,
            &path,
            "rating-detect=&words-detect=T%E1%BB%91t+l%E1%BA%AFm",
        )
        .await;
    assert!(
        answer.body.contains(">Tốt lắm</textarea>"),
        "what was typed is kept"
    );
    let unknown = office
        .post(&mut evaluator, &path, "rating-x=S&words-x=y")
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let form = "rating-detect=M&words-detect=Ph%C3%A1t+hi%E1%BB%87n+mu%E1%BB%99n&rating-report=&words-report=";
    let answer = office.post(&mut evaluator, &path, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let mut leader = office.server.signed_in("lanhdao").await;
    let page = office.get(&mut leader, &report).await;
    for expected in ["<td>M – Còn vướng mắc lớn", "<td>Phát hiện muộn"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let answer = office.post(&mut leader, &path, form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_administrator_says_who_issues_documents() {
    let office = Office::open().await;
    let (exercise, _) = office.drill().await;
    let mut administrator = office.server.signed_in("quantri").await;
    let page = office.get(&mut administrator, "/admin/issuer").await;
    assert!(page.contains("value=\"Ban Tổ chức diễn tập\""), "{page}");
    let form = "valid_from=2025-07-01&superior=UBND+t%E1%BB%89nh&sign=BC-STTTT&place=Vinh&authority=KT.+Gi%C3%A1m+%C4%91%E1%BB%91c\
        &position=Ph%C3%B3+Gi%C3%A1m+%C4%91%E1%BB%91c&signer=T%C3%B4+H%E1%BA%A3i+%C4%90%C4%83ng&recipients=Nh%C6%B0+tr%C3%AAn%0D%0AL%C6%B0u%3A+VT";
    let answer = office.post(&mut administrator, "/admin/issuer", form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("Nhập cơ quan ban hành.")
            && answer.body.contains("value=\"BC-STTTT\""),
        "{}",
        answer.body
    );
    let answer = office
        .post(
            &mut administrator,
            "/admin/issuer",
            &format!("{form}&body=S%E1%BB%9F+X"),
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let mut leader = office.server.signed_in("lanhdao").await;
    let page = office
        .get(&mut leader, &format!("/exercises/{exercise}/report"))
        .await;
    for expected in [
        ">SỞ X<",
        "/BC-STTTT<",
        ">KT. GIÁM ĐỐC<",
        ">PHÓ GIÁM ĐỐC<",
        ">Tô Hải Đăng<",
        ">- Như trên;<",
        ">- Lưu: VT.<",
        "Vinh, ngày",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert_eq!(
        office.server.get(&mut leader, "/admin/issuer").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_officer_enters_figures_that_the_range_cannot_know() {
    let office = Office::open().await;
    let mut officer = office.server.signed_in("tochuc").await;
    let page = office.get(&mut officer, "/indicators?open=BA-04").await;
    assert!(page.contains("Chưa có số liệu nào được nhập"), "{page}");
    let day = office.server.clock.now().day();
    let form = |part: &str| {
        format!(
            "id=0198f000-0000-7000-8000-000000000000&plan=demo&indicator=BA-04&value-security_spend={part}\
             &value-technology_spend=12.000&as_of={day}&document=15%2FBC-STC"
        )
    };
    let answer = office
        .post(&mut officer, "/indicators/figures", &form("13.000"))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in [
        "Tử số không được lớn hơn",
        "value=\"13.000\"",
        "value=\"15/BC-STC\"",
    ] {
        assert!(
            answer.body.contains(expected),
            "{expected}: {}",
            answer.body
        );
    }
    for _ in 0..2 {
        let answer = office
            .post(&mut officer, "/indicators/figures", &form("900"))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    let mut leader = office.server.signed_in("lanhdao").await;
    let page = office.get(&mut leader, "/indicators?open=BA-04").await;
    assert!(page.contains("−300 triệu đồng"), "{page}");
    assert_eq!(
        page.matches("<td>15/BC-STC").count(),
        2,
        "one entry of two figures: {page}"
    );
    assert!(
        !page.contains("action=\"/indicators/figures\""),
        "a leader reads"
    );
    let answer = office
        .post(&mut leader, "/indicators/figures", &form("1"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let home = office.get(&mut leader, "/").await;
    for expected in ["BA-02", "−16 người", "−300 triệu đồng"] {
        assert!(home.contains(expected), "{expected}: {home}");
    }
}

#[tokio::test]
async fn a_leader_finds_the_last_drill_and_its_report_at_once() {
    let office = Office::open().await;
    let mut leader = office.server.signed_in("lanhdao").await;
    assert!(!office.get(&mut leader, "/").await.contains("gần nhất"));
    let (exercise, _) = office.drill().await;
    let home = office.get(&mut leader, "/").await;
    assert!(
        home.contains("gần nhất") && home.contains(&format!("/exercises/{exercise}/report")),
        "{home}"
    );
    let mut administrator = office.server.signed_in("quantri").await;
    let home = office.get(&mut administrator, "/").await;
    assert!(
        home.contains("/admin/health") && !home.contains("gần nhất"),
        "{home}"
    );
}
