//! Invented versions of a scenario: released, archived, uploaded with mistakes.

use super::{
    Good, Idle, Paused, SCENARIO, minutes_ago,
    shelf::{marked, problem},
    state, versions,
};

fn version(version: i64, stage: super::super::State, differences: &[&str]) -> versions::VersionRow {
    versions::VersionRow {
        version,
        href: format!("/scenarios/web-defacement?version={version}"),
        zip: Some(format!("/scenarios/web-defacement/versions/{version}/zip")),
        current: version == 3,
        stage,
        differences: differences.iter().map(|&it| it.to_owned()).collect(),
    }
}

pub(super) fn released() -> versions::Versions {
    let change = |minutes, what: &str, note: &str| versions::ChangeRow {
        at: minutes_ago(minutes),
        what: what.into(),
        who: "Lê Thị Thu Trang".into(),
        note: note.into(),
    };
    versions::Versions {
        scenario: "web-defacement".into(),
        version: 3,
        bundle: "0f".repeat(32),
        stage: Some(state(Good, "Đã phát hành")),
        shipped: false,
        remark: Some("Phiên bản này được dùng thay cho bản có sẵn cùng bản cài đặt.".into()),
        offers: versions::Offers {
            upload: true,
            test: true,
            archive: true,
            ..versions::Offers::default()
        },
        rows: vec![
            version(
                4,
                state(Idle, "Bản nháp"),
                &["Thêm nhiệm vụ “Khôi phục trang chủ”", "Tổng điểm 630 → 730"],
            ),
            version(3, state(Good, "Đã phát hành"), &["Thời lượng 60 → 90 phút"]),
            version(2, state(Paused, "Lưu trữ"), &["Chỉ khác câu chữ hoặc tệp"]),
            version(1, state(Good, "Có sẵn"), &[]),
        ],
        changes: vec![
            change(12, "Tải lên phiên bản 4", ""),
            change(
                1500,
                "Phát hành phiên bản 3",
                "Kéo dài theo góp ý sau diễn tập tháng 10",
            ),
            change(1500, "Lưu trữ phiên bản 2", ""),
            change(1800, "Thay bản nháp của phiên bản 3", ""),
        ],
    }
}

pub(super) fn draft() -> versions::DraftPage {
    versions::DraftPage {
        title: SCENARIO.into(),
        versions: versions::Versions {
            version: 4,
            stage: Some(state(Idle, "Bản nháp")),
            remark: None,
            offers: versions::Offers {
                upload: true,
                delete: true,
                ..versions::Offers::default()
            },
            ..released()
        },
        errors: 2,
        unreadable: None,
        problems: vec![
            marked(
                "scenario.yaml:41:12",
                "không có máy “porta”",
                Some("ý bạn là “portal”?"),
                ["    node: ", "porta", ", port: 80}"],
            ),
            marked(
                "compose.yaml:7:5",
                "không được dùng khóa “privileged”",
                None,
                ["    ", "privileged", ": true"],
            ),
        ],
    }
}

pub(super) fn refused_upload() -> versions::UploadPage {
    versions::UploadPage {
        error: Some("Không biết đây là kịch bản nào nên chưa giữ gì.".into()),
        problems: vec![problem(
            "scenario.yaml",
            "không có tệp “scenario.yaml”",
            None,
        )],
    }
}
