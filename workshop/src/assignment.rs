//! Pairs of rows and columns with the greatest sum: the one place where the solver is called.
//!
//! A weight of 0 or less means that the two do not go together. Nothing forces a row to be paired.
//!
//! **Why nothing overflows.** Kuhn–Munkres keeps a label for each row and each column, and raises
//! column labels only in exchange for row labels. A free column has the label 0, and there is one
//! until the last pairing is found; so each row label is at least the weight between the row and
//! that column, hence not negative, and never above the row's largest weight, where it began. A
//! column that is not free is paired, and its label is the weight of the pair less the row's
//! label. So all labels lie between 0 and the largest weight W, no intermediate is above 2·W, and
//! the sum of all labels is the sum of the pairs' weights, at most (smaller side)·W. Callers say
//! why that fits 63 bits.

use pathfinding::{kuhn_munkres::kuhn_munkres, matrix::Matrix};

/// For each row its column, if it has one, so that the sum of `weight(row, column)` is the
/// greatest possible. Equal input gives equal output; which of several equally good results it
/// is, depends on the order of rows and columns alone.
pub(crate) fn best(
    rows: usize,
    columns: usize,
    weight: impl Fn(usize, usize) -> i64,
) -> Vec<Option<usize>> {
    let none = vec![None; rows];
    let weight = |row: usize, column: usize| weight(row, column).max(0);
    if rows == 0 || columns == 0 {
        return none;
    }
    // The solver wants at least as many columns as rows.
    if rows <= columns {
        let of_rows = solved(rows, columns, weight).into_iter().enumerate();
        let paired = of_rows.map(|(row, column)| (weight(row, column) > 0).then_some(column));
        return paired.collect();
    }
    let mut paired = none;
    let of_columns = solved(columns, rows, |column, row| weight(row, column));
    for (column, row) in of_columns.into_iter().enumerate() {
        if weight(row, column) > 0
            && let Some(place) = paired.get_mut(row)
        {
            *place = Some(column);
        }
    }
    paired
}

/// A column for every row; `rows` is not above `columns`.
fn solved(rows: usize, columns: usize, weight: impl Fn(usize, usize) -> i64) -> Vec<usize> {
    let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let weights = all.map(|(row, column)| weight(row, column)).collect();
    match Matrix::from_vec(rows, columns, weights) {
        Ok(matrix) => kuhn_munkres(&matrix).1,
        // not reached: there are rows times columns weights
        Err(_) => Vec::new(),
    }
}
