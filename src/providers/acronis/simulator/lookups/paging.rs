//! `Page` and `PageSize`, and the ways in which they can go wrong.

use serde_json::Value;

use crate::{
    providers::acronis::simulator::{call::Call, errors, ids::guid},
    simulator::Response,
};

/// How many rows a page has when `PageSize` is left out, as in the guides.
const PAGE_SIZE_DEFAULT: usize = 50;

/// How many rows a page has at most when the knob caps it.
const PAGE_SIZE_CAP: usize = 20;

/// Which page is asked for.
pub(crate) struct Paging {
    /// From 1 up.
    number: usize,
    size: usize,
}

impl Paging {
    /// The page that the query asks for; the first one by default.
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Response> {
        let read = |name: &str, default: usize| match call.request.query(name) {
            None => Ok(default),
            Some(text) => text
                .parse::<usize>()
                .ok()
                .filter(|number| *number > 0)
                .ok_or_else(|| errors::message(400, &format!("The {name} value is not valid."))),
        };
        let number = read("Page", 1)?;
        let size = read("PageSize", PAGE_SIZE_DEFAULT)?;
        let size = match call.knobs.get("page_size_cap") {
            "small" => size.min(PAGE_SIZE_CAP),
            _ => size,
        };
        Ok(Self { number, size })
    }

    /// How many pages there are.
    pub(crate) fn count(&self, rows: usize) -> usize {
        rows.div_ceil(self.size)
    }

    /// Cuts the page out of all rows.
    pub(crate) fn page(&self, call: &Call<'_>, rows: Vec<Value>) -> Vec<Value> {
        let is_shuffled = call.knobs.is("shuffle", "yes");
        let mut rows = rows;
        if is_shuffled {
            self.shuffle(call, &mut rows);
        }
        let page_count = self.count(rows.len());
        let number = if self.number > page_count && call.knobs.is("past_end", "repeat_last") {
            page_count.max(1)
        } else {
            self.number
        };
        let start = (number - 1).saturating_mul(self.size);
        let mut page: Vec<Value> = rows.into_iter().skip(start).take(self.size).collect();
        if is_shuffled && number.is_multiple_of(2) {
            page.reverse();
        }
        page
    }

    /// Orders the rows by the seed, and puts the last row of the first page
    /// also on the second one. All rows stay.
    fn shuffle(&self, call: &Call<'_>, rows: &mut Vec<Value>) {
        rows.sort_by_cached_key(|row| {
            let id = row["Id"].as_str().unwrap_or_default();
            guid(call.state.seed, &format!("shuffle:{id}"))
        });
        if rows.len() > self.size {
            let repeated = rows[self.size - 1].clone();
            rows.insert(self.size, repeated);
        }
    }
}
