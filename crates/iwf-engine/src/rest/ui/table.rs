//! Tables that become lists of cards where the window is narrow.

use maud::{Markup, html};

/// The first cell of each row is its heading. The roles are those that tables have anyway, said
/// again because browsers drop them when the style makes blocks of the parts.
pub(super) fn table<const N: usize>(
    caption: &str,
    columns: [&str; N],
    rows: impl IntoIterator<Item = [Markup; N]>,
) -> Markup {
    html! {
        table role="table" {
            caption { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for column in columns {
                        th role="columnheader" scope="col" { (column) }
                    }
                }
            }
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" {
                        @for (index, (column, cell)) in columns.iter().zip(row).enumerate() {
                            @if index == 0 {
                                th role="rowheader" scope="row" data-label=(column) { (cell) }
                            } @else {
                                td role="cell" data-label=(column) { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}
