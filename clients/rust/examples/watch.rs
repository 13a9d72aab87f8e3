//! Shows what happens, until Ctrl-C: `cargo run --example watch`.

use bellrope::Client;
use bellrope::v1::tail_response::Kind;
use bellrope::v1::{TailRequest, TailResponse};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bellrope::Error> {
    let mut facts = Client::builder().build()?.tail(TailRequest::default());
    loop {
        tokio::select! {
            fact = facts.try_next() => match fact? {
                Some(fact) => show(&fact),
                None => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    println!("stopped");
    Ok(())
}

fn show(fact: &TailResponse) {
    if fact.dropped_count > 0 {
        println!("{} lost: not read in time", fact.dropped_count);
    }
    match fact.kind() {
        Kind::Unspecified => println!("watching"),
        Kind::EventAccepted => {
            println!("{} {}: {} deliveries", fact.r#type, fact.event_id, fact.delivery_count)
        }
        _ => {
            println!("{} {}: {} is {}", fact.r#type, fact.event_id, fact.trigger, fact.state().as_str_name())
        }
    }
}
