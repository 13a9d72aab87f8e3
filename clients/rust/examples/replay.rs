//! Sends the dead letters of a trigger again, and shows progress: `cargo run --example replay billing`.

use bellrope::Client;
use bellrope::v1::bulk_action::Action;
use bellrope::v1::{DeliveryFilter, StartBulkActionRequest, WatchBulkActionRequest};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bellrope::Error> {
    let trigger = std::env::args().nth(1).unwrap_or("billing".to_owned());
    let deliveries = Client::builder().build()?.deliveries();

    let request = StartBulkActionRequest {
        action: Action::Replay.into(),
        filter: Some(DeliveryFilter { trigger, ..Default::default() }),
        max_per_second: 10,
        ..Default::default()
    };
    let started = deliveries.start_bulk_action(request).await?;
    // If this program ends, the replay goes on.
    let request = WatchBulkActionRequest { bulk_action: started.bulk_action, ..Default::default() };
    let mut progress = deliveries.watch_bulk_action(request);
    while let Some(action) = progress.try_next().await? {
        println!("{} of {} sent again", action.done_count, action.matched_count);
    }
    Ok(())
}
