//! Reads lists page by page.

use std::collections::VecDeque;

use prost::Message;

use crate::calls::Calls;
use crate::{Error, Items};

/// Returns the items of a list. `request` makes the request for a page token; `split` takes a page apart into its
/// items and the token of the next page.
///
/// A page may be empty although more follow, because the server looks at a limited number of rows for each.
pub(crate) fn items<T, Page, Request>(
    calls: Calls,
    path: &'static str,
    request: impl FnMut(String) -> Request + Send + 'static,
    split: fn(Page) -> (Vec<T>, String),
) -> Items<'static, T>
where
    T: Send + 'static,
    Page: Message + Default + 'static,
    Request: Message + 'static,
{
    let list = List { calls, path, request, split, items: VecDeque::new(), token: Some(String::new()) };
    Items::from_steps(list, async |mut list| list.next().await.map(|item| (item, list)))
}

/// A list that is being read.
struct List<T, Page, F> {
    calls: Calls,
    path: &'static str,
    request: F,
    split: fn(Page) -> (Vec<T>, String),
    items: VecDeque<T>,
    /// The token of the next page; `None` after the last one.
    token: Option<String>,
}

impl<T, Page, Request, F> List<T, Page, F>
where
    Page: Message + Default + 'static,
    Request: Message + 'static,
    F: FnMut(String) -> Request,
{
    async fn next(&mut self) -> Option<Result<T, Error>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Some(Ok(item));
            }
            // The token stays until its page is here: who reads on after an error gets that page.
            let request = (self.request)(self.token.clone()?);
            match self.calls.unary(self.path, request).await {
                Ok(page) => self.turn(page),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    fn turn(&mut self, page: Page) {
        let (items, token) = (self.split)(page);
        self.items = items.into();
        self.token = (!token.is_empty()).then_some(token);
    }
}
