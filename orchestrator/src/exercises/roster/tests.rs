//! Lists as people make them: headings in any order, three delimiters, names that are not quite right.

use super::*;

struct People(Vec<Known>);

impl People {
    fn new() -> Self {
        let known = |name: &str, unit: &str, username: Option<&str>| Known {
            person: PersonId::new(),
            name: name.to_owned(),
            unit: unit.to_owned(),
            username: username.map(str::to_owned),
        };
        Self(vec![
            known("Nguyễn Văn Hòa", "Sở Y tế", Some("hoa.nguyen")),
            known("Trần Thị Bích Ngọc", "Sở Nội vụ", None),
            known("Lê Văn An", "Sở Y tế", None),
            known("Lê Văn An", "Sở Nội vụ", Some("an.le")),
        ])
    }

    fn read(&self, text: &str) -> Roster {
        read(text, &Directory::new(&self.0))
    }

    fn id(&self, place: usize) -> PersonId {
        self.0[place].person
    }
}

#[test]
fn headings_stand_in_any_order_between_any_marks() {
    let people = People::new();
    let expected = vec![
        ("Đội Một".to_owned(), vec![people.id(0), people.id(1)]),
        ("Đội Hai".to_owned(), vec![people.id(3)]),
    ];
    let lists = [
        "\u{feff}Đội,Họ và tên\r\nĐội Một,Nguyễn Văn Hòa\r\nđội một,Trần Thị Bích Ngọc\r\nĐội Hai,an.le\r\n",
        "Tên đăng nhập;Tên đội;Họ tên\nhoa.nguyen;Đội Một;\n;Đội Một;Trần Thị Bích Ngọc\nAN.LE;Đội Hai;Lê Văn An",
        "Đội Một\tNguyễn Văn Hòa\n\nĐội Một\tTrần Thị Bích Ngọc\nĐội Hai\tan.le\n",
        "name,\"team\",unit\n\"Nguyễn Văn Hòa\",\"Đội Một\",\nTrần Thị Bích Ngọc,Đội Một,\nLê Văn An,Đội Hai,Sở Nội vụ",
    ];
    for list in lists {
        let roster = people.read(list);
        assert_eq!(roster.wrong(), 0, "{roster:#?}");
        assert_eq!(roster.teams(), expected, "{list}");
    }
}

#[test]
fn every_line_says_what_is_wrong_with_it() {
    let people = People::new();
    let list = "Đội,Họ tên\nMột,nguyen van hoa\nMột,Lê Văn An\nMột,Nguyễn Văn Hòa\nHai,Nguyễn Văn Hòa\n,Trần Thị Bích Ngọc\n\
                Hai,\nHai,Trần Thị Bích Ngoc\nHai,Phạm Xuân Quỳnh\n";
    let roster = people.read(list);
    let troubles: Vec<_> = roster
        .lines
        .iter()
        .map(|line| (line.number, line.person.clone().err()))
        .collect();
    let hoa = "Nguyễn Văn Hòa (Sở Y tế, hoa.nguyen)".to_owned();
    let ngoc = "Trần Thị Bích Ngọc (Sở Nội vụ)".to_owned();
    let several = vec![
        "Lê Văn An (Sở Y tế)".to_owned(),
        "Lê Văn An (Sở Nội vụ, an.le)".to_owned(),
    ];
    assert_eq!(
        troubles,
        [
            (2, Some(Trouble::Unknown(vec![hoa]))),
            (3, Some(Trouble::Several(several))),
            (4, None),
            (5, Some(Trouble::Twice(4))),
            (6, Some(Trouble::NoTeam)),
            (7, Some(Trouble::NoPerson)),
            (8, Some(Trouble::Unknown(vec![ngoc]))),
            (9, Some(Trouble::Unknown(Vec::new()))),
        ]
    );
    assert_eq!(roster.wrong(), 7);
    assert_eq!(roster.teams(), [("Một".to_owned(), vec![people.id(0)])]);
}

#[test]
fn slips_of_the_keyboard_are_asked_about() {
    let people = People::new();
    let roster = people.read("Một,Nguyễn Văn Hoa\nMột,Trần Thị Bich Ngọk");
    for line in &roster.lines {
        let offered = matches!(&line.person, Err(Trouble::Unknown(names)) if names.len() == 1);
        assert!(offered, "{line:?}");
    }
}

#[test]
fn a_team_is_full_at_its_limit() {
    let people: Vec<Known> = (0..=MAX_TEAM_MEMBERS)
        .map(|n| Known {
            person: PersonId::new(),
            name: format!("Người {n}"),
            unit: String::new(),
            username: None,
        })
        .collect();
    let rows: Vec<String> = people.iter().map(|it| format!("Một,{}", it.name)).collect();
    let roster = read(&rows.join("\n"), &Directory::new(&people));
    let last = roster.lines.last().map(|line| line.person.clone());
    assert_eq!(last, Some(Err(Trouble::TeamFull)));
    assert_eq!(roster.wrong(), 1);
}

#[test]
fn a_cell_in_quotes_holds_what_stands_between_cells() {
    let rows = cells("a,\"b, \"\"c\"\"\nd\",e\nf", ',');
    let row = |cells: &[&str]| {
        cells
            .iter()
            .map(|cell| (*cell).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rows,
        [(1, row(&["a", "b, \"c\" d", "e"])), (3, row(&["f"]))]
    );
}
