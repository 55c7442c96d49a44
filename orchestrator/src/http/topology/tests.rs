//! What must hold of every drawing, whatever machines and networks there are.

use proptest::prelude::*;

use super::*;

fn machine(rank: usize, networks: &[usize]) -> Machine {
    Machine {
        rank,
        networks: networks.to_vec(),
        height: LEAST + 18 * rank,
    }
}

/// Whether a line runs through the inside of a box.
fn cuts(line: &Line, cell: &Cell) -> bool {
    let (left, right) = (line.from.0.min(line.to.0), line.from.0.max(line.to.0));
    let (top, bottom) = (line.from.1.min(line.to.1), line.from.1.max(line.to.1));
    left < cell.x + BOX && right > cell.x && top < cell.y + cell.height && bottom > cell.y
}

fn is_sound(networks: usize, machines: &[Machine]) -> Drawing {
    let drawing = draw(networks, machines);
    let (cells, lines) = (&drawing.cells, &drawing.lines);
    for (index, one) in cells.iter().enumerate() {
        assert!(one.x >= LABELS && one.x + BOX <= drawing.width, "{one:?}");
        assert!(one.y + one.height <= drawing.height, "{one:?}");
        assert!(one.height >= LEAST, "{one:?}");
        if one.first {
            assert!(one.height >= machines[one.machine].height, "{one:?}");
        }
        for other in &cells[index + 1..] {
            let apart = one.x + BOX <= other.x
                || other.x + BOX <= one.x
                || one.y + one.height <= other.y
                || other.y + other.height <= one.y;
            assert!(apart, "{one:?} lies over {other:?}");
        }
        for line in lines {
            assert!(!cuts(line, one), "{line:?} runs through {one:?}");
        }
    }
    for (index, machine) in machines.iter().enumerate() {
        let parts = cells.iter().filter(|cell| cell.machine == index);
        let mut stands: Vec<usize> = parts
            .clone()
            .flat_map(|cell| cell.lanes.iter().map(|place| drawing.lanes[*place].network))
            .collect();
        stands.sort_unstable();
        let mut own = machine.networks.clone();
        own.sort_unstable();
        own.dedup();
        assert_eq!(stands, own, "each machine stands in each of its lanes once");
        assert_eq!(
            parts.filter(|cell| cell.first).count(),
            usize::from(!own.is_empty())
        );
    }
    for cell in cells {
        for place in &cell.lanes {
            let lane = drawing.lanes[*place];
            let at = if cell.y < lane.wire {
                lane.wire
            } else {
                cell.y + LINK
            };
            let ends = lines.iter().filter(|line| line.to == (cell.x, at)).count();
            assert_eq!(ends, 1, "one line ends at {cell:?} in lane {place}");
            assert!(drawing.ports.contains(&(cell.x, at)));
        }
    }
    for (one, other) in cells
        .iter()
        .flat_map(|one| cells.iter().map(move |other| (one, other)))
    {
        let together = one.lanes.iter().any(|place| other.lanes.contains(place));
        if together && machines[one.machine].rank < machines[other.machine].rank {
            assert!(one.x < other.x, "roles follow each other in a lane");
        }
    }
    for joint in &drawing.joints {
        let x = joint.x - BOX / 2;
        assert!(
            cells
                .iter()
                .any(|cell| cell.x == x && cell.y + cell.height == joint.from)
        );
        assert!(cells.iter().any(|cell| cell.x == x && cell.y == joint.to));
        let line = Line {
            from: (joint.x, joint.from),
            to: (joint.x, joint.to),
        };
        assert!(cells.iter().all(|cell| !cuts(&line, cell)));
    }
    for (one, next) in drawing.lanes.iter().zip(drawing.lanes.iter().skip(1)) {
        assert_eq!(one.top + one.height, next.top);
    }
    drawing
}

#[test]
fn small_and_large_scenarios_are_sound() {
    let small = is_sound(1, &[machine(3, &[0]), machine(1, &[0])]);
    assert_eq!(small.width, LABELS + 2 * (GUTTER + BOX) + MARGIN);
    let middle = is_sound(
        2,
        &[
            machine(0, &[0]),
            machine(1, &[0, 1]),
            machine(1, &[1]),
            machine(2, &[1]),
            machine(3, &[1]),
            machine(4, &[0]),
        ],
    );
    let across = &middle.cells.iter().find(|cell| cell.machine == 1);
    assert_eq!(across.map(|cell| cell.lanes.len()), Some(2));
    let large: Vec<Machine> = (0..15)
        .map(|n| match n {
            0 => machine(2, &[0, 1]),
            1 => machine(2, &[1, 2, 3]),
            n => machine(n % 5, &[n % 4]),
        })
        .collect();
    assert!(is_sound(4, &large).width < 1_400);
}

#[test]
fn lanes_are_ordered_so_that_a_box_is_whole() {
    let drawing = is_sound(3, &[machine(1, &[0, 2]), machine(2, &[1])]);
    let order: Vec<usize> = drawing.lanes.iter().map(|lane| lane.network).collect();
    assert_eq!(order, [0, 2, 1]);
    assert!(drawing.joints.is_empty());
}

#[test]
fn a_box_that_must_be_parted_is_joined_over_the_wires_between() {
    // Each pair of three networks has a machine: in any order one of them has a network between its own.
    let drawing = is_sound(
        3,
        &[
            machine(1, &[0, 1]),
            machine(1, &[1, 2]),
            machine(1, &[0, 2]),
            machine(4, &[1]),
        ],
    );
    let [joint] = drawing.joints.as_slice() else {
        panic!("{:?}", drawing.joints)
    };
    assert_eq!(joint.hops, [drawing.lanes[1].wire]);
    assert!(joint.path().contains("a5 5"));
}

#[test]
fn many_machines_of_one_role_stand_above_each_other() {
    let drawing = is_sound(1, &vec![machine(1, &[0]); 8]);
    let columns: std::collections::BTreeSet<usize> =
        drawing.cells.iter().map(|cell| cell.x).collect();
    assert_eq!(columns.len(), 3);
}

#[test]
fn nothing_is_drawn_of_nothing() {
    is_sound(0, &[]);
    let lonely = is_sound(1, &[machine(0, &[])]);
    assert!(lonely.cells.is_empty() && lonely.lines.is_empty());
}

proptest! {
    #[test]
    fn any_scenario_is_sound(
        networks in 1_usize..8,
        machines in prop::collection::vec(
            (0_usize..5, prop::collection::vec(0_usize..8, 0..4), 0_usize..160),
            0..24,
        ),
    ) {
        let machines: Vec<Machine> = machines
            .into_iter()
            .map(|(rank, on, height)| Machine {
                rank,
                networks: on.into_iter().map(|network| network % networks).collect(),
                height,
            })
            .collect();
        is_sound(networks, &machines);
    }
}
